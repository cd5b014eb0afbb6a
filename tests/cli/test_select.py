"""`codesets select`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run


def codes(text: str) -> list[str]:
    return [line.split("\t")[0] for line in text.splitlines()]


def test_plain_rows(run: Run) -> None:
    assert run("select", "A00").stdout == (
        "A00\theader\tBlue fever\n"
        "A00.0\tbillable\tBlue fever, Ménage type\n"
        "A00.9\tbillable\tBlue fever, unspecified\n"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["A01.-", "A00.9"], ["A00.9", "A01.0", "A01.01", "A01.02", "A01.9"]),
        (["A00-B99", "--headers"], ["A00", "A01", "A01.0"]),
        (["T36.0X1*", "--billable"], ["T36.0X1A", "T36.0X1D"]),
        (["A00-A09", "--billable", "--condense"], ["A00", "A01"]),
        (["A00.0,A00.9 A01.01", "--condense"], ["A00", "A01.01"]),
        (["T07-T36"], ["T36", "T36.0", "T36.0X", "T36.0X1", "T36.0X1A", "T36.0X1D", "T36.0X2",
                       "T36.0X2A", "T36.0X2D", "T36.9", "T36.9XXA", "T36.9XXD"]),
    ],
)  # fmt: skip
def test_patterns(run: Run, arguments: list[str], expected: list[str]) -> None:
    result = run("select", *arguments)
    assert result.exit_code == 0
    assert codes(result.stdout) == expected


def test_everything(run: Run) -> None:
    assert run("select", "*").stderr == (
        "codesets: answers from 2026-april, which ran out on 2026-09-30\n"
    )
    assert len(codes(run("select", "*").stdout)) == 21
    assert len(codes(run("select", "*", "--billable").stdout)) == 12
    assert len(codes(run("select", "A00", "*").stdout)) == 21
    assert codes(run("select", "*", "--condense").stdout) == ["A00", "A01", "B20", "T36"]


def test_from_a_pipe(run: Run) -> None:
    assert codes(run("select", "--condense", input="A00.0\nA00.9\n").stdout) == ["A00"]
    assert run("select", input="").exit_code == 2
    # An empty list is not a wildcard.
    nothing = run("select", "-", input="")
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "")
    assert run("select", "-", "A00.0", input="").stdout.startswith("A00.0\t")


def test_json(run: Run) -> None:
    first = run("select", "A01.0", "--json").stdout.splitlines()[0]
    assert json.loads(first) == {
        "system": "icd10cm",
        "edition": "2026-april",
        "code": "A01.0",
        "display": "Green fever of the garden",
        "is_billable": False,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["Q99"],
        ["A00", "B99-A00"],
        ["!"],
        ["A00", "--headers", "--condense"],
        ["*", "--billable", "--headers"],
        [],
    ],
)
def test_misuse(run: Run, arguments: list[str]) -> None:
    result = run("select", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_pattern_without_codes_is_one_line(run: Run) -> None:
    (line,) = run("select", "Q99").stderr.splitlines()
    assert line.startswith("codesets: 'Q99' selects nothing in 2026-april: Q99 is not in")
