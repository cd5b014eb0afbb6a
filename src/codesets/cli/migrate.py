"""`codesets migrate`: what became of the codes of a list."""

from __future__ import annotations

import click

from codesets.cli.app import INVALID, shared_options
from codesets.cli.output import Output
from codesets.cli.systems import Room
from codesets.cli.tracing import OUTCOME_WIDTHS, ends_options, outcome_row, traced

__all__ = ["command"]


@click.command("migrate", short_help="What became of the codes of a list.")
@click.argument("codes", metavar="CODE…", nargs=-1)
@ends_options
@shared_options(release=False)
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    start: str,
    end: str,
    room: Room | None,
    as_json: bool,
) -> None:
    """Say of each code of a list what it became: unchanged, mapped, ambiguous, gone or unknown.

    Without CODE, or for "-", codes are read from standard input. When not in a terminal each line
    has four columns, apart by tabs: the code, the outcome, the codes to go on with or to choose
    from, the reason. The counts go to standard error. Exit code 1 if somebody has to look at some.
    """
    output = Output(as_json)
    traces = traced(codes, start, end, room)
    if as_json:
        for found in traces:
            output.record(found.to_dict())
    else:
        output.rows(map(outcome_row, traces), OUTCOME_WIDTHS)
    output.notice(", ".join(f"{n:,} {name}" for name, n in traces.counts().items()))
    if not all(found.is_settled for found in traces):
        ctx.exit(INVALID)
