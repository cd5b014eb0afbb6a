"""Additions with their dates, as the newest NCHS conversion table at hand tells them.

"Unless otherwise specified the code effective date is October 1 of the year listed" (its note). It
lists additions only, each with the codes that were assigned before.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from codesets.crosswalk.conversion.table import ConversionEntry, ConversionTable
from codesets.errors import ReleaseNotFoundError
from codesets.timeline.intervals import TABLES

__all__ = ["Addition", "additions", "additions_in"]


@frozen
class Addition:
    """A code that became billable on a day.

    Attributes:
        code: canonical.
        on: the first day.
        table: edition of the conversion table.
        place: where in the table, in words.
        previous: single codes that the table names as previous assignment: read backwards, the
            code is a candidate for what they became.
    """

    code: str
    on: date
    table: str
    place: str
    previous: tuple[str, ...] = ()


def additions(system: str) -> tuple[Addition, ...]:
    """What the newest conversion table at hand lists; an issue repeats all those before it.

    Args:
        system: short name of the system; there is a table for ICD-10-CM alone.

    Returns:
        The additions in the order of the table; none where no table is at hand.
    """
    if system not in TABLES:
        return ()
    try:
        return additions_in(ConversionTable.load())
    except ReleaseNotFoundError:
        return ()


def additions_in(table: ConversionTable) -> tuple[Addition, ...]:
    """What a conversion table lists, in its order."""
    name = table.edition.name
    # E11.3X11 is in no release: a row that there has never been a code for proves nothing.
    return tuple(_addition(entry, name) for entry in table.entries if not entry.is_impossible)


def _addition(entry: ConversionEntry, table: str) -> Addition:
    return Addition(entry.code, entry.effective, table, f"row {entry.row}", entry.previous.codes)
