"""HCPCS Level II: steps by the cross references of terminated codes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from attrs import frozen

from codesets.hcpcs.references import ReferenceKind
from codesets.timeline.dates_past import HcpcsHistory, HcpcsModifierHistory
from codesets.timeline.segments import Segment
from codesets.tracing.results import Step
from codesets.tracing.walking import Walker

__all__ = ["HcpcsWalker"]


@frozen
class HcpcsWalker(Walker):
    """Steps of HCPCS: a terminated code refers to what replaced it (record layout, XREF)."""

    def _entered(self, code: str) -> date | None:
        """A file holds ended codes too: the way begins on the last day before its own."""
        day = self.start[1].toordinal()
        begun = [each for each in self.past[code].segments if each.first <= day]
        return date.fromordinal(min(begun[-1].last, day)) if begun else None

    def _step(self, code: str, day: date) -> Step:
        return self._forward(code, day) if self.is_forward else self._backward(code, day)

    @property
    def _history(self) -> HcpcsHistory:
        return cast("HcpcsHistory", self.past)

    def _forward(self, code: str, day: date) -> Step:
        here = self._segment(code, day)
        if here is None:
            raise ValueError(f"{code} is not live on {day}")
        here = self._use(code, here)[-1]
        last = date.fromordinal(here.last)
        after = last + timedelta(days=1)
        reference = self._history.entry(here.release, code).cross_reference
        evidence = [f"{code} was live until {last}, as {here.release} tells it"]
        again = next((s for s in self.past[code].segments if s.use > here.use), None)
        if again is not None:
            since = date.fromordinal(again.first)
            evidence.append(f"from {since} on it is something else: {again.display}")
        if reference is None or reference.kind is not ReferenceKind.REPLACED_BY:
            return Step(after, code, (), False, [*evidence, f"{here.release} names no successor"])
        names = tuple(target.code for target in reference.targets)
        evidence.append(f"{here.release} refers to {', '.join(names)}")
        live = [name for name in names if self._segment(name, after) is not None]
        foreign = [name for name in names if name not in self.past]
        if foreign:
            evidence.append(f"not in this code set: {', '.join(foreign)}")
        is_one = len(names) == 1 and names == tuple(live)
        return Step(after, code, names, is_one, evidence)

    def _backward(self, code: str, day: date) -> Step:
        """The codes that refer to this one: candidates, for a reference says where one went."""
        here = self._segment(code, day)
        if here is None:
            raise ValueError(f"{code} is not live on {day}")
        begin = date.fromordinal(self._use(code, here)[0].first)
        names = self._referring(code, begin)
        told = f"refer to it: {', '.join(names)}" if names else "refer to it: none"
        evidence = [f"{code} is live since {begin}", f"codes that ended the day before and {told}"]
        targets = {name: self._by_target[code][name] for name in names}
        divided = {name: all_of for name, all_of in targets.items() if len(all_of) > 1}
        evidence += [f"{name} refers to {', '.join(all_of)}" for name, all_of in divided.items()]
        is_one = len(names) == 1 and not divided and self._segment(names[0], begin) is None
        return Step(begin, code, names, is_one, evidence)

    def _use(self, code: str, here: Segment) -> tuple[Segment, ...]:
        """All spans of the use of a code that a span is of."""
        return tuple(each for each in self.past[code].segments if each.use == here.use)

    def _referring(self, code: str, begin: date) -> tuple[str, ...]:
        """The codes that refer to a code and were live on the day before it."""
        before = begin - timedelta(days=1)
        names = self._by_target.get(code, {})
        return tuple(name for name in names if self._segment(name, before) is not None)

    @property
    def _by_target(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """What was replaced by each code: the code ended, and all that it refers to."""

        def read() -> dict[str, dict[str, tuple[str, ...]]]:
            found: dict[str, dict[str, tuple[str, ...]]] = {}
            is_modifier = isinstance(self.past, HcpcsModifierHistory)
            for release in reversed(self.past.releases):
                for each in release.cross_references:
                    if each.kind is ReferenceKind.REPLACED_BY and each.is_modifier is is_modifier:
                        codes = tuple(target.code for target in each.targets)
                        for code in codes:
                            found.setdefault(code, {}).setdefault(each.source, codes)
            return found

        return self.past.once("by target", read)
