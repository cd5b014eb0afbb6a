"""What changed between two releases, as one immutable value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from attrs import evolve, field, frozen

from codesets.diff.changes import Change
from codesets.diff.comparing import NotCompared, in_order
from codesets.diff.content import Content
from codesets.diff.kinds import ChangeKind, Subject
from codesets.diff.totals import OfficialTotals
from codesets.errors import ComparisonError, SelectionError

if TYPE_CHECKING:
    from codesets.diff.announced import Reconciled
    from codesets.diff.chapters import ChapterFinder
    from codesets.icd10cm.addenda import Addenda

__all__ = ["ReleaseDiff"]


def _tuple(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(changes)


@frozen(repr=False)
class ReleaseDiff(Sequence[Change]):
    """What changed between two releases of one code set.

    An immutable sequence of changes, in the order of the new release; what was deleted stands
    where it had stood. Made by `codesets.compare`.

    Attributes:
        old: what the changes lead from.
        new: what they lead to.
        changes: the changes.
        official_totals: counts as the publisher counts them, of all changes between the two
            releases, those that were filtered out included.
        not_compared: the parts that only one of the releases has, or each from another source.
        is_whole: False if changes were filtered out.
    """

    old: Content = field(eq=lambda content: (content.system, content.edition))
    new: Content = field(eq=lambda content: (content.system, content.edition))
    changes: tuple[Change, ...] = field(converter=_tuple)
    official_totals: OfficialTotals
    not_compared: tuple[NotCompared, ...] = ()
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        return self.changes[index]

    # The codes by what became of them.

    def codes(
        self, *kinds: ChangeKind | str, subject: Subject | str = Subject.CODE
    ) -> tuple[str, ...]:
        """The codes with a change of these kinds, each once, in the order of the changes."""
        wanted = set(map(ChangeKind, kinds))
        found = (c.code for c in self if c.kind in wanted and c.subject == subject)
        return tuple(dict.fromkeys(found))

    @cached_property
    def added(self) -> tuple[str, ...]:
        """Codes that only the new release has, headers among them, in its order."""
        return self.codes(ChangeKind.ADDED)

    @cached_property
    def deleted(self) -> tuple[str, ...]:
        """Codes that only the old release has, headers among them, in its order."""
        found = self.codes(ChangeKind.DELETED)
        return tuple(sorted(found, key=lambda code: self.old.row(Subject.CODE, code)))

    @cached_property
    def became_header(self) -> tuple[str, ...]:
        """Codes that were billable and now require more characters, in the new order."""
        return self.codes(ChangeKind.BECAME_HEADER)

    @cached_property
    def became_billable(self) -> tuple[str, ...]:
        """Codes that were headers and now are valid for submission, in the new order."""
        return self.codes(ChangeKind.BECAME_BILLABLE)

    @cached_property
    def terminated(self) -> tuple[str, ...]:
        """HCPCS: codes with a termination date where there was none, in the new order."""
        return self.codes(ChangeKind.TERMINATED)

    @cached_property
    def revised(self) -> tuple[str, ...]:
        """Codes with another title or description, in the new order."""
        return self.codes(
            ChangeKind.DISPLAY_REVISED,
            ChangeKind.LONG_DESCRIPTION_REVISED,
            ChangeKind.SHORT_DESCRIPTION_REVISED,
        )

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of changes by kind, in the order of the kinds; those of HCPCS fields by field."""
        found = Counter(_name(change) for change in self)
        kinds = {str(kind): place for place, kind in enumerate(ChangeKind)}
        return dict(sorted(found.items(), key=lambda pair: (kinds[pair[0].split("/")[0]], pair[0])))

    def of(self, code: str, subject: Subject | str = Subject.CODE) -> tuple[Change, ...]:
        """The changes of one code, in canonical spelling."""
        return tuple(c for c in self if c.code == code and c.subject == subject)

    # Parts of the diff.

    def where(self, wanted: Callable[[Change], bool]) -> ReleaseDiff:
        """The changes for which a function is true."""
        kept = tuple(filter(wanted, self))
        return evolve(self, changes=kept, is_whole=self.is_whole and len(kept) == len(self))

    def filter(
        self,
        *kinds: ChangeKind | str,
        subject: Subject | str | None = None,
        field: str | None = None,
        chapter: int | str | None = None,
        cosmetic: bool | None = None,
    ) -> ReleaseDiff:
        """Some of the changes.

        Args:
            kinds: of these kinds; without, of all.
            subject: of codes, modifiers, sections or chapters only.
            field: of this field only.
            chapter: of what stands in this chapter, as `by_chapter` names it.
            cosmetic: False leaves out what is an accent, a blank or letter case only; True keeps
                only that; None does not look.

        Returns:
            A diff of the changes that answer to all of it.

        Raises:
            ValueError: there is no such kind or subject.
            SelectionError: there is no such chapter in either release.
        """
        wanted = set(map(ChangeKind, kinds))
        whose = None if subject is None else Subject(subject)
        chapter_of = None if chapter is None else self._chapter(chapter)
        return self.where(
            lambda change: (
                (not wanted or change.kind in wanted)
                and whose in (None, change.subject)
                and field in (None, change.field)
                and cosmetic in (None, change.is_cosmetic)
                and (chapter_of is None or str(chapter_of(change)) == str(chapter))
            )
        )

    def _chapter(self, chapter: int | str) -> Callable[[Change], int | str]:
        """What tells the chapter of a change, if there is the one asked for.

        Raises:
            SelectionError: there is none.
        """
        chapters = self._chapters()
        names = chapters.names()
        if str(chapter) not in names and all(str(chapters.of(c)) != str(chapter) for c in self):
            there = ", ".join(names)
            message = f"there is no chapter {chapter!r} in these releases; there are: {there}"
            raise SelectionError(message, pattern=chapter)
        return chapters.of

    def by_chapter(self, using: Any = None) -> dict[int | str, ReleaseDiff]:
        """The changes by chapter; of HCPCS, which has none, by first letter, modifiers apart.

        Args:
            using: a release of ICD-10-CM whose chapters are to be used where neither release
                compared has any: those of order files alone are else grouped by first letter.

        Returns:
            Number of the chapter, letter or `modifiers` → the changes.
        """
        chapters = self._chapters(using)
        found: dict[int | str, list[Change]] = {}
        for change in self:
            found.setdefault(chapters.of(change), []).append(change)
        keys = sorted(found, key=lambda key: (isinstance(key, str), key))
        return {
            key: evolve(self, changes=tuple(found[key]), is_whole=len(found) == 1 and self.is_whole)
            for key in keys
        }

    def _chapters(self, using: Any = None) -> ChapterFinder:
        from codesets.diff.chapters import ChapterFinder

        return ChapterFinder(self.old, self.new, using)

    def inherited_by(self, change: Change) -> tuple[str, ...]:
        """The codes to which the notes of a change apply too: those below that inherit them.

        Args:
            change: a change of kind `notes-revised`.

        Returns:
            Canonical codes of the new release; none if only inclusion terms changed, which are not
            inherited (ICD-10-CM Official Guidelines, section I.A).
        """
        from codesets.icd10cm.layout import NoteKind

        notes = change.notes
        if notes is None:
            return ()
        own = str(NoteKind.INCLUSION_TERM)
        changed = (*notes.added, *notes.removed, *(each.after for each in notes.reworded))
        if all(note.kind == own for note in changed):
            return ()
        return self.new.below(change.subject, change.code)

    # Diffs and releases.

    def reversed(self) -> ReleaseDiff:
        """The changes back: what `compare(new, old)` gives."""
        names = {(c.subject, c.code): c.before for c in self if c.kind is ChangeKind.RANGE_REVISED}
        back = [c.mirrored(names.get((c.subject, c.code), c.code)) for c in self]
        return evolve(
            self,
            old=self.new,
            new=self.old,
            changes=in_order(back, self.new, self.old),
            official_totals=OfficialTotals.of(back, self.new, self.old),
        )

    def apply(self, content: Any) -> Content:
        """What the new release says, made of the old one.

        Args:
            content: the old release, or what another diff made.

        Returns:
            The content of the new release, in the parts that were compared.

        Raises:
            ComparisonError: the diff was filtered, or is not one from this content.
        """
        from codesets.diff.replaying import apply

        return apply(content, self)

    def reconcile(self, addenda: Addenda) -> Reconciled:
        """What the publisher announced and was not found, and the other way round.

        Args:
            addenda: the addenda of the new release, see `codesets.icd10cm.addenda.read_addenda`.

        Raises:
            ComparisonError: the diff was filtered, is of another code set, or one of its releases
                has no order file.
        """
        from codesets.diff.announced import reconcile

        return reconcile(self, addenda)

    def then(self, later: ReleaseDiff) -> ReleaseDiff:
        """Both diffs in one: from the old release of this to the new one of `later`.

        Raises:
            ComparisonError: one was filtered, or `later` does not begin where this ends.
        """
        from codesets.diff.replaying import composed

        return composed(self, later)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: editions, totals, what was not compared, and all changes."""
        return {
            "system": self.new.system,
            "old": self.old.edition.to_dict(),
            "new": self.new.edition.to_dict(),
            "official_totals": self.official_totals.to_dict(),
            "not_compared": [{"part": n.part, "reason": n.reason} for n in self.not_compared],
            "counts": self.counts,
            "changes": [change.to_dict() for change in self],
        }

    def __hash__(self) -> int:
        return hash((self.old.edition, self.new.edition, self.changes))

    def __repr__(self) -> str:
        kept = "" if self.is_whole else ", filtered"
        editions = f"{self.old.edition} → {self.new.edition}"
        return f"<{type(self).__name__} {self.new.system} {editions}: {len(self):,} changes{kept}>"


def _name(change: Change) -> str:
    if change.kind is ChangeKind.FIELD_REVISED:
        return f"{change.kind}/{change.field}"
    return str(change.kind)


def require_whole(*diffs: ReleaseDiff) -> None:
    """Refuse a diff that was filtered.

    Raises:
        ComparisonError: one of them was.
    """
    for diff in diffs:
        if not diff.is_whole:
            raise ComparisonError(f"{diff!r} holds a part of the changes: take the whole diff")
