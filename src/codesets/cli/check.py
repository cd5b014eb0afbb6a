"""`codesets check`: whether codes are valid, and if not, why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import click

from codesets.cli.app import (
    INVALID,
    day_option,
    modifier_option,
    shared_options,
)
from codesets.cli.at_hand import AtHand
from codesets.cli.describing import Asked
from codesets.cli.nowhere import Nowhere, finding_record
from codesets.cli.output import Cell, Output, shown
from codesets.cli.reading import complete_code, texts
from codesets.cli.systems import Room
from codesets.findings import Finding
from codesets.system import SYSTEMS, could_be

__all__ = ["command"]

_WIDTHS = (8, 14)
"""Of the longest code of ICD-10-CM and of `not in release`: columns stay where they are."""


@click.command("check", short_help="Whether codes are valid, and if not, why.")
@click.argument("codes", metavar="CODE…", nargs=-1, shell_complete=complete_code)
@day_option
@modifier_option
@shared_options()
@click.pass_context
def command(
    ctx: click.Context,
    codes: tuple[str, ...],
    on: date | None,
    modifiers: bool,
    release: str | None,
    room: Room | None,
    as_json: bool,
) -> None:
    """Check whether codes are valid for submission, and if not, say why.

    With --on for that day, out of all releases at hand; otherwise by one release, HCPCS for its
    first day.
    Without CODE, or for "-", codes are read from standard input, apart by blanks, commas or line
    ends. When not in a terminal each line has three columns, apart by tabs: the text as given, the
    finding, and the title or the reason, after the code set where the form of the text leaves that
    open. Exit code 0 if all are valid, 1 if some are not.
    """
    output = Output(as_json)
    answers = Answers(_answering(output, release, room, Asked(on, modifiers)))
    found = answers.of(texts(codes, "CODE"))
    if as_json:
        for finding in found:
            output.record(finding_record(finding))
    else:
        output.rows(map(_row, found), _WIDTHS)
    if not answers.all_valid:
        ctx.exit(INVALID)


Answer = Callable[[str], Finding | Nowhere]


def _answering(output: Output, release: str | None, room: Room | None, asked: Asked) -> Answer:
    """What answers: one release; or for a day, where none was named, all at hand together."""
    if asked.on is None or release is not None:
        return AtHand.open(output, release, room, asked).check
    from codesets.cli.dated import Dated

    return partial(Dated.open(room, modifiers=asked.modifiers).check, on=asked.on)


class Answers:
    """Findings one by one, and whether all so far were valid."""

    def __init__(self, check: Answer) -> None:
        self.all_valid = True
        self._check = check

    def of(self, given: Iterator[str]) -> Iterator[Finding | Nowhere]:
        """The finding for each text."""
        for text in given:
            finding = self._check(text)
            self.all_valid = self.all_valid and finding.is_valid
            yield finding


def _row(finding: Finding | Nowhere) -> tuple[Cell, ...]:
    record = finding.to_dict()
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", record["finding"]).lower()
    style = "good" if finding.is_valid else "middling" if "code" in record else "bad"
    said = record["display"] if finding.is_valid else record["reason"]
    told = f"{_code_set(finding)}{shown(said)}"
    return ((shown(finding.text), "key"), (kind, style), (told, ""))


def _code_set(finding: Finding | Nowhere) -> str:
    """The code set that answers, where the form of the text leaves it open (E1190)."""
    if finding.edition is None:
        return ""
    own = SYSTEMS[finding.edition.system].title
    others = {system.title for system in SYSTEMS.values()}.intersection(could_be(finding.text))
    return f"{own}: " if own in others and len(others) > 1 else ""
