"""One change between two releases."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from codesets.diff.kinds import OF_FIELDS, ChangeKind, Subject, kind_of_change
from codesets.diff.values import Entry, NoteChanges, note_changes, plain
from codesets.reconciliation import TextChange, text_change

__all__ = ["Change"]

_MIRRORED = {ChangeKind.ADDED: ChangeKind.DELETED, ChangeKind.DELETED: ChangeKind.ADDED}


@frozen
class Change:
    """One change: what changed, of which code, from what to what.

    Attributes:
        kind: what changed.
        subject: what it is a change of: a code, a modifier, a section or a chapter.
        code: the canonical code, the modifier, the section's id (the new one) or the chapter's
            number.
        before: the value in the old release: a text, a date, notes …; for what was deleted all
            that the old release says of it, None for what was added.
        after: the value in the new release; None for what was deleted.
        field: name of the field, as `display`; of HCPCS as in the record layout. Empty where
            something was added or deleted.
        action: HCPCS: the publisher's own action code in the new release, for comparison with what
            was computed. None elsewhere.
        action_before: HCPCS: the action code in the old release.
    """

    kind: ChangeKind
    subject: Subject
    code: str
    before: Any
    after: Any
    field: str = ""
    action: str | None = None
    action_before: str | None = None

    @property
    def text_change(self) -> TextChange | None:
        """How much a title or description changed: an accent, blanks, letter case or words.

        None for any other field, as a state or a code value, which is another one and not the same
        reworded; and where one of the releases has no text.
        """
        if self.field not in _TITLES or self.before is None or self.after is None:
            return None
        return text_change(self.before, self.after)

    @property
    def is_cosmetic(self) -> bool:
        """True if only accents, blanks or letter case changed, or the order of notes.

        Blanks that the readers tidy, as those of notes, are no change: `release.anomalies` lists
        them.
        """
        notes = self.notes
        if notes is not None:
            return notes.is_cosmetic
        return self.text_change in _COSMETIC

    @property
    def notes(self) -> NoteChanges | None:
        """Of revised notes: which were added, removed and reworded; None for other kinds."""
        if self.kind is not ChangeKind.NOTES_REVISED:
            return None
        return note_changes(self.before, self.after)

    @property
    def title(self) -> str:
        """Of something added or deleted: its title; else empty."""
        entry = self.after if self.before is None else self.before
        return entry.title if isinstance(entry, Entry) else ""

    def mirrored(self, code: str) -> Change:
        """The change back; `code` is what the old release calls the code."""
        kind = _MIRRORED.get(self.kind, self.kind)
        if kind is self.kind and self.kind is not ChangeKind.RESEQUENCED:
            kind = kind_of_change(self.field, self.after, self.before)
        return evolve(
            self,
            kind=kind,
            code=code,
            before=self.after,
            after=self.before,
            action=self.action_before,
            action_before=self.action,
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: dates as ISO dates, notes as objects."""
        found: dict[str, Any] = {
            "kind": str(self.kind),
            "subject": str(self.subject),
            "code": self.code,
            "field": self.field,
            "before": plain(self.before),
            "after": plain(self.after),
            "is_cosmetic": self.is_cosmetic,
        }
        if self.text_change is not None:
            found["text_change"] = str(self.text_change)
        if self.action is not None or self.action_before is not None:
            found |= {"action": self.action, "action_before": self.action_before}
        if self.notes is not None:
            found["notes"] = plain(self.notes)
        return found

    def __str__(self) -> str:
        what = f"{self.code}: {self.kind}"
        if self.kind in OF_FIELDS:
            what += f" {self.field}"
        if self.kind in _MIRRORED:
            return f"{what}: {self.title}"
        return f"{what}: {_shown(self.before)} → {_shown(self.after)}"


_TITLES = frozenset(("display", "long_description", "short_description"))
_COSMETIC = (TextChange.ACCENT, TextChange.BLANK, TextChange.CASE)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({'; '.join(map(str, value))})"
    return repr(value) if isinstance(value, str) else "nothing" if value is None else str(value)
