"""Reader of the corrections sheets: prose, tied to its codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from codesets.hcpcs.companions.tables import ListKind, keyed, tables_of
from codesets.hcpcs.layout import day_of
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet, read_sheets

__all__ = ["Correction", "corrections_in", "read_corrections"]


@frozen
class Correction:
    """One line of a corrections sheet: prose, tied to its code.

    What is to be done stands in free words ("Terminate code", "Remove xref code Q0080", "DO NOT
    ADD - Remove from previous corrections document") and is not interpreted.

    Attributes:
        key: code or modifier.
        is_modifier: which of the two.
        action: the words of the column ACTION.
        effective_on: the date given, None where there is none or it is not one.
        cells: (column head as printed, text) of all filled cells, in order.
        file: name of the file, which tells the versions of a year apart.
        sheet: name of the sheet.
        row: its row.
    """

    key: str
    is_modifier: bool
    action: str
    effective_on: date | None
    cells: tuple[tuple[str, str], ...]
    file: str
    sheet: str
    row: int

    def __str__(self) -> str:
        day = f" ({self.effective_on})" if self.effective_on else ""
        return f"{self.key}: {self.action}{day}"


_EFFECTIVE = ("EFF DATE", "EFFECTIVE DATE")


def read_corrections(data: bytes, problems: Problems) -> tuple[Correction, ...]:
    """The lines of a corrections sheet, in order.

    Every year has its own columns; all are kept. A later version of a sheet repeats and withdraws
    lines of an earlier one, so several sheets of one release are read one by one.

    Args:
        data: the bytes of the workbook.
        problems: takes the oddities (a date that is none, as `01/0/12019`); raises at losses
            unless lenient.

    Raises:
        SourceFormatError: it is no workbook with corrections; unless lenient also a line without
            a code.
        MissingExtraError: the extra `excel` is not installed.
    """
    return corrections_in(read_sheets(data, problems.file), problems)


def corrections_in(sheets: Sequence[Sheet], problems: Problems) -> tuple[Correction, ...]:
    """`read_corrections` of sheets that are open already."""
    found: list[Correction] = []
    for table in tables_of(sheets, ListKind.CORRECTIONS, problems):
        printed = [" ".join(text.split()) for text in table.sheet.texts(table.row)]
        for row, key, is_modifier, cells in keyed(table, problems):
            shown = next((cells[head] for head in _EFFECTIVE if head in cells), "")
            day = day_of(shown)
            if shown and day is None:
                problems.oddity(
                    AnomalyKind.UNEXPECTED_VALUE,
                    f"{key}: {shown!r} is no date, kept as it stands",
                    path=table.sheet.place(row, 1),
                    found=shown,
                )
            texts = [text.strip() for text in table.sheet.texts(row)]
            kept = tuple((head, text) for head, text in zip(printed, texts, strict=False) if text)
            # Without the archive's name, which is no content.
            where = (problems.file.rpartition("!")[2], table.sheet.name, row)
            found.append(Correction(key, is_modifier, cells["ACTION"], day, kept, *where))
    return tuple(found)
