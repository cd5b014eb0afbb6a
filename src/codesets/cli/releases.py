"""`codesets releases`: what there is, what is at hand, and what is newer."""

from __future__ import annotations

import click

from codesets import store
from codesets.cli.output import Cell, Output
from codesets.cli.systems import complete_kind, system_named
from codesets.store import Listed

__all__ = ["command"]


@click.command("releases", short_help="What releases there are, and which are at hand.")
@click.argument("system", metavar="[SYSTEM]", required=False, shell_complete=complete_kind)
@click.option("--at-hand", is_flag=True, help="Only those at hand.")
@click.option("--newer", is_flag=True, help="Only those newer than all at hand.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(system: str | None, at_hand: bool, newer: bool, as_json: bool) -> None:
    """List all releases ever published, as icd10cm or hcpcs, and where each stands here.

    Of maps and groupers (gem, ccsr, hcc-v28, …) it lists those at hand.

    No network is asked: what the publishers have issued since, codesets check-upstream says.
    """
    output, rows = Output(as_json), []
    found = store.releases(None if system is None else system_named(system))
    if not found:
        output.notice(
            f"no {system} is at hand; install it from its official files with: codesets install"
            " --from PATH…"
        )
    for listed in found:
        if (at_hand or newer) and not (
            (at_hand and listed.is_at_hand) or (newer and listed.is_newer)
        ):
            continue
        if as_json:
            output.record(listed.to_dict())
        else:
            rows.append(_row(listed))
    # Together, so that all columns stand in line.
    output.rows(rows)


def _row(listed: Listed) -> tuple[Cell, ...]:
    edition = listed.edition
    return (
        (edition.system, ""),
        (edition.name, "key"),
        (str(edition.effective_from or "never"), ""),
        (str(edition.effective_to or ""), ""),
        _state(listed),
        (_counts(listed), "label"),
        (listed.published_name or "", "label"),
    )


def _state(listed: Listed) -> Cell:
    if listed.entry is not None:
        return f"at hand: {' + '.join(listed.entry.sources)}", "good"
    if not listed.has_files:
        return "no files were published", "label"
    return ("newer", "mark") if listed.is_newer else ("", "")


def _counts(listed: Listed) -> str:
    counts = listed.counts
    if counts is None:
        return ""
    told = (
        (counts.billable, "billable"),
        (counts.codes, "codes"),
        (counts.modifiers, "modifiers"),
    )
    return ", ".join(f"{number:,} {name}" for number, name in told if number is not None)
