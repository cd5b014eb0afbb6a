"""Comparing the contents of two releases, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from codesets._gc import gc_suspended
from codesets.diff.changes import Change
from codesets.diff.content import Content, Pairing
from codesets.diff.kinds import ChangeKind, Subject, kind_of_change
from codesets.diff.sequence import moved
from codesets.diff.values import Location

__all__ = ["NotCompared", "changes_between", "in_order", "unlike_parts"]


@frozen
class NotCompared:
    """A part of a release that two releases were not compared in.

    Attributes:
        part: the part, as `notes`.
        reason: why not.
    """

    part: str
    reason: str

    def __str__(self) -> str:
        return f"{self.part}: {self.reason}"


def unlike_parts(old: Content, new: Content) -> tuple[NotCompared, ...]:
    """The parts that only one of two contents has."""
    return tuple(
        NotCompared(part, f"not in {_named(new if part in old.parts else old)}")
        for part in sorted(old.parts ^ new.parts)
    )


def _named(content: Content) -> str:
    return f"the {content.edition} release" if content.edition.is_named else "the unnamed release"


def compared_fields(old: Content, new: Content, subject: Subject) -> tuple[str, ...]:
    """The fields of a subject that two contents both have."""
    common = old.parts & new.parts
    return tuple(spec.name for spec in old.fields(subject) if spec.part in common)


def renamed_sections(old: Content, new: Content) -> dict[str, str]:
    """Sections that have another id and the same categories: old id → new id.

    Of the categories of either section that both releases have, at least one, all must be in the
    other one too: J40-J4A of 2025 holds what J40-J47 held.
    """
    if not (_sections(old) - _sections(new) and _sections(new) - _sections(old)):
        return {}
    before, after = old.categories(), new.categories()
    common = frozenset().union(*before.values()) & frozenset().union(*after.values())
    places: dict[frozenset[str], str] = {}
    for section, categories in before.items():
        kept = categories & common
        if kept and section not in after:
            places[kept] = section
    return {
        places[kept]: section
        for section, categories in after.items()
        if section not in before and (kept := categories & common) in places
    }


def _sections(content: Content) -> frozenset[str]:
    is_divided = Subject.SECTION in content.subjects
    return frozenset(content.codes(Subject.SECTION)) if is_divided else frozenset()


def relocated(location: Location, subject: Subject, renamed: Mapping[str, str]) -> Location:
    """A location with the new ids of sections, some of which are also codes of categories."""
    if subject is Subject.SECTION:
        parent = location.parent
        return location if parent is None else evolve(location, parent=renamed.get(parent, parent))
    section = location.section
    return location if section is None else evolve(location, section=renamed.get(section, section))


@frozen(eq=False)
class _Comparison:
    old: Content
    new: Content
    subject: Subject
    renamed: Mapping[str, str]
    fields: tuple[str, ...]
    pairing: Pairing

    def changes(self) -> Iterator[Change]:
        yield from self._one_sided()
        yield from self._revised()
        yield from self._resequenced()

    def _change(self, kind: ChangeKind, code: str, old: str, *values: object) -> Change:
        before, after, name = values
        actions = self.new.action(self.subject, code), self.old.action(self.subject, old)
        return Change(kind, self.subject, code, before, after, str(name), *actions)

    def _one_sided(self) -> Iterator[Change]:
        for row in self.pairing.deleted:
            entry = self.old.entry_at(self.subject, row, self.fields)
            yield self._change(ChangeKind.DELETED, entry.code, entry.code, entry, None, "")
        for row in self.pairing.added:
            entry = self.new.entry_at(self.subject, row, self.fields)
            yield self._change(ChangeKind.ADDED, entry.code, entry.code, None, entry, "")

    def _revised(self) -> Iterator[Change]:
        found = self.old.changed(self.new, self.subject, self.pairing, self.fields, self.renamed)
        for name, rows in found.items():
            for row in rows:
                code = self.new.code_at(self.subject, row)
                old = self.old.code_at(self.subject, self.pairing.old_rows[row])
                before = self.old.value(self.subject, old, name)
                after = self.new.value(self.subject, code, name)
                if self._renamed(before, name) != after:
                    kind = kind_of_change(name, before, after)
                    yield self._change(kind, code, old, before, after, name)
        for old, code in self.renamed.items() if self.subject is Subject.SECTION else ():
            yield self._change(ChangeKind.RANGE_REVISED, code, old, old, code, "id")

    def _renamed(self, value: Any, name: str) -> Any:
        return relocated(value, self.subject, self.renamed) if name == "location" else value

    def _resequenced(self) -> Iterator[Change]:
        if self.pairing.is_in_order:
            return
        old_rows, rows = self.pairing.common
        mine, its = self.old.codes(self.subject), self.new.codes(self.subject)
        # Named as in the new release, so that both sequences have the same members.
        kept = [its[row] for row in rows]
        names = dict(zip(old_rows, kept, strict=True))
        for code in moved([names[row] for row in sorted(names)], kept):
            row = self.new.row(self.subject, code)
            old_row = self.pairing.old_rows[row]
            before = self.old.before(self.subject, old_row)
            after = self.new.before(self.subject, row)
            yield self._change(
                ChangeKind.RESEQUENCED, code, mine[old_row], before, after, "sequence"
            )


def changes_between(old: Content, new: Content) -> tuple[Change, ...]:
    """All changes, in the order of the new content; what was deleted where it had stood."""
    renamed = renamed_sections(old, new)
    found: list[Change] = []
    # Hundreds of thousands of texts come and go, none of which is in a circle.
    with gc_suspended():
        for subject in old.subjects:
            if subject in new.subjects:
                here = renamed if subject is Subject.SECTION else {}
                pairing = old.pair(new, subject, here)
                fields = compared_fields(old, new, subject)
                found += _Comparison(old, new, subject, renamed, fields, pairing).changes()
        return in_order(found, old, new)


_KINDS = {kind: place for place, kind in enumerate(ChangeKind)}


def in_order(changes: Iterable[Change], old: Content, new: Content) -> tuple[Change, ...]:
    """Changes in the order of the new content; what was deleted after what it had followed."""
    subjects = {subject: place for place, subject in enumerate(new.subjects)}
    found = list(changes)
    gone = {(c.subject, c.code) for c in found if c.kind is ChangeKind.DELETED}
    # By subject, as 39 sections have the name of a category.
    renamed = {(c.subject, c.before): c.code for c in found if c.kind is ChangeKind.RANGE_REVISED}

    def place(change: Change) -> tuple[int, int, int, int, str]:
        subject, name = subjects[change.subject], change.field
        if change.kind is not ChangeKind.DELETED:
            row = new.row(change.subject, change.code)
            return subject, row, -1, _KINDS[change.kind], name
        row = above = old.row(change.subject, change.code)
        while above >= 0 and (change.subject, old.code_at(change.subject, above)) in gone:
            above -= 1
        follows = -1
        if above >= 0:
            after = old.code_at(change.subject, above)
            follows = new.row(change.subject, renamed.get((change.subject, after), after))
        return subject, follows, row, _KINDS[change.kind], name

    return tuple(sorted(found, key=place))
