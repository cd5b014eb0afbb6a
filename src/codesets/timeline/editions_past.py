"""The past of ICD-10-CM: told by editions, with the gaps where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve, frozen

from codesets.errors import MalformedCodeError
from codesets.findings import Finding, Header, NotInRelease, Valid
from codesets.release import Release
from codesets.timeline.answers import HeaderOn, NotYetAddedOn, TerminatedOn, ValidOn
from codesets.timeline.coverage import Window
from codesets.timeline.lives import CodeHistory
from codesets.timeline.past import Past
from codesets.timeline.periods import Evidence, EvidenceKind, Period, PeriodState
from codesets.timeline.segments import Segment

if TYPE_CHECKING:
    from codesets.findings import Malformed
    from codesets.icd10cm import Icd10cmCode

    Icd10cmFinding = (
        ValidOn[Icd10cmCode]
        | HeaderOn[Icd10cmCode]
        | TerminatedOn[Icd10cmCode]
        | NotYetAddedOn[Icd10cmCode]
        | NotInRelease
        | Malformed
    )

__all__ = ["Icd10cmHistory"]


@frozen(eq=False, repr=False)
class Icd10cmHistory(Past):
    """All ICD-10-CM releases at hand in order of effect, and every code that was in them."""

    system_name: ClassVar[str] = "icd10cm"

    def _normalize(self, text: object) -> str:
        from codesets.icd10cm import normalize

        return normalize(text)

    def _spelled(self, compact: list[str]) -> list[str]:
        from codesets.icd10cm.code import dotted

        return list(map(dotted, compact))

    @property
    def begins_on(self) -> date | None:
        return self.first_day

    def _open(self, path: Path) -> Release[Any]:
        from codesets.icd10cm import load_path

        return load_path(path)

    if TYPE_CHECKING:

        def check(self, text: object, on: date) -> Icd10cmFinding: ...

    def _check_on(self, text: object, day: date) -> Finding:
        window = self.coverage.on(day)
        if window is None or window.release is None:
            return self._check_in_gap(text, day, window)
        found = self.release(window.release).check(text)
        edition = window.edition
        # The one test that nearly every code of a claim passes stands first.
        if type(found) is Valid:
            return ValidOn(found.text, edition, found.code, day, past=self)
        if isinstance(found, Header):
            return HeaderOn(found.text, edition, found.code, on=day, past=self)
        if isinstance(found, NotInRelease) and (life := self.get(found.code)) is not None:
            return self._absent(found.text, window, life, day)
        return evolve(found, edition=edition) if found.edition != edition else found

    def _check_in_gap(self, text: object, day: date, window: Window | None) -> Finding:
        """The finding for a day without release: only what is proved beside the releases."""
        try:
            canonical = self._normalize(text)
        except MalformedCodeError:
            return self.releases[-1].check(text)  # malformed whatever the release
        life = self.get(canonical)
        if life is None or window is None or self._proved(life, day) is None:
            raise self._missing(day, window)
        return self._absent(str(text), window, life, day)

    def _proved(self, life: CodeHistory, day: date) -> Segment | None:
        """The span that evidence beside the releases proves for a day."""
        asked = day.toordinal()
        for each in life.segments:
            if each.evidence is not None and each.first <= asked <= each.last:
                return each
        return None

    def _absent(self, text: str, window: Window, life: CodeHistory, day: date) -> Finding:
        """The finding on a code of another time, or proved beside the release in force."""
        edition, asked = window.edition, day.toordinal()
        proved = self._proved(life, day)
        if proved is not None:
            return ValidOn(text, edition, self._code(life, proved), day, past=self)
        before = [each for each in life.segments if each.last < asked]
        if before:
            return TerminatedOn(
                text,
                edition,
                self._code(life, before[-1]),
                day,
                date.fromordinal(before[-1].last),
                life.successors,
                past=self,
            )
        first = life.segments[0]
        added = date.fromordinal(first.first)
        return NotYetAddedOn(text, edition, self._code(life, first), day, added, past=self)

    def _code(self, life: CodeHistory, segment: Segment) -> Any:
        """The code object of a span; the history itself where no release at hand has the code."""
        return self.release(segment.release)[life.code] if segment.release else life

    def without(self, first: int, last: int) -> Iterator[Period]:
        return self._by_window(first, last, PeriodState.ABSENT, "")

    def spanned(self, segment: Segment) -> Iterator[Period]:
        if segment.evidence is not None:
            yield Period(
                date.fromordinal(segment.first),
                date.fromordinal(segment.last),
                segment.state,
                segment.display,
                segment.evidence,
                segment.is_certain,
            )
            return
        yield from self._by_window(segment.first, segment.last, segment.state, segment.display)

    def _by_window(
        self, first: int, last: int, state: PeriodState, display: str
    ) -> Iterator[Period]:
        """The periods of some days, those apart for which no release at hand speaks."""
        touched = [
            each
            for each in self.coverage.windows
            if each.first_day.toordinal() <= last and first <= each.last_day.toordinal()
        ]
        for is_known, group in groupby(touched, lambda each: each.release is not None):
            windows = list(group)
            start = max(first, windows[0].first_day.toordinal())
            end = min(last, windows[-1].last_day.toordinal())
            yield Period(
                date.fromordinal(start),
                date.fromordinal(end),
                state if is_known else PeriodState.UNKNOWN,
                display if is_known else "",
                _proof(windows[-1]),
            )

    def evidence_on(self, life: CodeHistory, day: date) -> Evidence:
        proved = self._proved(life, day)
        if proved is not None and proved.evidence is not None:
            return proved.evidence
        window = self.coverage.on(day)
        return Evidence(EvidenceKind.NOTHING, "") if window is None else _proof(window)

    def successors_of(self, life: CodeHistory) -> tuple[str, ...]:
        return tuple((self.text_at("successors", life.row) or "").split())


def _proof(window: Window) -> Evidence:
    """What the release that speaks for a window proves."""
    if window.release is None:
        return Evidence(EvidenceKind.NOTHING, window.edition.name)
    kind = EvidenceKind.UNCHANGED if window.is_covered else EvidenceKind.RELEASE
    return Evidence(kind, window.release)
