"""Reader of the conversion table of NCHS, as workbook or CSV: one record a row.

Three columns below a preamble of one to two rows: `Current code assignment`, `Effective October 1`
(from January 2021 `Effective`), `Previous Code(s) Assignment`. The header is found by its first
cell; the name of the sheet is no year (the table of 2023 calls itself FY22).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from attrs import field, frozen

from codesets.errors import SourceFormatError
from codesets.icd10cm.code import is_well_formed, normalize
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Cell, is_workbook, read_sheets
from codesets.sources import SourceFile

__all__ = [
    "HEADER",
    "ConversionRecord",
    "ReadTable",
    "is_conversion_table",
    "read_conversion_table",
]

HEADER = "Current code assignment"
"""The first cell of the header row."""
_HEADERS = ("current code assignment", "effective", "previous code")
"""What each cell of the header begins with, in lower case."""
_HEADER_LINE = re.compile(rb'^"?Current code assignment"? *,', re.MULTILINE | re.IGNORECASE)
_HEADER_WITHIN = 20
"""Rows that are searched for the header; it has been the second or third so far."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)
_SPELLINGS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
"""How a day may be written in the CSV form; none has been so far."""


@frozen
class ConversionRecord:
    """One row of the table.

    Attributes:
        code: the current code, canonical.
        code_text: the cell as it stands.
        effective: first day of the code; a year in the table stands for its October 1.
        effective_text: the cell as it stands, a day in ISO form.
        previous: the cell of the previous codes as it stands.
        row: row of the sheet, or line of the CSV file, from 1.
    """

    code: str
    code_text: str
    effective: date
    effective_text: str
    previous: str
    row: int


@frozen
class ReadTable:
    """A table as it was read.

    Attributes:
        records: its rows.
        note: the free text above the header.
        columns: the heads of the three columns.
        sheet: name of the sheet; None for CSV.
    """

    records: tuple[ConversionRecord, ...]
    note: str
    columns: tuple[str, ...]
    sheet: str | None


@frozen
class _Grid:
    """Numbered rows of cells, wherever they came from."""

    sheet: str | None
    rows: list[tuple[int, list[Cell]]] = field(repr=False)

    def header(self) -> int | None:
        """The place of the header row."""
        for place, (_, cells) in enumerate(self.rows[:_HEADER_WITHIN]):
            heads = [_text(cell).strip().lower() for cell in cells[: len(_HEADERS)]]
            if heads[:1] == [_HEADERS[0]]:
                return place
        return None

    def line(self, row: int) -> int | None:
        """The line of a row; None in a workbook."""
        return row if self.sheet is None else None

    def path(self, row: int, column: int) -> str:
        """How a cell is called, as `Sheet1!B7`; empty in CSV."""
        return "" if self.sheet is None else f"{self.sheet}!{'ABC'[column]}{row}"


def is_conversion_table(file: SourceFile) -> bool:
    """True for a file that holds a conversion table, by its header row.

    Raises:
        SourceError: the file cannot be read.
        MissingExtraError: it is a workbook and the extra `excel` is not installed.
    """
    head = file.head
    if not is_workbook(head):
        return _HEADER_LINE.search(head) is not None
    try:
        grids = _grids(file.read(), Problems(file.name))
        return any(grid.header() is not None for grid in grids)
    except SourceFormatError:
        return False


def read_conversion_table(data: bytes, problems: Problems) -> ReadTable:
    """All rows of a conversion table.

    Args:
        data: the bytes of the file, xlsx or CSV.
        problems: takes the oddities; raises at losses unless lenient.

    Raises:
        SourceFormatError: no header row, no row below it; unless lenient also a row without a code
            or a date, and cells outside the three columns.
        MissingExtraError: it is a workbook and the extra `excel` is not installed.
    """
    for grid in _grids(data, problems):
        start = grid.header()
        if start is not None:
            return _read(grid, start, problems)
    raise problems.fatal(f"no row begins with {HEADER!r}, so this is no conversion table")


def _grids(data: bytes, problems: Problems) -> Iterator[_Grid]:
    if is_workbook(data[:8]):
        for sheet in read_sheets(data, problems.file):
            yield _Grid(sheet.name, list(enumerate(sheet.rows, 1)))
    else:
        yield _Grid(None, list(_lines(data, problems)))


def _lines(data: bytes, problems: Problems) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(io.StringIO(problems.decoded(data), newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, list(record)
            line = reader.line_num + 1
    except csv.Error as error:
        raise problems.fatal(f"no CSV: {error}", line=reader.line_num) from error


def _read(grid: _Grid, start: int, problems: Problems) -> ReadTable:
    row, cells = grid.rows[start]
    columns = tuple(_text(cell) for cell in cells)
    for number, expected in enumerate(_HEADERS):
        head = columns[number] if number < len(columns) else ""
        if not head.strip().lower().startswith(expected):
            message = f"the head of column {number + 1} is {head!r}, not {expected.capitalize()}…"
            raise problems.fatal(message, line=grid.line(row), path=grid.path(row, number))
    note = " ".join(text for _, above in grid.rows[:start] for text in map(_text, above) if text)
    records = tuple(_records(grid, grid.rows[start + 1 :], problems))
    if not records:
        raise problems.fatal("no row stands below the header")
    return ReadTable(records, note, columns[: len(_HEADERS)], grid.sheet)


def _records(
    grid: _Grid, rows: Iterable[tuple[int, list[Cell]]], problems: Problems
) -> Iterator[ConversionRecord]:
    for row, cells in rows:
        texts = [_text(cell) for cell in cells]
        if not any(text.strip() for text in texts):
            continue  # issues since January 2021 end with three empty rows
        if len(texts) < len(_HEADERS) or any(text.strip() for text in texts[len(_HEADERS) :]):
            problems.loss(
                f"a row of {len(texts)} cells where three columns are",
                found=" | ".join(texts),
                line=grid.line(row),
                path=grid.path(row, 0),
            )
            continue
        record = _record(grid, row, cells, texts, problems)
        if record is not None:
            yield record


def _record(
    grid: _Grid, row: int, cells: list[Cell], texts: list[str], problems: Problems
) -> ConversionRecord | None:
    code, effective = texts[0].strip(), _day(cells[1])
    if not is_well_formed(code):
        problems.loss(
            f"{code!r} is no code",
            found=texts[0],
            line=grid.line(row),
            path=grid.path(row, 0),
        )
        return None
    if effective is None:
        problems.loss(
            f"{code}: {texts[1]!r} is neither a year nor a day",
            found=texts[1],
            line=grid.line(row),
            path=grid.path(row, 1),
        )
        return None
    for column in (0, 2):
        if texts[column] != texts[column].strip():
            problems.oddity(
                AnomalyKind.BLANKS,
                f"{code}: blanks around the cell",
                found=texts[column],
                line=grid.line(row),
                path=grid.path(row, column),
            )
    return ConversionRecord(normalize(code), texts[0], effective, texts[1], texts[2], row)


def _day(cell: Cell) -> date | None:
    """The first day that a cell speaks of; a year stands for its October 1."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell).strip()
    if _YEAR.fullmatch(text):
        return date(int(text), 10, 1)
    for spelling in _SPELLINGS:
        try:
            return datetime.strptime(text, spelling).date()
        except ValueError:
            continue
    return None


def _text(cell: Cell) -> str:
    """A cell as text: a year without decimals, a day in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
