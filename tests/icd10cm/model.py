"""A small official release as values, and what it must come to, stated without the reader.

`Official` is what the strategies draw, what the writer writes and what `back` makes of a release.
`rows` states the rules of the seventh characters (tabular list to order file) a second time, by
recursion over the tree, so that the library's own statement has something to be held against.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from attrs import evolve, field, frozen

from codesets.icd10cm.layout import NoteKind

__all__ = [
    "Category",
    "Chapter",
    "Definition",
    "Diag",
    "Element",
    "Extension",
    "IntroPart",
    "NoteElement",
    "Official",
    "OwnNote",
    "Range",
    "Row",
    "Section",
    "accents_dropped",
    "dotted",
    "notes_of",
    "overviews_around",
    "rows",
    "tidied",
]


@frozen
class NoteElement:
    """One note element (`excludes1`, …) with its `note`s as they are written."""

    kind: NoteKind
    texts: tuple[str, ...]


@frozen
class Extension:
    """One seventh character, with the notes right after it."""

    character: str
    meaning: str
    notes: tuple[str, ...] = ()


@frozen
class Definition:
    """`sevenChrNote` and the `sevenChrDef` that always follows it directly."""

    instruction: str
    extensions: tuple[Extension, ...]


Element = NoteElement | Definition


@frozen
class Range:
    """One range of the visual impairment table; a limit is its text and whether it is a heading."""

    heading: str = ""
    maximum: tuple[str, bool] | None = None
    minimum: tuple[str, bool] | None = None


@frozen
class Category:
    """One category of the visual impairment table."""

    label: tuple[str, bool] | None
    ranges: tuple[Range, ...] = ()


@frozen
class Diag:
    """One `diag`; `code` without its dot."""

    code: str
    title: str
    elements: tuple[Element, ...] = ()
    children: tuple[Diag, ...] = ()
    is_placeholder: bool = False
    visual: tuple[Category, ...] = ()

    @property
    def definition(self) -> Definition | None:
        return next((e for e in self.elements if isinstance(e, Definition)), None)

    def walk(self) -> Iterator[Diag]:
        yield self
        for child in self.children:
            yield from child.walk()


@frozen
class Section:
    """One section; an overview has no `diags`."""

    id: str
    title: str
    elements: tuple[NoteElement, ...] = ()
    diags: tuple[Diag, ...] = ()


@frozen
class Chapter:
    """One chapter; `index` holds the ids that its index names, after `index_after` elements."""

    title: str
    sections: tuple[Section, ...]
    elements: tuple[NoteElement, ...] = ()
    index: tuple[str, ...] = ()
    index_after: int = 0


@frozen
class IntroPart:
    """One `introSection`."""

    type: str
    title: str
    instructions: tuple[tuple[str, ...], ...] = ()


@frozen
class Official:
    """A whole release."""

    version: str
    chapters: tuple[Chapter, ...]
    introduction: tuple[IntroPart, ...] = ()

    def diags(self) -> Iterator[Diag]:
        """All `diag`s in document order."""
        for chapter in self.chapters:
            for section in chapter.sections:
                for diag in section.diags:
                    yield from diag.walk()


@frozen
class Row:
    """One row of the order file, and where it hangs."""

    code: str
    title: str
    is_billable: bool
    parent: str | None
    section: str
    chapter: int
    character: str = ""
    diag: Diag | None = field(default=None, repr=False, eq=False)
    """The `diag` itself, or of an expanded code the one that defines its seventh character."""


@frozen
class OwnNote:
    """A note as its owner shows it: kind, number of its element, text."""

    kind: NoteKind
    group: int
    text: str


def dotted(code: str) -> str:
    """The canonical spelling of a compact code."""
    return code[:3] + "." * (len(code) > 3) + code[3:]


def accents_dropped(text: str) -> str:
    """The text as the order file has it: NCHS writes plain letters there."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def rows(official: Official) -> list[Row]:
    """The order file that goes with a tabular list (formats: seventh characters, rules 1 to 4)."""
    year = int(official.version)
    return [
        row
        for number, chapter in enumerate(official.chapters, 1)
        for section in chapter.sections
        for diag in section.diags
        for row in _rows(diag, None, None, section.id, number, year)
    ]


def _rows(
    diag: Diag, parent: str | None, above: Diag | None, section: str, chapter: int, year: int
) -> Iterator[Row]:
    definer = diag if diag.definition else above
    definition = definer.definition if definer else None
    is_billable = not diag.children and definition is None
    yield Row(diag.code, diag.title, is_billable, parent, section, chapter, "", diag)
    for child in diag.children:
        yield from _rows(child, diag.code, definer, section, chapter, year)
    if diag.children or definition is None:
        return
    stem = diag.code + "X" * (6 - len(diag.code))
    for extension in definition.extensions:
        code, title = stem + extension.character, f"{diag.title}, {extension.meaning}"
        without = year >= 2018 and stem[:3] == "S06" and stem[5] in "78"
        if without and extension.character in "DS":
            continue
        yield Row(code, title, True, diag.code, section, chapter, extension.character, definer)


def notes_of(elements: Iterable[Element]) -> tuple[OwnNote, ...]:
    """The notes of one owner in the order of the file."""
    found: list[OwnNote] = []
    for group, element in enumerate(elements):
        if isinstance(element, Definition):
            found.append(OwnNote(NoteKind.SEVENTH_CHARACTER_NOTE, group, element.instruction))
        else:
            found += [OwnNote(element.kind, group, text) for text in element.texts]
    return tuple(found)


def overviews_around(chapter: Chapter, place: int) -> list[Section]:
    """The overview sections around the section at `place`, the outermost first.

    An overview spans the sections after it up to the one that holds the last category of its id.
    """
    found = []
    for before, section in enumerate(chapter.sections[:place]):
        last = section.id.split("-")[-1]
        reach = [
            later
            for later, other in enumerate(chapter.sections)
            if later > before and any(diag.code == last for diag in other.diags)
        ]
        if not section.diags and reach and place <= reach[0]:
            found.append(section)
    return found


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _tidy_element(element: NoteElement) -> NoteElement:
    return NoteElement(element.kind, tuple(map(_collapsed, element.texts)))


def _tidy_definition(definition: Definition) -> Definition:
    extensions = (
        evolve(extension, notes=tuple(map(_collapsed, extension.notes)))
        for extension in definition.extensions
    )
    return Definition(_collapsed(definition.instruction), tuple(extensions))


def _tidy_diag(diag: Diag) -> Diag:
    elements = (
        _tidy_definition(e) if isinstance(e, Definition) else _tidy_element(e)
        for e in diag.elements
    )
    return evolve(diag, elements=tuple(elements), children=tuple(map(_tidy_diag, diag.children)))


def tidied(official: Official) -> Official:
    """The release with the white space of its notes collapsed, as a reader keeps it."""
    return evolve(
        official,
        chapters=tuple(
            evolve(
                chapter,
                elements=tuple(map(_tidy_element, chapter.elements)),
                sections=tuple(
                    evolve(
                        section,
                        elements=tuple(map(_tidy_element, section.elements)),
                        diags=tuple(map(_tidy_diag, section.diags)),
                    )
                    for section in chapter.sections
                ),
            )
            for chapter in official.chapters
        ),
    )
