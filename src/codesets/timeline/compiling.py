"""The releases at hand to the spans of an interval file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codesets._gc import gc_suspended
from codesets.shelf import ShelfEntry
from codesets.timeline import by_dates, by_edition
from codesets.timeline.additions import additions
from codesets.timeline.coverage import Coverage
from codesets.timeline.releases import record_reader, row_reader
from codesets.timeline.segments import Space

__all__ = ["spaces_of"]


def spaces_of(system: str, entries: Sequence[ShelfEntry]) -> tuple[Coverage, list[Space]]:
    """The coverage of a system and what all its codes were.

    Args:
        system: short name of the system.
        entries: what is at hand; what is of other systems is passed over.
    """
    mine = [entry for entry in entries if entry.system == system and entry.edition.is_named]
    coverage = Coverage.of(system, (entry.edition for entry in mine))
    paths = {entry.edition.name: entry.path for entry in mine}
    with gc_suspended():
        return coverage, _SPACES[system](system, coverage, paths)


def _by_edition(system: str, coverage: Coverage, paths: dict[str, Path]) -> list[Space]:
    return [by_edition.space(system, coverage, row_reader(paths), additions(system))]


def _by_dates(system: str, coverage: Coverage, paths: dict[str, Path]) -> list[Space]:
    return [
        by_dates.space(prefix, coverage, record_reader(paths, modifiers=bool(prefix)))
        for prefix in ("", "modifier.")
    ]


_SPACES = {"icd10cm": _by_edition, "hcpcs": _by_dates}
