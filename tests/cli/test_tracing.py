"""`codesets trace` and `codesets migrate`: whose codes they are, and where lists come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run

DAYS = "--from", "2015-01-02", "--to", "2025-01-01"
SAME = "--from", "2026-april", "--to", "2026-april"


@pytest.mark.usefixtures("with_hcpcs")
def test_the_code_set_is_the_one_that_has_the_codes(run: Run) -> None:
    """Between days nothing else says which is meant; ICD-10-CM was not yet in force in 2015."""
    result = run("trace", "C9136", *DAYS)
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1].split("\t")[:4] == [
        "C9136",
        "2025-01-01",
        "mapped",
        "J7205",
    ]
    result = run("migrate", "C9136", "A00.0", *DAYS)
    assert result.exit_code == 2
    assert "C9136 is a code of HCPCS Level II" in result.stderr
    assert "A00.0 is a code of ICD-10-CM" in result.stderr
    assert "--system icd10cm or hcpcs" in result.stderr


@pytest.mark.usefixtures("with_hcpcs")
def test_names_of_releases_say_which_code_set_is_meant(run: Run) -> None:
    result = run("migrate", "C9136", "A00.0", *SAME)
    assert [line.split("\t")[1] for line in result.stdout.splitlines()] == ["unknown", "unchanged"]


def test_a_code_that_never_was_is_an_object_too(run: Run) -> None:
    result = run("trace", "--json", "Q99", "A00.0", *SAME)
    assert result.exit_code == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["code"], each["outcome"]) for each in found] == [
        ("Q99", "unknown"),
        ("A00.0", "unchanged"),
    ]
    assert found[0]["reason"] in result.stderr


def test_a_list_of_codes_is_read_as_impact_reads_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "my codes.csv"
    path.write_text("name,code\nBlue fever,A00.0\nfever of 99,A0O.9\n")
    result = run("migrate", "--list", path, "A01.01", *SAME)
    assert [line.split("\t")[:2] for line in result.stdout.splitlines()] == [
        ["A01.01", "unchanged"],
        ["A00.0", "unchanged"],
        ["A0O.9", "unknown"],
    ]
    assert run("migrate", "--list", path, "--column", "title", *SAME).exit_code == 3
    assert run("migrate", "--column", "code", "A00.0", *SAME).exit_code == 2


def test_a_text_of_another_code_set_is_not_answered_with_days(run: Run) -> None:
    """The day stands before ICD-10-CM began; C9136 is none of its codes."""
    result = run("check", "C9136", "--on", "2015-04-01")
    assert result.exit_code == 1
    assert result.stdout == (
        "C9136\tnot in release\t'C9136' is no code of ICD-10-CM in the releases at hand; it has the"
        " form of: ICD-10-CM, HCPCS Level II; no release of HCPCS Level II is at hand\n"
    )
    # Later it may have been one, in a release that is not at hand.
    result = run("check", "C9136", "--on", "2020-01-01")
    assert result.exit_code == 2
    assert (
        "install icd10cm 2020; or, by the form of C9136, a release of HCPCS Level II"
        in result.stderr
    )
    # One of its own codes is.
    assert run("check", "A00.0", "--on", "2015-04-01").exit_code == 2
