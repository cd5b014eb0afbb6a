"""The Excel form of the contractor file, and the text against it."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesets.errors import MissingExtraError, SourceFormatError
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.workbook import read_workbook
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet, read_sheets
from codesets.sources import Limits
from hcpcs import official_files
from hcpcs.strategies import releases, sheet_shapes, unhurried
from hcpcs.test_records import A0021, LT, RELEASE
from hcpcs.writer import HEADS, SheetShape, sheet_rows, write_far_cell, write_sheets, write_workbook


def read(data: bytes, *, lenient: bool = False) -> tuple[HcpcsRecord, ...]:
    return read_workbook(data, Problems("x.xlsx", lenient))


def rows(*records: HcpcsRecord, **changes: Any) -> list[list[Any]]:
    """The rows of a sheet, head first; `changes` are cells of its first record."""
    cells: list[dict[str, Any]] = [*sheet_rows(records or RELEASE, SheetShape())]
    cells[0] = cells[0] | changes
    return [list(HEADS), *([row.get(head, "") for head in HEADS] for row in cells)]


def book(sheet: list[list[Any]]) -> bytes:
    return write_sheets({"A": sheet})


@given(releases(), sheet_shapes)
@settings(unhurried, max_examples=40)
def test_written_then_read_back_equal(release: tuple[HcpcsRecord, ...], shape: SheetShape) -> None:
    problems = Problems("x.xlsx")
    assert read_workbook(write_workbook(release, shape), problems) == release
    assert not problems.anomalies


def test_line_is_the_row() -> None:
    shape = SheetShape(preamble=("***Disclaimers", ""), cut_after=30)
    assert [r.line for r in read(write_workbook(RELEASE, shape))] == [4, 5, 6]


def test_rows_put_in_by_hand() -> None:
    """J5 of October 2020: no blanks before it, numbers for texts, a blank at the end."""
    sheet = rows(
        LT,
        HCPC="LT",
        RECID=7.0,
        SEQNUM=10.0,
        **{"ADD DT": 19820101.0},
        **{"LONG DESCRIPTION": "Left side ", "ACT EFF DT": date(1992, 1, 1)},
    )
    assert read(book(sheet)) == (LT,)


def test_a_cut_description_goes_on_in_a_second_row() -> None:
    """G0503 of 2019 and 2020."""
    problems = Problems("x.xlsx")
    data = write_workbook(RELEASE, SheetShape(cut_after=5))
    assert read_workbook(data, problems) == RELEASE
    assert len(sheet_rows(RELEASE, SheetShape(cut_after=5))) == 5
    assert not problems.anomalies


def test_a_row_out_of_order_loses_nothing() -> None:
    problems = Problems("x.xlsx")
    assert read_workbook(book(rows(A0021, LT)), problems) == (A0021, LT)
    (anomaly,) = problems.anomalies
    assert (anomaly.kind, anomaly.place.path) == (AnomalyKind.ELEMENT_ORDER, "A!A3")


def test_other_sheets_and_empty_rows_do_not_matter() -> None:
    sheet = rows()
    sheet.insert(2, [""])
    sheet[0] += ["", "  "]
    sheet.append(["\x1a"])
    data = write_sheets({"Notes": [["about"]], "Empty": [], "HCPCS_2018_Alpha": sheet})
    assert read(data) == RELEASE


def test_odd_values_are_kept_and_named_by_their_cell() -> None:
    problems = Problems("x.xlsx")
    (record,) = read_workbook(book(rows(A0021, ASC_GRP="20", ASC_DT="170401")), problems)
    assert (record.asc_group, record.asc_effective_on) == ("20", None)
    assert record.unread == (("asc_effective_on", "170401"),)
    (anomaly,) = problems.anomalies
    assert anomaly.place.path == "A!AF2"


HCPC, RECID, ACTION = HEADS.index("HCPC"), HEADS.index("RECID"), HEADS.index("ACTION CD")
BAD: dict[str, tuple[list[list[Any]], str, str, list[str]]] = {
    # name: rows, cell at fault, words of the error, keys for a lenient reader
    "no kind": (rows(A0021, RECID=""), "A!C2", "identification code ''", []),
    "unknown kind": (rows(RECID="5"), "A!C2", "identification code '5'", ["A0021", "A0100"]),
    "no key": (rows(HCPC="nobody"), "A!A2", "neither code nor modifier", ["A0021", "A0100"]),
    "kind of the other": (rows(A0021, RECID="7"), "A!C2", "code 7 on A0021", ["A0021"]),
    "twice": ([*rows(A0021), rows(A0021)[1]], "A!A3", "stands twice", ["A0021"]),
    "continuation alone": (rows(A0021, RECID="4"), "A!A2", "without its first row", []),
    "number": (rows(A0021, SEQNUM="0020"), "A!B2", "number '0020' where 0010", ["A0021"]),
    "unknown action": (rows(A0021, **{"ACTION CD": "Z"}), "A!AV2", "unknown action", ["A0021"]),
    "added date": (rows(A0021, **{"ADD DT": "20230229"}), "A!AS2", "Added Date", ["A0021"]),
    "date as number": (rows(A0021, **{"TERM DT": 2023.5}), "A!AU2", "Termination", ["A0021"]),
    "too long": (rows(A0021, STATUTE="1833(t)(1)(B)"), "A!Q2", "longer than the 10", ["A0021"]),
    "unknown column": (
        [[*row, extra] for row, extra in zip(rows(A0021), ("NEW", "x"), strict=True)],
        "A!AW1", "unknown column 'NEW'", ["A0021"],
    ),
    "column twice": (
        [[*row, row[ACTION]] for row in rows(A0021)], "A!AW1", "ACTION CD stands twice", ["A0021"],
    ),
    "column missing": (
        [row[:ACTION] for row in rows(A0021)], "A!A1", "missing columns: ACTION CD", ["A0021"],
    ),
    "details": (
        [*rows(A0021), [*rows(A0021)[1][:1], "0020", "4", *rows(A0021)[1][3:]]],
        "A!A3", "continuation row has details", ["A0021"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_names_the_cell_and_lenient_reads_on(name: str) -> None:
    sheet, cell, words, keys = BAD[name]
    with pytest.raises(SourceFormatError, match=re.escape(words)) as caught:
        read(book(sheet))
    assert (caught.value.path, caught.value.file) == (cell, "x.xlsx")
    problems = Problems("x.xlsx", lenient=True)
    if keys:
        assert [r.key for r in read_workbook(book(sheet), problems)] == keys
    else:
        with pytest.raises(SourceFormatError, match="no record"):
            read_workbook(book(sheet), problems)
    assert problems.anomalies[0].place.path == cell


@pytest.mark.parametrize(
    ("key", "owner"), [("99213", "Medical"), (99213.0, "Medical"), ("D0120", "Dental")]
)
def test_codes_of_other_owners_are_refused(key: str | float, owner: str) -> None:
    with pytest.raises(SourceFormatError, match=f"A!A2: .*American {owner} Association"):
        read(book(rows(A0021, HCPC=key)), lenient=True)


def test_a_header_that_is_not_found() -> None:
    with pytest.raises(SourceFormatError, match="no row begins with the column heads HCPC, SEQNUM"):
        read(book([["CODE", "ACTION", "EFF DATE"], ["A0021", "ADD", ""]]))
    with pytest.raises(SourceFormatError, match="no row begins"):
        read(book([[""]] * 60 + rows()))


def test_heads_without_records() -> None:
    with pytest.raises(SourceFormatError, match="no record below"):
        read(book(rows()[:1]))


# --- Workbooks that are none --------------------------------------------------------------------


def test_no_workbook() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("word/document.xml", "<document/>")
    for content in (b"", b"HCPC,SEQNUM", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with pytest.raises(SourceFormatError, match="no workbook that can be read"):
            read(content)
    with pytest.raises(SourceFormatError, match="no Excel workbook"):
        read(archive.getvalue())


@given(st.data())
@settings(unhurried, max_examples=60)
def test_damaged_workbooks_give_an_error_of_ours(draw: st.DataObject) -> None:
    whole = bytearray(write_workbook(RELEASE))
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(whole) - 1))
        whole[at] = draw.draw(st.integers(0, 255))
    data = bytes(whole[: draw.draw(st.integers(0, len(whole)) | st.just(len(whole)))])
    with suppress(SourceFormatError):
        read(data, lenient=True)


@pytest.mark.parametrize("place", [(1048575, 16383), (1048575, 0), (0, 16383), (0, 78), (99999, 3)])
def test_a_far_cell_is_refused_before_it_takes_all_memory(place: tuple[int, int]) -> None:
    """A sheet is opened as a rectangle; one with a cell at XFD1048576 ends the process."""
    with pytest.raises(SourceFormatError, match="far outside any official sheet"):
        read(write_far_cell(*place))


@pytest.mark.parametrize("place", [(99998, 0), (0, 77)])
def test_a_cell_that_is_not_too_far(place: tuple[int, int]) -> None:
    with pytest.raises(SourceFormatError, match="no row begins"):
        read(write_far_cell(*place))


def test_a_workbook_that_unpacks_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codesets.sheets.LIMITS", Limits(file_bytes=1000))
    with pytest.raises(SourceFormatError, match="unpacks to more than 1,000 bytes"):
        read(write_workbook(RELEASE))


class PanicException(BaseException):
    """What a fault inside the Rust library surfaces as; it cannot be imported."""


def test_a_fault_inside_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[BaseException] = [PanicException(), KeyboardInterrupt()]

    class Book:
        @staticmethod
        def from_filelike(_data: object) -> None:
            raise raised.pop(0)

    monkeypatch.setattr("python_calamine.CalamineWorkbook", Book)
    data = write_workbook(RELEASE)
    with pytest.raises(SourceFormatError, match="it is damaged"):
        read(data)
    with pytest.raises(KeyboardInterrupt):
        read(data)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r'pip install "codesets\[excel\]"'):
        read(write_workbook(RELEASE))


def test_cells_and_places() -> None:
    (sheet,) = read_sheets(book([["x", 7.0, 7.5, True, date(2025, 1, 31)]]), "x.xlsx")
    assert sheet.texts(1) == ["x", "7", "7.5", "True", "20250131"]
    assert [Sheet("A", []).place(1, column) for column in (1, 26, 27, 52, 53, 703)] == [
        "A!A1", "A!Z1", "A!AA1", "A!AZ1", "A!BA1", "A!AAA1",
    ]  # fmt: skip


# --- Official files -----------------------------------------------------------------------------


def differences(edition: str) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Attribute → key → (text, workbook), where the two forms of a release differ."""
    found: dict[str, dict[str, tuple[Any, Any]]] = defaultdict(dict)
    text, workbook = official_files.text(edition)[0], official_files.workbook(edition)[0]
    assert [r.key for r in text] == [r.key for r in workbook]
    for left, right in zip(text, workbook, strict=True):
        if left != right:
            for attribute in attrs.fields(HcpcsRecord):
                pair = getattr(left, attribute.name), getattr(right, attribute.name)
                if attribute.eq and pair[0] != pair[1]:
                    found[attribute.name][left.key] = pair
    return dict(found)


