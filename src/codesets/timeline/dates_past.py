"""The past of HCPCS Level II: told by the dates in the files at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from attrs import frozen

from codesets._edition import Edition
from codesets.findings import Finding, Terminated
from codesets.release import Release
from codesets.timeline.answers import NotYetAddedOn, TerminatedOn, ValidOn
from codesets.timeline.lives import CodeHistory
from codesets.timeline.past import Past
from codesets.timeline.periods import Evidence, EvidenceKind, Period, PeriodState
from codesets.timeline.segments import Segment, same_title

if TYPE_CHECKING:
    from codesets.findings import Malformed, NotInRelease
    from codesets.hcpcs.views import HcpcsEntry

    HcpcsFinding = (
        ValidOn[HcpcsEntry]
        | TerminatedOn[HcpcsEntry]
        | NotYetAddedOn[HcpcsEntry]
        | NotInRelease
        | Malformed
    )

__all__ = ["HcpcsHistory", "HcpcsModifierHistory"]


@frozen(eq=False, repr=False)
class HcpcsHistory(Past):
    """All HCPCS releases at hand in order of effect, and every code that was in them.

    A day between two files is answered from the later one's dates. It is as exact as these are:
    what was ended or added after the fact shows with its later dates.
    """

    system_name: ClassVar[str] = "hcpcs"

    def _normalize(self, text: object) -> str:
        from codesets.hcpcs import normalize

        return normalize(text)

    @property
    def modifiers(self) -> HcpcsModifierHistory:
        """The modifiers, a key space of their own."""
        return self.once("modifiers", lambda: HcpcsModifierHistory(self.file))

    def keep(self, release: Release[Any]) -> None:
        super().keep(release)
        Past.keep(self.modifiers, release)

    def _open(self, path: Path) -> Release[Any]:
        from codesets.hcpcs import load_path

        return load_path(path)

    if TYPE_CHECKING:

        def check(self, text: object, on: date) -> HcpcsFinding: ...

    def _check_on(self, text: object, day: date) -> Finding:
        if day > self.last_day:
            raise self._missing(day, self.coverage.on(day))
        life = self.get(text)
        if life is None:
            return self._foreign(text, day)
        edition, asked = self._speaking(day), day.toordinal()
        spelling = cast("str", text)
        before = None
        for each in life.segments:
            if each.first <= asked <= each.last:
                return ValidOn(spelling, edition, self._code(life, each), day, past=self)
            if each.last < asked:
                before = each
        if before is None:
            first = life.segments[0]
            code, added = self._code(life, first), date.fromordinal(first.first)
            return NotYetAddedOn(spelling, edition, code, day, added, past=self)
        ended = date.fromordinal(before.last)
        code = self._code(life, before)
        return TerminatedOn(spelling, edition, code, day, ended, life.successors, past=self)

    def _foreign(self, text: object, day: date) -> Finding:
        """The finding on what was never a code: as the release nearest to the day tells it."""
        return cast("Any", self.release(self._speaking(day).name)).check(text, on=day)  # type: ignore[no-any-return]

    def _speaking(self, day: date) -> Edition:
        """The edition at hand in force on a day, else the next later one."""
        for window in self.coverage.known:
            if day <= window.last_day:
                return window.edition
        return self.coverage.known[-1].edition

    def _code(self, life: CodeHistory, segment: Segment) -> Any:
        return self.release(segment.release)[life.code]

    def without(self, first: int, last: int) -> Iterator[Period]:
        newest = self.coverage.known[-1].edition.name
        proof = Evidence(EvidenceKind.LATER_RELEASE, newest)
        days = date.fromordinal(first), date.fromordinal(last)
        yield Period(*days, PeriodState.ABSENT, "", proof)

    def spanned(self, segment: Segment) -> Iterator[Period]:
        yield Period(
            date.fromordinal(segment.first),
            date.fromordinal(segment.last),
            segment.state,
            segment.display,
            Evidence(EvidenceKind.LATER_RELEASE, segment.release),
            segment.is_certain,
            segment.use,
        )

    def evidence_on(self, life: CodeHistory, day: date) -> Evidence:
        """The file in force, if it is at hand and says the same; else the later one's dates."""
        segment, window = life.segment_on(day), self.coverage.on(day)
        if window is not None and window.release is not None:
            own = self.entry(window.release, life.code)
            said = own.display if own is not None and own.is_valid_on(day) else None
            agrees = said is None if segment is None else same_title(said or "", segment.display)
            if agrees:
                return Evidence(EvidenceKind.RELEASE, window.release)
        speaking = segment or next(
            (each for each in life.segments if each.first > day.toordinal()), life.segments[-1]
        )
        return Evidence(EvidenceKind.LATER_RELEASE, speaking.release)

    def entry(self, name: str, code: str) -> Any:
        """What the release of an edition at hand has of a code; None if nothing."""
        return self.release(name).get(code)

    def successors_of(self, life: CodeHistory) -> tuple[str, ...]:
        from codesets.hcpcs.check import check_entry

        last = life.segments[-1]
        code = self._code(life, last)
        found = check_entry(code, life.code, date.max)
        return found.successors if isinstance(found, Terminated) else ()


@frozen(eq=False, repr=False)
class HcpcsModifierHistory(HcpcsHistory):
    """The modifiers of all HCPCS releases at hand."""

    space: ClassVar[str] = "modifier."

    def _normalize(self, text: object) -> str:
        from codesets.hcpcs.code import normalize_modifier

        return normalize_modifier(text)

    def _foreign(self, text: object, day: date) -> Finding:
        from codesets.hcpcs.check import check_modifier

        release = cast("Any", self.release(self._speaking(day).name))
        return check_modifier(release, text, day)

    def _code(self, life: CodeHistory, segment: Segment) -> Any:
        return cast("Any", self.release(segment.release)).modifiers[life.code]

    def entry(self, name: str, code: str) -> Any:
        """What the release of an edition at hand has of a modifier; None if nothing."""
        return cast("Any", self.release(name)).modifiers.get(code)

    def __reduce__(self) -> tuple[Any, ...]:
        from operator import attrgetter

        from codesets.timeline import history

        return attrgetter("modifiers"), (history(self.system_name),)
