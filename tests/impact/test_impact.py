"""What a new release means for a list of codes."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from codesets import grouping, hcpcs, icd10cm, shelf
from codesets.cli.app import app
from codesets.crosswalk import ConversionTable
from codesets.errors import ComparisonError
from codesets.impact import Impact, ImpactKind, impact_on
from crosswalk.writer import conversion_csv
from hcpcs.official_releases import release as hcpcs_release
from icd10cm.official.releases import full, order_alone
from official import official_folder
from timeline.conftest import Order, at_hand, order_file

__all__ = ["at_hand"]

BEFORE: Order = {
    "A00": (False, "Fever"),
    "A001": (True, "Blue fever"),
    "A002": (True, "Red fever"),
    "B99": (True, "Ague"),
    "C00": (True, "Old fever"),
}
AFTER: Order = {
    "A00": (False, "Fever"),
    "A001": (True, "Deep blue fever"),
    "A002": (False, "Red fever"),
    "A0020": (True, "Pale red fever"),
    "A0029": (True, "Red fever, unspecified"),
    "A003": (True, "Green fever"),
    "B99": (True, "Ague"),
}


@pytest.fixture(scope="module")
def releases(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[icd10cm.Icd10cmRelease, icd10cm.Icd10cmRelease]:
    folder = tmp_path_factory.mktemp("impact")
    made = []
    for edition, rows in (("2018", BEFORE), ("2019", AFTER)):
        path = folder / f"order-{edition}.txt"
        path.write_bytes(order_file(rows))
        made.append(icd10cm.parse(path, edition=edition))
    return made[0], made[1]


Releases = tuple[icd10cm.Icd10cmRelease, icd10cm.Icd10cmRelease]


def told(found: Impact) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(str(each.kind), each.code or each.entry.text, each.codes) for each in found]


def test_what_happens_to_codes(releases: Releases) -> None:
    found = impact_on(["a001", "A00.2", "B99", "C00", "A00.3", "D50", "b9 9", "?"], *releases)
    assert told(found) == [
        ("revised", "A00.1", ()),
        ("new-sibling", "A00.1", ("A00.3",)),
        ("became-header", "A00.2", ("A00.20", "A00.29")),
        ("deleted", "C00", ()),
        ("already-new", "A00.3", ()),
        ("unknown", "D50", ()),
        ("repaired", "B99", ()),
        ("unreadable", "?", ()),
    ]
    assert found.codes == 4
    assert found.counts["revised"] == 1
    assert found.summary.startswith("8 entries stand for 4 codes of 2018; in 2019: 1 deleted")
    (revised,) = found.of("revised")
    assert (revised.before, revised.after) == ("Blue fever", "Deep blue fever")
    assert all(len(line) == len(Impact.HEADS) for line in found.lines)
    assert json.loads(json.dumps(found.to_dict()))["findings"][0]["place"] == "entry 1"


def test_codes_that_could_not_be_used_before(releases: Releases) -> None:
    """A header of both releases is no code to submit, and what stands below it may be meant."""
    found = impact_on(["A00"], *releases)
    assert told(found) == [
        ("not-billable", "A00", ()),
        ("pattern-gained", "A00", ("A00.20", "A00.29", "A00.3")),
        ("pattern-lost", "A00", ("A00.2",)),
    ]
    assert found.findings[0].after == "header, 4 billable codes below"
    header = impact_on(["A00.2"], releases[1], releases[1]).findings[0]
    assert (header.kind, header.before) == (ImpactKind.NOT_BILLABLE, "header")
    fresh = impact_on(["A00.2"], *releases[::-1]).findings[0]
    assert fresh.kind is ImpactKind.BECAME_BILLABLE


def test_what_may_have_been_meant(releases: Releases) -> None:
    found = impact_on(["B98", "A0O3", "J9059", "A00.1.1"], *releases)
    assert told(found) == [
        ("unknown", "B98", ("B99",)),
        ("repaired", "A00.3", ()),
        ("already-new", "A00.3", ()),
        ("unknown", "J90.59", ()),
        ("unreadable", "A00.1.1", ("A00.1",)),
    ]
    assert found.findings[0].after == "perhaps"
    assert found.findings[3].after == "form of: HCPCS Level II"


def test_titles(releases: Releases) -> None:
    found = impact_on(["A00.2", "C0O", "D50"], *releases)
    assert [each.title for each in found] == ["Red fever", "Old fever", "Old fever", ""]
    assert dict(found.titles) == {
        "A00.2": "Red fever",
        "A00.20": "Pale red fever",
        "A00.29": "Red fever, unspecified",
        "C00": "Old fever",
    }
    assert found.lines[0][-1] == "Red fever"


def test_a_sibling_is_wanted_only_by_who_has_all_of_them(releases: Releases) -> None:
    assert not impact_on(["A00.1"], *releases).of(ImpactKind.NEW_SIBLING)


def test_patterns(releases: Releases) -> None:
    assert told(impact_on(["A00.*", "B99-C00", "B99", "Z*"], *releases)) == [
        ("pattern-gained", "A00.*", ("A00.20", "A00.29", "A00.3")),
        ("pattern-lost", "A00.*", ("A00.2",)),
        ("pattern-lost", "B99-C00", ("C00",)),
        ("unknown", "Z*", ()),
    ]


@pytest.mark.parametrize("text", ["B99 - C00", "B99–C00", "B99 – C00"])
def test_a_range_from_a_word_processor(releases: Releases, text: str) -> None:
    found = impact_on([text], *releases)
    assert [str(each.kind) for each in found] == ["repaired", "pattern-lost"]
    assert found.findings[0].after == "B99-C00"


def test_from_a_file(releases: Releases, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Code;Title\nC00;Old fever\nB99;Ague\n", encoding="utf-8")
    (found,) = impact_on(path, *releases)
    assert (found.kind, found.entry.place) == (ImpactKind.DELETED, "line 2")


def test_every_entry_has_its_findings_or_none(releases: Releases) -> None:
    """Nothing is dropped: of the same code twice, both entries are told."""
    assert told(impact_on(["C00", "C00"], *releases)) == [("deleted", "C00", ())] * 2


@pytest.fixture
def table(at_hand: Path, tmp_path: Path) -> ConversionTable:
    """A conversion table on the shelf, where the two releases are not."""
    path = tmp_path / "table.csv"
    path.write_bytes(conversion_csv([("A00.3", 2018, "C00"), ("A00.20", 2018, "A00.2")]))
    made = ConversionTable.parse(path, edition="2019")
    made.save(at_hand / shelf.file_name(made.edition))
    return made


LIST = ["C00", "A00.2", "B99-C00", "A00.1"]


def ways(found: Impact) -> list[tuple[str, str, tuple[str, ...]]]:
    """Of each code that can be used no longer: code, outcome, what it became or may have become."""
    return [(each.code, str(each.outcome), each.codes) for one in found for each in one.traces]


@pytest.mark.usefixtures("table")
def test_what_became_of_codes(releases: Releases) -> None:
    found = impact_on(LIST, *releases)
    assert ways(found) == [
        ("C00", "mapped", ("A00.3",)),
        ("A00.2", "ambiguous", ("A00.20", "A00.29")),
        ("C00", "mapped", ("A00.3",)),
    ]
    assert [str(each.kind) for each in found if each.traces] == [
        "deleted",
        "became-header",
        "pattern-lost",
    ]
    told = "C00 was billable until 2018-09-30 and is no code from 2018-10-01; conversion table 2019"
    assert found.lines[0][7:9] == ("mapped", "A00.3")
    assert found.lines[0][9] == f"{told}, row 4: A00.3 from 'C00', 2018-10-01"
    assert all(len(line) == len(Impact.HEADS) for line in found.lines)
    assert json.loads(json.dumps(found.to_dict()))["findings"][0]["traces"][0]["codes"] == ["A00.3"]


@pytest.mark.usefixtures("table")
def test_backward(releases: Releases) -> None:
    """To an earlier release a new code leads by the table's own direction."""
    found = impact_on(["A00.3", "A00.20"], *releases[::-1])
    assert ways(found) == [("A00.3", "mapped", ("C00",)), ("A00.20", "ambiguous", ("A00.2",))]
    assert found.findings[0].traces[0].reason == "A00.3 came from C00"


