"""Findings about a code on a day, out of all releases at hand: those of a release, and the story.

Each is the finding that a release gives, refined: `isinstance(found, Valid)` and the like hold.
"""

from __future__ import annotations

from datetime import date
from textwrap import shorten
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from attrs import field, frozen

from codesets.findings import C, H, Header, NotYetAdded, Terminated, Valid
from codesets.timeline.periods import Evidence, Period, PeriodState
from codesets.timeline.segments import Segment, same_title

if TYPE_CHECKING:
    from codesets.timeline.lives import CodeHistory
    from codesets.timeline.past import Past

__all__ = ["HeaderOn", "NotYetAddedOn", "TerminatedOn", "Told", "ValidOn"]

SHOWN = 3
"""Codes named in a sentence; the finding has all."""
LONGEST = 80
"""Characters of another title in a sentence."""


class Told:
    """What the four findings have in common: the history of a known code behind the answer."""

    __slots__ = ()

    if TYPE_CHECKING:
        code: Any
        on: Any
        _past: Past

    @property
    def history(self) -> CodeHistory:
        """The history of the code."""
        return self._past[self.code.code]

    @property
    def period(self) -> Period | None:
        """The period that the day lies in."""
        return self.history.on(self.on)

    @property
    def evidence(self) -> Evidence:
        """What proves the answer."""
        return self._past.evidence_on(self.history, self.on)

    @property
    def _since(self) -> str:
        """Since when it is what it is, in words; a gap without release does not interrupt it."""
        segment = self.history.segment_on(self.on)
        return f" since {date.fromordinal(segment.first)}" if segment else ""

    def _story(self) -> str:
        """What the code was before and after that, in words."""
        asked, told = self.on.toordinal(), []
        segments = self.history.segments
        here = self.history.segment_on(self.on)
        before = [each for each in segments if each.last < asked and each is not here]
        after = [each for each in segments if each.first > asked and each is not here]
        if before and not _is_one(before[-1], here):
            told.append(f"{_phrase(before[-1], here)} until {date.fromordinal(before[-1].last)}")
        if after and not _is_one(here, after[0]):
            told.append(f"{_phrase(after[0], here)} from {date.fromordinal(after[0].first)}")
        elif not after and here is not None and date.fromordinal(here.last) < self._past.last_day:
            told.append(f"last seen on {date.fromordinal(here.last)}")
        return "; ".join(told)

    def _told(self) -> dict[str, Any]:
        period = self.period
        return {
            "on": self.on.isoformat(),
            "period": period.to_dict() if period else None,
            "evidence": self.evidence.to_dict(),
        }


def _is_one(left: Segment | None, right: Segment | None) -> bool:
    """True if two spans differ in what proves them and in nothing else."""
    return (
        left is not None
        and right is not None
        and right.first - left.last == 1
        and left.state is right.state
        and same_title(left.display, right.display)
    )


def _phrase(segment: Segment, beside: Segment | None) -> str:
    """The state of a span; its title too, where that is all that changed."""
    if beside is None or segment.state is not beside.state:
        return str(segment.state)
    if same_title(segment.display, beside.display):
        return f"{segment.state} too"
    return f"{segment.state} as {shorten(segment.display, LONGEST, placeholder=' …')!r}"


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


@frozen
class ValidOn(Told, Valid[C], Generic[C]):
    """The code could be used on the day, see `Valid`."""

    kind: ClassVar[str] = "Valid"

    _past: Past = field(kw_only=True, eq=False, repr=False)

    @property
    def reason(self) -> str:
        said = f"{self.code.code} is valid on {self.on} and{self._since}: {self.code.display}"
        return _joined(said, self._story(), f"evidence: {self.evidence}")

    def _details(self) -> dict[str, Any]:
        return {**Valid._details(self), **self._told()}


@frozen
class HeaderOn(Told, Header[H], Generic[H]):
    """The code was a header on the day, see `Header`.

    Attributes:
        on: the day asked for.
    """

    kind: ClassVar[str] = "Header"

    on: date = field(kw_only=True)
    _past: Past = field(kw_only=True, eq=False, repr=False)

    @property
    def reason(self) -> str:
        billable = self.billable
        shown = ", ".join(billable[:SHOWN]) + (", …" if len(billable) > SHOWN else "")
        return _joined(
            f"{self.code.code} is a header{self._since}, not valid for submission on {self.on}:"
            " more characters are required",
            self._story(),
            f"{len(billable):,} billable below: {shown}",
        )

    def _details(self) -> dict[str, Any]:
        return {**Header._details(self), **self._told()}


@frozen
class TerminatedOn(Told, Terminated[C], Generic[C]):
    """The code had ended before the day, see `Terminated`."""

    kind: ClassVar[str] = "Terminated"

    _past: Past = field(kw_only=True, eq=False, repr=False)

    @property
    def reason(self) -> str:
        return _joined(
            f"{self.code.code} was ended: its last day is {self.terminated_on}, asked for"
            f" {self.on}",
            self._unsure(),
            self._story(),
            _offered(self.successors),
        )

    def _unsure(self) -> str:
        """What lies between the last day and the day asked for, where no release speaks for it."""
        between = [
            each
            for each in self.history.periods
            if each.state is PeriodState.UNKNOWN and (each.first_day - self.terminated_on).days == 1
        ]
        if not between:
            return ""
        return f"no release at hand tells of {between[0].first_day} to {between[0].last_day}"

    def _details(self) -> dict[str, Any]:
        return {**Terminated._details(self), **self._told()}


def _offered(successors: tuple[str, ...]) -> str:
    if not successors:
        return ""
    shown = ", ".join(successors[:SHOWN]) + (", …" if len(successors) > SHOWN else "")
    return f"candidates after it: {shown}"


@frozen
class NotYetAddedOn(Told, NotYetAdded[C], Generic[C]):
    """The code begins after the day, see `NotYetAdded`."""

    kind: ClassVar[str] = "NotYetAdded"

    _past: Past = field(kw_only=True, eq=False, repr=False)

    def _details(self) -> dict[str, Any]:
        return {**NotYetAdded._details(self), **self._told()}
