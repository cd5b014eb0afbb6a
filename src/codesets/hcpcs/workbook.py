"""Reader of the contractor file in its Excel form: the same records, one row a code.

CMS makes it from the text form, by hand in places: cells that are numbers, a modifier without its
blanks, a description that was too long for its cell and goes on in a second row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

from codesets._gc import gc_suspended
from codesets.hcpcs.code import is_well_formed, is_well_formed_modifier
from codesets.hcpcs.details import (
    Assembler,
    HcpcsRecord,
    foreign_key,
)
from codesets.hcpcs.layout import (
    FIELDS,
    FIRST_WIDTH,
    KEY_WIDTH,
    Field,
    Form,
    RecordKind,
    field_named,
)
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet, read_sheets

__all__ = ["find_header", "read_workbook"]

_HEADERS = {
    header: (entry, occurrence)
    for entry in FIELDS
    for occurrence, header in enumerate(entry.headers)
}
_KEY, _SEQUENCE, _KIND, _LONG = (
    field_named(name) for name in ("key", "sequence_number", "record_kind", "long_description")
)
_HEADER_WITHIN = 60
"""Rows that are searched for the header; the longest preamble so far has ten."""


@frozen
class _Header:
    sheet: Sheet
    row: int
    columns: dict[tuple[str, int], int]
    """(name of the field, occurrence) → column from 0."""


def is_header(texts: Sequence[str]) -> bool:
    """True for the header row: its first cell is `HCPC`, and the record's own heads follow."""
    heads = [_head(text) for text in texts]
    return heads[:1] == ["HCPC"] and "RECID" in heads


def find_header(sheet: Sheet) -> int:
    """The row (from 1) of the header of the contractor file in a sheet; 0 if it has none."""
    for number in range(1, min(len(sheet.rows), _HEADER_WITHIN) + 1):
        if is_header(sheet.texts(number)):
            return number
    return 0


def read_workbook(data: bytes, problems: Problems) -> tuple[HcpcsRecord, ...]:
    """All codes and modifiers of a contractor file in its Excel form, in row order.

    Args:
        data: the bytes of the file, xlsx or xls.
        problems: takes the oddities; raises at losses unless lenient.

    Raises:
        SourceFormatError: no workbook, no header row, CPT or CDT codes among the rows; unless
            lenient also a column missing or unknown, a cell too long for its field, and what
            `records.read_records` refuses.
        MissingExtraError: the extra `excel` is not installed.
    """
    return read_main_sheet(read_sheets(data, problems.file), problems)


def read_main_sheet(sheets: Sequence[Sheet], problems: Problems) -> tuple[HcpcsRecord, ...]:
    """`read_workbook` of sheets that are open already."""
    for sheet in sheets:
        row = find_header(sheet)
        if row:
            with gc_suspended():
                return _SheetReader(_read_header(sheet, row, problems), problems).read()
    raise problems.fatal(
        f"no row begins with the column heads {_KEY.headers[0]}, {_SEQUENCE.headers[0]},"
        f" {_KIND.headers[0]} of the HCPCS contractor file"
    )


def _head(text: str) -> str:
    return " ".join(text.upper().split())


def _read_header(sheet: Sheet, row: int, problems: Problems) -> _Header:
    columns: dict[tuple[str, int], int] = {}
    for column, text in enumerate(sheet.texts(row)):
        head = _head(text)
        if not head:
            continue
        if head not in _HEADERS:
            problems.loss(f"unknown column {text!r}", path=sheet.place(row, column + 1), found=text)
            continue
        entry, occurrence = _HEADERS[head]
        if (entry.name, occurrence) in columns:
            problems.loss(f"column {head} stands twice", path=sheet.place(row, column + 1))
            continue
        columns[entry.name, occurrence] = column
    missing = [head for head, (entry, n) in _HEADERS.items() if (entry.name, n) not in columns]
    if missing:
        problems.loss(f"missing columns: {', '.join(missing)}", path=sheet.place(row, 1))
    return _Header(sheet, row, columns)


@define
class _Open:
    key: str
    is_modifier: bool
    kind: RecordKind
    row: int
    details: str
    parts: list[str] = field(factory=list)


