"""`codesets show`: what a code is, and what stands above and below it."""

from __future__ import annotations

from datetime import date

import click

from codesets.cli.app import (
    INVALID,
    day_option,
    modifier_option,
    open_at_hand,
    shared_options,
)
from codesets.cli.describing import Asked
from codesets.cli.reading import complete_code, texts
from codesets.cli.systems import Room

__all__ = ["command"]


@click.command("show", short_help="What a code is, and what stands above and below it.")
@click.argument("codes", metavar="CODE…", nargs=-1, shell_complete=complete_code)
@day_option
@modifier_option
@shared_options()
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    on: date | None,
    modifiers: bool,
    release: str | None,
    room: Room | None,
    as_json: bool,
) -> None:
    """Show what a code is: title, whether it may be used, what stands above and below, notes.

    CODE is a code in any common spelling; or (ICD-10-CM) a section (E08-E13) or the number of a
    chapter; or (HCPCS) a grouping (betos) or a group (betos:O1A). Without CODE, or for "-", codes
    are read from standard input, apart by blanks, commas or line ends. Exit code 1 if one of them
    is not there.
    """
    asked = Asked(on, modifiers)
    output, at_hand = open_at_hand(as_json, release, room, asked)
    for one, thing in at_hand.each(texts(codes, "CODE")):
        if as_json:
            output.record(one.record | one.words.record(thing, asked))
        else:
            output.describe(one.words.describe(thing, asked), one.name)
    if not at_hand.all_found:
        ctx.exit(INVALID)
