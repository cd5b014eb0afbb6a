"""Errors of the conversion table itself, listed; the table's own cells stay as they are.

Each says what stands in the table, what must have been meant, and why. These corrections are ours,
but for those that NCHS made itself in a later issue (`Erratum.corrected_in`), which comparing two
issues finds too (`ConversionTable.changes_since`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from attrs import asdict, frozen

from codesets.crosswalk.conversion.grammar import Previous

__all__ = ["ERRATA", "Erratum", "erratum_of", "missing_rows"]


@frozen
class Erratum:
    """One error of the table.

    Attributes:
        codes: the codes of the rows, as they stand in the first column; of rows that are missing,
            the codes that should have one.
        column: where the error is: `code`, `previous`, or `row` for rows that are missing.
        found: what stands there: a code, or the whole cell.
        meant: what must have been meant; empty where nothing tells. `C44.19-` is one of the codes
            below C44.19.
        reason: why.
        corrected_in: the issue in which NCHS made this correction; empty where it is ours alone.
    """

    codes: tuple[str, ...]
    column: str
    found: str
    meant: str
    reason: str
    corrected_in: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {**asdict(self), "codes": list(self.codes)}

    def __str__(self) -> str:
        if not self.found:
            what = f"no row for {', '.join(self.codes)}"
        elif self.meant:
            what = f"{self.found} stands for {self.meant}"
        else:
            what = f"{self.found} cannot have been the code before"
        by = f" (NCHS corrected it in the issue {self.corrected_in})" if self.corrected_in else ""
        return f"{what}: {self.reason}{by}"


def _after(begin: str, ends: str) -> tuple[str, ...]:
    """Codes of one begin."""
    return tuple(f"{begin}{end}" for end in ends.split())


def _header(codes: tuple[str, ...], header: str) -> Erratum:
    """A row that names what could not be assigned, because more characters were required."""
    reason = f"{header} was a header on the day before, so that a code below it was assigned"
    return Erratum(codes, "previous", header, f"{header}-", reason)


def _new_itself(codes: tuple[str, ...], found: str) -> Erratum:
    """A row that names the header of the new codes, which is as new as they are."""
    reason = f"{found} is the header of these codes and new on that day, as they are"
    return Erratum(codes, "previous", found, "", reason)


def _corrected(codes: tuple[str, ...], found: str, meant: str) -> Erratum:
    """A row of October 2019 that NCHS corrected in the issue of January 2021."""
    reason = f"no edition has {found}"
    return Erratum(codes, "previous", found, meant, reason, "2021-january")


ERRATA = (
    Erratum(
        ("E11.3X11",),
        "code",
        "E11.3X11",
        "E11.37X1",
        "no edition has E11.3X11; E11.37X1 is new on that day and has no row",
    ),
    Erratum(
        (*_after("I63.", "343 443"), *_after("K85.8", "0 1 2"),
         *_after("M84.758", "A D G K P S"), "N93.1"),
        "row",
        "",
        "",
        "billable from 2016-10-01 on, and in no issue",
    ),
    Erratum(
        _after("Q52.12", "0 1 2 3 4 9"),
        "previous",
        "Q25.12",
        "Q52.12",
        "no edition has Q25.12; Q52.12 ended on that day, and these stand below it",
    ),
    Erratum(
        _after("R39.19", "1 2 8"),
        "previous",
        "R31.19",
        "R39.19",
        "no edition has R31.19; R39.19 ended on that day, and these stand below it",
    ),
    Erratum(
        _after("T85.193", "A D S"),
        "previous",
        "T85.198A",
        "T85.199A",
        "no edition has T85.198A; the row names the three other codes that T85.19 had with A"
        " (in the rows of T85.193D and T85.193S too)",
    ),
    _header(_after("H44.2C", "1 2 3 9"), "H33.2"),
    _header(_after("C44.13", "1 21 22 91 92"), "C44.19"),
    _header(_after("Z13.3", "0 1 2 9"), "Z13.8"),
    *(
        Erratum(
            (f"{meant[:6]}1{end}", f"{meant[:6]}8{end}"),
            "previous",
            f"{found}{end}",
            f"{meant}{end}",
            f"no edition has {found}{end}; {meant}{end} ended on that day, and these stand below"
            f" {meant[:6]}",
        )
        for found, meant in (("V29.80X", "V29.81X"), ("V29.89X", "V29.88X"))
        for end in "ADS"
    ),
    _new_itself(_after("H05.83", "1 2 3 9"), "H05.83"),
    _new_itself(_after("H40.84", "1 2 3 9"), "H40.84"),
    _new_itself(_after("Z77.3", "1 9"), "Z77.3"),
    Erratum(
        ("Z80.44",),
        "previous",
        "Z40.89",
        "",
        "Z40.89 is new on that day itself, and a code of prophylactic surgery",
    ),
    *(
        _corrected((f"I82.{kind}5{side}", f"I82.{kind}6{side}"),
                   f"I80.{kind}9{side}", f"I82.{kind}9{side}")
        for kind in "45"
        for side in "1239"
    ),
    *(
        _corrected(_after("S02.12", f"1{end} 2{end} 9{end}"), f"S02.19{end}", f"S02.19X{end}")
        for end in "ABDGKS"
    ),
    Erratum(
        ("E66.813",),
        "previous",
        "E66.8",
        "E66.01, E66.8",
        "E66.01 was another way to code it",
        "2026",
    ),
)  # fmt: skip
"""The errors known: of the first column, missing rows, then previous codes by their day."""
_BY_CODE = {
    code: erratum for erratum in ERRATA if erratum.column != "row" for code in erratum.codes
}
_MISSING = tuple(erratum for erratum in ERRATA if erratum.column == "row")
_FIRST_DAY = date(2016, 10, 1)
"""The day of the rows that are missing: those of every later day are complete."""


def erratum_of(code: str, previous: Previous) -> Erratum | None:
    """The error in the row of a code, if one is known and the row has it."""
    erratum = _BY_CODE.get(code)
    if erratum is None:
        return None
    cell = previous.text.strip()
    if cell == erratum.meant or erratum.found not in (code, cell, *previous.codes):
        return None
    return erratum


def missing_rows(codes: Collection[str], dates: Collection[date]) -> Iterator[Erratum]:
    """The rows that a table with these codes and days should have, and has not."""
    for erratum in _MISSING:
        if _FIRST_DAY in dates and not any(code in codes for code in erratum.codes):
            yield erratum
