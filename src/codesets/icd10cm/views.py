"""The code object of ICD-10-CM: a typed view on a row of a release."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from attrs import frozen

from codesets.tree import TreeCode

# Notes, sections and the like are loaded where they are asked for: a look-up needs none of them.
if TYPE_CHECKING:
    from codesets.icd10cm.divisions import Chapter, Note, Section, SeventhCharacter
    from codesets.icd10cm.records import VisualCategory
    from codesets.icd10cm.release import Icd10cmRelease

__all__ = ["Icd10cmCode"]


@frozen(eq=False, repr=False)
class Icd10cmCode(TreeCode):
    """One ICD-10-CM code, header or billable.

    Attributes:
        code: the canonical code, as `E11.9`.
    """

    @property
    def release(self) -> Icd10cmRelease:
        """The release that the code is of."""
        return cast("Icd10cmRelease", self._release)

    @property
    def compact(self) -> str:
        """The code without its dot, as the order file writes it."""
        return self.code.replace(".", "")

    @cached_property
    def display(self) -> str:
        """The title as the tabular list prints it, with accents.

        Of a code made by a seventh character: the title of its stem, a comma, and what the
        character means, as the order file composes it. Without a tabular list: the long
        description.
        """
        title = self.release.text_at("code.display", self.row)
        if title is not None:
            return title
        from codesets.icd10cm.annotations import composed_display

        return composed_display(self)

    @cached_property
    def long_description(self) -> str | None:
        """The order file's long description; None where no order file was read."""
        return self._description("code.long")

    @cached_property
    def short_description(self) -> str | None:
        """The order file's short description, 60 characters at most; None without order file."""
        return self._description("code.short")

    def _description(self, column: str) -> str | None:
        is_display = self.release.is_same_at(column, self.row)
        return self.display if is_display else self.release.text_at(column, self.row)

    @property
    def section(self) -> Section | None:
        """The section that holds its category; None in a release without tabular list."""
        from codesets.icd10cm.divisions import Section
        from codesets.icd10cm.outline import section_of_row

        place = section_of_row(self.release, self.row)
        return None if place is None else Section(self.release, place)

    @property
    def chapter(self) -> Chapter | None:
        """The chapter; None in a release without tabular list."""
        section = self.section
        return None if section is None else section.chapter

    @property
    def is_placeholder(self) -> bool:
        """True for a header whose last character only fills a place (`placeholder="true"`)."""
        from codesets.icd10cm.annotations import is_placeholder

        return is_placeholder(self)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file.

        A code made by a seventh character has the notes that stand inside the definition at that
        character; their owner is the code that has the definition.
        """
        from codesets.icd10cm.annotations import notes_of_code

        return notes_of_code(self)

    @property
    def inherited_notes(self) -> tuple[Note, ...]:
        """The notes of chapter, overview sections, section and codes above that apply to it.

        From the top down; `note.owner` says which level each comes from. Inclusion terms of a
        code are other titles of it and are not inherited; every other note is (ICD-10-CM Official
        Guidelines, section I.A).
        """
        section = self.section
        above: list[Note] = []
        if section is not None:
            above += section.inherited_notes
            above += [note for note in section.notes if note.is_inherited]
        for code in reversed(self.ancestors):
            above += [note for note in code.notes if note.is_inherited]
        return tuple(above)

    @property
    def seventh_characters(self) -> tuple[SeventhCharacter, ...]:
        """The seventh characters to choose from, by the nearest definition at or above the code.

        Empty where no definition applies, and for a code that takes none, for it has nothing below
        (R40.20 in 2013). Of a stem and the codes made of it, only the characters that make a code
        of this release: a note may take some away (D and S for S06.1X7).
        """
        from codesets.icd10cm.annotations import seventh_characters

        return seventh_characters(self)

    @property
    def seventh_character(self) -> SeventhCharacter | None:
        """The seventh character that made this code; None for a code that stands in the list."""
        from codesets.icd10cm.annotations import seventh_character

        return seventh_character(self)

    @property
    def visual_impairment(self) -> tuple[VisualCategory, ...]:
        """Its table of categories of visual impairment; only H54.8 has one."""
        from codesets.icd10cm.annotations import visual_impairment

        return visual_impairment(self)
