"""`codesets build`, `codesets reconcile` and `codesets verify`."""

from __future__ import annotations

import errno
import json
import os
import shutil
import zipfile
from pathlib import Path
from random import Random

import pytest

from cli.conftest import Run
from codesets import icd10cm


@pytest.fixture
def archive(tabular: Path, order: Path, tmp_path: Path) -> Path:
    """A publisher's zip of both files, with a document in it."""
    path = tmp_path / "release.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.write(tabular, "tabular.xml")
        zipped.write(order, "order.txt")
        zipped.writestr("readme.pdf", "%PDF-1.4")
    return path


def test_build_from_a_zip(run: Run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.codeset"
    result = run("build", archive, "-o", out, "--edition", "2026-april")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"{out}: ICD-10-CM 2026-april from tabular + order"
    assert "12 billable" in lines[1]
    assert "1 title/accent" in lines[2]
    assert "1 line-ends" in lines[3]
    assert result.stderr == ""
    assert icd10cm.load_path(out)["A00.0"].long_description == "Blue fever, Menage type"


def test_build_into_a_folder_names_the_file(run: Run, tabular: Path, data_folder: Path) -> None:
    assert run("build", tabular, "-o", data_folder, "--edition", "2025").exit_code == 0
    assert (data_folder / "icd10cm-2025.codeset").is_file()
    assert run("show", "A00", "--release", "2025").exit_code == 0


def test_edition_that_is_not_recognised(run: Run, tabular: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.codeset"
    later = tmp_path / "later.xml"
    text = tabular.read_text(encoding="utf-8")
    later.write_text(text.replace("<version>2026", "<version>2040"), encoding="utf-8")
    result = run("build", later, "-o", out)
    assert result.exit_code == 0
    assert "the edition is not recognised" in result.stderr
    assert "unnamed" in run("show", "A00", "--release", out).stdout
    assert run("build", later, "-o", tmp_path).exit_code == 2


def test_edition_that_is_not_certain(run: Run, tabular: Path, tmp_path: Path) -> None:
    result = run("build", tabular, "-o", tmp_path / "out.codeset", "--json")
    record = json.loads(result.stdout)
    assert record["edition"] == "2026"
    assert record["is_certain"] is False
    assert record["alternatives"] == ["2026-april"]
    assert record["sources"] == ["tabular"]
    assert record["counts"]["billable"] == 12
    assert record["anomalies"] == {"line-ends": 1, "comment": 1}
    assert record["provenance"][0]["file"] == "tabular.xml"
    told = run("build", tabular, "-o", tmp_path / "out.codeset").stderr
    assert told == "codesets: the files may also be those of 2026-april; say it with --edition\n"


def test_same_files_same_bytes(run: Run, archive: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.codeset", tmp_path / "second.codeset"
    for out in (first, second):
        run("build", archive, "-o", out, "--edition", "2026-april")
    assert first.read_bytes() == second.read_bytes()


def test_lenient(run: Run, tabular: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.xml"
    text = tabular.read_text(encoding="utf-8")
    odd.write_text(text.replace("</version>", "</version><news>none</news>"), encoding="utf-8")
    out = tmp_path / "out.codeset"
    strict = run("build", odd, "-o", out, "--edition", "2026-april")
    assert strict.exit_code == 3
    (line,) = strict.stderr.splitlines()
    assert line.startswith("codesets: odd.xml, line")
    assert "--lenient" in line
    assert not out.exists()
    assert run("build", odd, "-o", out, "--edition", "2026-april", "--lenient").exit_code == 0
    assert "lost" in run("reconcile", out, "--kind", "lost").stdout


BROKEN = {
    "empty": b"",
    "cut": b"<?xml version='1.0'?><ICD10CM.tabular><version>2026</version><chapter>",
    "other root": b"<?xml version='1.0'?><html></html>",
    "entities": b"<!DOCTYPE a [<!ENTITY b 'c'>]><ICD10CM.tabular><version>&b;</version>"
    b"</ICD10CM.tabular>",
    "zip that is none": b"PK\x03\x04 and nothing more",
    "document": b"%PDF-1.4",
    "bad width": b"00001 A00     1 short\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("verb", ["build", "reconcile"])
def test_broken_input(run: Run, tmp_path: Path, name: str, verb: str) -> None:
    source, out = tmp_path / "input", tmp_path / "out.codeset"
    source.write_bytes(BROKEN[name])
    out.write_bytes(b"what was there before")
    result = run(verb, source, *(["-o", out] if verb == "build" else []))
    assert result.exit_code == 3
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("codesets: ")
    assert out.read_bytes() == b"what was there before"
    assert sorted(os.listdir(tmp_path)) == ["data", "input", "out.codeset"]


def test_members_that_climb_out(run: Run, tabular: Path, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.write(tabular, "../tabular.xml")
    result = run("build", path, "-o", tmp_path / "out.codeset")
    assert result.exit_code == 3
    assert "climbs out" in result.stderr


def test_two_files_of_a_kind(run: Run, tabular: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_bytes(tabular.read_bytes() + b" ")
    result = run("build", tabular, other, "-o", tmp_path / "out.codeset")
    assert result.exit_code == 3
    assert "two different" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["-o", "x.codeset"], ["tabular.xml"], ["f", "-o", "x", "--edition", "y", "--system", "z"]],
)
def test_misuse(run: Run, arguments: list[str]) -> None:
    assert run("build", *arguments).exit_code == 2


def test_edition_that_there_is_not(run: Run, tabular: Path, tmp_path: Path) -> None:
    result = run("build", tabular, "-o", tmp_path / "out.codeset", "--edition", "2026-may")
    assert result.exit_code == 2
    assert result.stderr.startswith("codesets: icd10cm has no edition '2026-may'")


def test_folder_that_cannot_be_written(
    run: Run, tabular: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):  # whoever is root, or on Windows, may write anywhere
        monkeypatch.setattr("tempfile.NamedTemporaryFile", _forbidden)
    for verb in (["build", tabular, "--edition", "2026"], ["export"]):
        result = run(*verb, "-o", folder / "out.sqlite")
        assert result.exit_code == 3
        line = result.stderr.splitlines()[-1]
        assert line.endswith("out.sqlite cannot be written: Permission denied")
    assert list(folder.iterdir()) == []


def _forbidden(**_: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_disk_that_is_full(
    run: Run, tabular: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", fsync)
    folder = tmp_path / "full"
    folder.mkdir()
    for verb in (["build", tabular, "--edition", "2026"], ["export"]):
        result = run(*verb, "-o", folder / "out.sqlite")
        assert result.exit_code == 3
        assert result.stderr.endswith("cannot be written: No space left on device\n")
    assert list(folder.iterdir()) == []


def test_folder_that_is_not_there(run: Run, tabular: Path, tmp_path: Path) -> None:
    for verb in (["build", tabular, "--edition", "2026"], ["export"]):
        result = run(*verb, "-o", tmp_path / "none" / "out.sqlite")
        assert result.exit_code == 3
        line = result.stderr.splitlines()[-1]
        assert "cannot be written" in line


# reconcile


def test_reconcile_counts_first(run: Run, full: Path) -> None:
    result = run("reconcile", full)
    assert result.exit_code == 0
    assert result.stdout == (
        "ICD-10-CM 2026-april from tabular + order\n"
        "differences between the sources: 3\n"
        "        1  title/accent\n"
        "        1  count/rows\n"
        "        1  count/billable\n"
        "oddities of the files: 2\n"
        "        1  line-ends\n"
        "        1  comment\n"
    )


def test_reconcile_in_full(run: Run, full: Path) -> None:
    text = run("reconcile", full, "--all").stdout
    assert "    A00.0: title: tabular has 'Blue fever, Ménage type', order has" in text
    assert "    line-ends: tabular.xml: line ends other than" in text


@pytest.mark.parametrize(
    ("kind", "lines"), [("title", 1), ("title/accent", 1), ("count", 2), ("line-ends", 1)]
)
def test_reconcile_one_kind(run: Run, full: Path, kind: str, lines: int) -> None:
    found = run("reconcile", full, "--kind", kind).stdout.splitlines()
    assert sum(line.startswith("    ") and line[4] != " " for line in found) == lines


def test_reconcile_a_kind_that_is_not_there(run: Run, full: Path) -> None:
    result = run("reconcile", full, "--kind", "flag")
    assert "there is: title/accent, count/rows, count/billable, line-ends" in result.stderr


def test_reconcile_official_files(run: Run, tabular: Path, order: Path, tmp_path: Path) -> None:
    result = run("reconcile", tabular, order, "--edition", "2026-april", "--json")
    record = json.loads(result.stdout)
    assert record["counts"]["anomalies"] == {"line-ends": 1, "comment": 1}
    title = record["differences"][0]
    assert (title["kind"], title["code"], title["change"]) == ("title", "A00.0", "accent")
    assert record["anomalies"][0]["file"] == "tabular.xml"
    folder = tmp_path / "2026-april"
    folder.mkdir()
    shutil.copy(tabular, folder)
    # A folder that is there is meant, although an edition has the same name.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert run("reconcile", "2026-april").stdout.startswith("ICD-10-CM 2026-april from tab")


def test_reconcile_releases_at_hand(run: Run) -> None:
    by_default = run("reconcile").stdout
    assert by_default.startswith("ICD-10-CM 2026-april from tabular\n")
    assert run("reconcile", "2026-april").stdout == by_default
    assert run("reconcile", "2019").exit_code == 2
    assert run("reconcile", "./2019").exit_code == 3


# verify


def test_verify_what_is_at_hand(run: Run, data_folder: Path) -> None:
    result = run("verify")
    path = data_folder / "icd10cm-2026-april.codeset"
    assert result.exit_code == 0
    assert result.stdout == f"ok\ticd10cm\t2026-april\t{path}\n"
    assert run("verify", "2026-april").stdout == result.stdout
    assert run("verify", path, "--system", "icd10cm").stdout == result.stdout


def test_verify_finds_damage(run: Run, data_folder: Path) -> None:
    sound = data_folder / "icd10cm-2026-april.codeset"
    data = bytearray(sound.read_bytes())
    data[-5] ^= 1
    body = data_folder / "icd10cm-2025.codeset"
    body.write_bytes(data)
    cut = data_folder / "icd10cm-2024.codeset"
    cut.write_bytes(data[:100])
    result = run("verify")
    assert result.exit_code == 3
    rows = {tuple(line.split("\t")[::3]) for line in result.stdout.splitlines()}
    assert rows == {("ok", str(sound)), ("damaged", str(body)), ("damaged", str(cut))}
    assert len(result.stderr.splitlines()) == 2
    # Named by their edition, damaged ones are found too.
    assert run("verify", "2024").exit_code == 3
    record = json.loads(run("verify", body, "--json").stdout)
    assert record["ok"] is False
    assert record["edition"] == "2026-april"
    assert "does not match its digest" in record["problem"]


def test_verify_what_is_not_there(run: Run, data_folder: Path, tmp_path: Path) -> None:
    assert run("verify", "2019").exit_code == 2
    assert run("verify", tmp_path / "none.codeset").exit_code == 3
    shutil.rmtree(data_folder)
    nothing = run("verify")
    assert nothing.exit_code == 2
    assert "at hand: none" in nothing.stderr


def test_damaged_release_answers_with_one_line(run: Run, data_folder: Path) -> None:
    path = data_folder / "icd10cm-2026-april.codeset"
    path.write_bytes(path.read_bytes()[:-1])
    result = run("show", "A00")
    assert result.exit_code == 3
    (line,) = result.stderr.splitlines()
    assert "is cut or extended" in line


def test_damage_anywhere_is_an_answer_or_one_line(run: Run, compiled: Path, tmp_path: Path) -> None:
    sound = compiled.read_bytes()
    random = Random(5)
    for number in range(150):
        data = bytearray(sound)
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        # Another name each time: releases are kept open, and mapped files must not change.
        path = tmp_path / f"damaged-{number}.codeset"
        path.write_bytes(data)
        assert run("verify", path).exit_code == 3
        for arguments in (
            ["show", "A00", "T36.0X1A", "19", "--release", path],
            ["tree", "19", "--depth", "9", "--release", path],
            ["export", path, "--format", "csv", "--table", "notes"],
            ["reconcile", path],
        ):
            result = run(*arguments)
            assert result.exit_code in (0, 1, 2, 3)
            assert isinstance(result.exception, SystemExit | None)
