"""Traces through small releases written for the purpose, with and without a conversion table."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import codesets
from codesets import icd10cm, shelf
from codesets.cli.app import app
from codesets.crosswalk import ConversionTable
from codesets.errors import ArgumentTypeError, EditionError
from codesets.tracing import Outcome
from crosswalk.writer import conversion_csv
from timeline.conftest import Order, order_file

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
OLDER = {"C000": (True, "Old")}
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
        # Another row of the same code names another one.
        (FEVER | RED, [("A00.2", "A00.1"), ("A00.2", "B99")], ("A00.2",)),
        # The one that names it was there before.
        (FEVER | OLDER, [("C00.0", "A00.1")], ("C00.0",)),
        # The one that names it is a header.
        (
            FEVER | {"A002": (False, "Red fever"), "A0020": (True, "x")},
            [("A00.2", "A00.1")],
            ("A00.2",),
        ),
        # The release has no headers (a codes file): codes that begin with it are under it.
        ({"A0010": (True, "x"), "A0011": (True, "x")}, [("A00.10", "A00.1")], ("A00.10", "A00.11")),
    ],
)
def test_everything_else_is_an_open_choice(
    put: Put,
    at_hand: Path,
    after: Order,
    rows: list[tuple[str, str]],
    candidates: tuple[str, ...],
) -> None:
    put("2018", FEVER | BLUE | AGUE | OLDER)
    put("2019", after | AGUE)
    table(at_hand, *((new, 2018, old) for new, old in [("C99", "B98"), *rows]))
    found = codesets.trace("A00.1", "2018", "2019")
    assert (found.outcome, found.codes) == (Outcome.AMBIGUOUS, candidates)
    assert not found.steps[0].is_one_to_one
    # The table says where a code came from; who reads it the other way round is told so.
    is_told = "read the other way round these are candidates" in found.steps[0].evidence[-1]
    assert is_told is bool(rows)


def test_a_row_that_is_known_to_be_wrong_proves_nothing(put: Put, at_hand: Path) -> None:
    """E11.3X11 stands for E11.37X1: of the two codes that name the old one, one is misprinted."""
    put("2016", {"E11311": (True, "Diabetes with retinopathy")})
    put("2017", {"E113211": (True, "Right eye"), "E1137X1": (True, "Resolved")})
    table(at_hand, ("E11.3211", 2016, "E11.311"), ("E11.3X11", 2016, "E11.311"))
    found = codesets.trace("E11.311", "2016", "2017")
    assert (found.outcome, found.codes) == (Outcome.AMBIGUOUS, ("E11.3211",))
    assert "E11.3X11 stands for E11.37X1" in found.steps[0].evidence[2]


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


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        ([("A00.3", 2017, "A00.1")], [date(2017, 10, 1)]),
        ([("A00.3", 2018, "A00.1")], [date(2018, 10, 1)]),
        (
            [("A00.2", 2017, "A00.1"), ("A00.3", 2018, "A00.2")],
            [date(2017, 10, 1), date(2018, 10, 1)],
        ),
    ],
)
def test_both_ways_across_a_gap(
    put: Put, at_hand: Path, rows: list[tuple[str, int, str]], days: list[date]
) -> None:
    """The table has the day of each step, also that of a code that no release at hand has."""
    put("2017", FEVER | BLUE)
    put("2019", FEVER | GREEN)
    table(at_hand, *rows)
    there = codesets.trace("A00.1", "2017", "2019")
    assert (there.outcome, there.codes) == (Outcome.MAPPED, ("A00.3",))
    assert [step.day for step in there.steps] == days
    back = codesets.trace("A00.3", "2019", "2017")
    assert (back.outcome, back.codes) == (Outcome.MAPPED, ("A00.1",))
    assert [step.day for step in back.steps] == days[::-1]


def test_a_row_of_a_code_that_no_release_has(put: Put, at_hand: Path) -> None:
    put("2018", FEVER | BLUE)
    put("2019", FEVER | RED)
    table(at_hand, ("A00.9", 2018, "A00.1"), ("A00.2", 2018, "A00.8"))
    there = codesets.trace("A00.1", "2018", "2019")
    assert (there.outcome, there.codes) == (Outcome.AMBIGUOUS, ("A00.9",))
    assert "no release at hand has A00.9 as billable on 2018-10-01; the table" in there.reason
    assert codesets.trace("A00.2", "2019", "2018").outcome is Outcome.GONE


def made(folder: Path, edition: str | None, rows: Order) -> icd10cm.Icd10cmRelease:
    """A release that is on no shelf."""
    path = folder / "made.txt"
    path.write_bytes(order_file(rows))
    return icd10cm.parse(path, edition=edition)


def test_releases_that_are_not_at_hand(put: Put, at_hand: Path, tmp_path: Path) -> None:
    before, after = (
        made(tmp_path, edition, FEVER | rows) for edition, rows in (("2018", BLUE), ("2019", RED))
    )
    table(at_hand, ("A00.2", 2018, "A00.1"))
    found = codesets.trace("A00.1", before, after)
    assert (found.outcome, found.codes) == (Outcome.MAPPED, ("A00.2",))
    assert codesets.trace("A00.2", after, before).codes == ("A00.1",)
    # One of them by its name, and the shelf has another one of the other's name.
    put("2018", FEVER | BLUE)
    put("2019", FEVER | BLUE)
    assert codesets.trace("A00.1", "2018", after).codes == ("A00.2",)
    assert codesets.trace("A00.1", date(2018, 1, 1), after).codes == ("A00.2",)
    assert codesets.trace("A00.1", "2018", "2019").outcome is Outcome.UNCHANGED


def test_a_table_that_is_not_at_hand(put: Put, at_hand: Path, tmp_path: Path) -> None:
    put("2018", FEVER | BLUE)
    put("2019", FEVER | RED)
    path = tmp_path / "mine.csv"
    path.write_bytes(conversion_csv([("A00.2", 2018, "A00.1")]))
    mine = ConversionTable.parse(path, edition="2019")
    assert codesets.trace("A00.1", "2018", "2019").outcome is Outcome.GONE
    (found,) = codesets.migrate(["A00.1"], "2018", "2019", table=mine)
    assert (found.outcome, found.codes) == (Outcome.MAPPED, ("A00.2",))


def test_releases_between_which_there_is_no_way(at_hand: Path, tmp_path: Path) -> None:
    first, second, draft, unnamed = (
        made(tmp_path, edition, FEVER | rows)
        for edition, rows in (("2018", BLUE), ("2018", RED), ("2014", BLUE), (None, BLUE))
    )
    for ends, said in (
        ((first, second), "both are 2018"),
        ((draft, first), "2014 was never in force"),
        ((first, unnamed), "not recognised has no days"),
    ):
        with pytest.raises(EditionError, match=said):
            codesets.trace("A00.1", *ends)


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
    later = run.invoke(app, ["trace", "A00.1", "--from", "2018", "--to", "2031"])
    assert later.exit_code == 2
    assert later.stderr == (
        "codesets: no ICD-10-CM release '2031' at hand (at hand: 2018, 2019); install it with:"
        " codesets install icd10cm 2031\n"
    )
    # A name that no edition has is installed by nothing.
    none = run.invoke(app, ["trace", "A00.1", "--from", "2018", "--to", "soon"])
    assert none.exit_code == 2
    assert "icd10cm has no edition 'soon': its editions are named YYYY" in none.stderr
    assert "codesets install" not in none.stderr
