"""Which releases come with the package, and compiling them when the package is built.

The repository holds no official file. By default the build takes one out of another project's
wheel, unmodified as NCHS publishes it, and checks its digest; a maintainer who names a folder of
official files has the releases of that folder embedded instead. Called by the build hook alone.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from attrs import evolve, frozen

from codesets.editions import Edition, edition
from codesets.errors import CodesetsError, EditionError, SourceError
from codesets.shelf import file_name
from codesets.sources import Source, SourceFile, open_sources

__all__ = ["DEFAULT", "ROOMS", "CarriedFile", "embed"]

Say = Callable[[str], None]


class Compilable(Protocol):
    """As much of a release as is needed to embed it."""

    @property
    def edition(self) -> Edition:
        """Which publication it is."""
        ...

    def save(self, path: Path) -> None:
        """Write the compiled file."""
        ...


class Room(Protocol):
    """As much of a room as is needed to embed its releases."""

    def parse(self, *sources: Source, edition: str | None = None) -> Compilable:
        """The release that the files hold."""
        ...


ROOMS = ("icd10cm", "hcpcs")
"""The rooms that are asked whether they recognise the files of a folder."""


@frozen
class CarriedFile:
    """An official file that another project's distribution carries unmodified.

    Attributes:
        room: the code set.
        edition: the edition that the file is of.
        distribution: name of the distribution, a requirement of the build and of nothing else.
        version: its version.
        file: base name of the file.
        sha256: digest of the publisher's bytes.
    """

    room: str
    edition: str
    distribution: str
    version: str
    file: str
    sha256: str

    def open(self) -> SourceFile:
        """The file, found through the distribution's metadata; no module of it is imported.

        Raises:
            SourceError: not installed, not in it, or not the publisher's bytes.
        """
        wanted = f"{self.distribution}=={self.version}"
        way_out = "; or name a folder of official files with CODESETS_OFFICIAL"
        try:
            found = importlib.metadata.distribution(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            raise SourceError(f"{wanted} is not installed{way_out}", file=self.file) from None
        paths = [path for path in found.files or () if path.name == self.file]
        if not paths:
            raise SourceError(
                f"{self.distribution} {found.version} does not carry {self.file}, only"
                f" {wanted} does{way_out}",
                file=self.file,
            )
        (file,) = open_sources([Path(str(found.locate_file(paths[0])))])
        if file.sha256 != self.sha256:
            raise SourceError(
                f"{self.file} of {self.distribution} {found.version} is not the publisher's file:"
                f" its sha256 is {file.sha256}, not {self.sha256}{way_out}",
                file=self.file,
            )
        return file


DEFAULT = (
    CarriedFile(
        room="icd10cm",
        edition="2026-april",
        distribution="simple-icd-10-cm",
        version="1.5.0",
        file="icd10c-tabular-April-1-2026.xml",
        sha256="f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935",
    ),
)
"""What is embedded unless the maintainer names a folder."""


@frozen
class _Wanted:
    """One release to compile: whose it is, where it was found, its files."""

    room: str
    place: str
    files: tuple[SourceFile, ...]
    edition: str | None = None


def embed(package: Path, *, official: Path | None = None, say: Say = print) -> tuple[Path, ...]:
    """Compile the releases that come with the package into its `_data` folder.

    Nothing is done where the folder already holds what the same files and the same program gave.
    Other compiled files in the folder are removed: what is there is exactly what is embedded.

    Args:
        package: the source folder of the package `codesets`.
        official: a folder of official files, each folder in it that directly holds files being one
            release; None for the default.
        say: is told what is done and what is passed over, a sentence at a time.

    Returns:
        The paths of the compiled files.

    Raises:
        CodesetsError: a file that is missing, changed or broken; the folder is left as it was.
    """
    if official is not None and not official.is_dir():
        raise SourceError(f"CODESETS_OFFICIAL names no folder: {official.absolute()}")
    data = package / "_data"
    fingerprint = _fingerprint(package, official)
    if (files := _up_to_date(data, fingerprint)) is not None:
        say(f"codesets: embedded releases are up to date: {_names(files)}")
        return files
    wanted = tuple(_default() if official is None else _in_folder(official, say))
    data.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=data) as building:
        built = _compile(wanted, Path(building), say)
        _stamp(data).unlink(missing_ok=True)
        for path in data.glob("*.codeset"):
            path.unlink()
        files = tuple(path.replace(data / path.name) for path in built)
    _stamp(data).write_text(
        json.dumps(
            {"fingerprint": fingerprint, "files": {path.name: _sha256(path) for path in files}}
        ),
        encoding="utf-8",
    )
    return files


def _compile(wanted: Iterable[_Wanted], folder: Path, say: Say) -> list[Path]:
    """Compile each release into `folder`; all that fails is told together."""
    built: dict[Path, str] = {}
    problems: list[str] = []
    for one in wanted:
        try:
            release = _release(one)
            path = folder / file_name(release.edition)
            if path in built:
                raise SourceError(f"{path.stem} is also in {built[path]}; keep one")
            release.save(path)
        except CodesetsError as error:
            problems.append(f"{one.place}: {error}")
            continue
        built[path] = one.place
        doubt = ", ".join(release.edition.alternatives)
        say(
            f"codesets: {one.place} is embedded as {path.name}"
            + (f" (it could also be {doubt}; name the folder after it)" if doubt else "")
        )
    if problems:
        raise SourceError("; ".join(problems))
    return sorted(built)


def _release(one: _Wanted) -> Compilable:
    room = _room(one.room)
    release = room.parse(*one.files, edition=one.edition)
    if release.edition.is_named:
        return release
    # Newer than all that this package knows: then the folder's name has to say what it is.
    try:
        named = edition(one.room, Path(one.place).name)
    except EditionError:
        raise SourceError(
            "the edition is not recognised; name the folder after it, as 2026-april"
        ) from None
    return room.parse(*one.files, edition=named.name)


def _default() -> Iterator[_Wanted]:
    for carried in DEFAULT:
        place = f"{carried.distribution} {carried.version}"
        yield _Wanted(carried.room, place, (carried.open(),), carried.edition)


def _in_folder(official: Path, say: Say) -> list[_Wanted]:
    """The releases of a folder of official files; what no room recognises is passed over aloud."""
    found: list[_Wanted] = []
    for folder in sorted({path.parent for path in _files(official)}):
        inside = [path for path in sorted(folder.iterdir()) if path.is_file()]
        # Found in a folder, as if that had been handed in: what is of another code set is no error.
        files = tuple(evolve(file, is_named=False) for file in open_sources(inside))
        place = str(folder.relative_to(official)) if folder != official else str(official)
        rooms = [name for name in ROOMS if any(_recognises(name, file) for file in files)]
        # All files, not the recognised alone: companions and what is passed over is the room's.
        found += [_Wanted(name, place, files) for name in rooms]
        if not rooms:
            say(f"codesets: passed over {place}: no code set's files recognised")
    if not found:
        raise SourceError(f"{official} holds no release that can be embedded")
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _room(name: str) -> Room:
    room: Room = importlib.import_module(f"codesets.{name}")
    return room


def _recognises(room: str, file: SourceFile) -> bool:
    """True if a release of that code set is read from such a file."""
    kinds: Any = importlib.import_module(f"codesets.{room}.kinds")
    return kinds.kind_of(file) in kinds.MAIN_KINDS


def _fingerprint(package: Path, official: Path | None) -> str:
    """Digest of all that the compiled files depend on: the whole program, every official file.

    Nobody has to keep a list of the modules that take part: any change of the program compiles
    again, which takes seconds. The digest of the default's file stands in this module.
    """
    digest = hashlib.sha256(b"default" if official is None else b"official")
    inputs = [(package, path) for path in _files(package) if _is_program(path.relative_to(package))]
    if official is not None:
        inputs += [(official, path) for path in _files(official)]
    for folder, path in inputs:
        digest.update(f"{path.relative_to(folder).as_posix()} {_sha256(path)}\n".encode())
    return digest.hexdigest()


def _is_program(path: Path) -> bool:
    """False for compiled releases, compiled modules and tools' caches."""
    return not any(part.startswith((".", "_data", "__pycache__")) for part in path.parts)


def _up_to_date(data: Path, fingerprint: str) -> tuple[Path, ...] | None:
    """The compiled files, if they are those that `fingerprint` gave; otherwise None."""
    try:
        stamp = json.loads(_stamp(data).read_text(encoding="utf-8"))
        found = {path: _sha256(path) for path in sorted(data.glob("*.codeset"))}
        stamped = {data / name: sha256 for name, sha256 in stamp["files"].items()}
        same = stamp["fingerprint"] == fingerprint and found == stamped
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return tuple(found) if same and found else None


def _stamp(data: Path) -> Path:
    return data / "embedded.json"


def _names(files: Iterable[Path]) -> str:
    return ", ".join(path.stem for path in files)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
