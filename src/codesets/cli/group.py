"""`codesets group`: the categories that an official grouper puts codes into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from codesets import grouping
from codesets.cli.app import INVALID
from codesets.cli.at_hand import is_path
from codesets.cli.compiled import grouper_class
from codesets.cli.output import Cell, Output, shown
from codesets.cli.reading import texts
from codesets.compiled.reader import read_header
from codesets.grouping import Category, Grouper, HccModel

__all__ = ["command", "grouper_named"]

_HCC = "hcc-"
_WIDTHS = (8, 8)
"""Of a code and of its category."""
_DOORS: dict[str, Callable[[str | None], Grouper]] = {
    "ccsr": grouping.ccsr,
    "ccir": grouping.ccir,
    "cmr": grouping.elixhauser,
}


@click.command("group", short_help="The categories of codes: HCC, CCSR, CCIR, Elixhauser.")
@click.argument("codes", metavar="CODE…", nargs=-1)
@click.option(
    "--by",
    "name",
    metavar="NAME|PATH",
    required=True,
    help="hcc-v28 and the like, ccsr, ccir, cmr (Elixhauser); or a compiled file of one.",
)
@click.option(
    "--version", metavar="VERSION", help="As 2025-1; for HCCs the payment year, or 2021-2."
)
@click.option(
    "--hierarchy", is_flag=True, help="HCCs only: all codes as one person's, after the hierarchy."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    name: str,
    version: str | None,
    hierarchy: bool,
    as_json: bool,
) -> None:
    """Show the categories that an official table puts codes into.

    Without CODE, or for "-", codes are read from standard input. When not in a terminal each line
    has five columns, apart by tabs: the code, the category, what the table says of it there, which
    table that is, and the title of the category. Exit code 1 if a code is in no category.
    """
    output = Output(as_json)
    grouper = grouper_named(name, version)
    begins = grouper.edition.effective_from
    if begins is not None and begins > date.today():
        output.notice(f"answers from {_table(grouper)}, which begins on {begins}")
    given = texts(codes, "CODE")
    if hierarchy:
        all_grouped = _profile(output, grouper, list(given))
    else:
        all_grouped = _each(output, grouper, given)
    if not all_grouped:
        ctx.exit(INVALID)


def grouper_named(name: str, version: str | None = None) -> Grouper:
    """The grouper that a text names, at hand or in a compiled file.

    Args:
        name: `hcc-v28` and the like, `ccsr`, `ccir`, `cmr`, or a path.
        version: which version of its table; None for the newest.

    Raises:
        click.UsageError: the text names no grouper.
        ReleaseNotFoundError: it is not at hand.
    """
    if is_path(name):
        system = read_header(name).system
        kind = grouper_class(system)
        if kind is None:
            raise click.UsageError(f"{name} holds {system!r}, which is no grouper")
        return kind.load_path(Path(name))
    if name.startswith(_HCC):
        return grouping.hcc(name.removeprefix(_HCC), version)
    if name not in _DOORS:
        raise click.UsageError(f"{name!r} is none of: {_HCC}MODEL, {', '.join(_DOORS)}")
    return _DOORS[name](version)


def _each(output: Output, grouper: Grouper, given: Iterator[str]) -> bool:
    all_grouped = True
    for text in given:
        categories = grouper.categories(text)
        all_grouped = all_grouped and bool(categories)
        code = grouper.crosswalk.translate(text).code if categories else shown(text)
        if output.json:
            output.record(_said(grouper) | {"code": code, "categories": [
                category.to_dict() for category in categories
            ]})  # fmt: skip
            continue
        rows = [_row(grouper, code, each) for each in categories]
        none = ((code, "key"), ("none", "bad"), ("", ""), (_table(grouper), "label"), ("", ""))
        output.rows(rows or [none], _WIDTHS)
    return all_grouped


def _profile(output: Output, grouper: Grouper, given: list[str]) -> bool:
    if not isinstance(grouper, HccModel):
        raise click.UsageError("--hierarchy is for HCCs")
    found = grouper.profile(given)
    if output.json:
        output.record(_said(grouper) | found.to_dict())
        return not found.ungrouped
    output.rows(
        (_row(grouper, ", ".join(found.codes[each.id]), each) for each in found.categories),
        _WIDTHS,
    )
    for low, high in found.dropped:
        output.notice(f"{low.id} is dropped by {high.id}")
    for code in found.ungrouped:
        output.notice(f"{code} is in no category")
    return not found.ungrouped


def _row(grouper: Grouper, code: str, category: Category) -> tuple[Cell, ...]:
    return (
        (code, "key"),
        (category.id, "key"),
        (category.flags, "mark"),
        (_table(grouper), "label"),
        (category.title, ""),
    )


def _table(grouper: Grouper) -> str:
    """Which table speaks, as `hcc-v28 2024-1`."""
    return f"{grouper.crosswalk.kind} {grouper.edition}"


def _said(grouper: Grouper) -> dict[str, Any]:
    said = {"grouper": grouper.crosswalk.kind, "version": grouper.edition.name}
    if isinstance(grouper, HccModel):
        said["payment_year"] = grouper.payment_year
    return said
