"""`codesets export`, and `codesets.export` behind it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets import icd10cm
from codesets.export import ExportFormat, export_bytes, export_release, tables_of

NAMES = [
    "release",
    "codes",
    "chapters",
    "sections",
    "section_index",
    "notes",
    "seventh_characters",
    "visual_impairment",
    "introduction",
    "provenance",
]
CODES = [
    "position",
    "code",
    "compact",
    "display",
    "long_description",
    "short_description",
    "is_billable",
    "is_placeholder",
    "level",
    "parent",
    "last_position",
    "section",
    "chapter",
    "seventh_character",
    "seventh_from",
]


def table(release: icd10cm.Icd10cmRelease, name: str) -> list[dict[str, str]]:
    data = export_bytes(release, "csv", table=name).decode()
    return list(csv.DictReader(io.StringIO(data, newline="")))


def test_names_are_stable(fevers: icd10cm.Icd10cmRelease) -> None:
    tables = tables_of(fevers)
    assert list(tables) == NAMES
    assert list(tables["codes"].names) == CODES
    for each in tables.values():
        assert set(each.key) <= set(each.names)
        assert all(len(row) == len(each.columns) for row in each.rows())
        for row in each.rows():
            for cell, column in zip(row, each.columns, strict=True):
                assert cell is None or type(cell) is column.type


def test_every_code_stands_in_the_table(fevers: icd10cm.Icd10cmRelease) -> None:
    rows = table(fevers, "codes")
    assert [row["code"] for row in rows] == list(fevers)
    for row in rows:
        code = fevers[row["code"]]
        assert row["display"] == code.display
        assert row["is_billable"] == str(int(code.is_billable))
        assert row["is_placeholder"] == str(int(code.is_placeholder))
        assert row["parent"] == (code.parent.code if code.parent else "")
        assert row["level"] == str(len(code.ancestors))
        assert code.section is not None
        assert row["section"] == code.section.id
        assert row["chapter"] == str(code.section.chapter.number)
        below = rows[int(row["position"]) : int(row["last_position"])]
        assert [each["code"] for each in below] == list(code.descendants.codes)
        made = code.seventh_character
        assert row["seventh_character"] == (made.character if made else "")
        assert row["seventh_from"] == ("T36" if code.code.startswith("T36") else "")
        assert row["long_description"] == ""


def test_order_file_fills_descriptions(full: Path) -> None:
    row = table(icd10cm.load_path(full), "codes")[1]
    assert row["long_description"] == row["short_description"] == "Blue fever, Menage type"


def test_order_file_alone(order: Path) -> None:
    release = icd10cm.parse(order, edition="2026-april")
    assert {row["section"] + row["chapter"] for row in table(release, "codes")} == {""}
    for name in NAMES[2:-1]:
        assert table(release, name) == []


def test_notes_stand_at_their_owner_once(fevers: icd10cm.Icd10cmRelease) -> None:
    rows = [(r["owner_kind"], r["owner"], r["position"], r["kind"]) for r in table(fevers, "notes")]
    assert rows == [
        ("chapter", "1", "1", "includes"),
        ("chapter", "1", "2", "useAdditionalCode"),
        ("section", "A00-A09", "1", "excludes2"),
        ("section", "T07-T36", "1", "codeFirst"),
        ("code", "A00", "1", "excludes1"),
        ("code", "A00", "2", "excludes1"),
        ("code", "A00.0", "1", "inclusionTerm"),
        ("code", "T36", "1", "sevenChrNote"),
        ("code", "T36", "2", "inclusionTerm"),
    ]
    blot = table(fevers, "notes")[-1]
    assert (blot["text"], blot["seventh_character"]) == ("first blot", "A")


def test_other_tables(fevers: icd10cm.Icd10cmRelease) -> None:
    (release,) = table(fevers, "release")
    assert (release["system"], release["edition"]) == ("icd10cm", "2026-april")
    assert (release["effective_from"], release["effective_to"]) == ("2026-04-01", "2026-09-30")
    assert [row["number"] for row in table(fevers, "chapters")] == ["1", "19"]
    sections = {row["id"]: row["parent"] for row in table(fevers, "sections")}
    assert sections == {"A00-A09": "", "B20": "", "T07-T36": "", "T36-T50": "T07-T36"}
    assert [row["id"] for row in table(fevers, "section_index")] == ["A00-A09", "B20", "T36-T50"]
    assert table(fevers, "seventh_characters")[1] == {
        "code": "T36",
        "position": "2",
        "seventh_character": "D",
        "meaning": "subsequent encounter",
    }
    assert table(fevers, "introduction")[1]["text"] == "What is included.\nIn two lines."
    (source,) = table(fevers, "provenance")
    assert (source["file"], source["kind"]) == ("tabular.xml", "tabular")


def test_visual_impairment(visual: Path) -> None:
    rows = table(icd10cm.load_path(visual), "visual_impairment")
    assert [tuple(row.values()) for row in rows] == [
        ("B20", "1", "1", "Category", "Acuity", "Below:", "From:"),
        ("B20", "2", "1", "1", "", "6/18", "6/60"),
        ("B20", "2", "2", "1", "", "20/70", ""),
    ]


def test_csv_is_rfc_4180(fevers: icd10cm.Icd10cmRelease) -> None:
    data = export_bytes(fevers, ExportFormat.CSV)
    first, second, *_ = data.split(b"\r\n")
    assert first == ",".join(CODES).encode()
    assert second == b"1,A00,A00,Blue fever,,,0,0,0,,3,A00-A09,1,,"
    assert '"Blue fever, Ménage type"'.encode() in data
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.endswith(b"\r\n")


def test_jsonl_keeps_types(fevers: icd10cm.Icd10cmRelease) -> None:
    rows = [json.loads(line) for line in export_bytes(fevers, "jsonl").decode().splitlines()]
    assert list(rows[0]) == CODES
    assert rows[0]["is_billable"] is False
    assert rows[0]["long_description"] is None
    assert rows[0]["chapter"] == 1


def test_sqlite_holds_all_tables(fevers: icd10cm.Icd10cmRelease, tmp_path: Path) -> None:
    path = export_release(fevers, tmp_path / "fevers.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert [name for (name,) in names] == NAMES
        for name, each in tables_of(fevers).items():
            rows = connection.execute(f"SELECT * FROM {name}").fetchall()
            assert rows == list(each.rows())
        # What the notes of a code are, asked as a user would.
        notes = connection.execute(
            "SELECT text FROM codes JOIN notes ON owner_kind = 'code' AND owner = seventh_from"
            " AND notes.seventh_character = codes.seventh_character WHERE code = 'T36.9XXA'"
        )
        assert notes.fetchall() == [("first blot",)]


def test_wrong_calls(fevers: icd10cm.Icd10cmRelease, tmp_path: Path) -> None:
    for call in (
        lambda: export_release(fevers, tmp_path / "x.txt"),
        lambda: export_bytes(fevers, "xlsx"),
        lambda: export_bytes(fevers, "csv", table="nope"),
        lambda: export_bytes(fevers, "sqlite", table="codes"),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            call()
    assert list(tmp_path.glob("x*")) == []


# The verb.


@pytest.mark.parametrize(
    ("name", "options"),
    [("out.csv", []), ("out.jsonl", []), ("out", ["--format", "csv"]), ("out.DB", [])],
)
def test_export(run: Run, tmp_path: Path, name: str, options: list[str]) -> None:
    out = tmp_path / name
    result = run("export", "-o", out, *options)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{out}: ICD-10-CM 2026-april, ")
    assert out.stat().st_size > 1000


def test_export_to_standard_output(run: Run, fevers: icd10cm.Icd10cmRelease) -> None:
    result = run("export", "2026-april", "--format", "csv", "--table", "notes")
    assert result.exit_code == 0
    assert result.stdout_bytes == export_bytes(fevers, "csv", table="notes")


def test_export_of_a_file_as_json(run: Run, full: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite"
    record = json.loads(run("export", full, "-o", out, "--json").stdout)
    assert record["format"] == "sqlite"
    assert record["tables"] == NAMES
    assert record["size"] == out.stat().st_size
    assert record["edition"] == "2026-april"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--format", "sqlite"],
        ["--format", "xlsx"],
        ["-o", "out.txt"],
        ["-o", "out.csv", "--table", "nope"],
        ["-o", "out.sqlite", "--table", "codes"],
        ["2019", "-o", "out.csv"],
    ],
)
def test_misuse(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", *arguments).exit_code == 2
    assert list(tmp_path.glob("out*")) == []
