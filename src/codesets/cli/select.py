"""`codesets select`: the codes that patterns stand for, and the fewest that stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from codesets.cli.app import day_option, open_at_hand, shared_options
from codesets.cli.at_hand import AtHand, Opened
from codesets.cli.describing import Asked
from codesets.cli.output import Cell
from codesets.cli.reading import complete_code, texts
from codesets.cli.systems import Room
from codesets.errors import CodesetsError, SelectionError
from codesets.selection import EVERYTHING

__all__ = ["command"]


@click.command("select", short_help="The codes that patterns stand for.")
@click.argument("patterns", metavar="PATTERN…", nargs=-1, shell_complete=complete_code)
@click.option("--billable", "only_billable", is_flag=True, help="Only billable codes.")
@click.option("--headers", "only_headers", is_flag=True, help="Only headers.")
@click.option(
    "--condense",
    is_flag=True,
    help="Instead, the fewest codes that stand for exactly the billable ones selected.",
)
@day_option
@shared_options()
def command(
    patterns: tuple[str, ...],
    only_billable: bool,
    only_headers: bool,
    condense: bool,
    on: date | None,
    release: str | None,
    room: Room | None,
    as_json: bool,
) -> None:
    """List the codes that patterns stand for, in the publisher's order.

    PATTERN is a code or "S72.0*" for it and all below, "E11.-" for all below, a range "E10-E14", a
    section, or "*" for all codes. Without PATTERN, or for "-", standard input is read. When not in
    a terminal each line has three columns, apart by tabs: code, "billable" or "header" (HCPCS:
    "valid", "terminated" or "not yet added"), title. With --on: only codes valid on that day.
    """
    if only_billable and only_headers:
        raise click.UsageError(
            "--billable and --headers leave no code; without them both are listed"
        )
    billable = only_billable if only_billable or only_headers else None
    if condense and billable is False:
        raise click.UsageError("--condense is about billable codes, --headers leaves none")
    asked = Asked(on)
    output, at_hand = open_at_hand(as_json, release, room, asked)
    selected = tuple(texts(patterns, "PATTERN"))
    if not selected:
        # What a pipe without a line selects is nothing, in whichever release.
        return
    one = _owner(at_hand, selected)
    if not one.room.has_headers and (condense or billable is not None):
        raise click.UsageError(
            f"{one.room.system} has no headers: no --billable, --headers or --condense"
        )
    codes = _narrowed(one, selected, billable, on, condense)
    if as_json:
        for code in codes:
            output.record(one.record | one.words.brief_record(code, asked))
    else:
        output.rows((_row(one, code, asked) for code in codes), (8,))


def _owner(at_hand: AtHand, patterns: tuple[str, ...]) -> Opened:
    """The release in which all patterns stand for something."""
    if EVERYTHING in patterns:
        return at_hand.only()
    errors: list[SelectionError] = []
    found = at_hand.owner(" ".join(patterns), lambda one, _: _all_stand(one, patterns, errors))
    if found is None:
        raise errors[0] if len(errors) == 1 else _in_none(patterns, errors)
    return found


def _narrowed(
    one: Opened, patterns: tuple[str, ...], billable: bool | None, on: date | None, condense: bool
) -> Sequence[Any]:
    """What the patterns stand for in the release, as far as it is wanted."""
    release: Any = one.release
    chosen: dict[str, Any] = {}
    if billable is not None or condense:
        chosen["billable"] = billable is not False
    if on is not None and one.room.has_days:
        chosen["on"] = on
    codes: Sequence[Any] = release.select(*patterns, **chosen)
    if condense:
        codes = release.condense(codes)
    return codes


def _all_stand(one: Opened, patterns: tuple[str, ...], errors: list[SelectionError]) -> bool:
    release: Any = one.release
    try:
        release.select(*patterns)
    except SelectionError as error:
        errors.append(error)
        return False
    return True


def _in_none(patterns: tuple[str, ...], errors: list[SelectionError]) -> CodesetsError:
    """What each release says of the patterns that it has no codes for."""
    return SelectionError("; ".join(map(str, errors)), pattern=patterns)


def _row(one: Opened, code: Any, asked: Asked) -> tuple[Cell, ...]:
    item = one.words.brief(code, asked)
    state = (item.mark, "mark") if item.mark else (one.words.PLAIN, "good")
    return ((item.key, "key"), state, (item.text, ""))
