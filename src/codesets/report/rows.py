"""A diff as rows for readers: one a change, in words, whatever the output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import field, frozen

from codesets.diff import Change, ChangeKind, NoteText, OfficialTotals, ReleaseDiff, Subject
from codesets.diff.kinds import OF_FIELDS
from codesets.diff.values import HEADER, Entry
from codesets.icd10cm.layout import NOTE_KINDS
from codesets.report.words import Piece, changed_words
from codesets.system import HCPCS

__all__ = ["CHARTED", "KIND_WORDS", "Row", "chart", "official_heading", "rows"]

KIND_WORDS = {
    ChangeKind.ADDED: "added",
    ChangeKind.DELETED: "deleted",
    ChangeKind.BECAME_HEADER: "became a header",
    ChangeKind.BECAME_BILLABLE: "became billable",
    ChangeKind.TERMINATED: "terminated",
    ChangeKind.REACTIVATED: "reactivated",
    ChangeKind.DISPLAY_REVISED: "title revised",
    ChangeKind.LONG_DESCRIPTION_REVISED: "long description revised",
    ChangeKind.SHORT_DESCRIPTION_REVISED: "short description revised",
    ChangeKind.LISTED: "description listed",
    ChangeKind.UNLISTED: "description unlisted",
    ChangeKind.NOTES_REVISED: "notes revised",
    ChangeKind.SEVENTH_CHARACTERS_REVISED: "seventh characters revised",
    ChangeKind.MOVED: "moved",
    ChangeKind.RESEQUENCED: "resequenced",
    ChangeKind.RANGE_REVISED: "range revised",
    ChangeKind.FIELD_REVISED: "field revised",
}

# What the chart counts where the publisher's totals are of one quarter only (HCPCS), by the words
# of its legend.
CHARTED = {
    "added": (ChangeKind.ADDED, ChangeKind.BECAME_BILLABLE, ChangeKind.REACTIVATED),
    "deleted": (ChangeKind.DELETED, ChangeKind.BECAME_HEADER, ChangeKind.TERMINATED),
    "revised": (
        ChangeKind.DISPLAY_REVISED,
        ChangeKind.LONG_DESCRIPTION_REVISED,
        ChangeKind.SHORT_DESCRIPTION_REVISED,
    ),
}


def _pieces(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(pieces)


@frozen
class Row:
    """One change for readers.

    Attributes:
        code: the code, section or chapter.
        subject: what it is.
        kind: what changed, as its value.
        words: what changed, in words.
        chapter: number of the chapter, or what else it is grouped under.
        before: the old value in pieces, the changed words marked.
        after: the new value in pieces.
        is_cosmetic: True if only accents, blanks or letter case changed.
        action: HCPCS: the publisher's own action code; else empty.
        title: title of the code, where the values do not say it; else empty.
    """

    code: str
    subject: str
    kind: str
    words: str
    chapter: str
    before: tuple[Piece, ...] = field(converter=_pieces)
    after: tuple[Piece, ...] = field(converter=_pieces)
    is_cosmetic: bool
    action: str
    title: str = ""

    @property
    def before_text(self) -> str:
        """The old value as plain text."""
        return "".join(piece.text for piece in self.before)

    @property
    def after_text(self) -> str:
        """The new value as plain text."""
        return "".join(piece.text for piece in self.after)


def rows(diff: ReleaseDiff, using: Any = None) -> Iterator[Row]:
    """The changes as rows, in their order.

    Args:
        diff: the changes.
        using: a release whose chapters are used where neither release compared has any; None for
            the nearest one at hand.
    """
    chapters = {}
    for chapter, part in diff.by_chapter(using).items():
        chapters.update({id(change): str(chapter) for change in part})
    for change in diff:
        before, after = _values(change)
        words = KIND_WORDS[change.kind]
        if change.kind in OF_FIELDS:
            words = f"{change.field.replace('_', ' ')} {words.rpartition(' ')[2]}"
        if _is_header(change):
            words += " (header)"
        if change.subject is not Subject.CODE:
            words = f"{change.subject} {words}"
        yield Row(
            change.code,
            str(change.subject),
            str(change.kind),
            words,
            chapters[id(change)],
            before,
            after,
            change.is_cosmetic,
            change.action or "",
            _title(diff, change),
        )


def official_heading(diff: ReleaseDiff) -> str:
    """How and, where that is not the old release, from where `official_totals` count."""
    heading, since = "as the publisher counts", diff.official_since
    if since == diff.old.edition:
        return heading
    return f"{heading} since {since}" if since else f"{heading} in the new file"


_TITLED = (ChangeKind.ADDED, ChangeKind.DELETED, *CHARTED["revised"])
"""Changes whose values are titles or descriptions."""
_TITLES = ("display", "long_description", "short_description")


def _title(diff: ReleaseDiff, change: Change) -> str:
    if change.kind in _TITLED:
        return ""
    for content in (diff.new, diff.old):
        row = content.row(change.subject, change.code)
        if row >= 0:
            there = {spec.name for spec in content.fields(change.subject)}
            names = tuple(name for name in _TITLES if name in there)
            return content.entry_at(change.subject, row, names).title
    return ""


def _is_header(change: Change) -> bool:
    """True for a header that was added or deleted."""
    entry = change.after if change.before is None else change.before
    return isinstance(entry, Entry) and entry.get("state") == HEADER


def _values(change: Change) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if change.notes is not None:
        return _notes(change)
    before, after = map(_text, (change.before, change.after))
    if isinstance(change.before, str) and isinstance(change.after, str):
        pieces = changed_words(before, after)
        return pieces.before, pieces.after
    return (_whole(before), _whole(after))


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text),) if text else ()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Entry):
        return value.title
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return str(value)


def _notes(change: Change) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The notes that were removed and added whole, those reworded by their words."""
    notes = change.notes
    before: list[Piece] = []
    after: list[Piece] = []
    if notes is None:
        return (), ()
    for note in notes.removed:
        _append(before, (Piece(_note(note), True),))
    for note in notes.added:
        _append(after, (Piece(_note(note), True),))
    for each in notes.reworded:
        pieces = changed_words(_note(each.before), _note(each.after))
        _append(before, pieces.before)
        _append(after, pieces.after)
    if not before and not after:
        return (Piece("the same notes in another order"),), ()
    return tuple(before), tuple(after)