@pytest.mark.usefixtures("at_hand")
def test_without_a_conversion_table_the_findings_say_so(releases: Releases) -> None:
    found = impact_on(LIST, *releases)
    assert ways(found)[:2] == [("C00", "gone", ()), ("A00.2", "ambiguous", ("A00.20", "A00.29"))]
    for each in found:
        assert all(t.told.endswith("no conversion table is at hand") for t in each.traces)


def test_a_conversion_table_that_is_not_at_hand(
    releases: Releases, table: ConversionTable, at_hand: Path
) -> None:
    (at_hand / shelf.file_name(table.edition)).unlink()
    assert ways(impact_on(["C00"], *releases, table=table)) == [("C00", "mapped", ("A00.3",))]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("edition", "said"),
    [(None, "an edition that is not recognised has no days"), ("2014", "draft")],
)
def test_where_nothing_can_be_traced_the_findings_say_so(
    releases: Releases, tmp_path: Path, edition: str | None, said: str
) -> None:
    path = tmp_path / "order.txt"
    path.write_bytes(order_file(BEFORE))
    found = impact_on(LIST, icd10cm.parse(path, edition=edition), releases[1])
    ended = found.of("deleted", "became-header", "pattern-lost")
    assert len(ended) == 3
    assert all(said in each.not_traced and not each.traces for each in ended)
    assert not any(each.not_traced for each in found if each not in ended)
    assert found.lines[0][7:10] == ("not traced", "", ended[0].not_traced)


