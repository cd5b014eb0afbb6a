"""`codesets verify`: the full digest of compiled files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from codesets.cli.app import BROKEN, complete_release, shared_options
from codesets.cli.at_hand import AtHand, is_path
from codesets.cli.compiled import compiled_paths, none_at_hand
from codesets.cli.output import Cell, Output
from codesets.cli.systems import ROOMS
from codesets.compiled.reader import Compiled
from codesets.editions import Edition
from codesets.errors import CodesetsError

__all__ = ["command"]


@click.command("verify", short_help="Whether compiled files are undamaged.")
@click.argument("releases", metavar="PATH|RELEASE…", nargs=-1, shell_complete=complete_release)
@shared_options(release=False, every_kind=True)
@click.pass_context
def command(
    ctx: click.Context, releases: tuple[str, ...], system: str | None, as_json: bool
) -> None:
    """Check that compiled files are, byte for byte, what was written.

    For files, editions at hand (2026, or gem-i9-2018 for one map), or without argument everything
    at hand. Exit code 3 if one is damaged.
    """
    output = Output(as_json)
    all_sound = True
    for path in _paths(output, releases, system):
        name, edition, problem = _verified(path)
        all_sound = all_sound and not problem
        if as_json:
            record = {"path": str(path), "system": name, "edition": edition}
            output.record(record | {"ok": not problem, "problem": problem or None})
        else:
            output.rows([_row(path, name, edition, problem)], (7,))
        if problem:
            output.notice(problem)
    if not all_sound:
        ctx.exit(BROKEN)


def _paths(output: Output, releases: tuple[str, ...], system: str | None) -> Iterator[Path]:
    for release in releases or (None,):
        if release is not None and (is_path(release) or Path(release).is_file()):
            yield Path(release)
            continue
        paths = list(compiled_paths(release, system))
        if not paths and system is not None and system not in ROOMS:
            raise none_at_hand(release, system)
        if not paths:  # says that there is none, and how to get one
            AtHand.open(output, release, None if system is None else ROOMS[system])
        yield from paths


def _verified(path: Path) -> tuple[str | None, str | None, str]:
    """System and edition, where they can be read, and what is wrong; empty if nothing is."""
    system: str | None = None
    edition: str | None = None
    try:
        compiled = Compiled.open(path)
        system = compiled.header.system
        edition = Edition.from_dict(compiled.header.values["edition"]).name
        compiled.verify()
    except CodesetsError as error:
        return system, edition, str(error)
    except KeyError:
        return system, edition, f"{path} has an unreadable header"
    return system, edition, ""


def _row(path: Path, system: str | None, edition: str | None, problem: str) -> tuple[Cell, ...]:
    state = ("damaged", "bad") if problem else ("ok", "good")
    return state, (system or "?", ""), (edition or "unnamed", "key"), (str(path), "label")
