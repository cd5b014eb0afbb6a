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
from codesets.diff.kinds import OF_FIELDS, ChangeKind, Subject
from codesets.diff.totals import OfficialTotals
from codesets.editions import Edition, base_of, is_base_of
from codesets.errors import ComparisonError, ComparisonTypeError, SelectionError
from codesets.system import HCPCS

if TYPE_CHECKING:
    from codesets.diff.announced import Reconciled
    from codesets.diff.chapters import ChapterFinder
    from codesets.icd10cm import Icd10cmRelease
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
        official_totals: counts as the publisher counts them, of all changes, those that were
            filtered out included; from `official_since` on.
        not_compared: the parts that only one of the releases has.
        is_whole: False if changes were filtered out.
    """

    old: Content = field(eq=lambda content: (content.system, content.edition))
    new: Content = field(eq=lambda content: (content.system, content.edition))
    changes: tuple[Change, ...] = field(converter=_tuple)
    official_totals: OfficialTotals
    not_compared: tuple[NotCompared, ...] = ()
    is_whole: bool = True

    @property
    def official_since(self) -> Edition | None:
        """The edition that `official_totals` count from.

        ICD-10-CM: the old one, for they are counted of the changes. HCPCS: the one before the new
        one in the publisher's calendar, whatever the old one is, for the action codes of a file
        tell of one quarter (until 2020 one year); None where the calendar does not know it.
        """
        return base_of(self.new.edition) if self.new.system == HCPCS.name else self.old.edition

    @property
    def is_official_step(self) -> bool:
        """Whether the publisher counts the changes of the new edition from the old one.

        Then `official_totals` are what it publishes, and those of HCPCS are of these changes.
        """
        return is_base_of(self.old.edition, self.new.edition)

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
        """Number of changes by kind, in the order of the kinds; of fields by their names too."""
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
        using: Icd10cmRelease | None = None,
    ) -> ReleaseDiff:
        """Some of the changes.

        Args:
            kinds: of these kinds; without, of all.
            subject: of codes, modifiers, sections or chapters only.
            field: of this field only.
            chapter: of what stands in this chapter, as `by_chapter` names it.
            cosmetic: False leaves out what is an accent, a blank or letter case only; True keeps
                only that; None does not look.
            using: for `chapter`: whose chapters these are, as in `by_chapter`.

        Returns:
            A diff of the changes that answer to all of it.

        Raises:
            ValueError: there is no such kind or subject.
            SelectionError: there is no such chapter.
            ComparisonError: `using` has no chapters, or is no release of ICD-10-CM.
        """
        wanted = set(map(ChangeKind, kinds))
        whose = None if subject is None else Subject(subject)
        chapter_of = None if chapter is None else self._chapter(chapter, using)
        return self.where(
            lambda change: (
                (not wanted or change.kind in wanted)
                and whose in (None, change.subject)
                and field in (None, change.field)
                and cosmetic in (None, change.is_cosmetic)
                and (chapter_of is None or str(chapter_of(change)) == str(chapter))
            )
        )

    def _chapter(
        self, chapter: int | str, using: Icd10cmRelease | None
    ) -> Callable[[Change], int | str]:
        """What tells the chapter of a change, if there is the one asked for.

        Raises:
            SelectionError: there is none.
        """
        chapters = self._chapters(using)
        names = chapters.names()
        if str(chapter) not in names and all(str(chapters.of(c)) != str(chapter) for c in self):
            there = ", ".join(names)
            message = f"there is no chapter {chapter!r} in these releases; there are: {there}"
            raise SelectionError(message, pattern=chapter)
        return chapters.of

    def by_chapter(self, using: Icd10cmRelease | None = None) -> dict[int | str, ReleaseDiff]:
        """The changes by chapter; of HCPCS, which has none, by first letter, modifiers apart.

        Args:
            using: a release of ICD-10-CM whose chapters are to be used where neither release
                compared has any, as those of order files alone. None for the nearest one at hand
                that has a tabular list; the package brings one.

        Returns:
            Number of the chapter → the changes; of HCPCS letters and `modifiers`. A letter is no
            chapter of ICD-10-CM (D lies in two): it stands only for what no list at hand has.

        Raises:
            ComparisonError: `using` has no chapters, or is no release of ICD-10-CM.
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

    def _chapters(self, using: Icd10cmRelease | None) -> ChapterFinder:
        from codesets.diff.chapters import ChapterFinder

        return ChapterFinder(self.old, self.new, using)

    def inherited_by(self, change: Change) -> tuple[str, ...]:
        """The codes to which the notes of a change apply too: those below that inherit them.

        Args:
            change: a change of kind `notes-revised`.

        Returns:
            Canonical codes of the new release; none if only inclusion terms changed, which are not
            inherited (ICD-10-CM Official Guidelines, section I.A).

        Raises:
            ComparisonTypeError: this is no change.
        """
        from codesets.icd10cm.layout import NoteKind

        require(change, Change, "a change of a diff")
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
            The content of the new release, in the parts that were compared and that the content
            has.

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
            ComparisonTypeError: these are no addenda.
        """
        from codesets.diff.announced import reconcile

        return reconcile(self, addenda)

    def then(self, later: ReleaseDiff) -> ReleaseDiff:
        """Both diffs in one: from the old release of this to the new one of `later`.

        Args:
            later: a diff from the release that this one leads to.

        Returns:
            What `compare` says of the two ends, in the parts that the release between them has
            too; `not_compared` says which it has not.

        Raises:
            ComparisonError: one was filtered, or `later` does not begin where this ends.
            ComparisonTypeError: `later` is no diff.
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
            "official_since": None if self.official_since is None else self.official_since.name,
            "is_official_step": self.is_official_step,
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
    if change.kind in OF_FIELDS:
        return f"{change.kind}/{change.field}"
    return str(change.kind)


def require(value: object, kind: type, wanted: str) -> None:
    """Refuse what is of another kind.

    Raises:
        ComparisonTypeError: it is.
    """
    if not isinstance(value, kind):
        raise ComparisonTypeError(
            f"{wanted} is wanted, not {type(value).__name__}: {str(value)[:60]!r}"
        )


def require_whole(*diffs: ReleaseDiff) -> None:
    """Refuse a diff that was filtered.

    Raises:
        ComparisonError: one of them was.
    """
    for diff in diffs:
        if not diff.is_whole:
            raise ComparisonError(f"{diff!r} holds a part of the changes: take the whole diff")
