"""HCPCS Level II: what a code was, by the dates in the files at hand.

A record has the latest code added and termination date, nothing of what was before. The latest
file that holds a life speaks for it; what earlier files say otherwise is listed. A life is told by
its added date: the same date is the same life, and so is another date under the same description
(CMS corrects dates after the fact). A code that comes back with another description under another
date is another life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise

from attrs import define, evolve, frozen

from codesets.reconciliation import Difference, DifferenceKind
from codesets.timeline.coverage import Coverage, Window
from codesets.timeline.periods import PeriodState
from codesets.timeline.segments import Segment, Space, same_title

__all__ = ["Record", "space"]

REACTIVATE = "R"
DESCRIPTION_CHANGES = ("B", "C")
"""Action codes that change the long description (record layout, field 31)."""


@frozen
class Record:
    """What one file says of one code or modifier.

    Attributes:
        code: canonical.
        added: code added date; None where a lenient reader let a record without one through.
        terminated: termination date, the last day; None while there is none.
        action: action code.
        acted: action effective date; None where the file has none.
        display: the long description.
        short: the short description.
    """

    code: str
    added: date | None
    terminated: date | None
    action: str
    acted: date | None
    display: str
    short: str


@define
class _Life:
    """One use of a code: what each file that knows it says, in order of time."""

    records: list[tuple[Window, Record]]

    @property
    def latest(self) -> Record:
        return self.records[-1][1]

    @property
    def added(self) -> date:
        return self.latest.added or date.min

    def is_same(self, record: Record) -> bool:
        return self.latest.added == record.added or (
            same_title(self.latest.display, record.display)
            or same_title(self.latest.short, record.short)
        )


def space(prefix: str, coverage: Coverage, records_of: Callable[[str], Iterable[Record]]) -> Space:
    """What all codes (or modifiers) were, by the files at hand.

    Args:
        prefix: what the names of the key space's columns begin with.
        coverage: which release speaks for which days.
        records_of: edition name → the records of its release.
    """
    windows = coverage.known
    lives: dict[str, list[_Life]] = {}
    for window in windows:
        for record in records_of(str(window.release)):
            if record.added is None:
                continue
            mine = lives.setdefault(record.code, [])
            same = next((life for life in mine if life.is_same(record)), None)
            if same is None:
                mine.append(_Life([(window, record)]))
            else:
                same.records.append((window, record))
    segments: dict[str, tuple[Segment, ...]] = {}
    differences: list[Difference] = []
    for code in sorted(lives):
        mine = sorted(lives[code], key=lambda life: life.added)
        if parts := _apart(mine, windows[-1]):
            segments[code] = parts
        for life in mine:
            differences += _disagreements(life, windows)
    return Space(prefix, segments, {}, tuple(differences))


def _apart(lives: Sequence[_Life], newest: Window) -> tuple[Segment, ...]:
    """All segments of a code, in order of time, without overlaps.

    Where two uses of a code claim the same days, that of the later file has them: what it does not
    know any more was withdrawn.
    """
    taken: list[Segment] = []
    for life in sorted(lives, key=lambda life: life.records[-1][0].first_day, reverse=True):
        free = [evolve(each, use=lives.index(life)) for each in _segments(life, newest)]
        for other in tuple(taken):
            free = [part for each in free for part in _outside(each, other)]
        taken += free
    return tuple(sorted(taken, key=lambda each: each.first))


def _outside(segment: Segment, other: Segment) -> list[Segment]:
    """What is left of a segment outside of another one's days."""
    if segment.last < other.first or other.last < segment.first:
        return [segment]
    left = evolve(segment, last=other.first - 1, is_certain=False)
    right = evolve(segment, first=other.last + 1, is_certain=False)
    return [part for part in (left, right) if part.first <= part.last]


def _segments(life: _Life, newest: Window) -> list[Segment]:
    """The spans of one life: its suspensions left out, each with its own description."""
    spans = _spans(life, newest)
    found = []
    for first, last, is_certain in spans:
        for start, end, (window, record), is_sure in _descriptions(life, first, last):
            found.append(
                Segment(
                    start,
                    end,
                    PeriodState.LIVE,
                    record.display,
                    str(window.release),
                    is_certain=is_certain and is_sure,
                )
            )
    return found


