"""Entries that a spreadsheet or a keyboard changed, read as what they must have been, and said so.

Only where exactly one reading is a code of one of the two releases. What is ambiguous (a code that
lost its letter) stays unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

__all__ = ["repaired"]

_INVISIBLE = dict.fromkeys(map(ord, "\u00a0\u2007\u200b\u200c\u200d\u2060\ufeff'\"`’“”"), " ")
_SHORT_HCPCS = re.compile(r"([A-Z])([0-9]{1,3})", re.ASCII)
HCPCS_DIGITS = 4


def repaired(text: str, is_code: Callable[[str], bool]) -> str | None:
    """The one spelling that an entry must have had; None if there is none, or several.

    Args:
        text: the entry, which is no code as it stands.
        is_code: whether a spelling is a code of one of the releases.
    """
    found = {each for each in _readings(text) if is_code(each)}
    return found.pop() if len(found) == 1 else None


def _readings(text: str) -> Iterator[str]:
    """What an entry may have been, likeliest first."""
    plain = " ".join(text.translate(_INVISIBLE).split()).upper()
    yield plain
    yield plain.rstrip(".")
    # `E11 . 9`, `E11,9`, `E11-9`: another sign, or blanks, where the dot stands.
    yield re.sub(r"\s+", "", plain)
    yield re.sub(r"^([A-Z][0-9A-Z]{2})\s*[,;:_ -]\s*([0-9A-Z]{1,4})$", r"\1.\2", plain)
    # A HCPCS code whose zeros a spreadsheet took: A428 for A0428.
    short = _SHORT_HCPCS.fullmatch(plain)
    if short:
        yield short[1] + short[2].zfill(HCPCS_DIGITS)
    # The letter O for the digit, after the first character.
    if plain[1:].replace("O", "0") != plain[1:]:
        yield plain[:1] + plain[1:].replace("O", "0")
