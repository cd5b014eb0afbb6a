"""What two compiled files have in common, found in blocks of their bytes.

Two releases are the same for long stretches, each of which is compared as one piece of memory; only
where it ends are keys and texts looked at one by one. All that is said to be the same is the same.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import field, frozen

from codesets.compiled.format import ITEM_SIZES, NONE, SAME
from codesets.compiled.reader import Compiled

__all__ = ["ELSEWHERE", "Run", "aligned_texts", "common_keys"]

Run = tuple[int, int, int]
"""What stands together in both: first old position, first new one, how many."""
ELSEWHERE = -3
"""What `aligned_texts` has for a text that was not found: not the number of any, signed or not."""

_SIGNED = (SAME - (1 << 32), NONE - (1 << 32))
_KEY = ITEM_SIZES["Q"]
_NUMBER = ITEM_SIZES["I"]
_FIRST, _SEARCHED, _LONGEST = 256, 1024, 1 << 16
"""So many bytes are compared at once: at first, where a difference is looked for, and at most."""
_WINDOWS = (4, 32, 256, 2048)
"""How far ahead a text is looked for, if need be one after the other."""


def _common(old: memoryview, new: memoryview, at: int, other: int, limit: int) -> int:
    """How many bytes, at most `limit`, are the same from two positions on."""
    same, size = 0, _FIRST
    while same < limit:
        start, begin = at + same, other + same
        # Views are compared number by number, bytes at once.
        left, right = bytes(old[start : start + size]), bytes(new[begin : begin + size])
        if left == right:
            same += size
            size = min(4 * size, _LONGEST)
        elif size > _SEARCHED:
            size //= 8
        else:
            # The lowest bit that differs lies in the first byte that does.
            bits = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
            place = same + ((bits & -bits).bit_length() - 1) // 8 if bits else limit
            return min(limit, place)
    return limit


# Keys.


def common_keys(old: Compiled, new: Compiled) -> list[Run] | None:
    """The runs of rows that have the same keys in two files.

    Returns:
        The runs, in order; None where what both have stands in another order.
    """
    deleted, added = _unpaired_rows(old, new)
    mine, its = (file.column("keys").tobytes() for file in (old, new))
    kept, others = _between(deleted, len(mine) // _KEY), _between(added, len(its) // _KEY)
    if _joined(mine, kept) != _joined(its, others):
        return None
    return list(_paired(kept, others))


def _unpaired_rows(old: Compiled, new: Compiled) -> tuple[list[int], list[int]]:
    """The rows whose key the other file does not have, ascending."""
    columns = [file.column("keys.sorted") for file in (old, new)]
    mine, its = columns
    left, right = (column.cast("B") for column in columns)
    row, place = 0, 0
    deleted: list[int] = []
    added: list[int] = []
    while row < len(mine) and place < len(its):
        at, other = row * _KEY, place * _KEY
        limit = min(len(left) - at, len(right) - other)
        same = _common(left, right, at, other, limit) // _KEY
        row, place = row + same, place + same
        if row < len(mine) and place < len(its):
            if mine[row] < its[place]:
                deleted.append(row)
                row += 1
            else:
                added.append(place)
                place += 1
    deleted += range(row, len(mine))
    added += range(place, len(its))
    return _rows_of(old, deleted), _rows_of(new, added)


def _rows_of(file: Compiled, places: list[int]) -> list[int]:
    """The rows of keys by their places among the sorted ones, ascending."""
    column = file.column("keys.rows")
    rows = sorted([column[place] for place in places])
    if rows and rows[-1] >= len(column):
        raise file.damaged("keys")
    return rows


def _between(rows: list[int], size: int) -> list[tuple[int, int]]:
    """The spans between rows, of which none is empty."""
    bounds = pairwise((-1, *rows, size))
    return [(before + 1, after) for before, after in bounds if before + 1 < after]


def _joined(keys: bytes, spans: Sequence[tuple[int, int]]) -> bytes:
    return b"".join([keys[_KEY * start : _KEY * end] for start, end in spans])


def _paired(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> Iterator[Run]:
    """The runs of two lists of spans that hold as many rows one after the other."""
    mine, its = iter(old), iter(new)
    start = end = other = last = 0
    while True:
        if start == end:
            start, end = next(mine, (0, 0))
        if other == last:
            other, last = next(its, (0, 0))
        count = min(end - start, last - other)
        if not count:
            return
        yield start, other, count
        start, other = start + count, other + count


# Texts.


@frozen(eq=False)
class _Pool:
    """The texts of a file as bytes, and how many bytes each has as numbers of four bytes."""

    file: Compiled
    data: memoryview = field(init=False)
    offsets: memoryview = field(init=False)
    lengths: memoryview = field(init=False)

    @data.default
    def _read_data(self) -> memoryview:
        return self.file.column("text.bytes")

    @offsets.default
    def _read_offsets(self) -> memoryview:
        return self.file.column("text.offsets")

    @lengths.default
    def _read_lengths(self) -> memoryview:
        # One subtraction of two great numbers, whose digits are the offsets: those ascend, so that
        # none borrows from the next.
        later, earlier = (
            int.from_bytes(part, sys.byteorder) for part in (self.offsets[1:], self.offsets[:-1])
        )
        try:
            return memoryview((later - earlier).to_bytes(_NUMBER * len(self), sys.byteorder))
        except OverflowError as error:
            raise self.file.damaged("texts") from error

    def __len__(self) -> int:
        return max(0, len(self.offsets) - 1)

    def texts(self, number: int, end: int) -> list[bytes]:
        """The texts from a number to before another one."""
        offsets = self.offsets[number : end + 1].tolist()
        return [bytes(self.data[start:stop]) for start, stop in pairwise(offsets)]


def aligned_texts(old: Compiled, new: Compiled) -> list[int]:
    """The number in the new file of each text of the old one that stands beside it there.

    Returns:
        By old number, the new number, or `ELSEWHERE` for a text that the new file does not have,
        or has in another place; and last what leads `SAME` and `NONE`, as signed numbers, to
        themselves.
    """
    mine, its = _Pool(old), _Pool(new)
    found = [ELSEWHERE] * len(mine)
    number, other = _next_common(mine, its, 0, 0)
    while number < len(mine) and other < len(its):
        same = max(1, _common_texts(mine, its, number, other))
        found[number : number + same] = range(other, other + same)
        number, other = _next_common(mine, its, number + same, other + same)
    return [*found, *_SIGNED]


def _common_texts(old: _Pool, new: _Pool, number: int, other: int) -> int:
    """How many texts are the same from two numbers on."""
    at, begin = old.offsets[number], new.offsets[other]
    same = _common(old.data, new.data, at, begin, min(len(old.data) - at, len(new.data) - begin))
    last = min(len(old), number + len(new) - other) + 1
    count = bisect_right(old.offsets, at + same, number, last) - 1 - number
    # The same bytes may be cut into other texts.
    place, after, size = _NUMBER * number, _NUMBER * other, _NUMBER * count
    if old.lengths[place : place + size] == new.lengths[after : after + size]:
        return count
    return _common(old.lengths, new.lengths, place, after, size) // _NUMBER


def _next_common(old: _Pool, new: _Pool, number: int, other: int) -> tuple[int, int]:
    """The nearest numbers, from two on, of one text; behind the last ones where there are none."""
    ends = len(old), len(new)
    for window in (*_WINDOWS, max(ends)):
        last, end = min(ends[0], number + window), min(ends[1], other + window)
        texts, others = old.texts(number, last), new.texts(other, end)
        places = dict(zip(reversed(texts), range(last - 1, number - 1, -1), strict=False))
        known = [(places[text], at) for at, text in enumerate(others, other) if text in places]
        if known:
            return min(known, key=sum)
        if (last, end) == ends:
            break
    return ends
