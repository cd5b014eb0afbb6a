"""Notes, seventh characters and the visual impairment table, read from the columns of a release."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from codesets.icd10cm.divisions import Chapter, Note, Section, SeventhCharacter
from codesets.icd10cm.layout import NOTE_KINDS_IN_ORDER, NoteKind
from codesets.icd10cm.outline import extras

if TYPE_CHECKING:
    from codesets.icd10cm.records import VisualCategory, VisualCell
    from codesets.icd10cm.release import Icd10cmRelease
    from codesets.icd10cm.views import Icd10cmCode

__all__ = [
    "composed_display",
    "defined_at",
    "is_placeholder",
    "meanings_at",
    "notes_of_chapter",
    "notes_of_code",
    "notes_of_section",
    "seventh_character",
    "seventh_characters",
    "visual_impairment",
]


def _owned(release: Icd10cmRelease, space: str, owner: int) -> range:
    """The numbers of what an owner has, by its sorted list of owners."""
    owners = release.file.column(f"{space}.owners")
    place = bisect_left(owners, owner)
    if place == len(owners) or owners[place] != owner:
        return range(0)
    starts = f"{space}.starts"
    return range(release.file.number(starts, place), release.file.number(starts, place + 1))


def _notes(
    release: Icd10cmRelease, number: int, owner: Chapter | Section | Icd10cmCode
) -> tuple[Note, ...]:
    file = release.file
    kinds, groups = file.column("note.kinds"), file.column("note.groups")
    texts = file.column("note.texts")
    try:
        return tuple(
            Note(NOTE_KINDS_IN_ORDER[kinds[n]], file.text(texts[n]), owner, groups[n])
            for n in _owned(release, "note", number)
        )
    except IndexError as error:
        raise file.damaged("notes") from error


def notes_of_chapter(chapter: Chapter) -> tuple[Note, ...]:
    """The notes of a chapter, in the order of the file."""
    release = chapter.release
    sections = len(release.file.column("section.id"))
    return _notes(release, len(release) + sections + chapter.place, chapter)


def notes_of_section(section: Section) -> tuple[Note, ...]:
    """The notes of a section, in the order of the file."""
    return _notes(section.release, len(section.release) + section.place, section)


def notes_of_code(code: Icd10cmCode) -> tuple[Note, ...]:
    """The notes of a code; of one made by a seventh character, those at that character."""
    release = code.release
    seventh = seventh_character(code)
    owner = None if seventh is None else _definition_row(release, code.row)
    if seventh is None or owner is None:
        return _notes(release, code.row, code)
    return tuple(
        Note(NoteKind.INCLUSION_TERM, text, release.at(owner), 0, seventh.character)
        for text in seventh.notes
    )


def composed_display(code: Icd10cmCode) -> str:
    """The title of a code whose title does not stand in the file: stem, comma, meaning."""
    release = code.release
    stem = release.parent_row(code.row)
    title = None if stem is None else release.text_at("code.display", stem)
    if title is None or stem is None:
        raise release.file.damaged("display")
    meaning = meanings_at(release, stem).get(release.file.number("code.character", code.row))
    if meaning is None:
        raise release.file.damaged("display")
    return f"{title}, {meaning}"


def meanings_at(release: Icd10cmRelease, stem: int) -> dict[int, str]:
    """What the seventh characters of a stem mean, by their number in ASCII; empty without."""
    definers = release.once("definers", lambda: frozenset(release.file.column("seventh.owners")))
    above = (stem, *release.ancestor_rows(stem))
    owner = next((row for row in above if row in definers), None)
    return {} if owner is None else _meanings(release, owner)


def _meanings(release: Icd10cmRelease, owner: int) -> dict[int, str]:
    """What the characters of the definition at a row mean; kept, as it makes many codes."""
    memory: dict[int, dict[int, str]] = release.once("meanings", dict)
    if owner not in memory:
        memory[owner] = {ord(c.character): c.meaning for c in defined_at(release, owner)}
    return memory[owner]


def _definition_row(release: Icd10cmRelease, row: int) -> int | None:
    """The nearest row at or above that has a definition of seventh characters."""
    for above in (row, *release.ancestor_rows(row)):
        if _owned(release, "seventh", above):
            return above
    return None


def defined_at(release: Icd10cmRelease, owner: int) -> Iterator[SeventhCharacter]:
    """The seventh characters that the definition at a row has, in the order of the file."""
    file = release.file
    characters, meanings = file.column("seventh.characters"), file.column("seventh.meanings")
    starts, texts = file.column("seventh.note_starts"), file.column("seventh.note_texts")
    try:
        for number in _owned(release, "seventh", owner):
            notes = range(starts[number], starts[number + 1])
            yield SeventhCharacter(
                chr(characters[number]),
                file.text(meanings[number]),
                tuple(file.text(texts[note]) for note in notes),
            )
    except IndexError as error:
        raise file.damaged("seventh characters") from error


def seventh_characters(code: Icd10cmCode) -> tuple[SeventhCharacter, ...]:
    """The seventh characters to choose from, by the nearest definition at or above a code."""
    release = code.release
    owner = _definition_row(release, code.row)
    if owner is None:
        return ()
    made = release.column_of_rows("code.character")
    # A code that has its character has the choice that its stem had.
    stem = release.parent_row(code.row) if made[code.row] else code.row
    below = () if stem is None else tuple(release.child_rows(stem))
    if not below:
        # R40.20 in the order file of 2013: billable as it stands, though R40.2 has a definition.
        return ()
    here = {chr(made[child]) for child in below if made[child]}
    return tuple(c for c in defined_at(release, owner) if not here or c.character in here)


def seventh_character(code: Icd10cmCode) -> SeventhCharacter | None:
    """The seventh character that made a code; None for one that stands in the list."""
    release = code.release
    made = chr(release.file.number("code.character", code.row))
    owner = None if made == "\0" else _definition_row(release, code.row)
    if owner is None:
        return None
    return next((c for c in defined_at(release, owner) if c.character == made), None)


def is_placeholder(code: Icd10cmCode) -> bool:
    """True for a code that the tabular list marks as a placeholder."""
    rows = code.release.file.column("code.placeholders")
    place = bisect_left(rows, code.row)
    return place < len(rows) and bool(rows[place] == code.row)


def visual_impairment(code: Icd10cmCode) -> tuple[VisualCategory, ...]:
    """The table of categories of visual impairment of a code; only H54.8 has one."""
    from codesets.icd10cm.records import VisualCategory, VisualRange

    try:
        table = extras(code.release).get("visual", {}).get(str(code.row), ())
        return tuple(
            VisualCategory(
                _cell(label),
                tuple(VisualRange(title, _cell(top), _cell(low)) for title, top, low in ranges),
            )
            for label, ranges in table
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise code.release.file.damaged("extras") from error


def _cell(cell: list[Any] | None) -> VisualCell | None:
    from codesets.icd10cm.records import VisualCell

    return None if cell is None else VisualCell(*cell)