class _SheetReader:
    def __init__(self, header: _Header, problems: Problems) -> None:
        self.header = header
        self.problems = problems
        self.assembler = Assembler(problems, lambda row, _key, name: (None, self._place(row, name)))
        self.records: list[HcpcsRecord] = []
        self.seen: set[str] = set()
        self.open: _Open | None = None
        # What of a row becomes the columns of a line: field, occurrence, column of the sheet.
        self.plan = [
            (entry, occurrence, header.columns[entry.name, occurrence])
            for entry in FIELDS
            for occurrence in range(entry.occurs)
            if (entry.name, occurrence) in header.columns and entry.number > _LONG.number
        ]

    def read(self) -> tuple[HcpcsRecord, ...]:
        for row, texts in self._rows():
            key, kind = self._cell(texts, _KEY).strip(), self._cell(texts, _KIND).strip()
            if kind in (RecordKind.CODE, RecordKind.MODIFIER):
                self._first(row, key, RecordKind(kind), texts)
            elif kind in (RecordKind.CODE_CONTINUED, RecordKind.MODIFIER_CONTINUED):
                self._further(row, key, RecordKind(kind), texts)
            else:
                self._loss(f"{key}: record identification code {kind!r}", row, _KIND)
        self._close()
        if not self.records:
            raise self.problems.fatal("the sheet holds no record below its column heads")
        return tuple(self.records)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        for row, texts in self.header.sheet.filled():
            if row > self.header.row:
                yield row, texts

    def _first(self, row: int, key: str, kind: RecordKind, texts: list[str]) -> None:
        last = self.open
        self._close()
        whose = foreign_key(key)
        if whose:
            raise self.problems.fatal(whose, path=self._place(row, _KEY.name))
        is_modifier = is_well_formed_modifier(key)
        if not is_modifier and not is_well_formed(key):
            self._loss(f"{key!r} is neither code nor modifier", row, _KEY)
            return
        if (kind is RecordKind.MODIFIER) is not is_modifier:
            self._loss(f"record identification code {kind} on {key}", row, _KIND)
        padded = key.rjust(KEY_WIDTH)
        if padded in self.seen:
            self._loss(f"{key}: this key stands twice in the sheet", row, _KEY)
            return
        if last is not None and padded < last.key.rjust(KEY_WIDTH):
            # Rows put in by hand need not stand in order, and nothing hangs on it here.
            self.problems.oddity(
                AnomalyKind.ELEMENT_ORDER,
                f"{key}: out of sequence, after {last.key}",
                path=self._place(row, _KEY.name),
            )
        self.seen.add(padded)
        self.open = _Open(key, is_modifier, kind, row, self._details(row, texts))
        self._add_text(row, texts)

    def _further(self, row: int, key: str, kind: RecordKind, texts: list[str]) -> None:
        if self.open is None or self.open.key != key:
            self._loss(f"{key}: a continuation row without its first row", row, _KEY)
            return
        if self._details(row, texts).strip():
            self._loss(f"{key}: a continuation row has details", row, _KEY)
        self._add_text(row, texts)

    def _add_text(self, row: int, texts: list[str]) -> None:
        record = self.open
        assert record is not None
        record.parts.append(self._cell(texts, _LONG).strip())
        shown, expected = self._cell(texts, _SEQUENCE).strip(), len(record.parts)
        # The sheet shows four of the five digits: 0010, 0020, … for 00100, 00200, …
        if shown.zfill(4) != f"{expected:03}0" and shown != f"{expected:03}00":
            self._loss(
                f"{record.key}: sequence number {shown!r} where {expected:03}0 follows",
                row,
                _SEQUENCE,
            )

    def _close(self) -> None:
        record, self.open = self.open, None
        if record is not None:
            self.records.append(
                self.assembler.assemble(
                    record.key,
                    record.is_modifier,
                    " ".join(record.parts),
                    record.details,
                    record.row,
                )
            )

    def _details(self, row: int, texts: list[str]) -> str:
        """The cells of a row as the columns of a line, for the reader of lines."""
        parts = [" " * _LONG.last]
        at = _LONG.last
        for entry, occurrence, column in self.plan:
            start = entry.first - 1 + occurrence * entry.width
            text = texts[column].strip() if entry.form is not Form.TEXT else texts[column].rstrip()
            if len(text) > entry.width:
                self._loss(
                    f"{text!r} is longer than the {entry.width} columns of {entry.title}",
                    row,
                    entry,
                    occurrence,
                )
                text = ""
            if text:
                parts.append(" " * (start - at))
                parts.append(entry.align(text))
                at = start + entry.width
        return "".join(parts).ljust(FIRST_WIDTH)

    def _cell(self, texts: list[str], entry: Field) -> str:
        column = self.header.columns.get((entry.name, 0))
        return "" if column is None else texts[column]

    def _place(self, row: int, name: str, occurrence: int = 0) -> str:
        column = self.header.columns.get((name, occurrence), 0)
        return self.header.sheet.place(row, column + 1)

    def _loss(self, message: str, row: int, entry: Field, occurrence: int = 0) -> None:
        self.problems.loss(message, path=self._place(row, entry.name, occurrence))
