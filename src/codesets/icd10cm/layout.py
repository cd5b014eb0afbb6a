"""What the official ICD-10-CM files are made of, as tables: elements, columns, kinds, rules.

Readers, the builder, the writers of the tests and the documentation are made from these.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "CODES",
    "ELEMENTS",
    "EXCLUSIONS",
    "NOTE_KINDS",
    "NOTE_KINDS_IN_ORDER",
    "ORDER",
    "Column",
    "Element",
    "Kind",
    "NoteKind",
    "SeventhCharacterExclusion",
]


class NoteKind(StrEnum):
    """The kinds of instructional note of the tabular list, named after their XML elements."""

    INCLUDES = "includes"
    INCLUSION_TERM = "inclusionTerm"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    USE_ADDITIONAL_CODE = "useAdditionalCode"
    CODE_FIRST = "codeFirst"
    CODE_ALSO = "codeAlso"
    NOTE = "notes"
    SEVENTH_CHARACTER_NOTE = "sevenChrNote"

    @property
    def label(self) -> str:
        """The heading under which the printed tabular list shows the note."""
        return NOTE_LABELS[self]

    @property
    def is_inherited(self) -> bool:
        """True if a note of this kind at a code also applies to the codes below.

        Inclusion terms are other titles of the one code where they stand; every other note is an
        instruction, and applies to all codes below (our reading of the conventions in the ICD-10-CM
        Official Guidelines, section I.A). Notes of chapters and sections apply to all codes in
        them, whatever their kind: `Note.is_inherited`.
        """
        return self is not NoteKind.INCLUSION_TERM


NOTE_LABELS = {
    NoteKind.INCLUDES: "Includes",
    NoteKind.INCLUSION_TERM: "Inclusion term",
    NoteKind.EXCLUDES1: "Excludes1",
    NoteKind.EXCLUDES2: "Excludes2",
    NoteKind.USE_ADDITIONAL_CODE: "Use additional code",
    NoteKind.CODE_FIRST: "Code first",
    NoteKind.CODE_ALSO: "Code also",
    NoteKind.NOTE: "Note",
    NoteKind.SEVENTH_CHARACTER_NOTE: "7th character",
}
NOTE_KINDS = {str(kind): kind for kind in NoteKind}
"""XML element → kind of note."""


class Element(NamedTuple):
    """One element of the tabular XML.

    Attributes:
        attributes: names of the attributes it may have.
        first: elements that it holds once each, before all others, in this order.
        mixed: elements that may follow, any number in any order.
        last: elements that stand after all others.
        has_text: True for a leaf that holds text, False for one that holds elements.
    """

    attributes: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    has_text: bool = False

    @property
    def children(self) -> tuple[str, ...]:
        """All elements that it may hold."""
        return (*self.first, *self.mixed, *self.last)


_NOTES = (
    "includes", "inclusionTerm", "excludes1", "excludes2", "useAdditionalCode", "codeFirst",
    "codeAlso", "notes",
)  # fmt: skip
_DIAG = (*_NOTES, "sevenChrNote", "sevenChrDef", "visualImpairment")
_LEAF = Element(has_text=True)
_NOTE_LIST = Element(mixed=("note",))

# The grammar as found in every tabular XML from 2012 to April 2026; icd10cm_tabular.xsd allows
# more (`deactivated`, addenda markup), which no release has.
ELEMENTS: dict[str, Element] = {
    "ICD10CM.tabular": Element(first=("version", "introduction"), last=("chapter",)),
    "version": _LEAF,
    "introduction": Element(mixed=("introSection",)),
    "introSection": Element(attributes=("type",), mixed=("title", "instruction")),
    "instruction": _NOTE_LIST,
    "title": _LEAF,
    "chapter": Element(first=("name", "desc"), mixed=(*_NOTES, "sectionIndex"), last=("section",)),
    "name": _LEAF,
    "desc": _LEAF,
    "sectionIndex": Element(mixed=("sectionRef",)),
    "sectionRef": Element(attributes=("first", "last", "id"), has_text=True),
    "section": Element(attributes=("id", "oldid"), first=("desc",), mixed=_NOTES, last=("diag",)),
    "diag": Element(
        attributes=("placeholder",), first=("name", "desc"), mixed=_DIAG, last=("diag",)
    ),
    **dict.fromkeys(_NOTES, _NOTE_LIST),
    "sevenChrNote": _NOTE_LIST,
    "sevenChrDef": Element(mixed=("extension", "note")),
    "extension": Element(attributes=("char",), has_text=True),
    "note": _LEAF,
    "visualImpairment": Element(mixed=("visCategory",)),
    "visCategory": Element(mixed=("heading", "value", "visRange")),
    "visRange": Element(mixed=("heading", "visMax", "visMin")),
    "visMax": Element(mixed=("heading", "value")),
    "visMin": Element(mixed=("heading", "value")),
    "heading": _LEAF,
    "value": _LEAF,
}


class Column(NamedTuple):
    """One column of a fixed-width record; positions are bytes, from 0, end not included.

    Attributes:
        name: what it is called here.
        start: first byte.
        end: byte after the last; None for the rest of the line.
        meaning: what NCHS says of it.
    """

    name: str
    start: int
    end: int | None
    meaning: str

    @property
    def slice(self) -> slice:
        """The column as a slice of the line."""
        return slice(self.start, self.end)


# NCHS, "ICD-10-CM Order Files" (icd10OrderFiles.pdf): positions 1-5, 7-13, 15, 17-76, 78-.
ORDER = {
    column.name: column
    for column in (
        Column("number", 0, 5, "order number, zero-filled, 1 to n without gap"),
        Column("code", 6, 13, "code without the dot, left-justified"),
        Column("flag", 14, 15, "0: header, not valid for HIPAA submission; 1: valid"),
        Column("short", 16, 76, "short description, padded with blanks"),
        Column("long", 77, None, "long description"),
    )
}
# NCHS, "ICD-10-CM Codes Files" (icd10cmCodesFile.pdf).
CODES = {
    column.name: column
    for column in (
        Column("code", 0, 7, "code without the dot, left-justified"),
        Column("long", 8, None, "long description"),
    )
}


class Kind(StrEnum):
    """What a file of an ICD-10-CM release is."""

    TABULAR = "tabular"
    ORDER = "order"
    CODES = "codes"
    INDEX = "alphabetic index"
    NEOPLASM_DRUG = "table of neoplasms or drugs"
    SCHEMA = "XML schema"
    ORDER_ADDENDA = "order addenda"
    CODES_ADDENDA = "codes addenda"
    DIFF = "list of differences"
    DOCUMENT = "document (PDF)"
    WORKBOOK = "workbook"
    CONVERSION = "conversion table"
    ORDER_PCS = "ICD-10-PCS order file"
    UNKNOWN = "unknown file"


MAIN_KINDS = (Kind.TABULAR, Kind.ORDER, Kind.CODES)
"""The kinds that a release is read from; the others are passed over."""


class SeventhCharacterExclusion(NamedTuple):
    """Seventh characters that a note in prose takes away from some codes of a category.

    Attributes:
        category: the category whose definition is narrowed.
        sixth: the sixth characters concerned.
        characters: the seventh characters that do not apply.
        since: first release year in which the order file leaves these codes out.
        source: the official sentence.
    """

    category: str
    sixth: str
    characters: str
    since: int
    source: str

    def excludes(self, code: str, year: int | None) -> bool:
        """True if a compact code of seven characters is excluded in a release of `year`."""
        return (
            len(code) == 7
            and code.startswith(self.category)
            and code[5] in self.sixth
            and code[6] in self.characters
            and (year is None or year >= self.since)
        )


EXCLUSIONS = (
    SeventhCharacterExclusion(
        category="S06",
        sixth="78",
        characters="DS",
        since=2018,
        source=(
            "7th characters D and S do not apply to codes in category S06 with 6th character 7 -"
            " death due to brain injury prior to regaining consciousness, or 8 - death due to"
            " other cause prior to regaining consciousness (note of category S06)"
        ),
    ),
)
"""The order files list 72 to 76 such codes through 2017 and none since."""


NOTE_KINDS_IN_ORDER = tuple(NoteKind)
"""Note kinds by the number that the compiled file keeps."""
