"""ICD-10-CM: what a code was, edition by edition.

No official file says when a code began or ended: a release holds what is in force in its days. Two
things are known beyond the releases: additions that the NCHS conversion table dates, and updates
that the calendar knows although they had no code files (April 1, 2020: U07.0, U07.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from attrs import define, evolve

from codesets.editions import unpublished_updates
from codesets.timeline.additions import Addition
from codesets.timeline.coverage import Coverage, Window
from codesets.timeline.periods import Evidence, EvidenceKind, PeriodState
from codesets.timeline.segments import Segment, Space, ordinals, same_title

__all__ = ["Rows", "space"]

Rows = Iterable[tuple[str, bool, str]]
"""All codes of a release: canonical code, whether billable, title."""

_STATES = {True: PeriodState.BILLABLE, False: PeriodState.HEADER}


def space(
    system: str,
    coverage: Coverage,
    rows_of: Callable[[str], Rows],
    additions: Sequence[Addition],
) -> Space:
    """What all codes were, by the releases at hand and the evidence beside them.

    Args:
        system: short name of the system.
        coverage: which release speaks for which days.
        rows_of: edition name → the codes of its release.
        additions: what the conversion table at hand says was added when.
    """
    found = _by_release(coverage, rows_of)
    for code, first, last, evidence in _proved(system, coverage, additions):
        window = coverage.on(date.fromordinal(first))
        # What a release of these days has, it has itself.
        listed = window is not None and window.release is not None and code in found
        if not listed or not any(e.first <= last and first <= e.last for e in found[code]):
            _add(found, code, first, last, evidence)
    segments = {code: tuple(found[code]) for code in sorted(found)}
    return Space("", segments, _successors(segments, additions))


@define
class _Run:
    """A segment that may go on."""

    first: int
    is_billable: bool
    display: str

    def goes_on(self, is_billable: bool, display: str) -> bool:
        """Whether what the next release has is the same, and takes the title with accents."""
        if self.is_billable is not is_billable or not same_title(self.display, display):
            return False
        # A release of order files alone has the title without its accents.
        if self.display.isascii():
            self.display = display
        return True

    def ended(self, window: Window) -> Segment:
        """The segment, if that window was the last one with it."""
        state, last = _STATES[self.is_billable], window.last_day.toordinal()
        return Segment(self.first, last, state, self.display, str(window.release))


def _by_release(coverage: Coverage, rows_of: Callable[[str], Rows]) -> dict[str, list[Segment]]:
    """Segments of the releases alone: a code goes on while its state and title stay."""
    found: dict[str, list[Segment]] = {}
    runs: dict[str, _Run] = {}
    known: dict[str, tuple[bool, str]] = {}
    before: Window | None = None
    for window in coverage.known:
        if before is None or window.release != before.release:
            first = window.first_day.toordinal()
            rows = {code: (flag, title) for code, flag, title in rows_of(str(window.release))}
            # Most codes stay as they are, and are not looked at one by one.
            changed = [(code, *now) for code, now in rows.items() if known.get(code) != now]
            if before is not None:
                for code in known.keys() - rows.keys():
                    found.setdefault(code, []).append(runs.pop(code).ended(before))
            for code, is_billable, display in changed:
                run = runs.get(code)
                if run is not None and before is not None:
                    if run.goes_on(is_billable, display):
                        continue
                    found.setdefault(code, []).append(run.ended(before))
                runs[code] = _Run(first, is_billable, display)
            known = rows
        before = window
    for code, run in runs.items():
        if before is not None:
            found.setdefault(code, []).append(run.ended(before))
    return found


def _proved(
    system: str, coverage: Coverage, additions: Sequence[Addition]
) -> Iterator[tuple[str, int, int, Evidence]]:
    """Spans that no release at hand shows: code, first and last day, evidence.

    A code is billable from the day of its addition to the end of that edition at least.
    """
    dated = {(each.code, each.on): each for each in additions}
    for each in additions:
        window = coverage.on(each.on)
        if window is not None and window.release is None:
            yield each.code, *ordinals(each.on, window.last_day), _by_table(each)
    for update in unpublished_updates(system):
        start, end = update.edition.effective_from, update.edition.effective_to
        if start is None or end is None:
            continue
        for code in update.added:
            row = dated.get((code, start))
            detail = f"{update.edition} had no code files"
            evidence = _by_table(row) if row else Evidence(EvidenceKind.CALENDAR, "", detail)
            yield code, *ordinals(start, end), evidence


def _by_table(row: Addition) -> Evidence:
    return Evidence(EvidenceKind.CONVERSION_TABLE, row.table, row.place)


def _add(found: dict[str, list[Segment]], code: str, first: int, last: int, by: Evidence) -> None:
    """Put in what is proved beside the releases; a segment that spans those days is parted."""
    segments = found.setdefault(code, [])
    # The title is that of the release nearest in time, the later one first: it has the new code.
    later = [each for each in segments if each.last > last]
    nearest = min(later, key=lambda each: each.first) if later else None
    nearest = nearest or max(segments, key=lambda each: each.last, default=None)
    title, release = (nearest.display, nearest.release) if nearest else ("", "")
    proved = Segment(first, last, PeriodState.BILLABLE, title, release, by)
    parts = [part for each in segments for part in _around(each, first, last)]
    segments[:] = sorted([*parts, proved], key=lambda each: each.first)


def _around(segment: Segment, first: int, last: int) -> list[Segment]:
    """What is left of a segment before and after some days."""
    if segment.last < first or last < segment.first:
        return [segment]
    parts = (evolve(segment, last=first - 1), evolve(segment, first=last + 1))
    return [part for part in parts if part.first <= part.last]


def _successors(
    segments: dict[str, tuple[Segment, ...]], additions: Sequence[Addition]
) -> dict[str, tuple[str, ...]]:
    """Codes added on the day after a code ended, which the table says were that code before.

    The table says which old code a new one came from: read backwards it offers candidates.
    """
    after: dict[str, dict[str, None]] = {}
    for each in additions:
        day = each.on.toordinal()
        for old in each.previous:
            ended = any(
                one.last == day - 1 and one.state is PeriodState.BILLABLE
                for one in segments.get(old, ())
            )
            if ended:
                after.setdefault(old, {})[each.code] = None
    return {old: tuple(new) for old, new in after.items()}
