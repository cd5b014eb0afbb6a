"""What the readers of the groupers share: rows to a compiled map, sheets with a header row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from codesets._edition import Edition
from codesets.crosswalk.codings import CODINGS
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.entries import MapEnd, Relationship
from codesets.errors import EditionError
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet, is_workbook, read_sheets
from codesets.sources import SourceFile

__all__ = [
    "GroupRow",
    "below_header",
    "compile_groups",
    "has_header",
    "source_code",
    "version_edition",
    "workbook_with",
]

GroupRow = tuple[str, str, str, int, str]
"""Code (compact), category, flags, line, and the row as it stands."""

_CODE = CODINGS["icd10cm"]
_HEADER_WITHIN = 10
"""Rows that are searched for a header; it has been the first or second so far."""


def source_code(text: str, line: int, problems: Problems) -> str | None:
    """The compact code of a cell; None, and refused, for what is none."""
    plain = text.strip()
    if plain != text:
        problems.oddity(
            AnomalyKind.BLANKS, f"{plain}: blanks around the code", line=line, found=text
        )
    if not _CODE.accepts(plain):
        problems.loss(f"{plain!r} is no code of ICD-10-CM", line=line, found=text)
        return None
    return plain


def workbook_with(
    files: Iterable[SourceFile], heads: Sequence[str]
) -> tuple[SourceFile, tuple[Sheet, ...]] | None:
    """The first workbook with a sheet whose header row begins with `heads`, and its sheets."""
    for file in files:
        if is_workbook(file.head):
            sheets = read_sheets(file.read(), file.name)
            if has_header(sheets, heads):
                return file, sheets
    return None


def below_header(
    sheets: Sequence[Sheet], heads: Sequence[str], problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header row that begins with `heads`, from the first sheet that has one.

    The first row is the header itself. `End of Content` ends the rows.

    Raises:
        SourceFormatError: no sheet has such a row.
    """
    for sheet in sheets:
        rows = sheet.filled()
        for number, texts in rows:
            if [_head(text) for text in texts[: len(heads)]] == list(heads):
                yield number, texts
                for after, cells in rows:
                    if cells[0].strip() == "End of Content":
                        return
                    yield after, cells
                return
    raise problems.fatal(f"no sheet has a row that begins with {', '.join(heads)}")


def has_header(sheets: Sequence[Sheet], heads: Sequence[str]) -> bool:
    """Whether one of the first rows of a sheet begins with `heads`."""
    return any(
        [_head(text) for text in sheet.texts(row)[: len(heads)]] == list(heads)
        for sheet in sheets
        for row in range(1, min(len(sheet.rows), _HEADER_WITHIN) + 1)
    )


def _head(text: str) -> str:
    return " ".join(text.split()).casefold()


def version_edition(
    system: str, version: str | None, texts: Iterable[str], begin: tuple[int, int, int]
) -> Edition:
    """The edition of a table by a version that was named, else by the first that texts speak of.

    Args:
        system: what the compiled file is called by.
        version: `2025-1`, `2025.1` or `v2025-1`; None to look.
        texts: titles of sheets, names of files and folders, in the order of trust.
        begin: first day: years to add to the year, month, day.

    Raises:
        EditionError: a version was named that is none.
    """
    pattern = r"v?(20[0-9]{2})(?:[-._]([1-9]))?"
    if version is not None:
        match = re.fullmatch(pattern, version)
        if match is None:
            message = f"{system} has no edition {version!r}: a year, or year and issue as 2025-1"
            raise EditionError(message, system=system, name=version)
    else:
        found = (re.search(rf"(?<![0-9]){pattern}(?![0-9])", text) for text in texts)
        match = next(filter(None, found), None)
        if match is None:
            return Edition(system, "", is_certain=False)
    years, month, day = begin
    name = f"{match[1]}-{match[2]}" if match[2] else match[1]
    return Edition(system, name, date(int(match[1]) + years, month, day))


def compile_groups(
    rows: Iterable[GroupRow],
    edition: Edition,
    ends: tuple[str, str],
    files: Sequence[tuple[SourceFile, str]],
    problems: Sequence[Problems],
    extras: Mapping[str, Any],
    content: Sequence[str] | None = None,
) -> bytes:
    """The compiled file of a grouper.

    Args:
        rows: its rows.
        edition: which version.
        ends: kind of the map, and what the targets are codes of.
        files: the files that were read, the table first, each with what it is.
        problems: what was odd in them.
        extras: sections of the grouper.
        content: kinds of the files, where one may be missing; None where there is but one.
    """
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    if not columns:
        raise problems[0].fatal("the table has no row")
    sources, targets, flags, lines, raw = columns
    zeros = [0] * len(sources)
    related = [NUMBER[Relationship.NARROWER]] * len(sources)
    kind, system = ends
    return compile_map(
        MapRows(sources, targets, related, flags, zeros, zeros, lines, raw=raw),
        edition=edition,
        kind=kind,
        ends=(MapEnd(CODINGS["icd10cm"]), MapEnd(CODINGS[system], edition.name)),
        file=files[0][0].name,
        provenance=[file.info(what) for file, what in files],
        anomalies=[anomaly for each in problems for anomaly in each.anomalies],
        extras=extras,
        content=content,
    )
