"""What the readers of ICD-10-CM files yield: frozen records, each with its line in the file.

The records that a file holds by the ten thousand are named tuples, which are made three times as
fast as other frozen classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from attrs import frozen

from codesets.icd10cm.layout import NoteKind
from codesets.problems import Anomaly

__all__ = [
    "ChapterRecord",
    "CodesFile",
    "CodesRecord",
    "DiagRecord",
    "ExtensionRecord",
    "IntroSection",
    "NoteRecord",
    "OrderFile",
    "OrderRecord",
    "SectionRecord",
    "SectionRef",
    "SeventhDefinition",
    "TabularFile",
    "VisualCategory",
    "VisualCell",
    "VisualRange",
]


class NoteRecord(NamedTuple):
    """One note.

    Attributes:
        kind: what kind of note element holds it.
        group: number of that element among the note elements of its parent, from 0; an element
            may be repeated, and its notes belong together.
        text: the text, white space collapsed.
        line: line in the file.
    """

    kind: NoteKind
    group: int
    text: str
    line: int


@frozen
class ExtensionRecord:
    """One seventh character of a definition, with the notes that follow it."""

    character: str
    meaning: str
    notes: tuple[NoteRecord, ...]


@frozen
class SeventhDefinition:
    """One `sevenChrDef`: the characters in the order of the file."""

    extensions: tuple[ExtensionRecord, ...]
    line: int


@frozen
class VisualCell:
    """A cell of the visual impairment table; a heading or a value."""

    text: str
    is_heading: bool


@frozen
class VisualRange:
    """One range of visual acuity, with its heading and its two limits."""

    heading: str
    maximum: VisualCell | None
    minimum: VisualCell | None


@frozen
class VisualCategory:
    """One category of the visual impairment table (ICD-10-CM H54.8), with its ranges."""

    label: VisualCell | None
    ranges: tuple[VisualRange, ...]


class DiagRecord(NamedTuple):
    """One `diag` element.

    Attributes:
        code: the code without its dot.
        title: text of `desc`.
        depth: 0 under a section, one more for each `diag` around it.
        notes: notes in the order of the file.
        seventh: its own definition of seventh characters.
        is_placeholder: the element is marked `placeholder="true"`.
        visual: its visual impairment table.
        line: line in the file.
    """

    code: str
    title: str
    depth: int
    notes: tuple[NoteRecord, ...]
    seventh: SeventhDefinition | None
    is_placeholder: bool
    visual: tuple[VisualCategory, ...]
    line: int


@frozen
class SectionRecord:
    """One `section` element with its `diag` elements in document order."""

    id: str
    title: str
    notes: tuple[NoteRecord, ...]
    codes: tuple[DiagRecord, ...]
    line: int


@frozen
class SectionRef:
    """One entry of a chapter's index of sections."""

    first: str
    last: str
    id: str
    title: str


@frozen
class IntroSection:
    """One part of the introduction: `title`, `subtitle` or `instruction`."""

    type: str
    title: str
    instructions: tuple[tuple[str, ...], ...]


@frozen
class ChapterRecord:
    """One `chapter` element.

    Attributes:
        number: text of `name`.
        title: text of `desc`.
        notes: notes in the order of the file.
        index: the index of sections.
        index_after: number of note elements that stand before the index.
        sections: its sections in the order of the file.
    """

    number: str
    title: str
    notes: tuple[NoteRecord, ...]
    index: tuple[SectionRef, ...]
    index_after: int
    sections: tuple[SectionRecord, ...]
    line: int


@frozen
class TabularFile:
    """A whole tabular list."""

    file: str
    version: str
    introduction: tuple[IntroSection, ...]
    chapters: tuple[ChapterRecord, ...]
    anomalies: tuple[Anomaly, ...]

    def codes(self) -> Iterator[DiagRecord]:
        """All `diag` records in document order."""
        for chapter in self.chapters:
            for section in chapter.sections:
                yield from section.codes


class OrderRecord(NamedTuple):
    """One line of an order file."""

    code: str
    is_billable: bool
    short_description: str
    long_description: str
    line: int


@frozen
class OrderFile:
    """A whole order file."""

    file: str
    records: tuple[OrderRecord, ...]
    anomalies: tuple[Anomaly, ...]


class CodesRecord(NamedTuple):
    """One line of a codes file."""

    code: str
    long_description: str
    line: int


@frozen
class CodesFile:
    """A whole codes file: billable codes only."""

    file: str
    records: tuple[CodesRecord, ...]
    anomalies: tuple[Anomaly, ...]