def _note(note: NoteText) -> str:
    """A note under the heading that the printed tabular list shows it under."""
    label = NOTE_KINDS[note.kind].label if note.kind in NOTE_KINDS else note.kind
    return f"{label}: {note.text}"


def _append(pieces: list[Piece], more: tuple[Piece, ...]) -> None:
    if pieces:
        pieces.append(Piece("\n"))
    pieces.extend(more)


def chart(diff: ReleaseDiff, using: Any = None) -> list[tuple[str, dict[str, int]]]:
    """Of each chapter, how many codes were added, deleted and revised.

    ICD-10-CM: billable codes, as the publisher counts them, so that the sums are the official
    totals; without `revised` where no descriptions were compared. HCPCS: codes and modifiers by
    what changed between the two releases; one with two revised texts counts once.
    """
    bars = []
    for chapter, part in diff.by_chapter(using).items():
        counts = _by_kind(part) if diff.new.system == HCPCS.name else _official(part, diff)
        if any(counts.values()):
            bars.append((str(chapter), counts))
    return bars


def _official(part: Iterable[Change], diff: ReleaseDiff) -> dict[str, int]:
    found = OfficialTotals.of(part, diff.old, diff.new)
    counts = {"added": found.added, "deleted": found.deleted, "revised": found.revised}
    return {name: count for name, count in counts.items() if count is not None}


def _by_kind(part: Iterable[Change]) -> dict[str, int]:
    codes = [change for change in part if change.subject in (Subject.CODE, Subject.MODIFIER)]
    return {
        name: len({(change.subject, change.code) for change in codes if change.kind in kinds})
        for name, kinds in CHARTED.items()
    }
