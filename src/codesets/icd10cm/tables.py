"""An ICD-10-CM release as plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from codesets.icd10cm.annotations import defined_at
from codesets.icd10cm.divisions import Note
from codesets.icd10cm.layout import NoteKind
from codesets.icd10cm.outline import extras
from codesets.icd10cm.records import VisualCell, VisualRange
from codesets.tables import Cell, Table, columns, provenance_table, release_table

if TYPE_CHECKING:
    from codesets.icd10cm.release import Icd10cmRelease
    from codesets.icd10cm.views import Icd10cmCode

__all__ = ["tables"]

Rows = Iterator[tuple[Cell, ...]]

_NO_RANGE = (VisualRange("", None, None),)

_CODES = columns(
    ("position", int, "place in the tabular list, from 1"),
    ("code", str, "canonical code, with its dot"),
    ("compact", str, "code without the dot, as the order file writes it"),
    ("display", str, "title as the tabular list prints it, with accents"),
    ("long_description", str, "the order file's long description; empty without order file"),
    ("short_description", str, "the order file's short description; empty without order file"),
    ("is_billable", bool, "1: valid for submission; 0: header, more characters are required"),
    ("is_placeholder", bool, "1: a header whose last character only fills its place"),
    ("level", int, "number of codes above it: 0 for a category"),
    ("parent", str, "the code right above; empty for a category"),
    ("last_position", int, "position of the last code below it; its own where none is below"),
    ("section", str, "id of its section; empty without tabular list"),
    ("chapter", int, "number of its chapter; empty without tabular list"),
    ("seventh_character", str, "the seventh character that made it; empty where none did"),
    ("seventh_from", str, "the code whose definition of seventh characters governs it"),
)
_CHAPTERS = columns(
    ("number", int, "number of the chapter"),
    ("title", str, "official title, with the range of codes"),
)
_SECTIONS = columns(
    ("position", int, "place in the tabular list, from 1"),
    ("id", str, "id of the section, as E08-E13"),
    ("title", str, "official title, with the range of codes"),
    ("chapter", int, "number of its chapter"),
    ("parent", str, "id of the overview section around it, if any"),
)
_SECTION_INDEX = columns(
    ("chapter", int, "number of the chapter that prints the index"),
    ("position", int, "place in the index, from 1"),
    ("first_category", str, "first category"),
    ("last_category", str, "last category"),
    ("id", str, "id of the section"),
    ("title", str, "title as the index prints it"),
)
_NOTES = columns(
    ("owner_kind", str, "what the note stands at: chapter, section or code"),
    ("owner", str, "number of the chapter, id of the section, or code"),
    ("position", int, "place among the notes of its owner, from 1"),
    ("kind", str, "kind of note, as its XML element is named"),
    ("note_group", int, "number of its element: notes of one group stand under one heading"),
    ("seventh_character", str, "the seventh character that it belongs to; empty for other notes"),
    ("text", str, "text of the note"),
)
_SEVENTH = columns(
    ("code", str, "the code that has the definition"),
    ("position", int, "place in the definition, from 1"),
    ("seventh_character", str, "the letter or digit"),
    ("meaning", str, "what it means, as initial encounter"),
)
_VISUAL = columns(
    ("code", str, "the code that has the table of categories of visual impairment"),
    ("position", int, "place of the category in the table, from 1; the headings are one too"),
    ("line", int, "number of the range within its category, from 1"),
    ("category", str, "category of visual impairment"),
    ("heading", str, "heading of the range"),
    ("maximum", str, "maximum less than"),
    ("minimum", str, "minimum equal to or better than"),
)
_INTRODUCTION = columns(
    ("position", int, "place in the introduction, from 1"),
    ("type", str, "title, subtitle or instruction"),
    ("title", str, "heading"),
    ("text", str, "text of the instruction; its paragraphs are lines"),
)


def tables(release: Icd10cmRelease) -> tuple[Table, ...]:
    """The tables that hold a whole release; those of the tabular list are empty without one."""
    return (
        release_table(release),
        Table(
            "codes",
            _CODES,
            ("code",),
            "A code, header or billable, in the order of the tabular list.",
            lambda: _code_rows(release),
        ),
        Table(
            "chapters",
            _CHAPTERS,
            ("number",),
            "A chapter.",
            lambda: ((chapter.number, chapter.title) for chapter in release.chapters.values()),
        ),
        Table(
            "sections",
            _SECTIONS,
            ("id",),
            "A section; an overview section encloses others.",
            lambda: _section_rows(release),
        ),
        Table(
            "section_index",
            _SECTION_INDEX,
            ("chapter", "position"),
            "A line of the index of sections that a chapter begins with.",
            lambda: _index_rows(release),
        ),
        Table(
            "notes",
            _NOTES,
            ("owner_kind", "owner", "position"),
            "A note, at the chapter, section or code that has it in the tabular list.",
            lambda: _note_rows(release),
        ),
        Table(
            "seventh_characters",
            _SEVENTH,
            ("code", "seventh_character"),
            "A seventh character of a definition, at the code that has the definition.",
            lambda: _seventh_rows(release),
        ),
        Table(
            "visual_impairment",
            _VISUAL,
            ("code", "position", "line"),
            "A range of the table of categories of visual impairment.",
            lambda: _visual_rows(release),
        ),
        Table(
            "introduction",
            _INTRODUCTION,
            ("position",),
            "A part of the introduction of the tabular list.",
            lambda: _introduction_rows(release),
        ),
        provenance_table(release),
    )


def _code_rows(release: Icd10cmRelease) -> Rows:
    # What stands above is handed down from parent to child, which comes later in the list, rather
    # than looked up for each code.
    codes = release.codes
    made = release.file.column("code.character")
    placeholders = set(release.file.column("code.placeholders"))
    definers = set(release.file.column("seventh.owners"))
    levels: list[int] = []
    definitions: list[str | None] = []
    divisions: tuple[str | None, int | None] = (None, None)
    for row, canonical in enumerate(codes):
        code = release.at(row)
        parent = release.parent_row(row)
        if parent is None:
            divisions = _divisions_of(code)
        levels.append(0 if parent is None else levels[parent] + 1)
        above = None if parent is None else definitions[parent]
        definitions.append(canonical if row in definers else above)
        yield (
            row + 1,
            canonical,
            code.compact,
            code.display,
            code.long_description,
            code.short_description,
            code.is_billable,
            row in placeholders,
            levels[row],
            None if parent is None else codes[parent],
            release.end_row(row),
            *divisions,
            chr(made[row]) if made[row] else None,
            definitions[row],
        )


def _divisions_of(code: Icd10cmCode) -> tuple[str | None, int | None]:
    """Id of its section and number of its chapter."""
    section = code.section
    return (None, None) if section is None else (section.id, section.chapter.number)


def _section_rows(release: Icd10cmRelease) -> Rows:
    for position, section in enumerate(release.sections.values(), 1):
        parent = section.parent
        yield (
            position,
            section.id,
            section.title,
            section.chapter.number,
            parent.id if parent is not None else None,
        )


def _index_rows(release: Icd10cmRelease) -> Rows:
    for chapter in release.chapters.values():
        for position, entry in enumerate(chapter.section_index, 1):
            yield (chapter.number, position, entry.first, entry.last, entry.id, entry.title)


def _note_rows(release: Icd10cmRelease) -> Rows:
    for chapter in release.chapters.values():
        yield from _owned_rows("chapter", str(chapter.number), _written(chapter.notes))
    for section in release.sections.values():
        yield from _owned_rows("section", section.id, _written(section.notes))
    for row in _defined_or_noted(release):
        code = release.at(row)
        # The notes of a code that a seventh character made stand in the definition, which has
        # them below, once.
        own = [] if code.seventh_character else _written(code.notes)
        inside = (
            (NoteKind.INCLUSION_TERM, 0, seventh.character, text)
            for seventh in defined_at(release, row)
            for text in seventh.notes
        )
        yield from _owned_rows("code", code.code, [*own, *inside])


def _defined_or_noted(release: Icd10cmRelease) -> list[int]:
    """The rows that own a note or a definition of seventh characters."""
    owners = {*release.file.column("note.owners"), *release.file.column("seventh.owners")}
    return sorted(owner for owner in owners if owner < len(release))


def _written(notes: Iterable[Note]) -> list[tuple[NoteKind, int, str, str]]:
    return [(note.kind, note.group, note.character, note.text) for note in notes]


def _owned_rows(kind: str, owner: str, notes: list[tuple[NoteKind, int, str, str]]) -> Rows:
    for position, (note_kind, group, character, text) in enumerate(notes, 1):
        yield (kind, owner, position, str(note_kind), group, character or None, text)


def _seventh_rows(release: Icd10cmRelease) -> Rows:
    for row in release.file.column("seventh.owners"):
        code = _owner(release, row, "seventh characters")
        for position, seventh in enumerate(defined_at(release, row), 1):
            yield (code.code, position, seventh.character, seventh.meaning)


def _visual_rows(release: Icd10cmRelease) -> Rows:
    for text in extras(release).get("visual", {}):
        code = _owner(release, text, "extras")
        for position, category in enumerate(code.visual_impairment, 1):
            for number, each in enumerate(category.ranges or _NO_RANGE, 1):
                yield (
                    code.code,
                    position,
                    number,
                    _cell(category.label),
                    each.heading or None,
                    _cell(each.maximum),
                    _cell(each.minimum),
                )


def _owner(release: Icd10cmRelease, row: int | str, where: str) -> Icd10cmCode:
    """The code at a row that a part of the file names, which may be damaged."""
    try:
        return release.at(int(row))
    except (IndexError, ValueError) as error:
        raise release.file.damaged(where) from error


def _cell(cell: VisualCell | None) -> str | None:
    return None if cell is None else cell.text


def _introduction_rows(release: Icd10cmRelease) -> Rows:
    for position, part in enumerate(release.introduction, 1):
        text = "\n".join(line for instruction in part.instructions for line in instruction)
        yield (position, part.type, part.title, text or None)
