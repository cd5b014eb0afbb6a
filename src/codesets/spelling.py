"""Texts that a mistyped code may have been meant as."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["ALPHABET", "SUGGESTIONS", "one_edit"]

SUGGESTIONS = 5
"""At most so many suggestions are given."""

ALPHABET = "X0123456789ABCDEFGHIJKLMNOPQRSTUVWYZ"
"""What a code may be written with; the placeholder of ICD-10-CM, most often forgotten, first."""

# Characters that people and scanners take for one another.
_CONFUSABLE = {
    "O": "0", "0": "O", "I": "1", "1": "I", "L": "1", "S": "5", "5": "S", "B": "8", "8": "B",
    "Z": "2", "2": "Z", "G": "6", "6": "G", "Q": "0", "D": "0",
}  # fmt: skip


def one_edit(text: str) -> Iterator[str]:
    """All texts one edit away from a compact code, the likeliest first.

    Confusable characters, neighbours exchanged, one character too many, one too few, one wrong;
    for the last two the end of the code before its beginning.

    >>> next(one_edit("E1I9"))
    'EII9'
    """
    for place, char in enumerate(text):
        if char in _CONFUSABLE:
            yield text[:place] + _CONFUSABLE[char] + text[place + 1 :]
    for place in range(len(text) - 1):
        yield text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    for place in range(len(text) - 1, -1, -1):
        yield text[:place] + text[place + 1 :]
    for place in range(len(text), 0, -1):
        for char in ALPHABET:
            yield text[:place] + char + text[place:]
    for place in range(len(text) - 1, -1, -1):
        for char in ALPHABET:
            yield text[:place] + char + text[place + 1 :]