def _spans(life: _Life, newest: Window) -> list[tuple[int, int, bool]]:
    """First and last day of each span in which the code was live, and whether that is certain."""
    window, latest = life.records[-1]
    first = life.added.toordinal()
    is_withdrawn = window is not newest and latest.terminated is None
    still = max(window.last_day if is_withdrawn else newest.last_day, life.added)
    last = (latest.terminated or still).toordinal()
    spans = []
    for (_, before), (_, after) in pairwise(life.records):
        resumed = _resumed(before, after)
        if resumed is not None and before.terminated is not None:
            spans.append((first, before.terminated.toordinal(), True))
            first = resumed.toordinal()
    single = life.records[0][1]
    if len(life.records) == 1 and single.action == REACTIVATE and single.acted is not None:
        # The file proves that there was an end before, not when.
        spans.append((first, single.acted.toordinal() - 1, False))
        first = single.acted.toordinal()
    if first <= last:
        spans.append((first, last, not is_withdrawn))
    return spans


def _resumed(before: Record, after: Record) -> date | None:
    """The day on which an ended code was taken up again, by two files; None if it was not.

    Where the later file only moves the end, its action date is the day after that end.
    """
    ended, acted = before.terminated, after.acted
    if ended is None or acted is None or after.terminated == ended:
        return None
    is_end = after.terminated is not None and acted > after.terminated
    return acted if (acted - ended).days > 1 and not is_end else None


def _descriptions(
    life: _Life, first: int, last: int
) -> list[tuple[int, int, tuple[Window, Record], bool]]:
    """The descriptions of a span, each with its days and the file that has it last."""
    changes: list[tuple[int, tuple[Window, Record], bool]] = [(first, life.records[0], True)]
    for (earlier, before), (window, record) in pairwise(life.records):
        start, _, is_sure = changes[-1]
        if same_title(before.display, record.display):
            changes[-1] = (start, (window, record), is_sure)
            continue
        day, is_sure = _changed(earlier, window, record)
        changes.append((day.toordinal(), (window, record), is_sure))
    found = []
    ends = [start - 1 for start, _, _ in changes[1:]]
    for (start, source, is_sure), end in zip(changes, [*ends, last], strict=True):
        begin, stop = max(start, first), min(end, last)
        if begin <= stop:
            found.append((begin, stop, source, is_sure))
    return found


def _changed(earlier: Window, window: Window, record: Record) -> tuple[date, bool]:
    """Since when the new description holds, and whether the file says so.

    The action effective date, if it lies between the two files and is that of a change in the
    description; otherwise at the latest the first day of the later file's edition.
    """
    acted = record.acted
    if acted is not None and earlier.first_day < acted <= window.first_day:
        is_opening = acted in (record.added, window.first_day)
        return acted, record.action in DESCRIPTION_CHANGES or is_opening
    return window.first_day, False


def _disagreements(life: _Life, windows: Sequence[Window]) -> list[Difference]:
    """Where files contradict the latest one about a life that they know, or should know."""
    newest, latest = life.records[-1]
    said = {window.edition.name: record for window, record in life.records}
    start = life.added
    found = []
    for window in windows:
        if window.first_day > newest.first_day:
            break
        name = window.edition.name
        record = said.get(name)
        if record is None:
            ended = latest.terminated
            if start <= window.first_day and (ended is None or window.first_day <= ended):
                found.append(_difference(latest.code, name, None, newest, "added_on", start))
            continue
        if record.added != start:
            found.append(_difference(latest.code, name, record.added, newest, "added_on", start))
        if _contradicts(record, latest, window):
            found.append(
                _difference(
                    latest.code, name, record.terminated, newest, "terminated_on", latest.terminated
                )
            )
    return found


def _contradicts(record: Record, latest: Record, window: Window) -> bool:
    """True if a file's end is not the latest one's, where it should have known it.

    An end that comes after the file's first day is news, not a contradiction.
    """
    if record.terminated == latest.terminated:
        return False
    if record.terminated is None:
        return latest.terminated is not None and latest.terminated < window.first_day
    return True


def _difference(
    code: str, name: str, left: date | None, newest: Window, field: str, right: date | None
) -> Difference:
    kind = DifferenceKind.FIELD if left is not None or field != "added_on" else DifferenceKind.EXTRA
    return Difference(
        kind,
        code,
        name,
        left.isoformat() if left else None,
        newest.edition.name,
        right.isoformat() if right else None,
        field,
        f"the latest file that holds this use of the code speaks for it: {newest.edition}",
    )
