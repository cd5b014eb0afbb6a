"""What a code set tells the verbs about its codes: plain values, ready to be laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

if TYPE_CHECKING:
    from codesets.findings import Finding

__all__ = [
    "PLAINLY",
    "SHOWN",
    "Asked",
    "Describer",
    "Description",
    "Item",
    "Node",
    "NoteGroup",
    "NoteLevel",
    "Row",
    "limited",
]

SHOWN = 12
"""So many codes below, and lines of own notes, does `show` print."""


@frozen
class Asked:
    """What is asked besides the codes themselves.

    Attributes:
        on: the day as of which; None for the release as such.
        modifiers: True if the texts are modifiers, not codes.
    """

    on: date | None = None
    modifiers: bool = False


PLAINLY = Asked()
"""Nothing is."""


@frozen
class Item:
    """One thing to show on a line: its key, its title, and a mark if it is not a plain case.

    Attributes:
        key: a code, an id, a character; empty where there is none.
        text: title or text.
        mark: as `header`; empty for the plain case.
    """

    key: str
    text: str
    mark: str = ""


@frozen
class Row:
    """One labelled row of a description.

    Attributes:
        label: what the row says.
        items: its lines.
        more: what is said where lines were left out; empty if none were.
    """

    label: str
    items: tuple[Item, ...]
    more: str = ""

    @classmethod
    def of_text(cls, label: str, text: str) -> Row:
        """A row of one text."""
        return cls(label, (Item("", text),))


def limited(label: str, items: list[Item], verb: str) -> Iterator[Row]:
    """A row of `items`, or of the first ones, and the command that shows all; none without any."""
    if items:
        left = len(items) - SHOWN
        # One line that says "1 more" takes the place of that one.
        if left <= 1:
            yield Row(label, tuple(items))
        else:
            yield Row(label, tuple(items[:SHOWN]), f"and {left:,} more: {verb}")


@frozen
class Description:
    """A code (or what stands above codes) as `show` prints it.

    Attributes:
        key: the code.
        title: its title.
        state: one sentence on whether it may be used.
        is_usable: False where it exists but may not be used; None where that is not asked.
        rows: all else.
    """

    key: str
    title: str
    state: str
    is_usable: bool | None
    rows: tuple[Row, ...]


@frozen
class NoteGroup:
    """Notes that stand under one heading."""

    heading: str
    texts: tuple[str, ...]


@frozen
class NoteLevel:
    """The notes that one level contributes.

    Attributes:
        key: what the level is called, as `chapter 4`.
        title: its title.
        is_own: True for the notes of the thing asked for, False for inherited ones.
        groups: the notes in their order, at least one.
    """

    key: str
    title: str
    is_own: bool
    groups: tuple[NoteGroup, ...]


@frozen
class Node:
    """One node of a tree.

    Attributes:
        key: the code, id or number, as it is shown.
        title: its title.
        mark: as `header`; empty for the plain case.
        identity: what programs know it by.
        record: the node for programs, `identity` among it, without its children.
        below: how many codes stand below it.
        depth: how many levels `tree` shows below it unless told; None for all.
        remark: one line on the tree as such; empty where there is nothing to say.
    """

    key: str
    title: str
    mark: str
    identity: dict[str, Any] = field(eq=False)
    record: dict[str, Any] = field(eq=False)
    below: int
    depth: int | None
    _children: Callable[[], Iterator[Node]] = field(repr=False, eq=False)
    remark: str = ""

    def children(self) -> Iterator[Node]:
        """The nodes right below."""
        return self._children()


class Describer(Protocol):
    """What a module `describe_…` offers. A thing is whatever its `find` gave."""

    PLAIN: str
    """What a code without mark is, as `billable`."""

    def find(self, release: Any, text: str, asked: Asked = PLAINLY) -> Any | None:
        """The code, or what stands above codes, that a text names; None if it names nothing."""
        ...

    def check(self, release: Any, text: str, asked: Asked = PLAINLY) -> Finding:
        """Whether a text is a code that may be used, and if not, why."""
        ...

    def hint(self, release: Any, text: str) -> str:
        """How to ask for what a text names, where it is no code; empty if it names nothing."""
        ...

    def beginning(self, release: Any, text: str) -> Iterable[str]:
        """Codes that may come next for somebody who has typed `text`."""
        ...

    def describe(self, thing: Any, asked: Asked = PLAINLY) -> Description:
        """The thing as `show` prints it."""
        ...

    def record(self, thing: Any, asked: Asked = PLAINLY) -> dict[str, Any]:
        """The thing for programs: all that `show` knows, JSON-safe, keys that stay the same."""
        ...

    def brief(self, code: Any, asked: Asked = PLAINLY) -> Item:
        """A code on one line."""
        ...

    def brief_record(self, code: Any, asked: Asked = PLAINLY) -> dict[str, Any]:
        """A code on one line for programs."""
        ...

    def note_levels(self, thing: Any) -> tuple[NoteLevel, ...]:
        """Its notes by level, inherited ones first, from the top down."""
        ...

    def note_records(self, thing: Any) -> list[dict[str, Any]]:
        """Its notes for programs, in the same order."""
        ...

    def node(self, thing: Any) -> Node:
        """The thing as the root of a tree."""
        ...
