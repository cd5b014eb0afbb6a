"""`codesets check-upstream`: what the publishers list that is not known yet."""

from __future__ import annotations

import click

from codesets import store
from codesets.cli.app import BROKEN
from codesets.cli.output import Cell, Output
from codesets.cli.systems import complete_system, system_named
from codesets.store import Offer

__all__ = ["command"]


@click.command("check-upstream", short_help="What the publishers list that is not known yet.")
@click.argument("system", metavar="[SYSTEM]", required=False, shell_complete=complete_system)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(ctx: click.Context, system: str | None, as_json: bool) -> None:
    """Read the listing pages of NCHS and CMS, and name the files that are not known.

    Goes to the network, to these pages alone; CODESETS_OFFLINE=1 forbids it. Exit code 3 if a page
    could not be read.
    """
    output = Output(as_json)
    with output.working("reading the publishers' pages") as tell:
        found = store.check_upstream(None if system is None else system_named(system), tell=tell)
    for offer in found:
        if as_json:
            output.record(offer.to_dict())
        else:
            output.rows([_row(offer)], (8, 12, 12, 10))
    for problem in found.problems:
        output.notice(problem)
    if not found and found.listings:
        output.notice(f"nothing new on {found.listings} pages")
    for name, edition in found.new_editions:
        output.notice(
            f"{name} {edition} is new: fetch its files, and codesets install --from PATH…"
        )
    if found.problems:
        ctx.exit(BROKEN)


def _row(offer: Offer) -> tuple[Cell, ...]:
    what = "other size" if offer.is_reissue else "new edition" if offer.is_new_edition else "new"
    return (
        (offer.system, ""),
        (offer.edition or "?", "key"),
        (what, "mark"),
        (str(offer.changed_on or ""), "label"),
        (offer.url, ""),
        (offer.label, "label"),
    )
