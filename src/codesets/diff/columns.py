"""Which rows of two compiled ICD-10-CM releases differ, column by column.

A hundred thousand codes are compared in a few passes over columns, none of which makes an object
a code; only the rows found here are looked at one by one. A pass may find a row too many, where
the columns differ and the values do not, but never one too few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

from attrs import frozen

from codesets.diff.content import Pairing
from codesets.icd10cm import Icd10cmRelease
from codesets.icd10cm.outline import chapter_of_section, extras, text_of

__all__ = ["changed_rows"]

T = TypeVar("T")

_NONE = -1
"""What a text number or a row that is none is as a signed number."""


@frozen(eq=False)
class _Columns:
    """The columns of a release, with the texts of the file read once."""

    release: Icd10cmRelease

    @cached_property
    def pool(self) -> list[bytes | None]:
        """All texts; the last place stands for the text that is none."""
        file = self.release.file
        data = bytes(file.column("text.bytes"))
        offsets = file.column("text.offsets").tolist()
        texts = map(data.__getitem__, map(slice, offsets, offsets[1:]))
        return [*texts, None]

    def numbers(self, name: str) -> list[int]:
        """A column of numbers; of texts and rows that are none, -1."""
        found: list[int] = self.release.file.column(name).cast("B").cast("i").tolist()
        return found

    def texts(self, name: str) -> list[bytes | None]:
        """The texts of a column of text numbers."""
        if name not in self.release.file.header.sections:
            return [None] * len(self.release)
        return list(map(self.pool.__getitem__, self.numbers(name)))

    def flags(self, name: str) -> bytes:
        """A column of bytes."""
        return bytes(self.release.file.column(name))

    @cached_property
    def definitions(self) -> dict[int, tuple[Any, ...]]:
        """Each definition of seventh characters, by the row that has it."""
        owners, starts = self.numbers("seventh.owners"), self.numbers("seventh.starts")
        characters = self.flags("seventh.characters")
        meanings = self.texts("seventh.meanings")
        note_starts, notes = self.numbers("seventh.note_starts"), self.texts("seventh.note_texts")
        return {
            owner: (
                characters[start:end],
                meanings[start:end],
                [notes[a:b] for a, b in pairwise(note_starts[start : end + 1])],
            )
            for owner, (start, end) in zip(owners, pairwise(starts), strict=True)
        }

    @cached_property
    def notes(self) -> dict[int, tuple[Any, ...]]:
        """The notes of each code that has some, by its row."""
        owners, starts = self.numbers("note.owners"), self.numbers("note.starts")
        kinds, groups = self.flags("note.kinds"), self.numbers("note.groups")
        texts, size = self.texts("note.texts"), len(self.release)
        return {
            owner: (kinds[start:end], groups[start:end], texts[start:end])
            for owner, start, end in zip(owners, starts, starts[1:], strict=False)
            if owner < size
        }


@frozen(eq=False)
class _Pair:
    """Two releases, side by side."""

    old: _Columns
    new: _Columns
    pairing: Pairing
    renamed: Mapping[str, str]

    def differing_values(self, old: dict[int, T], new: dict[int, T]) -> list[int]:
        """The new rows that have another value, one where there was none, or none any more."""
        old_rows = self.pairing.old_rows
        changed = [row for row, value in new.items() if old.get(old_rows[row]) != value]
        gone = set(old) - {old_rows[row] for row in new}
        if gone:
            changed += [row for row, old_row in enumerate(old_rows) if old_row in gone]
        return changed

    @cached_property
    def reparented(self) -> list[int]:
        """The new rows that have another row above."""
        # Behind the last row stands what is above a category: nothing, in both.
        rows = [*self.pairing.old_rows, _NONE]
        expected = list(map(rows.__getitem__, self.new.numbers("tree.parents")))
        return self.pairing.differing(self.old.numbers("tree.parents"), expected)

    @cached_property
    def redefined(self) -> list[int]:
        """The new rows, added ones among them, with another definition of seventh characters."""
        return self.differing_values(self.old.definitions, self.new.definitions)


def changed_rows(
    old: Icd10cmRelease,
    new: Icd10cmRelease,
    pairing: Pairing,
    fields: Iterable[str],
    renamed: Mapping[str, str],
) -> dict[str, list[int]]:
    """The rows of the new release in which a field may differ, by field.

    Raises:
        CompiledFileError: a file is damaged.
    """
    pair = _Pair(_Columns(old), _Columns(new), pairing, renamed)
    try:
        found = {name: _FINDERS[name](pair) for name in fields}
    except (IndexError, TypeError, ValueError) as error:
        old.verify()
        new.verify()
        raise new.file.damaged("columns") from error
    old_rows = pairing.old_rows
    return {
        name: sorted(row for row in set(rows) if old_rows[row] >= 0) for name, rows in found.items()
    }


def _displays(pair: _Pair) -> list[int]:
    """Titles that stand in the file, and those composed of the stem's and a meaning."""
    name = "code.display"
    rows = pair.pairing.differing(pair.old.texts(name), pair.new.texts(name))
    # A composed title changes with its stem and the stem's title, or with the definition of its
    # character, which stands somewhere above.
    ends, numbers = pair.new.numbers("tree.ends"), pair.new.numbers(name)
    for above in (*rows, *pair.reparented, *pair.redefined):
        below = range(above, ends[above])
        rows += [row for row in below if numbers[row] == _NONE]
    return rows


