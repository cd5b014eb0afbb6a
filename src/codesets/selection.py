"""Patterns that stand for codes: codes, wildcards, ranges."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from codesets.arguments import quoted
from codesets.compiled.format import KEY_LENGTH, pack_key
from codesets.errors import MalformedCodeError, SelectionError
from codesets.views import Code

if TYPE_CHECKING:
    from codesets._edition import Edition
    from codesets.findings import Finding
    from codesets.tree import TreeRelease

__all__ = ["EVERYTHING", "condensed_rows", "pattern_rows", "selected_rows"]


class Selectable(Protocol):
    """What a release needs, for patterns to stand for its codes."""

    @property
    def edition(self) -> Edition:
        """The edition that messages speak of."""

    @property
    def sorted_keys(self) -> tuple[memoryview, memoryview]:
        """The packed keys in ascending order, and the row of each."""

    def row_at(self, place: int, /) -> int:
        """The row of the key at a place of `sorted_keys`."""

    def get(self, text: object, /) -> Any:
        """The code object of a spelling, or None."""

    def check(self, text: object, /) -> Finding:
        """Why a text is no code."""

    def end_row(self, row: int, /) -> int:
        """The row after the last one below a row."""

    def named_span(self, text: str, /) -> tuple[int, int] | None:
        """The rows of a range that the code set itself names, or None."""

    def range_key(self, text: str, /) -> str:
        """The compact spelling of a range's end, which need not exist."""


EVERYTHING = "*"
"""The pattern for all codes."""

_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))
"""What word processors make of the hyphen of a range: other hyphens, figure dash and en dash."""

_FIRST_LETTER = 0xFF << 8 * (KEY_LENGTH - 1)
_BELOW = re.compile(r"([0-9A-Z.]+?)\.?-", re.ASCII)


def selected_rows(release: Selectable, patterns: Iterable[object]) -> Sequence[int]:
    """The rows that any of the patterns stands for, ascending; none without patterns.

    Raises:
        SelectionError: one of them is no pattern, or names nothing in the release.
    """
    found = [pattern_rows(release, pattern) for pattern in patterns]
    return found[0] if len(found) == 1 else sorted({row for part in found for row in part})


def pattern_rows(release: Selectable, pattern: object) -> Sequence[int]:
    """The rows that one pattern stands for, ascending.

    Raises:
        SelectionError: it is no pattern, or names nothing in the release.
    """
    if isinstance(pattern, Code):
        pattern = pattern.code
    if not isinstance(pattern, str):
        kind = type(pattern).__name__
        raise SelectionError(f"a pattern is a text or a code, not {kind}", pattern=pattern)
    text = pattern.translate(_HYPHENS).strip(" ")
    # ASCII is asked for before upper-casing: "\u0131".upper() is "I", "\u017f".upper() is "S".
    if not text.isascii():
        raise _nothing(release, pattern, "a pattern has letters and digits of ASCII only")
    text = text.upper()
    named = release.named_span(text)
    if named is not None:
        return range(*named)
    if text == EVERYTHING:
        return range(len(release.sorted_keys[0]))
    below = _BELOW.fullmatch(text)
    if below:
        row = _code_row(release, below[1], pattern)
        return range(row + 1, release.end_row(row))
    if text.endswith("*"):
        return _prefix_rows(release, text[:-1], pattern)
    if "-" in text:
        start, _, end = text.partition("-")
        return _range_rows(release, start.strip(" "), end.strip(" "), pattern)
    row = _code_row(release, text, pattern)
    return range(row, release.end_row(row))


def _code_row(release: Selectable, text: str, pattern: str) -> int:
    code = release.get(text)
    if code is None:
        raise _nothing(release, pattern, release.check(text).reason)
    row: int = code.row
    return row


def _nothing(release: Selectable, pattern: str, why: str) -> SelectionError:
    return SelectionError(
        f"{quoted(pattern)} selects nothing in {release.edition}: {why}", pattern=pattern
    )


def _prefix_rows(release: Selectable, text: str, pattern: str) -> Sequence[int]:
    """`S72.0*`, `S72.*`, `S*`: a code and all below it, or all codes that begin so."""
    code = release.get(text.rstrip("."))
    if code is not None:
        return range(code.row, release.end_row(code.row))
    compact = text.replace(".", "")
    if compact.isascii() and compact.isalnum() and len(compact) < KEY_LENGTH:
        keys, _ = release.sorted_keys
        first = pack_key(compact)
        low = bisect_left(keys, first)
        high = bisect_left(keys, first + (1 << 8 * (KEY_LENGTH - len(compact))))
        if low < high:
            return sorted(map(release.row_at, range(low, high)))
    raise _nothing(release, pattern, "no code begins so")


def _range_rows(release: Selectable, start: str, end: str, pattern: str) -> Sequence[int]:
    """From the first code at or after `start` to the last at or before `end`, with all below.

    The ends need not exist: there is no E12 and no E14, and J40-J4A ends with J47.
    """
    try:
        first, last = release.range_key(start), release.range_key(end)
    except MalformedCodeError as error:
        raise SelectionError(f"{quoted(pattern)} is no range: {error}", pattern=pattern) from error
    keys, _ = release.sorted_keys
    start_place, stop = bisect_left(keys, pack_key(first)), bisect_right(keys, pack_key(last))
    head = next(_no_longer(keys, range(start_place, len(keys)), len(first)), None)
    tail = next(_no_longer(keys, range(stop - 1, start_place - 1, -1), len(last)), None)
    low = None if head is None else release.row_at(head)
    if tail is None or low is None or low >= release.end_row(release.row_at(tail)):
        raise _nothing(release, pattern, "the range is empty, or its end stands before its start")
    # The publisher's order is not the alphabet's: J4A stands before J45, and still NCHS calls the
    # section from J40 to J47 "J40-J4A". So the range goes on to the last code named between its
    # ends; of the last one's letter only, for U stands after Z.
    letter = bisect_left(keys, keys[tail] & _FIRST_LETTER, lo=start_place, hi=stop)
    high = max(map(release.row_at, _no_longer(keys, range(letter, stop), len(last))))
    return range(low, release.end_row(high))


def _no_longer(keys: memoryview, places: range, length: int) -> Iterator[int]:
    """The places of the sorted keys whose codes have `length` characters or fewer."""
    beyond = (1 << 8 * (KEY_LENGTH - length)) - 1
    return (place for place in places if not keys[place] & beyond)


def condensed_rows(release: TreeRelease[Any], wanted: Iterable[int]) -> tuple[int, ...]:
    """The fewest rows whose billable rows below (or themselves) are exactly `wanted`.

    Raises:
        SelectionError: a billable row has billable ones below it that are not all wanted, so that
            no pattern stands for it without them.
    """
    rows = sorted(set(wanted))

    def is_whole(row: int) -> bool:
        end = release.end_row(row)
        held = bisect_left(rows, end) - bisect_left(rows, row)
        return held == release.count_billable(row, end)

    chosen: list[int] = []
    covered = 0
    for row in rows:
        if row < covered:
            continue
        if not is_whole(row):
            code = release.code_at(row)
            raise SelectionError(
                f"{code} cannot be condensed: it is billable, so are codes below it, and not all of"
                f" them are given; select({code!r}) stands for all of them",
                pattern=code,
            )
        best = row
        for above in release.ancestor_rows(row):
            if not is_whole(above):
                break
            best = above
        chosen.append(best)
        covered = release.end_row(best)
    return tuple(chosen)
