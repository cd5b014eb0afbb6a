"""Codes and notes of a tabular list, read in bulk.

Asking a tree one kind of element after the other takes a third of the time of going down it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, compress, count, islice, repeat
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from codesets.compiled.format import NONE
from codesets.icd10cm.code import is_well_formed
from codesets.icd10cm.layout import NOTE_KINDS, NOTE_KINDS_IN_ORDER
from codesets.icd10cm.leaves import Leaves, are_tidy
from codesets.icd10cm.records import (
    DiagColumns,
    ExtensionRecord,
    NoteColumns,
    SeventhDefinition,
    VisualCategory,
    VisualCell,
    VisualRange,
)
from codesets.icd10cm.xml import written
from codesets.problems import AnomalyKind

if TYPE_CHECKING:
    from lxml.etree import _Element

    Places = dict[_Element, int]
    Owned = dict[_Element, range]

__all__ = ["Marked", "assign_notes", "marked_elements", "read_codes", "read_notes"]

_NAME = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?", re.ASCII)
# Possessive: nothing is tried twice, and no way back is kept for 47,000 names.
_NAMES = re.compile(r"(?:[A-Z][0-9A-Z]{2}+(?:\.[0-9A-Z]{1,4}+)?+\n)++", re.ASCII)
_CHARACTER = re.compile(r"[0-9A-Z]", re.ASCII)


_DEFINITION, _VISUAL = "sevenChrDef", "visualImpairment"


class Marked(NamedTuple):
    """The elements that hold notes, seventh characters or a visual impairment table, in order.

    Attributes:
        elements: the elements.
        tags: the name of each.
    """

    elements: list[_Element]
    tags: list[str]

    def named(self, tag: str) -> Iterator[_Element]:
        """Those of a name."""
        return (element for element, other in zip(*self, strict=True) if other == tag)


def marked_elements(root: _Element) -> Marked:
    """All of them, found in one pass over a tree that is what the grammar says."""
    elements = list(root.iter(*NOTE_KINDS, _DEFINITION, _VISUAL))
    return Marked(elements, [cast("str", element.tag) for element in elements])


# Codes.


def read_codes(
    root: _Element, sections: Iterable[_Element], marked: Marked, leaves: Leaves
) -> tuple[DiagColumns, Places]:
    """All `diag` elements.

    Args:
        root: a tree that is what the grammar says.
        sections: its sections, in their order.
        marked: its definitions of seventh characters and visual impairment tables, among others.
        leaves: reads the texts.

    Returns:
        The columns, and the place of each element in them.
    """
    elements: list[_Element] = []
    names: list[str | None] = []
    found: list[str | None] = []
    # By the grammar a section begins with one desc, and every diag with one name and one desc.
    for section in sections:
        elements += section.iter("diag")
        names += [name.text for name in section.iter("name")]
        found += [title.text for title in islice(section.iter("desc"), 1, None)]
    titles = leaves.texts(found, lambda place: elements[place][1])
    codes = _codes(elements, names, leaves)
    places = dict(zip(elements, count(), strict=False))
    parents = _parents(elements, places)
    if len(set(codes)) != len(codes) or not all(codes):
        kept = _without_repeats(elements, codes, parents, leaves)
        elements = [elements[place] for place in kept]
        codes = [codes[place] for place in kept]
        titles = [titles[place] for place in kept]
        places = dict(zip(elements, count(), strict=False))
        parents = _parents(elements, places)
    columns = DiagColumns(
        codes,
        titles,
        parents,
        _sevenths(marked.named(_DEFINITION), places, leaves),
        sorted(places[element] for element in _placeholders(root, leaves) if element in places),
        _visuals(marked.named(_VISUAL), places, leaves),
    )
    return columns, places


def _parents(elements: Sequence[_Element], places: Places) -> list[int]:
    # What is around a diag that is none is a section.
    above: Any = places.get
    return [above(element.getparent(), NONE) for element in elements]


def _codes(elements: list[_Element], found: list[str | None], leaves: Leaves) -> list[str]:
    """The codes without their dots, empty where a name is none."""
    # A name that is written as the publisher does is tidy as well.
    joined = "\n".join([*found, ""]) if all(found) else ""  # type: ignore[list-item]
    if _NAMES.fullmatch(joined) is None:
        names = leaves.texts(found, lambda place: elements[place][0])
        pairs = zip(elements, names, strict=True)
        names = [_odd_name(element[0], name, leaves) for element, name in pairs]
        joined = "\n".join([*names, ""])
    return joined.replace(".", "").split("\n")[:-1]


def _odd_name(element: _Element, text: str, leaves: Leaves) -> str:
    """A name that may not be written as the publisher does; empty if it is no code."""
    if _NAME.fullmatch(text):
        return text
    if not is_well_formed(text):
        if text:
            leaves.loss(element, f"{text!r} is no code")
        return ""
    kind = AnomalyKind.UNEXPECTED_VALUE
    if text != text.upper():
        # The draft of 2011 writes placeholders as `x`.
        kind = AnomalyKind.LETTER_CASE
    leaves.odd(element, kind, f"the code is written {text!r}", text)
    return text.upper()


def _placeholders(root: _Element, leaves: Leaves) -> list[_Element]:
    # By the grammar a diag has no other attribute; to ask for any is quicker.
    marks: Any = root.xpath("descendant::diag/@*")
    for mark in marks:
        # The schema has these two values; the lists have only ever had the first.
        if mark not in ("true", "false"):
            message = f"placeholder={mark[:60]!r} says neither yes nor no"
            leaves.loss(mark.getparent(), message, found=str(mark))
    return [mark.getparent() for mark in marks if mark == "true"]


def _without_repeats(
    elements: Sequence[_Element], codes: list[str], parents: list[int], leaves: Leaves
) -> list[int]:
    """The places left when codes without a name, or that stand twice, are gone with all below."""
    seen: set[str] = set()
    gone: set[int] = set()
    for place, code in enumerate(codes):
        if parents[place] in gone:
            gone.add(place)
        elif not code or code in seen:
            message = f"{code} stands twice" if code else "a code without name"
            leaves.loss(elements[place], message, found=written(elements[place]))
            gone.add(place)
        seen.add(code)
    return [place for place in range(len(codes)) if place not in gone]


# Notes.


def read_notes(
    chapters: Iterable[_Element], marked: Marked, leaves: Leaves
) -> tuple[NoteColumns, Owned]:
    """The notes of every chapter, section and code.

    Args:
        chapters: the chapters of a tree that is what the grammar says, in their order.
        marked: its elements that hold notes, among others.
        leaves: reads the texts.

    Returns:
        The columns, not yet assigned, and the places of the notes of each element that has some.
    """
    numbers = {tag: bytes([NOTE_KINDS_IN_ORDER.index(kind)]) for tag, kind in NOTE_KINDS.items()}
    is_head = [tag in numbers for tag in marked.tags]
    lengths = list(map(len, marked.elements))
    heads, tags = list(compress(marked.elements, is_head)), compress(marked.tags, is_head)
    sizes = list(compress(lengths, is_head))
    firsts = list(accumulate(sizes, initial=0))

    @lru_cache(maxsize=1)
    def inside(head: int) -> list[_Element]:
        return list(heads[head])

    def leaf(place: int) -> _Element:
        head = bisect_right(firsts, place) - 1
        return inside(head)[place - firsts[head]]

    found = _texts_of_notes(chapters, marked, lengths)
    texts = leaves.texts(found, leaf, collapse=True, note=True)
    kinds = b"".join([numbers[tag] * size for tag, size in zip(tags, sizes, strict=True)])
    owners: list[_Element] = []
    starts: list[int] = []
    numbered: list[int] = []
    last: _Element | None = None
    group = 0
    for head, first in zip(heads, firsts, strict=False):
        owner = head.getparent()
        # The elements of a chapter's or section's own come before those inside of it.
        if owner is not last and owner is not None:
            last = owner
            owners.append(owner)
            starts.append(first)
            group = -1
        group += 1
        numbered.append(group)
    starts.append(firsts[-1])
    groups = list(chain.from_iterable(map(repeat, numbered, sizes)))
    if not all(texts):
        kept = list(accumulate(map(bool, texts), initial=0))
        starts = [kept[start] for start in starts]
        kinds, groups = bytes(compress(kinds, texts)), list(compress(groups, texts))
        texts = list(filter(None, texts))
    owned = dict(zip(owners, map(range, starts, starts[1:]), strict=True))
    return NoteColumns(kinds, groups, texts, {}, {}, {}), owned


def _texts_of_notes(
    chapters: Iterable[_Element], marked: Marked, lengths: Sequence[int]
) -> list[str | None]:
    """The texts of all notes but those in definitions, which belong to seventh characters."""
    # All at once, and those taken out again, is quicker than one element after the other.
    found = [note.text for chapter in chapters for note in chapter.iter("note")]
    at = 0
    for element, tag, length in zip(*marked, lengths, strict=True):
        if tag == _DEFINITION:
            del found[at : at + sum(child.tag == "note" for child in element)]
        elif tag != _VISUAL:
            at += length
    return found


def assign_notes(
    notes: NoteColumns, owned: Owned, chapters: Places, sections: Places, codes: Places
) -> None:
    """Say in the columns which chapter, section or code the notes of each element belong to."""
    for places, of_places in (
        (chapters, notes.of_chapters),
        (sections, notes.of_sections),
        (codes, notes.of_codes),
    ):
        found = [element for element in owned if element in places]
        of_places.update({places[e]: owned[e] for e in found if owned[e]})


# What few codes have.


def _sevenths(
    elements: Iterable[_Element], places: Places, leaves: Leaves
) -> dict[int, SeventhDefinition]:
    """The definitions; most say what others say, and are the same object."""
    found: dict[int, SeventhDefinition] = {}
    known: dict[Any, SeventhDefinition] = {}
    for element in elements:
        place = _place(element, places)
        said = tuple([(child.tag, child.get("char"), child.text) for child in element])
        if place in found:
            leaves.loss(element, "a second sevenChrDef in one diag", found=written(element))
        elif place is not None and said in known:
            found[place] = known[said]
        elif place is not None:
            definition = _seventh(element, leaves)
            # Where something is wrong, that is to be told each time.
            is_whole = len(said) == sum(1 + len(e.notes) for e in definition.extensions)
            characters = [character for tag, character, _ in said if tag == "extension"]
            is_whole &= characters == [e.character for e in definition.extensions]
            if is_whole and are_tidy([text for _, _, text in said]):
                known[said] = definition
            if definition.extensions:
                found[place] = definition
            else:
                # By an empty one no code would be billable; the one above it stays in force.
                leaves.loss(element, "a definition without any seventh character")
    return found


def _place(element: _Element, places: Places) -> int | None:
    """The place of the diag around an element; None if it was passed over."""
    parent: Any = element.getparent()
    return places.get(parent)


def _seventh(element: _Element, leaves: Leaves) -> SeventhDefinition:
    """A definition; a note in it is an inclusion term of the extension right before it."""
    extensions: list[ExtensionRecord] = []
    notes: list[str] = []
    for child in element:
        if child.tag == "extension":
            written_so = child.get("char", "")
            # ASCII only: there are letters beyond it whose upper case is within.
            character = written_so.upper() if written_so.isascii() else written_so
            meaning = leaves.text(child)
            taken = any(character == e.character for e in extensions)
            if taken or _CHARACTER.fullmatch(character) is None or not meaning:
                message = f"char={written_so[:60]!r} is no seventh character of its own"
                leaves.loss(element, message, child.sourceline, written(child))
            else:
                if character != written_so:
                    message = f"the seventh character is written {written_so!r}"
                    leaves.odd(child, AnomalyKind.LETTER_CASE, message, written_so)
                notes = []
                extensions.append(ExtensionRecord(character, meaning, notes))
            continue
        text = leaves.text(child, collapse=True, note=True)
        if text and not extensions:
            message = f"a note before the first extension: {text[:60]!r}"
            leaves.loss(element, message, child.sourceline, text)
        elif text:
            notes.append(text)
    return SeventhDefinition(tuple(extensions))


def _visuals(
    elements: Iterable[_Element], places: Places, leaves: Leaves
) -> dict[int, tuple[VisualCategory, ...]]:
    found: dict[int, list[VisualCategory]] = {}
    for element in elements:
        place = _place(element, places)
        if place is not None:
            categories = [_visual_category(category, leaves) for category in element]
            found.setdefault(place, []).extend(categories)
    return {place: tuple(categories) for place, categories in found.items()}


def _visual_category(element: _Element, leaves: Leaves) -> VisualCategory:
    label: VisualCell | None = None
    ranges: list[VisualRange] = []
    for child in element:
        if child.tag == "visRange":
            ranges.append(_visual_range(child, leaves))
        elif label is not None:
            leaves.loss(child, "a second label in one visCategory", found=written(child))
        else:
            label = VisualCell(leaves.text(child), child.tag == "heading")
    return VisualCategory(label, tuple(ranges))


def _visual_range(element: _Element, leaves: Leaves) -> VisualRange:
    heading = ""
    limits: dict[str, VisualCell] = {}
    for child in element:
        cells = [child] if child.tag == "heading" else list(child)
        for cell in cells:
            tag = str(child.tag)
            if tag in limits or (tag == "heading" and heading):
                leaves.loss(child, f"a second {tag} in one visRange", found=written(cell))
            elif tag == "heading":
                heading = leaves.text(cell)
            else:
                limits[tag] = VisualCell(leaves.text(cell), cell.tag == "heading")
    return VisualRange(heading, limits.get("visMax"), limits.get("visMin"))
