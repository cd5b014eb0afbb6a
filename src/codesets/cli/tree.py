"""`codesets tree`: what stands below a code, a section or a chapter."""

from __future__ import annotations

from typing import Any

import click

from codesets.cli.app import INVALID, open_at_hand, shared_options
from codesets.cli.describing import Node
from codesets.cli.reading import complete_code
from codesets.cli.systems import Room

__all__ = ["command"]


@click.command("tree", short_help="The tree below a code, section or chapter.")
@click.argument("code", metavar="CODE|SECTION|CHAPTER", shell_complete=complete_code)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    help="Levels to show below it. Default: all below a code, the categories of a section, the"
    " sections of a chapter.",
)
@shared_options()
@click.pass_context
def command(
    ctx: click.Context,
    code: str,
    depth: int | None,
    release: str | None,
    room: Room | None,
    as_json: bool,
) -> None:
    """Show the tree below a code, a section (E08-E13) or a chapter (4).

    Of HCPCS, which has no official hierarchy: a grouping (betos) or a group (betos:O1A).
    An id that names both a category and its section (C7A) means the category. As JSON: one object
    with its "children"; where --depth cuts, "below" says how many codes are left out.
    """
    output, at_hand = open_at_hand(as_json, release, room)
    found = at_hand.find(code)
    if found is None:
        ctx.exit(INVALID)
    one, thing = found
    root = one.words.node(thing)
    levels = root.depth if depth is None else depth
    if root.remark:
        output.notice(root.remark)
    if as_json:
        output.record(one.record | _record(root, levels))
    else:
        output.tree(root, levels)


def _record(node: Node, depth: int | None) -> dict[str, Any]:
    if depth == 0:
        cut: dict[str, Any] = {"below": node.below} if node.below else {"children": []}
        return node.record | cut
    left = None if depth is None else depth - 1
    return node.record | {"children": [_record(child, left) for child in node.children()]}
