"""`codesets group`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets.grouping import Ccir, Ccsr, HccModel
from grouping.files import CCIR, FORMAT, HIERARCHY, LABELS, ccsr_workbook


@pytest.fixture(autouse=True)
def groupers(data_folder: Path) -> Path:
    files = [io.BytesIO(data) for data in (FORMAT, LABELS, HIERARCHY)]
    HccModel.parse(*files, model="v28", year="2024").save(data_folder)
    Ccsr.parse(io.BytesIO(ccsr_workbook())).save(data_folder)
    Ccir.parse(io.BytesIO(CCIR)).save(data_folder)
    return data_folder


def lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_all_categories_of_each_code(run: Run) -> None:
    result = run("group", "e1152", "E11.9", "--by", "hcc-v28")
    assert result.exit_code == 0
    assert lines(result.stdout) == [
        ["E11.52", "37", "", "hcc-v28 2024", "Diabetes with Chronic Complications"],
        ["E11.52", "263", "D", "hcc-v28 2024", "Atherosclerosis with Ulceration"],
        ["E11.9", "38", "", "hcc-v28 2024", "Diabetes, Unspecified"],
    ]
    none = run("group", "A00.0", "-", "--by", "ccsr", input="E11.52")
    assert none.exit_code == 1
    assert [line[1] for line in lines(none.stdout)] == ["none", "CIR028", "END003"]


def test_after_the_hierarchy(run: Run) -> None:
    result = run("group", "E11.52", "E11.9", "A00.0", "--by", "hcc-v28", "--hierarchy")
    assert [line[:2] for line in lines(result.stdout)] == [["E11.52", "37"], ["E11.52", "263"]]
    assert "38 is dropped by 37" in result.stderr
    assert "A00.0 is in no category" in result.stderr
    assert result.exit_code == 1
    as_json = run("group", "E11.52", "E11.9", "--by", "hcc-v28", "--hierarchy", "--json")
    assert json.loads(as_json.stdout)["dropped"][0]["by"] == "37"
    assert run("group", "E11.52", "--by", "ccsr", "--hierarchy").exit_code == 2


def test_records_and_other_groupers(run: Run, groupers: Path) -> None:
    record = json.loads(run("group", "E119", "--by", "ccir", "--json").stdout)
    assert record == {
        "grouper": "ccir", "version": "2025-1", "code": "E11.9",
        "categories": [{"id": "1", "title": "Chronic", "flags": ""}],
    }  # fmt: skip
    path = groupers / "hcc-v28-2024.codeset"
    assert lines(run("group", "E119", "--by", path).stdout)[0][1] == "38"
    assert run("group", "E119", "--by", "hcc-v28", "--version", "2024").exit_code == 0
    for wrong in ("hcc-v22", "cmr", "drg", groupers / "icd10cm-2026-april.codeset"):
        assert run("group", "E119", "--by", wrong).exit_code == 2
    assert run("verify").exit_code == 0
