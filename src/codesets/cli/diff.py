"""`codesets diff`: what changed between two releases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codesets.cli.app import complete_release, shared_options
from codesets.cli.output import Cell, Output, shown
from codesets.cli.systems import Room
from codesets.errors import SelectionError

if TYPE_CHECKING:
    from codesets.diff import ReleaseDiff
    from codesets.report.rows import Row

__all__ = ["command"]

_WIDTHS = (8, 26)
"""Of a code and of what changed."""
_TOTAL_WIDTHS = (28, 8)


@click.command("diff", short_help="What changed between two releases.")
@click.argument("old", metavar="A", shell_complete=complete_release)
@click.argument("new", metavar="B", shell_complete=complete_release)
@click.option("--kind", "kinds", metavar="KIND", multiple=True, help="Only changes of this kind.")
@click.option("--chapter", metavar="N", help="Only changes in this chapter (HCPCS: letter).")
@click.option("--no-cosmetic", is_flag=True, help="Leave out accents, blanks and letter case.")
@click.option("--changes", is_flag=True, help="Every change, not only a summary.")
@click.option(
    "--html",
    "--report",
    "reports",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Write a report: .html, .md, .csv or .json, by the ending of the name.",
)
@click.option(
    "--list",
    "lists",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A list of codes whose impact the report shall have.",
)
@shared_options(release=False)
def command(
    old: str,
    new: str,
    kinds: tuple[str, ...],
    chapter: str | None,
    no_cosmetic: bool,
    changes: bool,
    reports: tuple[Path, ...],
    lists: tuple[Path, ...],
    room: Room | None,
    as_json: bool,
) -> None:
    """Compare release A with release B: a summary, and with --changes, --kind or --chapter details.

    A and B are editions at hand, compiled files, or official files. With --json there is one JSON
    object a change. When not in a terminal each line of the details has four columns, apart by
    tabs: code, change, before, after.
    """
    from codesets.cli.comparing import both
    from codesets.diff import compare

    if lists and not reports:
        raise click.UsageError("--list is for a report: say with --report where to write it")
    output = Output(as_json)
    before, after = both(old, new, room)
    diff = compare(before, after)
    shown_part = _part(diff, kinds, chapter, no_cosmetic)
    for each in diff.not_compared:
        output.notice(f"not compared: {each.part}: {each.reason}")
    if as_json:
        for change in shown_part:
            output.record({"system": diff.new.system, **change.to_dict()})
    elif changes or kinds or chapter is not None:
        from codesets.report.rows import rows

        output.rows(map(_row, rows(shown_part)), _WIDTHS)
    else:
        output.rows(_summary(shown_part), _TOTAL_WIDTHS)
    if reports:
        _write(diff, before, after, reports, lists, output)


def _part(
    diff: ReleaseDiff, kinds: tuple[str, ...], chapter: str | None, no_cosmetic: bool
) -> ReleaseDiff:
    try:
        return diff.filter(*kinds, chapter=chapter, cosmetic=False if no_cosmetic else None)
    except SelectionError:  # no such chapter, and it says which there are
        raise
    except ValueError as error:
        from codesets.diff import ChangeKind

        known = ", ".join(map(str, ChangeKind))
        raise click.BadParameter(f"{error}; there are: {known}", param_hint="--kind") from error


def _row(row: Row) -> tuple[Cell, ...]:
    return (
        (row.code, "key"),
        (row.words, "label"),
        (shown(row.before_text), "bad" if row.before else ""),
        (shown(row.after_text), "good" if row.after else ""),
    )


def _summary(diff: ReleaseDiff) -> list[tuple[Cell, ...]]:
    """What the publisher would count, then every kind of change."""
    from codesets.report.rows import official_heading

    official, counting = diff.official_totals, official_heading(diff)
    published = {
        "added": official.added,
        "deleted": official.deleted,
        "revised": official.revised,
    }
    lines = [
        (f"{name}, {counting}", "–" if count is None else f"{count:,}")
        for name, count in published.items()
    ]
    lines += [(name, f"{count:,}") for name, count in diff.counts.items()]
    return [((name, "label"), (count, "key")) for name, count in lines]


def _write(
    diff: ReleaseDiff,
    before: object,
    after: object,
    reports: tuple[Path, ...],
    lists: tuple[Path, ...],
    output: Output,
) -> None:
    from codesets import report
    from codesets.impact import impact_on

    impacts = [impact_on(path, before, after, diff=diff) for path in lists]
    for path in reports:
        for written in report.save(diff, path, impacts=impacts):
            output.notice(f"wrote {written}")
