"""One code over all releases at hand: its periods, first and last day, renamings, returns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from codesets._edition import as_day
from codesets.timeline.periods import Period, PeriodState
from codesets.timeline.segments import Segment, same_title
from codesets.views import Code

if TYPE_CHECKING:
    from codesets.timeline.past import Past

__all__ = ["CodeHistory"]


@frozen(eq=False, repr=False)
class CodeHistory(Code):
    """One code over all releases at hand.

    Attributes:
        code: the canonical code, as `E11.9`.
    """

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.history.identity

    @property
    def history(self) -> Past:
        """The history that it is of."""
        return cast("Past", self._release)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The spans in which there was such a code, as the interval file has them."""
        return self.history.segments_of(self.row)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """What the code was, span by span, from the first day that any release at hand covers.

        Of HCPCS from the code's first day: a file has the dates of what was before it. A period
        ends where the state, the title or the evidence changes, and at the latest on the last day
        covered by a release at hand.

        Returns:
            Periods in order of time, without holes.
        """
        return tuple(self._periods())

    def _periods(self) -> Iterator[Period]:
        history = self.history
        start = history.begins_on.toordinal() if history.begins_on else None
        for each in self.segments:
            if start is not None and start < each.first:
                yield from history.without(start, each.first - 1)
            yield from history.spanned(each)
            start = each.last + 1
        if start is not None and start <= history.last_day.toordinal():
            yield from history.without(start, history.last_day.toordinal())

    def on(self, day: date) -> Period | None:
        """The period of a day; None before the first and after the last.

        Raises:
            TypeError: `day` is no date.
        """
        asked = as_day(day)
        place = bisect_right([each.first_day for each in self.periods], asked) - 1
        if place < 0 or not self.periods[place].covers(asked):
            return None
        return self.periods[place]

    def segment_on(self, day: date) -> Segment | None:
        """The span that holds a day; None where there was no such code, or nothing is known."""
        asked = day.toordinal()
        return next((each for each in self.segments if each.first <= asked <= each.last), None)

    @property
    def display(self) -> str:
        """Its last title: a retired code stays resolvable."""
        return self.segments[-1].display if self.segments else ""

    @property
    def first_day(self) -> date:
        """The first day on which there was such a code, as far as the files at hand tell."""
        return date.fromordinal(self.segments[0].first)

    @property
    def last_day(self) -> date:
        """The last day on which there was such a code; at the latest the last one covered."""
        return date.fromordinal(self.segments[-1].last)

    @property
    def is_current(self) -> bool:
        """True if there is such a code on the last day covered by a release at hand."""
        return self.last_day >= self.history.last_day

    @property
    def renamings(self) -> tuple[tuple[date, str, str], ...]:
        """When its title changed: the first day of the new title, the old one, the new one.

        An accent, a blank or letter case is no renaming, nor is a source that was not at hand.
        """
        known = [each for each in self.periods if each.display]
        return tuple(
            (after.first_day, before.display, after.display)
            for before, after in pairwise(known)
            if not same_title(before.display, after.display)
        )

    @property
    def reinstatements(self) -> tuple[date, ...]:
        """The days on which it came back after it had been absent."""
        periods = self.periods
        seen = False
        days = []
        for before, after in pairwise(periods):
            seen = seen or before.state.is_known_code
            if seen and before.state is PeriodState.ABSENT and after.state.is_known_code:
                days.append(after.first_day)
        return tuple(days)

    @property
    def successors(self) -> tuple[str, ...]:
        """Codes that may have come after it, as the files say: candidates, not a translation.

        ICD-10-CM: added on the day after it ended, with it as previous code in the conversion
        table. HCPCS: what its cross references offer.
        """
        return self.history.successors_of(self)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "code": self.code,
            "display": self.display,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "is_current": self.is_current,
            "periods": [period.to_dict() for period in self.periods],
            "successors": list(self.successors),
        }

    def __repr__(self) -> str:
        return f"<CodeHistory {self.code}: {len(self.periods)} periods, {self.display!r}>"
