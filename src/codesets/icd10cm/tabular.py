"""Reader of the tabular list (root element `ICD10CM.tabular`).

The grammar is `layout.ELEMENTS`, and `xml` hands over a tree that is exactly that. It is read one
kind of element after the other: going down the tree in Python would take several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field

from codesets._gc import gc_suspended
from codesets.icd10cm.code import is_well_formed
from codesets.icd10cm.layout import ELEMENTS, NOTE_KINDS, NoteKind
from codesets.icd10cm.records import (
    ChapterRecord,
    DiagRecord,
    ExtensionRecord,
    IntroSection,
    NoteRecord,
    SectionRecord,
    SectionRef,
    SeventhDefinition,
    TabularFile,
    VisualCategory,
    VisualCell,
    VisualRange,
)
from codesets.icd10cm.xml import parse_checked, path_of
from codesets.problems import AnomalyKind, Problems

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_tabular"]

ROOT = "ICD10CM.tabular"

_NAME = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?", re.ASCII)
_NAMES = re.compile(rf"(?:{_NAME.pattern}(?:\n|\Z))*", re.ASCII)
_CHARACTER = re.compile(r"[0-9A-Z]", re.ASCII)
_RANGE = re.compile(r"\(([0-9A-Z]{3}(?:-[0-9A-Z]{3})?)\)\s*$")
_LINE_BREAK = re.compile(r"[\t\n\r]")


def read_tabular(data: bytes, file: str, *, lenient: bool = False) -> TabularFile:
    """Read a tabular list whole.

    Args:
        data: the bytes of the XML file.
        file: its name, for errors and anomalies.
        lenient: list what cannot be read instead of raising.

    Returns:
        The records in document order, with the anomalies of the file.

    Raises:
        SourceFormatError: the file is no sound tabular list; names line and path.
    """
    problems = Problems(file, lenient)
    with gc_suspended():
        return _Reader(parse_checked(data, ROOT, ELEMENTS, problems), problems).read()


@define(eq=False)
class _Reader:
    """Reads a tree that is what the grammar says."""

    root: _Element
    problems: Problems
    notes: dict[_Element, list[NoteRecord]] = field(init=False, factory=dict)
    codes: dict[_Element, list[DiagRecord]] = field(init=False, factory=dict)
    divisions: set[str] = field(init=False, factory=set)

    def read(self) -> TabularFile:
        version = self.leaf(self.root[0])
        introduction = tuple(self.intro(part) for part in self.root[1])
        chapters = self.root[2:]
        self.read_notes()
        self.read_codes()
        if not self.codes:
            raise self.problems.fatal("the tabular list has no code")
        return TabularFile(
            self.problems.file,
            version,
            introduction,
            tuple(self.chapter(chapter) for chapter in chapters),
            self.problems.anomalies,
        )

    # Texts.

    def leaf(self, element: _Element, *, collapse: bool = False, note: bool = False) -> str:
        """The text of a leaf, without blanks around it.

        Args:
            element: the leaf.
            collapse: also make every run of white space one blank.
            note: an empty text is an oddity instead of a loss.
        """
        text = element.text or ""
        if text and _is_tidy(text):
            return text
        clean = text.strip()
        tag = str(element.tag)
        if not clean:
            if note:
                self.odd(element, AnomalyKind.EMPTY_NOTE, f"an empty {tag}", text)
            else:
                self.loss(element, f"{tag} without text")
            return ""
        # Titles keep their doubled blanks: the order files of 2012 to 2018 have them too.
        if collapse or _LINE_BREAK.search(clean):
            clean = " ".join(clean.split())
        # The publisher wraps the entries of an index of sections in line ends, always.
        if clean != text and tag != "sectionRef":
            self.odd(element, AnomalyKind.BLANKS, f"stray white space in {tag}, tidied", text)
        return clean

    def loss(self, element: _Element, message: str, line: int | None = None) -> None:
        line = line or element.sourceline
        self.problems.loss(message, line=line, path=path_of(element))

    def odd(self, element: _Element, kind: AnomalyKind, message: str, found: str = "") -> None:
        line, path = element.sourceline, path_of(element)
        self.problems.oddity(kind, message, line=line, path=path, found=found)

    def once(self, element: _Element, name: str) -> None:
        """Refuse a chapter or section that stands twice."""
        if name in self.divisions:
            self.loss(element, f"{name} stands twice")
        self.divisions.add(name)

    # Codes and notes, in bulk.

    def read_notes(self) -> None:
        """The notes of every chapter, section and code."""
        owner: _Element | None = None
        own: list[NoteRecord] = []
        group = 0
        kinds: Mapping[Any, NoteKind] = NOTE_KINDS
        new: Callable[..., NoteRecord] = tuple.__new__  # without a Python call for each
        for element in self.root.iter(*NOTE_KINDS):
            parent = element.getparent()
            if parent is not owner and parent is not None:
                # The elements of a chapter's or section's own come before those inside of it.
                owner, own, group = parent, self.notes.setdefault(parent, []), 0
            kind = kinds[element.tag]
            for child in element:
                text = child.text
                # `_is_tidy`, inline: there are 25,000 notes, and 104 are not.
                if not text or "  " in text or text.strip() != text or not text.isprintable():
                    text = self.leaf(child, collapse=True, note=True)
                    if not text:
                        continue
                own.append(new(NoteRecord, (kind, group, text, child.sourceline)))
            group += 1

    def read_codes(self) -> None:
        """The records of all `diag` elements, by section."""
        elements = list(self.root.iter("diag"))
        # By the grammar every diag has one name and one desc; the others' are left out.
        divisions = list(self.root.iter("chapter", "section"))
        others = {child for element in divisions for child in element.iterchildren("name", "desc")}
        names = [name.text for name in self.root.iter("name") if name not in others]
        titles = [title.text for title in self.root.iter("desc") if title not in others]
        if not _all_tidy(titles):
            titles = [self.leaf(element[1]) for element in elements]
        if not _all_tidy(names) or _NAMES.fullmatch("\n".join(names)) is None:  # type: ignore[arg-type]
            names = [self.odd_name(element[0]) for element in elements]
        codes = "\n".join(names).replace(".", "").split("\n") if names else []  # type: ignore[arg-type]
        notes: list[tuple[NoteRecord, ...]] = [()] * len(elements)
        sevenths: list[SeventhDefinition | None] = [None] * len(elements)
        visuals: list[tuple[VisualCategory, ...]] = [()] * len(elements)
        placeholders = [False] * len(elements)
        place_of = {element: place for place, element in enumerate(elements)}
        for element, own in self.notes.items():
            if element in place_of:
                notes[place_of[element]] = tuple(own)
        for element in self.root.iter("sevenChrDef"):
            place = place_of[_parent(element)]
            if sevenths[place] is None:
                sevenths[place] = self.seventh(element)
            else:
                self.loss(element, "a second sevenChrDef in one diag")
        for element in self.root.iter("visualImpairment"):
            place = place_of[_parent(element)]
            visuals[place] += tuple(map(self.visual_category, element))
        for place, element in enumerate(elements):
            if element.keys():
                placeholders[place] = element.get("placeholder") == "true"
        depths, sections = self.places(elements)
        lines = [element.sourceline for element in elements]
        columns = zip(
            codes, titles, depths, notes, sevenths, placeholders, visuals, lines, strict=True
        )
        # What `DiagRecord(*row)` does for each row, without a Python call each.
        records = list(map(partial(tuple.__new__, DiagRecord), columns))
        if len(set(codes)) != len(codes) or not all(codes):
            records, sections = self.without_repeats(elements, records, sections)
        for section, start, end in sections:
            self.codes[section] = records[start:end]

    def places(self, elements: list[_Element]) -> tuple[list[int], list[tuple[_Element, int, int]]]:
        """The depth of every `diag`, and for each section its first and the one after its last."""
        depth_of: dict[_Element, int] = {}
        depths: list[int] = []
        starts: list[tuple[_Element, int]] = []
        section: _Element | None = None
        for element in elements:
            parent = element.getparent()
            depth = depth_of.get(parent, 0)  # type: ignore[arg-type]  # no root is a diag
            if not depth and parent is not section and parent is not None:
                section = parent
                starts.append((parent, len(depths)))
            depth_of[element] = depth + 1
            depths.append(depth)
        ends = [*(start for _, start in starts[1:]), len(elements)][: len(starts)]
        return depths, [(e, start, end) for (e, start), end in zip(starts, ends, strict=True)]

    def without_repeats(
        self,
        elements: list[_Element],
        records: list[DiagRecord],
        sections: list[tuple[_Element, int, int]],
    ) -> tuple[list[DiagRecord], list[tuple[_Element, int, int]]]:
        """Pass over a code without a name, or that stands twice, and all below it."""
        seen: set[str] = set()
        kept: list[DiagRecord] = []
        bounds: list[tuple[_Element, int, int]] = []
        for section, start, end in sections:
            first = len(kept)
            below: int | None = None
            for element, record in zip(elements[start:end], records[start:end], strict=True):
                if below is not None and record.depth > below:
                    continue
                below = None
                if not record.code or record.code in seen:
                    code = record.code
                    self.loss(element, f"{code} stands twice" if code else "a code without name")
                    below = record.depth
                    continue
                seen.add(record.code)
                kept.append(record)
            bounds.append((section, first, len(kept)))
        return kept, bounds

    def odd_name(self, element: _Element) -> str:
        """A name that is not written as the publisher does; empty if it is no code."""
        text = self.leaf(element)
        if _NAME.fullmatch(text):
            return text
        if not is_well_formed(text):
            if text:
                self.loss(element, f"{text!r} is no code")
            return ""
        kind = AnomalyKind.UNEXPECTED_VALUE
        if text != text.upper():
            # The draft of 2011 writes placeholders as `x`.
            kind = AnomalyKind.LETTER_CASE
        self.odd(element, kind, f"the code is written {text!r}", text)
        return text.upper()

    def seventh(self, element: _Element) -> SeventhDefinition:
        """A definition; a note in it is an inclusion term of the extension right before it."""
        extensions: list[ExtensionRecord] = []
        for child in element:
            if child.tag == "extension":
                character = child.get("char", "").upper()
                meaning = self.leaf(child)
                taken = any(character == e.character for e in extensions)
                if taken or _CHARACTER.fullmatch(character) is None or not meaning:
                    message = f"char={character!r} is no seventh character of its own"
                    self.loss(element, message, line=child.sourceline)
                else:
                    extensions.append(ExtensionRecord(character, meaning, ()))
                continue
            text = self.leaf(child, collapse=True, note=True)
            note = NoteRecord(NoteKind.INCLUSION_TERM, 0, text, child.sourceline or 0)
            if text and not extensions:
                message = f"a note before the first extension: {text[:60]!r}"
                self.loss(element, message, line=child.sourceline)
            elif text:
                last = extensions.pop()
                added = (*last.notes, note)
                extensions.append(ExtensionRecord(last.character, last.meaning, added))
        return SeventhDefinition(tuple(extensions), element.sourceline or 0)

    # What stands around the codes.

    def intro(self, element: _Element) -> IntroSection:
        titles = [self.leaf(child) for child in element if child.tag == "title"]
        if len(titles) > 1:
            self.loss(element, "a second title in one introSection")
        return IntroSection(
            element.get("type", ""),
            "".join(titles[:1]),
            tuple(
                tuple(self.leaf(note, collapse=True) for note in child)
                for child in element
                if child.tag == "instruction"
            ),
        )

    def chapter(self, element: _Element) -> ChapterRecord:
        number, title = self.leaf(element[0]), self.leaf(element[1])
        if not (number.isascii() and number.isdigit()):
            self.loss(element, f"a chapter is named by its number, not {number!r}")
            number = str(1 + sum(1 for _ in element.itersiblings("chapter", preceding=True)))
        self.once(element, f"chapter {number}")
        index: tuple[SectionRef, ...] = ()
        index_after = 0
        for place, child in enumerate(element.iterchildren("sectionIndex")):
            if place:
                self.loss(child, "a second sectionIndex in one chapter")
                break
            index = tuple(map(self.section_ref, child))
            before = [sibling.tag for sibling in child.itersiblings(preceding=True)]
            index_after = len([tag for tag in before if tag in NOTE_KINDS])
        return ChapterRecord(
            number,
            title,
            tuple(self.notes.get(element, ())),
            index,
            index_after,
            tuple(self.section(section) for section in element.iterchildren("section")),
            element.sourceline or 0,
        )

    def section_ref(self, element: _Element) -> SectionRef:
        first, last, name = (element.get(key, "") for key in ("first", "last", "id"))
        return SectionRef(first, last, name, self.leaf(element, collapse=True))

    def section(self, element: _Element) -> SectionRecord:
        title = self.leaf(element[0])
        name = element.get("id", "")
        if title and not name:
            # The draft of 2011 has no ids; an id always equals the range at the end of desc.
            found = _RANGE.search(title)
            name = found[1] if found else title
            message = "a section without id; taken from desc"
            self.odd(element, AnomalyKind.MISSING_PART, message)
        self.once(element, f"section {name}")
        return SectionRecord(
            name,
            title,
            tuple(self.notes.get(element, ())),
            tuple(self.codes.get(element, ())),
            element.sourceline or 0,
        )

    def visual_category(self, element: _Element) -> VisualCategory:
        label: VisualCell | None = None
        ranges: list[VisualRange] = []
        for child in element:
            if child.tag == "visRange":
                ranges.append(self.visual_range(child))
            elif label is not None:
                self.loss(child, "a second label in one visCategory")
            else:
                label = VisualCell(self.leaf(child), child.tag == "heading")
        return VisualCategory(label, tuple(ranges))

    def visual_range(self, element: _Element) -> VisualRange:
        heading = ""
        limits: dict[str, VisualCell] = {}
        for child in element:
            cells = [child] if child.tag == "heading" else list(child)
            for cell in cells:
                tag = str(child.tag)
                if tag in limits or (tag == "heading" and heading):
                    self.loss(child, f"a second {tag} in one visRange")
                elif tag == "heading":
                    heading = self.leaf(cell)
                else:
                    limits[tag] = VisualCell(self.leaf(cell), cell.tag == "heading")
        return VisualRange(heading, limits.get("visMax"), limits.get("visMin"))


def _parent(element: _Element) -> _Element:
    parent = element.getparent()
    if parent is None:
        raise ValueError(f"{element.tag!s} has no parent")
    return parent


def _all_tidy(texts: list[str | None]) -> bool:
    """True if every text is there and tidy, in a few steps for all."""
    if not all(texts) or [text.strip() for text in texts] != texts:  # type: ignore[union-attr]
        return False
    joined = "".join(texts)  # type: ignore[arg-type]  # all are texts
    return "  " not in joined and joined.isprintable()


def _is_tidy(text: str) -> bool:
    return text.isprintable() and "  " not in text and text[0] != " " and text[-1] != " "
