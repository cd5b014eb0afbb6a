"""The past as a few given releases tell it, whether they are on the shelf or not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codesets.compiled.reader import Compiled
from codesets.release import Release
from codesets.shelf import ShelfEntry
from codesets.timeline import HISTORIES
from codesets.timeline.additions import additions, additions_in
from codesets.timeline.compiling import spaces_of
from codesets.timeline.intervals import compile_intervals, system_of

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable
    from codesets.timeline.past import Past

__all__ = ["past_of"]


def past_of(releases: Iterable[Release[Any]], table: ConversionTable | None = None) -> Past:
    """The past of some releases alone, made in memory.

    It is for who asks and lets go: pickled, it would come back as that of the shelf.

    Args:
        releases: of one system, each of another edition.
        table: the conversion table that dates additions; None for the newest at hand.
    """
    given = {release.edition.name: release for release in releases}
    system = next(iter(given.values())).system.name
    coverage, spaces = spaces_of(
        system,
        [release.edition for release in given.values()],
        lambda name: given[name].file,
        additions(system) if table is None else additions_in(table),
    )
    entries = [
        ShelfEntry(system, each.edition, Path(each.file.name), False, (), each.sources)
        for each in given.values()
    ]
    data = compile_intervals(system, coverage, spaces, entries)
    past = HISTORIES[system](Compiled.from_bytes(data, f"<{system_of(system)}>"))
    for release in given.values():
        past.keep(release)
    return past
