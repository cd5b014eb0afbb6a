"""What became of codes of a list that can be used no longer, as `codesets.migrate` answers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import evolve

from codesets.errors import EditionError, ReleaseNotFoundError
from codesets.impact.results import ImpactFinding, ImpactKind
from codesets.tracing import migrate

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable

__all__ = ["followed"]

_ENDED = (ImpactKind.DELETED, ImpactKind.TERMINATED, ImpactKind.BECAME_HEADER)


def followed(
    findings: Iterable[ImpactFinding], old: Any, new: Any, table: ConversionTable | None
) -> list[ImpactFinding]:
    """The findings, those on codes that ended with the way of each.

    Args:
        findings: what a new release means for a list.
        old: the release that the list was made for.
        new: the release to come to.
        table: the conversion table to read; None for the newest at hand.
    """
    found = list(findings)
    wanted = dict.fromkeys(code for each in found for code in _ended(each))
    if not wanted:
        return found
    try:
        traces = dict(zip(wanted, migrate(wanted, old, new, table=table), strict=True))
    except (EditionError, ReleaseNotFoundError) as error:
        return [evolve(e, not_traced=error.message) if _ended(e) else e for e in found]
    return [evolve(each, traces=[traces[code] for code in _ended(each)]) for each in found]


def _ended(finding: ImpactFinding) -> tuple[str, ...]:
    """The codes of a finding that can be used no longer."""
    if finding.kind is ImpactKind.PATTERN_LOST:
        return finding.codes
    return (finding.code,) if finding.kind in _ENDED else ()
