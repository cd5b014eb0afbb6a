"""What a new release means for a list of codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codesets import hcpcs, icd10cm
from codesets.errors import ComparisonError
from codesets.impact import Impact, ImpactKind, impact_on
from icd10cm.official.releases import full
from official import official_folder
from timeline.conftest import Order, order_file

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


def test_a_sibling_is_wanted_only_by_who_has_all_of_them(releases: Releases) -> None:
    assert not impact_on(["A00.1"], *releases).of(ImpactKind.NEW_SIBLING)


def test_patterns(releases: Releases) -> None:
    assert told(impact_on(["A00.*", "B99-C00", "B99", "Z*"], *releases)) == [
        ("pattern-gained", "A00.*", ("A00.20", "A00.29", "A00.3")),
        ("pattern-lost", "A00.*", ("A00.2",)),
        ("pattern-lost", "B99-C00", ("C00",)),
        ("unknown", "Z*", ()),
    ]


def test_from_a_file(releases: Releases, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Code;Title\nC00;Old fever\nB99;Ague\n", encoding="utf-8")
    (found,) = impact_on(path, *releases)
    assert (found.kind, found.entry.place) == (ImpactKind.DELETED, "line 2")


def test_every_entry_has_its_findings_or_none(releases: Releases) -> None:
    """Nothing is dropped: of the same code twice, both entries are told."""
    assert told(impact_on(["C00", "C00"], *releases)) == [("deleted", "C00", ())] * 2


def test_two_code_sets(releases: Releases, whole_hcpcs: hcpcs.HcpcsRelease) -> None:
    with pytest.raises(ComparisonError, match="two code sets"):
        impact_on(["A00.1"], releases[0], whole_hcpcs)


@pytest.fixture(scope="module")
def whole_hcpcs() -> hcpcs.HcpcsRelease:
    from hcpcs.examples import small_text
    from hcpcs.reading import read

    return read(small_text(), edition="2025-january")


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
