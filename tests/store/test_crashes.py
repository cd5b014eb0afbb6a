"""Whatever happens while a release is written, the shelf holds the old state or the new."""

from __future__ import annotations

import errno
import os
import resource
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codesets import icd10cm, store
from codesets.errors import StoreError
from codesets.store import State
from codesets.store.shelving import shelve

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform cannot fork"),
    # 3.12 warns of forks beside threads.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

KILLED, DONE, FAILED = 99, 0, 1
WRITING = ("mkdir", "open", "fsync", "umask", "chmod", "replace", "close")
"""The calls of `os` that write, or stand between two that do."""


def in_child(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> int:
    """Run `work` in a forked process; how that ended, a signal as a negative number."""
    child = os.fork()
    if child == 0:
        # In the child nothing may reach pytest.
        try:
            before()
            work()
        except BaseException:
            os._exit(FAILED)
        os._exit(DONE)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(number: int, *, after: bool) -> Callable[[], None]:
    """What makes the process end at its n-th writing call: before it is made, or right after."""

    def hook() -> None:
        left = number

        def dying(call: Callable[..., Any]) -> Callable[..., Any]:
            def made(*arguments: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0 and not after:
                    os._exit(KILLED)
                try:
                    return call(*arguments, **named)
                finally:
                    if left == 0:
                        os._exit(KILLED)

            return made

        for name in WRITING:
            setattr(os, name, dying(getattr(os, name)))

    return hook


def killed_by_size(size: int) -> Callable[[], None]:
    """What makes the system kill the process in the middle of a write, once a file is so long."""

    def hook() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

    return hook


@pytest.fixture
def install_it(small_files: dict[str, Path]) -> Callable[[], store.Installation]:
    def work() -> store.Installation:
        done = store.install(*small_files.values(), edition="2026")
        done.raise_refused()
        return done

    return work


def is_whole(folder: Path, *expected: icd10cm.Icd10cmRelease | None) -> bool:
    """Whether what is on the shelf is sound and one of what was expected."""
    assert all(store.verify()), store.verify()
    found = [icd10cm.load_path(entry.path) for entry in store.entries("icd10cm")]
    assert len(found) <= 1
    return (found[0] if found else None) in expected


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("old", [False, True], ids=["empty", "replacing"])
def test_killed_at_every_writing_call(
    after: bool,
    old: bool,
    install_it: Callable[[], store.Installation],
    small_files: dict[str, Path],
    small_release: icd10cm.Icd10cmRelease,
    data_folder: Path,
) -> None:
    older = icd10cm.parse(small_files["order"], edition="2026") if old else None
    for number in range(1, 100):
        if older is not None:
            store.install(small_files["order"], edition="2026", replace=True)
        ended = in_child(install_it, killed_at(number, after=after))
        if ended == DONE:
            break
        assert ended == KILLED
        assert is_whole(data_folder, older, small_release)
        # The next one works, whatever was left behind.
        (outcome,) = install_it()
        assert outcome.state in (State.INSTALLED, State.REPLACED, State.THERE)
        assert is_whole(data_folder, small_release)
        if older is None:
            store.remove("icd10cm", "2026")
    assert number > 6
    assert is_whole(data_folder, small_release)


@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.999])
def test_killed_in_the_middle_of_a_write(
    part: float,
    install_it: Callable[[], store.Installation],
    small_files: dict[str, Path],
    small_release: icd10cm.Icd10cmRelease,
    data_folder: Path,
) -> None:
    size = int(len(small_release.file.to_bytes()) * part)
    assert in_child(install_it, killed_by_size(size)) == -signal.SIGXFSZ
    assert is_whole(data_folder, None)
    left = [path for path in data_folder.iterdir() if path.name.endswith(".part")]
    assert [path.stat().st_size for path in left] == [size]
    # What is half written may be another process's, until it is too old for that.
    install_it()
    assert left[0].exists()
    long_ago = time.time() - 2 * 86_400
    os.utime(left[0], (long_ago, long_ago))
    fetching = [data_folder / f".fetching-{name}" for name in ("old", "new")]
    for folder in fetching:
        folder.mkdir()
        (folder / "order.zip").write_bytes(b"half")
    os.utime(fetching[0], (long_ago, long_ago))
    store.install(small_files["order"], edition="2025")
    assert not left[0].exists()
    assert [folder.exists() for folder in fetching] == [False, True]
    assert all(store.verify())


def test_eight_processes_install_the_same_release_at_once(
    install_it: Callable[[], store.Installation],
    small_release: icd10cm.Icd10cmRelease,
    data_folder: Path,
) -> None:
    start, gate = os.pipe()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            try:
                os.close(gate)
                os.read(start, 1)  # all begin when the gate falls
                for _ in range(3):
                    install_it()
                    store.entries()
            except BaseException:
                os._exit(FAILED)
            os._exit(DONE)
        children.append(child)
    os.close(start)
    os.close(gate)
    ended: list[int] = []
    while len(ended) < len(children):
        assert is_whole(data_folder, None, small_release)
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            ended.append(os.waitstatus_to_exitcode(status))
    assert ended == [DONE] * 8
    assert [path.name for path in data_folder.iterdir()] == ["icd10cm-2026.codeset"]
    assert is_whole(data_folder, small_release)


# What the system refuses.


def test_a_full_disk_is_one_clear_line(
    install_it: Callable[[], store.Installation],
    small_files: dict[str, Path],
    data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.install(small_files["order"], edition="2026")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError) as told:
        install_it()
    assert str(told.value) == (
        f"icd10cm-2026.codeset cannot be written into {data_folder}: No space left on device;"
        " nothing there was changed (CODESETS_DATA_DIR names another folder)"
    )
    assert [path.name for path in data_folder.iterdir()] == ["icd10cm-2026.codeset"]
    assert icd10cm.load("2026").sources == ("order",)


def test_a_limit_of_the_system_is_told_too(
    install_it: Callable[[], store.Installation], data_folder: Path
) -> None:
    """Python is told of a file too large by an error, as it is of a disk that is full."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    def work() -> None:
        with pytest.raises(StoreError, match="File too large; nothing there was changed"):
            install_it()

    assert in_child(work, limited) == DONE
    assert list(data_folder.iterdir()) == []


@pytest.mark.parametrize("is_there", [True, False])
def test_a_read_only_folder_is_one_clear_line(
    is_there: bool, small_release: icd10cm.Icd10cmRelease, data_folder: Path
) -> None:
    data = small_release.file.to_bytes()
    # Not below pytest's folders, into which nobody else may look.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)

        def as_nobody() -> None:
            os.environ["CODESETS_DATA_DIR"] = str(folder if is_there else folder / "data")
            if os.geteuid() == 0:  # whom no folder refuses
                os.setuid(65534)

        def work() -> None:
            with pytest.raises(StoreError, match=r"Permission denied.*CODESETS_DATA_DIR names"):
                shelve(data)

        try:
            assert in_child(work, as_nobody) == DONE
        finally:
            folder.chmod(0o755)


def test_a_file_where_the_folder_should_be(
    install_it: Callable[[], store.Installation], data_folder: Path
) -> None:
    data_folder.write_bytes(b"")
    with pytest.raises(StoreError, match=r"data folder .* cannot be made: File exists"):
        install_it()
