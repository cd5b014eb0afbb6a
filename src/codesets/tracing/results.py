"""What a trace and a migration answer: data, with the evidence for every step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import field, frozen

__all__ = ["Migration", "Outcome", "Step", "Trace"]


class Outcome(StrEnum):
    """What became of a code."""

    UNCHANGED = "unchanged"
    """The same code, with the same meaning, may be used as before."""
    MAPPED = "mapped"
    """One other code came of it, every step one to one."""
    AMBIGUOUS = "ambiguous"
    """There are several candidates, or one that is not proved; somebody has to choose."""
    GONE = "gone"
    """It ended (backward: began), and no file names what came after (before)."""
    UNKNOWN = "unknown"
    """There is no such code in the release to start from (lists only)."""


def _tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


@frozen
class Step:
    """One change on the way.

    Attributes:
        day: the first day of what came after; of a step backward, the first day of the new code.
        code: the code that changed.
        candidates: what it may have become (backward: what it may have been), canonical.
        is_one_to_one: True if the step was taken by itself.
        evidence: what the files say, in words.
    """

    day: date
    code: str
    candidates: tuple[str, ...] = field(converter=_tuple)
    is_one_to_one: bool
    evidence: tuple[str, ...] = field(converter=_tuple)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "day": self.day.isoformat(),
            "code": self.code,
            "candidates": list(self.candidates),
            "is_one_to_one": self.is_one_to_one,
            "evidence": list(self.evidence),
        }


@frozen
class Trace:
    """The way of one code from one release to another.

    Attributes:
        system: short name of the system.
        code: the code, canonical.
        start: name of the edition to start from, or the day.
        end: name of the edition to come to, or the day.
        outcome: what became of it.
        codes: where the way ended: the code itself, the one that came of it, or the candidates.
        steps: the changes on the way, in the order in which they were met.
        reason: one sentence for a reader.
    """

    system: str
    code: str
    start: str
    end: str
    outcome: Outcome
    codes: tuple[str, ...] = field(converter=_tuple)
    steps: tuple[Step, ...] = field(converter=_tuple)
    reason: str

    @property
    def is_settled(self) -> bool:
        """True if nobody has to choose: unchanged, or mapped one to one."""
        return self.outcome in (Outcome.UNCHANGED, Outcome.MAPPED)

    @property
    def told(self) -> str:
        """What the files say of the whole way, in words; the reason where there was no step."""
        return "; ".join(said for step in self.steps for said in step.evidence) or self.reason

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "system": self.system,
            "code": self.code,
            "start": self.start,
            "end": self.end,
            "outcome": str(self.outcome),
            "codes": list(self.codes),
            "steps": [step.to_dict() for step in self.steps],
            "reason": self.reason,
        }

    def __repr__(self) -> str:
        return f"<Trace {self.code} {self.start} to {self.end}: {self.outcome} {self.codes}>"


@frozen
class Migration:
    """What became of the codes of a list.

    Attributes:
        traces: one for each code of the list, in its order.
    """

    traces: tuple[Trace, ...] = field(converter=_tuple)

    def __len__(self) -> int:
        return len(self.traces)

    def __iter__(self) -> Iterator[Trace]:
        return iter(self.traces)

    def of(self, outcome: Outcome) -> tuple[Trace, ...]:
        """The traces with one outcome, in the order of the list."""
        return tuple(each for each in self.traces if each.outcome is outcome)

    @property
    def unchanged(self) -> tuple[Trace, ...]:
        """Those that may be used as before."""
        return self.of(Outcome.UNCHANGED)

    @property
    def mapped(self) -> tuple[Trace, ...]:
        """Those of which one other code came, one to one."""
        return self.of(Outcome.MAPPED)

    @property
    def ambiguous(self) -> tuple[Trace, ...]:
        """Those for which somebody has to choose."""
        return self.of(Outcome.AMBIGUOUS)

    @property
    def gone(self) -> tuple[Trace, ...]:
        """Those that ended without a successor in the files."""
        return self.of(Outcome.GONE)

    @property
    def unknown(self) -> tuple[Trace, ...]:
        """Those that are no codes of the release to start from."""
        return self.of(Outcome.UNKNOWN)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes to go on with where nobody has to choose, each once, in the list's order."""
        return tuple(
            dict.fromkeys(c for each in self.traces if each.is_settled for c in each.codes)
        )

    def counts(self) -> dict[str, int]:
        """How many there are of each outcome."""
        return {str(outcome): len(self.of(outcome)) for outcome in Outcome}

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"counts": self.counts(), "traces": [each.to_dict() for each in self.traces]}

    def __repr__(self) -> str:
        counts = ", ".join(f"{n:,} {name}" for name, n in self.counts().items() if n)
        return f"<Migration of {len(self):,} codes: {counts or 'none'}>"
