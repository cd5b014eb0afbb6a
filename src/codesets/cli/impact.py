"""`codesets impact`: what a new release means for a list of codes."""

from __future__ import annotations

from pathlib import Path

import click

from codesets.cli.app import INVALID, complete_release, shared_options
from codesets.cli.output import Output, shown
from codesets.cli.systems import Room

__all__ = ["command"]

_WIDTHS = (10, 16, 10)
"""Of an entry, a kind and a code."""


@click.command("impact", short_help="What a new release means for a list of codes.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
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
@click.option("--csv", "as_csv", is_flag=True, help="A table with a head, as CSV.")
@shared_options(release=False)
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    old: str,
    new: str,
    column: str | None,
    as_csv: bool,
    room: Room | None,
    as_json: bool,
) -> None:
    """Say what a new release means for the codes, patterns and ranges in FILE.

    FILE is text, CSV, JSON or a workbook. When not in a terminal each line has seven columns, apart
    by tabs: entry, place in the file, finding, code, before, after, codes to look at. Exit code 1
    if there is something to look at.
    """
    from codesets.cli.comparing import both
    from codesets.impact import impact_on

    output = Output(as_json)
    found = impact_on(file, *both(old, new, room), column=column)
    if as_json:
        for each in found:
            output.record(each.to_dict())
    elif as_csv:
        import csv
        import sys

        writer = csv.writer(sys.stdout)
        writer.writerow(found.HEADS)
        writer.writerows(found.lines)
    else:
        output.rows(
            (
                (
                    (shown(entry), "key"),
                    (place, "label"),
                    (kind, "middling"),
                    (code, "key"),
                    (shown(before), ""),
                    (shown(after), ""),
                    (codes, "key"),
                )
                for entry, place, kind, code, before, after, codes in found.lines
            ),
            _WIDTHS,
        )
    output.notice(found.summary)
    if len(found):
        ctx.exit(INVALID)
