"""What a release says, in parts that can be compared: the same for a release of any code set."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, islice, pairwise, repeat
from operator import itemgetter, ne, sub
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen

from codesets.diff.kinds import Subject
from codesets.diff.values import Entry

if TYPE_CHECKING:
    from codesets._edition import Edition
    from codesets.diff.alignment import Run
    from codesets.release import Release

__all__ = ["ADDED", "Content", "FieldSpec", "Pairing", "ReleaseContent"]


@frozen
class FieldSpec:
    """One field of a subject that a comparison looks at.

    Attributes:
        name: what it is called in `Change.field`.
        part: the part of a release that it belongs to; compared if both releases have it.
    """

    name: str
    part: str


_BLOCK = 256
"""So many values are compared at once, before each is."""
ADDED = -2
"""The old position of what only the new content has: never one less than a position that is one."""


class Sliced(Protocol):
    """A column, a slice at a time."""

    def __getitem__(self, part: slice, /) -> Iterable[Any]: ...


@frozen(eq=False)
class Pairing:
    """Which positions of two contents are the same code.

    Attributes:
        runs: what stands together in both, in the new order: first old position, first new one, how
            many.
        old_size: how many positions the old content has.
        new_size: how many the new one has.
    """

    runs: tuple[Run, ...]
    old_size: int
    new_size: int

    @classmethod
    def of_keys(cls, old: Sequence[Any], new: Sequence[Any]) -> Pairing:
        """The pairing of two sequences of keys, each of which stands once."""
        places = dict(zip(old, range(len(old)), strict=True))
        rows = list(map(places.get, new, repeat(ADDED)))
        steps = map(sub, islice(rows, 1, None), rows)
        breaks = [row for row, step in enumerate(steps, 1) if step != 1]
        bounds = pairwise([0, *breaks, len(rows)] if rows else [])
        runs = ((rows[start], start, end - start) for start, end in bounds if rows[start] >= 0)
        return cls(tuple(runs), len(old), len(rows))

    @cached_property
    def old_rows(self) -> list[int]:
        """For each position of the new content the old one; `ADDED` where there is none."""
        rows = [ADDED] * self.new_size
        for old_row, row, count in self.runs:
            rows[row : row + count] = range(old_row, old_row + count)
        return rows

    @cached_property
    def _by_old(self) -> list[Run]:
        return sorted(self.runs)

    def new_row(self, old_row: int) -> int | None:
        """The new position of an old one; None where there is none."""
        place = bisect_right(self._by_old, old_row, key=itemgetter(0)) - 1
        if place < 0:
            return None
        start, row, count = self._by_old[place]
        return row + old_row - start if old_row < start + count else None

    @property
    def deleted(self) -> list[int]:
        """The positions of the old content that the new one does not have."""
        return _left_out(((old_row, count) for old_row, _, count in self._by_old), self.old_size)

    @property
    def added(self) -> list[int]:
        """The positions of the new content that the old one does not have."""
        return _left_out(((row, count) for _, row, count in self.runs), self.new_size)

    @property
    def is_in_order(self) -> bool:
        """True if what both have stands in one order."""
        return all(a[0] + a[2] <= b[0] for a, b in pairwise(self.runs))

    @property
    def common(self) -> tuple[list[int], list[int]]:
        """The old and the new positions of what both have, in the new order."""
        old: list[int] = []
        new: list[int] = []
        for old_row, row, count in self.runs:
            old += range(old_row, old_row + count)
            new += range(row, row + count)
        return old, new

    def differing(self, old: Sliced, new: Sliced) -> list[int]:
        """The new positions of what both have in which two columns differ."""
        found: list[int] = []
        for old_row, first, count in self.runs:
            last, step = first + count, old_row - first
            for row in range(first, last, _BLOCK):
                end = min(row + _BLOCK, last)
                left, right = old[row + step : end + step], new[row:end]
                if left != right:
                    found += compress(range(row, end), map(ne, left, right))
        return found


def _left_out(spans: Iterable[tuple[int, int]], size: int) -> list[int]:
    """The positions that are in none of some spans, which come in order: start, how many."""
    found: list[int] = []
    end = 0
    for start, count in spans:
        found += range(end, start)
        end = start + count
    return [*found, *range(end, size)]


@frozen(eq=False)
class Content:
    """What a release says, in parts: a release, or what a diff made of one."""

    @property
    def source(self) -> Release[Any] | None:
        """The release that it is the content of; None for what a diff made."""
        return None

    @property
    @abstractmethod
    def subjects(self) -> tuple[Subject, ...]:
        """What it holds: codes; sections and chapters, or modifiers."""

    @property
    @abstractmethod
    def system(self) -> str:
        """Short name of the code system."""

    @property
    @abstractmethod
    def edition(self) -> Edition:
        """Which publication this is."""

    @property
    @abstractmethod
    def parts(self) -> frozenset[str]:
        """The parts that it has: a comparison is of those that both contents have."""

    @abstractmethod
    def fields(self, subject: Subject) -> tuple[FieldSpec, ...]:
        """The fields of a subject, whether or not the parts that they belong to are there."""

    @abstractmethod
    def codes(self, subject: Subject) -> Sequence[str]:
        """The codes (ids, numbers) of a subject, in the publisher's order."""

    @abstractmethod
    def value(self, subject: Subject, code: str, name: str) -> Any:
        """What it says of a code, in one field."""

    @abstractmethod
    def row(self, subject: Subject, code: str) -> int:
        """The position of a code in the publisher's order; -1 where it has none."""

    def code_at(self, subject: Subject, row: int) -> str:
        """The code at a position."""
        return self.codes(subject)[row]

    def before(self, subject: Subject, row: int) -> str | None:
        """The code right before a position; None before the first."""
        return self.code_at(subject, row - 1) if row > 0 else None

    def entry(self, subject: Subject, code: str, fields: tuple[str, ...]) -> Entry:
        """All that it says of a code in these fields."""
        return self.entry_at(subject, self.row(subject, code), fields)

    def entry_at(self, subject: Subject, row: int, fields: tuple[str, ...]) -> Entry:
        """All that it says of the code at a position in these fields."""
        return Entry(subject, self.code_at(subject, row), self.before(subject, row), self, fields)

    def chapter_of(self, subject: Subject, code: str) -> int | str | None:
        """The chapter that a code, section or chapter is counted under, where it is known."""
        return None

    def action(self, subject: Subject, code: str) -> str | None:
        """The publisher's own action code; None in a code set without."""
        return None

    def actions(self) -> Iterator[str]:
        """The action code of every record."""
        for subject in self.subjects:
            for code in self.codes(subject):
                yield self.action(subject, code) or ""

    def verify(self) -> None:
        """Check the file that it was read from, if there is one.

        Raises:
            CompiledFileError: the file is damaged.
        """
        if self.source is not None:
            self.source.verify()

    # Comparing. A content that is a release knows quicker ways.

    def pair(self, new: Content, subject: Subject, renamed: Mapping[str, str]) -> Pairing:
        """Which positions of this and a newer content are the same."""
        old = self.codes(subject)
        if renamed:
            old = [renamed.get(code, code) for code in old]
        return Pairing.of_keys(old, new.codes(subject))

    def changed(
        self,
        new: Content,
        subject: Subject,
        pairing: Pairing,
        fields: Iterable[str],
        renamed: Mapping[str, str],
    ) -> dict[str, list[int]]:
        """The positions in the new content whose values differ, by field; maybe some more."""
        mine, its = self.codes(subject), new.codes(subject)
        rows = list(zip(*pairing.common, strict=True))
        return {
            name: [
                row
                for old_row, row in rows
                if self.value(subject, mine[old_row], name) != new.value(subject, its[row], name)
            ]
            for name in fields
        }

    def categories(self) -> dict[str, frozenset[str]]:
        """The categories of each section that has any."""
        found: dict[str, set[str]] = {}
        if Subject.SECTION in self.subjects and "tree" in self.parts:
            for code in self.codes(Subject.CODE):
                location = self.value(Subject.CODE, code, "location")
                if location.parent is None and location.section is not None:
                    found.setdefault(location.section, set()).add(code)
        return {section: frozenset(codes) for section, codes in found.items()}

    def below(self, subject: Subject, code: str) -> tuple[str, ...]:
        """The codes below a code, or in a section or chapter."""
        inside = {code} if subject is Subject.SECTION else set()
        for section in self.codes(Subject.SECTION) if inside else ():
            if self.value(Subject.SECTION, section, "location").parent in inside:
                inside.add(section)
        found: dict[str, None] = {}
        for each in self.codes(Subject.CODE):
            location = self.value(Subject.CODE, each, "location")
            if (
                (subject is Subject.CODE and (location.parent == code or location.parent in found))
                or location.section in inside
                or (subject is Subject.CHAPTER and str(location.chapter) == code)
            ):
                found[each] = None
        return tuple(found)


@frozen(eq=False)
class ReleaseContent(Content):
    """The content of a release.

    Attributes:
        release: the release.
    """

    release: Release[Any]

    @property
    def source(self) -> Release[Any] | None:
        return self.release

    @property
    def system(self) -> str:
        return self.release.system.name

    @property
    def edition(self) -> Edition:
        return self.release.edition
