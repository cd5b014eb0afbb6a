"""What stands in another place: the fewest of a sequence that must move to make another one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["moved"]


def moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The fewest members of `new` that must move to make it of `old`, in the order of `new`.

    Args:
        old: a sequence of different members.
        new: the same members in any order.

    Returns:
        The members to move. The same ones the other way round: where there is a choice, the two
        sequences decide, not which of them is the old one.

    >>> moved("ABCDE", "ABDEC"), moved("ABDEC", "ABCDE")
    (['C'], ['C'])
    """
    places = {member: place for place, member in enumerate(old)}
    order = [places[member] for member in new]
    if all(before < after for before, after in pairwise(order)):
        return []
    # Only the span between the first and the last member out of place needs looking at.
    start = next(place for place, at in enumerate(order) if at != place)
    end = len(order)
    while order[end - 1] == end - 1:
        end -= 1
    left, right = tuple(old[start:end]), tuple(new[start:end])
    base, other = (left, right) if left <= right else (right, left)
    at = {member: place for place, member in enumerate(base)}
    staying = {base[place] for place in _longest_rise([at[member] for member in other])}
    return [member for member in right if member not in staying]


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """A longest rising part of a sequence of different numbers."""
    tails: list[int] = []  # the places of the smallest ends of rises, by their length
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        before.append(tails[at - 1] if at else -1)
        if at == len(ends):
            ends.append(number)
            tails.append(place)
        else:
            ends[at], tails[at] = number, place
    rise = []
    place = tails[-1] if tails else -1
    while place >= 0:
        rise.append(numbers[place])
        place = before[place]
    return rise[::-1]
