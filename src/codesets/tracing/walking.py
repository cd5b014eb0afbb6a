"""Walking a code through the days, step by step, until it stands or somebody has to choose."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import TYPE_CHECKING

from attrs import field, frozen

from codesets.timeline.segments import Segment
from codesets.tracing.results import Outcome, Step, Trace

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable
    from codesets.timeline.past import Past

__all__ = ["Walker"]


@frozen
class Walker:
    """The way between two days, forward or backward.

    Attributes:
        past: all releases at hand.
        start: name and day of the edition to start from.
        end: name and day of the edition to come to.
        table: the conversion table to read; None for the newest at hand.
    """

    past: Past = field(repr=False)
    start: tuple[str, date]
    end: tuple[str, date]
    table: ConversionTable | None = field(default=None, repr=False)

    @property
    def is_forward(self) -> bool:
        """True if the edition to come to is the later one."""
        return self.start[1] <= self.end[1]

    def trace(self, text: str) -> Trace:
        """The way of a code.

        Raises:
            UnknownCodeError: it was never a code.
        """
        code = self.past[text].code
        entered = self._entered(code)
        if entered is None:
            reason = f"{code} is no code of {self.start[0]}"
            return self._made(code, Outcome.UNKNOWN, (), (), reason)
        steps: list[Step] = []
        at, day = code, entered
        while not self._stands(at, day):
            step = self._step(at, day)
            steps.append(step)
            if not step.is_one_to_one:
                outcome = Outcome.AMBIGUOUS if step.candidates else Outcome.GONE
                return self._made(code, outcome, step.candidates, steps, _why(step))
            (at,) = step.candidates
            day = step.day if self.is_forward else self._last_before(at, step.day)
        outcome = Outcome.MAPPED if steps else Outcome.UNCHANGED
        reason = f"{code} became {at}" if self.is_forward else f"{code} came from {at}"
        return self._made(code, outcome, (at,), steps, reason if steps else self._as_before(code))

    def _made(
        self,
        code: str,
        outcome: Outcome,
        codes: tuple[str, ...],
        steps: list[Step] | tuple[Step, ...],
        reason: str,
    ) -> Trace:
        name = self.past.system_name
        return Trace(name, code, self.start[0], self.end[0], outcome, codes, steps, reason)

    def _entered(self, code: str) -> date | None:
        """The day on which the way begins; None if there is no such code in `start`."""
        return self.start[1] if self._segment(code, self.start[1]) is not None else None

    def _last_before(self, code: str, day: date) -> date:
        """The last day before another one on which there was such a code: a release may miss."""
        ends = (each.last for each in self.past[code].segments if each.first < day.toordinal())
        return date.fromordinal(min(max(ends), day.toordinal() - 1))

    def _segment(self, code: str, day: date) -> Segment | None:
        life = self.past.get(code)
        return None if life is None else life.segment_on(day)

    def _stands(self, code: str, day: date) -> bool:
        """True if the code is on the last day of the way what it is on a day."""
        here, there = self._segment(code, day), self._segment(code, self.end[1])
        return (
            here is not None
            and there is not None
            and here.use == there.use
            and (here.state is there.state or there.state.is_valid)
        )

    def _as_before(self, code: str) -> str:
        """Why a code may be used as before."""
        here, there = (self._segment(code, day) for _, day in (self.start, self.end))
        told = f"{code} is {there.state if there else ''} in {self.end[0]} too"
        if here is not None and there is not None and here.display != there.display:
            told += f", as {there.display!r}; in {self.start[0]} it was {here.display!r}"
        return told

    @abstractmethod
    def _step(self, code: str, day: date) -> Step:
        """The next change of a code that does not stand."""


def _why(step: Step) -> str:
    told = "; ".join(step.evidence)
    if not step.candidates:
        return f"{step.code}: {told}"
    return f"{step.code} has an open choice on {step.day}: {told}"
