"""`codesets export`: a release as CSV, JSON Lines or SQLite."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from codesets.cli.app import complete_release, shared_options
from codesets.cli.at_hand import AtHand
from codesets.cli.output import Output
from codesets.cli.systems import Room
from codesets.export import ExportFormat, export_bytes, export_release, tables_of

__all__ = ["command"]


@click.command("export", short_help="A release as CSV, JSON Lines or SQLite.")
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
@click.option("--table", metavar="NAME", help="The table, for csv and jsonl. Default: codes.")
@shared_options(release=False)
def command(
    release: str | None,
    format_name: str | None,
    target: Path | None,
    table: str | None,
    room: Room | None,
    as_json: bool,
) -> None:
    """Write a release as CSV (RFC 4180), JSON Lines or an SQLite database.

    csv and jsonl hold one table, sqlite holds all. RELEASE is an edition at hand or a compiled
    file; default: the newest at hand.
    """
    output = Output(as_json)
    chosen = _format(format_name, target)
    one = AtHand.open(output, release, room).only()
    tables = tables_of(one.release)
    if table is not None and table not in tables:
        raise click.UsageError(f"there is no table {table!r}; there are: {', '.join(tables)}")
    if table is not None and chosen.holds_all:
        raise click.UsageError(f"{chosen} holds all tables; --table is for csv and jsonl")
    if target is None:
        # As bytes: CSV has its own line ends, which a text stream would change.
        data = export_bytes(one.release, chosen, table=table)
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    with output.working(f"writing {target}"):
        export_release(one.release, target, chosen, table=table)
    held = list(tables) if chosen.holds_all else [table or "codes"]
    if as_json:
        record = {"path": str(target), "size": target.stat().st_size}
        output.record(one.record | record | {"format": str(chosen), "tables": held})
    else:
        output.line(f"{target}: {one.name}, {', '.join(held)}")


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
