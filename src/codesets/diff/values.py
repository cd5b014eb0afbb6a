"""The values that a comparison shows before and after: notes, places, whole entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen, has

from codesets.reconciliation import TextChange, text_change

if TYPE_CHECKING:
    from codesets.diff.content import Content
    from codesets.diff.kinds import Subject

__all__ = [
    "Entry",
    "Location",
    "NoteChanges",
    "NoteText",
    "RewordedNote",
    "SeventhText",
    "note_changes",
    "plain",
]

BILLABLE, HEADER = "billable", "header"
"""The states of a code, as changes show them."""


@frozen
class NoteText:
    """One note, apart from its release.

    Attributes:
        kind: as its XML element is named, as `excludes1`.
        text: the text.
        group: number of its element among those of its owner; notes of one group stand under one
            heading.
    """

    kind: str
    text: str
    group: int = 0

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


@frozen
class SeventhText:
    """One seventh character of a definition, apart from its release.

    Attributes:
        character: the letter or digit.
        meaning: what it says, as `initial encounter`.
        notes: inclusion terms of this character.
    """

    character: str
    meaning: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.character}: {self.meaning}"


@frozen
class Location:
    """Where a code or section stands.

    Attributes:
        parent: the code right above, or the overview section around; None without one.
        section: id of its section; None without tabular list, and for a section itself.
        chapter: number of its chapter; None without tabular list.
    """

    parent: str | None
    section: str | None = None
    chapter: int | None = None

    def __str__(self) -> str:
        places = {"under": self.parent, "section": self.section, "chapter": self.chapter}
        told = (f"{name} {place}" for name, place in places.items() if place is not None)
        return ", ".join(told) or "at the top"


@frozen(eq=False, repr=False)
class Entry(Mapping[str, Any]):
    """All that one release says of one code, section, chapter or modifier: field → value.

    Only the fields that were compared; equal to another entry that says the same.

    Attributes:
        subject: code, modifier, section or chapter.
        code: the code, id or number.
        follows: what stands right before it in its release; None where it is the first.
    """

    subject: Subject
    code: str
    follows: str | None
    _content: Content
    _fields: tuple[str, ...]

    @cached_property
    def _values(self) -> dict[str, Any]:
        value = self._content.value
        return {name: value(self.subject, self.code, name) for name in self._fields}

    def __getitem__(self, field: str) -> Any:
        return self._values[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self._identity == other._identity and self._values == other._values

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Any, ...]:
        return (self.subject, self.code, self.follows)

    @property
    def title(self) -> str:
        """Its title: what it displays, or its description."""
        for name in ("display", "long_description", "short_description"):
            if self._values.get(name):
                return str(self._values[name])
        return ""

    def __str__(self) -> str:
        return self.title

    def __repr__(self) -> str:
        return f"<Entry {self.subject} {self.code} {self.title!r}>"


@frozen
class RewordedNote:
    """A note whose words changed.

    Attributes:
        before: the note of the old release.
        after: the note of the new release.
    """

    before: NoteText
    after: NoteText

    @property
    def text_change(self) -> TextChange:
        """How much the text changed."""
        return text_change(self.before.text, self.after.text)


@frozen
class NoteChanges:
    """What became of the notes of one owner.

    Attributes:
        added: notes that only the new release has.
        removed: notes that only the old release has.
        reworded: notes of one kind with more than half of their words in common.
    """

    added: tuple[NoteText, ...]
    removed: tuple[NoteText, ...]
    reworded: tuple[RewordedNote, ...]

    @property
    def is_cosmetic(self) -> bool:
        """True if no word changed: accents, blanks, letter case, or the order of the notes."""
        changed = (note.text_change is TextChange.WORDS for note in self.reworded)
        return not (self.added or self.removed or any(changed))


ALIKE = 0.5
"""So large a share of their words two notes have in common to be one, reworded."""


def note_changes(before: tuple[NoteText, ...], after: tuple[NoteText, ...]) -> NoteChanges:
    """Which notes were added, removed and reworded; in the order of their owner.

    Which old note a new one is made of no file says. Notes of one kind are paired by the words
    that they share, the most alike first.
    """
    gone = _without(before, after)
    come = _without(after, before)
    pairs = sorted(
        (
            (-likeness, min(old.text, new.text), max(old.text, new.text), old_place, new_place)
            for old_place, old in enumerate(gone)
            for new_place, new in enumerate(come)
            if old.kind == new.kind and (likeness := _likeness(old.text, new.text)) > ALIKE
        ),
    )
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, _, old_place, new_place in pairs:
        if old_place not in partners and new_place not in taken:
            partners[old_place] = new_place
            taken.add(new_place)
    return NoteChanges(
        added=tuple(note for place, note in enumerate(come) if place not in taken),
        removed=tuple(note for place, note in enumerate(gone) if place not in partners),
        reworded=tuple(RewordedNote(gone[old], come[new]) for old, new in sorted(partners.items())),
    )


def _without(notes: tuple[NoteText, ...], others: tuple[NoteText, ...]) -> list[NoteText]:
    """The notes that are not among the others, wherever they stand."""
    left = Counter((note.kind, note.text) for note in others)
    found = []
    for note in notes:
        if left[note.kind, note.text]:
            left[note.kind, note.text] -= 1
        else:
            found.append(note)
    return found


def _likeness(left: str, right: str) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    if text_change(left, right) is not TextChange.WORDS:
        return 1.0
    words, others = Counter(left.casefold().split()), Counter(right.casefold().split())
    return 2 * (words & others).total() / (words.total() + others.total())


def plain(value: Any) -> Any:
    """A value of a change as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if has(type(value)):
        return {name: plain(each) for name, each in asdict(value, recurse=False).items()}
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)
