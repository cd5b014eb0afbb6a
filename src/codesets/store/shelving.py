"""Compiled releases in the data folder: put there whole or not at all, listed, checked, taken away.

A release stands beside its older self until the new one is complete on disk, then takes its place
in one step: whoever has the old one open keeps it, whoever opens next has the new one, and a crash
leaves the one or the other.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from codesets._edition import Edition
from codesets.compiled.format import SUFFIX
from codesets.compiled.reader import Compiled
from codesets.compiled.writer import write_atomically
from codesets.errors import (
    CodesetsError,
    CompiledFileError,
    EditionError,
    ReleaseNotFoundError,
    StoreError,
)
from codesets.release import REPORTS
from codesets.shelf import ShelfEntry, data_folder, entries, file_name
from codesets.sources import SourceInfo
from codesets.store.outcomes import State

__all__ = [
    "FETCHING",
    "Verified",
    "edition_of",
    "lost_by",
    "make_folder",
    "provenance",
    "provenance_of",
    "remove",
    "shelve",
    "verify",
    "write_file",
]

FETCHING = ".fetching-"
"""Begin of the names of folders that files are fetched into."""
_LEFTOVER_AGE = 86_400.0
"""Seconds after which a half-written file is held to be left by a process that is no more."""


@frozen
class Verified:
    """Whether one compiled file is, byte for byte, what was written.

    Attributes:
        path: where it stands.
        system: name of its system, None if that cannot be read.
        edition: its edition, likewise.
        problem: what is wrong; empty if nothing is.
    """

    path: Path
    system: str | None
    edition: Edition | None
    problem: str

    def __bool__(self) -> bool:
        return not self.problem


def edition_of(compiled: Compiled) -> Edition:
    """The edition that a compiled file bears.

    Raises:
        CompiledFileError: it bears none.
    """
    try:
        return Edition.from_dict(compiled.header.values["edition"])
    except (KeyError, ValueError) as error:
        message = f"{compiled.name} has an unreadable header"
        raise CompiledFileError(message, file=compiled.name) from error


def provenance_of(compiled: Compiled) -> tuple[SourceInfo, ...]:
    """The official files that a compiled file was built from.

    Raises:
        CompiledFileError: the file is damaged.
    """
    try:
        return tuple(SourceInfo(**row) for row in compiled.json(REPORTS)["provenance"])
    except (KeyError, TypeError) as error:
        raise compiled.damaged(REPORTS) from error


def provenance(system: str, edition: str) -> tuple[SourceInfo, ...]:
    """The official files that a release at hand was built from.

    Args:
        system: name of the system, as `icd10cm`.
        edition: the edition's name, as `2026-april`.

    Returns:
        Name, archive, kind, size and sha256 of each file.

    Raises:
        ReleaseNotFoundError: it is not at hand.
        CompiledFileError: its file is damaged.

    Example:
        >>> from codesets import store
        >>> [file.kind for file in store.provenance("icd10cm", "2026-april")]
        ['tabular']
    """
    for entry in entries(system):
        if entry.edition.name == edition:
            return provenance_of(Compiled.open(entry.path))
    raise _not_installed(system, edition, entries(system), "at hand")


def lost_by(compiled: Compiled, cross_checks: frozenset[str]) -> tuple[ShelfEntry, set[str]] | None:
    """The release at hand that a new one would replace although it holds more, and what is lost.

    Without `cross_checks` a release loses nothing.
    """
    edition = edition_of(compiled)
    kept = set(compiled.header.values.get("content", ())) | cross_checks
    for entry in entries(edition.system):
        if entry.edition.name == edition.name and set(entry.sources) - kept:
            return entry, set(entry.sources) - kept
    return None


def shelve(data: bytes) -> tuple[Path, State]:
    """Put a compiled release into the data folder, in the place of what bears its name.

    Returns:
        Where it stands, and whether it is new, took another one's place, or stood there already.

    Raises:
        EditionError: it bears no edition, and so no name.
        StoreError: the folder cannot be written, the disk is full.
    """
    compiled = Compiled.from_bytes(data)
    edition = edition_of(compiled)
    if not edition.is_named:
        message = "a release of an unnamed edition cannot be installed; say which with --edition"
        raise EditionError(message, system=edition.system, name="")
    path = data_folder() / file_name(edition)
    state = State.INSTALLED
    if path.exists():
        state = State.THERE if _holds(path, data) else State.REPLACED
    if state is not State.THERE:
        write_file(path, data)
    return path, state


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def write_file(path: Path, data: bytes) -> None:
    """Write a file of the data folder whole or not at all; what stood there stays until then.

    Raises:
        StoreError: the folder cannot be written, the disk is full.
    """
    make_folder(path.parent)
    _sweep(path.parent)
    try:
        write_atomically(path, data)
    except OSError as error:
        raise StoreError(
            f"{path.name} cannot be written into {path.parent}: {error.strerror or error}; nothing"
            " there was changed (CODESETS_DATA_DIR names another folder)",
            folder=str(path.parent),
        ) from error


def make_folder(folder: Path) -> None:
    """The data folder, made if it is not there.

    Raises:
        StoreError: it cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the data folder {folder} cannot be made: {error.strerror or error}"
            " (CODESETS_DATA_DIR names another one)",
            folder=str(folder),
        ) from error


