"""`codesets notes`: the notes of a code, its own and those of the levels above."""

from __future__ import annotations

import click

from codesets.cli.app import INVALID, modifier_option, open_at_hand, shared_options
from codesets.cli.describing import Asked
from codesets.cli.reading import complete_code, texts
from codesets.cli.systems import Room

__all__ = ["command"]


@click.command("notes", short_help="All notes that apply to a code.")
@click.argument("codes", metavar="CODE…", nargs=-1, shell_complete=complete_code)
@modifier_option
@shared_options()
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    modifiers: bool,
    release: str | None,
    room: Room | None,
    as_json: bool,
) -> None:
    """Show all notes that apply to a code, from the chapter down to the code itself.

    Grouped by the level that has them and by their kind, in the order of the official file. CODE
    may be a section or a chapter too. Of HCPCS: the processing note and
    the corrections. Without CODE, or for "-", standard input is read.
    """
    output, at_hand = open_at_hand(as_json, release, room, Asked(modifiers=modifiers))
    for one, thing in at_hand.each(texts(codes, "CODE")):
        root = one.words.node(thing)
        if as_json:
            notes = {"notes": one.words.note_records(thing)}
            output.record(one.record | root.identity | notes)
        else:
            output.notes(root.key, root.title, one.words.note_levels(thing))
    if not at_hand.all_found:
        ctx.exit(INVALID)
