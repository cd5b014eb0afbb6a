"""What stands above the codes: chapters and sections; and the notes of all levels."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

from codesets.arguments import quoted
from codesets.errors import UnknownDivisionError
from codesets.icd10cm.outline import (
    chapter_of_section,
    chapter_rows,
    chapter_sections,
    extras,
    overviews_above,
    section_parent,
    section_rows,
    text_of,
)

if TYPE_CHECKING:
    from codesets.icd10cm.layout import NoteKind
    from codesets.icd10cm.records import SectionRef
    from codesets.icd10cm.release import Icd10cmRelease
    from codesets.icd10cm.views import Icd10cmCode
    from codesets.sequence import Codes

__all__ = ["Chapter", "Divisions", "Note", "Section", "SeventhCharacter"]


@frozen
class Note:
    """One instructional note of the tabular list.

    Attributes:
        kind: includes, excludes1, code first, …
        text: the text, white space collapsed.
        owner: the chapter, section or code that has the note.
        group: number of the note element among those of its owner, from 0: notes of one group
            stand under one heading, in this order.
        character: for a note inside a definition of seventh characters, the character it belongs
            to; else empty.
    """

    kind: NoteKind
    text: str
    owner: Chapter | Section | Icd10cmCode
    group: int = 0
    character: str = ""

    @property
    def is_inherited(self) -> bool:
        """True if the note also applies to the codes below its owner.

        Every note is but the inclusion terms of a code: they "are the conditions for which that
        code is to be used" (ICD-10-CM Official Guidelines, section I.A.11). The few that stand
        under a section (four sections of 2026, as Y21-Y33) speak of all codes in it.
        """
        return self.kind.is_inherited or isinstance(self.owner, _Division)

    def __str__(self) -> str:
        return f"{self.kind.label}: {self.text}"


@frozen
class SeventhCharacter:
    """One choice for the seventh character.

    Attributes:
        character: the letter or digit.
        meaning: what it says, as `initial encounter`.
        notes: inclusion terms of this character.
    """

    character: str
    meaning: str
    notes: tuple[str, ...] = ()


@frozen(eq=False, repr=False)
class _Division:
    release: Icd10cmRelease
    place: int

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.place == other.place and self.release.identity == other.release.identity

    def __hash__(self) -> int:
        return hash((type(self), self.place, self.release.identity))

    @property
    @abstractmethod
    def title(self) -> str:
        """The official title."""

    @property
    @abstractmethod
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file."""


@frozen(eq=False, repr=False)
class Chapter(_Division):
    """A chapter of the tabular list."""

    @property
    def number(self) -> int:
        """The chapter's number, from 1."""
        try:
            return int(text_of(self.release, "chapter.number", self.place))
        except ValueError as error:
            raise self.release.file.damaged("chapters") from error

    @property
    def title(self) -> str:
        """The official title, with the range of codes in parentheses."""
        return text_of(self.release, "chapter.title", self.place)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its sections in document order, overviews among them."""
        start, end = chapter_sections(self.release, self.place)
        return tuple(Section(self.release, section) for section in range(start, end))

    @property
    def section_index(self) -> tuple[SectionRef, ...]:
        """The index of sections as the chapter prints it; it omits some overviews."""
        from codesets.icd10cm.records import SectionRef

        try:
            entries = extras(self.release)["indexes"][self.place][1]
            return tuple(SectionRef(*entry) for entry in entries)
        except (KeyError, IndexError, TypeError) as error:
            raise self.release.file.damaged("extras") from error

    @property
    def section_index_after(self) -> int:
        """How many of its note elements the chapter prints before its index of sections.

        These are the notes with a lower `group`: in chapter 19 of 2026 some stand before the index
        and one after it.
        """
        try:
            return int(extras(self.release)["indexes"][self.place][0])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self.release.file.damaged("extras") from error

    @property
    def codes(self) -> Codes[Icd10cmCode]:
        """All its codes, in tabular order."""
        return self.release.codes_between(*chapter_rows(self.release, self.place))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file."""
        from codesets.icd10cm.annotations import notes_of_chapter

        return notes_of_chapter(self)

    def __str__(self) -> str:
        return f"chapter {self.number}"

    def __repr__(self) -> str:
        return f"<Chapter {self.number} {self.release.edition} {self.title!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Chapter, (self.release, self.place))


