"""`codesets migrate`: what became of the codes of a list."""

from __future__ import annotations

import click

from codesets.cli.app import INVALID, shared_options
from codesets.cli.output import Output
from codesets.cli.reading import texts
from codesets.cli.systems import Room
from codesets.cli.tracing import TraceRows, ends_options, parse_end

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
    from codesets.tracing import migrate

    output, rows = Output(as_json), TraceRows()
    system = room.system.name if room is not None else None
    found = migrate(texts(codes, "CODE"), parse_end(start), parse_end(end), system=system)
    for each in found:
        rows.count(each)
        if as_json:
            output.record(each.to_dict())
    if not as_json:
        output.rows(map(rows.of_outcome, found), rows.OUTCOME_WIDTHS)
    output.notice(", ".join(f"{n:,} {name}" for name, n in found.counts().items()))
    if not rows.all_settled:
        ctx.exit(INVALID)
