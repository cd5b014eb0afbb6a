"""The examples of `docs/command.md`, run in a shell and compared with what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cli.conftest import environment
from codesets import shelf
from official import official_folder

PAGE = Path(__file__).parent.parent.parent / "docs" / "command.md"
EMBEDDED = Path(shelf.__file__).parent / "_data"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the examples are for a POSIX shell")


HCPCS = "## HCPCS Level II\n"
"""The section whose examples install an HCPCS release and answer from it."""
MAPS = "## Maps, tables and groupers\n"
"""The section whose examples install small files of these."""
INSTALLING = "## Releases onto this machine\n"
"""The section whose examples install a release, and remove it again."""


def section(heading: str) -> str:
    """One section of the page."""
    _, found, after = PAGE.read_text(encoding="utf-8").partition(heading)
    assert found, heading
    return after.partition("\n## ")[0]


def the_rest() -> str:
    """The page without these sections."""
    page = PAGE.read_text(encoding="utf-8")
    for heading in (HCPCS, INSTALLING, MAPS):
        page = page.replace(section(heading), "")
    return page


def examples(page: str) -> list[tuple[str, str]]:
    """Commands with what they print, in the order of the page."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for command, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            if not command.startswith("pip "):
                found.append((command, printed))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in, with the commands that the examples use."""
    if [path.name for path in EMBEDDED.glob("*.codeset")] != ["icd10cm-2026-april.codeset"]:
        pytest.skip("the page shows the release that comes with the package; another is here")
    folder = tmp_path_factory.mktemp("examples")
    for name, arguments in (
        ("codesets", "-c 'from codesets.cli import main; main()'"),
        ("python3", ""),
    ):
        path = folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        path.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def with_official_files(folder: Path) -> None:
    """The publishers' files are in that folder; without them the test is skipped."""
    order = official_folder("icd10cm", "2026") / "2026-code-descriptions-tabular-order.zip"
    shutil.copy(order, folder)
    with zipfile.ZipFile(official_folder("icd10cm", "2026-april") / "loose.zip") as archive:
        archive.extract("icd10c-tabular-April-1-2026.xml", folder)


@pytest.fixture(scope="module")
def hcpcs_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the examples on HCPCS, with CMS's archive and an empty data folder."""
    name = "january-2025-alpha-numeric-hcpcs-file.zip"
    archive = official_folder("hcpcs", "2025-january") / name
    place = tmp_path_factory.mktemp("hcpcs")
    shutil.copy(archive, place)
    shutil.copytree(folder / "bin", place / "bin")
    (place / "data").mkdir()
    return place


def printed_by(command: str, folder: Path, data: str = "") -> tuple[list[str], list[str]]:
    """Lines of standard output and of standard error."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(PATH=path, CODESETS_DATA_DIR=data or str(folder / "data")),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return done.stdout.decode().splitlines(), done.stderr.decode().splitlines()


def hold(command: str, expected: str, folder: Path, data: str = "") -> None:
    output, errors = printed_by(command, folder, data)
    # The page shows the line about the release's age once and then leaves it out.
    if "which ran out" not in expected:
        errors = [line for line in errors if "which ran out" not in line]
    assert errors + output == expected.splitlines()


def needs_official_files(command: str) -> bool:
    return "full.codeset" in command


@pytest.mark.parametrize(
    ("command", "expected"),
    [each for each in examples(the_rest()) if not needs_official_files(each[0])],
)
def test_example(folder: Path, command: str, expected: str) -> None:
    hold(command, expected, folder)


@pytest.mark.official
@pytest.mark.usefixtures("with_official_files")
def test_examples_with_official_files(folder: Path) -> None:
    shown = [each for each in examples(the_rest()) if needs_official_files(each[0])]
    assert len(shown) > 3
    for command, expected in shown:
        hold(command, expected, folder)


@pytest.mark.official
@pytest.mark.usefixtures("with_official_files")
def test_examples_on_installing(folder: Path) -> None:
    shown = examples(section(INSTALLING))
    assert len(shown) > 2
    (folder / "data").mkdir(exist_ok=True)
    for command, expected in shown:
        hold(command, expected, folder, "data")


def test_examples_on_maps(folder: Path, tmp_path: Path) -> None:
    shown = examples(section(MAPS))
    assert len(shown) > 5
    shutil.copytree(folder / "bin", tmp_path / "bin")
    for command, expected in shown:
        hold(command, expected, tmp_path, "data")


@pytest.mark.official
def test_examples_on_hcpcs(hcpcs_folder: Path) -> None:
    shown = examples(section(HCPCS))
    assert len(shown) > 3
    for command, expected in shown:
        hold(command, expected, hcpcs_folder, "data")
