"""Two issues of the conversion table compared, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionEntry

__all__ = ["RowChange", "TableChanges", "changes_between"]


@frozen
class RowChange:
    """A row whose previous codes an issue states otherwise than the one before.

    Attributes:
        before: the row of the older issue.
        after: the row of the newer one.
    """

    before: ConversionEntry
    after: ConversionEntry

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"before": self.before.to_dict(), "after": self.after.to_dict()}

    def __str__(self) -> str:
        before, after = self.before.previous_text.strip(), self.after.previous_text.strip()
        return f"{self.after.code} ({self.after.effective}): {before!r} became {after!r}"


@frozen
class TableChanges:
    """What one issue changed in an older one; blanks around cells are no change.

    Attributes:
        added: rows that the older issue does not have.
        altered: rows of the same code and day with other previous codes.
        dropped: rows that only the older issue has; none so far.
    """

    added: tuple[ConversionEntry, ...]
    altered: tuple[RowChange, ...]
    dropped: tuple[ConversionEntry, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "added": [entry.to_dict() for entry in self.added],
            "altered": [change.to_dict() for change in self.altered],
            "dropped": [entry.to_dict() for entry in self.dropped],
        }

    def __repr__(self) -> str:
        return (
            f"<TableChanges: {len(self.added):,} added, {len(self.altered):,} altered,"
            f" {len(self.dropped):,} dropped>"
        )


def changes_between(
    older: Iterable[ConversionEntry], newer: Iterable[ConversionEntry]
) -> TableChanges:
    """The rows of two issues, matched by code, day and previous codes, then by code and day."""
    waiting: dict[tuple[str, date], list[ConversionEntry]] = {}
    for entry in older:
        waiting.setdefault((entry.code, entry.effective), []).append(entry)
    unmatched: list[ConversionEntry] = []
    for entry in newer:
        candidates = waiting.get((entry.code, entry.effective), [])
        same = next((c for c in candidates if _said(c) == _said(entry)), None)
        if same is None:
            unmatched.append(entry)
        else:
            candidates.remove(same)
    added: list[ConversionEntry] = []
    altered: list[RowChange] = []
    for entry in unmatched:
        candidates = waiting.get((entry.code, entry.effective), [])
        if candidates:
            altered.append(RowChange(candidates.pop(0), entry))
        else:
            added.append(entry)
    dropped = tuple(entry for left in waiting.values() for entry in left)
    return TableChanges(tuple(added), tuple(altered), dropped)


def _said(entry: ConversionEntry) -> str:
    return entry.previous_text.strip()
