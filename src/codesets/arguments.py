"""What callers hand in: flags and lists looked at, and any value told back in a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from codesets.errors import ArgumentTypeError

__all__ = ["flag", "quoted", "several"]

T = TypeVar("T")

_LONGEST = 60
"""So many characters of a value are told back."""


def quoted(value: object) -> str:
    """The `repr` of anything, short enough for a message; never raises.

    >>> quoted("E11.9"), len(quoted("E" * 5000)), quoted(10 ** 5000)
    ("'E11.9'", 63, '<int>')
    """
    try:
        if isinstance(value, str):
            return repr(value[:_LONGEST]) + ("…" if len(value) > _LONGEST else "")
        text = repr(value)
    except Exception:
        # A number of too many digits, a list that holds itself too deep, a `__repr__` at fault.
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def flag(value: object, name: str) -> bool | None:
    """True, False or None out of what equals one of them, as 1 and numpy's `True_` do.

    Args:
        value: what was handed in.
        name: of the argument.

    Raises:
        ArgumentTypeError: it is none of them.

    >>> flag(1, "billable"), flag(None, "billable")
    (True, None)
    """
    if value is None or value in (True, False):
        return None if value is None else bool(value)
    raise ArgumentTypeError(f"{name} is True, False or None, not {quoted(value)}", value=value)


def several(values: Iterable[T], what: str) -> Iterable[T]:
    """The values, unless they are one text, which would be gone through letter by letter.

    Args:
        values: what was handed in.
        what: what is wanted, as `codes`.

    Raises:
        ArgumentTypeError: they are one text, or nothing that can be gone through.

    >>> several("E119", "codes")
    Traceback (most recent call last):
    codesets.errors.ArgumentTypeError: a list of codes is wanted, not 'E119' alone: ['E119'] is one
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        told = quoted(values)
        raise ArgumentTypeError(
            f"a list of {what} is wanted, not {told} alone: [{told}] is one", value=values
        )
    return values
