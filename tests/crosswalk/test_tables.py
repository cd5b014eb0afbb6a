"""Maps, conversion tables, titles and groupers as plain tables: nothing is flattened."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from codesets import grouping
from codesets.crosswalk import ConversionTable, Crosswalk, Icd9Titles
from codesets.export import ExportFormat, export_bytes, export_release, tables_of
from grouping.files import CCIR, FORMAT, HIERARCHY, LABELS, TABLE, ccsr_workbook, cmr_workbook

GEM = b"".join(
    line + b"\r\n"
    for line in (
        b"0010  A000    00000", b"24951 E08311  10111", b"24951 E0836   10111",
        b"24951 E0839   10000", b"24951 E0865   10112", b"36570 NoDx    11000",
        b"66602 O720    10000", b"66602 O720    10111", b"66602 O721    10112",
    )
)  # fmt: skip
CONVERSION = b"""A note\r
Current code assignment,Effective,Previous Code(s) Assignment\r
A04.71 ,2017,A04.7\r
U07.1,2020-04-01,B97.29\r
H44.2B1,2017,H44.20-H44.23 and H35.30\r
Q52.120,2016,Q25.12\r
R29.700,2016,None\r
"""
LONG = b"0010  Cholera due to vibrio cholerae, of some length\r\nV5412 Aftercare\r\n"
SHORT = b"0010  Cholera d/t vib cholerae\r\nV5412 Aftercare\r\n"


def gem() -> Crosswalk:
    return Crosswalk.from_gem(io.BytesIO(GEM), edition="2018")


def conversion() -> ConversionTable:
    return ConversionTable.parse(io.BytesIO(CONVERSION), edition="2022")


def titles() -> Icd9Titles:
    return Icd9Titles.parse(io.BytesIO(LONG), io.BytesIO(SHORT), version="v32")


def v28() -> grouping.HccModel:
    files = map(io.BytesIO, (FORMAT, LABELS, HIERARCHY))
    return grouping.HccModel.parse(*files, model="v28", year="2024-1")


def mappings() -> grouping.HccModel:
    return grouping.HccModel.parse(io.BytesIO(TABLE), model="v28", year="2027-initial")


def ccsr() -> grouping.Ccsr:
    return grouping.Ccsr.parse(io.BytesIO(ccsr_workbook()))


def ccir() -> grouping.Ccir:
    return grouping.Ccir.parse(io.BytesIO(CCIR))


def cmr() -> grouping.Elixhauser:
    return grouping.Elixhauser.parse(io.BytesIO(cmr_workbook()))


_MODEL = ("map", "entries", "categories", "hierarchy", "notes", "provenance")
_GROUPER = ("map", "entries", "categories", "provenance")
KEPT = (
    (gem, ("map", "entries", "provenance")),
    (conversion, ("issue", "entries", "previous", "errata", "provenance")),
    (titles, ("release", "codes", "provenance")),
    (v28, _MODEL),
    (mappings, _MODEL),
    (ccsr, _GROUPER),
    (ccir, _GROUPER),
    (cmr, ("map", "entries", "categories", "measures", "provenance")),
)


def rows(kept: Any, table: str | None = None) -> list[dict[str, Any]]:
    data = export_bytes(kept, "jsonl", table=table).decode()
    return [json.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize(("make", "names"), KEPT)
def test_every_format_holds_all_of_every_kind(
    make: Any, names: tuple[str, ...], tmp_path: Path
) -> None:
    kept = make()
    tables = tables_of(kept)
    assert tuple(tables) == names
    database = export_release(kept, tmp_path / "all.sqlite")
    with closing(sqlite3.connect(database)) as connection:
        for name, table in tables.items():
            expected = list(table.rows())
            assert connection.execute(f"SELECT * FROM {name}").fetchall() == expected
            for row in expected:
                for cell, column in zip(row, table.columns, strict=True):
                    assert cell is None or type(cell) is column.type
            records = rows(kept, name)
            assert [tuple(record.values()) for record in records] == expected
            text = export_bytes(kept, ExportFormat.CSV, table=name).decode()
            lines = list(csv.reader(io.StringIO(text, newline="")))
            assert lines[0] == list(table.names)
            assert len(lines) == len(expected) + 1
            keys = [tuple(record[key] for key in table.key) for record in records]
            assert not table.key or len(set(keys)) == len(keys)


def test_a_map_keeps_every_line_with_its_flags_scenarios_and_choice_lists() -> None:
    kept = gem()
    found = rows(kept)
    assert "".join(f"{row['raw']}\r\n" for row in found).encode() == GEM
    assert [row["line"] for row in found] == list(range(1, 10))
    for row, entry in zip(found, kept.entries, strict=True):
        told = {**entry.to_dict(), "line": entry.place.line}
        assert {name: told[name] for name in row if name != "position"} == {
            name: value for name, value in row.items() if name != "position"
        }
    assert [(r["target"], r["flags"], r["scenario"], r["choice_list"]) for r in found[5:8]] == [
        (None, "11000", 0, 0), ("O72.0", "10000", 0, 0), ("O72.0", "10111", 1, 1),
    ]  # fmt: skip
    (about,) = rows(kept, "map")
    assert (about["kind"], about["edition"], about["effective_from"]) == (
        "gem-i9", "2018", "2017-10-01",
    )  # fmt: skip
    assert (about["source_system"], about["target_system"], about["target_release"]) == (
        "icd9cm", "icd10cm", "2018",
    )  # fmt: skip


def test_what_was_passed_on_the_way_is_kept() -> None:
    composed = gem().compose(gem().reversed())
    assert {row["via"] for row in rows(composed) if row["source"] == "001.0"} == {"A00.0"}


def test_a_conversion_table_keeps_cells_terms_and_connectors() -> None:
    found = rows(conversion())
    assert [row["code_text"] for row in found][:2] == ["A04.71 ", "U07.1"]
    assert [row["joining"] for row in found] == [
        "single", "single", "together", "single", "nothing",
    ]  # fmt: skip
    assert (found[1]["effective"], found[1]["effective_text"]) == ("2020-04-01", "2020-04-01")
    terms = [tuple(row.values()) for row in rows(conversion(), "previous") if row["entry"] == 3]
    assert terms == [
        (3, 1, None, "range", "H44.20", "H44.23", "H44.20-H44.23"),
        (3, 2, " and ", "code", "H35.30", None, "H35.30"),
    ]
    (wrong,) = rows(conversion(), "errata")
    assert (wrong["entry"], wrong["found"], wrong["meant"]) == (4, "Q25.12", "Q52.12")
    (issue,) = rows(conversion(), "issue")
    assert (issue["note"], issue["head_previous"]) == ("A note", "Previous Code(s) Assignment")


def test_titles_long_and_short() -> None:
    assert [tuple(row.values()) for row in rows(titles())][1] == (
        2, "V54.12", "V5412", "Aftercare", "Aftercare",
    )  # fmt: skip
    assert rows(titles(), "release")[0]["system"] == "icd9cm"


def test_groupers_keep_categories_hierarchy_and_notes() -> None:
    model = v28()
    assert {row["category"]: row["title"] for row in rows(model, "categories")} == model.labels
    lines = [(r["line"], r["category"], r["drops"]) for r in rows(model, "hierarchy")]
    assert lines[:2] == [(1, "37", "38"), (2, "62", "63")]
    assert len(lines) == sum(len(line.drops) for line in model.hierarchy)
    assert [(r["target"], r["flags"]) for r in rows(model) if r["source"] == "E11.52"] == [
        ("37", ""), ("263", "D"),
    ]  # fmt: skip
    assert [row["text"] for row in rows(mappings(), "notes")] == ["Notes:", "1. A code may repeat"]
    measures = {row["measure"]: row["uses_poa"] for row in rows(cmr(), "measures")}
    assert measures == {"CMR_AIDS": False, "CMR_CBVD": True, "CMR_PARALYSIS": True}
    assert {"category": "CBVD_SQLA", "measure": "CMR_CBVD"} in rows(cmr(), "categories")
    assert {row["flags"] for row in rows(ccsr())} == {"NN", "YY", "XY"}