# The type of service R, which E0210 and E0776 have in Excel alone.
ONLY_IN_EXCEL = {
    "E0210": (("A", "L", "P"), ("A", "L", "P", "R")),
    "E0776": (("A", "E", "P"), ("A", "E", "P", "R")),
}


# Formats 6.6 and 6.15: action dates that are blank in Excel, by the letter of the code.
BLANK_DATES = {
    "2016-january": {"L": 93, "A": 9, "V": 9, "C": 1, "E": 2, "G": 1},
    "2019-january": {"L": 93, "A": 9, "V": 9, "C": 1, "E": 2, "G": 1},
    "2025-january": {"L": 93, "A": 9, "V": 9, "C": 2, "E": 2, "G": 1},
}


@pytest.mark.official
@pytest.mark.parametrize("edition", ["2018-january", "2020-january"])
def test_official_forms_that_agree(edition: str) -> None:
    assert differences(edition) == {}


@pytest.mark.official
@pytest.mark.parametrize("edition", list(BLANK_DATES))
def test_official_forms_that_differ(edition: str) -> None:
    found = differences(edition)
    dates = found.pop("action_effective_on")
    assert {excel for _, excel in dates.values()} == {None}
    assert all(text for text, _ in dates.values())
    assert Counter(key[0] for key in dates) == BLANK_DATES[edition]
    if edition != "2016-january":
        assert found.pop("types_of_service") == ONLY_IN_EXCEL
    if edition == "2025-january":
        ((text, excel),) = found.pop("long_description").values()
        assert text == excel + " goals and are prepared for discharge from active treatment"
        assert excel.endswith("symptoms and/or other treatment")
    assert found == {}


