"""Maps made of the conversion table, and of a user's own tables."""

from __future__ import annotations

import io
from typing import Any

import pytest

from codesets.crosswalk import Crosswalk, Relationship
from codesets.errors import ArgumentTypeError, CrosswalkError, SourceError, SourceFormatError
from crosswalk.test_conversion import ROWS
from crosswalk.writer import conversion_csv
from hcpcs.writer import write_sheets


def test_the_conversion_table_as_a_map() -> None:
    crosswalk = Crosswalk.from_conversion_table(io.BytesIO(conversion_csv(ROWS)))
    assert repr(crosswalk) == (
        "<Crosswalk conversion 2024, ICD-10-CM 2024 to ICD-10-CM: 12 entries of 8 sources>"
    )
    assert crosswalk["A04.71"].targets == ("A04.7",)
    assert crosswalk["a04.72"].entries[0].flags == "2017-10-01"
    assert crosswalk["R29.700"].is_no_map
    together = crosswalk["H44.2B1"]
    (scenario,) = together.scenarios
    assert [[e.target for e in each] for each in scenario.choice_lists] == [[None], ["H35.30"]]
    assert [entry.raw for entry in together.unresolved] == ["H44.20-H44.23 and H35.30"]
    assert together.targets == ("H35.30",)
    # The row stands twice in the table, and so in the map.
    assert crosswalk["O44.20"].targets == ("O44.00", "O44.10")
    assert len(crosswalk["O44.20"].entries) == 4
    assert crosswalk["W44.A0XA"].targets == ()
    assert crosswalk["W44.A0XA"].is_in_map
    assert not crosswalk["W44.A0XA"].is_no_map
    assert repr(crosswalk["W44.A0XA"]) == "<Translation W44.A0XA: no target>"
    assert crosswalk["J12.82"].entries[0].place.line == 8


TABLE = """id,icd9,icd10,how,note
1,250.00,E11.9,equivalent,a
2,25000,E11.8,source-is-narrower-than-target,b
3,V54.12,,related-to,"two
lines"
4,250.01,E10.9,related-to,
5,25000,E11.65,related-to,late
"""
COLUMNS: dict[str, Any] = {"source": "icd9", "target": "icd10", "systems": ("icd9cm", "icd10cm")}


def read(text: str, **changes: Any) -> Crosswalk:
    return Crosswalk.from_table(io.BytesIO(text.encode()), **{**COLUMNS, **changes})


def test_a_table_with_named_columns() -> None:
    crosswalk = read(TABLE, relationship="how", flags="note", name="ours")
    assert crosswalk["250.00"].targets == ("E11.9", "E11.8", "E11.65")
    assert [e.relationship for e in crosswalk["25000"].entries] == [
        Relationship.EQUIVALENT, Relationship.NARROWER, Relationship.RELATED_TO,
    ]  # fmt: skip
    assert [(e.flags, e.place.line) for e in crosswalk["25000"].entries] == [
        ("a", 2), ("b", 3), ("late", 7),
    ]  # fmt: skip
    assert crosswalk["V54.12"].is_no_map
    assert crosswalk["V54.12"].entries[0].raw == "3,V54.12,,related-to,two\nlines"
    assert list(crosswalk) == ["250.00", "V54.12", "250.01"]
    assert crosswalk.reversed()["E11.8"].entries[0].relationship is Relationship.BROADER
    assert (crosswalk.kind, crosswalk.edition.name) == ("table", "ours")
    assert read(TABLE)["250.00"].entries[0].relationship is Relationship.RELATED_TO
    assert read(TABLE, relationship="equivalent")["250.00"].is_exact


def test_a_system_of_ones_own() -> None:
    """Codes of any form and length, kept as they stand."""
    text = "sct;icd\n73211009;E11.9\n1234567890123456789;E11.8\nKöln;E11.65\n"
    crosswalk = read(
        text, source="sct", target="icd", systems=("SNOMED CT", "icd10cm"), delimiter=";"
    )
    assert crosswalk["73211009"].targets == ("E11.9",)
    assert crosswalk.translate("1234567890123456789").targets == ("E11.8",)
    assert not crosswalk.translate("123456789012345678").is_in_map
    assert str(crosswalk.source) == "SNOMED CT"
    # Codes of such a system stand above no others, whatever they begin with.
    short = read("a;b\nDM2;E11.9\n", source="a", target="b", systems=("Ours", "icd10cm"),
                 delimiter=";")  # fmt: skip
    assert short.translate("dm2").targets == ("E11.9",)
    assert not short.translate("DM").is_in_map
    again = Crosswalk.from_bytes(crosswalk.file.to_bytes())
    assert list(again) == list(crosswalk)
    assert list(crosswalk.reversed()["E11.9"].targets) == ["73211009"]
    with pytest.raises(CrosswalkError, match="'icd8' is none of the systems known"):
        read(text, systems=("icd8", "icd10cm"))


