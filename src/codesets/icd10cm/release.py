"""An ICD-10-CM release: codes, sections, chapters and notes as typed views on the compiled file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, ClassVar, cast

from attrs import field, frozen

from codesets.compiled import unpack_key
from codesets.errors import MalformedCodeError
from codesets.findings import Finding, Header, Malformed, NotInRelease, Valid
from codesets.icd10cm.build import NO_SECTION, NOTE_KINDS_IN_ORDER
from codesets.icd10cm.check import explain
from codesets.icd10cm.code import dotted, normalize, syntax_problem
from codesets.icd10cm.divisions import Chapter, Divisions, Note, Section, SeventhCharacter
from codesets.icd10cm.layout import NoteKind
from codesets.icd10cm.records import (
    IntroSection,
    SectionRef,
    VisualCategory,
    VisualCell,
    VisualRange,
)
from codesets.icd10cm.views import Icd10cmCode
from codesets.system import ICD10CM, System, could_be
from codesets.tree import Codes, TreeRelease

__all__ = ["Icd10cmCode", "Icd10cmRelease"]


@frozen(eq=False, repr=False)
class Icd10cmRelease(TreeRelease[Icd10cmCode]):
    """One release of ICD-10-CM: codes in tabular order, chapters, sections, notes.

    Made by `icd10cm.load`, `icd10cm.load_path` or `icd10cm.parse`.
    """

    system: ClassVar[System] = ICD10CM

    _extras_read: list[dict[str, Any]] = field(init=False, factory=list)
    _section_ids: list[dict[str, int]] = field(init=False, factory=list)

    # What `Release` and `TreeRelease` ask of a room.

    def _normalize(self, text: object) -> str:
        return normalize(text)

    def _compact(self, code: str) -> str:
        return code.replace(".", "")

    def _canonical(self, row: int) -> str:
        return dotted(unpack_key(self._file.column("keys")[row]))

    def _view(self, row: int, code: str) -> Icd10cmCode:
        return Icd10cmCode(self, row, code)

    def range_key(self, text: str) -> str:
        return self._compact(normalize(text))

    def named_span(self, text: str) -> tuple[int, int] | None:
        if "-" not in text:
            return None
        place = self._sections_by_id().get(text)
        return None if place is None else self._section_rows(place)

    def root_rows(self, row: int) -> Iterator[int]:
        """The categories of the section; without tabular list only the category itself."""
        section = self._section_of(row)
        if section is None:
            return iter((row,))
        return self._walk(*self._section_rows(section._place))

    # Answers.

    def check(
        self, text: object
    ) -> Valid[Icd10cmCode] | Header[Icd10cmCode] | NotInRelease | Malformed:
        """Whether `text` is a billable code of this release, and if not, why.

        Args:
            text: anything; a text in any common spelling may be a code.

        Returns:
            `Valid` for a billable code; `Header` for one that requires more characters, with the
            billable codes below; `NotInRelease` with suggestions; or `Malformed`. Only `Valid` is
            true.

        Example:
            >>> from codesets import icd10cm
            >>> icd10cm.load().check("W21.9A").suggestions
            ('W21.9XXA',)
        """
        return super().check(text)  # type: ignore[return-value]

    def _check(self, text: object) -> Finding:
        try:
            canonical = normalize(text)
        except MalformedCodeError:
            if not isinstance(text, str):
                problem = f"a text is wanted, not {type(text).__name__}"
                return Malformed(repr(text), self.edition, self, problem, is_text=False)
            forms = could_be(text, besides=self.system.title)
            return Malformed(text, self.edition, self, syntax_problem(text), forms)
        code = self._find(text)
        if code is None:
            forms = could_be(text, besides=self.system.title)
            return NotInRelease(cast("str", text), self.edition, self, canonical, forms)
        finding = Valid if code.is_billable else Header
        return finding(cast("str", text), self.edition, code)

    def _explain(self, text: str) -> tuple[str, tuple[str, ...]]:
        year = int(self.edition.name[:4]) if self.edition.name[:4].isdigit() else None
        return explain(text, lambda code: len(code) <= 8 and self._row(code) is not None, year)

    def lowest_common_ancestor(
        self, first: str | Icd10cmCode, second: str | Icd10cmCode
    ) -> Icd10cmCode | Section | Chapter | None:
        """The nearest code, section or chapter that is or holds both codes.

        Raises:
            UnknownCodeError: one of them is no code of the release.

        Example:
            >>> from codesets import icd10cm
            >>> str(icd10cm.load().lowest_common_ancestor("E11.9", "E10.9"))
            'E08-E13'
        """
        left, right = self.row_of(first), self.row_of(second)
        row = self.common_ancestor_row(left, right)
        if row is not None:
            return self.at(row)
        sections = [self._section_and_above(row) for row in (left, right)]
        for place in sections[0]:
            if place in sections[1]:
                return Section(self, place)
        chapters = [code.chapter for code in (self.at(left), self.at(right))]
        return chapters[0] if chapters[0] == chapters[1] else None

    @property
    def chapters(self) -> Divisions[int, Chapter]:
        """The chapters by number; empty without tabular list."""
        chapters = [Chapter(self, place) for place in range(len(self._column("chapter.number")))]
        return Divisions(
            {chapter.number: place for place, chapter in enumerate(chapters)}, chapters.__getitem__
        )

    @property
    def sections(self) -> Divisions[str, Section]:
        """The sections by id, overviews among them, in document order; empty without tabular list.

        Sections and codes are apart: 39 sections have the id of the one category in them.
        """
        return Divisions(self._sections_by_id(), lambda place: Section(self, place))

    @property
    def introduction(self) -> tuple[IntroSection, ...]:
        """The introduction of the tabular list: titles and instructions."""
        return tuple(
            IntroSection(kind, title, tuple(map(tuple, instructions)))
            for kind, title, instructions in self._extras.get("introduction", ())
        )

    @property
    def version(self) -> str:
        """The tabular list's own `<version>`, which is wrong in places; empty without one."""
        return str(self._extras.get("version", ""))

    # What the views read.

    def _column(self, name: str) -> memoryview:
        return self._file.column(name)

    @property
    def _extras(self) -> dict[str, Any]:
        if not self._extras_read:
            extras = self._file.json("extras")
            if not isinstance(extras, dict):
                raise self._file.damaged("extras")
            self._extras_read.append(extras)
        return self._extras_read[0]

    def _code_text(self, column: str, row: int) -> str | None:
        if column not in self._file.header.sections:
            return None
        return self._text(self._column(column), row)

    def _division_text(self, column: str, place: int) -> str:
        return self._text(self._column(column), place) or ""

    def _codes_between(self, start: int, end: int) -> Codes[Icd10cmCode]:
        return Codes(self, range(start, end))

    def _roots_between(self, start: int, end: int) -> Codes[Icd10cmCode]:
        return Codes(self, tuple(self._walk(start, end)))

    def _sections_by_id(self) -> dict[str, int]:
        if not self._section_ids:
            ids = self._column("section.id")
            texts = [self._text(ids, place) or "" for place in range(len(ids))]
            self._section_ids.append({text: place for place, text in enumerate(texts)})
        return self._section_ids[0]

    def _section_of(self, row: int) -> Section | None:
        place = self._column("code.section")[row]
        return None if place == NO_SECTION else Section(self, place)

    def _section_rows(self, place: int) -> tuple[int, int]:
        start, end = self._column("section.start")[place], self._column("section.end")[place]
        if not start <= end <= len(self):
            raise self._file.damaged("sections")
        return start, end

    def _section_parent(self, place: int) -> int | None:
        parent: int = self._column("section.parent")[place]
        if parent == NO_SECTION:
            return None
        if parent >= place:
            raise self._file.damaged("sections")
        return parent

    def _overviews_above(self, place: int) -> list[int]:
        """The overview sections around a section, from the top."""
        above: list[int] = []
        parent = self._section_parent(place)
        while parent is not None:
            above.append(parent)
            parent = self._section_parent(parent)
        return above[::-1]

    def _section_and_above(self, row: int) -> list[int]:
        """The places of a row's section and the overviews around it, nearest first."""
        section = self._section_of(row)
        if section is None:
            return []
        return [section._place, *self._overviews_above(section._place)[::-1]]

    def _chapter_sections(self, place: int) -> tuple[int, int]:
        bounds = self._column("chapter.sections")
        start, end = bounds[place], bounds[place + 1]
        if not start <= end <= len(self._column("section.id")):
            raise self._file.damaged("chapters")
        return start, end

    def _chapter_rows(self, place: int) -> tuple[int, int]:
        start, end = self._chapter_sections(place)
        if start == end:
            return 0, 0
        return self._section_rows(start)[0], max(
            self._section_rows(s)[1] for s in range(start, end)
        )

    def _chapter_of_section(self, place: int) -> Chapter:
        bounds = self._column("chapter.sections")
        for chapter in range(len(bounds) - 1):
            if bounds[chapter] <= place < bounds[chapter + 1]:
                return Chapter(self, chapter)
        raise self._file.damaged("chapters")

    def _section_index(self, place: int) -> tuple[SectionRef, ...]:
        try:
            return tuple(SectionRef(*entry) for entry in self._extras["indexes"][place][1])
        except (KeyError, IndexError, TypeError) as error:
            raise self._file.damaged("extras") from error

    # Notes and seventh characters.

    def _owned(self, space: str, owner: int) -> range:
        """The numbers of what an owner has, by its sorted list of owners."""
        owners = self._column(f"{space}.owners")
        place = bisect_left(owners, owner)
        if place == len(owners) or owners[place] != owner:
            return range(0)
        starts = self._column(f"{space}.starts")
        return range(starts[place], starts[place + 1])

    def _notes(self, number: int, owner: Chapter | Section | Icd10cmCode) -> tuple[Note, ...]:
        kinds, groups = self._column("note.kinds"), self._column("note.groups")
        texts = self._column("note.texts")
        try:
            return tuple(
                Note(NOTE_KINDS_IN_ORDER[kinds[n]], self._file.text(texts[n]), owner, groups[n])
                for n in self._owned("note", number)
            )
        except IndexError as error:
            raise self._file.damaged("notes") from error

    def _notes_of_section(self, place: int) -> tuple[Note, ...]:
        return self._notes(len(self) + place, Section(self, place))

    def _notes_of_chapter(self, place: int) -> tuple[Note, ...]:
        sections = len(self._column("section.id"))
        return self._notes(len(self) + sections + place, Chapter(self, place))

    def _notes_of_code(self, row: int, code: Icd10cmCode) -> tuple[Note, ...]:
        seventh = self._seventh_character(row)
        if seventh is None:
            return self._notes(row, code)
        owner = self._definition_row(row)
        return tuple(
            Note(NoteKind.INCLUSION_TERM, text, self.at(owner), 0, seventh.character)
            for text in seventh.notes
            if owner is not None
        )

    def _definition_row(self, row: int) -> int | None:
        """The nearest row at or above that has a definition of seventh characters."""
        for above in (row, *self.ancestor_rows(row)):
            if self._owned("seventh", above):
                return above
        return None

    def _defined(self, owner: int) -> Iterator[SeventhCharacter]:
        characters = self._column("seventh.characters")
        meanings = self._column("seventh.meanings")
        starts = self._column("seventh.note_starts")
        texts = self._column("seventh.note_texts")
        try:
            for number in self._owned("seventh", owner):
                notes = range(starts[number], starts[number + 1])
                yield SeventhCharacter(
                    chr(characters[number]),
                    self._file.text(meanings[number]),
                    tuple(self._file.text(texts[note]) for note in notes),
                )
        except IndexError as error:
            raise self._file.damaged("seventh characters") from error

    def _seventh_characters(self, row: int) -> tuple[SeventhCharacter, ...]:
        owner = self._definition_row(row)
        if owner is None:
            return ()
        made = self._column("code.character")
        here = {chr(made[child]) for child in self.child_rows(row) if made[child]}
        return tuple(c for c in self._defined(owner) if not here or c.character in here)

    def _seventh_character(self, row: int) -> SeventhCharacter | None:
        made = chr(self._column("code.character")[row])
        owner = None if made == "\0" else self._definition_row(row)
        if owner is None:
            return None
        return next((c for c in self._defined(owner) if c.character == made), None)

    def _is_placeholder(self, row: int) -> bool:
        rows = self._column("code.placeholders")
        place = bisect_left(rows, row)
        return place < len(rows) and rows[place] == row

    def _visual(self, row: int) -> tuple[VisualCategory, ...]:
        table = self._extras.get("visual", {}).get(str(row), ())
        try:
            return tuple(
                VisualCategory(
                    _cell(label),
                    tuple(VisualRange(h, _cell(top), _cell(low)) for h, top, low in ranges),
                )
                for label, ranges in table
            )
        except (TypeError, ValueError) as error:
            raise self._file.damaged("extras") from error


def _cell(cell: list[Any] | None) -> VisualCell | None:
    return None if cell is None else VisualCell(*cell)
