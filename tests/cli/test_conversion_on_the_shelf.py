"""A conversion table in the data folder beside releases: the command goes on as before."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets.crosswalk import ConversionTable
from codesets.shelf import file_name
from crosswalk.writer import conversion_csv


@pytest.fixture(autouse=True)
def table_path(data_folder: Path) -> Path:
    rows = conversion_csv([("A04.71", 2026, "A04.7")])
    table = ConversionTable.parse(io.BytesIO(rows))
    return table.save(data_folder / file_name(table.edition))


def test_releases_answer_as_before(run: Run) -> None:
    assert run("check", "A00.0").exit_code in (0, 1)
    shown = run("show", "A04.71", "--release", "2027")
    assert shown.exit_code == 2 or "at hand" in shown.output
    assert "conversion" not in shown.output


def test_verify_looks_at_it_too(run: Run, table_path: Path) -> None:
    records = [json.loads(line) for line in run("verify", "--json").stdout.splitlines()]
    assert [(r["system"], r["edition"], r["ok"]) for r in records] == [
        ("conversion", "2027", True), ("icd10cm", "2026-april", True),
    ]  # fmt: skip
    data = bytearray(table_path.read_bytes())
    data[-1] ^= 1
    table_path.write_bytes(data)
    assert run("verify").exit_code == 3


def test_it_is_no_release(run: Run, table_path: Path) -> None:
    result = run("show", "A04.71", "--release", table_path)
    assert result.exit_code == 3
    assert "holds 'conversion'" in result.stderr
