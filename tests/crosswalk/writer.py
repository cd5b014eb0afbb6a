"""Writes small files of the crosswalks in their publishers' formats."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from hcpcs.writer import write_sheets

__all__ = ["HEADS", "NOTE", "conversion_csv", "conversion_workbook"]

NOTE = "The National Center for Health Statistics (NCHS) has published an update."
HEADS = ("Current code assignment", "Effective", "Previous Code(s) Assignment")
Row = tuple[str, int | str | date, str]


def conversion_workbook(
    rows: Iterable[Row], *, sheet: str = "Sheet1", heads: tuple[str, ...] = HEADS, above: int = 0
) -> bytes:
    """The workbook form; `above` empty rows stand before the note, as in the issue for 2017."""
    table: list[list[Any]] = [*([[]] * above), [NOTE], list(heads), *map(list, rows)]
    return write_sheets({sheet: table})


def conversion_csv(rows: Iterable[Row], *, heads: tuple[str, ...] = HEADS) -> bytes:
    """The CSV form: the note is a cell with a line end inside."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([[NOTE.replace(" has", " \nhas"), "", ""], heads, *rows])
    return stream.getvalue().encode("ascii")


GemRow = tuple[str, str, str]


def gem(direction: str, rows: Iterable[GemRow]) -> bytes:
    """A GEM file of rows of source, target and flags, as written: 19 columns and CRLF."""
    width, first = {"i9": (5, 7), "i10": (7, 9), "i9pcs": (5, 7), "pcsi9": (7, 9)}[direction]
    lines = []
    for source, target, flags in rows:
        line = (
            source.ljust(width) + " " * (first - 1 - width) + target.ljust(14 - first) + f" {flags}"
        )
        assert len(line) == 19, line
        lines.append(f"{line}\r\n")
    return "".join(lines).encode("ascii")
