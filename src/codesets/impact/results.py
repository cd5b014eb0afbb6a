"""What the impact of a new release on a list is: findings, and the list they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from codesets.impact.lists import ListEntry
from codesets.tracing import Trace

if TYPE_CHECKING:
    from codesets.impact.regrouping import Regrouping

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
    """A pattern or range of the list stands for more codes now, or more stand below a header."""
    PATTERN_LOST = "pattern-lost"
    """A pattern or range of the list stands for fewer codes now, or fewer stand below a header."""
    NOT_BILLABLE = "not-billable"
    """A code of the list is a header in the new release, and was no other before."""
    ALREADY_ENDED = "already-ended"
    """HCPCS: a code of the list has ended, and could not be used in the old release either."""
    ALREADY_NEW = "already-new"
    """A code of the list is in the new release only."""
    REPAIRED = "repaired"
    """An entry is read as another spelling, because a spreadsheet seems to have changed it."""
    UNKNOWN = "unknown"
    """A well-formed code that neither release has, or a pattern that stands for nothing; with what
    may have been meant."""
    UNREADABLE = "unreadable"
    """An entry that is no code, pattern or range."""


def _tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


@frozen
class ImpactFinding:
    """One thing that the new release means for one entry of the list.

    Attributes:
        kind: what it is.
        entry: the entry of the list.
        code: the code concerned, canonical; empty where there is none.
        codes: the codes to look at: billable ones below, new ones, those that may have been meant.
        before: what was.
        after: what is now.
        traces: what became of the code that can be used no longer, with what proves it, as
            `codesets.migrate` answers it; of a pattern, of each code that it lost.
        not_traced: why that cannot be said; empty where it is.
        regroupings: where what came of it is in other categories, of the groupers asked.
        title: title of the code concerned, in the old release if it has it.
    """

    kind: ImpactKind
    entry: ListEntry
    code: str
    codes: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    traces: tuple[Trace, ...] = field(default=(), converter=_tuple)
    not_traced: str = ""
    regroupings: tuple[Regrouping, ...] = field(default=(), converter=_tuple)
    title: str = ""

    @property
    def named(self) -> Iterator[str]:
        """The codes that the finding names, canonical: the one concerned and all to look at."""
        yield from (self.code, *self.codes) if self.code else self.codes
        for trace in self.traces:
            yield from (trace.code, *trace.codes)

    @property
    def lines(self) -> Iterator[tuple[str, ...]]:
        """The finding as rows under `Impact.HEADS`: one, or of a pattern one a code it lost."""
        entry = (self.entry.text, self.entry.place, str(self.kind))
        if not self.traces:
            told = "not traced" if self.not_traced else "", "", self.not_traced, ""
            codes = ", ".join(self.codes)
            yield *entry, self.code, self.before, self.after, codes, *told, self.title
        for trace in self.traces:
            codes = "" if self.kind is ImpactKind.PATTERN_LOST else ", ".join(self.codes)
            groups = [str(each) for each in self.regroupings if each.before.code == trace.code]
            told = str(trace.outcome), ", ".join(trace.codes), trace.told, "; ".join(groups)
            yield *entry, trace.code, self.before, self.after, codes, *told, self.title

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
            "traces": [each.to_dict() for each in self.traces],
            "not_traced": self.not_traced,
            "regroupings": [each.to_dict() for each in self.regroupings],
            "title": self.title,
        }


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
        name: name of the file with the list; empty for one that came from a program.
        groupers: the tables whose categories were compared, as `hcc-v28 2024`.
        titles: the codes that the findings name, each with its title, as pairs; those that neither
            release has are left out.
    """

    system: str
    old: str
    new: str
    entries: tuple[ListEntry, ...] = field(converter=_tuple)
    findings: tuple[ImpactFinding, ...] = field(converter=_tuple)
    codes: int
    name: str = ""
    groupers: tuple[str, ...] = field(default=(), converter=_tuple)
    titles: tuple[tuple[str, str], ...] = field(default=(), converter=_tuple, repr=False)

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

    HEADS = (
        *("entry", "place", "kind", "code", "before", "after", "codes"),
        *("outcome", "successors", "evidence", "categories", "title"),
    )

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """The findings as rows under `HEADS`."""
        return tuple(line for each in self for line in each.lines)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "system": self.system,
            "old": self.old,
            "new": self.new,
            "list": self.name,
            "groupers": list(self.groupers),
            "summary": self.summary,
            "counts": self.counts,
            "titles": dict(self.titles),
            "findings": [each.to_dict() for each in self],
        }

    def __repr__(self) -> str:
        return f"<Impact {self.system} {self.old} → {self.new}: {len(self):,} findings>"
