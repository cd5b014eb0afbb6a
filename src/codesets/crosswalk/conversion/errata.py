"""Errors of the conversion table itself, listed; the table's own cells stay as they are.

These corrections are ours, not NCHS's: each says what stands in the table, what must have been
meant, and why. What NCHS itself corrected in a later issue is found by comparing two issues
(`ConversionTable.changes_since`).
"""

from __future__ import annotations

from typing import Any

from attrs import asdict, frozen

__all__ = ["ERRATA", "Erratum", "erratum_of"]


@frozen
class Erratum:
    """One error of the table.

    Attributes:
        codes: the codes of the rows, as they stand in the first column.
        column: `code` or `previous`: where the error is.
        found: what stands there.
        meant: what must have been meant.
        reason: why.
    """

    codes: tuple[str, ...]
    column: str
    found: str
    meant: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {**asdict(self), "codes": list(self.codes)}

    def __str__(self) -> str:
        return f"{self.found} stands for {self.meant}: {self.reason}"


ERRATA = (
    Erratum(
        ("E11.3X11",),
        "code",
        "E11.3X11",
        "E11.37X1",
        "no edition has E11.3X11; E11.37X1 is new on that day and has no row",
    ),
    Erratum(
        ("Q52.120", "Q52.121", "Q52.122", "Q52.123", "Q52.124", "Q52.129"),
        "previous",
        "Q25.12",
        "Q52.12",
        "no edition has Q25.12; Q52.12 ended on that day, and these stand below it",
    ),
    Erratum(
        ("R39.191", "R39.192", "R39.198"),
        "previous",
        "R31.19",
        "R39.19",
        "no edition has R31.19; R39.19 ended on that day, and these stand below it",
    ),
)
"""The errors known, in the order of codes.

Only those of which it is plain what was meant. Other previous codes that no edition has (H05.83 for
four codes of 2025, T85.198A among four others) stand in the table without a statement by anyone of
what was meant.
"""
_BY_CODE = {code: erratum for erratum in ERRATA for code in erratum.codes}


def erratum_of(code: str, previous: str) -> Erratum | None:
    """The error in the row of a code, if one is known and the row has it."""
    erratum = _BY_CODE.get(code)
    if erratum is None or erratum.found not in (code, previous.strip()):
        return None
    return erratum
