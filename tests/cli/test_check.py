"""`codesets check`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run


def test_all_valid(run: Run) -> None:
    result = run("check", "A000", " b20 ")
    assert result.exit_code == 0
    assert (
        result.stdout == "A000\tvalid\tBlue fever, Ménage type\nb20\tvalid\tFever of the single\n"
    )


def test_every_kind_of_finding(run: Run) -> None:
    result = run("check", "A00", "A00.9", "T36.9A", "A00.", "99213")
    assert result.exit_code == 1
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [(text, kind) for text, kind, _ in rows] == [
        ("A00", "header"),
        ("A00.9", "valid"),
        ("T36.9A", "not in release"),
        ("A00.", "malformed"),
        ("99213", "malformed"),
    ]
    assert "2 billable below: A00.0, A00.9" in rows[0][2]
    assert "did you mean T36.9XXA?" in rows[2][2]
    assert "CPT" in rows[4][2]


@pytest.mark.parametrize(
    "piped",
    [
        "A00.0\nA00.9\n",
        "A00.0 A00.9",
        "A00.0,A00.9",
        "A00.0;\tA00.9\r\n\r\n",
        "\ufeffA00.0\n, A00.9 ,\n",
    ],
)
def test_codes_from_a_pipe(run: Run, piped: str) -> None:
    expected = run("check", "A00.0", "A00.9").stdout
    assert run("check", input=piped).stdout == expected
    assert run("check", "-", input=piped).stdout == expected


def test_pipe_between_arguments(run: Run) -> None:
    result = run("check", "B20", "-", "A00.9,A01.9", "-", input="A00.0\n")
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == [
        "B20",
        "A00.0",
        "A00.9",
        "A01.9",
    ]


def test_bytes_that_are_no_text_are_malformed(run: Run) -> None:
    result = run("check", input=b"A00.0 \xff\xfe\x1b[31m\n")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].startswith("\ufffd\ufffd\\x1b[31m\tmalformed\t")


def test_empty_argument_is_an_empty_code(run: Run) -> None:
    result = run("check", "")
    assert result.exit_code == 1
    assert result.stdout.startswith("\tmalformed\t'' is malformed: it is empty")


def test_nothing_piped_in_is_misuse_unless_asked_for(run: Run) -> None:
    assert run("check", input=" \n").exit_code == 2
    asked = run("check", "-", input="\n")
    assert (asked.exit_code, asked.stdout) == (0, "")


def test_json(run: Run) -> None:
    result = run("check", "--json", "A00.0", "A00", "nonsense!")
    assert result.exit_code == 1
    valid, header, malformed = map(json.loads, result.stdout.splitlines())
    assert valid == {
        "system": "icd10cm",
        "finding": "Valid",
        "text": "A00.0",
        "valid": True,
        "reason": "A00.0 is valid in 2026-april: Blue fever, Ménage type",
        "edition": "2026-april",
        "code": "A00.0",
        "display": "Blue fever, Ménage type",
    }
    assert header["billable"] == ["A00.0", "A00.9"]
    assert malformed["valid"] is False


def test_many_codes_are_answered_as_they_come(run: Run) -> None:
    codes = "A00.0\n" * 20_000
    result = run("check", input=codes)
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 20_000
