"""A user's own list of codes: text, CSV, JSON or a workbook, with every entry's place.

Nothing is dropped silently: what is no code, pattern or range is an entry all the same.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from attrs import frozen

from codesets.errors import SourceError, SourceFormatError
from codesets.sheets import is_workbook, read_sheets

__all__ = ["ListEntry", "read_list"]

LIMIT = 64 << 20
"""Bytes of a list; a list of all codes with their titles has some ten million."""

# Heads that name a column of codes, in the order of preference.
HEADS = (
    *("code", "codes", "icd10", "icd-10", "icd10cm", "icd-10-cm", "icd_code"),
    *("hcpcs", "hcpcs_code", "diagnosis", "diagnosis code", "dx", "procedure code", "value"),
)
SHARE = 0.5
"""So many of the cells of a column must look like codes, where no head names it."""

DELIMITERS = ",;\t|"
LOOKED_AT = 200
"""So many rows of a CSV are looked at to find its delimiter."""
HEAD_ROWS = 10
"""So many rows may stand above the codes, a title and the like, before the heads come."""

_RANGE = re.compile(
    r"(?<![^\s,;])([A-Z][0-9][0-9A-Z.]{1,6}) +[-–] +(?=[A-Z][0-9][0-9A-Z.]{1,6}(?![^\s,;]))",
    re.IGNORECASE | re.ASCII,
)
"""A range with blanks around its hyphen, in a text whose entries stand apart by blanks."""
_CODE = re.compile(
    r"[A-Z][0-9A-Z]{2}(\.?[0-9A-Z]{0,4})?( *[.*–-][0-9A-Z.*– -]*)?", re.IGNORECASE | re.ASCII
)


@frozen
class ListEntry:
    """One entry of a list.

    Attributes:
        text: as it stands in the file, blanks around it taken off.
        place: where, in words: a line, a cell, a position.
    """

    text: str
    place: str


def read_list(path: str | Path | BinaryIO, column: str | None = None) -> tuple[ListEntry, ...]:
    """The codes, patterns and ranges of a file.

    Args:
        path: a file of text (a code a line, or apart by blanks, commas or semicolons), CSV, JSON
            (an array of texts, or of objects) or a workbook, whose sheets may all have codes; a
            workbook is told by what it holds, the others apart by the ending of the name. Or an
            open binary file, which is told by what it holds alone.
        column: head of the column (name of the member) that has the codes; None to find it.

    Returns:
        The entries, empty ones left out.

    Raises:
        SourceError: the file cannot be read, or is too large.
        SourceFormatError: it has no column of codes, or several that could be it.
        MissingExtraError: it is a workbook and the extra `excel` is not installed.
    """
    if isinstance(path, str | Path):
        file, read = str(path), _READERS.get(Path(path).suffix.lower(), _read_text)
    else:
        file, read = str(getattr(path, "name", "") or "<open file>"), _read_unnamed
    data = _bytes_of(path, file)
    if is_workbook(data):
        read = _read_workbook
    entries = tuple(each for each in read(data, file, column) if each.text)
    if not entries:
        raise SourceFormatError("the list has no entries", file=file)
    return entries


def _bytes_of(path: str | Path | BinaryIO, file: str) -> bytes:
    try:
        if isinstance(path, str | Path):
            with open(path, "rb") as stream:
                data = stream.read(LIMIT + 1)
        else:
            data = path.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{file} cannot be read: {reason}", file=file) from error
    if len(data) > LIMIT:
        raise SourceError(f"{file} has more than {LIMIT >> 20} MB: no list", file=file)
    return data


def _decoded(data: bytes, file: str) -> str:
    """UTF-8 with or without BOM, UTF-16 with one; else Windows-1252, as spreadsheets write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise SourceFormatError("it is no text: it has NUL characters", file=file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _read_text(data: bytes, file: str, column: str | None) -> list[ListEntry]:
    found = []
    for number, line in enumerate(_decoded(data, file).splitlines(), 1):
        entries = _RANGE.sub(r"\1-", line.partition("#")[0])
        words = (part.strip("\"'") for part in re.split(r"[\s,;]+", entries))
        found += [ListEntry(word, f"line {number}") for word in words if word]
    # Prose: every code has a digit, and every pattern one or its sign.
    prose = [each for each in found if not re.search(r"[0-9*]", each.text)]
    if len(prose) > len(found) * SHARE:
        raise SourceFormatError(
            f"it is no list of codes: {len(prose):,} of {len(found):,} words are none (codes with"
            " their titles are read from CSV)",
            file=file,
        )
    return found


def _read_unnamed(data: bytes, file: str, column: str | None) -> Iterable[ListEntry]:
    """What comes without a name to go by: JSON, a table whose head is known or named, or text."""
    text = _decoded(data, file).lstrip()
    if text.startswith(("[", "{")):
        return _read_json(data, file, column)
    heads = {
        each.strip("\"' ").casefold() for each in re.split(r"[,;\t|]", text.partition("\n")[0])
    }
    if column is not None or not heads.isdisjoint(HEADS):
        return _read_csv(data, file, column)
    return _read_text(data, file, column)


def _read_csv(data: bytes, file: str, column: str | None) -> Iterator[ListEntry]:
    text = _decoded(data, file)
    delimiter = max(DELIMITERS, key=lambda each: _fitting(text, each))
    rows = [(f"line {line}", row) for line, row in _rows(text, delimiter, file)]
    return _of_table(rows, file, column)


def _rows(text: str, delimiter: str, file: str = "") -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the number of its first line."""
    # Strict: a quote that is not closed would swallow all lines after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceFormatError(f"it is no CSV: {error}", file=file, line=line) from error


def _fitting(text: str, delimiter: str) -> tuple[int, int, int]:
    """How well a delimiter fits: cells that look like codes, known heads, rows of one width."""
    rows: list[list[str]] = []
    with suppress(SourceFormatError):
        rows += (row for _, row in islice(_rows(text, delimiter), LOOKED_AT))
    cells = [cell.strip() for row in rows for cell in row]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    heads = sum(cell.casefold() in HEADS for cell in cells)
    return sum(map(_is_coded, cells)), heads, max(widths.values(), default=0)


def _read_json(data: bytes, file: str, column: str | None) -> Iterator[ListEntry]:
    try:
        found = json.loads(_decoded(data, file), object_pairs_hook=_members)
    except (ValueError, RecursionError) as error:
        raise SourceFormatError(f"it is no JSON: {error}", file=file) from error
    kinds = {type(each) for each in found} if isinstance(found, list) else {list}
    if list in kinds or (dict in kinds and len(kinds) > 1):
        raise SourceFormatError("an array of codes, or of objects, is wanted", file=file)
    if dict in kinds:
        heads = list(dict.fromkeys(str(key) for each in found for key in each))
        table = [("", heads)]
        for number, each in enumerate(found):
            table.append((f"element {number}", [_cell(each.get(head)) for head in heads]))
        return _of_table(table, file, column)
    return (ListEntry(_cell(each), f"element {n}") for n, each in enumerate(found))


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object; of two with one name the first would be lost."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"an object has a member twice: {', '.join(name for name, _ in pairs)}")
    return found


def _read_workbook(data: bytes, file: str, column: str | None) -> Iterable[ListEntry]:
    try:
        sheets = read_sheets(data, file)
    except SourceFormatError as error:
        raise SourceFormatError(f"it is no workbook: {error.problem}", file=file) from error
    filled = [sheet for sheet in sheets if sheet.rows]
    entries: list[ListEntry] = []
    missing: list[SourceFormatError] = []
    for sheet in filled:
        where = "" if len(filled) == 1 else f"{sheet.name} "
        table = [(f"{where}row {n}", list(map(_cell, row))) for n, row in enumerate(sheet.rows, 1)]
        try:
            entries += _of_table(table, file, column)
        except SourceFormatError as error:
            missing.append(error)
    # A sheet without codes is no part of the list, if another one is.
    if missing and not entries:
        raise missing[0]
    return entries


def _cell(value: object) -> str:
    """A value of JSON or of a workbook as text; a whole number without its `.0`."""
    if value is None:
        return ""
    if isinstance(value, date):
        return date.isoformat(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


_READERS: dict[str, Callable[[bytes, str, str | None], Iterable[ListEntry]]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".json": _read_json,
    ".xlsx": _read_workbook,
    ".xls": _read_workbook,
}


def _of_table(
    rows: list[tuple[str, list[str]]], file: str, column: str | None
) -> Iterator[ListEntry]:
    """The entries of the column of codes."""
    rows = [(place, cells) for place, cells in rows if any(cell.strip() for cell in cells)]
    if not rows:
        return iter(())
    rows = rows[_above(rows, column) :]
    heads = [cell.strip().casefold() for cell in rows[0][1]]
    place, has_head = _column(heads, rows, file, column)
    body = rows[1:] if has_head else rows
    return (ListEntry(cells[place].strip(), at) for at, cells in body if place < len(cells))


def _above(rows: list[tuple[str, list[str]]], column: str | None) -> int:
    """How many rows stand above that with the heads, where there are any."""
    wanted = set(HEADS) if column is None else {column.strip().casefold()}
    for number, (_, cells) in enumerate(rows[:HEAD_ROWS]):
        if not wanted.isdisjoint(cell.strip().casefold() for cell in cells):
            return number
        if column is None and any(map(_is_coded, cells)):
            return 0
    return 0


def _column(
    heads: list[str], rows: list[tuple[str, list[str]]], file: str, column: str | None
) -> tuple[int, bool]:
    """The place of the column of codes, and whether the first row is a head."""
    shown = ", ".join(repr(cell.strip()) for cell in rows[0][1])
    if column is not None:
        if heads.count(column.strip().casefold()) != 1:
            raise SourceFormatError(
                f"it has not one column {column!r}; its first row is {shown}", file=file, line=1
            )
        return heads.index(column.strip().casefold()), True
    named = [head for head in HEADS if heads.count(head) == 1]
    if named:
        return heads.index(named[0]), True
    likely = [n for n in range(max(len(cells) for _, cells in rows)) if _looks_coded(rows, n)]
    if len(likely) == 1:
        first = rows[0][1]
        return likely[0], likely[0] >= len(first) or _is_head(first[likely[0]])
    what = "no column of codes" if not likely else f"{len(likely)} columns that could be codes"
    raise SourceFormatError(
        f"it has {what}: say which with --column; its first row is {shown}", file=file, line=1
    )


def _looks_coded(rows: list[tuple[str, list[str]]], place: int) -> bool:
    cells = [row[place].strip() for _, row in rows if place < len(row) and row[place].strip()]
    fitting = sum(map(_is_coded, cells))
    return bool(cells) and fitting >= max(1, len(cells) * SHARE)


def _is_head(cell: str) -> bool:
    """Whether a cell above codes is no entry: `11.9`, a code that lost its letter, is one."""
    return cell == "" or (any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell)))


def _is_coded(cell: str) -> bool:
    """Whether a cell looks like a code or a pattern; every code has a digit."""
    return _CODE.fullmatch(cell.strip()) is not None and any(map(str.isdigit, cell))
