"""The texts to ask about: from arguments, or from a pipe."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

__all__ = ["STDIN", "complete_code", "texts"]

STDIN = "-"
"""The argument that stands for what is piped in."""

_APART = re.compile(r"[\s,;]+")
_NO_UTF8 = re.compile("[\ud800-\udfff]")
"""What an argument's bytes are escaped as (PEP 383); no stream can write it."""


def texts(arguments: Iterable[str], what: str) -> Iterator[str]:
    """The texts in order: of the arguments, of standard input where `-` stands.

    Texts stand apart by blanks, commas, semicolons or line ends. Without arguments what is piped
    in is read; it may be long, so each line is handed on as it comes.

    Args:
        arguments: as typed.
        what: what is wanted, as `CODE`, for the error.

    Raises:
        click.UsageError: there is no argument and nothing is piped in.
    """
    given = tuple(arguments)
    if not given:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError(_nothing(what))
        return _some(_piped(), what)
    return _all(given)


def _all(arguments: tuple[str, ...]) -> Iterator[str]:
    for argument in arguments:
        if argument == STDIN:
            yield from _piped()
            continue
        # Bytes that are no UTF-8 are shown as those of a pipe.
        text = _NO_UTF8.sub("\ufffd", argument)
        # A text of blanks alone is asked about too: it is an empty code, not none.
        yield from _split(text) or [text]


def _some(found: Iterator[str], what: str) -> Iterator[str]:
    """`found`, unless it is empty: whoever pipes nothing in by mistake shall not read "all valid".

    With `-` an empty list is an answer like any other.
    """
    first = next(found, None)
    if first is None:
        raise click.UsageError(_nothing(what))
    yield first
    yield from found


def _nothing(what: str) -> str:
    return f"no {what} given: name one, or pipe them in"


def _piped() -> Iterator[str]:
    # As bytes, whatever the locale: what is no UTF-8 makes a malformed code, not an error. A list
    # saved by a spreadsheet begins with a byte order mark.
    for line in sys.stdin.buffer:
        yield from _split(line.decode("utf-8", "replace").removeprefix("\ufeff"))


def _split(text: str) -> list[str]:
    return [part for part in _APART.split(text) if part]


def complete_code(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Codes at hand that begin so, for the shell: a code's children, else what begins so."""
    from click.shell_completion import CompletionItem

    from codesets.cli.at_hand import AtHand
    from codesets.cli.output import Output
    from codesets.errors import CodesetsError

    try:
        at_hand = AtHand.open(Output(), ctx.params.get("release"), ctx.params.get("room"))
    except (CodesetsError, click.ClickException):
        return []
    return [
        CompletionItem(code)
        for one in at_hand.opened
        for code in one.words.beginning(one.release, incomplete)
    ]