@pytest.mark.usefixtures("table")
def test_categories_that_change(releases: Releases, tmp_path: Path) -> None:
    path = tmp_path / "F2824T1N_FY23FY24.TXT"
    path.write_bytes(b"C00\t37\tD\r\nA002\t38\tD\r\nA0020\t38\tD\r\nA0029\t38\tD\r\n")
    model = grouping.HccModel.parse(path, model="v28", year="2024")
    found = impact_on(LIST, *releases, groupers=[model])
    assert found.groupers == ("hcc-v28 2024",)
    (deleted,) = found.of("deleted")
    (change,) = deleted.regroupings
    assert str(change) == "hcc-v28 2024: C00 37 → A00.3 not in the table"
    assert found.lines[0][10] == str(change)
    assert change.to_dict()["before"]["categories"][0]["id"] == "37"
    assert not found.of("became-header")[0].regroupings
    with pytest.raises(ComparisonError, match="no codes of HCPCS"):
        impact_on([], *[whole()] * 2, groupers=[model])


@pytest.mark.usefixtures("table")
def test_the_command(
    releases: Releases, tmp_path: Path, at_hand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for release in releases:
        release.save(at_hand / shelf.file_name(release.edition))
    path = tmp_path / "mine.txt"
    path.write_text("\n".join(LIST), encoding="utf-8")
    run, ends = CliRunner(), ["--from", "2018", "--to", "2019"]
    shown = run.invoke(app, ["impact", str(path), *ends])
    assert shown.exit_code == 1
    first = shown.stdout.splitlines()[0].split("\t")
    assert first[:4] == ["C00", "line 1", "deleted", "C00"]
    assert first[7:9] == ["mapped", "A00.3"]
    table = run.invoke(app, ["impact", str(path), *ends, "--csv"]).stdout
    (row, *_) = csv.DictReader(io.StringIO(table, newline=""))
    assert (row["list"], row["outcome"], row["successors"]) == ("mine.txt", "mapped", "A00.3")
    record = json.loads(
        run.invoke(app, ["impact", str(path), *ends, "--json"]).stdout.split("\n")[0]
    )
    assert record["traces"][0]["outcome"] == "mapped"
    piped = run.invoke(app, ["impact", "-", *ends], input="Code,x\nC00,1\n").stdout
    assert piped.splitlines()[0].split("\t")[:4] == ["C00", "line 2", "deleted", "C00"]
    monkeypatch.setenv("FORCE_COLOR", "1")
    fancy = run.invoke(app, ["impact", str(path), *ends], env={"NO_COLOR": "1"}).stdout
    assert "C00 became A00.3" in fancy
    assert "A00.2 candidates A00.20, A00.29" in fancy


def test_two_code_sets(releases: Releases, whole_hcpcs: hcpcs.HcpcsRelease) -> None:
    with pytest.raises(ComparisonError, match="two code sets"):
        impact_on(["A00.1"], releases[0], whole_hcpcs)


def whole() -> hcpcs.HcpcsRelease:
    from hcpcs.examples import small_text
    from hcpcs.reading import read

    return read(small_text(), edition="2025-january")


@pytest.fixture(scope="module")
def whole_hcpcs() -> hcpcs.HcpcsRelease:
    return whole()


@pytest.mark.official
def test_a_year() -> None:
    found = impact_on(
        ["E72.53", "E11.9", "E72.*", "C86.0", "S30.1XXA", "E72.530"],
        full("2025-april"),
        full("2026-april"),
    )
    header, deleted = found.of("became-header")[0], found.of("deleted")[0]
    assert header.codes == ("E72.530", "E72.538", "E72.539")
    assert deleted.code == "S30.1XXA"
    assert found.of("already-new")[0].code == "E72.530"
    gained = found.of("pattern-gained")[0]
    assert set(gained.codes) > {"E72.530", "E72.549"}
    assert {each.after for each in found.of("notes-revised") if each.code == "E11.9"}


@pytest.mark.official
def test_hcpcs() -> None:
    before, after = (
        hcpcs.parse(official_folder("hcpcs", name) / file)
        for name, file in (
            ("2018-january", "2018-Alpha-Numeric-HCPCS-File.zip"),
            ("2019-january", "2019-Alpha-Numeric-HCPCS-File.zip"),
        )
    )
    found = impact_on(["A4221", "C9014", "A428"], before, after)
    assert [(str(each.kind), each.code) for each in found] == [
        ("terminated", "C9014"),
        ("repaired", "A0428"),
    ]


@pytest.mark.official
def test_hcpcs_codes_that_had_ended_before() -> None:
    """C9136 ended in 2015; M1157 came and went between the two releases."""
    before, after = hcpcs_release("2020-october"), hcpcs_release("2025-january")
    found = impact_on(["C9136", "M1157", "C9081", "J9059"], before, after)
    assert [(str(each.kind), each.code, each.after) for each in found] == [
        ("already-ended", "C9136", "last day 2015-03-31"),
        ("already-ended", "M1157", "last day 2023-12-31"),
        ("already-ended", "C9081", "last day 2021-12-31"),
        ("already-ended", "J9059", "last day 2024-12-31"),
    ]


@pytest.mark.official
def test_what_became_of_all_codes_of_a_year(at_hand: Path) -> None:
    """2025 to 2026: none of the 28 codes that ended is named by one row alone."""
    table = ConversionTable.parse(official_folder("crosswalks/conversion", "FY2026"))
    before, after = (
        order_alone(f"{year}/{year}-code-descriptions-tabular-order.zip") for year in (2025, 2026)
    )
    codes = before.select("*", billable=True).codes
    found = impact_on(codes, before, after, table=table)
    assert Counter(str(each.kind) for each in found if each.traces) == {
        "deleted": 12,
        "became-header": 16,
    }
    assert {each.traces[0].outcome for each in found if each.traces} == {"ambiguous"}
    for each in found:
        for trace in each.traces:
            assert set(trace.codes) <= set(after.select("*", billable=True).codes)
            assert set(each.codes) <= set(trace.codes)
            rows = [row for code in trace.codes for row in table.get(code)]
            named = [row for row in rows if row.previous.names(each.code)]
            assert all(f"row {row.row}: {row.code} from" in trace.told for row in named)
            assert bool(named) is not ("no row of conversion table 2026" in trace.told)
    contusion = next(each for each in found if each.code == "S30.1XXA")
    assert contusion.traces[0].codes == ("S30.11XA", "S30.12XA", "S30.13XA")


@pytest.mark.official
def test_what_became_of_all_hcpcs_codes(at_hand: Path) -> None:
    """October 2020 to January 2025, by the cross references of the two files."""
    before, after = hcpcs_release("2020-october"), hcpcs_release("2025-january")
    found = impact_on(before.codes, before, after)
    assert Counter(t.outcome for each in found for t in each.traces) == {
        "gone": 384,
        "ambiguous": 12,
        "mapped": 4,
    }
    ways = {each.code: each.traces[0] for each in found.of("terminated")}
    assert ways["C9060"].codes == ("A9591",)
    assert "2025-january refers to A9591" in ways["C9060"].told
    assert "not in this code set: 55880" in ways["C9747"].told
    (lost,) = impact_on(["C906*"], before, after).of("pattern-lost")
    assert {each.code for each in lost.traces} >= {"C9060", "C9062", "C9064", "C9065", "C9066"}
