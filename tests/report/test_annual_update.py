"""`scripts/annual_update.py`, from files to reports, twice."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from codesets import icd10cm, shelf
from report.conftest import AFTER, BEFORE
from timeline.conftest import at_hand, order_file

__all__ = ["at_hand"]

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "annual_update.py"
NAMES = {
    "changelog-icd10cm-2019.md",
    "release-icd10cm-2019.md",
    *(f"report-icd10cm-2019.{form}" for form in ("csv", "html", "json", "md")),
    "report-icd10cm-2019-impact.csv",
}


@pytest.fixture
def update() -> ModuleType:
    spec = importlib.util.spec_from_file_location("annual_update", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def files(at_hand: Path, tmp_path: Path) -> Path:
    """A folder with the order file of 2019; 2018 is at hand."""
    folder = tmp_path / "official"
    folder.mkdir()
    (folder / "order.txt").write_bytes(order_file(AFTER))
    old = tmp_path / "order-2018.txt"
    old.write_bytes(order_file(BEFORE))
    release = icd10cm.parse(old, edition="2018")
    release.save(at_hand / shelf.file_name(release.edition))
    return folder


def run(update: ModuleType, files: Path, out: Path, *more: str) -> int:
    arguments = [str(files), "--edition", "2019", "--out", str(out), *more]
    code: int = update.main(arguments)
    return code


def test_the_whole_story_twice(
    update: ModuleType, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, codes = tmp_path / "updates", tmp_path / "mine.txt"
    codes.write_text("C00\nB99\n", encoding="utf-8")
    # The counts are not those that NCHS published for 2019: somebody should look.
    assert run(update, files, out, "--list", str(codes)) == 1
    told = capsys.readouterr().out
    assert "LOOK: 7 rows, the calendar has 94,444" in told
    assert "icd10cm 2019 installed" in told
    assert "compared with 2018: 3 added, 2 deleted, 2 revised, as the publisher counts" in told
    assert "2 entries stand for 2 codes of 2018; in 2019: 1 deleted" in told
    assert {path.name for path in out.iterdir()} == NAMES
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    assert b"Deep blue fever" in written["report-icd10cm-2019.html"]
    assert b"Your list mine.txt" in written["report-icd10cm-2019.html"]
    assert b"no conversion table is at hand" in written["report-icd10cm-2019-impact.csv"]
    assert written["changelog-icd10cm-2019.md"].decode() == (
        "- ICD-10-CM 2019, in force from 2018-10-01: 3 codes added, 2 deleted, 2 revised since"
        " 2018.\n"
    )
    assert run(update, files, out, "--list", str(codes)) == 1
    told = capsys.readouterr().out
    assert "icd10cm 2019 already there" in told
    assert told.count("is there already") == len(NAMES)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == written


def test_dry_run(update: ModuleType, files: Path, tmp_path: Path, at_hand: Path) -> None:
    out = tmp_path / "updates"
    before = sorted(each.name for each in at_hand.iterdir())
    assert run(update, files, out, "--dry-run") == 1
    assert not out.exists()
    assert sorted(each.name for each in at_hand.iterdir()) == before


def test_nothing_to_compare_with(
    update: ModuleType, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shelf.data_folder() / "icd10cm-2018.codeset").unlink()
    assert run(update, files, tmp_path / "updates") == 1
    assert "nothing to compare with" in capsys.readouterr().out


def test_files_that_cannot_be_read(
    update: ModuleType, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "order.txt").write_bytes(order_file(AFTER)[:-30])
    assert run(update, files, tmp_path / "updates") == 2
    said = capsys.readouterr().err
    assert said.startswith("annual_update: ")
    assert "order.txt" in said
    assert not (tmp_path / "updates").exists()