def _locations(pair: _Pair) -> list[int]:
    """Rows with another parent, and those of categories in another section or chapter."""
    old_places, new_places = (_places(columns, pair.renamed) for columns in (pair.old, pair.new))
    sections = pair.old.numbers("code.section"), pair.new.numbers("code.section")
    old_rows, ends = pair.pairing.old_rows, pair.new.numbers("tree.ends")
    rows = list(pair.reparented)
    for row in pair.new.release.walk(0, len(ends)):
        old_row = old_rows[row]
        if old_row < 0 or old_places[sections[0][old_row]] != new_places[sections[1][row]]:
            rows += range(row, ends[row])
    # What moved along with a code whose parent changed may come from anywhere.
    for row in pair.reparented:
        rows += range(row, ends[row])
    return rows


def _places(columns: _Columns, renamed: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Id and chapter of every section, by its place; of a renamed one the new id."""
    release = columns.release
    found = {_NONE: ("", "")}
    for place in range(len(release.file.column("section.id"))):
        id_ = text_of(release, "section.id", place)
        chapter = text_of(release, "chapter.number", chapter_of_section(release, place))
        found[place] = (renamed.get(id_, id_), chapter)
    return found


def _placeholders(pair: _Pair) -> list[int]:
    name = "code.placeholders"
    old, new = (dict.fromkeys(each.numbers(name), True) for each in (pair.old, pair.new))
    return pair.differing_values(old, new)


def _visuals(pair: _Pair) -> list[int]:
    tables = (extras(columns.release).get("visual", {}) for columns in (pair.old, pair.new))
    old, new = ({int(row): table for row, table in each.items()} for each in tables)
    return pair.differing_values(old, new)


def _long_descriptions(pair: _Pair) -> list[int]:
    # The titles of a codes file are the long descriptions.
    old, new = (
        columns.texts(
            "code.long" if "code.long" in columns.release.file.header.sections else "code.display"
        )
        for columns in (pair.old, pair.new)
    )
    return pair.pairing.differing(old, new)


def _flags(name: str) -> Callable[[_Pair], list[int]]:
    return lambda pair: pair.pairing.differing(pair.old.flags(name), pair.new.flags(name))


_FINDERS: dict[str, Callable[[_Pair], list[int]]] = {
    "state": _flags("tree.billable"),
    "display": _displays,
    "long_description": _long_descriptions,
    "short_description": lambda pair: pair.pairing.differing(
        pair.old.texts("code.short"), pair.new.texts("code.short")
    ),
    "location": _locations,
    "notes": lambda pair: pair.differing_values(pair.old.notes, pair.new.notes),
    "seventh_characters": lambda pair: pair.redefined,
    "seventh_character": _flags("code.character"),
    "placeholder": _placeholders,
    "visual_impairment": _visuals,
}
