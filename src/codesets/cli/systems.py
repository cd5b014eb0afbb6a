"""The table of code sets that the command knows."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, cast

import click
from attrs import frozen

from codesets.system import HCPCS, ICD10CM, CodeSet, System

if TYPE_CHECKING:
    from codesets.cli.describing import Describer
    from codesets.sources import SourceFile

__all__ = ["ROOMS", "Room", "complete_system", "room_named", "room_of_files"]


@frozen
class Room:
    """One code set: where its library is, and where the words for the command.

    Attributes:
        system: the code set.
        module: name of its library.
        describer: name of the module with its words.
        has_headers: True if codes stand above others, and are not valid themselves.
        has_days: True if a release has the first and the last day of each code, so that it
            answers for any day; False where each release answers for the days it is in force.
        has_modifiers: True if a release has a second key space, `modifiers`.
    """

    system: System
    module: str
    describer: str
    has_headers: bool = False
    has_days: bool = False
    has_modifiers: bool = False

    @property
    def doors(self) -> CodeSet:
        """`load`, `load_path`, `parse` and the rest; imported when asked for."""
        return cast("CodeSet", importlib.import_module(self.module))

    @property
    def words(self) -> Describer:
        """What the code set tells the verbs; imported when asked for."""
        return cast("Describer", importlib.import_module(self.describer))

    def recognises(self, file: SourceFile) -> bool:
        """True if a release of this code set is read from such a file."""
        kinds: Any = importlib.import_module(f"{self.module}.kinds")
        return kinds.kind_of(file) in kinds.MAIN_KINDS

    def knows(self, file: SourceFile) -> bool:
        """True if such a file is of this code set, be it one that is passed over."""
        kinds: Any = importlib.import_module(f"{self.module}.kinds")
        return bool(kinds.kind_of(file) in kinds.OWN_KINDS)


ROOMS = {
    room.system.name: room
    for room in (
        Room(ICD10CM, "codesets.icd10cm", "codesets.cli.describe_icd10cm", has_headers=True),
        Room(
            HCPCS,
            "codesets.hcpcs",
            "codesets.cli.describe_hcpcs",
            has_days=True,
            has_modifiers=True,
        ),
    )
}
"""A code set joins the command by a row here and a module that describes its codes."""


def room_named(ctx: click.Context, param: click.Parameter, name: str | None) -> Room | None:
    """The code set of a short name or a title, in either letter case (callback of an option)."""
    if name is None:
        return None
    for room in ROOMS.values():
        if name.casefold() in (room.system.name, room.system.title.casefold()):
            return room
    raise click.BadParameter(f"{name!r} is none of: {', '.join(ROOMS)}", ctx, param)


def complete_system(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names that begin so, for the shell."""
    return [name for name in ROOMS if name.startswith(incomplete)]


def room_of_files(files: tuple[SourceFile, ...]) -> Room:
    """The code set whose official files these are.

    Raises:
        click.UsageError: they are of several.
    """
    recognising = [room for room in ROOMS.values() if any(room.recognises(file) for file in files)]
    if len(recognising) > 1:
        names = " or ".join(room.system.name for room in recognising)
        raise click.UsageError(
            f"the files are of several code sets; say which with --system {names}"
        )
    # Of none: a room's own reader says best what the files are.
    return recognising[0] if recognising else next(iter(ROOMS.values()))