def test_a_workbook() -> None:
    rows = [line.split(",")[:3] for line in TABLE.splitlines() if line[0] in "i124"]
    data = write_sheets({"Map": rows})
    crosswalk = Crosswalk.from_table(io.BytesIO(data), **COLUMNS)
    assert crosswalk["250.01"].targets == ("E10.9",)


@pytest.mark.parametrize(
    ("text", "changes", "message"),
    [
        (TABLE, {"source": "icd8"}, "line 1: the column 'icd8' is not there; columns: 'id'"),
        (TABLE.replace("id,", "icd9,"), {}, "the column 'icd9' stands more than once"),
        (TABLE, {"relationship": "who"}, "the column 'who' is not there"),
        (TABLE, {"flags": "who"}, "the column 'who' is not there"),
        ("", {}, "the column 'icd9' is not there; columns: none"),
        ("icd9,icd10\n", {}, "no row below its header"),
        ("icd9,icd10\n25000\n", {}, "line 2: a row of 1 cells where 2 columns are"),
        ("icd9,icd10\nE1.19,E11.9\n", {}, "line 2: 'E1.19' is no ICD-9-CM code"),
        ("icd9,icd10\n25000,E1.19\n", {}, "line 2: 'E1.19' is no ICD-10-CM code"),
        ("icd9,icd10,how\n25000,E11.9,so\n", {"relationship": "how"}, "'so' is no relationship"),
        ('icd9,icd10\n"25000,E11.9', {}, "no CSV"),
        ("icd9,icd10\n25000,E11.9\n", {"encoding": "utf-16"}, "no text in utf-16"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_refused(text: str, changes: Any, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(text, **changes)


@pytest.mark.parametrize(
    ("heads", "message"),
    [
        (["id", "icd10"], "the column 'icd9' is not there; columns: 'id', 'icd10'"),
        (["icd9", "icd9", "icd10"], "the column 'icd9' stands more than once"),
        (["250.00", "E11.9"], "the column 'icd9' is not there; columns: '250.00', 'E11.9'"),
    ],
)
def test_a_workbook_without_its_header_is_refused(heads: list[str], message: str) -> None:
    rows = [heads, *[["250.00"] * (len(heads) - 1) + ["E11.9"]] * 2]
    with pytest.raises(SourceFormatError, match=message):
        Crosswalk.from_table(io.BytesIO(write_sheets({"Map": rows})), **COLUMNS)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"delimiter": "ab"}, CrosswalkError, "'ab' is no delimiter: one character is wanted"),
        ({"delimiter": None}, CrosswalkError, "None is no delimiter"),
        ({"systems": ("X Y",)}, CrosswalkError, "a map has two systems, not 1"),
        ({"systems": "X Y"}, ArgumentTypeError, "a list of systems is wanted, not 'X Y' alone"),
        ({"systems": (5, "icd10cm")}, CrosswalkError, "5 is none of the systems known"),
        # E11 is in the text E11.9, which is another thing than to be one of the texts of a list.
        ({"no_map": "E11.9"}, ArgumentTypeError, "a list of texts is wanted, not 'E11.9' alone"),
        ({"no_map": 5}, ArgumentTypeError, "a list of texts is wanted"),
        ({"encoding": None}, ArgumentTypeError, "a text is wanted, not None"),
        ({"name": 5}, ArgumentTypeError, "a text is wanted, not 5"),
    ],
)
def test_an_argument_that_is_none_is_refused(changes: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        read(TABLE, **changes)


def test_one_file_is_wanted(tmp_path: Any) -> None:
    with pytest.raises(SourceError, match="one file with a table is wanted, not 0"):
        Crosswalk.from_table(tmp_path, **COLUMNS)
