"""The table of code sets that the command knows."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, cast

import click
from attrs import frozen

from codesets.errors import EditionError
from codesets.system import HCPCS, ICD10CM, CodeSet, System

if TYPE_CHECKING:
    from codesets.cli.describing import Describer
    from codesets.sources import SourceFile

__all__ = [
    "ROOMS",
    "Room",
    "complete_kind",
    "complete_system",
    "kind_named",
    "room_named",
    "room_of_files",
    "system_named",
]


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
        vague_kinds: kinds of file that say nothing of the code set.
    """

    system: System
    module: str
    describer: str
    has_headers: bool = False
    has_days: bool = False
    has_modifiers: bool = False
    vague_kinds: frozenset[str] = frozenset(("",))

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
        """True if such a file is of this code set, be it one that no release is read from."""
        kinds: Any = importlib.import_module(f"{self.module}.kinds")
        return kinds.kind_of(file) not in self.vague_kinds


ROOMS = {
    room.system.name: room
    for room in (
        Room(
            ICD10CM,
            "codesets.icd10cm",
            "codesets.cli.describe_icd10cm",
            has_headers=True,
            vague_kinds=frozenset(("unknown file", "workbook", "document (PDF)")),
        ),
        Room(
            HCPCS,
            "codesets.hcpcs",
            "codesets.cli.describe_hcpcs",
            has_days=True,
            has_modifiers=True,
            vague_kinds=frozenset(("other",)),
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


def system_named(name: str) -> str:
    """The short name of a code set that is called by its title; any other name as it is."""
    titles = {room.system.title.casefold(): short for short, room in ROOMS.items()}
    return titles.get(name.casefold(), name)


def kind_named(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:
    """The name of whatever can be installed: a code set, a map, a grouper (callback of an option).

    `gem` stands for all GEMs, `hcc` for the tables of all models.
    """
    from codesets.store.kinds import kinds_named

    if name is None:
        return None
    system = system_named(name)
    try:
        kinds_named(system)
    except EditionError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    return system


def complete_kind(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names of all that can be installed, for the shell."""
    from codesets import shelf
    from codesets.store.kinds import KINDS

    names = [*(kind.system for kind in KINDS), *(entry.system for entry in shelf.entries())]
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]


def complete_system(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names that begin so, for the shell."""
    return [name for name in ROOMS if name.startswith(incomplete)]


def room_of_files(files: tuple[SourceFile, ...]) -> Room:
    """The code set whose official files these are.

    Raises:
        click.UsageError: they are of several.
    """
    found: dict[str, SourceFile] = {}
    for name, room in ROOMS.items():
        main = next(filter(room.recognises, files), None)
        if main is not None:
            found[name] = main
    if len(found) > 1:
        told = ", ".join(f"{file.name} is {ROOMS[name].system}" for name, file in found.items())
        raise click.UsageError(
            f"the files are of several code sets ({told}); hand in one release at a time, or say"
            f" which with --system {' or '.join(found)}"
        )
    if found:
        return ROOMS[next(iter(found))]
    # Nothing to read a release from: the reader that knows such files says best what they are.
    knowing = (room for room in ROOMS.values() if any(map(room.knows, files)))
    return next(knowing, next(iter(ROOMS.values())))
