"""What `trace` and `migrate` share: the two ends of the way, and rows for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from codesets.cli.app import complete_release
from codesets.cli.dated import Dated
from codesets.cli.output import Cell
from codesets.cli.systems import Room

if TYPE_CHECKING:
    from codesets.tracing import Migration, Trace

__all__ = [
    "OUTCOME_STYLES",
    "OUTCOME_WIDTHS",
    "STEP_WIDTHS",
    "ends_options",
    "outcome_row",
    "step_rows",
    "traced",
]

F = TypeVar("F", bound=Callable[..., Any])

STEP_WIDTHS = (10, 10, 10)
"""Of a code of ICD-10-CM, of a day, of an outcome."""
OUTCOME_WIDTHS = (8, 9)
OUTCOME_STYLES = {"unchanged": "good", "mapped": "good", "ambiguous": "middling"}


def ends_options(function: F) -> F:
    """`--from` and `--to`, for the verbs that go from release to release."""
    for name, parameter, told in (
        ("--to", "end", "The release to come to, or a day."),
        ("--from", "start", "The release that has the codes, or a day, as 2024-07-01."),
    ):
        function = click.option(
            name,
            parameter,
            required=True,
            metavar="NAME|DATE",
            shell_complete=complete_release,
            help=told,
        )(function)
    return function


def parse_end(text: str) -> str | date:
    """A day, if it is one; else the name of an edition."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return text


def traced(codes: Iterable[str], start: str, end: str, room: Room | None) -> Migration:
    """What became of codes, all of one code set.

    Raises:
        click.UsageError: they are of several code sets.
    """
    from codesets.tracing import migrate

    given, ends = tuple(codes), (parse_end(start), parse_end(end))
    system = (room or _room(given, ends)).system
    return migrate(given, *ends, system=system.name)


def _room(codes: tuple[str, ...], ends: tuple[str | date, str | date]) -> Room:
    """The code set that is meant: the one with releases so named, else the one that has the codes.

    Raises:
        click.UsageError: some codes are of one code set, some of another, or one is of both.
    """
    pasts = Dated.open(None).pasts
    names = {end for end in ends if isinstance(end, str)}
    naming = [room for room, past in pasts.items() if names and names <= past.paths.keys()]
    if len(naming) == 1:
        return naming[0]
    having = {
        room: code for code in reversed(codes) for room, past in pasts.items() if code in past
    }
    if len(having) > 1:
        told = ", ".join(f"{code} is a code of {room.system}" for room, code in having.items())
        options = " or ".join(room.system.name for room in having)
        raise click.UsageError(f"{told}; say which with --system {options}")
    return next(iter(having or pasts))


def step_rows(found: Trace) -> Iterator[tuple[Cell, ...]]:
    """The steps of a trace, and what came of it."""
    for step in found.steps:
        mark = "one to one" if step.is_one_to_one else "open"
        yield (
            (step.code, "key"),
            (step.day.isoformat(), ""),
            (mark, "good" if step.is_one_to_one else "middling"),
            (", ".join(step.candidates) or "nothing", "key"),
            ("; ".join(step.evidence), "more"),
        )
    yield (
        (found.code, "key"),
        (found.end, ""),
        (str(found.outcome), OUTCOME_STYLES.get(found.outcome, "bad")),
        (", ".join(found.codes) or "nothing", "key"),
        ("" if found.steps else found.reason, "more"),
    )


def outcome_row(found: Trace) -> tuple[Cell, ...]:
    """What came of a code, on one line."""
    return (
        (found.code, "key"),
        (str(found.outcome), OUTCOME_STYLES.get(found.outcome, "bad")),
        (", ".join(found.codes), "key"),
        (found.reason, "more"),
    )
