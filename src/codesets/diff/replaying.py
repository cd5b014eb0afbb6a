"""A diff carried out: the new release's content made of the old one's, and two diffs in one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from codesets._edition import Edition
from codesets.diff.changes import Change
from codesets.diff.comparing import NotCompared, changes_between, relocated, unlike_parts
from codesets.diff.content import Content, FieldSpec
from codesets.diff.contents import BillableContent, content_of
from codesets.diff.kinds import ChangeKind, Subject
from codesets.diff.release_diff import ReleaseDiff, require, require_whole
from codesets.diff.totals import OfficialTotals
from codesets.diff.values import Entry
from codesets.errors import ComparisonError

__all__ = ["AppliedContent", "apply", "composed", "same_content"]

Key = tuple[Subject, str]


@frozen(eq=False)
class AppliedContent(Content):
    """What a release says after the changes of a diff.

    Attributes:
        base: what the diff was applied to.
        edition: the edition that the diff leads to.
        parts: the parts that the diff compared.
    """

    base: Content
    edition: Edition
    parts: frozenset[str]
    _sequences: Mapping[Subject, tuple[str, ...]] = field(repr=False)
    _patches: Mapping[Key, Mapping[str, Any]] = field(repr=False)
    _renamed: Mapping[str, str] = field(repr=False)
    _places: dict[Subject, dict[str, int]] = field(init=False, repr=False)

    @_places.default
    def _read_places(self) -> dict[Subject, dict[str, int]]:
        return {
            subject: {code: place for place, code in enumerate(codes)}
            for subject, codes in self._sequences.items()
        }

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return tuple(self._sequences)

    @property
    def system(self) -> str:
        return self.base.system

    def fields(self, subject: Subject) -> tuple[FieldSpec, ...]:
        return self.base.fields(subject)

    def codes(self, subject: Subject) -> Sequence[str]:
        return self._sequences[subject]

    def row(self, subject: Subject, code: str) -> int:
        return self._places.get(subject, {}).get(code, -1)

    def value(self, subject: Subject, code: str, name: str) -> Any:
        patch = self._patches.get((subject, code), {})
        if name in patch:
            return patch[name]
        old = patch.get("id", code)
        value = self.base.value(subject, old, name)
        return relocated(value, subject, self._renamed) if name == "location" else value

    def chapter_of(self, subject: Subject, code: str) -> int | str | None:
        if subject is Subject.CHAPTER:
            return int(code)
        names = {spec.name for spec in self.fields(subject) if spec.part in self.parts}
        if "location" in names:
            chapter: int | None = self.value(subject, code, "location").chapter
            return chapter
        return code[0] if "action" in names and subject is Subject.CODE else None

    def action(self, subject: Subject, code: str) -> str | None:
        is_there = self.row(subject, code) >= 0
        if not is_there or not any(spec.name == "action" for spec in self.fields(subject)):
            return None
        return str(self.value(subject, code, "action") or "")


def apply(content: Any, diff: ReleaseDiff) -> AppliedContent:
    """What the new release of a diff says, made of the old one.

    Args:
        content: the old release, or what another diff made.
        diff: the changes, all of them.

    Returns:
        The content of the new release, in the parts that were compared and that the content has.

    Raises:
        ComparisonError: the diff was filtered, or is not one from this content.
    """
    require_whole(diff)
    base = content_of(content)
    if isinstance(diff.old, BillableContent):
        base = BillableContent(base)
    if base.system != diff.old.system:
        raise ComparisonError(f"{diff!r} cannot be applied to a release of {base.system}")
    parts = (base.parts & diff.old.parts) - {each.part for each in diff.not_compared}
    subjects = [
        subject
        for subject in base.subjects
        if subject in diff.old.subjects and subject in diff.new.subjects
    ]
    names = {
        subject: {*_UNFIELDED, *(each.name for each in base.fields(subject) if each.part in parts)}
        for subject in subjects
    }
    changes = [c for c in diff if c.field in names.get(c.subject, ())]
    renamed = {c.before: c.code for c in changes if c.kind is ChangeKind.RANGE_REVISED}
    patches: dict[Key, dict[str, Any]] = {}
    for change in changes:
        _check(base, change, renamed, names[change.subject])
        patch = patches.setdefault((change.subject, change.code), {})
        if change.kind is ChangeKind.ADDED:
            patch |= change.after
        elif change.kind is ChangeKind.RANGE_REVISED:
            patch["id"] = change.before
        elif change.kind not in (ChangeKind.DELETED, ChangeKind.RESEQUENCED):
            patch[change.field] = change.after
    sequences = {subject: _sequence(base, changes, subject, renamed) for subject in subjects}
    return AppliedContent(base, diff.new.edition, parts, sequences, patches, renamed)


_UNFIELDED = ("", "sequence", "id")
"""The `field` of changes of no part: something added or deleted, another place, another id."""


def _check(
    base: Content, change: Change, renamed: Mapping[str, str], names: Collection[str]
) -> None:
    """Refuse a change whose old value the content does not have."""
    old = change.code
    if change.subject is Subject.SECTION:
        old = {new: before for before, new in renamed.items()}.get(old, old)
    row = base.row(change.subject, old)
    if change.kind is ChangeKind.ADDED:
        fits = row < 0
    elif row < 0 or change.kind in (ChangeKind.RANGE_REVISED, ChangeKind.RESEQUENCED):
        fits = row >= 0
    elif isinstance(change.before, Entry):
        fits = all(
            base.value(change.subject, old, name) == value
            for name, value in change.before.items()
            if name in names
        )
    else:
        fits = base.value(change.subject, old, change.field) == change.before
    if not fits:
        raise ComparisonError(
            f"the diff is not one from {base.edition}: {change}, which it does not have so"
        )


def _sequence(
    base: Content, changes: Iterable[Change], subject: Subject, renamed: Mapping[str, str]
) -> tuple[str, ...]:
    """The codes in the order of the new release: each new or moved one after its predecessor."""
    leaving: set[str] = set()
    followers: dict[str | None, str] = {}
    for change in changes:
        if change.subject is not subject:
            continue
        if change.kind in (ChangeKind.DELETED, ChangeKind.RESEQUENCED):
            leaving.add(change.code)
        if change.kind is ChangeKind.ADDED:
            followers[change.after.follows] = change.code
        elif change.kind is ChangeKind.RESEQUENCED:
            followers[change.after] = change.code
    codes: list[str] = []

    def add(code: str | None) -> None:
        while code is not None:
            codes.append(code)
            code = followers.pop(code, None)

    add(followers.pop(None, None))
    here = renamed if subject is Subject.SECTION else {}
    for old in base.codes(subject):
        code = here.get(old, old)
        if code not in leaving:
            add(code)
    if followers:
        raise ComparisonError(
            f"the diff is not one from {base.edition}: it puts {len(followers)} after what is not"
            " there"
        )
    return tuple(codes)


def composed(first: ReleaseDiff, later: ReleaseDiff) -> ReleaseDiff:
    """Two diffs in one, by carrying out both."""
    require(later, ReleaseDiff, "a diff, as codesets.compare gives one,")
    require_whole(first, later)
    if (first.new.system, first.new.edition) != (later.old.system, later.old.edition):
        raise ComparisonError(f"{later!r} does not begin where {first!r} ends")
    if isinstance(first.new, BillableContent) != isinstance(later.old, BillableContent):
        first, later = _of_billable(first), _of_billable(later)
    old = first.old
    new = apply(apply(old, first), later)
    changes = changes_between(old, new)
    return ReleaseDiff(
        old, new, changes, OfficialTotals.of(changes, old, new), _left_out(first, later, new)
    )


def _of_billable(diff: ReleaseDiff) -> ReleaseDiff:
    """The same diff in billable codes alone, as what has no headers is compared."""
    if isinstance(diff.old, BillableContent):
        return diff
    old, new = BillableContent(diff.old), BillableContent(diff.new)
    changes = changes_between(old, new)
    totals = OfficialTotals.of(changes, old, new)
    return ReleaseDiff(old, new, changes, totals, diff.not_compared)


def _left_out(first: ReleaseDiff, later: ReleaseDiff, new: Content) -> tuple[NotCompared, ...]:
    """The parts that one of the ends lacks, and those that were lost between them."""
    on_the_way = {each.part: each for each in (*later.not_compared, *first.not_compared)}
    found = {each.part: each for each in unlike_parts(first.old, later.new)}
    if any(isinstance(end, AppliedContent) for end in (first.old, later.new)):
        # What diffs made lacks parts that its release may have: the diffs themselves say why.
        found = {part: on_the_way.get(part, each) for part, each in found.items()}
    lost = first.old.parts - new.parts - found.keys()
    found |= {part: on_the_way[part] for part in lost}
    return tuple(found[part] for part in sorted(found))


def same_content(left: Any, right: Any) -> bool:
    """Whether two releases, or what diffs made of them, say the same in the parts both have.

    Other than the equality of releases, this does not look at the edition.
    """
    old, new = content_of(left), content_of(right)
    return not changes_between(old, new)
