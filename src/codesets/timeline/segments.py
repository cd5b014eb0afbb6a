"""What the files at hand prove of each code, as spans of days: what the interval file is made of.

Days in which a code was absent, or for which no release at hand speaks, are not written down: they
are what lies between.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from codesets.reconciliation import Difference, TextChange, text_change
from codesets.timeline.periods import Evidence, PeriodState

__all__ = ["Segment", "Space", "ordinals", "same_title"]


@frozen
class Segment:
    """A span in which a code was one thing, under one title.

    Attributes:
        first: first day, as an ordinal (`date.toordinal`).
        last: last day, included, likewise.
        state: billable, header or live.
        display: the title.
        release: name of the edition whose release has that title, for its code object.
        evidence: what proves it; None for the release in force on each of its days.
        is_certain: False where begin or end are not proved to the day.
        use: number of the use that the code has in it, from 0: HCPCS gave some codes another
            meaning later.
    """

    first: int
    last: int
    state: PeriodState
    display: str
    release: str
    evidence: Evidence | None = None
    is_certain: bool = True
    use: int = 0


@frozen(eq=False)
class Space:
    """All codes of one key space that were ever seen.

    Attributes:
        prefix: what the names of its columns begin with; as the rooms have it.
        segments: canonical code → its segments in order of time; they do not overlap.
        successors: canonical code → codes that may have come after it, as the files say.
        disagreements: where files at hand contradict each other.
    """

    prefix: str
    segments: Mapping[str, tuple[Segment, ...]]
    successors: Mapping[str, tuple[str, ...]] = field(factory=dict)
    disagreements: tuple[Difference, ...] = ()


def same_title(before: str, after: str) -> bool:
    """Whether two titles differ in accents, blanks or letter case at most: that is no renaming.

    Tabular list and order file of NCHS differ in accents alone, and one may be missing.
    """
    return before == after or text_change(before, after) is not TextChange.WORDS


def ordinals(first: date, last: date) -> tuple[int, int]:
    """Both days as ordinals."""
    return first.toordinal(), last.toordinal()
