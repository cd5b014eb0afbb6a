"""Where all text goes out: JSON Lines, plain text, or tables and colours in a terminal.

rich is imported only when a terminal (or FORCE_COLOR) is there to see it. `NO_COLOR` leaves the
layout and drops every escape sequence.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import click
from attrs import field, frozen

from codesets.cli.widths import GAP, column_widths

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from codesets.cli.describing import Description, Item, Node, NoteLevel, Row

__all__ = ["Cell", "Output", "counted", "one_line", "shown"]

_INDENT = "  "
_BATCH = 100
"""Rows that a terminal is shown at a time."""

Cell = tuple[str, str]
"""A text, and the name of a style."""

# Styles by what is said, so that all verbs say it in the same colour.
_STYLES = {
    "key": "bold cyan",
    "label": "dim",
    "mark": "yellow",
    "more": "dim italic",
    "heading": "bold",
    "good": "green",
    "bad": "red",
    "middling": "yellow",
}


def shown(text: str) -> str:
    """A text that may be anything, safe to print: what is not printable is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many there are of each, in the order in which they come first."""
    return dict(Counter(kinds))


def one_line(text: str) -> str:
    """A message on one line."""
    return shown(" ".join(text.split()))


def _rich_is_there() -> bool:
    try:
        import rich  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def _is_terminal(stream: Any) -> bool:
    return bool(os.environ.get("FORCE_COLOR")) or (
        stream.isatty() and os.environ.get("TERM") != "dumb"
    )


@frozen(eq=False)
class Output:
    """How one run of the command writes.

    Attributes:
        json: write one JSON object a line instead of text.
    """

    json: bool = False
    _console: list[Console] = field(init=False, factory=list)
    _fancy: bool = field(init=False)
    _parts: list[None] = field(init=False, factory=list)

    @_fancy.default
    def _look(self) -> bool:
        return not self.json and _is_terminal(sys.stdout) and _rich_is_there()

    @property
    def is_fancy(self) -> bool:
        """True if a terminal shows tables and colours."""
        return self._fancy

    # What goes to standard output.

    def line(self, text: str = "") -> None:
        """One line of plain text."""
        sys.stdout.write(f"{text}\n")

    def _part(self) -> None:
        """An empty line between one part and the next."""
        if self._parts:
            self.line()
        self._parts.append(None)

    def record(self, record: dict[str, Any]) -> None:
        """One JSON object on one line; in letters that the stream can write."""
        plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        self.line(json.dumps(record, ensure_ascii=plain))

    def describe(self, description: Description, release: str) -> None:
        """A code with all its rows."""
        state = f"{description.state} ({release})"
        key_width = _key_width(description)
        self._part()
        if not self.is_fancy:
            self.line(f"{description.key}  {description.title}")
            self.line(state)
            width = max((len(row.label) for row in description.rows), default=0)
            for row in description.rows:
                self._plain_row(row.label.ljust(width), row, key_width)
            return
        usable = {True: "good", False: "middling", None: "label"}[description.is_usable]
        table = self._grid()
        for row in description.rows:
            has_keys = any(item.key for item in row.items)
            body = self._grid()
            body.add_column(min_width=key_width if has_keys else None)
            for item in row.items:
                mark = f" ({item.mark})" if item.mark else ""
                text = self._text((item.text, ""), (mark, "mark"))
                cells = (self._text((item.key, "key")), text) if has_keys else (text,)
                body.add_row(*cells)
            if row.more:
                more = self._text((row.more, "more"))
                body.add_row(*(("", more) if has_keys else (more,)))
            table.add_row(self._text((row.label, "label")), body)
        title = (description.key, "key"), ("  ", ""), (description.title, "heading")
        self._print(self._text(*title))
        self._print(self._text((state, usable)))
        self._print(table)

    def _plain_row(self, label: str, row: Row, key_width: int) -> None:
        longest = max((len(item.key) for item in row.items), default=0)
        indent = max(longest, key_width) + 2 if longest else 0
        texts = [f"{item.key:{indent}}{_marked(item)}" for item in row.items]
        if row.more:
            texts.append(" " * indent + row.more)
        for number, text in enumerate(texts):
            self.line(f"{label if number == 0 else ' ' * len(label)}  {text}")

    def rows(self, rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()) -> None:
        """Rows of cells, each a text and how it is meant; tab-separated when plain.

        Args:
            rows: may be many and slow: they are shown as they come.
            widths: of the columns at least, in a terminal that has the room.
        """
        if not self.is_fancy:
            for row in rows:
                self.line("\t".join(text for text, _ in row))
            return
        remaining = iter(rows)
        while batch := list(islice(remaining, _BATCH)):
            fitting = column_widths(batch, widths, self._rich.width)
            if fitting is None:
                for row in batch:
                    self._flowing(row)
                continue
            table = self._grid()
            for width in fitting:
                table.add_column(width=width, overflow="fold")
            for row in batch:
                table.add_row(*(self._text(cell) for cell in row))
            self._print(table)

    def _flowing(self, row: Sequence[Cell]) -> None:
        """A row that is too wide for columns: its cells one after the other, wrapped by words."""
        from rich.padding import Padding

        first, *rest = (cell for cell in row if cell[0])
        self._print(self._text(first))
        for cell in rest:
            self._print(Padding(self._text(cell), (0, 0, 0, len(_INDENT))))

    def notes(self, key: str, title: str, levels: Iterable[NoteLevel]) -> None:
        """All notes of a code by level and kind."""
        self._part()
        self._styled((key, "key"), ("  ", ""), (title, "heading"))
        for level in levels:
            whose = "own" if level.is_own else "inherited"
            self.line()
            self._styled((level.key, "key"), ("  ", ""), (level.title, ""), (f"  {whose}", "label"))
            for group in level.groups:
                self._styled((f"{_INDENT}{group.heading}:", "heading"))
                for text in group.texts:
                    self._hanging(text)

    def _styled(self, *parts: tuple[str, str]) -> None:
        if self.is_fancy:
            self._print(self._text(*parts))
        else:
            self.line("".join(text for text, _ in parts))

    def _hanging(self, text: str) -> None:
        if not self.is_fancy:
            self.line(f"{_INDENT * 2}{text}")
            return
        from rich.padding import Padding

        self._print(Padding(self._text((text, "")), (0, 0, 0, 4)))

    def tree(self, root: Node, depth: int | None) -> None:
        """A node and what stands below it, `depth` levels deep."""
        if not self.is_fancy:
            self._plain_tree(root, depth, 0)
            return
        from rich.tree import Tree

        tree = Tree(self._node_text(root, cut=depth == 0), guide_style="dim")
        self._grow(tree, root, depth)
        self._print(tree)

    def _plain_tree(self, node: Node, depth: int | None, level: int) -> None:
        cut = f" (+ {node.below:,} below)" if depth == 0 and node.below else ""
        mark = f" ({node.mark})" if node.mark else ""
        self.line(f"{_INDENT * level}{node.key}  {node.title}{mark}{cut}")
        if depth != 0:
            for child in node.children():
                self._plain_tree(child, None if depth is None else depth - 1, level + 1)

    def _grow(self, tree: Any, node: Node, depth: int | None) -> None:
        if depth != 0:
            below = None if depth is None else depth - 1
            for child in node.children():
                self._grow(tree.add(self._node_text(child, cut=below == 0)), child, below)

    def _node_text(self, node: Node, *, cut: bool) -> Any:
        left = f" (+ {node.below:,} below)" if cut and node.below else ""
        key = "mark" if node.mark else "key"
        return self._text((node.key, key), (f"  {node.title}", ""), (left, "more"))

    # What goes to standard error.

    def notice(self, message: str) -> None:
        """One line for whoever runs the command; no part of the answer."""
        click.echo(f"codesets: {one_line(message)}", err=True)

    @contextmanager
    def working(self, message: str) -> Iterator[Callable[[str], None]]:
        """A sign of life on a terminal while something takes its time; yields what changes it."""
        if not sys.stderr.isatty() or not _rich_is_there():
            yield lambda message: None
            return
        from rich.console import Console

        # As Text: names of files are no markup.
        status = Console(stderr=True, highlight=False).status(self._text((one_line(message), "")))
        with status:
            yield lambda message: status.update(self._text((one_line(message), "")))

    # What rich does.

    def _print(self, thing: Any) -> None:
        self._rich.print(thing)

    @property
    def _rich(self) -> Console:
        if not self._console:
            from rich.console import Console

            self._console.append(
                Console(
                    force_terminal=True,
                    color_system=None if os.environ.get("NO_COLOR") else "auto",
                    highlight=False,
                    markup=False,
                    emoji=False,
                )
            )
        return self._console[0]

    def _text(self, *parts: tuple[str, str]) -> Any:
        from rich.text import Text

        text = Text()
        for part, style in parts:
            text.append(part, _STYLES.get(style, ""))
        return text

    def _grid(self) -> Table:
        from rich.table import Table

        return Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)


def _key_width(description: Description) -> int:
    """How wide the keys of all rows are shown, so that they stand in line; codes, not phrases."""
    keys = [item.key for row in description.rows for item in row.items if " " not in item.key]
    return max(map(len, keys), default=0)


def _marked(item: Item) -> str:
    return f"{item.text} ({item.mark})" if item.mark else item.text
