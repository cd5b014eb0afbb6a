"""What changed between two releases of a code set.

import codesets
from codesets import icd10cm

diff = codesets.compare(icd10cm.load("2025"), icd10cm.load("2026"))
diff.added, diff.deleted, diff.official_totals
"""

from __future__ import annotations

from typing import Any

from codesets.diff.announced import Reconciled
from codesets.diff.changes import Change
from codesets.diff.comparing import NotCompared, changes_between, unlike_parts
from codesets.diff.content import Content
from codesets.diff.contents import content_of, sides
from codesets.diff.kinds import ChangeKind, Subject
from codesets.diff.rebuilding import rebuild
from codesets.diff.release_diff import ReleaseDiff
from codesets.diff.replaying import apply, same_content
from codesets.diff.totals import OfficialTotals
from codesets.diff.values import Entry, Location, NoteChanges, NoteText, RewordedNote, SeventhText
from codesets.errors import ComparisonError

__all__ = [
    "Change",
    "ChangeKind",
    "Content",
    "Entry",
    "Location",
    "NotCompared",
    "NoteChanges",
    "NoteText",
    "OfficialTotals",
    "Reconciled",
    "ReleaseDiff",
    "RewordedNote",
    "SeventhText",
    "Subject",
    "apply",
    "compare",
    "content_of",
    "rebuild",
    "same_content",
]


def compare(old: Any, new: Any) -> ReleaseDiff:
    """What changed from one release to another.

    Args:
        old: a release of ICD-10-CM or HCPCS Level II.
        new: another one of the same code set; it need not be the later one.

    Returns:
        The changes, in the order of the new release. Releases with unlike sources are compared in
        what both have, and `diff.not_compared` says what was left out.

    Raises:
        ComparisonError: the releases are of two code sets.
        ComparisonTypeError: one of them is no release.
        CompiledFileError: the file of one is damaged.

    Example:
        >>> import codesets
        >>> from codesets import icd10cm
        >>> release = icd10cm.load()
        >>> len(codesets.compare(release, release))
        0
    """
    before, after = sides(old, new)
    if before.system != after.system:
        raise ComparisonError(
            f"{before.system} {before.edition} and {after.system} {after.edition} are of two code"
            " sets: compare two releases of one"
        )
    try:
        changes = changes_between(before, after)
        totals = OfficialTotals.of(changes, before, after)
    except (LookupError, TypeError, ValueError):
        # Columns are compared without looking at each number: what damage leads to tells itself.
        for content in (before, after):
            content.verify()
        raise
    return ReleaseDiff(before, after, changes, totals, unlike_parts(before, after))
