"""What the impact of a new release on a list is: findings, and the list they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from codesets.impact.lists import ListEntry

__all__ = ["Impact", "ImpactFinding", "ImpactKind"]


class ImpactKind(StrEnum):
    """What a new release means for an entry of a list."""

    DELETED = "deleted"
    """A code of the list is not in the new release."""
    TERMINATED = "terminated"
    """HCPCS: a code of the list has ended."""
    BECAME_HEADER = "became-header"
    """A code of the list requires more characters now."""
    BECAME_BILLABLE = "became-billable"
    """A header of the list is valid for submission now."""
    REVISED = "revised"
    """A code of the list has another title or description."""
    NEW_SIBLING = "new-sibling"
    """A new code stands beside codes all of which were on the list."""
    NOTES_REVISED = "notes-revised"
    """Notes that apply to a code of the list changed."""
    PATTERN_GAINED = "pattern-gained"
    """A pattern or range of the list stands for more codes now."""
    PATTERN_LOST = "pattern-lost"
    """A pattern or range of the list stands for fewer codes now."""
    ALREADY_NEW = "already-new"
    """A code of the list is in the new release only."""
    REPAIRED = "repaired"
    """An entry is read as another spelling, because a spreadsheet seems to have changed it."""
    UNKNOWN = "unknown"
    """A well-formed code that neither release has, or a pattern that stands for nothing."""
    UNREADABLE = "unreadable"
    """An entry that is no code, pattern or range."""


@frozen
class ImpactFinding:
    """One thing that the new release means for one entry of the list.

    Attributes:
        kind: what it is.
        entry: the entry of the list.
        code: the code concerned, canonical; empty where there is none.
        codes: the codes to look at: billable ones below, new ones.
        before: what was.
        after: what is now.
    """

    kind: ImpactKind
    entry: ListEntry
    code: str
    codes: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "kind": str(self.kind),
            "entry": self.entry.text,
            "place": self.entry.place,
            "code": self.code,
            "codes": list(self.codes),
            "before": self.before,
            "after": self.after,
        }


def _tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


@frozen
class Impact:
    """What a new release means for a list.

    Attributes:
        system: short name of the code set.
        old: name of the old edition.
        new: name of the new edition.
        entries: the list.
        findings: what it means, in the order of the list.
        codes: how many codes the list stands for in the old release.
    """

    system: str
    old: str
    new: str
    entries: tuple[ListEntry, ...] = field(converter=_tuple)
    findings: tuple[ImpactFinding, ...] = field(converter=_tuple)
    codes: int

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[ImpactFinding]:
        return iter(self.findings)

    def of(self, *kinds: ImpactKind | str) -> tuple[ImpactFinding, ...]:
        """The findings of some kinds."""
        wanted = set(map(ImpactKind, kinds))
        return tuple(each for each in self if each.kind in wanted)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        found = Counter(str(each.kind) for each in self)
        return {str(kind): found[str(kind)] for kind in ImpactKind if found[str(kind)]}

    @property
    def summary(self) -> str:
        """One sentence for a reader."""
        told = ", ".join(f"{count:,} {kind}" for kind, count in self.counts.items())
        return (
            f"{len(self.entries):,} entries stand for {self.codes:,} codes of {self.old}; in"
            f" {self.new}: {told or 'nothing to look at'}"
        )

    HEADS = ("entry", "place", "kind", "code", "before", "after", "codes")

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """The findings as rows under `HEADS`."""
        return tuple(
            (
                each.entry.text,
                each.entry.place,
                str(each.kind),
                each.code,
                each.before,
                each.after,
                ", ".join(each.codes),
            )
            for each in self
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "system": self.system,
            "old": self.old,
            "new": self.new,
            "summary": self.summary,
            "counts": self.counts,
            "findings": [each.to_dict() for each in self],
        }

    def __repr__(self) -> str:
        return f"<Impact {self.system} {self.old} → {self.new}: {len(self):,} findings>"
