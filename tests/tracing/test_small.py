"""Traces through small releases written for the purpose, with and without a conversion table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import codesets
from codesets import shelf
from codesets.cli.app import app
from codesets.crosswalk import ConversionTable
from codesets.errors import ArgumentTypeError
from codesets.tracing import Outcome
from crosswalk.writer import conversion_csv
from timeline.conftest import Order

Put = Callable[[str, Order], None]

FEVER = {"A00": (False, "Fever")}
BLUE, RED, DEEP, PALE, GREEN, AGUE = (
    {code: (True, title)}
    for code, title in (
        ("A001", "Blue fever"),
        ("A002", "Red fever"),
        ("A0010", "Deep blue fever"),
        ("A0011", "Pale blue fever"),
        ("A003", "Green fever"),
        ("B99", "Ague"),
    )
)
BLUE_HEADER = {"A001": (False, "Blue fever")}


def table(folder: Path, *rows: tuple[str, int, str]) -> None:
    path = folder.parent / "table.csv"
    path.write_bytes(conversion_csv(rows))
    made = ConversionTable.parse(path, edition="2019")
    made.save(folder / shelf.file_name(made.edition))


def test_one_to_one(put: Put, at_hand: Path) -> None:
    put("2018", FEVER | BLUE | AGUE)
    put("2019", FEVER | RED | AGUE)
    table(at_hand, ("A00.2", 2018, "A00.1"))
    there = codesets.trace("a001", "2018", "2019")
    assert (there.outcome, there.codes, there.is_settled) == (Outcome.MAPPED, ("A00.2",), True)
    assert there.reason == "A00.1 became A00.2"
    (step,) = there.steps
    assert step.evidence == (
        "A00.1 was billable until 2018-09-30 and is no code from 2018-10-01",
        "conversion table 2019, row 4: A00.2 from 'A00.1', 2018-10-01",
    )
    # One text is no list of letters.
    with pytest.raises(ArgumentTypeError, match=r"a list of codes is wanted, not 'A00\.1' alone"):
        codesets.migrate("A00.1", "2018", "2019")
    back = codesets.trace("A00.2", "2019", "2018")
    assert (back.outcome, back.codes) == (Outcome.MAPPED, ("A00.1",))
    assert back.reason == "A00.2 came from A00.1"


@pytest.mark.parametrize(
    ("after", "rows", "candidates"),
    [
        # Two new codes name it.
        (FEVER | RED | GREEN, [("A00.2", "A00.1"), ("A00.3", "A00.1")], ("A00.2", "A00.3")),
        # The one that names it names another one too.
        (FEVER | RED, [("A00.2", "A00.1 and B99")], ("A00.2",)),
        # It is a header now, and one of the codes under it is in no row.
        (FEVER | BLUE_HEADER | DEEP | PALE, [("A00.10", "A00.1")], ("A00.10", "A00.11")),
        # No row names it, but there are codes under it.
        (FEVER | BLUE_HEADER | DEEP, [], ("A00.10",)),
    ],
)
def test_everything_else_is_an_open_choice(
    put: Put,
    at_hand: Path,
    after: Order,
    rows: list[tuple[str, str]],
    candidates: tuple[str, ...],
) -> None:
    put("2018", FEVER | BLUE | AGUE)
    put("2019", after | AGUE)
    table(at_hand, *((new, 2018, old) for new, old in [("C99", "B98"), *rows]))
    found = codesets.trace("A00.1", "2018", "2019")
    assert (found.outcome, found.codes) == (Outcome.AMBIGUOUS, candidates)
    assert not found.steps[0].is_one_to_one


def test_gone_without_a_word(put: Put, at_hand: Path) -> None:
    put("2018", FEVER | BLUE)
    put("2019", FEVER | RED)
    found = codesets.trace("A00.1", "2018", "2019")
    assert (found.outcome, found.codes) == (Outcome.GONE, ())
    assert found.reason.endswith("no conversion table is at hand")
    table(at_hand, ("C99", 2018, "B98"))
    found = codesets.trace("A00.1", "2018", "2019")
    assert found.reason.endswith("no row of conversion table 2019 of that day names A00.1")


def test_a_new_code_beside_one_that_lives_on(put: Put, at_hand: Path) -> None:
    put("2018", FEVER | BLUE)
    put("2019", FEVER | BLUE | RED)
    table(at_hand, ("A00.2", 2018, "A00.1"))
    assert codesets.trace("A00.1", "2018", "2019").outcome is Outcome.UNCHANGED
    back = codesets.trace("A00.2", "2019", "2018")
    assert (back.outcome, back.codes) == (Outcome.AMBIGUOUS, ("A00.1",))


def test_several_steps(put: Put, at_hand: Path) -> None:
    put("2017", FEVER | BLUE)
    put("2018", FEVER | RED)
    put("2019", FEVER | GREEN)
    table(at_hand, ("A00.2", 2017, "A00.1"), ("A00.3", 2018, "A00.2"))
    there = codesets.trace("A00.1", "2017", "2019")
    assert (there.outcome, there.codes, len(there.steps)) == (Outcome.MAPPED, ("A00.3",), 2)
    back = codesets.trace("A00.3", "2019", "2017")
    assert (back.outcome, back.codes, len(back.steps)) == (Outcome.MAPPED, ("A00.1",), 2)


def test_across_a_gap(put: Put, at_hand: Path) -> None:
    """The code ended somewhere in the missing year; a row of that year speaks for the step."""
    put("2017", FEVER | BLUE)
    put("2019", FEVER | RED)
    table(at_hand, ("A00.2", 2017, "A00.1"))
    found = codesets.trace("A00.1", "2017", "2019")
    assert (found.outcome, found.codes) == (Outcome.MAPPED, ("A00.2",))
    assert "until 2017-09-30 and is no code from 2018-10-01" in found.steps[0].evidence[0]


def test_the_command(put: Put, at_hand: Path) -> None:
    put("2018", FEVER | BLUE | AGUE)
    put("2019", FEVER | RED)
    table(at_hand, ("A00.2", 2018, "A00.1"))
    run = CliRunner()
    ends = ["--from", "2018", "--to", "2019"]
    shown = run.invoke(app, ["trace", "A00.1", *ends])
    assert shown.exit_code == 0
    step, end = (line.split("\t") for line in shown.stdout.splitlines())
    assert step[:4] == ["A00.1", "2018-10-01", "one to one", "A00.2"]
    assert end == ["A00.1", "2019", "mapped", "A00.2", ""]
    listed = run.invoke(app, ["migrate", *ends, "--json"], input="A00.1\nB99\nQ99\n")
    assert listed.exit_code == 1
    records = list(map(json.loads, listed.stdout.splitlines()))
    assert [each["outcome"] for each in records] == ["mapped", "gone", "unknown"]
    assert listed.stderr == ("codesets: 0 unchanged, 1 mapped, 0 ambiguous, 1 gone, 1 unknown\n")
    assert run.invoke(app, ["trace", "Q99", *ends]).exit_code == 1
    assert run.invoke(app, ["trace", "A00.1", "--from", "2018", "--to", "2031"]).exit_code == 2
