"""What all tests share: how random examples are drawn, and one small release."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from codesets import icd10cm
from codesets.store import Installation
from icd10cm.examples import SMALL
from icd10cm.writer import files
from whole_shelf import fill

# The same examples in every run, so that a failure is the change's and not the day's. To look for
# new ones: HYPOTHESIS_PROFILE=explore.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

os.environ["CODESETS_OFFLINE"] = "1"
"""For the processes that tests start too; those that test downloads take it away."""


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what would leave this machine, whoever asks for it."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test would leave the loopback: {address}")


sys.addaudithook(_loopback_only)

SMALL_NAMES = {
    "tabular": "icd10cm-tabular-2026.xml",
    "order": "icd10cm-order-2026.txt",
    "codes": "icd10cm-codes-2026.txt",
}


@pytest.fixture(scope="session")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The official files of a small release, by what they are: tabular, order, codes."""
    folder = tmp_path_factory.mktemp("small-official")
    paths = {}
    for kind, data in files(SMALL).items():
        paths[kind] = folder / SMALL_NAMES[kind]
        paths[kind].write_bytes(data)
    return paths


@pytest.fixture(scope="session")
def small_release(small_files: dict[str, Path]) -> icd10cm.Icd10cmRelease:
    """That release, read from all its files, in memory; as an edition whose counts it misses."""
    return icd10cm.parse(*small_files.values(), edition="2026")


@pytest.fixture(scope="session")
def small_path(
    small_release: icd10cm.Icd10cmRelease, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """That release as a compiled file."""
    return small_release.save(tmp_path_factory.mktemp("small") / "icd10cm-2026.codeset")


SHARED = "CODESETS_TEST_SHARED"
"""Names the folder of what the processes of one run share."""


def pytest_configure(config: pytest.Config) -> None:
    """Make that folder, in the process that starts the others."""
    if not hasattr(config, "workerinput"):
        shared = tempfile.TemporaryDirectory(prefix="codesets-tests-", ignore_cleanup_errors=True)
        os.environ[SHARED] = shared.name
        config.add_cleanup(shared.cleanup)


@pytest.fixture(scope="session")
def whole_installation() -> tuple[Path, Installation]:
    """The data folder that all official files were installed into, and what became of each."""
    shared = Path(os.environ[SHARED])
    made = shared / "installation.pickle"
    with FileLock(shared / "lock"):
        if not made.exists():
            made.write_bytes(pickle.dumps(fill(shared / "shelf")))
        installation: Installation = pickle.loads(made.read_bytes())
    return shared / "shelf", installation


@pytest.fixture(scope="session")
def whole_shelf(whole_installation: tuple[Path, Installation]) -> Path:
    """A data folder with every official release of both systems; not to be written to."""
    return whole_installation[0]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What runs in the background may have been told to ignore interrupts, and would hand it on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A named pipe with something in it: who opens it would not wait, and read what it holds."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    os.write(writer, b"nothing of ours " * 1024)
    yield path
    os.close(writer)
