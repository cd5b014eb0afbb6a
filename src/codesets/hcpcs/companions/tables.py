"""Lists that come as workbooks: found by their column heads, read row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from attrs import frozen

from codesets.hcpcs.code import is_well_formed, is_well_formed_modifier
from codesets.problems import Problems
from codesets.sheets import Sheet

__all__ = ["ListKind", "Table", "find_list", "find_table", "keyed", "tables_of"]


class ListKind(StrEnum):
    """The lists that come as workbooks beside the contractor file."""

    NOC = "noc"
    CORRECTIONS = "corrections"
    TRANSACTIONS = "transactions"


_HEADER_WITHIN = 60
_KEY_HEADS = frozenset(
    ("HCPC", "HCPCS", "CODE", "HCPC/MOD", "HCPCS/MOD", "HCPCS/MOD CODE", "HCPCS/MODIFIER CODE")
)
# List → heads, any one of which stands beside the key; asked in this order.
_LISTS = (
    (ListKind.TRANSACTIONS, frozenset(("TYPE OF CHANGE", "ACTION CD"))),
    (ListKind.CORRECTIONS, frozenset(("ACTION",))),
    (ListKind.NOC, frozenset(("ADD DATE",))),
)


@frozen
class Table:
    """The rows of a sheet below the column heads of one of the lists."""

    kind: ListKind
    sheet: Sheet
    row: int
    heads: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Number and cells (head → text, blanks stripped) of every filled row below the heads."""
        for number, texts in self.sheet.filled():
            if number > self.row:
                cells = zip(self.heads, (text.strip() for text in texts), strict=False)
                yield number, {head: text for head, text in cells if head}


def find_list(sheet: Sheet) -> ListKind | None:
    """Which of the lists a sheet holds, by its column heads."""
    table = find_table(sheet)
    return table.kind if table else None


def find_table(sheet: Sheet) -> Table | None:
    """The list of a sheet, found by the first row that has its column heads."""
    for number in range(1, min(len(sheet.rows), _HEADER_WITHIN) + 1):
        heads = tuple(" ".join(text.upper().split()) for text in sheet.texts(number))
        # The contractor file begins with HCPC and ends with ACTION CD as well; it has RECID.
        if heads and heads[0] in _KEY_HEADS and "RECID" not in heads:
            for kind, marks in _LISTS:
                if not marks.isdisjoint(heads[1:]):
                    return Table(kind, sheet, number, heads)
    return None


def tables_of(sheets: Sequence[Sheet], kind: ListKind, problems: Problems) -> tuple[Table, ...]:
    """The sheets of a workbook that hold a list of `kind`.

    Raises:
        SourceFormatError: none does.
    """
    found = [table for sheet in sheets if (table := find_table(sheet)) and table.kind is kind]
    if not found:
        raise problems.fatal(f"no sheet has the column heads of a list of {kind}")
    return tuple(found)


def keyed(table: Table, problems: Problems) -> Iterator[tuple[int, str, bool, dict[str, str]]]:
    """Row, key, whether it is a modifier, and cells of every row that has a key."""
    for row, cells in table.rows():
        key = cells[table.heads[0]]
        is_modifier = is_well_formed_modifier(key)
        if is_modifier or is_well_formed(key):
            yield row, key.upper(), is_modifier, cells
        else:
            problems.loss(
                f"{key!r} is neither code nor modifier",
                path=table.sheet.place(row, 1),
                found=" ".join(text for text in cells.values() if text),
            )
