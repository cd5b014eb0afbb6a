"""`install` and `remove`: releases onto this machine and off it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from cli.conftest import Process, Run
from codesets import store
from codesets.store import Offer, Upstream, fetching


@pytest.fixture
def drop(order: Path, tabular: Path, tmp_path: Path) -> Path:
    """Folders of official files: one sound, one not, one of something else."""
    drop = tmp_path / "drop"
    for folder in ("2028", "2029", "other"):
        (drop / folder).mkdir(parents=True)
    shutil.copy(order, drop / "2028" / "a.txt")
    shutil.copy(tabular, drop / "2028" / "b.xml")
    (drop / "2029" / "a.txt").write_bytes(order.read_bytes()[:-30])
    (drop / "other" / "a.pdf").write_bytes(b"%PDF-1.4")
    return drop


def test_files_are_installed_and_removed(run: Run, drop: Path, data_folder: Path) -> None:
    done = run("install", "--from", drop / "2028")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "installed\ticd10cm\t2028\ttabular + order\t2028\n"
    path = data_folder / "icd10cm-2028.codeset"
    assert path.is_file()
    assert run("show", "A01.0", "--release", "2028").exit_code == 0
    again = run("install", "--from", drop / "2028")
    assert again.stdout.startswith("already there\t")
    gone = run("remove", "icd10cm", "2028")
    assert gone.stdout == f"removed icd10cm 2028: {path}\n"
    assert not path.exists()
    missing = run("remove", "ICD-10-CM", "2028")
    assert missing.exit_code == 2
    assert missing.stderr == (
        "codesets: icd10cm 2028 is not installed (installed: 2026-april)\n"
    )  # fmt: skip


def test_all_is_told_and_the_sound_are_installed(run: Run, drop: Path, data_folder: Path) -> None:
    done = run("install", "--from", drop)
    assert done.exit_code == 3
    assert [line.split("\t")[:3] for line in done.stdout.splitlines()] == [
        ["installed", "icd10cm", "2028"],
        ["refused", "icd10cm", "?"],
    ]
    told = done.stderr.splitlines()
    assert told[0] == "codesets: other: passed over a.pdf (document (PDF))"
    assert told[1].startswith("codesets: 2029: a.txt, line ")
    assert (data_folder / "icd10cm-2028.codeset").is_file()


def test_records_for_programs(run: Run, drop: Path, data_folder: Path) -> None:
    done = run("install", "--from", drop, "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["state"] for record in records] == ["passed over", "installed", "refused"]
    assert records[1]["path"] == str(data_folder / "icd10cm-2028.codeset")
    assert records[1]["sources"] == ["tabular", "order"]
    assert "line" in records[2]["error"]
    gone = run("remove", "icd10cm", "2028", "--json")
    assert json.loads(gone.stdout)["removed"]


def test_an_edition_that_is_not_recognised_is_misuse(run: Run, order: Path) -> None:
    done = run("install", "--from", order)
    assert done.exit_code == 2
    assert "say it with --edition" in done.stderr
    done = run("install", "--from", order, "--edition", "2028")
    assert done.exit_code == 0
    done = run("install", "--from", order, "--edition", "soon")
    assert done.exit_code == 2


def test_a_release_that_holds_more_stays_unless_told(run: Run, order: Path) -> None:
    done = run("install", "--from", order, "--edition", "2026-april")
    assert done.exit_code == 3
    assert "have no tabular" in done.stderr
    done = run("install", "--from", order, "--edition", "2026-april", "--replace")
    assert done.stdout.startswith("replaced\ticd10cm\t2026-april\torder\t")


def test_only_one_system(run: Run, drop: Path, hcpcs_files: Path) -> None:
    done = run("install", "--from", drop, hcpcs_files, "--system", "hcpcs")
    assert done.exit_code == 2
    assert "icd10cm" not in done.stdout


def test_one_clear_line_where_nothing_can_be_written(
    process: Process, drop: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    done = process("install", "--from", drop / "2028", env={"CODESETS_DATA_DIR": str(blocked)})
    assert done.returncode == 3
    (line,) = done.stderr.decode().splitlines()
    assert "cannot be made" in line


# From the publisher: tests/store/test_downloads.py has what may happen there.


def test_a_release_is_fetched(
    run: Run, hcpcs_files: Path, monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    monkeypatch.delenv("CODESETS_OFFLINE", raising=False)
    asked: list[str] = []

    def fetch(url: str, folder: Path, *_: object, **__: object) -> tuple[Path, str]:
        asked.append(url)
        path = Path(shutil.copy(hcpcs_files / "anweb.txt", folder / "HCPC2026_OCT_ANWEB.txt"))
        return path, hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(fetching, "fetch", fetch)
    done = run("install", "hcpcs", "2026-october")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "installed\thcpcs\t2026-october\ttext\thcpcs 2026-october\n"
    assert asked == ["https://www.cms.gov/files/zip/october-2026-alpha-numeric-hcpcs-file.zip"]
    assert (data_folder / "hcpcs-2026-october.codeset").is_file()
    # A digest of July 2026 is known, and this is another file.
    done = run("install", "HCPCS Level II", "2026-july")
    assert done.exit_code == 3
    assert "accept it with --accept-reissue" in done.stderr


def test_nothing_is_fetched_offline(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_OFFLINE", "1")
    done = run("install", "icd10cm", "2027")
    assert done.exit_code == 3
    assert "CODESETS_OFFLINE forbids it" in done.stderr
    assert done.stderr.count("\n") == 1
    done = run("install", "icd10cm", "2040")
    assert done.exit_code == 2
    assert "no address is known of icd10cm 2040" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("icd10cm",),
        ("icd10cm", "2026", "2027"),
        ("icd10cm", "2026", "--edition", "2026"),
        ("--from", "x", "--accept-reissue"),
    ],
)
def test_misuse(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("install", *arguments).exit_code == 2


def test_nothing_to_install(run: Run, drop: Path) -> None:
    done = run("install", "--from", drop / "other")
    assert done.exit_code == 3
    assert done.stderr == (
        "codesets: no release among the files: a.pdf (document (PDF))\n"
    )  # fmt: skip
    done = run("install", drop)
    assert done.exit_code == 2


# What there is.


def test_releases_are_listed(run: Run) -> None:
    done = run("releases", "icd10cm")
    rows = {line.split("\t")[1]: line.split("\t") for line in done.stdout.splitlines()}
    assert rows["2026-april"] == [
        "icd10cm", "2026-april", "2026-04-01", "2026-09-30", "at hand: tabular",
        "74,719 billable", "April 1, 2026 update",
    ]  # fmt: skip
    assert rows["2027"][4] == "newer"
    assert rows["2013"][2:4] == ["never", ""]
    assert rows["2020-april"][4] == "no files were published"
    at_hand = run("releases", "--at-hand", "--json").stdout.splitlines()
    assert [json.loads(line)["edition"] for line in at_hand] == ["2026-april"]
    newer = run("releases", "ICD-10-CM", "--newer").stdout.splitlines()
    assert [line.split("\t")[1] for line in newer] == ["2027"]
    assert run("releases", "cpt").exit_code == 2


def test_what_is_new_upstream_is_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    offers = (
        Offer("https://x/a.zip", "hcpcs", "January", "2031-january", is_new_edition=True),
        Offer("https://x/b.zip", "icd10cm", "b", size=2, known_size=1),
    )
    found = [Upstream(offers, ("https://y cannot be fetched",), 2), Upstream((), (), 3)]
    monkeypatch.setattr(store, "check_upstream", lambda *_, **__: found.pop(0))
    done = run("check-upstream")
    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        "hcpcs\t2031-january\tnew edition\t\thttps://x/a.zip\tJanuary",
        "icd10cm\t?\tother size\t\thttps://x/b.zip\tb",
    ]
    assert "hcpcs 2031-january is new" in done.stderr
    assert "https://y cannot be fetched" in done.stderr
    done = run("check-upstream", "--json")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "codesets: nothing new on 3 pages\n"


def test_upstream_is_not_asked_offline(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_OFFLINE", "1")
    done = run("check-upstream")
    assert done.exit_code == 3
    assert "CODESETS_OFFLINE forbids it" in done.stderr
