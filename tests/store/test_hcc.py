"""CMS-HCC tables onto the shelf: models, payment years, issues; labels from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from codesets import grouping, shelf, store
from codesets.errors import EditionError, ReleaseNotFoundError, SourceError
from codesets.store import Installation, State
from grouping.files import FORMAT, HIERARCHY, LABELS, TABLE

OTHER = FORMAT.replace(b"E119\t38", b"E119\t37")
"""Another issue of the format file."""
PROGRAM = b"%MACRO V28I0ED1(AGE=, SEX=, ICD10= );\r\n"


def put(drop: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = drop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return drop


def names(done: Installation) -> list[str]:
    return [str(outcome) for outcome in done]


def passed(done: Installation) -> dict[str, list[str]]:
    return {o.place: [str(each) for each in o.passed_over] for o in done if o.passed_over}


def test_labels_and_hierarchy_join_all_tables_of_their_model(drop: Path) -> None:
    put(drop, {
        "V28-PY2024/F2824T1N.TXT": FORMAT,
        "V28-PY2023/F2823T2N_FY20FY21.TXT": FORMAT,
        "V28-PY2023/F2823T2N_FY22FY23.TXT": OTHER,
        "V28/V28115L3.TXT": LABELS,
        "V28/V28115H1.TXT": HIERARCHY,
        "V28/V28I0ED1.TXT": PROGRAM,
        "V24-PY2022/F2422P1M.TXT": FORMAT,
    })  # fmt: skip
    done = store.install(drop)
    # The format file of V24 has the same lines as one of V28, and is another table all the same.
    assert names(done) == [
        "V28 passed over",
        "hcc-v24 2022-1 installed",
        "hcc-v28 2023-2-fy20fy21 installed",
        "hcc-v28 2023-2-fy22fy23 installed",
        "hcc-v28 2024-1 installed",
    ]
    assert passed(done) == {"V28": ["V28I0ED1.TXT (SAS program)"]}
    v24, *v28 = done.at_hand
    assert {outcome.sources for outcome in v28} == {("format", "labels", "hierarchy")}
    assert {outcome.remarks for outcome in v28} == {()}
    assert v24.sources == ("format",)
    assert v24.remarks == (
        "no labels and no hierarchy of v24 among the files: its categories have no titles, and no"
        " category drops another",
    )
    model = grouping.hcc("v28")
    assert model.edition.name == "2024-1"
    assert model.categories("E11.52")[0].title == "Diabetes with Chronic Complications"
    assert [low.id for low, _ in model.profile(["E11.9", "E11.52"]).dropped] == ["38"]
    assert grouping.hcc("v28", "2023").edition.name == "2023-2-fy22fy23"
    assert [info.file for info in store.provenance("hcc-v28", "2024-1")] == [
        "F2824T1N.TXT", "V28115L3.TXT", "V28115H1.TXT",
    ]  # fmt: skip


def test_issues_of_a_payment_year_are_kept_apart(drop: Path) -> None:
    put(drop, {"F2421P1M.TXT": FORMAT, "F2421P2M.TXT": OTHER})
    assert names(store.install(drop)) == ["hcc-v24 2021-1 installed", "hcc-v24 2021-2 installed"]
    assert [entry.edition.name for entry in shelf.entries("hcc-v24")] == ["2021-1", "2021-2"]
    for year, category in (("2021", "37"), ("2021-1", "38"), ("2021-2", "37"), (None, "37")):
        assert grouping.hcc("v24", year).categories("E11.9")[0].id == category
    assert grouping.hcc("v24", "2021").payment_year == "2021"
    with pytest.raises(ReleaseNotFoundError, match=r"2022 at hand \(at hand: 2021-1, 2021-2\)"):
        grouping.hcc("v24", "2022")


def test_one_table_has_all_models(drop: Path) -> None:
    table = "PY2027/2027 Initial ICD-10-CM Mappings.csv"
    again = "PY2027/2027 Initial, other line ends.csv"
    put(drop, {table: TABLE, again: TABLE.replace(b"\r\n", b"\n"), "L/V28115L3.TXT": LABELS})
    done = store.install(drop)
    assert names(done) == ["hcc-esrd-v24 2027-initial installed", "hcc-v28 2027-initial installed"]
    same = "2027 Initial, other line ends.csv (the same as 2027 Initial ICD-10-CM Mappings.csv)"
    assert passed(done) == {"PY2027": [same]}
    assert [outcome.sources for outcome in done] == [("table",), ("table", "labels")]
    assert done.outcomes[1].remarks == (
        "no hierarchy of v28 among the files: no category drops another",
    )
    # Its payment year may not have begun: it answers where there is no other.
    assert grouping.hcc("esrd-v24").categories("Z99.2")[0].id == "134"


def test_one_model_of_a_table_and_an_edition_for_all_of_it(drop: Path) -> None:
    put(drop, {"mappings.csv": TABLE})
    done = store.install(drop)
    assert [str(outcome.error) for outcome in done.refused] == [
        f"the edition of these hcc-{model} files is not recognised; say it with --edition"
        " (edition=…)" for model in ("esrd-v24", "v28")
    ]  # fmt: skip
    done = store.install(drop, edition="2026-midyear", system="hcc-v28")
    assert names(done) == ["hcc-v28 2026-midyear installed"]
    done = store.install(drop, edition="2026-midyear")
    assert names(done) == [
        "hcc-esrd-v24 2026-midyear installed", "hcc-v28 2026-midyear already there",
    ]  # fmt: skip
    with pytest.raises(EditionError, match="called 'hc'; there are: icd10cm"):
        store.install(drop, system="hc")


def test_two_tables_of_one_name_that_differ_are_refused(drop: Path) -> None:
    put(drop, {"a/F2824T1N.TXT": FORMAT, "b/F2824T1N.TXT": OTHER, "c/F2823T1N.TXT": OTHER})
    done = store.install(drop)
    assert [outcome.state for outcome in done] == [State.REFUSED, State.INSTALLED]
    assert str(done.refused[0].error) == (
        "one table of codes and HCCs is wanted, and there are: F2824T1N.TXT, F2824T1N.TXT; hand in"
        " one at a time"
    )


def test_a_file_whose_name_tells_nothing_is_asked_about(drop: Path) -> None:
    put(drop, {"codes.txt": FORMAT})
    done = store.install(drop)
    assert "say which model (model=…, --system hcc-v28)" in str(done.refused[0].error)
    done = store.install(drop, system="hcc-v28", edition="2024")
    assert names(done) == ["hcc-v28 2024 installed"]
    assert grouping.hcc("v28", "2024").edition.name == "2024"


def test_a_table_alone_does_not_push_out_one_with_labels(drop: Path) -> None:
    put(drop, {"F2824T1N.TXT": FORMAT, "V28115L3.TXT": LABELS})
    assert store.install(drop)
    (drop / "V28115L3.TXT").unlink()
    done = store.install(drop)
    assert "is at hand with format + labels, and these files have no labels" in str(
        done.refused[0].error
    )
    assert names(store.install(drop, replace=True)) == ["hcc-v28 2024-1 replaced"]


def test_the_newest_labels_of_the_nearest_place_are_taken(drop: Path) -> None:
    older = LABELS.replace(b"V28115L3", b"V28115L1").replace(b"Heart Failure", b"Old words")
    put(drop, {
        "near/F2824T1N.TXT": FORMAT, "near/labels.txt": older,
        "far/F2823T1N.TXT": OTHER, "labels/b.txt": LABELS, "labels/a.txt": older + b"\r\n",
        "unnamed/labels.txt": LABELS.replace(b"%MACRO V28115L3;", b""),
    })  # fmt: skip
    done = store.install(drop)
    assert grouping.hcc("v28", "2024").labels["226"] == "Old words"
    assert grouping.hcc("v28", "2023").labels["226"] == "Heart Failure"
    assert passed(done) == {
        "labels": ["a.txt (labels of HCCs V28115L1)"], "unnamed": ["labels.txt (labels of HCCs)"],
    }  # fmt: skip


def test_what_is_not_read_is_told(drop: Path) -> None:
    put(drop, {
        "F221690P.ICD10.TXT": b"A0103   115 ^\r\nA0104   39  ^\r\n",
        "F221690P.ICD9.TXT": b"0031   2   \r\n00322  115 \r\nV8543  22  \r\n",
        "V05128L1.TXT": LABELS.replace(b"%MACRO V28115L3", b"%macro V05128L1"),
        "V24H86L1.TXT": LABELS.replace(b"V28115L3", b"V24H86L1"),
    })  # fmt: skip
    done = store.install(drop)
    assert names(done) == ["hcc-v22 2016 installed"]
    assert passed(done) == {"drop": [
        "F221690P.ICD9.TXT (HCCs of ICD-9-CM codes, which are not read)",
        "V05128L1.TXT (labels V05128L1 of a model that is not read)",
        "V24H86L1.TXT (labels of HCCs V24H86L1)",
    ]}  # fmt: skip
    (drop / "F221690P.ICD10.TXT").unlink()
    with pytest.raises(SourceError, match=r"no release among the files: .*V24H86L1"):
        store.install(drop)


def test_a_broken_table_is_refused_and_the_others_are_installed(drop: Path) -> None:
    put(drop, {
        "F2824T1N.TXT": FORMAT + b"99213\t1\t\r\n", "F2823T1N.TXT": FORMAT,
        "2027 Initial.csv": b'"Diagnosis Code",HCC\r\n"open',
    })  # fmt: skip
    done = store.install(drop)
    assert [outcome.state for outcome in done.refused] == [State.REFUSED] * 2
    assert any("line 10: '99213' is no code" in str(each.error) for each in done.refused)
    assert [str(each) for each in done.at_hand] == ["hcc-v28 2023-1 installed"]
