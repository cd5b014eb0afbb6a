"""What stands above the codes: chapters and sections; and the notes of all levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

from codesets.icd10cm.layout import NoteKind
from codesets.icd10cm.records import SectionRef

if TYPE_CHECKING:
    from codesets.icd10cm.release import Icd10cmRelease
    from codesets.icd10cm.views import Icd10cmCode
    from codesets.tree import Codes

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
    _release: Icd10cmRelease = field()
    _place: int

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._place == other._place and self._release.identity == other._release.identity

    def __hash__(self) -> int:
        return hash((type(self), self._place, self._release.identity))

    @property
    def title(self) -> str:
        """The official title."""
        raise NotImplementedError

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file."""
        raise NotImplementedError


@frozen(eq=False, repr=False)
class Chapter(_Division):
    """A chapter of the tabular list."""

    @property
    def number(self) -> int:
        """The chapter's number, from 1."""
        return int(self._release._division_text("chapter.number", self._place))

    @property
    def title(self) -> str:
        """The official title, with the range of codes in parentheses."""
        return self._release._division_text("chapter.title", self._place)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its sections in document order, overviews among them."""
        start, end = self._release._chapter_sections(self._place)
        return tuple(Section(self._release, section) for section in range(start, end))

    @property
    def section_index(self) -> tuple[SectionRef, ...]:
        """The index of sections as the chapter prints it; it omits some overviews."""
        return self._release._section_index(self._place)

    @property
    def codes(self) -> Codes[Icd10cmCode]:
        """All its codes, in tabular order."""
        return self._release._codes_between(*self._release._chapter_rows(self._place))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file."""
        return self._release._notes_of_chapter(self._place)

    def __str__(self) -> str:
        return f"chapter {self.number}"

    def __repr__(self) -> str:
        return f"<Chapter {self.number} {self._release.edition} {self.title!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Chapter, (self._release, self._place))


@frozen(eq=False, repr=False)
class Section(_Division):
    """A section (block) of the tabular list; an overview section encloses others."""

    @property
    def id(self) -> str:
        """The id: a range of categories (`E08-E13`), or one category (`C7A`)."""
        return self._release._division_text("section.id", self._place)

    @property
    def title(self) -> str:
        """The official title, with the range of codes in parentheses."""
        return self._release._division_text("section.title", self._place)

    @property
    def chapter(self) -> Chapter:
        """The chapter that holds it."""
        return self._release._chapter_of_section(self._place)

    @property
    def parent(self) -> Section | None:
        """The nearest overview section that encloses it, if any."""
        parent = self._release._section_parent(self._place)
        return None if parent is None else Section(self._release, parent)

    @property
    def is_overview(self) -> bool:
        """True for a section without codes of its own, which encloses those that follow."""
        return any(section.parent == self for section in self.chapter.sections)

    @property
    def codes(self) -> Codes[Icd10cmCode]:
        """All codes in it; for an overview, those of the sections it encloses."""
        return self._release._codes_between(*self._release._section_rows(self._place))

    @property
    def categories(self) -> Codes[Icd10cmCode]:
        """Its three-character codes."""
        return self._release._roots_between(*self._release._section_rows(self._place))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Its own notes, in the order of the file."""
        return self._release._notes_of_section(self._place)

    @property
    def inherited_notes(self) -> tuple[Note, ...]:
        """The notes of its chapter and overviews that apply to it, from the top."""
        above: list[Note] = [note for note in self.chapter.notes if note.kind.is_inherited]
        for place in self._release._overviews_above(self._place):
            notes = self._release._notes_of_section(place)
            above += [note for note in notes if note.kind.is_inherited]
        return tuple(above)

    def __str__(self) -> str:
        return self.id

    def __repr__(self) -> str:
        return f"<Section {self.id} {self._release.edition} {self.title!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Section, (self._release, self._place))


K = TypeVar("K", str, int)
D = TypeVar("D", Chapter, Section)


@frozen
class Divisions(Mapping[K, D], Generic[K, D]):
    """Chapters by number, or sections by id, in document order."""

    _places: dict[K, int]
    _make: Callable[[int], D] = field(repr=False, eq=False)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[K]:
        return iter(self._places)

    def __getitem__(self, key: K) -> D:
        return self._make(self._places[key])