@frozen(eq=False, repr=False)
class Section(_Division):
    """A section (block) of the tabular list; an overview section encloses others."""

    @property
    def id(self) -> str:
        """The id: a range of categories (`E08-E13`), or one category (`C7A`)."""
        return text_of(self.release, "section.id", self.place)

    @property
    def title(self) -> str:
        """The official title, with the range of codes in parentheses."""
        return text_of(self.release, "section.title", self.place)

    @property
    def chapter(self) -> Chapter:
        """The chapter that holds it."""
        return Chapter(self.release, chapter_of_section(self.release, self.place))

    @property
    def parent(self) -> Section | None:
        """The nearest overview section that encloses it, if any."""
        parent = section_parent(self.release, self.place)
        return None if parent is None else Section(self.release, parent)

    @property
    def is_overview(self) -> bool:
        """True for a section without codes of its own, which encloses those that follow."""
        # An overview encloses the section right after it, if any.
        following = self.place + 1
        count = len(self.release.file.column("section.id"))
        return following < count and section_parent(self.release, following) == self.place

    @property
    def codes(self) -> Codes[Icd10cmCode]:
        """All codes in it; for an overview, those of the sections it encloses."""
        return self.release.codes_between(*section_rows(self.release, self.place))

    @property
    def categories(self) -> Codes[Icd10cmCode]:
        """Its three-character codes."""
        return self.release.roots_between(*section_rows(self.release, self.place))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file."""
        from codesets.icd10cm.annotations import notes_of_section

        return notes_of_section(self)

    @property
    def inherited_notes(self) -> tuple[Note, ...]:
        """The notes of its chapter and overviews that apply to it, from the top."""
        above: list[Note] = [note for note in self.chapter.notes if note.is_inherited]
        for place in reversed(overviews_above(self.release, self.place)):
            notes = Section(self.release, place).notes
            above += [note for note in notes if note.is_inherited]
        return tuple(above)

    def __str__(self) -> str:
        return self.id

    def __repr__(self) -> str:
        return f"<Section {self.id} {self.release.edition} {self.title!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Section, (self.release, self.place))


K = TypeVar("K", str, int)
D = TypeVar("D", Chapter, Section)


@frozen(eq=False, repr=False)
class Divisions(Mapping[K, D], Generic[K, D]):
    """Chapters by number, or sections by id, in document order."""

    _release: Icd10cmRelease
    _places: dict[K, int]
    _division: Callable[[Icd10cmRelease, int], D]
    _named: str

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[K]:
        return iter(self._places)

    def __getitem__(self, key: K) -> D:
        """The chapter or section with this number or id.

        Raises:
            UnknownDivisionError: there is none (a `KeyError`); says what there is.
        """
        try:
            place = self._places[key]
        except KeyError:
            raise self._unknown(key) from None
        return self._division(self._release, place)

    def _unknown(self, key: object) -> UnknownDivisionError:
        edition, keys = self._release.edition, list(self)
        held = f"there are {len(keys)}, {keys[0]!r} to {keys[-1]!r}" if keys else "it has none"
        message = f"{edition} has no {self._named} {quoted(key)}: {held}"
        return UnknownDivisionError(message, key=key, release=edition.name)

    def __repr__(self) -> str:
        shown = ", ".join(map(str, list(self)[:4])) + (", …" if len(self) > 4 else "")
        edition, kind = self._release.edition, f"{self._named}{'' if len(self) == 1 else 's'}"
        return f"<Divisions {edition}: {len(self):,} {kind} ({shown})>"
