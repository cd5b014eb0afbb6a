"""`codesets install`: releases onto this machine."""

from __future__ import annotations

from collections.abc import Iterator

import click

from codesets.cli.app import exit_code, shared_options
from codesets.cli.output import Cell, Output
from codesets.cli.systems import Room
from codesets.store.installing import install_each
from codesets.store.outcomes import Outcome, State

__all__ = ["command"]

_STYLES = {State.INSTALLED: "good", State.REPLACED: "good", State.REFUSED: "bad"}
_SHOWN = 4
"""So many files passed over are named for each place; with `--json` all are."""


@click.command("install", short_help="Releases from official files onto this machine.")
@click.argument("what", metavar="PATH…", nargs=-1, required=True)
@click.option(
    "--from", "from_files", is_flag=True, help="Install from the files named, no network."
)
@click.option("--edition", metavar="NAME", help="The edition, as 2026-april, if not recognised.")
@click.option("--lenient", is_flag=True, help="List what cannot be read, instead of giving up.")
@click.option("--replace", is_flag=True, help="Also in the place of a release that holds more.")
@shared_options(release=False)
@click.pass_context
def command(
    ctx: click.Context,
    what: tuple[str, ...],
    from_files: bool,
    edition: str | None,
    lenient: bool,
    replace: bool,
    room: Room | None,
    as_json: bool,
) -> None:
    """Install releases, so that they are at hand.

    codesets install --from PATH… takes official files, the publishers' archives, and folders of
    such, whatever they are called: the files of one release together, or a folder for each.
    """
    if not from_files:
        raise click.UsageError("say where the official files are: codesets install --from PATH…")
    output = Output(as_json)
    outcomes = []
    with output.working("looking for official files") as tell:
        for outcome in install_each(
            what,
            edition=edition,
            system=None if room is None else room.system.name,
            lenient=lenient,
            replace=replace,
            tell=tell,
        ):
            outcomes.append(outcome)
            show(output, outcome)
    codes = [exit_code(each.error) for each in outcomes if each.error is not None]
    if codes:
        ctx.exit(max(codes))


def show(output: Output, outcome: Outcome) -> None:
    """What became of one release: a row, and on standard error what to know about it."""
    if output.json:
        output.record(outcome.to_dict())
    elif outcome.state is not State.PASSED_OVER:
        output.rows([_row(outcome)], (13,))
    for notice in _notices(outcome):
        output.notice(notice)


def _row(outcome: Outcome) -> tuple[Cell, ...]:
    edition = "?" if outcome.edition is None else str(outcome.edition)
    return (
        (str(outcome.state), _STYLES.get(outcome.state, "label")),
        (outcome.system or "?", ""),
        (edition, "key"),
        (" + ".join(outcome.sources), ""),
        (outcome.place, "label"),
    )


def _notices(outcome: Outcome) -> Iterator[str]:
    if outcome.error is not None:
        yield f"{outcome.place}: {outcome.error}"
    for remark in outcome.remarks:
        yield f"{outcome.name}: {remark}"
    passed = outcome.passed_over
    if passed:
        more = f" and {len(passed) - _SHOWN} more" if len(passed) > _SHOWN else ""
        yield f"{outcome.place}: passed over {', '.join(map(str, passed[:_SHOWN]))}{more}"
