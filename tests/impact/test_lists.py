"""Lists of codes as people keep them: text, CSV, JSON, workbooks, and what is wrong with some."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from codesets.errors import MissingExtraError, SourceError, SourceFormatError
from codesets.impact import read_list
from codesets.impact.repairs import repaired
from hcpcs.writer import write_sheets

CODES = ["E11.9", "C86.0", "E72.*", "C00-C96"]


def texts(path: Path, column: str | None = None) -> list[str]:
    return [each.text for each in read_list(path, column)]


@pytest.mark.parametrize("separator", ["\n", "\r\n", ", ", ";", "\t"])
def test_text(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(f"\ufeff# my list{chr(10)}{separator.join(CODES)}".encode())
    assert texts(path) == CODES
    assert read_list(path)[0].place == "line 2"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_a_head(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Name", "ICD10", "n"], *(["Ménière", code, "7"] for code in CODES)]
    path = tmp_path / "list.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert texts(path) == CODES
    assert texts(path, "icd10") == CODES
    assert read_list(path)[0].place == "line 2"


def test_csv_without_a_head(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("diabetes,E11.9\nlymphoma,C86.0\n", encoding="utf-8")
    assert texts(path) == ["E11.9", "C86.0"]


def test_a_column_found_by_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("what,mine\ndiabetes,E11.9\nlymphoma,\nfever,A00.1\n", encoding="utf-8")
    assert texts(path) == ["E11.9", "A00.1"]


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps(CODES), encoding="utf-8")
    assert texts(path) == CODES
    path.write_text(json.dumps([{"n": 1, "code": code} for code in CODES]), encoding="utf-8")
    assert texts(path) == CODES
    assert read_list(path)[1].place == "element 1"


def test_workbook(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    rows: list[list[object]] = [["Code", "Count"], *([code, 7] for code in CODES), [119, 1]]
    path.write_bytes(write_sheets({"Sheet1": rows}))
    assert texts(path) == [*CODES, "119"]
    assert read_list(path)[0].place == "row 2"


def test_places_in_a_csv_whose_cells_have_lines(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b'code;title\r\nE11.9;"one\r\ntwo"\r\nC86.0;x\r\n')
    assert [(each.text, each.place) for each in read_list(path)] == [
        ("E11.9", "line 2"),
        ("C86.0", "line 4"),
    ]


@pytest.mark.parametrize("first", ["11.9", "428", "1-Nov", "?"])
def test_a_garbled_code_in_the_first_row_is_no_head(tmp_path: Path, first: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{first}\nE11.9\nC86.0\n", encoding="utf-8")
    assert texts(path) == [first, "E11.9", "C86.0"]


@pytest.mark.parametrize(
    "content",
    [
        "code\ttitle, more\nE11.9\tx, y\n",
        "code,title; more\nE11.9,x; y\n",
        'code;title\nE11.9;"a, b\n, c"\n',
        "E11.9|a, b\n",
        "E11.9;\n",
    ],
)
def test_other_delimiters_in_the_cells(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content, encoding="utf-8")
    assert texts(path) == ["E11.9"]


def test_rows_above_the_head(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Codes of 2025,\n,\nTitle,ICD10\nx,E11.9\ny,C86.0\n", encoding="utf-8")
    assert texts(path) == ["E11.9", "C86.0"]
    assert texts(path, "title") == ["x", "y"]


def test_ranges_with_blanks_in_a_text(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("C00 - C96, E11.9\nC86.0 - lymphoma\nA0428 – A0433\n", encoding="utf-8")
    assert texts(path) == ["C00-C96", "E11.9", "C86.0", "-", "lymphoma", "A0428-A0433"]


def test_all_sheets_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "named wrongly.csv"
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "One": [["Code"], ["E11.9"]],
        "About": [["what this is"]],
        "Two": [["Code", "on"], ["C86.0", 1], [date(2024, 11, 1), 1]],
    }
    path.write_bytes(write_sheets(sheets))
    assert [(each.text, each.place) for each in read_list(path)] == [
        ("E11.9", "One row 2"),
        ("C86.0", "Two row 2"),
        ("2024-11-01", "Two row 3"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b'code,t\nE11.9,"abc\nC86.0,x\n', "line 2: it is no CSV: unexpected end"),
        ("a.csv", b"code\nE11.9\0\n", "it is no text: it has NUL"),
        ("a.pdf", b"%PDF-1.4\0", "it is no text"),
        ("a.docx", b"PK\x03\x04 cut off", "it is no workbook"),
        ("a.json", b'["E11.9", {"code": "C86.0"}]', "an array of codes, or of objects"),
        ("a.json", b'[["E11.9"], ["C86.0"]]', "an array of codes, or of objects"),
        ("a.json", b'[{"code": "E11.9", "code": "C86.0"}]', "a member twice: code"),
        ("a.csv", b"x,y\n1,2\n3,4\n", "no column of codes: say which with --column"),
        ("a.csv", b"dx one,dx two\nE11.9,E11.8\nC86.0,C86.1\n", "2 columns that could be codes"),
        ("a.csv", b"", "the list has no entries"),
        ("a.txt", b"# nothing\n", "the list has no entries"),
        ("a.json", b"{", "it is no JSON"),
        ("a.json", b'{"code": "E11.9"}', "an array of codes"),
        ("a.json", b"[" * 100_000, "it is no JSON"),
        ("a.xlsx", b"PK\x03\x04 cut off", "it is no workbook"),
    ],
)
def test_what_is_no_list(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceFormatError, match=said) as caught:
        read_list(path)
    assert caught.value.file == str(path)


def test_a_workbook_that_would_end_the_process(tmp_path: Path) -> None:
    """A cell at the far corner asks for a rectangle of 17 billion cells."""
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", '<c r="XFD1048576"/>')
    with pytest.raises(SourceFormatError, match="a cell far outside"):
        read_list(path)


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("code,title\nE11.9,x\n", encoding="utf-8")
    with pytest.raises(SourceFormatError, match="not one column 'dx'; its first row is 'code'"):
        read_list(path, "dx")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_list(tmp_path / "none.csv")


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"")
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r"codesets\[excel\]"):
        read_list(path)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("E11,9", "E11.9"),
        ("E11 . 9", "E11.9"),
        ("E11.9.", "E11.9"),
        ("\u00a0'E11.9\u200b", "E11.9"),
        ("A428", "A0428"),
        ("A4-28", None),
        ("I1O", "I10"),
        ("11.9", None),
        ("Q99.99", None),
    ],
)
def test_repairs(text: str, meant: str | None) -> None:
    """Only where exactly one reading is a code."""
    assert repaired(text, {"E11.9", "A0428", "I10"}.__contains__) == meant


def test_prose_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("These are our codes of the year: E11.9 and C00.\n", encoding="utf-8")
    with pytest.raises(SourceFormatError, match=r"no list of codes: 8 of 10 words are none"):
        read_list(path)
    path.write_text("# our codes\nE11.9 and C00.*, not E*\n", encoding="utf-8")
    assert texts(path) == ["E11.9", "and", "C00.*", "not", "E*"]


@pytest.mark.parametrize(
    ("data", "column"),
    [
        (b"E11.9\nC86.0", None),
        (b'"title","Code"\n"a","E11.9"\n"b","C86.0"\n', None),
        (b"title;mine\na;E11.9\nb;C86.0\n", "mine"),
        (b'["E11.9", "C86.0"]', None),
    ],
)
def test_an_open_file_is_told_by_what_it_holds(data: bytes, column: str | None) -> None:
    assert [each.text for each in read_list(io.BytesIO(data), column)] == ["E11.9", "C86.0"]
