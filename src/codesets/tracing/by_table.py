"""ICD-10-CM: steps by the releases at hand and the NCHS conversion table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from codesets.errors import ReleaseNotFoundError
from codesets.timeline.segments import Segment
from codesets.tracing.results import Step
from codesets.tracing.walking import Walker

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionEntry, ConversionTable

__all__ = ["Icd10cmWalker"]

_DAY = timedelta(days=1)


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
        named = tuple(dict.fromkeys(row.code for row in rows))
        candidates = tuple(dict.fromkeys((*named, *below)))
        evidence = [self._ended(code, last, first), *map(self._told, rows)]
        if below:
            evidence.append(f"{len(below)} billable under it: {', '.join(below)}")
        if not rows:
            evidence.append(self._silence(code))
        is_one = len(named) == 1 and set(below) <= set(named) and _alone(rows)
        return Step(first, code, candidates, is_one, evidence)

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
        rows = (row for row in self._table.naming(code) if last < row.effective <= first)
        return tuple(row for row in rows if not row.is_impossible)

    def _billable_below(self, code: str, day: date) -> tuple[str, ...]:
        """The billable codes under a code that became a header."""
        release = self.past.on(day)
        found = release.get(code)
        if found is None or found.is_billable:
            return ()
        return tuple(below.code for below in found.billable_descendants)

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
        return f"conversion table {table}, row {row.row}: {row.code} from {said!r}, {row.effective}"

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
            for expanded in row.previous.expand(known):
                candidates.update(dict.fromkeys(expanded))
        evidence = [f"{code} is {here.state} since {begin}", *map(self._told, rows)]
        if not rows:
            evidence.append(f"no conversion table at hand says what {code} was before")
        names = tuple(candidates)
        return Step(begin, code, names, self._is_whole(code, names, rows, last, begin), evidence)

    def _is_whole(
        self,
        code: str,
        names: tuple[str, ...],
        rows: Iterable[ConversionEntry],
        last: date,
        begin: date,
    ) -> bool:
        """True if one code ended, and all of it became this one."""
        if len(names) != 1 or not _alone(rows):
            return False
        (old,) = names
        after = self._segment(old, begin)
        if after is not None and after.state.is_valid:
            return False  # it lives on: having a row does not mean that it ended
        named = {row.code for row in self._naming(old, last, begin)}
        return named == {code} and set(self._billable_below(old, begin)) <= {code}

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

    def _codes_on(self, day: date) -> tuple[str, ...]:
        """The billable codes of a day."""
        name = self.past.on(day).edition.name

        def read() -> tuple[str, ...]:
            release = self.past.release(name)
            codes: tuple[str, ...] = release.select("*", billable=True).codes  # type: ignore[attr-defined]
            return codes

        return self.past.once(f"billable {name}", read)


def _alone(rows: Iterable[ConversionEntry]) -> bool:
    """True if every row names one single code."""
    return all(len(row.previous.terms) == 1 and row.previous.codes for row in rows)
