"""Writes small HCPCS releases in the publisher's formats, from the reader's own layout table."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from attrs import frozen

from codesets.hcpcs.details import HcpcsRecord, write_field
from codesets.hcpcs.layout import CONTINUED_BY, FIELDS, RECORD_WIDTH, Form, RecordKind, field_named

LONG = field_named("long_description")
KEYS = tuple(field_named(name) for name in ("key", "sequence_number", "record_kind"))
DETAILS = tuple(entry for entry in FIELDS if entry.number > LONG.number)


@frozen
class Shape:
    """How a release was written out; every release so far has its own."""

    preamble: tuple[str, ...] = ()
    first_width: int = RECORD_WIDTH
    further_width: int = LONG.last
    closing: str = ""
    line_end: str = "\r\n"


def kind_of(record: HcpcsRecord) -> RecordKind:
    return RecordKind.MODIFIER if record.is_modifier else RecordKind.CODE


def leading_columns(record: HcpcsRecord, number: int = 1) -> str:
    """Columns 1 to 11 of the line `number` of a record, from 1."""
    kind = kind_of(record)
    values = (
        record.key.rjust(5),
        f"{number * 100:05}",
        str(kind if number == 1 else CONTINUED_BY[kind]),
    )
    return "".join(write_field(entry, value) for entry, value in zip(KEYS, values, strict=True))


def detail_columns(record: HcpcsRecord) -> str:
    """Columns 92 to 320 of the first line of a record."""
    unread = dict(record.unread)
    return "".join(
        unread[entry.name].ljust(entry.width * entry.occurs)
        if entry.name in unread
        else write_field(entry, "" if entry.form is Form.FILLER else getattr(record, entry.name))
        for entry in DETAILS
    )


def wrapped(text: str) -> list[str]:
    """A long description as the publisher wraps it: words whole, a blank at the line's end."""
    return textwrap.wrap(text, LONG.width - 1, break_long_words=False, break_on_hyphens=False)


def text_lines(record: HcpcsRecord, shape: Shape) -> list[str]:
    lines = []
    for number, part in enumerate(wrapped(record.long_description) or [""], 1):
        line = leading_columns(record, number) + part.ljust(LONG.width)
        if number == 1:
            line = (line + detail_columns(record))[: shape.first_width]
        else:
            line = line.ljust(shape.further_width) if shape.further_width else line.rstrip()
        lines.append(line)
    return lines


def write_text(records: Iterable[HcpcsRecord], shape: Shape | None = None) -> bytes:
    shape = shape or Shape()
    lines = [*shape.preamble]
    for record in records:
        lines += text_lines(record, shape)
    text = "".join(line + shape.line_end for line in lines) + shape.closing
    return text.encode("cp1252")


@frozen
class SheetShape:
    """How a workbook was written out; every release so far has its own."""

    name: str = "A"
    preamble: tuple[str, ...] = ()
    pads_modifiers: bool = True
    numbers: frozenset[str] = frozenset()
    """Heads of columns whose cells are numbers."""
    cut_after: int = 0
    """Words after which a long description goes on in a second row; 0: never."""
    shuffled: bool = False
    """Columns in another order."""


HEADS = tuple(head for entry in FIELDS for head in entry.headers)


def sheet_rows(records: Iterable[HcpcsRecord], shape: SheetShape) -> list[dict[str, str]]:
    rows = []
    for record in records:
        words = record.long_description.split(" ")
        cut = shape.cut_after if 0 < shape.cut_after < len(words) else len(words)
        row = _details_row(record)
        row["HCPC"] = record.key.rjust(5) if shape.pads_modifiers else record.key
        row["SEQNUM"], row["RECID"] = "0010", str(kind_of(record))
        row["LONG DESCRIPTION"] = " ".join(words[:cut])
        rows.append(row)
        if words[cut:]:
            rest = {"SEQNUM": "0020", "RECID": str(CONTINUED_BY[kind_of(record)])}
            rest |= {"HCPC": row["HCPC"], "LONG DESCRIPTION": " ".join(words[cut:])}
            rows.append(rest)
    return rows


def _details_row(record: HcpcsRecord) -> dict[str, str]:
    columns = detail_columns(record)
    row = {}
    for entry in DETAILS:
        for head, place in zip(entry.headers, entry.slices, strict=bool(entry.headers)):
            cell = columns[place.start - LONG.last : place.stop - LONG.last]
            row[head] = cell if entry.form is Form.NUMBER else cell.strip()
    return row


def write_workbook(records: Iterable[HcpcsRecord], shape: SheetShape | None = None) -> bytes:
    shape = shape or SheetShape()
    heads = HEADS[:1] + tuple(sorted(HEADS[1:])) if shape.shuffled else HEADS
    rows: list[list[Any]] = [[line] for line in shape.preamble]
    rows.append(list(heads))
    for row in sheet_rows(records, shape):
        cells = [row.get(head, "") for head in heads]
        rows.append(
            [
                float(cell) if head in shape.numbers and cell.strip() else cell
                for head, cell in zip(heads, cells, strict=True)
            ]
        )
    return write_sheets({shape.name: rows})


def write_sheets(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of these sheets; empty texts leave their cell out, dates become date cells."""
    buffer = io.BytesIO()
    with _book(buffer) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(at, column, cell) if cell else None
                    else:
                        sheet.write(at, column, cell)
    return buffer.getvalue()


def write_far_cell(row: int, column: int) -> bytes:
    """A workbook with one cell, counted from 0."""
    buffer = io.BytesIO()
    with _book(buffer) as book:
        book.add_worksheet("A").write(row, column, "far")
    return buffer.getvalue()


def _book(buffer: io.BytesIO) -> Any:
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "mm/dd/yyyy"})
    # The same content gives the same bytes: the time of writing would be put in.
    book.set_properties({"created": datetime(2025, 1, 1)})
    return book


def write_notes(notes: Iterable[tuple[str, str]]) -> bytes:
    """A processing notes file: (number, text) in the publisher's typography."""
    lines = ["PROCESSING NOTES".center(90), " " + "_" * 130, ""]
    for number, text in notes:
        for at, part in enumerate(textwrap.wrap(text, 70, break_on_hyphens=False) or [""]):
            lead = f"          {number}--" if at == 0 else " " * 16
            lines.append((lead + part).ljust(91) + "*")
        lines.append(" " * 91 + "*")
    return "".join(line + "\r\n" for line in lines).encode("cp1252")
