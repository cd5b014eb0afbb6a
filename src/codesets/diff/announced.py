"""A diff against what the publisher announced: the addenda of the new release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import evolve, field, frozen

from codesets.diff.changes import Change
from codesets.diff.kinds import ChangeKind, Subject
from codesets.diff.release_diff import ReleaseDiff, require, require_whole
from codesets.diff.values import BILLABLE, Entry
from codesets.errors import ComparisonError
from codesets.icd10cm.addenda import Addenda, Announced, Announcement
from codesets.icd10cm.layout import Kind
from codesets.system import ICD10CM

__all__ = ["Reconciled", "reconcile"]


def _tuple(values: Iterable[Announcement]) -> tuple[Announcement, ...]:
    return tuple(values)


@frozen
class Reconciled:
    """Where a diff and the addenda differ.

    Attributes:
        announced_only: what the publisher announced and the releases do not show.
        found_only: what the releases show and the publisher did not announce: silent edits.
        agreed: how many entries are in both.
        disagreements: where the addenda disagree with the totals that they state, or lack them, in
            words: `Addenda.disagreements`.
    """

    announced_only: tuple[Announcement, ...] = field(converter=_tuple)
    found_only: tuple[Announcement, ...] = field(converter=_tuple)
    agreed: int
    disagreements: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True if they agree in everything, the addenda with their own totals too."""
        return not (self.announced_only or self.found_only or self.disagreements)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "agreed": self.agreed,
            "announced_only": [each.to_dict() for each in self.announced_only],
            "found_only": [each.to_dict() for each in self.found_only],
            "disagreements": list(self.disagreements),
        }

    def __repr__(self) -> str:
        doubts = f", {len(self.disagreements):,} disagreements" if self.disagreements else ""
        return (
            f"<Reconciled: {self.agreed:,} agreed, {len(self.announced_only):,} announced only,"
            f" {len(self.found_only):,} found only{doubts}>"
        )


def reconcile(diff: ReleaseDiff, addenda: Addenda) -> Reconciled:
    """What the publisher announced and was not found, and the other way round.

    Args:
        diff: the whole diff of two ICD-10-CM releases that have order files.
        addenda: the addenda of the new one.

    Returns:
        The entries on each side only. Codes addenda and diff files tell of billable codes and long
        titles alone, and are compared in these.

    Raises:
        ComparisonError: the diff was filtered, is of another code set, or one of its releases has
            no order file.
        ComparisonTypeError: these are no addenda.
    """
    require(addenda, Addenda, "what read_addenda gives")
    require_whole(diff)
    if diff.new.system != ICD10CM.name:
        raise ComparisonError("addenda are ICD-10-CM's: HCPCS has action codes instead")
    if any("long descriptions" not in content.parts for content in (diff.old, diff.new)):
        raise ComparisonError("both releases need an order file to be held against addenda")
    is_full = addenda.kind is Kind.ORDER_ADDENDA
    found = [each for each in _found(diff) if is_full or each.is_billable]
    if not is_full:
        found = [evolve(each, is_billable=None, short=None, before_short=None) for each in found]
        found = [each for each in found if not _says_nothing(each)]
    announced = Counter(addenda)
    shown = Counter(found)
    both = announced & shown
    return Reconciled(
        [each for each in addenda if each not in both],
        [each for each in found if each not in both],
        both.total(),
        addenda.disagreements,
    )


def _says_nothing(each: Announcement) -> bool:
    return each.kind is Announced.REVISED and each.long == each.before_long


def _found(diff: ReleaseDiff) -> Iterator[Announcement]:
    """The changes of a diff as the order addenda would announce them."""
    changed: dict[str, list[Change]] = {}
    for change in diff:
        if change.subject is Subject.CODE:
            changed.setdefault(change.code, []).append(change)
    for code, changes in changed.items():
        kinds = {change.kind: change for change in changes}
        if ChangeKind.ADDED in kinds:
            yield _of_entry(Announced.ADDED, code, kinds[ChangeKind.ADDED].after)
        elif ChangeKind.DELETED in kinds:
            yield _of_entry(Announced.DELETED, code, kinds[ChangeKind.DELETED].before)
        elif kinds.keys() & {ChangeKind.BECAME_HEADER, ChangeKind.BECAME_BILLABLE}:
            # A code that changes its flag is deleted as one and added as the other.
            is_billable = ChangeKind.BECAME_BILLABLE in kinds
            yield _plain(Announced.DELETED, code, not is_billable, diff.old)
            yield _plain(Announced.ADDED, code, is_billable, diff.new)
        elif kinds.keys() & {
            ChangeKind.LONG_DESCRIPTION_REVISED,
            ChangeKind.SHORT_DESCRIPTION_REVISED,
        }:
            after = _plain(Announced.REVISED, code, _is_billable(diff.new, code), diff.new)
            before = _plain(Announced.REVISED, code, None, diff.old)
            yield evolve(after, before_short=before.short, before_long=before.long)


def _of_entry(kind: Announced, code: str, entry: Entry) -> Announcement:
    is_billable = entry["state"] == BILLABLE
    return Announcement(
        kind, code, is_billable, entry["short_description"], entry["long_description"]
    )


def _plain(kind: Announced, code: str, is_billable: bool | None, content: Any) -> Announcement:
    short, long = (
        content.value(Subject.CODE, code, name)
        for name in ("short_description", "long_description")
    )
    return Announcement(kind, code, is_billable, short, long)


def _is_billable(content: Any, code: str) -> bool:
    return bool(content.value(Subject.CODE, code, "state") == BILLABLE)
