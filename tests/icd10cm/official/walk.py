"""A tabular list as plain statements: once as the XML has it, once as the release tells it.

A statement is a place inside its owner, and the text or attribute value there. Owners are
chapters, sections and codes; `""` is the list itself. The XML is walked without any knowledge of
what its elements mean, so nothing in it can be overlooked; the release is asked through its public
names alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from lxml import etree

from codesets.icd10cm import Chapter, Icd10cmCode, Icd10cmRelease, Section

OWNERS = ("chapter", "section", "diag")
# What stands once in its owner, and is no list of notes.
PARTS = ("name", "desc", "sectionIndex", "sevenChrDef", "visualImpairment")

Statements = dict[str, dict[str, list[tuple[str, str]]]]
"""Owner → part of it → (place in the part, value) in sequence. All in document order."""


class Raw(NamedTuple):
    """One text of the XML as it stands."""

    tag: str
    text: str
    line: int


class Walked(NamedTuple):
    """All that an XML says, and its texts as they stand there."""

    statements: Statements
    texts: list[Raw]


def of_file(root: etree._Element) -> Walked:
    """Every text and every attribute value of an XML."""
    walked = Walked({"": {"within": []}}, [])
    _walk(root, "", "", walked.statements[""], walked)
    return walked


def tidy(tag: str, text: str) -> str:
    """A text as the reader gives it back: notes with white space collapsed, others stripped."""
    return " ".join(text.split()) if tag == "note" else text.strip()


def _walk(
    parent: etree._Element,
    owner: str,
    part: str,
    into: dict[str, list[tuple[str, str]]],
    walked: Walked,
) -> None:
    statements = walked.statements
    groups = 0
    for number, child in enumerate(parent):
        assert isinstance(child.tag, str)
        assert not (child.tail or "").strip()
        if child.tag in OWNERS:
            name = _name_of(child)
            assert name not in statements
            statements[name] = {"within": [("", owner)]}
            for key, value in child.items():
                if (child.tag, key) != ("section", "id"):
                    statements[name][f"@{key}"] = [("", value)]
            _walk(child, name, "", statements[name], walked)
            continue
        if part:
            stream, place = into[part], f"{number}:{child.tag}"
        elif not owner or child.tag in PARTS:
            stream, place = into.setdefault(child.tag, []), ""
        else:
            stream, place = into.setdefault("notes", []), f"{groups}:{child.tag}"
            groups += 1
        stream += [(f"{place}@{key}", value) for key, value in child.items()]
        raw = child.text or ""
        if raw.strip():
            assert not len(child)
            walked.texts.append(Raw(child.tag, raw, child.sourceline or 0))
            stream.append((place, tidy(child.tag, raw)))
            continue
        inner: dict[str, list[tuple[str, str]]] = {"inner": []}
        _walk(child, owner, "inner", inner, walked)
        stream += [(f"{place}/{below}" if place else below, v) for below, v in inner["inner"]]


def _name_of(element: etree._Element) -> str:
    if element.tag == "section":
        return f"section {element.get('id')}"
    return f"{element.tag!s} {element.findtext('name')}"


# The release.


def of_release(release: Icd10cmRelease, made: Container[str]) -> Statements:
    """The same statements, out of the objects of a release.

    Args:
        release: the release to ask.
        made: the codes that no element stands for: those made by a seventh character.
    """
    told: Statements = {"": {"within": []}}
    told[""]["version"] = [("", release.version)]
    told[""]["introduction"] = list(_introduction(release))
    for chapter in release.chapters.values():
        told[f"chapter {chapter.number}"] = {
            "within": [("", "")],
            "name": [("", str(chapter.number))],
            "desc": [("", chapter.title)],
            "notes": _notes(chapter),
            "sectionIndex": [
                (f"{n}:sectionRef{place}", value)
                for n, ref in enumerate(chapter.section_index)
                for place, value in (
                    ("@first", ref.first), ("@last", ref.last), ("@id", ref.id), ("", ref.title),
                )
            ],
        }  # fmt: skip
        for section in chapter.sections:
            told[f"section {section.id}"] = {
                "within": [("", f"chapter {section.chapter.number}")],
                "desc": [("", section.title)],
                "notes": _notes(section),
            }
            for code in () if section.is_overview else section.codes:
                if code.code not in made:
                    told[f"diag {code}"] = _code(code)
    return told


def _introduction(release: Icd10cmRelease) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(release.introduction):
        yield f"{number}:introSection@type", part.type
        place = 0
        if part.title:
            yield f"{number}:introSection/0:title", part.title
            place = 1
        for instruction in part.instructions:
            for n, text in enumerate(instruction):
                yield f"{number}:introSection/{place}:instruction/{n}:note", text
            place += 1


def _notes(owner: Chapter | Section | Icd10cmCode) -> list[tuple[str, str]]:
    number: dict[int, int] = {}
    told = []
    for note in owner.notes:
        assert note.owner == owner
        assert not note.character
        at = number[note.group] = number.get(note.group, -1) + 1
        told.append((f"{note.group}:{note.kind}/{at}:note", note.text))
    return told


def _code(code: Icd10cmCode) -> dict[str, list[tuple[str, str]]]:
    within = f"section {code.section}" if code.parent is None else f"diag {code.parent}"
    told = {"within": [("", within)], "name": [("", code.code)], "desc": [("", code.display)]}
    if code.is_placeholder:
        told["@placeholder"] = [("", "true")]
    if notes := _notes(code):
        told["notes"] = notes
        # A definition comes with the note that announces it, always (formats page 2.2).
        if any("sevenChrNote" in place for place, _ in notes):
            told["sevenChrDef"] = list(_definition(code))
    if code.visual_impairment:
        told["visualImpairment"] = list(_table(code))
    return told


def _definition(code: Icd10cmCode) -> Iterator[tuple[str, str]]:
    place = 0
    for choice in code.seventh_characters:
        yield f"{place}:extension@char", choice.character
        yield f"{place}:extension", choice.meaning
        place += 1
        for text in choice.notes:
            yield f"{place}:note", text
            place += 1


def _table(code: Icd10cmCode) -> Iterator[tuple[str, str]]:
    for n, category in enumerate(code.visual_impairment):
        at = 0
        if category.label is not None:
            yield f"{n}:visCategory/0:{_cell(category.label.is_heading)}", category.label.text
            at = 1
        for limits in category.ranges:
            inner = 0
            if limits.heading:
                yield f"{n}:visCategory/{at}:visRange/0:heading", limits.heading
                inner = 1
            for name, cell in (("visMax", limits.maximum), ("visMin", limits.minimum)):
                if cell is not None:
                    place = f"{n}:visCategory/{at}:visRange/{inner}:{name}"
                    yield f"{place}/0:{_cell(cell.is_heading)}", cell.text
                    inner += 1
            at += 1


def _cell(is_heading: bool) -> str:
    return "heading" if is_heading else "value"
