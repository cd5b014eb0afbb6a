"""Reader of the tabular list (root element `ICD10CM.tabular`).

The grammar is `layout.ELEMENTS`, and `xml` hands over a tree that is exactly that. What the list
holds by the ten thousand, `diags` reads.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from attrs import define, field

from codesets._gc import gc_suspended
from codesets.compiled.format import NONE
from codesets.icd10cm.diags import assign_notes, marked_elements, read_codes, read_notes
from codesets.icd10cm.layout import ELEMENTS, NOTE_KINDS
from codesets.icd10cm.leaves import Leaves
from codesets.icd10cm.records import (
    ChapterRecord,
    DiagColumns,
    IntroSection,
    SectionRecord,
    SectionRef,
    TabularFile,
)
from codesets.icd10cm.xml import parse_checked, written
from codesets.problems import AnomalyKind, Problems

if TYPE_CHECKING:
    from lxml.etree import _Element

    from codesets.icd10cm.diags import Places

__all__ = ["read_tabular"]

ROOT = "ICD10CM.tabular"

# A number as `chapters` is keyed by; the official lists have 22 chapters at most.
_NUMBER = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)
_RANGE = re.compile(r"\(([0-9A-Z]{3}(?:-[0-9A-Z]{3})?)\)\s*$")


def read_tabular(data: bytes, file: str, *, lenient: bool = False) -> TabularFile:
    """Read a tabular list whole.

    Args:
        data: the bytes of the XML file.
        file: its name, for errors and anomalies.
        lenient: list what cannot be read instead of raising.

    Returns:
        What it holds, in document order, with the anomalies of the file.

    Raises:
        SourceFormatError: the file is no sound tabular list; names line and path.
    """
    problems = Problems(file, lenient)
    with gc_suspended():
        root = parse_checked(data, ROOT, ELEMENTS, problems)
        return _Reader(root, Leaves(problems)).read()


@define(eq=False, repr=False)
class _Reader:
    """Reads a tree that is what the grammar says."""

    root: _Element
    leaves: Leaves
    divisions: set[str] = field(init=False, factory=set)

    def read(self) -> TabularFile:
        version = self.leaves.text(self.root[0])
        introduction = tuple(self.intro(part) for part in self.root[1])
        marked = marked_elements(self.root)
        notes, owned = read_notes(self.root[2:], marked, self.leaves)
        section_places = _numbered([s for c in self.root[2:] for s in c.iterchildren("section")])
        codes, code_places = read_codes(self.root, section_places, marked, self.leaves)
        if not codes.codes:
            raise self.leaves.problems.fatal("the tabular list has no code")
        chapter_places = _numbered(self.root[2:])
        assign_notes(notes, owned, chapter_places, section_places, code_places)
        spans = self.spans(codes, code_places, section_places)
        chapters: list[ChapterRecord] = []
        sections: list[SectionRecord] = []
        for place, chapter in enumerate(chapter_places):
            chapters.append(self.chapter(chapter, place, len(sections)))
            for section in chapter.iterchildren("section"):
                sections.append(self.section(section, codes, spans[len(sections)]))
        return TabularFile(
            self.leaves.problems.file,
            version,
            introduction,
            tuple(chapters),
            tuple(sections),
            codes,
            notes,
            self.leaves.problems.anomalies,
        )

    def spans(
        self, codes: DiagColumns, code_places: Places, section_places: Places
    ) -> list[list[int]]:
        """For each section the places right under it, and last the one after all in it."""
        spans: list[list[int]] = [[] for _ in section_places]
        for element, parent, place in zip(code_places, codes.parents, count(), strict=False):
            section = element.getparent() if parent == NONE else None
            if section is not None:
                spans[section_places[section]].append(place)
        end = len(codes.codes)
        for span in reversed(spans):
            span.append(end)
            end = span[0]
        return spans

    def once(self, element: _Element, name: str) -> None:
        """Refuse a chapter or section that stands twice."""
        if name in self.divisions:
            self.leaves.loss(element, f"{name} stands twice")
        self.divisions.add(name)

    def intro(self, element: _Element) -> IntroSection:
        titles = [self.leaves.text(child) for child in element if child.tag == "title"]
        if len(titles) > 1:
            lost = "\n".join(titles[1:])
            self.leaves.loss(element, "a second title in one introSection", found=lost)
        return IntroSection(
            element.get("type", ""),
            "".join(titles[:1]),
            tuple(
                tuple(self.leaves.text(note, collapse=True) for note in child)
                for child in element
                if child.tag == "instruction"
            ),
        )

    def chapter(self, element: _Element, place: int, first_section: int) -> ChapterRecord:
        number, title = self.leaves.text(element[0]), self.leaves.text(element[1])
        if _NUMBER.fullmatch(number) is None:
            message = f"a chapter is named by its number, not {number[:60]!r}"
            self.leaves.loss(element, message, found=number)
            number = str(place + 1)
        self.once(element, f"chapter {number}")
        index: tuple[SectionRef, ...] = ()
        index_after = 0
        for repeat, child in enumerate(element.iterchildren("sectionIndex")):
            if repeat:
                message = "a second sectionIndex in one chapter"
                self.leaves.loss(child, message, found=written(child))
                break
            index = tuple(map(self.section_ref, child))
            before = [sibling.tag for sibling in child.itersiblings(preceding=True)]
            index_after = len([tag for tag in before if tag in NOTE_KINDS])
        return ChapterRecord(number, title, index, index_after, first_section)

    def section_ref(self, element: _Element) -> SectionRef:
        first, last, name = (element.get(key, "") for key in ("first", "last", "id"))
        return SectionRef(first, last, name, self.leaves.text(element, collapse=True))

    def section(self, element: _Element, codes: DiagColumns, span: list[int]) -> SectionRecord:
        title = self.leaves.text(element[0])
        name = element.get("id", "")
        if title and not name:
            # The draft of 2011 has no ids; an id always equals the range at the end of desc.
            found = _RANGE.search(title)
            name = found[1] if found else title
            message = "a section without id; taken from desc"
            self.leaves.odd(element, AnomalyKind.MISSING_PART, message)
        former = element.get("oldid")
        if former:
            message = f"a former id of the section: {former}"
            self.leaves.odd(element, AnomalyKind.FORMER_ID, message, former)
        self.once(element, f"section {name}")
        *categories, end = span
        return SectionRecord(
            name,
            title,
            span[0],
            end,
            tuple(codes.codes[place] for place in categories),
            element.sourceline,
        )


def _numbered(elements: list[_Element]) -> Places:
    return {element: place for place, element in enumerate(elements)}
