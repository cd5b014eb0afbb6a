"""The two releases that `diff` and `impact` compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codesets import shelf
from codesets.cli import systems
from codesets.cli.at_hand import is_compiled, is_path
from codesets.cli.systems import Room, room_of_files
from codesets.compiled.reader import read_header
from codesets.errors import CompiledFileError, ReleaseNotFoundError

if TYPE_CHECKING:
    from codesets.release import Release

__all__ = ["both"]


def both(old: str, new: str, room: Room | None) -> tuple[Release[Any], Release[Any]]:
    """The releases that two texts name: editions at hand, compiled files, or official files.

    Args:
        old: names the first.
        new: names the second.
        room: the code set, if one was asked for.

    Raises:
        ReleaseNotFoundError: an edition is not at hand.
        click.UsageError: an edition is one of several code sets.
        CodesetsError: a file is no release.
    """
    named = [text for text in (old, new) if not _is_file(text)]
    if room is None and named:
        room = _room_of(named, [text for text in (old, new) if _is_file(text)])
    return _opened(old, room), _opened(new, room)


def _is_file(text: str) -> bool:
    return is_path(text) or Path(text).exists()


def _room_of(names: list[str], paths: list[str]) -> Room:
    """The code set that has all these editions at hand, and is that of the files beside them."""
    having = {name: systems.ROOMS[name] for name in shelf.systems_with(names, systems.ROOMS)}
    for path in paths:
        having = {name: room for name, room in having.items() if room is _room_at(path)}
    if not having:
        there = [f"{e.system} {e.edition}" for e in shelf.entries() if e.system in systems.ROOMS]
        raise ReleaseNotFoundError(
            f"no code set has {' and '.join(names)} at hand (at hand:"
            f" {', '.join(there) or 'none'}); codesets install gets releases",
            system="",
            wanted=names[0],
        )
    if len(having) > 1:
        options = " or ".join(having)
        raise click.UsageError(
            f"{' and '.join(names)} are editions of several code sets; say which with --system"
            f" {options}"
        )
    return next(iter(having.values()))


def _room_at(path: str) -> Room:
    """The code set of a file, compiled or official."""
    if is_compiled(Path(path)):
        system = read_header(path).system
        if system not in systems.ROOMS:
            raise CompiledFileError(f"{path} holds {system!r}, which has no releases", file=path)
        return systems.ROOMS[system]
    from codesets.sources import open_sources

    return room_of_files(open_sources((Path(path),)))


def _opened(text: str, room: Room | None) -> Release[Any]:
    mine = room or _room_at(text)
    if not _is_file(text):
        found: Release[Any] = mine.doors.load(text)
        return found
    if is_compiled(Path(text)):
        compiled: Release[Any] = mine.doors.load_path(text)
        return compiled
    parsed: Release[Any] = mine.doors.parse(Path(text))
    return parsed
