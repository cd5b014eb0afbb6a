"""What the readers of ICD-10-CM files yield: frozen records, and columns of what there is much of.

What a tabular list holds by the ten thousand stands in parallel columns: an object for each would
cost as much as parsing the file. Records are named tuples, which are made three times as fast as
other frozen classes, and so are their classes, which the first parse in a process waits for. What a
release hands on is made of attrs, as all that users see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrs import frozen

from codesets.problems import Anomaly

__all__ = [
    "NO_NOTES",
    "ChapterRecord",
    "CodesFile",
    "CodesRecord",
    "DiagColumns",
    "ExtensionRecord",
    "IntroSection",
    "NoteColumns",
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


class NoteColumns(NamedTuple):
    """All notes of chapters, sections and codes in document order, as parallel columns.

    Attributes:
        kinds: what kind of note element holds each: its place in `NOTE_KINDS_IN_ORDER`.
        groups: number of that element among the note elements of its parent, from 0; an element
            may be repeated, and its notes belong together.
        texts: the texts, white space collapsed.
        of_chapters: place of a chapter with notes → places of its notes in the columns.
        of_sections: likewise of a section.
        of_codes: likewise of a code.
    """

    kinds: bytes
    groups: list[int]
    texts: list[str]
    of_chapters: dict[int, range]
    of_sections: dict[int, range]
    of_codes: dict[int, range]


NO_NOTES = NoteColumns(b"", [], [], {}, {}, {})
"""The notes of a release without tabular list."""


class ExtensionRecord(NamedTuple):
    """One seventh character of a definition, with the inclusion terms that follow it."""

    character: str
    meaning: str
    notes: Sequence[str]


class SeventhDefinition(NamedTuple):
    """One `sevenChrDef`: the characters in the order of the file."""

    extensions: tuple[ExtensionRecord, ...]


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


class DiagColumns(NamedTuple):
    """All `diag` elements in document order, as parallel columns and by their place in them.

    Attributes:
        codes: the codes without their dots.
        titles: the texts of `desc`.
        parents: place of the `diag` around each, `NONE` under a section.
        sevenths: place → its own definition of seventh characters.
        placeholders: the places marked `placeholder="true"`.
        visuals: place → its visual impairment table.
    """

    codes: list[str]
    titles: list[str]
    parents: list[int]
    sevenths: dict[int, SeventhDefinition]
    placeholders: list[int]
    visuals: dict[int, tuple[VisualCategory, ...]]


class SectionRecord(NamedTuple):
    """One `section` element.

    Attributes:
        id: its id.
        title: text of `desc`.
        start: place of its first `diag`.
        end: place of the `diag` after its last.
        categories: the codes right under it.
        line: where it stands.
    """

    id: str
    title: str
    start: int
    end: int
    categories: tuple[str, ...]
    line: int | None


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


class ChapterRecord(NamedTuple):
    """One `chapter` element.

    Attributes:
        number: text of `name`.
        title: text of `desc`.
        section_index: the index of sections.
        index_after: number of note elements that stand before the index.
        first_section: place of its first section among all sections.
    """

    number: str
    title: str
    section_index: tuple[SectionRef, ...]
    index_after: int
    first_section: int


class TabularFile(NamedTuple):
    """A whole tabular list; chapters, sections and codes in document order."""

    file: str
    version: str
    introduction: tuple[IntroSection, ...]
    chapters: tuple[ChapterRecord, ...]
    sections: tuple[SectionRecord, ...]
    codes: DiagColumns
    notes: NoteColumns
    anomalies: tuple[Anomaly, ...]


class OrderRecord(NamedTuple):
    """One line of an order file."""

    code: str
    is_billable: bool
    short_description: str
    long_description: str
    line: int


class OrderFile(NamedTuple):
    """A whole order file."""

    file: str
    records: tuple[OrderRecord, ...]
    anomalies: tuple[Anomaly, ...]


class CodesRecord(NamedTuple):
    """One line of a codes file."""

    code: str
    long_description: str
    line: int


class CodesFile(NamedTuple):
    """A whole codes file: billable codes only."""

    file: str
    records: tuple[CodesRecord, ...]
    anomalies: tuple[Anomaly, ...]
