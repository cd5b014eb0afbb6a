"""`codesets migrate`: what became of the codes of a list."""

from __future__ import annotations

from pathlib import Path

import click

from codesets.cli.app import INVALID, shared_options
from codesets.cli.output import Output
from codesets.cli.reading import texts
from codesets.cli.systems import Room
from codesets.cli.tracing import OUTCOME_WIDTHS, ends_options, outcome_row, traced

__all__ = ["command"]


@click.command("migrate", short_help="What became of the codes of a list.")
@click.argument("codes", metavar="CODE…", nargs=-1)
@click.option(
    "--list",
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A list of codes: text, CSV, JSON or a workbook, as codesets impact reads it.",
)
@click.option("--column", metavar="HEAD", help="The head of the list's column with the codes.")
@ends_options
@shared_options(release=False)
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    path: Path | None,
    column: str | None,
    start: str,
    end: str,
    room: Room | None,
    as_json: bool,
) -> None:
    """Say of each code of a list what it became: unchanged, mapped, ambiguous, gone or unknown.

    Without CODE and list, or for "-", codes are read from standard input. When not in a terminal
    each line has four columns, apart by tabs: the code, the outcome, the codes to go on with or to
    choose from, the reason. The counts go to standard error. Exit code 1 if somebody has to look at
    some.
    """
    output = Output(as_json)
    traces = traced(_given(codes, path, column), start, end, room)
    if as_json:
        for found in traces:
            output.record(found.to_dict())
    else:
        output.rows(map(outcome_row, traces), OUTCOME_WIDTHS)
    output.notice(", ".join(f"{n:,} {name}" for name, n in traces.counts().items()))
    if not all(found.is_settled for found in traces):
        ctx.exit(INVALID)


def _given(codes: tuple[str, ...], path: Path | None, column: str | None) -> list[str]:
    """The codes of the arguments, then those of the list."""
    if path is None:
        if column is not None:
            raise click.UsageError("--column is about the file of --list")
        return list(texts(codes, "CODE"))
    from codesets.impact.lists import read_list

    listed = [entry.text for entry in read_list(path, column)]
    return [*(texts(codes, "CODE") if codes else ()), *listed]
