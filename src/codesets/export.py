"""A release, map or grouper as CSV, JSON Lines or SQLite, for everyone who would rather query it.

    from codesets import export, icd10cm

    export.export_release(icd10cm.load(), "codes.csv")

Which tables and columns there are says the room's module `tables`; what is of no room, as a map,
names its module (`tables_module`). Names stay the same from version to version.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from codesets.compiled.writer import write_atomically
from codesets.errors import CodesetsError
from codesets.tables import Cell, Table

__all__ = ["ExportFormat", "default_table", "export_bytes", "export_release", "tables_of"]

_DEFAULTS = ("codes", "entries")
"""The tables that CSV and JSON Lines hold unless another is asked for: the first that there is."""


class ExportFormat(StrEnum):
    """What a release can be written as."""

    CSV = "csv"
    """One table: comma-separated after RFC 4180, UTF-8, CRLF, header line, empty for None."""
    JSONL = "jsonl"
    """One table: a JSON object a line, UTF-8, keys in the order of the columns."""
    SQLITE = "sqlite"
    """All tables, in one database."""

    @property
    def holds_all(self) -> bool:
        """True if one file of this format holds all tables, False if it holds one."""
        return self is ExportFormat.SQLITE

    @classmethod
    def of_path(cls, path: str | os.PathLike[str]) -> ExportFormat | None:
        """The format that the suffix of a path speaks of, if any."""
        return _SUFFIXES.get(Path(path).suffix.lower())


_SUFFIXES = {
    ".csv": ExportFormat.CSV,
    ".jsonl": ExportFormat.JSONL,
    ".ndjson": ExportFormat.JSONL,
    ".sqlite": ExportFormat.SQLITE,
    ".sqlite3": ExportFormat.SQLITE,
    ".db": ExportFormat.SQLITE,
}


def tables_of(release: Any) -> dict[str, Table]:
    """The tables of a release by name, in the order in which they are written."""
    name = getattr(release, "tables_module", "") or f"codesets.{release.system.name}.tables"
    return {table.name: table for table in importlib.import_module(name).tables(release)}


def default_table(tables: Iterable[str]) -> str:
    """The table that a file of one table holds unless another is asked for: codes, or entries."""
    there = tuple(tables)
    return next(name for name in _DEFAULTS if name in there)


def export_release(
    release: Any,
    path: str | os.PathLike[str],
    format: ExportFormat | str | None = None,
    *,
    table: str | None = None,
) -> Path:
    """Write a release to a file, whole or not at all.

    Args:
        release: the release of any room; a `Crosswalk`, a `ConversionTable`, `Icd9Titles`, or a
            grouper.
        path: the file to write; one that is there is replaced.
        format: `csv`, `jsonl` or `sqlite`; None to go by the suffix of `path`.
        table: name of the table, for the formats that hold one; None for codes, or entries of maps.

    Returns:
        The path written.

    Raises:
        ValueError: a format or a table that there is not.
        CodesetsError: the file cannot be written.
    """
    chosen = ExportFormat.of_path(path) if format is None else ExportFormat(format)
    if chosen is None:
        raise ValueError(f"the suffix of {path} speaks of none of: {', '.join(ExportFormat)}")
    data = export_bytes(release, chosen, table=table)
    try:
        return write_atomically(path, data)
    except OSError as error:
        raise CodesetsError(f"{path} cannot be written: {error.strerror or error}") from error


def export_bytes(release: Any, format: ExportFormat | str, *, table: str | None = None) -> bytes:
    """The bytes that `export_release` writes.

    Raises:
        ValueError: a format or a table that there is not, or a table for a format that holds all.
    """
    chosen = ExportFormat(format)
    tables = tables_of(release)
    if chosen.holds_all:
        if table is not None:
            raise ValueError(f"{chosen} holds all tables; a single one is written as csv or jsonl")
        return _sqlite(tables)
    name = default_table(tables) if table is None else table
    if name not in tables:
        raise ValueError(f"there is no table {name!r}; there are: {', '.join(tables)}")
    return _WRITERS[chosen](tables[name])


def _csv(table: Table) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)  # the dialect excel is RFC 4180: CRLF, quotes doubled
    writer.writerow(table.names)
    writer.writerows(_numbered(table))
    return stream.getvalue().encode()


def _jsonl(table: Table) -> bytes:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    names = table.names
    lines = [encode(dict(zip(names, row, strict=True))) for row in table.rows()]
    return "".join(f"{line}\n" for line in lines).encode()


_WRITERS: dict[ExportFormat, Callable[[Table], bytes]] = {
    ExportFormat.CSV: _csv,
    ExportFormat.JSONL: _jsonl,
}


def _numbered(table: Table) -> Iterator[tuple[Cell, ...]]:
    """The rows with 1 and 0 for true and false, as official files and SQL write them."""
    flags = [place for place, column in enumerate(table.columns) if column.type is bool]
    if not flags:
        return table.rows()
    return _with_numbers(table, flags)


def _with_numbers(table: Table, flags: list[int]) -> Iterator[tuple[Cell, ...]]:
    for row in table.rows():
        cells = list(row)
        for place in flags:
            cells[place] = int(bool(cells[place]))
        yield tuple(cells)


_SQL_TYPES = {str: "TEXT", int: "INTEGER", bool: "INTEGER"}


def _sqlite(tables: dict[str, Table]) -> bytes:
    # Made aside and then written like all other files: sqlite3 itself cannot replace a file whole,
    # and not every SQLite can hand over a database in memory.
    with tempfile.TemporaryDirectory(prefix="codesets-") as folder:
        path = Path(folder, "release.sqlite")
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            with connection:
                for table in tables.values():
                    _fill(connection, table)
        finally:
            connection.close()
        return path.read_bytes()


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    # Names are constants of this package, never input.
    parts = [f"{column.name} {_SQL_TYPES[column.type]}" for column in table.columns]
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
    connection.execute(f"CREATE TABLE {table.name} ({', '.join(parts)})")
    marks = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", table.rows())
