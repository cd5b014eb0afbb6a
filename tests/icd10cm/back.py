"""From a release back to what was written: `Official`, by the public doors alone."""

from __future__ import annotations

from collections.abc import Iterable

from codesets.icd10cm import Icd10cmCode, Icd10cmRelease, Note, NoteKind
from codesets.icd10cm import Section as ReleaseSection
from codesets.icd10cm.records import VisualCategory, VisualCell
from icd10cm.model import (
    Category,
    Chapter,
    Definition,
    Diag,
    Element,
    Extension,
    IntroPart,
    NoteElement,
    Official,
    Range,
    Section,
)

__all__ = ["official_of"]


def official_of(release: Icd10cmRelease) -> Official:
    """The tabular list that a release was read from."""
    return Official(
        release.version,
        tuple(
            Chapter(
                chapter.title,
                tuple(map(_section, chapter.sections)),
                _notes(chapter.notes),
                tuple(entry.id for entry in chapter.section_index),
                chapter.section_index_after,
            )
            for chapter in release.chapters.values()
        ),
        tuple(IntroPart(part.type, part.title, part.instructions) for part in release.introduction),
    )


def _section(section: ReleaseSection) -> Section:
    own = () if section.is_overview else tuple(map(_diag, section.categories))
    return Section(section.id, section.title, _notes(section.notes), own)


def _diag(code: Icd10cmCode) -> Diag:
    elements: list[Element] = []
    for element in _notes(code.notes):
        if element.kind is NoteKind.SEVENTH_CHARACTER_NOTE:
            elements.append(Definition(element.texts[0], _extensions(code)))
        else:
            elements.append(element)
    listed = [child for child in code.children if child.seventh_character is None]
    return Diag(
        code.compact,
        code.display,
        tuple(elements),
        tuple(map(_diag, listed)),
        code.is_placeholder,
        tuple(map(_category, code.visual_impairment)),
    )


def _extensions(code: Icd10cmCode) -> tuple[Extension, ...]:
    return tuple(Extension(c.character, c.meaning, c.notes) for c in code.seventh_characters)


def _notes(notes: Iterable[Note]) -> tuple[NoteElement, ...]:
    groups: dict[int, tuple[NoteKind, list[str]]] = {}
    for note in notes:
        groups.setdefault(note.group, (note.kind, []))[1].append(note.text)
    return tuple(NoteElement(kind, tuple(texts)) for kind, texts in groups.values())


def _cell(cell: VisualCell | None) -> tuple[str, bool] | None:
    return None if cell is None else (cell.text, cell.is_heading)


def _category(category: VisualCategory) -> Category:
    ranges = (Range(r.heading, _cell(r.maximum), _cell(r.minimum)) for r in category.ranges)
    return Category(_cell(category.label), tuple(ranges))
