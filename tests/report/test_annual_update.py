"""`scripts/annual_update.py`, from files to reports, twice."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from codesets import hcpcs, icd10cm, shelf
from hcpcs.examples import small_text
from official import official_folder
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
def update(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
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
    assert told.index(f"{codes}: 2 entries") < told.index("looking into official")
    assert "no addenda among the files" in told
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
    out = tmp_path / "updates"
    assert run(update, files, out) == 1
    told = capsys.readouterr().out
    assert "LOOK: no release before 2019 is at hand: nothing to compare with, and no report" in told
    assert "install 2018 first" in told
    assert [path.name for path in out.iterdir()] == ["release-icd10cm-2019.md"]


def test_files_that_cannot_be_read(
    update: ModuleType, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "order.txt").write_bytes(order_file(AFTER)[:-30])
    assert run(update, files, tmp_path / "updates") == 2
    said = capsys.readouterr().err
    assert said.startswith("annual_update: ")
    assert "order.txt" in said
    assert not (tmp_path / "updates").exists()


def test_all_that_is_handed_in_is_looked_at_before_anything_is_changed(
    update: ModuleType,
    files: Path,
    tmp_path: Path,
    at_hand: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sorted(each.name for each in at_hand.iterdir())
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    for more, said in (
        (("--list", str(tmp_path / "none.csv")), "none.csv cannot be read"),
        (("--out", str(taken)), "taken is no folder"),
        (("--out", str(taken / "below")), "taken is no folder"),
        (("--before", "2017"), "no ICD-10-CM release 2017 at hand"),
        (("--before", "2018", "--edition", "2018"), "--before 2018: 2018 is not before 2018"),
    ):
        assert run(update, files, tmp_path / "updates", *more) == 2
        assert said in capsys.readouterr().err
    assert sorted(each.name for each in at_hand.iterdir()) == before
    assert not (tmp_path / "updates").exists()


def test_files_of_no_release_or_of_two_code_sets(
    update: ModuleType, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert update.main([str(tmp_path / "empty")]) == 2
    assert "empty holds no files" in capsys.readouterr().err
    (files / "hcpcs.txt").write_bytes(small_text())
    assert run(update, files, tmp_path / "updates") == 2
    assert "files of ICD-10-CM and HCPCS Level II: hand in those of one" in capsys.readouterr().err


def test_editions_between(
    update: ModuleType,
    at_hand: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """CMS's action codes are about one quarter, not about what lies between two releases."""
    path, out = tmp_path / "HCPC.txt", tmp_path / "updates"
    path.write_bytes(small_text())
    old = hcpcs.parse(path, edition="2024-october")
    old.save(at_hand / shelf.file_name(old.edition))
    assert update.main([str(path), "--edition", "2025-january", "--out", str(out)]) == 1
    told = capsys.readouterr().out
    assert "compared with 2024-october: 0 codes and modifiers added (action codes of" in told
    assert "lies between" not in told
    assert "addenda" not in told
    fragment = (out / "changelog-hcpcs-2025-january.md").read_text(encoding="utf-8")
    assert fragment.endswith(": 0 codes and modifiers added since 2024-october.\n")
    assert update.main([str(path), "--edition", "2025-july", "--out", str(out)]) == 1
    assert (
        "LOOK: 1 edition lies between 2025-january and 2025-july (2025-april): what changed"
    ) in capsys.readouterr().out


@pytest.mark.official
def test_a_release_before_from_its_tabular_list_alone(
    update: ModuleType, at_hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The titles of an order file are not compared with those of a tabular list."""
    files = official_folder("icd10cm", "2026-april")
    order = official_folder("icd10cm", "2026") / "2026-code-descriptions-tabular-order.zip"
    assert update.main([str(files), "--dry-run"]) == 1
    icd10cm.parse(files).save(at_hand / "icd10cm-2026-april.codeset")
    assert update.main([str(order), "--edition", "2027", "--dry-run"]) == 1
    told = capsys.readouterr().out
    assert "LOOK: 2026-april is at hand without its order file, so that these are not" in told
    assert "install it with all its files first" in told


@pytest.mark.usefixtures("interruptible")
def test_interrupted(files: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "list.txt"
    os.mkfifo(fifo)
    command = [sys.executable, str(SCRIPT), str(files), "--list", str(fifo)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        with fifo.open("wb"):  # when it can be opened, the script reads from it
            running.send_signal(signal.SIGINT)
            running.wait()
        assert running.stderr is not None
        assert running.stderr.read() == "annual_update: interrupted\n"
    assert running.returncode == 130


def test_whoever_reads_has_had_enough(files: Path, tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, str(SCRIPT), str(files), "--edition", "2019", "--dry-run"]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (141, "")
