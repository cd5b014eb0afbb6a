"""Reader of the transaction report: what changed, for every code of a release."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from codesets.hcpcs.companions.tables import ListKind, keyed, tables_of
from codesets.hcpcs.layout import ActionCode
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet, read_sheets

__all__ = ["Transaction", "TransactionReport", "read_transactions", "transactions_in"]


@frozen
class Transaction:
    """What the transaction report says of one code.

    Attributes:
        key: code or modifier.
        is_modifier: which of the two.
        words: the kind of change, as printed.
        action: the action code that the words mean; None where they are unknown.
        short_description, long_description: as printed; empty up to 2018, which had none.
        row: its row.
    """

    key: str
    is_modifier: bool
    words: str
    action: ActionCode | None
    short_description: str
    long_description: str
    row: int


@frozen
class TransactionReport:
    """The transaction report: what changed, for every code of the release.

    Attributes:
        sheets: name of a sheet → its lines; one is sorted by change, another by code, and both
            should say the same.
        key: the sheet that explains the action codes: letter → meaning.
    """

    sheets: dict[str, tuple[Transaction, ...]]
    key: dict[str, str]


# The words of all years, lower case and without punctuation, to the action codes of the record
# layout; each year's own sheet "Action Code Key" says the same.
_WORDS = {
    "add": ActionCode.ADD,
    "coverage long desc change": ActionCode.CHANGE_ADMINISTRATIVE_AND_LONG_DESCRIPTION,
    "coverage and long desc change": ActionCode.CHANGE_ADMINISTRATIVE_AND_LONG_DESCRIPTION,
    "coverage and long description change": ActionCode.CHANGE_ADMINISTRATIVE_AND_LONG_DESCRIPTION,
    "change in both coverage long description": (
        ActionCode.CHANGE_ADMINISTRATIVE_AND_LONG_DESCRIPTION
    ),
    "change in long description": ActionCode.CHANGE_LONG_DESCRIPTION,
    "long description change": ActionCode.CHANGE_LONG_DESCRIPTION,
    "long short description change": ActionCode.CHANGE_LONG_DESCRIPTION,
    "discontinued": ActionCode.DISCONTINUE,
    "change in coverage": ActionCode.CHANGE_ADMINISTRATIVE,
    "coverage change": ActionCode.CHANGE_ADMINISTRATIVE,
    "no change": ActionCode.NO_MAINTENANCE,
    "change in payment": ActionCode.PAYMENT_CHANGE,
    "payment change": ActionCode.PAYMENT_CHANGE,
    "re activated": ActionCode.REACTIVATE,
    "change in short description": ActionCode.CHANGE_SHORT_DESCRIPTION,
    "short description change": ActionCode.CHANGE_SHORT_DESCRIPTION,
    "misc change tos betos": ActionCode.MISCELLANEOUS,
    "miscellaneous change betos or type of service": ActionCode.MISCELLANEOUS,
}
_KEY_TITLE = "ACTION CODES"


def read_transactions(data: bytes, problems: Problems) -> TransactionReport:
    """The transaction report.

    Args:
        data: the bytes of the workbook.
        problems: takes the oddities; raises at losses unless lenient.

    Raises:
        SourceFormatError: it is no workbook with that report; unless lenient also a line without
            a code.
        MissingExtraError: the extra `excel` is not installed.
    """
    return transactions_in(read_sheets(data, problems.file), problems)


def transactions_in(sheets: Sequence[Sheet], problems: Problems) -> TransactionReport:
    """`read_transactions` of sheets that are open already."""
    found: dict[str, tuple[Transaction, ...]] = {}
    for table in tables_of(sheets, ListKind.TRANSACTIONS, problems):
        change = table.heads[1]
        lines = []
        for row, key, is_modifier, cells in keyed(table, problems):
            words = " ".join(cells[change].split())
            action = _WORDS.get(" ".join(re.findall(r"\w+", words.lower())))
            if action is None:
                problems.oddity(
                    AnomalyKind.UNEXPECTED_VALUE,
                    f"{key}: unknown kind of change {words!r}",
                    path=table.sheet.place(row, 2),
                    found=words,
                )
            short, long = cells.get("SHORT DESCRIPTION", ""), cells.get("LONG DESCRIPTION", "")
            long = " ".join(long.split())
            lines.append(Transaction(key, is_modifier, words, action, short, long, row))
        found[table.sheet.name] = tuple(lines)
    return TransactionReport(found, _action_key(sheets))


def _action_key(sheets: Sequence[Sheet]) -> dict[str, str]:
    for sheet in sheets:
        rows = [texts for _, texts in sheet.filled()]
        if rows and rows[0][0].strip().upper() == _KEY_TITLE:
            return {texts[0].strip(): texts[1].strip() for texts in rows[1:] if len(texts) > 1}
    return {}
