"""Reader of the list of NOC codes ("not otherwise classified")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import evolve, frozen

from codesets.hcpcs.companions.tables import ListKind, keyed, tables_of
from codesets.hcpcs.layout import day_of
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet, read_sheets

__all__ = ["NocCode", "noc_codes_in", "read_noc_codes"]


@frozen
class NocCode:
    """A code "not otherwise classified": it names what has no code of its own.

    Attributes:
        code: the code.
        long_description: as the list has it, which may be older than the contractor file's.
        added_on, terminated_on: as the list has them.
        row: where it begins in the sheet.
    """

    code: str
    long_description: str
    added_on: date | None
    terminated_on: date | None
    row: int


def read_noc_codes(data: bytes, problems: Problems) -> tuple[NocCode, ...]:
    """The list of NOC codes, in order.

    A description that was too long for its row goes on in a second one, in the middle of a
    sentence, which repeats the code and has no dates (J7192 and J7195 in 2025); the two are one
    entry here. A code that stands twice with two descriptions (S9445 in 2018, where the second is
    that of S9446) is an oddity, and both are kept.

    Args:
        data: the bytes of the workbook.
        problems: takes the oddities; raises at losses unless lenient.

    Raises:
        SourceFormatError: it is no workbook with that list; unless lenient also a row without a
            code, or a date that is none.
        MissingExtraError: the extra `excel` is not installed.
    """
    return noc_codes_in(read_sheets(data, problems.file), problems)


def noc_codes_in(sheets: Sequence[Sheet], problems: Problems) -> tuple[NocCode, ...]:
    """`read_noc_codes` of sheets that are open already."""
    found: list[NocCode] = []
    seen: dict[str, int] = {}
    for table in tables_of(sheets, ListKind.NOC, problems):
        for row, key, _, cells in keyed(table, problems):
            text = " ".join(cells.get("LONG DESCRIPTION", "").split())
            at = seen.setdefault(key, len(found))
            if at < len(found):
                if not cells["ADD DATE"] and text[:1].islower():
                    whole = f"{found[at].long_description} {text}"
                    found[at] = evolve(found[at], long_description=whole)
                    continue
                problems.oddity(
                    AnomalyKind.UNEXPECTED_VALUE,
                    f"{key} stands twice, with another description",
                    path=table.sheet.place(row, 1),
                    found=text,
                )
            dates: list[date | None] = []
            for head in ("ADD DATE", "TERM DATE"):
                shown = cells.get(head, "")
                dates.append(day_of(shown))
                if shown and dates[-1] is None:
                    column = table.heads.index(head) + 1
                    problems.loss(
                        f"{key}: {shown!r} is no date",
                        path=table.sheet.place(row, column),
                        found=shown,
                    )
            found.append(NocCode(key, text, dates[0], dates[1], row))
    return tuple(found)
