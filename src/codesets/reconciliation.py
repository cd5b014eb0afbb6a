"""Differences between two official sources that should agree, and kinds of change in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, overload

from attrs import field, frozen

__all__ = ["Difference", "DifferenceKind", "Reconciliation", "TextChange", "text_change"]


class TextChange(StrEnum):
    """How much two texts differ; each kind also covers the ones before it."""

    NONE = "none"
    ACCENT = "accent"
    """Equal after dropping accents (NFD without combining marks)."""
    BLANK = "blank"
    """Equal after dropping accents and white space."""
    CASE = "case"
    """Equal after dropping accents, white space and letter case."""
    WORDS = "words"


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def text_change(before: str, after: str) -> TextChange:
    """The least kind of change that explains the difference.

    NCHS writes accents in the tabular list and plain letters in the order file, so an accent is
    no renaming.

    >>> text_change("Ménière's disease", "Meniere's disease")
    <TextChange.ACCENT: 'accent'>
    """
    if before == after:
        return TextChange.NONE
    left, right = _without_accents(before), _without_accents(after)
    if left == right:
        return TextChange.ACCENT
    left, right = "".join(left.split()), "".join(right.split())
    if left == right:
        return TextChange.BLANK
    if left.casefold() == right.casefold():
        return TextChange.CASE
    return TextChange.WORDS


class DifferenceKind(StrEnum):
    """What two sources disagree about."""

    TITLE = "title"
    """The titles of one code differ; `Difference.change` says how much."""
    FLAG = "flag"
    """One source has the code as billable, the other as a header."""
    MISSING = "missing"
    """The code stands in the first source only; `right` is None."""
    EXTRA = "extra"
    """The code stands in the second source only; `left` is None."""
    SEQUENCE = "sequence"
    """The codes stand in another order from here on."""
    COUNT = "count"
    """A number differs from the one that the publisher states."""
    FIELD = "field"
    """A field of one code differs; `Difference.field` names it."""


@frozen
class Difference:
    """One disagreement between two sources.

    Attributes:
        kind: what they disagree about.
        code: the code concerned, canonical; empty where none is.
        left_source: kind of the first source, as `tabular`.
        left: what the first source holds; None where it has nothing.
        right_source: kind of the second source, as `order`.
        right: what the second source holds; None where it has nothing.
        field: name of the field concerned, where it is one of several.
        resolution: what the release did about it, in one sentence.
    """

    kind: DifferenceKind
    code: str
    left_source: str
    left: str | None
    right_source: str
    right: str | None
    field: str = ""
    resolution: str = ""

    @property
    def change(self) -> TextChange:
        """How much the two texts differ (`WORDS` where one is missing)."""
        if self.left is None or self.right is None:
            return TextChange.WORDS
        return text_change(self.left, self.right)

    def __str__(self) -> str:
        what = f"{self.kind} {self.field}".strip()
        return (
            f"{self.code or '-'}: {what}: {self.left_source} has {_shown(self.left)},"
            f" {self.right_source} has {_shown(self.right)}"
        )


def _shown(value: str | None) -> str:
    return "nothing" if value is None else repr(value)


def _tuple(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    return tuple(differences)


@frozen(repr=False)
class Reconciliation(Sequence[Difference]):
    """All differences between the sources of one release; empty if they agree or there is one."""

    differences: tuple[Difference, ...] = field(default=(), converter=_tuple)

    def __len__(self) -> int:
        return len(self.differences)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    @overload
    def __getitem__(self, index: int) -> Difference: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Difference, ...]: ...
    def __getitem__(self, index: int | slice) -> Difference | tuple[Difference, ...]:
        return self.differences[index]

    def __repr__(self) -> str:
        told = ", ".join(f"{count:,} {name}" for name, count in self.counts().items())
        held = f"{len(self):,} difference{'' if len(self) == 1 else 's'}"
        return f"<Reconciliation: {held}{f' ({told})' if told else ''}>"

    def of_kind(self, kind: DifferenceKind, field: str | None = None) -> Reconciliation:
        """The differences of one kind (and one field)."""
        return Reconciliation(
            difference
            for difference in self.differences
            if difference.kind is kind and (field is None or difference.field == field)
        )

    def counts(self) -> dict[str, int]:
        """Number of differences by kind, titles by how much they differ (`title/accent`)."""
        counts: dict[str, int] = {}
        for difference in self.differences:
            name = str(difference.kind)
            if difference.kind is DifferenceKind.TITLE:
                name += f"/{difference.change}"
            elif difference.field:
                name += f"/{difference.field}"
            counts[name] = counts.get(name, 0) + 1
        return counts

    def to_list(self) -> list[dict[str, Any]]:
        """JSON-safe form."""
        return [
            {
                "kind": str(d.kind),
                "code": d.code,
                "left_source": d.left_source,
                "left": d.left,
                "right_source": d.right_source,
                "right": d.right,
                "field": d.field,
                "resolution": d.resolution,
            }
            for d in self.differences
        ]

    @classmethod
    def from_list(cls, rows: list[dict[str, Any]]) -> Reconciliation:
        """The reconciliation that `to_list` wrote."""
        return cls(Difference(**{**row, "kind": DifferenceKind(row["kind"])}) for row in rows)
