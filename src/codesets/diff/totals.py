"""Changes counted as the publishers count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from codesets.diff.changes import Change
from codesets.diff.content import Content
from codesets.diff.kinds import ChangeKind, Subject
from codesets.diff.values import BILLABLE, HEADER
from codesets.system import HCPCS

__all__ = ["OfficialTotals"]


@frozen
class OfficialTotals:
    """How many codes were added, deleted and revised, by the publisher's own way of counting.

    NCHS, at the end of its addenda: a code that becomes a header is a deletion among the codes and
    an addition among the headers, and the other way round; a revision is a code with another long
    or short description that is billable before and after. CMS: by the action code of each record
    of the new release, modifiers included; these tell of the changes since the edition right before
    it, whatever release it is compared with (`ReleaseDiff.official_since`).

    Attributes:
        added: ICD-10-CM: billable codes added. HCPCS: action A.
        deleted: ICD-10-CM: billable codes deleted. HCPCS: action D.
        revised: ICD-10-CM: codes with another long or short description; None where neither was
            compared. HCPCS: actions B, C, F, P, R, S and T.
        revised_both: ICD-10-CM: revisions of both descriptions.
        revised_long: ICD-10-CM: revisions of the long description only.
        revised_short: ICD-10-CM: revisions of the short description only.
        headers: ICD-10-CM: the same counts of headers; None for HCPCS.
        by_action: HCPCS: how many records have each action code, as (code, count).
    """

    added: int
    deleted: int
    revised: int | None
    revised_both: int | None = None
    revised_long: int | None = None
    revised_short: int | None = None
    headers: OfficialTotals | None = None
    by_action: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, changes: Iterable[Change], old: Content, new: Content) -> OfficialTotals:
        """The totals of the changes between two contents."""
        if new.system == HCPCS.name:
            return _by_action(new)
        found = list(changes)
        headers = _counted(found, old, new, HEADER)
        return evolve(_counted(found, old, new, BILLABLE), headers=headers)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, without what the code set does not have."""
        names = ("revised_both", "revised_long", "revised_short")
        found: dict[str, Any] = {
            "added": self.added,
            "deleted": self.deleted,
            "revised": self.revised,
        }
        found |= {name: count for name in names if (count := getattr(self, name)) is not None}
        if self.headers is not None:
            found["headers"] = self.headers.to_dict()
        if self.by_action:
            found["by_action"] = dict(self.by_action)
        return found


_REVISIONS = "BCFPRST"


def _by_action(new: Content) -> OfficialTotals:
    counts = Counter(new.actions())
    revised = sum(counts[action] for action in _REVISIONS)
    return OfficialTotals(
        counts["A"], counts["D"], revised, by_action=tuple(sorted(counts.items()))
    )


def _counted(changes: list[Change], old: Content, new: Content, state: str) -> OfficialTotals:
    """The counts of billable codes, or of headers."""
    other = HEADER if state == BILLABLE else BILLABLE
    became, ceased = (
        (ChangeKind.BECAME_BILLABLE, ChangeKind.BECAME_HEADER)
        if state == BILLABLE
        else (ChangeKind.BECAME_HEADER, ChangeKind.BECAME_BILLABLE)
    )
    counts = Counter(change.kind for change in changes)
    added, deleted = counts[became], counts[ceased]
    long: set[str] = set()
    short: set[str] = set()
    revised = {
        ChangeKind.LONG_DESCRIPTION_REVISED: long,
        ChangeKind.SHORT_DESCRIPTION_REVISED: short,
    }
    turned = {c.code for c in changes if c.kind in (became, ceased)}
    for change in changes:
        if change.subject is not Subject.CODE:
            continue
        code = change.code
        if change.kind is ChangeKind.ADDED:
            added += new.value(Subject.CODE, code, "state") == state
        elif change.kind is ChangeKind.DELETED:
            deleted += old.value(Subject.CODE, code, "state") == state
        elif (
            change.kind in revised
            and code not in turned
            and new.value(Subject.CODE, code, "state") != other
        ):
            revised[change.kind].add(code)
    if not all({"long descriptions", "short descriptions"} <= c.parts for c in (old, new)):
        return OfficialTotals(added, deleted, None)
    return OfficialTotals(
        added,
        deleted,
        len(long | short),
        len(long & short),
        len(long - short),
        len(short - long),
    )
