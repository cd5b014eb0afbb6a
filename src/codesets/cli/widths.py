"""How wide the columns of a table are in a terminal: codes are never cut, texts are wrapped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat, zip_longest

__all__ = ["GAP", "column_widths"]

GAP = 2
"""Blanks between two columns."""
_WORD = 14
"""Longer words of a text may be broken where there is no room; keys, such as codes, never are."""


def column_widths(
    rows: Sequence[Sequence[tuple[str, str]]], floors: Iterable[int], room: int
) -> list[int] | None:
    """The widths of the columns of some rows.

    Args:
        rows: cells, each a text and how it is meant, "key" for codes and the like.
        floors: what the first columns have at least where there is room, so that they stand where
            those of other rows stand.
        room: of the terminal.

    Returns:
        The widths; None if the words that must not be broken do not fit beside each other.

    >>> column_widths([[("E72.53", "key"), ("Primary hyperoxaluria", "")]], [8], 24)
    [8, 14]
    """
    columns = [list(column) for column in zip_longest(*rows, fillvalue=("", ""))]
    wished = [max(len(text) for text, _ in column) for column in columns]
    needed = [max(map(_unbroken, column)) for column in columns]
    room -= GAP * (len(columns) - 1)
    floored = list(map(max, needed, chain(floors, repeat(0))))
    least = floored if sum(floored) <= room else needed
    if sum(least) > room:
        return None
    return _shared(least, wished, room)


def _unbroken(cell: tuple[str, str]) -> int:
    """How much room the words of a cell need beside each other column's."""
    text, style = cell
    longest = max(map(len, text.split()), default=0)
    return longest if style == "key" else min(longest, _WORD)


def _shared(least: list[int], wished: list[int], room: int) -> list[int]:
    """What is left of the room, in equal shares to those that wish for more."""
    widths, left = list(least), room - sum(least)
    wishes = sorted((max(0, wish - widths[column]), column) for column, wish in enumerate(wished))
    for before, (wish, column) in enumerate(wishes):
        given = min(wish, left // (len(wishes) - before))
        widths[column] += given
        left -= given
    return widths
