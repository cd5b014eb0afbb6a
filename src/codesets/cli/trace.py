"""`codesets trace`: what became of a code from one release to another, or what it was before."""

from __future__ import annotations

import click

from codesets.cli.app import INVALID, shared_options
from codesets.cli.output import Output
from codesets.cli.reading import texts
from codesets.cli.systems import Room
from codesets.cli.tracing import TraceRows, ends_options, parse_end
from codesets.errors import MalformedCodeError, UnknownCodeError

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
    from codesets.tracing import trace

    output, rows = Output(as_json), TraceRows()
    system = room.system.name if room is not None else None
    for text in texts(codes, "CODE"):
        try:
            found = trace(text, parse_end(start), parse_end(end), system=system)
        except (UnknownCodeError, MalformedCodeError) as error:
            output.notice(error.message)
            rows.all_settled = False
            continue
        if as_json:
            rows.count(found)
            output.record(found.to_dict())
        else:
            output.rows(rows.of_trace(found), rows.WIDTHS)
    if not rows.all_settled:
        ctx.exit(INVALID)
