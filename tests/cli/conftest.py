"""A small release at hand and nothing else, and ways to run the command on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from codesets import hcpcs, icd10cm, shelf
from codesets.cli.app import app

DATA = Path(__file__).parent.parent / "data" / "cli"

Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]

WRAPPER = "click.testing._NamedTextIOWrapper.isatty"
"""What CliRunner's streams say of themselves; true makes a terminal of them."""

# The process's own embedded releases are out of its sight.
START = (
    "import sys, pathlib; import codesets.shelf as shelf;"
    " shelf.embedded_folder = lambda: pathlib.Path('no folder');"
    " from codesets.cli import main; main()"
)


def python(start: str = START) -> list[str]:
    """The command line of a process that runs the command; arguments follow."""
    return [sys.executable, "-W", "error", "-c", start]


def environment(**changes: str) -> dict[str, str]:
    """The environment of such a process: it finds what this one finds."""
    path = os.pathsep.join(each for each in sys.path if each)
    return {**os.environ, "PYTHONPATH": path, **changes}


@pytest.fixture(scope="session")
def tabular() -> Path:
    """The tabular list of the invented fevers."""
    return DATA / "tabular.xml"


@pytest.fixture(scope="session")
def fevers(tabular: Path) -> icd10cm.Icd10cmRelease:
    """The release that is at hand, in memory."""
    return icd10cm.parse(tabular, edition="2026-april")


@pytest.fixture(scope="session")
def order(fevers: icd10cm.Icd10cmRelease, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its order file, which differs from the tabular list in an accent only."""
    lines = []
    for number, code in enumerate(map(fevers.__getitem__, fevers), 1):
        title = code.display.replace("é", "e")
        flag = int(code.is_billable)
        lines.append(f"{number:05} {code.compact:7} {flag} {title[:60]:60} {title}\r\n")
    path = tmp_path_factory.mktemp("order") / "order.txt"
    path.write_bytes("".join(lines).encode("ascii"))
    return path


@pytest.fixture(scope="session")
def compiled(fevers: icd10cm.Icd10cmRelease, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release as a compiled file, to be copied and not to be touched."""
    return fevers.save(tmp_path_factory.mktemp("compiled") / "icd10cm-2026-april.codeset")


@pytest.fixture
def full(tabular: Path, order: Path, tmp_path: Path) -> Path:
    """The release with its order file, as a compiled file outside the data folder."""
    return icd10cm.parse(tabular, order, edition="2026-april").save(tmp_path / "full.codeset")


@pytest.fixture
def visual(tabular: Path, tmp_path: Path) -> Path:
    """The release with a table of visual impairment at B20, as H54.8 has one."""
    table = """<visualImpairment>
      <visCategory><heading>Category</heading><visRange><heading>Acuity</heading>
        <visMax><heading>Below:</heading></visMax><visMin><heading>From:</heading></visMin>
      </visRange></visCategory>
      <visCategory><value>1</value>
        <visRange><visMax><value>6/18</value></visMax><visMin><value>6/60</value></visMin></visRange>
        <visRange><visMax><value>20/70</value></visMax></visRange>
      </visCategory></visualImpairment>"""
    text = tabular.read_text(encoding="utf-8")
    single = "<desc>Fever of the single</desc>"
    source = tmp_path / "visual.xml"
    source.write_text(text.replace(single, single + table), encoding="utf-8")
    return icd10cm.parse(source, edition="2026-april").save(tmp_path / "visual.codeset")


@pytest.fixture(autouse=True)
def data_folder(compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder: the small release stands in it, and nothing is embedded."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(compiled, folder)
    monkeypatch.setenv("CODESETS_DATA_DIR", str(folder))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "embedded")
    for name in ("NO_COLOR", "FORCE_COLOR", "CODESETS_DEBUG", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def run() -> Run:
    """Run the command in this process; standard input is a pipe."""

    def run(*arguments: str | Path, **options: Any) -> Result:
        return CliRunner().invoke(
            app, [str(each) for each in arguments], prog_name="codesets", **options
        )

    return run


@pytest.fixture
def process() -> Process:
    """Run the command in a process of its own; nothing is piped in unless told."""

    def process(
        *arguments: str | Path,
        stdin: bytes = b"",
        start: str = START,
        stdout: int = subprocess.PIPE,
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*python(start), *map(str, arguments)],
            input=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(**(env or {})),
            timeout=120,
            check=False,
        )

    return process


@pytest.fixture(scope="session")
def hcpcs_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small HCPCS release, its companions among them."""
    from hcpcs.examples import companions, small_text

    folder = tmp_path_factory.mktemp("hcpcs")
    for name, data in {"anweb.txt": small_text(), **companions()}.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="session")
def hcpcs_compiled(hcpcs_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That release as a compiled file, to be copied and not to be touched."""
    release = hcpcs.parse(hcpcs_files, edition="2025-january")
    return release.save(tmp_path_factory.mktemp("compiled") / "hcpcs-2025-january.codeset")


@pytest.fixture
def with_hcpcs(hcpcs_compiled: Path, data_folder: Path) -> Path:
    """The small HCPCS release is at hand too; where it stands."""
    return Path(shutil.copy(hcpcs_compiled, data_folder))
