"""A lazy sequence of code objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar, overload

from attrs import frozen

from codesets.release import Release
from codesets.views import Code

__all__ = ["Codes"]

T = TypeVar("T", bound=Code)

MANY = 1_000
"""From so many codes on, it pays to have the texts of all codes of the release."""


@frozen(eq=False, repr=False)
class Codes(Sequence[T], Generic[T]):
    """A lazy sequence of code objects in the publisher's order; equal to any sequence of the same.

    `len` and indexing cost the same for any size; `codes` gives the canonical texts at once.
    """

    _release: Release[T]
    _rows: Sequence[int]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Codes[T]: ...
    def __getitem__(self, index: int | slice) -> T | Codes[T]:
        if isinstance(index, slice):
            return Codes(self._release, self._rows[index])
        return self._release.at(self._rows[index])

    def __iter__(self) -> Iterator[T]:
        if len(self) < MANY:
            return map(self._release.at, self._rows)
        return map(self._release._view_of, self._rows, self.codes)

    def __contains__(self, code: object) -> bool:
        own = self._release.get(code.code if isinstance(code, Code) else code)
        if own is None or (isinstance(code, Code) and own != code):
            return False
        return own.row in self._rows

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Codes) and other._release is self._release:
            return list(self._rows) == list(other._rows)
        if isinstance(other, Sequence) and not isinstance(other, str | bytes):
            pairs = zip(self, other, strict=False)
            return len(self) == len(other) and all(mine == its for mine, its in pairs)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        shown = ", ".join(code.code for code in self[:4]) + (", …" if len(self) > 4 else "")
        return f"<Codes {self._release.edition}: {len(self):,} ({shown})>"

    @property
    def codes(self) -> tuple[str, ...]:
        """The canonical codes."""
        every = self._release.codes
        rows = self._rows
        if isinstance(rows, range) and rows.step == 1:
            return every[rows.start : rows.stop]
        return tuple(every[row] for row in rows)
