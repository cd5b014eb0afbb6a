"""Reader of the tabular list (root element `ICD10CM.tabular`).

The grammar is `layout.ELEMENTS`. Whatever it does not know would be lost and is refused; whatever
is odd but loses nothing is read and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

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
from codesets.icd10cm.xml import Row, parse_rows
from codesets.problems import AnomalyKind, Problems

__all__ = ["read_tabular"]

ROOT = "ICD10CM.tabular"

_NAME = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?", re.ASCII)
_RANGE = re.compile(r"\(([0-9A-Z]{3}(?:-[0-9A-Z]{3})?)\)\s*$")
_CHARACTER = re.compile(r"[0-9A-Z]", re.ASCII)
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
        return _Reader(parse_rows(data, ROOT, ELEMENTS, problems), problems).read()


@define(eq=False)
class _Reader:
    """Walks the rows; each method reads the element at `at` and leaves `at` behind it."""

    rows: list[Row]
    problems: Problems
    at: int = field(init=False, default=0)
    chapter_number: str = field(init=False, default="")
    owner: str = field(init=False, default="")
    seen: set[str] = field(init=False, factory=set)

    def read(self) -> TabularFile:
        version = ""
        introduction: tuple[IntroSection, ...] = ()
        chapters: list[ChapterRecord] = []
        for tag in self.children():
            if tag == "version":
                version = self.leaf()
            elif tag == "introduction":
                introduction = tuple(self.intro() for _ in self.children())
            else:
                chapters.append(self.chapter())
        if not chapters:
            raise self.problems.fatal("the tabular list has no chapter")
        return TabularFile(
            self.problems.file, version, introduction, tuple(chapters), self.problems.anomalies
        )

    # Walking.

    def children(self) -> Iterator[str]:
        """Enter the element at hand; the names of its children, each to be read before the next."""
        tag, size, _, _, attributes = self.rows[self.at]
        if attributes:
            self.attributes()
        self.at += 1
        return self.next_children(tag, size)

    def next_children(self, tag: str, size: int) -> Iterator[str]:
        """The names of the next `size` children of an element `tag`.

        What the grammar does not have is refused here and passed over.
        """
        allowed = ELEMENTS[tag].children
        rows = self.rows
        for _ in range(size):
            child = rows[self.at][0]
            if child in allowed:
                yield child
            else:
                self.foreign(tag, child)

    def foreign(self, parent: str, child: object) -> None:
        line = self.rows[self.at][3]
        if isinstance(child, str):
            self.loss(f"unknown element {child} in {parent}", line, parent)
        elif getattr(child, "__name__", "") == "Entity":
            self.loss("an entity, which is not read", line, parent)
        else:
            text = self.rows[self.at][2] or ""
            message = "a comment or processing instruction"
            self.odd(AnomalyKind.COMMENT, message, line, parent, text)
        self.skip()

    def skip(self) -> None:
        """Pass over the element at hand with all below it."""
        left = 1
        while left:
            left += self.rows[self.at][1] - 1
            self.at += 1

    def attributes(self) -> dict[str, str]:
        """The attributes of the element at hand."""
        tag, _, _, line, attributes = self.rows[self.at]
        for name, _ in attributes:
            if name not in ELEMENTS[tag].attributes:
                self.loss(f"unknown attribute {name} of {tag}", line, tag)
        return dict(attributes)

    def leaf(self, *, collapse: bool = False, wrapped: bool = False, note: bool = False) -> str:
        """The text of the element at hand, without blanks around it.

        Args:
            collapse: also make every run of white space one blank.
            wrapped: blanks around the text are the publisher's habit here, no oddity.
            note: an empty text is an oddity instead of a loss.
        """
        tag, size, text, line, attributes = self.rows[self.at]
        if attributes:
            self.attributes()
        self.at += 1
        for _ in range(size):
            self.foreign(tag, self.rows[self.at][0])
        if text and _is_tidy(text):
            return text
        return self.tidied(tag, text or "", line, collapse or wrapped, wrapped, note)

    def tidied(
        self, tag: str, text: str, line: int, collapse: bool, silent: bool, note: bool
    ) -> str:
        clean = text.strip()
        if not clean:
            if note:
                self.odd(AnomalyKind.EMPTY_NOTE, f"an empty {tag}", line, tag, text)
            else:
                self.loss(f"{tag} without text", line, tag)
            return ""
        # Titles keep their doubled blanks: the order files of 2012 to 2018 have them too.
        if collapse or _LINE_BREAK.search(clean):
            clean = " ".join(clean.split())
        if clean != text and not silent:
            self.odd(AnomalyKind.BLANKS, f"stray white space in {tag}, tidied", line, tag, text)
        return clean

    def loss(self, message: str, line: int, tag: str = "") -> None:
        self.problems.loss(message, line=line, path=self.path(tag))

    def odd(
        self, kind: AnomalyKind, message: str, line: int, tag: str = "", found: str = ""
    ) -> None:
        self.problems.oddity(kind, message, line=line, path=self.path(tag), found=found)

    def out_of_order(self, message: str, tag: str) -> None:
        self.odd(AnomalyKind.ELEMENT_ORDER, message, self.rows[self.at][3], tag)

    def path(self, tag: str) -> str:
        chapter = f"chapter {self.chapter_number}" if self.chapter_number else ""
        parts = (chapter, self.owner, "" if tag in ("diag", "section", "chapter") else tag)
        return " / ".join(part for part in parts if part)

    # Reading.

    def intro(self) -> IntroSection:
        kind = self.attributes().get("type", "")
        title = ""
        instructions: list[tuple[str, ...]] = []
        for tag in self.children():
            if tag == "title":
                title = self.leaf()
            else:
                instructions.append(tuple(self.leaf(collapse=True) for _ in self.children()))
        return IntroSection(kind, title, tuple(instructions))

    def chapter(self) -> ChapterRecord:
        line = self.rows[self.at][3]
        self.chapter_number = self.owner = ""
        title = ""
        notes: list[NoteRecord] = []
        index: tuple[SectionRef, ...] = ()
        index_after = groups = 0
        sections: list[SectionRecord] = []
        for tag in self.children():
            if tag == "section":
                sections.append(self.section())
                self.owner = ""
            elif tag == "name":
                self.chapter_number = self.leaf()
            elif tag == "desc":
                title = self.leaf()
            elif tag == "sectionIndex":
                index = tuple(self.section_ref() for _ in self.children())
                index_after = groups
            else:
                if sections:
                    self.out_of_order("a note stands after a section", tag)
                self.add_notes(NOTE_KINDS[tag], groups, notes)
                groups += 1
        if not self.chapter_number.isdigit() or not title:
            self.loss(f"a chapter without desc or number ({self.chapter_number!r})", line)
        return ChapterRecord(
            self.chapter_number, title, tuple(notes), index, index_after, tuple(sections), line
        )

    def section_ref(self) -> SectionRef:
        found = self.attributes()
        # The publisher wraps these texts in line ends and indentation, always.
        title = self.leaf(wrapped=True)
        return SectionRef(found.get("first", ""), found.get("last", ""), found.get("id", ""), title)

    def section(self) -> SectionRecord:
        line = self.rows[self.at][3]
        self.owner = name = self.attributes().get("id", "")
        title = ""
        notes: list[NoteRecord] = []
        groups = 0
        codes: list[DiagRecord] = []
        for tag in self.children():
            if tag == "diag":
                self.diag(0, codes)
                self.owner = name
            elif tag == "desc":
                title = self.leaf()
            else:
                if codes:
                    self.out_of_order("a note stands after a code", tag)
                self.add_notes(NOTE_KINDS[tag], groups, notes)
                groups += 1
        if not title:
            self.loss("a section without desc", line)
        elif not name:
            # The draft of 2011 has no ids; an id always equals the range at the end of desc.
            found = _RANGE.search(title)
            name = found[1] if found else title
            self.odd(AnomalyKind.MISSING_PART, "a section without id; taken from desc", line)
        return SectionRecord(name, title, tuple(notes), tuple(codes), line)

    def diag(self, depth: int, codes: list[DiagRecord]) -> None:
        """Append the record of one `diag` and of those below it."""
        place = len(codes)
        _, size, _, line, attributes = self.rows[self.at]
        if attributes:
            self.attributes()
        code, title = self.usual_start(size)
        if code:
            size -= 2
        else:
            self.at += 1
        notes: list[NoteRecord] = []
        groups = 0
        seventh: SeventhDefinition | None = None
        visual: tuple[VisualCategory, ...] = ()
        # Reserved first, so that the codes below come after it; filled when all is read.
        codes.append(_UNREAD)
        for tag in self.next_children("diag", size) if size else ():
            if tag == "diag":
                self.diag(depth + 1, codes)
                self.owner = code
            elif tag == "name":
                if title or notes:
                    self.out_of_order("name does not stand first", tag)
                code = self.owner = self.name()
            elif tag == "desc":
                if notes:
                    self.out_of_order("desc stands after a note", tag)
                title = self.leaf()
            else:
                if len(codes) > place + 1:
                    self.out_of_order(f"{tag} stands after a code below", tag)
                if tag == "sevenChrDef":
                    if seventh is not None:
                        self.loss("a second sevenChrDef in one diag", line, tag)
                    seventh = self.seventh(notes)
                elif tag == "visualImpairment":
                    visual = tuple(self.visual_category() for _ in self.children())
                else:
                    self.add_notes(NOTE_KINDS[tag], groups, notes)
                    groups += 1
        code = code.replace(".", "")
        if not code or not title or code in self.seen:
            problem = f"{code} stands twice" if code in self.seen else "a code without name or desc"
            self.loss(problem, line)
            del codes[place:]
            return
        self.seen.add(code)
        is_placeholder = bool(attributes) and dict(attributes).get("placeholder") == "true"
        codes[place] = DiagRecord(
            code, title, depth, tuple(notes), seventh, is_placeholder, visual, line
        )

    def usual_start(self, size: int) -> tuple[str, str]:
        """Name and title of the `diag` at hand where all is as the publisher always writes it.

        A quick way for nearly every code of a release; empty, and nothing read, for any other.
        """
        if size >= 2:
            tag, inner, name, _, attributes = self.rows[self.at + 1]
            if tag == "name" and name and not inner and not attributes and _NAME.fullmatch(name):
                tag, inner, title, _, attributes = self.rows[self.at + 2]
                if tag == "desc" and title and not inner and not attributes and _is_tidy(title):
                    self.at += 3
                    self.owner = name
                    return name, title
        return "", ""

    def name(self) -> str:
        line = self.rows[self.at][3]
        text = self.leaf()
        if _NAME.fullmatch(text) is None and text:
            if not is_well_formed(text):
                self.owner = text
                self.loss(f"{text!r} is no code", line, "name")
                return ""
            kind = AnomalyKind.UNEXPECTED_VALUE
            if text != text.upper():
                # The draft of 2011 writes placeholders as `x`.
                kind = AnomalyKind.LETTER_CASE
            self.odd(kind, f"the code is written {text!r}", line, "name", text)
        return text.upper()

    def add_notes(self, kind: NoteKind, group: int, notes: list[NoteRecord]) -> None:
        for _ in self.children():
            line = self.rows[self.at][3]
            text = self.leaf(collapse=True, note=True)
            if text:
                notes.append(NoteRecord(kind, group, text, line))

    def seventh(self, notes: list[NoteRecord]) -> SeventhDefinition:
        """A definition; a note in it is an inclusion term of the extension right before it."""
        line = self.rows[self.at][3]
        extensions: list[ExtensionRecord] = []
        for tag in self.children():
            place = self.rows[self.at][3]
            if tag == "extension":
                character = self.attributes().get("char", "").upper()
                meaning = self.leaf()
                taken = any(character == e.character for e in extensions)
                if taken or _CHARACTER.fullmatch(character) is None or not meaning:
                    message = f"char={character!r} is no seventh character of its own"
                    self.loss(message, place, "sevenChrDef")
                else:
                    extensions.append(ExtensionRecord(character, meaning, ()))
                continue
            text = self.leaf(collapse=True, note=True)
            if not text:
                continue
            note = NoteRecord(NoteKind.INCLUSION_TERM, 0, text, place)
            if extensions:
                last = extensions[-1]
                added = (*last.notes, note)
                extensions[-1] = ExtensionRecord(last.character, last.meaning, added)
            else:
                message = "a note stands before the first extension"
                self.odd(AnomalyKind.ELEMENT_ORDER, message, place, "sevenChrDef")
                notes.append(note)
        return SeventhDefinition(tuple(extensions), line)

    def visual_category(self) -> VisualCategory:
        label: VisualCell | None = None
        ranges: list[VisualRange] = []
        for tag in self.children():
            if tag == "visRange":
                ranges.append(self.visual_range())
            else:
                label = VisualCell(self.leaf(), tag == "heading")
        return VisualCategory(label, tuple(ranges))

    def visual_range(self) -> VisualRange:
        heading = ""
        limits: dict[str, VisualCell] = {}
        for tag in self.children():
            if tag == "heading":
                heading = self.leaf()
            else:
                for cell in self.children():
                    limits[tag] = VisualCell(self.leaf(), cell == "heading")
        return VisualRange(heading, limits.get("visMax"), limits.get("visMin"))


def _is_tidy(text: str) -> bool:
    return text.isprintable() and "  " not in text and text[0] != " " and text[-1] != " "


_UNREAD: Any = None
"""Stands in the list of records until a `diag` has been read whole."""
