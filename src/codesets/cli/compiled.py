"""Compiled files of every kind: which are at hand, and what opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import click

from codesets import shelf
from codesets.cli.systems import ROOMS
from codesets.compiled.format import SUFFIX
from codesets.compiled.reader import read_header
from codesets.crosswalk import ConversionTable, Crosswalk, Icd9Titles
from codesets.errors import ReleaseNotFoundError
from codesets.grouping import Ccir, Ccsr, Elixhauser, Grouper, HccModel
from codesets.shelf import ShelfEntry

__all__ = ["compiled_paths", "grouper_class", "none_at_hand", "of_no_room", "open_compiled"]

_GROUPERS: dict[str, type[Grouper]] = {"ccsr": Ccsr, "ccir": Ccir, "cmr": Elixhauser}
_OTHERS: dict[str, Any] = {
    "conversion": ConversionTable,
    "icd9cm": Icd9Titles,
    "icd9pcs": Icd9Titles,
}


def grouper_class(system: str) -> type[Grouper] | None:
    """The grouper that a compiled file of a system holds; None if it holds none."""
    return HccModel if system.startswith("hcc-") else _GROUPERS.get(system)


def open_compiled(path: Path) -> Any:
    """What a compiled file of no room holds: a map, a grouper, a conversion table, titles.

    Raises:
        CompiledFileError: it is damaged, or holds nothing of the kind.
    """
    system = read_header(path).system
    return (grouper_class(system) or _OTHERS.get(system, Crosswalk)).load_path(path)


def _is_of(system: str, asked: str | None) -> bool:
    """Whether a system is the one asked for, or of the family asked for (`gem`, `hcc`)."""
    return asked is None or system == asked or system.startswith(f"{asked}-")


def compiled_paths(name: str | None, system: str | None) -> Iterator[Path]:
    """The compiled files at hand, damaged ones among them.

    Args:
        name: an edition, or system and edition, as `gem-i9-2018`; None for all.
        system: of this system or family only; None for all.
    """
    readable = {entry.path: entry for entry in shelf.entries()}
    for folder in dict.fromkeys((shelf.data_folder(), shelf.embedded_folder())):
        with suppress(OSError):
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                stem, entry = path.name.removesuffix(SUFFIX), readable.get(path)
                if not _is_of(stem if entry is None else entry.system, system):
                    continue
                names = {stem} if entry is None else {stem, entry.edition.name}
                if name is None or name in names or (entry is None and stem.endswith(f"-{name}")):
                    yield path


def of_no_room(name: str | None, system: str | None) -> ShelfEntry | None:
    """The compiled file of no room that is meant; None where a release of a room is.

    Args:
        name: an edition of the system, or a file by its name: `gem-i9-2018`, or `gem-i9` for the
            newest of that system.
        system: the system, if one was asked for.

    Raises:
        ReleaseNotFoundError: the system asked for has none, or not that edition.
        click.UsageError: several are meant.
    """
    if system in ROOMS:
        return None
    found: dict[str, ShelfEntry] = {}
    for entry in shelf.entries():
        if entry.system in ROOMS or not _is_of(entry.system, system):
            continue
        named = {f"{entry.system}-{entry.edition.name}"}
        if system is not None:
            named.add(entry.edition.name)
        newest = name == entry.system or (name is None and system is not None)
        # Entries stand in order of effect: what has not begun answers only where nothing has.
        if newest and entry.system in found and not entry.edition.has_begun(date.today()):
            continue
        if newest or name in named:
            found[entry.system] = entry
    if len(found) > 1:
        names = " or ".join(found)
        raise click.UsageError(f"several are at hand; say which with --system {names}")
    if not found and system is not None:
        raise none_at_hand(name, system)
    return next(iter(found.values()), None)


def none_at_hand(name: str | None, system: str) -> ReleaseNotFoundError:
    """The error for a system of no room with nothing at hand; the caller raises it."""
    there = [e for e in shelf.entries() if _is_of(e.system, system)]
    names = ", ".join(f"{entry.system} {entry.edition}" for entry in there) or "none"
    wanted = f"{system} {name}" if name else system
    return ReleaseNotFoundError(
        f"{wanted} is not at hand (at hand: {names}); install it from its official files with:"
        " codesets install --from PATH…",
        system=system,
        wanted=name,
    )
