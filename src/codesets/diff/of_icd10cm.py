"""What an ICD-10-CM release says, in parts that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import frozen

from codesets.diff import columns
from codesets.diff.content import Content, FieldSpec, Pairing, ReleaseContent
from codesets.diff.kinds import Subject
from codesets.diff.values import BILLABLE, HEADER, Location, NoteText, SeventhText
from codesets.icd10cm import Icd10cmRelease
from codesets.icd10cm.annotations import defined_at
from codesets.icd10cm.divisions import Chapter, Divisions, Note, Section
from codesets.icd10cm.outline import extras

__all__ = ["Icd10cmContent"]

TABULAR, ORDER, CODES = "tabular", "order", "codes"

# Part → kinds of source that give it. A header is one by either list, and the titles of a codes
# file are the long descriptions. An order file has no tree: what stands above a code there is the
# longest prefix that the file lists, and any header that comes or goes changes it without moving
# a code. No order file before 2014 lists the stems of seventh characters.
_PARTS: dict[str, tuple[str, ...]] = {
    "states": (TABULAR, ORDER, CODES),
    "headers": (TABULAR, ORDER),
    "titles": (TABULAR,),
    "long descriptions": (ORDER, CODES),
    "short descriptions": (ORDER,),
    "tree": (TABULAR,),
    "sections and chapters": (TABULAR,),
    "notes": (TABULAR,),
    "seventh characters": (TABULAR,),
    "details": (TABULAR,),
}

_FIELDS = {
    Subject.CHAPTER: (FieldSpec("display", "titles"), FieldSpec("notes", "notes")),
    Subject.SECTION: (
        FieldSpec("display", "titles"),
        FieldSpec("location", "tree"),
        FieldSpec("notes", "notes"),
    ),
    Subject.CODE: (
        FieldSpec("state", "states"),
        FieldSpec("display", "titles"),
        FieldSpec("long_description", "long descriptions"),
        FieldSpec("short_description", "short descriptions"),
        FieldSpec("location", "tree"),
        FieldSpec("notes", "notes"),
        FieldSpec("seventh_characters", "seventh characters"),
        FieldSpec("seventh_character", "details"),
        FieldSpec("placeholder", "details"),
        FieldSpec("visual_impairment", "details"),
    ),
}


@frozen(eq=False)
class Icd10cmContent(ReleaseContent):
    """The content of a release.

    Attributes:
        release: the release.
    """

    release: Icd10cmRelease

    # The release makes these mappings anew for who asks.

    @cached_property
    def sections(self) -> Divisions[str, Section]:
        """The sections of the release."""
        return self.release.sections

    @cached_property
    def chapters(self) -> Divisions[int, Chapter]:
        """The chapters of the release."""
        return self.release.chapters

    @property
    def subjects(self) -> tuple[Subject, ...]:
        if TABULAR in self.release.sources:
            return (Subject.CHAPTER, Subject.SECTION, Subject.CODE)
        return (Subject.CODE,)

    @property
    def parts(self) -> frozenset[str]:
        # A codes file beside another file is a cross-check, and gives nothing.
        sources = {kind for kind in self.release.sources if kind != CODES} or {CODES}
        return frozenset(part for part, kinds in _PARTS.items() if sources & {*kinds})

    def fields(self, subject: Subject) -> tuple[FieldSpec, ...]:
        return _FIELDS[subject]

    def codes(self, subject: Subject) -> Sequence[str]:
        if subject is Subject.CODE:
            return self.release.codes
        if subject is Subject.SECTION:
            return tuple(self.sections)
        return tuple(map(str, self.chapters))

    def row(self, subject: Subject, code: str) -> int:
        if subject is Subject.CODE:
            found = self.release.get(code)
            return -1 if found is None else found.row
        place = self._division(subject, code)
        return -1 if place is None else place.place

    def code_at(self, subject: Subject, row: int) -> str:
        if subject is Subject.CODE:
            return self.release.code_at(row)
        return self.codes(subject)[row]

    def _division(self, subject: Subject, code: str) -> Chapter | Section | None:
        if subject is Subject.SECTION:
            return self.sections.get(code)
        return self.chapters.get(int(code))

    def value(self, subject: Subject, code: str, name: str) -> Any:
        found: Any
        found = self.release[code] if subject is Subject.CODE else self._division(subject, code)
        return _VALUES[subject, name](found)

    def chapter_of(self, subject: Subject, code: str) -> int | str | None:
        if subject is Subject.CHAPTER:
            return int(code)
        if subject is Subject.SECTION:
            return self.sections[code].chapter.number
        chapter = self.release[code].chapter
        return None if chapter is None else chapter.number

    def below(self, subject: Subject, code: str) -> tuple[str, ...]:
        if subject is Subject.CODE:
            return self.release[code].descendants.codes
        division = self._division(subject, code)
        return () if division is None else division.codes.codes

    def categories(self) -> dict[str, frozenset[str]]:
        if TABULAR not in self.release.sources:
            return {}
        # By the objects of some two thousand categories: `.codes` would spell all codes out.
        return {
            section.id: frozenset(category.code for category in section.categories)
            for section in self.sections.values()
            if not section.is_overview
        }

    def pair(self, new: Content, subject: Subject, renamed: Mapping[str, str]) -> Pairing:
        if subject is Subject.CODE and isinstance(new, Icd10cmContent):
            return columns.paired_rows(self.release, new.release)
        return super().pair(new, subject, renamed)

    def changed(
        self,
        new: Content,
        subject: Subject,
        pairing: Pairing,
        fields: Iterable[str],
        renamed: Mapping[str, str],
    ) -> dict[str, list[int]]:
        if not isinstance(new, Icd10cmContent):
            return super().changed(new, subject, pairing, fields, renamed)
        mine, its = self.release, new.release
        if subject is Subject.CODE:
            return columns.changed_rows(mine, its, pairing, fields, renamed)
        return columns.changed_divisions(mine, its, subject, pairing, fields, renamed)


# What each field is, by subject.


def _notes(owner: Any) -> tuple[NoteText, ...]:
    # The notes of a code that a seventh character made stand in the definition.
    if getattr(owner, "seventh_character", None) is not None:
        return ()
    return tuple(map(_note, owner.notes))


def _note(note: Note) -> NoteText:
    return NoteText(str(note.kind), note.text, note.group)


def _code_location(code: Any) -> Location:
    parent, section = code.parent, code.section
    return Location(
        None if parent is None else parent.code,
        None if section is None else section.id,
        None if section is None else section.chapter.number,
    )


def _section_location(section: Section) -> Location:
    parent = section.parent
    return Location(None if parent is None else parent.id, None, section.chapter.number)


def _sevenths(code: Any) -> tuple[SeventhText, ...]:
    found = defined_at(code.release, code.row)
    return tuple(SeventhText(each.character, each.meaning, each.notes) for each in found)


def _made_by(code: Any) -> str | None:
    made = code.seventh_character
    return None if made is None else made.character


def _visual(code: Any) -> tuple[Any, ...]:
    return code.visual_impairment if str(code.row) in extras(code.release).get("visual", {}) else ()


_VALUES: dict[tuple[Subject, str], Callable[[Any], Any]] = {
    (Subject.CHAPTER, "display"): lambda chapter: chapter.title,
    (Subject.CHAPTER, "notes"): _notes,
    (Subject.SECTION, "display"): lambda section: section.title,
    (Subject.SECTION, "location"): _section_location,
    (Subject.SECTION, "notes"): _notes,
    (Subject.CODE, "state"): lambda code: BILLABLE if code.is_billable else HEADER,
    (Subject.CODE, "display"): lambda code: code.display,
    (Subject.CODE, "long_description"): lambda code: (
        code.long_description if ORDER in code.release.sources else code.display
    ),
    (Subject.CODE, "short_description"): lambda code: code.short_description,
    (Subject.CODE, "location"): _code_location,
    (Subject.CODE, "notes"): _notes,
    (Subject.CODE, "seventh_characters"): _sevenths,
    (Subject.CODE, "seventh_character"): _made_by,
    (Subject.CODE, "placeholder"): lambda code: code.is_placeholder,
    (Subject.CODE, "visual_impairment"): _visual,
}
