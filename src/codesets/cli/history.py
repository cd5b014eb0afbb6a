"""`codesets history`: what a code was, day by day, in all releases at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codesets.cli.app import INVALID, modifier_option, shared_options
from codesets.cli.dated import Dated
from codesets.cli.nowhere import Nowhere, finding_record
from codesets.cli.output import Cell, Output, shown
from codesets.cli.reading import complete_code, texts
from codesets.cli.systems import Room

if TYPE_CHECKING:
    from codesets.timeline.lives import CodeHistory
    from codesets.timeline.periods import Period

__all__ = ["command"]

_WIDTHS = (8, 10, 10, 8)
"""Of code, first day, last day and state: columns stay where they are."""


@click.command("history", short_help="What a code was, span by span, in all releases at hand.")
@click.argument("codes", metavar="CODE…", nargs=-1, shell_complete=complete_code)
@modifier_option
@shared_options(release=False)
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    modifiers: bool,
    room: Room | None,
    as_json: bool,
) -> None:
    """Show what a code was: billable, header, live, absent or unknown, since when and until when.

    Out of all releases at hand, with the title of each span and what proves it. Without CODE, or
    for "-", codes are read from standard input. When not in a terminal each line has six columns,
    apart by tabs: code, first day, last day, state, evidence, title. Exit code 1 if one of the
    codes was never in a release at hand.
    """
    output, dated = Output(as_json), Dated.open(room, modifiers=modifiers)
    is_missing = False
    for text in texts(codes, "CODE"):
        found = dated.find(text)
        if isinstance(found, Nowhere):
            is_missing = True
            if as_json:
                output.record(finding_record(found))
            output.notice(found.reason)
        elif as_json:
            output.record({"system": found.history.system.name, **found.to_dict()})
        else:
            output.rows((_row(found, period) for period in found.periods), _WIDTHS)
    if is_missing:
        ctx.exit(INVALID)


def _row(life: CodeHistory, period: Period) -> tuple[Cell, ...]:
    style = "good" if period.state.is_valid else "middling" if period.state.is_known_code else "bad"
    doubt = "" if period.is_certain else " (not certain to the day)"
    return (
        (life.code, "key"),
        (period.first_day.isoformat(), ""),
        (period.last_day.isoformat(), ""),
        (str(period.state), style),
        (f"{period.evidence}{doubt}", "label"),
        (shown(period.display), ""),
    )
