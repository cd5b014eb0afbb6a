"""Releases whose codes form a tree: walking, selecting, condensing.

Rows stand in the publisher's order with every subtree contiguous, so a subtree is a range of rows
and everything below a code costs the same for any size.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from attrs import field, frozen

from codesets.arguments import flag, several
from codesets.compiled.format import NONE
from codesets.errors import SelectionError
from codesets.release import Release
from codesets.selection import condensed_rows, selected_rows
from codesets.sequence import Codes
from codesets.views import Code

__all__ = ["TreeCode", "TreeRelease"]

T = TypeVar("T", bound="TreeCode")


@frozen(eq=False, repr=False)
class TreeCode(Code):
    """A code with a place in a tree."""

    @property
    def parent(self: T) -> T | None:
        """The code right above; None for a category."""
        row = self._release.parent_row(self.row)
        return None if row is None else self._release.at(row)

    @property
    def children(self: T) -> Codes[T]:
        """The codes right below, in the publisher's order."""
        return Codes(self._release, tuple(self._release.child_rows(self.row)))

    @property
    def ancestors(self: T) -> tuple[T, ...]:
        """All codes above, the nearest first."""
        release = self._release
        return tuple(release.at(row) for row in release.ancestor_rows(self.row))

    @property
    def descendants(self: T) -> Codes[T]:
        """All codes below, in the publisher's order."""
        return Codes(self._release, range(self.row + 1, self._release.end_row(self.row)))

    @property
    def siblings(self: T) -> Codes[T]:
        """The other codes under the same parent; for a category, those of its section."""
        rows = self._release.sibling_rows(self.row)
        return Codes(self._release, tuple(row for row in rows if row != self.row))

    @property
    def billable_descendants(self: T) -> Codes[T]:
        """The billable codes below."""
        release = self._release
        rows = release.billable_rows(self.row + 1, release.end_row(self.row))
        return Codes(release, tuple(rows))

    @property
    def is_billable(self) -> bool:
        """True if the code is valid for submission (order file flag 1)."""
        return bool(self._release.is_billable_row(self.row))

    @property
    def is_header(self) -> bool:
        """True if more characters are required (order file flag 0)."""
        return not self.is_billable

    def is_ancestor_of(self, other: TreeCode | str) -> bool:
        """True if `other` stands below this code; a code is no ancestor of itself.

        Raises:
            UnknownCodeError: `other` is a text that names no code of the release.
        """
        row = self._release.row_of(other)
        return bool(self.row < row < self._release.end_row(self.row))

    def is_descendant_of(self, other: TreeCode | str) -> bool:
        """True if `other` stands above this code.

        Raises:
            UnknownCodeError: `other` is a text that names no code of the release.
        """
        row = self._release.row_of(other)
        return bool(row < self.row < self._release.end_row(row))


