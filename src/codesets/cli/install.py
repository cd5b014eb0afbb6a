"""`codesets install`: releases onto this machine."""

from __future__ import annotations

from collections.abc import Iterator

import click

from codesets.cli.app import exit_code, lenient_option, shared_options
from codesets.cli.output import Cell, Output
from codesets.cli.systems import system_named
from codesets.store.fetching import download
from codesets.store.installing import install_each
from codesets.store.outcomes import Outcome, State

__all__ = ["command"]

_STYLES = {State.INSTALLED: "good", State.REPLACED: "good", State.REFUSED: "bad"}
_SHOWN = 4
"""So many files passed over are named for each place; with `--json` all are."""


@click.command("install", short_help="Releases from official files onto this machine.")
@click.argument("what", metavar="SYSTEM EDITION | PATH…", nargs=-1, required=True)
@click.option("--from", "from_files", is_flag=True, help="From the files at PATH; no network.")
@click.option("--edition", metavar="NAME", help="The edition, as 2026-april, if not recognised.")
@click.option(
    "--accept-reissue",
    is_flag=True,
    help="Take a file that is not the one known: publishers issue files again.",
)
@lenient_option
@click.option("--replace", is_flag=True, help="Also in the place of a release that holds more.")
@shared_options(release=False, every_kind=True)
@click.pass_context
def command(
    ctx: click.Context,
    what: tuple[str, ...],
    from_files: bool,
    edition: str | None,
    accept_reissue: bool,
    lenient: bool,
    replace: bool,
    system: str | None,
    as_json: bool,
) -> None:
    """Install releases, so that they are at hand.

    codesets install --from PATH… takes official files, the publishers' archives, and folders of
    such, whatever they are called: the files of one release together, or a folder for each.

    codesets install SYSTEM EDITION, as icd10cm 2027, fetches the files from the publisher. Only
    hosts of the publishers are contacted, and none where CODESETS_OFFLINE=1 is set.
    """
    output = Output(as_json)
    if not from_files:
        wanted, name = _release(what, edition, system)
        with output.working(f"fetching {wanted} {name}") as tell:
            outcome = download(
                wanted,
                name,
                accept_reissue=accept_reissue,
                lenient=lenient,
                replace=replace,
                tell=tell,
            )
        show(output, outcome)
        return
    if accept_reissue:
        raise click.UsageError("--accept-reissue is about what is fetched, not --from files")
    outcomes = []
    with output.working("looking for official files") as tell:
        for outcome in install_each(
            what,
            edition=edition,
            system=system,
            lenient=lenient,
            replace=replace,
            tell=tell,
        ):
            outcomes.append(outcome)
            show(output, outcome)
    codes = [exit_code(each.error) for each in outcomes if each.error is not None]
    if codes:
        ctx.exit(max(codes))


def _release(what: tuple[str, ...], edition: str | None, system: str | None) -> tuple[str, str]:
    """System and edition of the release to fetch."""
    if len(what) != 2 or edition is not None or system is not None:
        raise click.UsageError(
            "say which release to fetch, as: codesets install icd10cm 2027; or where its files"
            " are: codesets install --from PATH…"
        )
    return system_named(what[0]), what[1]


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
