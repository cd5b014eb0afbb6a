"""ICD-10-CM: steps by the releases at hand and the NCHS conversion table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from codesets.crosswalk.conversion.grammar import Previous, TermKind
from codesets.errors import ReleaseNotFoundError
from codesets.timeline.segments import Segment
from codesets.tracing.results import Step
from codesets.tracing.walking import Walker

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionEntry, ConversionTable

__all__ = ["Icd10cmWalker"]

_DAY = timedelta(days=1)
_CANDIDATES = "the table says where a code came from; read the other way round these are candidates"


@frozen
class Icd10cmWalker(Walker):
    """Steps of ICD-10-CM."""

    def _step(self, code: str, day: date) -> Step:
        here = self._segment(code, day)
        if here is None:
            raise ValueError(f"{code} is no code on {day}")
        return self._forward(code, here) if self.is_forward else self._backward(code, here)

    @property
    def _table(self) -> ConversionTable | None:
        if self.table is not None:
            return self.table

        def read() -> ConversionTable | None:
            from codesets.crosswalk.conversion.table import ConversionTable

            try:
                return ConversionTable.load()
            except ReleaseNotFoundError:
                return None

        return self.past.once("conversion table", read)

    # Forward: what a code that ended may have become.

    def _forward(self, code: str, here: Segment) -> Step:
        last, first = self._end(code, here)
        rows = self._naming(code, last, first)
        below = self._billable_below(code, first)
        named = tuple(dict.fromkeys(row.code for row in rows if not row.is_impossible))
        candidates = tuple(dict.fromkeys((*named, *below)))
        evidence = [self._ended(code, last, first), *map(self._told, rows)]
        if below:
            evidence.append(f"{len(below)} billable under it: {', '.join(below)}")
        if not rows:
            evidence.append(self._silence(code))
        begun: date | None = None
        if len(named) == 1 and self._is_one_to_one(code, named[0], last, first):
            # Where releases are missing the row has the day; the first known one comes after it.
            days = (min(row.effective for row in rows), first)
            begun = next((day for day in days if self._is_valid(named[0], day)), None)
            if begun is None:
                evidence.append(f"no release at hand has {named[0]} as billable on {first}")
        if rows and begun is None:
            evidence.append(_CANDIDATES)
        return Step(begun or first, code, candidates, begun is not None, evidence)

    def _is_one_to_one(self, old: str, new: str, last: date, first: date) -> bool:
        """The rule by which a step is taken by itself, forward as backward.

        The old code ended, exactly one new code names it, that code names only it, and no other
        billable code stands under it. A row that is known to be wrong proves nothing.

        Args:
            old: the code before.
            new: the one after.
            last: the last known day before the change.
            first: the first known day after it.
        """
        return (
            not self._is_valid(old, first)
            and not self._is_valid(new, last)
            and {row.code for row in self._naming(old, last, first)} == {new}
            and all(
                _names_only(old, row) for row in self._rows(new) if last < row.effective <= first
            )
            and set(self._billable_below(old, first)) <= {new}
        )

    def _is_valid(self, code: str, day: date) -> bool:
        segment = self._segment(code, day)
        return segment is not None and segment.state.is_valid

    def _end(self, code: str, here: Segment) -> tuple[date, date]:
        """The last day of what a code was, and the first known day after it."""
        segments = self.past[code].segments
        last = here
        for each in segments:
            is_on = each.first > last.last and each.state is last.state
            if is_on and self._touches(last, each):
                last = each
        end = date.fromordinal(last.last)
        return end, self._next_known(end + _DAY)

    def _touches(self, left: Segment, right: Segment) -> bool:
        """True if nothing but unknown days lies between two spans."""
        day = self._next_known(date.fromordinal(left.last) + _DAY)
        return right.first <= day.toordinal()

    def _next_known(self, day: date) -> date:
        """The first day from `day` on for which a release at hand speaks."""
        for window in self.past.coverage.windows:
            if window.release is not None and window.last_day >= day:
                return max(day, window.first_day)
        return day

    def _naming(self, code: str, last: date, first: date) -> tuple[ConversionEntry, ...]:
        """The rows that name a code and took effect when it changed."""
        if self._table is None:
            return ()
        return tuple(row for row in self._table.naming(code) if last < row.effective <= first)

    def _billable_below(self, code: str, day: date) -> tuple[str, ...]:
        """The billable codes under a code that is none itself on a day.

        A codes file has no headers: there what begins with a code stands under it.
        """
        release = self.past.on(day)
        found = release.get(code)
        if found is not None and found.is_billable:
            return ()
        below = [] if found is None else [each.code for each in found.billable_descendants]
        codes = self._sorted_on(day)
        end = bisect_right(codes, f"{code}~")  # which comes after all characters of codes
        spelled = codes[bisect_right(codes, code) : end]
        return tuple(dict.fromkeys((*below, *spelled)))

    def _ended(self, code: str, last: date, first: date) -> str:
        after = self._segment(code, first)
        what = "no code" if after is None else str(after.state)
        return f"{code} was {self._was(code, last)} until {last} and is {what} from {first}"

    def _was(self, code: str, day: date) -> str:
        segment = self._segment(code, day)
        return "no code" if segment is None else str(segment.state)

    def _told(self, row: ConversionEntry) -> str:
        table = "" if self._table is None else self._table.edition.name
        said = row.previous_text.strip()
        told = f"conversion table {table}, row {row.row}: {row.code} from {said!r}, {row.effective}"
        return told if row.erratum is None else f"{told}; the table is wrong here: {row.erratum}"

    def _silence(self, code: str) -> str:
        if self._table is None:
            return "no conversion table is at hand"
        return f"no row of conversion table {self._table.edition} of that day names {code}"

    # Backward: what a new code was assigned before, as the table says.

    def _backward(self, code: str, here: Segment) -> Step:
        begin = self._begin(code, here)
        last = self._last_known(begin - _DAY)
        rows = [row for row in self._rows(code) if last < row.effective <= begin]
        known = self._codes_on(last)
        candidates: dict[str, None] = {}
        for row in rows:
            # What began and ended between two releases at hand stands in neither.
            between = [old for old in row.previous.codes if self._segment(old, begin - _DAY)]
            for expanded in (*_covered(row.previous, known), between):
                candidates.update(dict.fromkeys(expanded))
        evidence = [f"{code} is {here.state} since {begin}", *map(self._told, rows)]
        if not rows:
            evidence.append(f"no conversion table at hand says what {code} was before")
        names = tuple(candidates)
        return Step(begin, code, names, self._is_whole(code, names, last, begin), evidence)

    def _is_whole(self, code: str, names: tuple[str, ...], last: date, begin: date) -> bool:
        """True if one code ended, and all of it became this one."""
        if len(names) != 1:
            return False
        (old,) = names
        if self._segment(old, last) is None and self._segment(old, begin - _DAY) is None:
            return False  # no release at hand has it
        # It may live on: having a row does not mean that it ended.
        there = self._next_known(begin)
        return not self._is_valid(old, begin) and self._is_one_to_one(old, code, last, there)

    def _begin(self, code: str, here: Segment) -> date:
        """The first day of what a code is."""
        first = here
        for each in reversed(self.past[code].segments):
            is_on = each.last < first.first and each.state is first.state
            if is_on and self._touches(each, first):
                first = each
        return date.fromordinal(first.first)

    def _last_known(self, day: date) -> date:
        """The last day up to `day` for which a release at hand speaks."""
        for window in reversed(self.past.coverage.windows):
            if window.release is not None and window.first_day <= day:
                return min(day, window.last_day)
        return day

    def _rows(self, code: str) -> tuple[ConversionEntry, ...]:
        if self._table is None:
            return ()
        found: tuple[ConversionEntry, ...] = self._table.get(code, ())
        return found

    def _codes_on(self, day: date) -> dict[str, None]:
        """The billable codes of a day, in their order."""
        name = self.past.on(day).edition.name

        def read() -> dict[str, None]:
            release = self.past.release(name)
            codes: tuple[str, ...] = release.select("*", billable=True).codes  # type: ignore[attr-defined]
            return dict.fromkeys(codes)

        return self.past.once(f"billable {name}", read)

    def _sorted_on(self, day: date) -> list[str]:
        """The billable codes of a day, sorted by their spelling."""
        name = self.past.on(day).edition.name
        return self.past.once(f"sorted {name}", lambda: sorted(self._codes_on(day)))


def _covered(previous: Previous, known: dict[str, None]) -> Iterator[tuple[str, ...]]:
    """What each term covers, as `previous.expand`; a term of one code is looked up."""
    for term in previous.terms:
        if term.kind is not TermKind.CODE:
            yield term.expand(known)
        elif term.first in known:
            yield (term.first,)


def _names_only(code: str, row: ConversionEntry) -> bool:
    """True if a row names one single code, and is not known to be wrong."""
    previous = row.previous
    return len(previous.terms) == 1 and previous.codes == (code,) and row.erratum is None