@frozen(eq=False, repr=False)
class TreeRelease(Release[T], Generic[T]):
    """A release whose codes form a tree."""

    _INTERNAL = frozenset(
        ("ancestor_rows", "billable_rows", "child_rows", "column_of_rows", "common_ancestor_row",
         "count_billable", "end_row", "is_billable_row", "named_span", "parent_row", "range_key",
         "root_rows", "row_of", "sibling_rows", "walk")
    )  # fmt: skip

    _ends: memoryview = field(init=False)
    _parents: memoryview = field(init=False)
    _billable: memoryview = field(init=False)

    @_ends.default
    def _read_ends(self) -> memoryview:
        return self.column_of_rows("tree.ends")

    @_parents.default
    def _read_parents(self) -> memoryview:
        return self.column_of_rows("tree.parents")

    @_billable.default
    def _read_billable(self) -> memoryview:
        return self.column_of_rows("tree.billable")

    def column_of_rows(self, name: str) -> memoryview:
        """The section `name`, which holds one number for each row."""
        column = self.file.column(name)
        if len(column) != len(self._keys):
            raise self.file.damaged(name)
        return column

    def row_of(self, code: TreeCode | str) -> int:
        """The position of a code in the publisher's order, from 0.

        Raises:
            UnknownCodeError: the release has no such code.
        """
        text = code.code if isinstance(code, TreeCode) else code
        row: int = self[text].row
        return row

    # Rows. A damaged file may hold any number: each is checked before it is followed, so that no
    # walk can leave the table or run for ever.

    def end_row(self, row: int) -> int:
        """The row after the last one below `row`."""
        end: int = self._ends[row]
        if not row < end <= len(self._keys):
            raise self.file.damaged("tree")
        return end

    def parent_row(self, row: int) -> int | None:
        """The row above, or None."""
        parent: int = self._parents[row]
        if parent == NONE:
            return None
        if parent >= row:
            raise self.file.damaged("tree")
        return parent

    def ancestor_rows(self, row: int) -> Iterator[int]:
        """The rows above, nearest first."""
        parent = self.parent_row(row)
        while parent is not None:
            yield parent
            parent = self.parent_row(parent)

    def child_rows(self, row: int) -> Iterator[int]:
        """The rows right below."""
        return self.walk(row + 1, self.end_row(row))

    def walk(self, start: int, stop: int) -> Iterator[int]:
        """The rows from `start` to before `stop`, without those below others of them."""
        while start < stop:
            yield start
            start = self.end_row(start)

    def sibling_rows(self, row: int) -> Iterator[int]:
        """The rows under the same parent, `row` among them."""
        parent = self.parent_row(row)
        if parent is None:
            return self.root_rows(row)
        return self.child_rows(parent)

    @abstractmethod
    def root_rows(self, row: int) -> Iterator[int]:
        """The rows that count as siblings of a row without parent, itself among them."""

    def is_billable_row(self, row: int) -> bool:
        """True if the code in this row is billable."""
        return bool(self._billable[row])

    def count_billable(self, start: int, stop: int) -> int:
        """How many of the rows from `start` to before `stop` are billable."""
        return bytes(self._billable[start:stop]).count(1)

    def billable_rows(self, start: int, stop: int) -> Iterator[int]:
        """The billable rows from `start` to before `stop`."""
        flags = bytes(self._billable[start:stop])
        place = flags.find(1)
        while place >= 0:
            yield start + place
            place = flags.find(1, place + 1)

    # Selecting.

    def select(self, *patterns: str | TreeCode, billable: bool | None = None) -> Codes[T]:
        """The codes that the patterns stand for, each once, in the publisher's order.

        Args:
            patterns: a code or `E11*` for it and all below, `E11.-` for all below it, a range
                (`E10-E14`) from the first category at or after its start to the last at or before
                its end with all below, an id that the code set itself gives to a range; `*` for all
                codes. Without patterns: no codes.
            billable: True keeps billable codes, False headers, None both.

        Raises:
            SelectionError: a pattern that is none, or names nothing in the release.
            ArgumentTypeError: `billable` is something else.
        """
        rows = selected_rows(self, patterns)
        wanted = flag(billable, "billable")
        if wanted is not None:
            flags = bytes(self._billable)
            rows = tuple(row for row in rows if bool(flags[row]) is wanted)
        return Codes(self, rows if isinstance(rows, range) else tuple(rows))

    @abstractmethod
    def named_span(self, text: str) -> tuple[int, int] | None:
        """The rows of a range that the code set itself names, or None."""

    @abstractmethod
    def range_key(self, text: str) -> str:
        """The compact spelling of a range's end, which need not exist; or `MalformedCodeError`."""

    # Condensing.

    def condense(self, codes: Iterable[str | TreeCode]) -> Codes[T]:
        """The fewest codes that stand for exactly these billable codes.

        `select(*condense(codes), billable=True)` gives the codes back, each once, in order.

        Args:
            codes: billable codes in any common spelling and any order; repeats count once.

        Raises:
            UnknownCodeError: one of them is no code of the release.
            SelectionError: one of them is a header, which stands for others already, or has
                billable codes below it that are not all among them.
            ArgumentTypeError: they are one text, not a list.
        """
        rows = map(self._billable_row, several(codes, "codes"))
        return Codes(self, condensed_rows(self, rows))

    def _billable_row(self, code: str | TreeCode) -> int:
        row = self.row_of(code)
        if not self.is_billable_row(row):
            raise SelectionError(
                f"{code} is a header: condense takes billable codes; select({str(code)!r},"
                " billable=True) gives those below it",
                pattern=code,
            )
        return row

    def common_ancestor_row(self, first: int, second: int) -> int | None:
        """The nearest row that is both rows or above both; None if there is none."""
        above = {first, *self.ancestor_rows(first)}
        for row in (second, *self.ancestor_rows(second)):
            if row in above:
                return row
        return None
