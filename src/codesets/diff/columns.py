"""Which rows of two compiled ICD-10-CM releases differ, column by column.

A hundred thousand codes are compared in a few passes over columns, none of which makes an object
a code; only the rows found here are looked at one by one. A pass may find a row too many, where
the columns differ and the values do not, but never one too few.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from operator import sub
from typing import Any, TypeVar

from attrs import frozen

from codesets.compiled.format import SAME
from codesets.diff.alignment import Run, aligned_texts, common_keys
from codesets.diff.content import Pairing
from codesets.diff.kinds import Subject
from codesets.icd10cm import Icd10cmRelease
from codesets.icd10cm.outline import chapter_of_section, extras, text_of

__all__ = ["changed_divisions", "changed_rows", "paired_rows"]

T = TypeVar("T")

_NONE = -1
"""What a text number or a row that is none is as a signed number."""
_SAMES = memoryview(array("I", [SAME]) * 1024).cast("B").cast("i")
"""What stands in most slices of the long descriptions: a text that is the title."""


def paired_rows(old: Icd10cmRelease, new: Icd10cmRelease) -> Pairing:
    """Which rows of two releases are the same code."""
    runs = common_keys(old.file, new.file)
    if runs is not None:
        return Pairing(tuple(runs), len(old), len(new))
    return Pairing.of_keys(*(each.file.column("keys").tolist() for each in (old, new)))


@frozen(eq=False)
class _Renumbered:
    """A column whose numbers are called by other ones, a slice at a time: no copy is made of it.

    Attributes:
        numbers: the column.
        names: what each number is called by.
    """

    numbers: memoryview
    names: Sequence[int]

    def __getitem__(self, part: slice) -> memoryview:
        numbers, names = self.numbers[part], self.names
        if numbers == _SAMES[: len(numbers)]:
            return numbers
        return _as_column([names[number] for number in numbers])


_Column = memoryview | _Renumbered


@frozen(eq=False)
class _Columns:
    """The columns of a release.

    Attributes:
        release: the release.
        aligned: what the number of a text is called by, -1 for none; None where numbers are that
            already. The texts of two releases are the same where that is.
    """

    release: Icd10cmRelease
    aligned: Sequence[int] | None

    def numbers(self, name: str) -> memoryview:
        """A column of numbers; of texts and rows that are none, -1."""
        return self.release.file.column(name).cast("B").cast("i")

    def texts(self, name: str) -> _Column:
        """What the texts of a column of text numbers are called by."""
        if name not in self.release.file.header.sections:
            return _as_column([_NONE] * len(self.release))
        numbers, aligned = self.numbers(name), self.aligned
        return numbers if aligned is None else _Renumbered(numbers, aligned)

    def flags(self, name: str) -> bytes:
        """A column of bytes."""
        return bytes(self.release.file.column(name))

    @cached_property
    def definitions(self) -> dict[int, tuple[Any, ...]]:
        """Each definition of seventh characters, by the row that has it."""
        owners, starts = self.numbers("seventh.owners"), self.numbers("seventh.starts")
        characters = self.flags("seventh.characters")
        meanings = self.texts("seventh.meanings")[:].tolist()
        note_starts = self.numbers("seventh.note_starts").tolist()
        notes = self.texts("seventh.note_texts")[:].tolist()
        return {
            owner: (
                characters[start:end],
                meanings[start:end],
                [notes[a:b] for a, b in pairwise(note_starts[start : end + 1])],
            )
            for owner, (start, end) in zip(owners, pairwise(starts), strict=True)
        }


def _as_column(numbers: list[int]) -> memoryview:
    # As columns of a file are, which are compared without an object for each number.
    return memoryview(array("i", numbers))


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
        return changed + self.kept_rows(set(old) - {old_rows[row] for row in new})

    def kept_rows(self, old: set[int]) -> list[int]:
        """The new rows of some old ones, of those that the new release has."""
        return [row for each in old if (row := self.pairing.new_row(each)) is not None]

    @cached_property
    def reparented(self) -> list[int]:
        """The new rows that have another row above."""
        # Behind the last row stands what is above a category: nothing, in both.
        rows = [*self.pairing.old_rows, _NONE]
        expected = _Renumbered(self.new.numbers("tree.parents"), rows)
        return self.pairing.differing(self.old.numbers("tree.parents"), expected)

    @cached_property
    def retitled(self) -> list[int]:
        """The new rows with another title."""
        return _displays(self)

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
    """The rows of the new release in which a field may differ, by field."""
    aligned = aligned_texts(old.file, new.file)
    pair = _Pair(_Columns(old, aligned), _Columns(new, None), pairing, renamed)
    found = {name: _FINDERS[name](pair) for name in fields}
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
    releases = pair.old.release, pair.new.release
    old_places, new_places = (_places(release, pair.renamed) for release in releases)
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


def _places(release: Icd10cmRelease, renamed: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Id and chapter of every section, by its place; of a renamed one the new id."""

    def read() -> list[tuple[str, str]]:
        chapters = (chapter_of_section(release, place) for place in range(count))
        return [
            (text_of(release, "section.id", place), text_of(release, "chapter.number", chapter))
            for place, chapter in enumerate(chapters)
        ]

    count = len(release.file.column("section.id"))
    # Asked for sections and for codes.
    known = release.once("section places", read)
    found = {place: (renamed.get(id_, id_), chapter) for place, (id_, chapter) in enumerate(known)}
    return found | {_NONE: ("", "")}


