"""Which words of a text changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from attrs import frozen

__all__ = ["Piece", "Piecewise", "changed_words"]

_WORD = re.compile(r"\s+|[^\s]+")


@frozen
class Piece:
    """Some words of one of two texts.

    Attributes:
        text: the words, with the blanks between them.
        is_changed: True if the other text does not have them there.
    """

    text: str
    is_changed: bool = False


@frozen
class Piecewise:
    """Two texts in pieces.

    Attributes:
        before: the pieces of the old text.
        after: the pieces of the new text.
    """

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def changed_words(before: str, after: str) -> Piecewise:
    """Both texts in pieces, those marked that the other one does not have.

    >>> [piece.text for piece in changed_words("Blue fever", "Deep blue fever").after]
    ['Deep blue', ' fever']
    """
    left, right = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    codes = matcher.get_opcodes()
    return Piecewise(
        tuple(_pieces((left[i:j], tag != "equal") for tag, i, j, _, _ in codes)),
        tuple(_pieces((right[i:j], tag != "equal") for tag, _, _, i, j in codes)),
    )


def _pieces(parts: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    for words, is_changed in parts:
        if words:
            yield Piece("".join(words), is_changed)
