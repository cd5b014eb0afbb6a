"""What is known of a code for a span of days, and what proves it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from attrs import frozen

__all__ = ["STATES", "Evidence", "EvidenceKind", "Period", "PeriodState"]


class PeriodState(StrEnum):
    """What a code was in a span of days."""

    BILLABLE = "billable"
    """ICD-10-CM: valid for submission (flag 1 of the order file)."""
    HEADER = "header"
    """ICD-10-CM: in the release, but more characters are required (flag 0)."""
    LIVE = "live"
    """HCPCS: between code added date and termination date, both inclusive."""
    ABSENT = "absent"
    """The releases of these days have no such code; HCPCS: it was ended, or not yet added."""
    UNKNOWN = "unknown"
    """No release at hand speaks for these days."""

    @property
    def is_valid(self) -> bool:
        """True if the code may be used."""
        return self in (PeriodState.BILLABLE, PeriodState.LIVE)

    @property
    def is_known_code(self) -> bool:
        """True if there is such a code, whether it may be used or not."""
        return self.is_valid or self is PeriodState.HEADER


STATES = tuple(PeriodState)
"""In the order in which an interval file numbers them."""


class EvidenceKind(StrEnum):
    """What proves a statement about a day."""

    RELEASE = "release"
    """The release in force on that day."""
    UNCHANGED = "unchanged"
    """The release before: the calendar counts the edition in force as without code changes."""
    LATER_RELEASE = "later-release"
    """The dates in a later file; what was changed after the fact shows with its later dates."""
    CONVERSION_TABLE = "conversion-table"
    """The effective date in the NCHS conversion table."""
    CALENDAR = "calendar"
    """The calendar of publications: an update that took effect without code files."""
    NOTHING = "nothing"
    """No release at hand."""


@frozen
class Evidence:
    """What proves a statement.

    Attributes:
        kind: the kind of proof.
        edition: the edition of the file that proves it; empty where no file does.
        detail: where in it, in words; empty where the edition says enough.
    """

    kind: EvidenceKind
    edition: str
    detail: str = ""

    def __str__(self) -> str:
        words = _WORDS[self.kind].format(edition=self.edition)
        return f"{words} ({self.detail})" if self.detail else words

    def to_dict(self) -> dict[str, str]:
        """JSON-safe form."""
        return {"kind": str(self.kind), "edition": self.edition, "detail": self.detail}


_WORDS = {
    EvidenceKind.RELEASE: "release {edition}",
    EvidenceKind.UNCHANGED: "release {edition}, whose codes the next edition did not change",
    EvidenceKind.LATER_RELEASE: "the dates in release {edition}",
    EvidenceKind.CONVERSION_TABLE: "the NCHS conversion table {edition}",
    EvidenceKind.CALENDAR: "the calendar of publications",
    EvidenceKind.NOTHING: "nothing: {edition} is not at hand",
}


@frozen
class Period:
    """A span of days in which a code was one thing, under one title.

    Attributes:
        first_day: the first day.
        last_day: the last day, included; at the latest the last one covered by a release at hand.
        state: what the code was.
        display: its title; empty where it was absent or nothing is known.
        evidence: what proves it.
        is_certain: False where the files prove the state but not the day on which it began or
            ended, or where a correction doubts it.
        use: number of the use that the code has, from 0: HCPCS gave some codes another meaning
            later (J1440).
    """

    first_day: date
    last_day: date
    state: PeriodState
    display: str
    evidence: Evidence
    is_certain: bool = True
    use: int = 0

    def covers(self, day: date) -> bool:
        """True if the day lies in the period, both ends included."""
        return self.first_day <= day <= self.last_day

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, days as ISO dates."""
        return {
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "state": str(self.state),
            "display": self.display,
            "evidence": self.evidence.to_dict(),
            "is_certain": self.is_certain,
            "use": self.use,
        }

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}: {self.state}"
