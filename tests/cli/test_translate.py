"""`codesets translate`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets.crosswalk import ConversionTable, Crosswalk
from codesets.shelf import file_name
from crosswalk.test_gem import BACKWARD, FORWARD
from crosswalk.writer import conversion_csv, gem

CROSSED = [*BACKWARD, ("V541", "V5412", "10000")]


@pytest.fixture(autouse=True)
def maps(data_folder: Path) -> Path:
    for direction, rows, years in (
        ("i9", [*FORWARD, ("V541", "A0009", "10000")], ("2016", "2018")),
        ("i10", [*CROSSED], ("2018",)),
    ):
        for year in years:
            kept = rows if year == "2018" else rows[:1]
            data = gem(direction, kept)
            crosswalk = Crosswalk.from_gem(io.BytesIO(data), edition=year)
            crosswalk.save(data_folder / file_name(crosswalk.edition))
    table = ConversionTable.parse(io.BytesIO(conversion_csv([("A00.9", 2025, "A00.8")])))
    table.save(data_folder / file_name(table.edition))
    return data_folder


def lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_every_row_with_its_title(run: Run) -> None:
    result = run("translate", "24951", "0010")
    assert result.exit_code == 0
    assert lines(result.stdout) == [
        ["249.51", "part", "E08.36", "1.1", ""],
        ["249.51", "approximate", "E08.39", "", ""],
        ["249.51", "part", "E08.311", "1.1", ""],
        ["249.51", "part", "E08.65", "1.2", ""],
        ["249.51", "approximate", "E09.39", "", ""],
        ["001.0", "exact", "A00.0", "", "Blue fever, Ménage type"],
    ]


def test_the_direction_is_found_by_look_up(run: Run) -> None:
    assert lines(run("translate", "A00.0", "25000").stdout) == [
        ["A00.0", "exact", "001.0", "", ""], ["250.00", "approximate", "E11.9", "", ""],
    ]  # fmt: skip
    both = run("translate", "V541")
    assert both.exit_code == 2
    assert "V541 is a code of ICD-10-CM 2018 and ICD-9-CM" in both.stderr
    assert "--map gem-i10 or gem-i9" in both.stderr
    assert lines(run("translate", "V541", "--map", "gem-i10").stdout)[0][2] == "V54.12"


def test_no_map_and_not_in_the_map(run: Run) -> None:
    said = run("translate", "36570")
    assert (said.exit_code, lines(said.stdout)) == (0, [["365.70", "no map", "", "", ""]])
    silent = run("translate", "99999", "nonsense")
    assert silent.exit_code == 1
    assert [line[:2] for line in lines(silent.stdout)] == [
        ["99999", "not in the map"], ["nonsense", "not in the map"],
    ]  # fmt: skip


def test_headers_say_that_they_are(run: Run) -> None:
    result = run("translate", "250.0")
    assert "250.0 is a header: what its 2 codes map to" in result.stderr
    assert [line[0] for line in lines(result.stdout)] == ["250.00", "250.02"]


def test_full_translations(run: Run) -> None:
    assert lines(run("translate", "24951", "365.70", "--expand").stdout) == [
        ["249.51", "E08.39"], ["249.51", "E09.39"], ["249.51", "E08.36 + E08.65"],
        ["249.51", "E08.311 + E08.65"], ["365.70", ""],
    ]  # fmt: skip


def test_records_for_programs(run: Run) -> None:
    (record,) = map(json.loads, run("translate", "24951", "--json").stdout.splitlines())
    assert (record["map"], record["edition"], record["code"]) == ("gem-i9", "2018", "249.51")
    assert record["scenarios"][0]["choice_lists"] == [["E08.36", "E08.311"], ["E08.65"]]


def test_which_map(run: Run, maps: Path) -> None:
    assert lines(run("translate", "25000", "--map", "gem-i9-2016").stdout)[0][1] == "not in the map"
    path = maps / "gem-i9-2018.codeset"
    assert lines(run("translate", "25000", "--map", path).stdout)[0][2] == "E11.9"
    assert lines(run("translate", "A009", "--map", "conversion").stdout)[0][2] == "A00.8"
    assert run("translate", "A009", "--map", "conversion-2026").exit_code == 0
    missing = run("translate", "A009", "--map", "gem-i9-1999")
    assert missing.exit_code == 2
    assert "gem-i10-2018, gem-i9-2016, gem-i9-2018" in missing.stderr
    assert run("translate", "A009", "--map", "conversion-1999").exit_code == 2
    assert run("translate", "A009", "--map", maps / "icd10cm-2026-april.codeset").exit_code == 3


def test_codes_are_piped_in(run: Run) -> None:
    assert lines(run("translate", "-", input="25000, 0010\n").stdout)[1][2] == "A00.0"


def test_the_other_verbs_go_on(run: Run) -> None:
    assert run("verify").exit_code == 0
    assert run("check", "A00.0").exit_code == 0
