"""Asks a release everything that its public doors offer, whatever they are.

Doors are found by looking, so that a new one is exercised from its first day: one that needs
arguments must be given some in `ARGUMENTS`, else the exercise fails.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import cache
from itertools import islice
from types import FrameType
from typing import Any

from codesets.compiled.reader import Compiled
from codesets.errors import CodesetsError
from codesets.reconciliation import DifferenceKind

__all__ = ["StepsExceeded", "exercise", "met", "public_names", "steps_limited"]

PLAIN = (str, bytes, int, float, bool, type(None), date, Enum, memoryview, Compiled)
ITERABLES = (Iterator, KeysView, ValuesView, ItemsView, range, tuple, list)
# What a method is called with; several calls where one would leave something out. `SELF` stands
# for the canonical code of the code asked.
SELF: Any = object()
ARGUMENTS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "ancestor_rows": ((5,),),
    "at": ((0,),),
    "billable_rows": ((0, 5),),
    "check": (("QA0.I",), (SELF,), ("no code",), (None,)),
    "check_many": ((["H35", "h353110", "H35.311"],),),
    "child_rows": ((0,),),
    "codes_between": ((0, 2),),
    "column_of_rows": (("tree.ends",),),
    "common_ancestor_row": ((0, 1),),
    "condense": ((["H35.3110", "H35.3111"],), ([],)),
    "count": ((None,),),
    "count_billable": ((0, 5),),
    "end_row": ((0,),),
    "get": (("H35",), (SELF,), ("no code",)),
    "has_begun": ((date(2026, 1, 1),),),
    "is_ancestor_of": (("H35.3110",), (SELF,)),
    "is_in_force": ((date(2026, 1, 1),),),
    "is_billable_row": ((0,),),
    "is_descendant_of": (("H35",), (SELF,)),
    "lowest_common_ancestor": (("H35", "H54.8"), ("H35.311", "H35.312"), ("H35", "QA0.1")),
    "named_span": (("H30-H54",),),
    "of_kind": ((DifferenceKind.TITLE,),),
    "parent_row": ((1,),),
    "range_key": (("H35",),),
    "roots_between": ((0, 5),),
    "root_rows": ((0,),),
    "row_at": ((0,),),
    "row_of": (("H35",),),
    "select": ((), ("*",), ("H30-H54",), ("H35-QA0",), ("H3*", "Q*"), ("H35.-",)),
    "code_at": ((1,),),
    "is_same_at": (("code.long", 0),),
    "sibling_rows": ((1,),),
    "text_at": (("code.display", 0),),
    "walk": ((0, 5),),
}  # fmt: skip
# Not asked here: what writes, what makes other releases, what takes a function, and `index`, whose
# ValueError is what a sequence is for.
PASSED_OVER = {"index", "save", "from_bytes", "once", "remember", "to_dict", "to_list", "from_list"}
LIMIT = 2000
"""So many items of one answer are looked at; no small release has as many."""


class StepsExceeded(BaseException):
    """More calls than any answer needs: the walk would not end."""


@contextmanager
def steps_limited(steps: int) -> Iterator[None]:
    """Raise `StepsExceeded` after so many calls of functions, Python's and built-in ones."""
    left = steps

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal left
        if event in ("call", "c_call"):
            left -= 1
            if left < 0:
                raise StepsExceeded

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


@cache
def public_names(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The names of what an object of this kind offers, and whether each is called."""
    found = []
    for name in dir(kind):
        if name.startswith("_") or name in PASSED_OVER:
            continue
        attribute = inspect.getattr_static(kind, name)
        found.append((name, inspect.isfunction(attribute) or inspect.ismethod(attribute)))
    return tuple(found)


@cache
def _calls(kind: Any, name: str) -> tuple[tuple[Any, ...], ...]:
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    _, *others = inspect.signature(getattr(kind, name)).parameters.values()
    needed = [
        parameter
        for parameter in others
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    assert not needed, f"{kind.__name__}.{name} needs arguments: add some to exercise.ARGUMENTS"
    return ((),)


def exercise(thing: Any, see: Callable[[CodesetsError], None] = lambda _: None) -> int:
    """Ask `thing` and all that it answers with everything; `CodesetsError` is an answer too.

    Args:
        thing: a release, or anything that one gives.
        see: is shown every error that was an answer.

    Returns:
        How many doors were tried.
    """
    return _Exercise(see).visit(thing)


def met(*things: Any) -> dict[type, Any]:
    """One object of each kind that is met on the way from `things` through all their doors."""
    way = _Exercise(lambda _: None)
    for thing in things:
        way.visit(thing)
    return way.met


class _Exercise:
    def __init__(self, see: Callable[[CodesetsError], None]) -> None:
        self.see = see
        self.seen: set[tuple[type, str]] = set()
        self.met: dict[type, Any] = {}
        self.tried = 0

    def visit(self, thing: Any) -> int:
        """Each object once, told apart by kind and by what it calls itself."""
        if isinstance(thing, (*PLAIN, type)) or callable(thing):
            return self.tried
        if isinstance(thing, dict):
            self.visit(list(thing.items()))
            return self.tried
        if isinstance(thing, ITERABLES) and not hasattr(thing, "_fields"):
            for item in self.attempt(lambda: _whole(thing)) or ():
                self.visit(item)
            return self.tried
        kind = type(thing)
        key = (kind, str(self.attempt(lambda: repr(thing))))
        if key in self.seen:
            return self.tried
        self.seen.add(key)
        self.met.setdefault(kind, thing)
        self.attempt(lambda: (str(thing), thing == thing, thing != 1, bool(thing)))
        if kind.__hash__ is not None:
            self.attempt(lambda: hash(thing))
        # mypy takes no class for hashable.
        for door, is_called in public_names(kind):  # type: ignore[arg-type]
            if is_called:
                bound = getattr(thing, door)
                for arguments in _calls(kind, door):  # type: ignore[arg-type]
                    own = [getattr(thing, "code", "H54") if a is SELF else a for a in arguments]
                    self.visit(self.attempt(lambda bound=bound, own=own: bound(*own)))  # type: ignore[misc]
            else:
                self.visit(self.attempt(lambda door=door: getattr(thing, door)))  # type: ignore[misc]
        if isinstance(thing, Mapping):
            for name in self.attempt(lambda: _whole(thing)) or ():
                self.visit(self.attempt(lambda name=name: thing[name]))  # type: ignore[misc]
        elif hasattr(kind, "__iter__"):
            self.visit(self.attempt(lambda: _whole(thing)))
        if hasattr(kind, "__len__"):
            self.attempt(lambda: len(thing))
        return self.tried

    def attempt(self, door: Callable[[], Any]) -> Any:
        self.tried += 1
        try:
            return door()
        except CodesetsError as error:
            self.see(error)
            return None


def _whole(things: Iterable[Any]) -> tuple[Any, ...]:
    """All items of an answer; more than there can be is an answer without an end."""
    items = tuple(islice(things, LIMIT + 1))
    if len(items) > LIMIT:
        raise StepsExceeded
    return items
