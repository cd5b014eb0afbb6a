"""Releases to the spans of an interval file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from codesets._edition import Edition
from codesets._gc import gc_suspended
from codesets.compiled.reader import Compiled
from codesets.timeline import by_dates, by_edition
from codesets.timeline.additions import Addition
from codesets.timeline.coverage import Coverage
from codesets.timeline.releases import record_reader, row_reader
from codesets.timeline.segments import Space

__all__ = ["Opened", "spaces_of"]

Opened = Callable[[str], Compiled]
"""Edition name → the compiled file of its release, opened."""


def spaces_of(
    system: str, editions: Iterable[Edition], opened: Opened, additions: Sequence[Addition]
) -> tuple[Coverage, list[Space]]:
    """The coverage of a system and what all its codes were.

    Args:
        system: short name of the system.
        editions: those of the releases that speak.
        opened: gives the compiled file of each.
        additions: what a conversion table says was added when.
    """
    coverage = Coverage.of(system, editions)
    with gc_suspended():
        return coverage, _SPACES[system](system, coverage, opened, additions)


def _by_edition(
    system: str, coverage: Coverage, opened: Opened, additions: Sequence[Addition]
) -> list[Space]:
    return [by_edition.space(system, coverage, row_reader(opened), additions)]


def _by_dates(
    system: str, coverage: Coverage, opened: Opened, additions: Sequence[Addition]
) -> list[Space]:
    return [
        by_dates.space(prefix, coverage, record_reader(opened, modifiers=bool(prefix)))
        for prefix in ("", "modifier.")
    ]


_SPACES = {"icd10cm": _by_edition, "hcpcs": _by_dates}