def _sweep(folder: Path) -> None:
    """Take away what processes left that died while writing or fetching."""
    for left in (*folder.glob(".*.part"), *folder.glob(f"{FETCHING}*")):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFTOVER_AGE:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink()


def remove(system: str, edition: str) -> Path:
    """Take an installed release off the shelf; one that came with the package stays.

    Whoever has it open keeps it.

    Args:
        system: name of the system, as `icd10cm`.
        edition: the edition's name, as `2026-april`.

    Returns:
        Where it stood.

    Raises:
        ReleaseNotFoundError: it is not installed.
        StoreError: the folder cannot be written.
    """
    installed = [entry for entry in entries(system) if not entry.is_embedded]
    paths = [entry.path for entry in installed if entry.edition.name == edition]
    # One that cannot be read is found by its name.
    paths += [path for path in _own_files() if path.name == f"{system}-{edition}{SUFFIX}"]
    if not paths:
        raise _not_installed(system, edition, tuple(installed), "installed")
    try:
        paths[0].unlink()
    except FileNotFoundError:
        raise _not_installed(system, edition, tuple(installed), "installed") from None
    except OSError as error:
        message = f"{paths[0]} cannot be removed: {error.strerror or error}"
        raise StoreError(message, folder=str(paths[0].parent)) from error
    return paths[0]


def _own_files() -> Iterator[Path]:
    with suppress(OSError):
        yield from sorted(data_folder().glob(f"*{SUFFIX}"))


def _not_installed(
    system: str, edition: str, among: tuple[ShelfEntry, ...], where: str
) -> ReleaseNotFoundError:
    names = ", ".join(entry.edition.name for entry in among) or "none"
    # `gem` is no system, `gem-i9` and its like are.
    near = [entry for entry in entries() if entry.system.startswith(f"{system}-")]
    if near and not among:
        names = ", ".join(f"{entry.system} {entry.edition}" for entry in near)
    embedded = any(e.is_embedded and e.edition.name == edition for e in entries(system))
    why = "; the one that comes with the package cannot be removed" if embedded else ""
    return ReleaseNotFoundError(
        f"{system} {edition} is not {where} ({where}: {names}){why}", system=system, wanted=edition
    )


def verify(system: str | None = None, edition: str | None = None) -> tuple[Verified, ...]:
    """Read releases at hand whole and compare them with their digests.

    Args:
        system: name of a system; None for all.
        edition: name of an edition; None for all.

    Returns:
        One `Verified` a file, false if it is damaged; files that cannot be opened are among them
        unless an edition was asked for by which they are not named.
    """
    paths = {entry.path: None for entry in entries(system)}
    paths |= dict.fromkeys(p for p in _own_files() if not system or p.name.startswith(f"{system}-"))
    found = [_verified(path) for path in paths]
    return tuple(
        each
        for each in found
        if edition is None
        or (each.edition is not None and each.edition.name == edition)
        or each.path.name.endswith(f"-{edition}{SUFFIX}")
    )


def _verified(path: Path) -> Verified:
    system: str | None = None
    edition: Edition | None = None
    try:
        compiled = Compiled.open(path)
        system = compiled.header.system
        edition = edition_of(compiled)
        compiled.verify()
    except CodesetsError as error:
        return Verified(path, system, edition, str(error))
    return Verified(path, system, edition, "")
