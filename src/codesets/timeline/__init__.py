"""One code over many releases, and the release in force on a day.

    import codesets
    codesets.history("icd10cm").check("E72.53", on=date(2025, 9, 30))

All releases at hand are compiled into one interval file, made again when they change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

from codesets.errors import EditionError
from codesets.timeline.answers import HeaderOn, NotYetAddedOn, TerminatedOn, ValidOn
from codesets.timeline.dates_past import HcpcsHistory, HcpcsModifierHistory
from codesets.timeline.editions_past import Icd10cmHistory
from codesets.timeline.intervals import intervals
from codesets.timeline.lives import CodeHistory
from codesets.timeline.periods import Evidence, EvidenceKind, Period, PeriodState

if TYPE_CHECKING:
    from codesets.timeline.past import Past

__all__ = [
    "CodeHistory",
    "Evidence",
    "EvidenceKind",
    "HcpcsHistory",
    "HcpcsModifierHistory",
    "HeaderOn",
    "Icd10cmHistory",
    "NotYetAddedOn",
    "Period",
    "PeriodState",
    "TerminatedOn",
    "ValidOn",
    "history",
]

HISTORIES: dict[str, type[Icd10cmHistory] | type[HcpcsHistory]] = {
    "hcpcs": HcpcsHistory,
    "icd10cm": Icd10cmHistory,
}


@overload
def history(system: Literal["icd10cm"]) -> Icd10cmHistory: ...
@overload
def history(system: Literal["hcpcs"]) -> HcpcsHistory: ...
@overload
def history(system: str) -> Past: ...
def history(system: str) -> Past:
    """All releases of a system at hand, in order of effect: what was valid when, and why not.

    Args:
        system: short name of the system, `icd10cm` or `hcpcs`.

    Returns:
        The history. Its interval file is made when releases came or went (some seconds for twenty
        releases) and opened within milliseconds otherwise.

    Raises:
        EditionError: there is no such system.
        ReleaseNotFoundError: no release of it is at hand that was ever in force.

    Example:
        >>> import codesets
        >>> from datetime import date
        >>> codesets.history("icd10cm").check("E11.9", on=date(2026, 5, 1)).is_valid
        True
    """
    try:
        kind = HISTORIES[system]
    except (KeyError, TypeError):
        known = ", ".join(HISTORIES)
        raise EditionError(
            f"no code system {system!r}: there is a history of {known}", system=str(system), name=""
        ) from None
    return kind(intervals(system))
