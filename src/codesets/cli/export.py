"""`codesets export`: a release, map or grouper as CSV, JSON Lines or SQLite."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from codesets.cli.app import complete_release, shared_options
from codesets.cli.at_hand import AtHand, is_path
from codesets.cli.compiled import of_no_room, open_compiled
from codesets.cli.output import Output
from codesets.cli.systems import ROOMS
from codesets.compiled.reader import read_header
from codesets.export import (
    ExportFormat,
    default_table,
    export_bytes,
    export_release,
    tables_of,
)

__all__ = ["command"]


@click.command("export", short_help="A release or map as CSV, JSON Lines or SQLite.")
@click.argument("release", metavar="RELEASE|PATH", required=False, shell_complete=complete_release)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([str(each) for each in ExportFormat]),
    help="Default: by the suffix of OUT.",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="OUT",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, whole or not at all. Default, for csv and jsonl: standard output.",
)
@click.option(
    "--table", metavar="NAME", help="The table, for csv and jsonl. Default: codes, or entries."
)
@shared_options(release=False, every_kind=True)
def command(
    release: str | None,
    format_name: str | None,
    target: Path | None,
    table: str | None,
    system: str | None,
    as_json: bool,
) -> None:
    """Write a release, map or grouper as CSV (RFC 4180), JSON Lines or an SQLite database.

    csv and jsonl hold one table, sqlite holds all. RELEASE is an edition at hand, a map or grouper
    at hand by its name (gem-i9-2018, hcc-v28 for the newest), or a compiled file; default: the
    newest release at hand.
    """
    output = Output(as_json)
    chosen = _format(format_name, target)
    content, name, record = _opened(output, release, system)
    tables = tables_of(content)
    if table is not None and table not in tables:
        raise click.UsageError(f"there is no table {table!r}; there are: {', '.join(tables)}")
    if table is not None and chosen.holds_all:
        raise click.UsageError(f"{chosen} holds all tables; --table is for csv and jsonl")
    if target is None:
        # As bytes: CSV has its own line ends, which a text stream would change.
        data = export_bytes(content, chosen, table=table)
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    with output.working(f"writing {target}"):
        export_release(content, target, chosen, table=table)
    held = list(tables) if chosen.holds_all else [table or default_table(tables)]
    if as_json:
        record |= {"path": str(target), "size": target.stat().st_size}
        output.record(record | {"format": str(chosen), "tables": held})
    else:
        output.line(f"{target}: {name}, {', '.join(held)}")


def _opened(
    output: Output, release: str | None, system: str | None
) -> tuple[Any, str, dict[str, Any]]:
    """What is to be written, what it is called, and what its record begins with."""
    path: Path | None = None
    if release is not None and is_path(release):
        held = read_header(release).system
        if system not in (None, held):
            raise click.UsageError(f"{release} holds {held}, not {system}")
        path = None if held in ROOMS else Path(release)
    else:
        entry = of_no_room(release, system)
        path = None if entry is None else entry.path
    if path is None:
        one = AtHand.open(output, release, ROOMS.get(system or "")).only()
        return one.release, one.name, one.record
    content = open_compiled(path)
    edition = content.edition
    record = {"system": edition.system, "edition": edition.name}
    return content, f"{edition.system} {edition}", record


def _format(name: str | None, target: Path | None) -> ExportFormat:
    chosen = ExportFormat(name) if name else None
    if target is None:
        if chosen is None or chosen.holds_all:
            raise click.UsageError("say where to write with --output, or --format csv or jsonl")
        return chosen
    chosen = chosen or ExportFormat.of_path(target)
    if chosen is None:
        names = ", ".join(ExportFormat)
        raise click.UsageError(f"the suffix of {target} speaks of no format; say --format: {names}")
    return chosen
