"""A conversion table as plain tables: its rows, and the terms of their previous codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codesets.tables import DAYS, Cell, Table, columns, days_of, provenance_table

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable

__all__ = ["tables"]

Rows = Iterator[tuple[Cell, ...]]

_ISSUE = columns(
    ("edition", str, "which issue, as 2026"),
    *DAYS,
    ("note", str, "the text above the table"),
    ("head_code", str, "head of the first column"),
    ("head_effective", str, "head of the second"),
    ("head_previous", str, "head of the third"),
    ("file", str, "the file that it was read from"),
    ("sheet", str, "the sheet of a workbook; empty for CSV"),
)
_CONVERSIONS = columns(
    ("position", int, "number of the row, from 1"),
    ("code", str, "the current code, canonical"),
    ("code_text", str, "its cell as it stands"),
    ("effective", str, "first day of the code (ISO 8601)"),
    ("effective_text", str, "its cell as it stands"),
    ("previous_text", str, "the cell of the previous codes as it stands"),
    ("joining", str, "how its terms belong together"),
    ("line", int, "row of the sheet, or line of the CSV file"),
)
_TERMS = columns(
    ("entry", int, "position of the row"),
    ("position", int, "number of the term in its cell, from 1"),
    ("connector", str, "what stands before it; empty for the first"),
    ("kind", str, "code, range, below or categories"),
    ("first", str, "its code, or the first one of a range"),
    ("last", str, "the last code of a range"),
    ("text", str, "its words as they stand"),
)
_ERRATA = columns(
    ("entry", int, "position of the row that is wrong"),
    ("field", str, "code or previous"),
    ("found", str, "what stands there"),
    ("meant", str, "what must have been meant; this is ours"),
    ("reason", str, "why"),
)


def tables(table: ConversionTable) -> tuple[Table, ...]:
    """The tables of one issue."""

    def issue() -> Rows:
        about = table.file.json("table")
        heads = (*table.columns, "", "", "")[:3]
        edition = table.edition
        yield edition.name, *days_of(edition), table.note, *heads, about["file"], about["sheet"]

    def entries() -> Rows:
        for number, entry in enumerate(table.entries, 1):
            yield (
                number,
                entry.code,
                entry.code_text,
                entry.effective.isoformat(),
                entry.effective_text,
                entry.previous_text,
                str(entry.previous.joining),
                entry.row,
            )

    def terms() -> Rows:
        for number, entry in enumerate(table.entries, 1):
            connectors = (None, *entry.previous.connectors)
            for place, term in enumerate(entry.previous.terms):
                yield (
                    number,
                    place + 1,
                    connectors[place],
                    str(term.kind),
                    term.first,
                    term.last,
                    term.text,
                )

    def errata() -> Rows:
        for number, entry in enumerate(table.entries, 1):
            wrong = entry.erratum
            if wrong is not None:
                yield number, wrong.column, wrong.found, wrong.meant, wrong.reason

    return (
        Table("issue", _ISSUE, (), "The issue that all other tables are of.", issue),
        Table("entries", _CONVERSIONS, ("position",), "One row of the table.", entries),
        Table("previous", _TERMS, ("entry", "position"), "One term of the previous codes.", terms),
        Table("errata", _ERRATA, ("entry",), "A row that is known to be wrong.", errata),
        provenance_table(table),
    )
