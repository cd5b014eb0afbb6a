"""What ICD-10-CM tells the verbs about its codes, sections and chapters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from codesets.cli.describing import (
    PLAINLY,
    SHOWN,
    Asked,
    Description,
    Item,
    Node,
    NoteGroup,
    NoteLevel,
    Row,
    limited,
)
from codesets.findings import Finding
from codesets.icd10cm.divisions import Chapter, Note, Section
from codesets.icd10cm.records import VisualCategory, VisualCell
from codesets.icd10cm.release import Icd10cmRelease
from codesets.icd10cm.views import Icd10cmCode

__all__ = [
    "PLAIN",
    "beginning",
    "brief",
    "brief_record",
    "check",
    "describe",
    "find",
    "hint",
    "node",
    "note_levels",
    "note_records",
    "record",
]

Thing = Icd10cmCode | Section | Chapter

PLAIN, HEADER = "billable", "header"

_CHAPTER = re.compile(r"(?:chapter\s*)?([0-9]{1,2})", re.ASCII | re.IGNORECASE)


# Codes have no days of their own and there are no modifiers: what is asked besides changes nothing
# here. The release that answers for a day is chosen before.


def find(release: Icd10cmRelease, text: str, asked: Asked = PLAINLY) -> Thing | None:
    """A code; else the section of that id; else the chapter of that number (`4`, `chapter4`).

    39 sections have the id of the one category in them; then the category is meant.
    """
    code = release.get(text)
    if code is not None:
        return code
    section = release.sections.get(text.strip(" ").upper()) if text.isascii() else None
    if section is not None:
        return section
    number = _CHAPTER.fullmatch(text.strip(" "))
    return release.chapters.get(int(number[1])) if number else None


def check(release: Icd10cmRelease, text: str, asked: Asked = PLAINLY) -> Finding:
    """Whether a text is a billable code."""
    return release.check(text)


def hint(release: Icd10cmRelease, text: str) -> str:
    """Nothing: all that a text names is found."""
    return ""


def beginning(release: Icd10cmRelease, text: str) -> tuple[str, ...]:
    """The children of a code typed in full; else all codes up to a character longer."""
    code = release.get(text)
    if code is not None:
        return code.children.codes or (code.code,)
    typed = text.upper().replace(".", "")
    length = len(typed) + 1
    return tuple(
        found
        for found in release.codes
        if found.replace(".", "").startswith(typed)
        and len(found.replace(".", "")) <= max(length, 3)
    )


def _key(thing: Thing) -> str:
    """`E11.9`, `section E08-E13`, `chapter 4`."""
    return f"section {thing.id}" if isinstance(thing, Section) else str(thing)


def _title(thing: Thing) -> str:
    return thing.display if isinstance(thing, Icd10cmCode) else thing.title


def _identity(thing: Thing) -> dict[str, Any]:
    if isinstance(thing, Icd10cmCode):
        return {"kind": "code", "code": thing.code}
    if isinstance(thing, Section):
        return {"kind": "section", "id": thing.id}
    return {"kind": "chapter", "number": thing.number}


# What stands on one line.


def brief(code: Icd10cmCode, asked: Asked = PLAINLY) -> Item:
    """A code on one line; headers are marked."""
    return Item(code.code, code.display, "" if code.is_billable else HEADER)


def brief_record(code: Icd10cmCode, asked: Asked = PLAINLY) -> dict[str, Any]:
    """A code on one line for programs."""
    return {"code": code.code, "display": code.display, "is_billable": code.is_billable}


# show


def describe(thing: Thing, asked: Asked = PLAINLY) -> Description:
    """The thing as `show` prints it."""
    if isinstance(thing, Icd10cmCode):
        return _describe_code(thing)
    rows: list[Row] = []
    if isinstance(thing, Section):
        rows.append(_division_row("chapter", thing.chapter))
        rows += [_division_row("within", above) for above in _overviews(thing)]
        below = [Item(each.id, each.title) for each in _sections_below(thing)]
        below = below or [brief(code) for code in thing.categories]
    else:
        below = [Item(each.id, each.title) for each in _top_sections(thing)]
    rows += limited("below", below, f"codesets tree {_asked(thing)}")
    rows += _note_rows(thing)
    billable = sum(code.is_billable for code in thing.codes)
    state = f"{len(thing.codes):,} codes, {billable:,} of them billable"
    return Description(_key(thing), thing.title, state, None, tuple(rows))


def _describe_code(code: Icd10cmCode) -> Description:
    below = len(code.billable_descendants)
    header = f"header, not valid for submission: more characters are required; {below:,} billable"
    rows: list[Row] = []
    if code.long_description is not None and code.long_description != code.display:
        rows.append(Row.of_text("long", code.long_description))
    if code.short_description is not None:
        rows.append(Row.of_text("short", code.short_description))
    if code.chapter is not None and code.section is not None:
        rows.append(_division_row("chapter", code.chapter))
        sections = [*_overviews(code.section), code.section]
        rows.append(Row("section", tuple(Item(s.id, s.title) for s in sections)))
    if code.ancestors:
        above = tuple(Item(a.code, a.display) for a in reversed(code.ancestors))
        rows.append(Row("above", above))
    rows += _below_rows(code)
    rows += _note_rows(code)
    rows += _visual_rows(code.visual_impairment)
    if code.is_placeholder:
        rows.append(Row.of_text("placeholder", "its last character only fills a place"))
    state = "billable, valid for submission" if code.is_billable else f"{header} below"
    return Description(code.code, code.display, state, code.is_billable, tuple(rows))


def _division_row(label: str, division: Section | Chapter) -> Row:
    return Row(label, (Item(_asked(division), division.title),))


def _asked(thing: Thing) -> str:
    """What to type to ask for it."""
    return str(thing.number) if isinstance(thing, Chapter) else str(thing)


def _below_rows(code: Icd10cmCode) -> Iterator[Row]:
    """The codes right below, and the seventh characters."""
    label = "7th character"
    made = code.seventh_character
    below = [(child, child.seventh_character) for child in code.children]
    by_character = [Item(child.code, own.meaning) for child, own in below if own is not None]
    if made is not None:
        yield Row(label, (Item(made.character, made.meaning),))
    elif by_character and len(by_character) == len(below):
        # Their titles are this one's with the meaning after it; the meaning says it all.
        yield Row(label, tuple(by_character))
    else:
        yield from limited("below", [brief(child) for child, _ in below], f"codesets tree {code}")
        choices = tuple(Item(each.character, each.meaning) for each in code.seventh_characters)
        if choices:
            yield Row(label, choices)


def _note_rows(thing: Thing) -> Iterator[Row]:
    """Its own notes in full, unless there are many; the inherited ones only counted."""
    levels = note_levels(thing)
    full = f"all notes: codesets notes {_asked(thing)}"
    room = SHOWN
    shown = 0
    groups = [group for level in levels if level.is_own for group in level.groups]
    for group in groups:
        texts = group.texts[: max(room - shown, 0)]
        shown += len(group.texts)
        if texts:
            yield Row(group.heading.lower(), tuple(Item("", text) for text in texts))
    inherited = tuple(
        Item(level.key, _counted(level.groups)) for level in levels if not level.is_own
    )
    left = f"{shown - room:,} own notes more; " if shown > room else ""
    if inherited:
        yield Row("notes from", inherited, left + full)
    elif left:
        yield Row("notes", (), left + full)


def _counted(groups: Iterable[NoteGroup]) -> str:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.heading] = counts.get(group.heading, 0) + len(group.texts)
    return ", ".join(f"{heading} ({count})" for heading, count in counts.items())


def _visual_rows(table: Iterable[VisualCategory]) -> Iterator[Row]:
    """The table of categories of visual impairment (H54.8): a line a range."""
    items: list[Item] = []
    for category in table:
        for place, each in enumerate(category.ranges):
            cells = (_cell(each.maximum), _cell(each.minimum))
            text = " / ".join(cell for cell in (each.heading, *cells) if cell)
            items.append(Item(_cell(category.label) if place == 0 else "", text))
    if items:
        # The longest key, the heading of the first column, would push all others aside.
        first = items[0]
        items[0] = Item("", ": ".join(part for part in (first.key, first.text) if part))
        yield Row("visual table", tuple(items))


def _cell(cell: VisualCell | None) -> str:
    return "" if cell is None else cell.text


def record(thing: Thing, asked: Asked = PLAINLY) -> dict[str, Any]:
    """The thing for programs: all that `show` knows."""
    values = _identity(thing)
    if isinstance(thing, Icd10cmCode):
        values |= _code_record(thing)
    elif isinstance(thing, Section):
        values |= {
            "title": thing.title,
            "is_overview": thing.is_overview,
            "chapter": _division_record(thing.chapter),
            "within": [_division_record(above) for above in _overviews(thing)],
            "sections": [each.id for each in _sections_below(thing)],
            "categories": list(thing.categories.codes),
        }
    else:
        values |= {
            "title": thing.title,
            "sections": [section.id for section in thing.sections],
        }
    return values | {
        "notes": [_note_record(note) for note in thing.notes],
        "inherited_notes": [_note_record(note) for note in _inherited(thing)],
    }


def _code_record(code: Icd10cmCode) -> dict[str, Any]:
    made = code.seventh_character
    return {
        "compact": code.compact,
        "display": code.display,
        "long_description": code.long_description,
        "short_description": code.short_description,
        "is_billable": code.is_billable,
        "is_header": code.is_header,
        "is_placeholder": code.is_placeholder,
        "chapter": _division_record(code.chapter),
        "section": _division_record(code.section),
        "within": [_division_record(s) for s in _overviews(code.section)],
        "ancestors": [above.code for above in code.ancestors],
        "children": [brief_record(child) for child in code.children],
        "seventh_character": made.character if made is not None else None,
        "seventh_characters": [
            {"character": each.character, "meaning": each.meaning, "notes": list(each.notes)}
            for each in code.seventh_characters
        ],
        "visual_impairment": [
            {
                "category": _cell(category.label),
                "ranges": [
                    {
                        "heading": each.heading,
                        "maximum": _cell(each.maximum),
                        "minimum": _cell(each.minimum),
                    }
                    for each in category.ranges
                ],
            }
            for category in code.visual_impairment
        ],
    }


def _division_record(division: Section | Chapter | None) -> dict[str, Any] | None:
    return None if division is None else _identity(division) | {"title": division.title}


# notes


def _inherited(thing: Thing) -> tuple[Note, ...]:
    return () if isinstance(thing, Chapter) else thing.inherited_notes


def note_levels(thing: Thing) -> tuple[NoteLevel, ...]:
    """Its notes by level, inherited ones first, from the top down."""
    return (*_levels(_inherited(thing), False), *_levels(thing.notes, True))


def _levels(notes: Iterable[Note], is_own: bool) -> Iterator[NoteLevel]:
    for (owner, character), of_level in groupby(notes, lambda note: (note.owner, note.character)):
        groups = tuple(
            NoteGroup(kind.label, tuple(note.text for note in of_group))
            for (_, kind), of_group in groupby(of_level, lambda note: (note.group, note.kind))
        )
        inside = f", 7th character {character}" if character else ""
        yield NoteLevel(_key(owner) + inside, _title(owner), is_own, groups)


def note_records(thing: Thing) -> list[dict[str, Any]]:
    """Its notes for programs, in the same order."""
    inherited = [_note_record(note) | {"is_inherited": True} for note in _inherited(thing)]
    return inherited + [_note_record(note) | {"is_inherited": False} for note in thing.notes]


def _note_record(note: Note) -> dict[str, Any]:
    return {
        "kind": str(note.kind),
        "text": note.text,
        "owner": _identity(note.owner),
        "group": note.group,
        "seventh_character": note.character or None,
    }


# tree


def node(thing: Thing) -> Node:
    """The thing as the root of a tree.

    Below a code all levels are shown unless told, of a section its categories, of a chapter its
    sections: all levels of chapter 19 are 60,000 lines.
    """
    if isinstance(thing, Icd10cmCode):
        item = brief(thing)
        identity = _identity(thing)
        values = identity | {"display": thing.display, "is_billable": thing.is_billable}
        below = len(thing.descendants)
        return Node(
            item.key, item.text, item.mark, identity, values, below, None, lambda: _below(thing)
        )
    identity = _identity(thing)
    values = identity | {"title": thing.title}
    below = len(thing.codes)
    return Node(_key(thing), thing.title, "", identity, values, below, 1, lambda: _below(thing))


def _below(thing: Thing) -> Iterator[Node]:
    children: Iterable[Thing]
    if isinstance(thing, Icd10cmCode):
        children = thing.children
    elif isinstance(thing, Section):
        children = _sections_below(thing) or thing.categories
    else:
        children = _top_sections(thing)
    return map(node, children)


def _overviews(section: Section | None) -> list[Section]:
    """The overview sections around it, from the top."""
    above: list[Section] = []
    while section is not None and section.parent is not None:
        section = section.parent
        above.insert(0, section)
    return above


def _sections_below(section: Section) -> list[Section]:
    """The sections right below an overview; none for a section with codes of its own."""
    return [each for each in section.chapter.sections if each.parent == section]


def _top_sections(chapter: Chapter) -> list[Section]:
    """The sections that no overview encloses."""
    return [each for each in chapter.sections if each.parent is None]
