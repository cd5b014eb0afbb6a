"""Reference files of AHRQ: a workbook with a table of codes and a list of their categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from codesets.errors import SourceError
from codesets.grouping.base import LABELS, VersionedGrouper, titles_of
from codesets.grouping.reading import GroupRow, compile_groups, version_edition, workbook_with
from codesets.problems import Problems
from codesets.sheets import Sheet
from codesets.sources import SourceFile

__all__ = ["Read", "build_reference"]

Read = tuple[list[GroupRow], list[tuple[str, str]]]
"""The rows of the table, and the titles of the categories by their names."""


def build_reference(
    kind: type[VersionedGrouper],
    heads: Sequence[str],
    read: Callable[[tuple[Sheet, ...], Problems], Read],
    files: tuple[SourceFile, ...],
    version: str | None,
    *,
    lenient: bool,
) -> bytes:
    """The compiled file of a reference file.

    Args:
        kind: the grouper that it is of.
        heads: the first heads of its table.
        read: reads its sheets.
        files: the files that it is among.
        version: see `VersionedGrouper.parse`.
        lenient: list what cannot be read instead of raising.

    Raises:
        SourceError: it is not among them.
        SourceFormatError: a sheet, a column or a cell is not as it should be.
    """
    found = workbook_with(files, heads)
    if found is None:
        raise SourceError(f"no reference file of {kind.title} was handed in")
    file, sheets = found
    problems = Problems(file.name, lenient)
    titles = [text for sheet in sheets if sheet.rows for text in sheet.texts(1)[:1]]
    places = [*titles, file.member, file.archive, file.folder]
    edition = version_edition(kind.system_name, version, places, (-1, 10, 1))
    rows, labels = read(sheets, problems)
    return compile_groups(
        rows,
        edition,
        (kind.system_name, kind.system_name),
        [(file, "reference file")],
        [problems],
        {LABELS: titles_of(labels)},
    )
