"""`codesets impact`: what a new release means for a list of codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codesets.cli.app import INVALID, complete_release, shared_options
from codesets.cli.output import Cell, Output, shown
from codesets.cli.reading import STDIN
from codesets.cli.systems import Room
from codesets.cli.tracing import OUTCOME_STYLES

if TYPE_CHECKING:
    from codesets.grouping import Grouper
    from codesets.impact import Impact, ImpactFinding

__all__ = ["command"]

_WIDTHS = (10, 8, 15)
"""Of an entry, a place and a kind, in a terminal."""


@click.command("impact", short_help="What a new release means for a list of codes.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--from",
    "old",
    required=True,
    metavar="NAME|PATH",
    shell_complete=complete_release,
    help="The release that the list was made for: an edition at hand, a compiled file, or official"
    " files.",
)
@click.option(
    "--to",
    "new",
    required=True,
    metavar="NAME|PATH",
    shell_complete=complete_release,
    help="The release to come to.",
)
@click.option("--column", metavar="HEAD", help="The column (JSON: member) that has the codes.")
@click.option(
    "--group",
    "groups",
    metavar="NAME|PATH",
    multiple=True,
    help="Also say where categories change: hcc-v28 and the like, ccsr, ccir, cmr.",
)
@click.option("--csv", "as_csv", is_flag=True, help="A table with a head, as CSV.")
@shared_options(release=False)
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    old: str,
    new: str,
    column: str | None,
    groups: tuple[str, ...],
    as_csv: bool,
    room: Room | None,
    as_json: bool,
) -> None:
    """Say what a new release means for the codes, patterns and ranges in FILE.

    FILE is text, CSV, JSON or a workbook; - is standard input. Of codes that can be used no longer
    it is said what came of them, as far as the files prove it. When not in a terminal each line has
    twelve columns, apart by tabs: entry, place in the file, finding, code, before, after, codes to
    look at; then what became of the code: outcome, successors, evidence, and categories that
    change; then its title. Exit code 1 if there is something to look at.
    """
    from codesets.cli.comparing import both
    from codesets.impact import impact_on, read_list

    codes: Any = file
    if str(file) == STDIN:
        codes = read_list(sys.stdin.buffer, column)
    output = Output(as_json)
    releases = both(old, new, room)
    groupers = [_grouper(name) for name in groups]
    # All releases at hand say what became of codes; they may have to be gone through first.
    with output.working(f"comparing {old} with {new}"):
        found = impact_on(codes, *releases, column=column, groupers=groupers)
    if as_json:
        ends = {"system": found.system, "old": found.old, "new": found.new}
        for each in found:
            output.record(ends | each.to_dict())
    elif as_csv:
        from codesets import report

        click.echo(report.impact_table([found]), nl=False)
    elif output.is_fancy:
        output.rows((row for each in found for row in _rows(each)), _WIDTHS)
    else:
        output.rows([(shown(cell), "") for cell in line] for line in found.lines)
    _tell(output, found)
    if len(found):
        ctx.exit(INVALID)


def _grouper(name: str) -> Grouper:
    from codesets.cli.group import grouper_named

    return grouper_named(name)


def _rows(found: ImpactFinding) -> Iterator[tuple[Cell, ...]]:
    """A finding in a terminal: what happened, and below it what became of the codes."""
    words = " → ".join(shown(each) for each in (found.before, found.after) if each)
    codes = ", ".join(found.codes)
    told = "  ".join(filter(None, (found.code, words, codes)))
    entry, place = shown(found.entry.text), found.entry.place
    yield (entry, "key"), (place, "label"), (str(found.kind), "middling"), (told, "")
    for trace in found.traces:
        outcome = str(trace.outcome), OUTCOME_STYLES.get(trace.outcome, "bad")
        candidates = f"{trace.code} candidates {', '.join(trace.codes) or 'none'}"
        yield ("", ""), ("", ""), outcome, (trace.reason if trace.is_settled else candidates, "key")
        yield ("", ""), ("", ""), ("", ""), (trace.told, "more")
    if found.not_traced:
        yield ("", ""), ("", ""), ("not traced", "bad"), (shown(found.not_traced), "more")
    for each in found.regroupings:
        yield ("", ""), ("", ""), ("categories", "middling"), (str(each), "")


def _tell(output: Output, found: Impact) -> None:
    output.notice(found.summary)
    if found.groupers:
        changed = sum(bool(each.regroupings) for each in found)
        output.notice(f"categories of {', '.join(found.groupers)} change in {changed:,} findings")
