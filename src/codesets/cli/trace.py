"""`codesets trace`: what became of a code from one release to another, or what it was before."""

from __future__ import annotations

import click

from codesets.cli.app import INVALID, shared_options
from codesets.cli.output import Output
from codesets.cli.reading import texts
from codesets.cli.systems import Room
from codesets.cli.tracing import STEP_WIDTHS, ends_options, step_rows, traced

__all__ = ["command"]


@click.command("trace", short_help="What became of a code from one release to another.")
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
    """Show the way of a code, each step with what the files say of it.

    A step is taken by itself only where it is one to one; where somebody has to choose the way ends
    and the candidates are listed. With --to before --from the way goes backward. Exit code 1 if one
    of the codes does not end in one code.
    """
    output = Output(as_json)
    traces = traced(texts(codes, "CODE"), start, end, room)
    for found in traces:
        if found.outcome == "unknown":
            output.notice(found.reason)
        if as_json:
            output.record(found.to_dict())
        elif found.outcome != "unknown":
            output.rows(step_rows(found), STEP_WIDTHS)
    if not all(found.is_settled for found in traces):
        ctx.exit(INVALID)