@pytest.mark.official
def test_official_description_in_two_rows() -> None:
    for edition in ("2019-january", "2020-january", "2020-april", "2020-october"):
        (record,) = (r for r in official_files.workbook(edition)[0] if r.key == "G0503")
        assert record.long_description.endswith(
            "symptoms and/or other treatment goals and are prepared for discharge from active"
            " treatment"
        )


@pytest.mark.official
def test_official_row_put_in_by_hand() -> None:
    (record,) = (r for r in official_files.workbook("2020-october")[0] if r.key == "J5")
    assert record.is_modifier
    assert record.added_on == record.action_effective_on == date(2020, 10, 1)
    assert record.long_description.endswith("occupational therapist professional service")


@pytest.mark.official
@pytest.mark.parametrize(
    ("edition", "blanks"),
    [
        ("2016-january", 36), ("2018-january", 0), ("2019-january", 72), ("2020-january", 80),
        ("2020-april", 84), ("2020-october", 85), ("2025-january", 105),
    ],
)  # fmt: skip
def test_official_anomalies(edition: str, blanks: int) -> None:
    _, anomalies = official_files.workbook(edition)
    assert [a.place.path for a in anomalies if a.kind is not AnomalyKind.BLANKS] == (
        [f"HCPCS_2018_Alpha!AF{row}" for row in (1340, 1373, 1374, 1375, 1376)]
        if edition == "2018-january"
        else []
    )
    assert sum(a.kind is AnomalyKind.BLANKS for a in anomalies) == blanks