@frozen(eq=False)
class _Notes:
    """The notes of the codes of a release."""

    owners: list[int]
    starts: list[int]
    kinds: bytes
    sizes: list[int]
    groups: memoryview
    texts: _Column

    @classmethod
    def of(cls, columns: _Columns) -> _Notes:
        """Read from its columns."""
        owners = columns.numbers("note.owners").tolist()
        # Behind the codes stand the sections and chapters.
        del owners[bisect_left(owners, len(columns.release)) :]
        starts = columns.numbers("note.starts").tolist()
        return cls(
            owners,
            starts,
            columns.flags("note.kinds"),
            list(map(sub, starts[1:], starts)),
            columns.numbers("note.groups"),
            columns.texts("note.texts"),
        )


def _notes(pair: _Pair) -> list[int]:
    old, new = _Notes.of(pair.old), _Notes.of(pair.new)
    old_rows = pair.pairing.old_rows
    owners = Pairing.of_keys(old.owners, [old_rows[row] for row in new.owners])
    rows = [new.owners[place] for place in owners.added]
    rows += pair.kept_rows({old.owners[place] for place in owners.deleted})
    revised = owners.differing(old.sizes, new.sizes)
    notes = _side_by_side(owners, revised, old, new)
    for column in ("kinds", "groups", "texts"):
        for note in notes.differing(getattr(old, column), getattr(new, column)):
            revised.append(bisect_right(new.starts, note) - 1)
    return rows + [new.owners[place] for place in revised]


def _side_by_side(owners: Pairing, revised: list[int], old: _Notes, new: _Notes) -> Pairing:
    """The pairing of the notes of the owners that have as many in both."""
    runs: list[Run] = []
    for start, begin, count in owners.runs:
        end = begin + count
        cuts = revised[bisect_left(revised, begin) : bisect_left(revised, end)]
        for before, after in pairwise((begin - 1, *cuts, end)):
            first = before + 1
            where, size = new.starts[first], new.starts[after] - new.starts[first]
            if size:
                runs.append((old.starts[first + start - begin], where, size))
    return Pairing(tuple(runs), len(old.kinds), len(new.kinds))


def _placeholders(pair: _Pair) -> list[int]:
    name = "code.placeholders"
    old, new = (dict.fromkeys(each.numbers(name), True) for each in (pair.old, pair.new))
    return pair.differing_values(old, new)


def _visuals(pair: _Pair) -> list[int]:
    tables = (extras(columns.release).get("visual", {}) for columns in (pair.old, pair.new))
    old, new = ({int(row): table for row, table in each.items()} for each in tables)
    return pair.differing_values(old, new)


def _descriptions(name: str) -> Callable[[_Pair], list[int]]:
    def found(pair: _Pair) -> list[int]:
        # Most are what is displayed, those of a codes file all.
        old, new = (columns.texts(name) for columns in (pair.old, pair.new))
        return pair.retitled + pair.pairing.differing(old, new)

    return found


def _flags(name: str) -> Callable[[_Pair], list[int]]:
    return lambda pair: pair.pairing.differing(pair.old.flags(name), pair.new.flags(name))


_FINDERS: dict[str, Callable[[_Pair], list[int]]] = {
    "state": _flags("tree.billable"),
    "display": lambda pair: pair.retitled,
    "long_description": _descriptions("code.long"),
    "short_description": _descriptions("code.short"),
    "location": _locations,
    "notes": _notes,
    "seventh_characters": lambda pair: pair.redefined,
    "seventh_character": _flags("code.character"),
    "placeholder": _placeholders,
    "visual_impairment": _visuals,
}


# Sections and chapters are few: what each says is read, without an object for it.


def changed_divisions(
    old: Icd10cmRelease,
    new: Icd10cmRelease,
    subject: Subject,
    pairing: Pairing,
    fields: Iterable[str],
    renamed: Mapping[str, str],
) -> dict[str, list[int]]:
    """The places of the sections, or chapters, of the new release that differ, by field."""
    return {
        name: pairing.differing(
            *(_DIVISION_FIELDS[name](release, subject, renamed) for release in (old, new))
        )
        for name in fields
    }


def _division_titles(
    release: Icd10cmRelease, subject: Subject, _: Mapping[str, str]
) -> Sequence[object]:
    return list(map(release.file.text, release.file.column(f"{subject}.title")))


def _section_locations(
    release: Icd10cmRelease, _: Subject, renamed: Mapping[str, str]
) -> Sequence[object]:
    places = _places(release, renamed)
    parents = _Columns(release, None).numbers("section.parent")
    return [(places[parent][0], places[place][1]) for place, parent in enumerate(parents)]


def _division_notes(
    release: Icd10cmRelease, subject: Subject, _: Mapping[str, str]
) -> Sequence[object]:
    file, columns = release.file, _Columns(release, None)
    owners, starts = columns.numbers("note.owners"), columns.numbers("note.starts")
    kinds, groups = columns.flags("note.kinds"), columns.numbers("note.groups")
    sections = len(file.column("section.id"))
    # Behind the codes stand the sections, and behind them the chapters.
    first = len(release) + (0 if subject is Subject.SECTION else sections)
    found: list[object] = [()] * len(file.column(f"{subject}.title"))
    for place in range(*(bisect_left(owners, each) for each in (first, first + len(found)))):
        notes = slice(starts[place], starts[place + 1])
        texts = list(map(file.text, file.column("note.texts")[notes]))
        found[owners[place] - first] = kinds[notes], groups[notes], texts
    return found


_DIVISION_FIELDS: dict[
    str, Callable[[Icd10cmRelease, Subject, Mapping[str, str]], Sequence[object]]
] = {
    "display": _division_titles,
    "location": _section_locations,
    "notes": _division_notes,
}
