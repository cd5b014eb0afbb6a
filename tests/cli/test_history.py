"""`codesets history`, and `codesets check --on` out of all releases at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets import icd10cm, shelf
from timeline.conftest import order_file


@pytest.fixture
def years(run: Run, tmp_path: Path) -> Run:
    """The command, with 2017 and 2019 at hand: a code became a header, another was added."""
    fever, blue = (False, "Fever"), (True, "Blue fever")
    for name, rows in {
        "2017": {"A00": fever, "A001": blue},
        "2019": {"A00": fever, "A001": (False, "Blue fever"), "A0010": (True, "Deep blue fever")},
    }.items():
        path = tmp_path / f"order-{name}.txt"
        path.write_bytes(order_file(rows))
        release = icd10cm.parse(path, edition=name)
        release.save(shelf.data_folder() / shelf.file_name(release.edition))
    return run


def test_periods_of_a_code(years: Run) -> None:
    result = years("history", "a001", "A00.10")
    assert result.exit_code == 0
    assert [line.split("\t") for line in result.stdout.splitlines()][:3] == [
        ["A00.1", "2016-10-01", "2017-09-30", "billable", "release 2017", "Blue fever"],
        ["A00.1", "2017-10-01", "2018-09-30", "unknown", "nothing: 2018 is not at hand", ""],
        ["A00.1", "2018-10-01", "2019-09-30", "header", "release 2019", "Blue fever"],
    ]


def test_records(years: Run) -> None:
    (record,) = map(json.loads, years("history", "A00.1", "--json").stdout.splitlines())
    assert record["system"] == "icd10cm"
    assert [period["state"] for period in record["periods"]][:3] == [
        "billable",
        "unknown",
        "header",
    ]


def test_a_code_never_seen(years: Run) -> None:
    result = years("history", "Q99", "A00.1")
    assert result.exit_code == 1
    assert "'Q99' is no code of ICD-10-CM in the releases at hand" in result.stderr
    assert result.stdout.startswith("A00.1\t")


def test_check_on_a_day(years: Run) -> None:
    result = years("check", "--on", "2018-10-01", "A00.1", "A00.10", "Q99")
    assert result.exit_code == 1
    first, second, third = (line.split("\t") for line in result.stdout.splitlines())
    assert first[1] == "header"
    assert "header since 2018-10-01" in first[2]
    assert second[1:] == ["valid", "Deep blue fever"]
    assert third[1] == "not in release"


def test_check_in_a_gap(years: Run) -> None:
    result = years("check", "--on", "2018-01-01", "A00.1")
    assert result.exit_code == 2
    assert result.stderr == (
        "codesets: no ICD-10-CM release at hand is in force on 2018-01-01: that is 2018"
        " (2017-10-01 to 2018-09-30); install it with: codesets install icd10cm 2018\n"
    )


def test_modifiers_of_a_system_without(years: Run) -> None:
    result = years("history", "LT", "--modifier", "--system", "icd10cm")
    assert result.exit_code == 2
    assert "ICD-10-CM has no modifiers" in result.stderr
