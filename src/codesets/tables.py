"""A release as plain tables, for everyone who would rather query it than import this package.

A room says in its module `tables` which tables its releases have; `codesets.export` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import field, frozen

from codesets._edition import Edition

__all__ = [
    "DAYS",
    "Cell",
    "ColumnType",
    "Table",
    "TableColumn",
    "columns",
    "days_of",
    "provenance_table",
    "release_table",
]

Cell = str | int | bool | None
"""What a cell may hold; None is an empty one."""

ColumnType = type[str] | type[int] | type[bool]


@frozen
class TableColumn:
    """One column of a table.

    Attributes:
        name: its name, which stays the same from version to version.
        type: `str`, `int` or `bool`.
        meaning: what it holds, in one sentence.
    """

    name: str
    type: ColumnType
    meaning: str


@frozen
class Table:
    """One table of a release; its rows are made when they are asked for.

    Attributes:
        name: its name, which stays the same from version to version.
        columns: its columns, in order.
        key: names of the columns that tell its rows apart; empty where none do.
        meaning: what one row is.
    """

    name: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    meaning: str
    _make_rows: Callable[[], Iterator[tuple[Cell, ...]]] = field(repr=False, eq=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows, each with a cell for every column."""
        return self._make_rows()


def columns(*described: tuple[str, ColumnType, str]) -> tuple[TableColumn, ...]:
    """The columns described by name, type and meaning."""
    return tuple(TableColumn(*column) for column in described)


DAYS = (
    ("effective_from", str, "first day in force (ISO 8601); empty where there is none"),
    ("effective_to", str, "last day in force, inclusive"),
)
"""The columns, as described, that `days_of` fills."""

_RELEASE = columns(
    ("system", str, "short name of the code system, as icd10cm"),
    ("title", str, "its official name"),
    ("publisher", str, "who publishes it"),
    ("uri", str, "its canonical URI in FHIR"),
    ("edition", str, "name of the edition, as 2026-april; empty if it was not recognised"),
    *DAYS,
    ("licence", str, "note on the rights in the content"),
)
_PROVENANCE = columns(
    ("file", str, "name of the official file"),
    ("archive", str, "name of the archive that it was in; empty without one"),
    ("kind", str, "what the file is, as tabular or order"),
    ("size", int, "its length in bytes"),
    ("sha256", str, "digest of its bytes, hexadecimal"),
    ("archive_sha256", str, "digest of the archive's bytes; empty without one"),
)


def days_of(edition: Edition) -> tuple[str | None, str | None]:
    """First and last day of an edition, as cells."""
    start, end = edition.effective_from, edition.effective_to
    return start.isoformat() if start else None, end.isoformat() if end else None


def release_table(release: Any) -> Table:
    """The table `release`, of one row, which says what the others were made from."""
    system, edition = release.system, release.edition

    def rows() -> Iterator[tuple[Cell, ...]]:
        yield (
            system.name,
            system.title,
            system.publisher,
            system.uri,
            edition.name,
            *days_of(edition),
            system.licence,
        )

    return Table("release", _RELEASE, (), "The release that all other tables are of.", rows)


def provenance_table(release: Any) -> Table:
    """The table `provenance`: the official files that the release was read from."""

    def rows() -> Iterator[tuple[Cell, ...]]:
        for info in release.provenance:
            yield (
                info.file,
                info.archive,
                info.kind,
                info.size,
                info.sha256,
                info.archive_sha256,
            )

    meaning = "An official file that the release was read from."
    return Table("provenance", _PROVENANCE, (), meaning, rows)
