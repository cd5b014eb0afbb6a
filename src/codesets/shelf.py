"""What is at hand: the embedded releases and those in the data folder. Paths and headers only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from attrs import frozen

from codesets._edition import Edition
from codesets.arguments import quoted
from codesets.compiled.format import SUFFIX
from codesets.compiled.reader import Header, read_header
from codesets.errors import (
    ArgumentTypeError,
    CodesetsError,
    CompiledFileError,
    ReleaseNotFoundError,
)
from codesets.system import SYSTEMS

__all__ = ["ShelfEntry", "data_folder", "embedded_folder", "entries", "file_name", "files", "find"]


@frozen
class ShelfEntry:
    """One compiled release at hand.

    Attributes:
        system: name of the code system.
        edition: its edition.
        path: where the compiled file stands.
        is_embedded: True if it came with the package.
        counts: numbers of rows by name, as the builder counted them.
        sources: kinds of official files it was built from.
    """

    system: str
    edition: Edition
    path: Path
    is_embedded: bool
    counts: tuple[tuple[str, int], ...]
    sources: tuple[str, ...]


def embedded_folder() -> Path:
    """The folder of releases that came with the package."""
    return Path(__file__).parent / "_data"


def data_folder() -> Path:
    """The folder of installed releases: `CODESETS_DATA_DIR`, or the platform's for user data."""
    chosen = os.environ.get("CODESETS_DATA_DIR")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("codesets", appauthor=False))


def file_name(edition: Edition) -> str:
    """The name under which a release stands on the shelf, as `icd10cm-2026-april.codeset`."""
    return f"{edition.system}-{edition.name}{SUFFIX}"


def _files(system: str | None) -> Iterator[tuple[Path, bool]]:
    for folder, is_embedded in ((data_folder(), False), (embedded_folder(), True)):
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            if name.endswith(SUFFIX) and (system is None or name.startswith(f"{system}-")):
                yield folder / name, is_embedded


def files(system: str) -> tuple[Path, ...]:
    """The compiled files of a system at hand, readable or not, installed ones first."""
    return tuple(path for path, _ in _files(system))


def _entry(path: Path, header: Header, is_embedded: bool) -> ShelfEntry:
    try:
        return ShelfEntry(
            header.system,
            Edition.from_dict(header.values["edition"]),
            path,
            is_embedded,
            tuple(sorted((str(k), int(v)) for k, v in header.values["counts"].items())),
            tuple(header.values["content"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CompiledFileError(f"{path} has an unreadable header", file=str(path)) from error


def entries(system: str | None = None) -> tuple[ShelfEntry, ...]:
    """All readable releases at hand, in order of effect; an installed one hides an embedded one.

    A file that cannot be read is passed over here; `find` says so where it is the one wanted.
    """
    found: dict[tuple[str, str], ShelfEntry] = {}
    for path, is_embedded in _files(system):
        try:
            entry = _entry(path, read_header(path), is_embedded)
        except CompiledFileError:
            continue
        found.setdefault((entry.system, entry.edition.name), entry)
    return tuple(sorted(found.values(), key=lambda entry: (entry.system, entry.edition)))


def find(system: str, name: str | None = None, on: date | None = None) -> ShelfEntry:
    """The release asked for: by name, in force on a day, or the newest that has begun.

    Raises:
        ReleaseNotFoundError: none at hand answers; says what is at hand and how to get more.
        CompiledFileError: the file that would answer is damaged or of another format version.
        ArgumentTypeError: the name is no text, or there is a day beside it.
    """
    if name is not None and not isinstance(name, str):
        raise ArgumentTypeError(
            f"an edition is called by a text, as '2026' or '2026-april', not {quoted(name)}",
            value=name,
        )
    if name is not None and on is not None:
        raise ArgumentTypeError(f"{name!r} or the day {on}, not both", value=on)
    at_hand = entries(system)
    if name is not None:
        for entry in at_hand:
            if entry.edition.name == name:
                return entry
        wanted = f"release {name}"
    elif on is not None:
        for entry in reversed(at_hand):
            if entry.edition.is_in_force(on):
                return entry
        wanted = f"release in force on {on}"
    else:
        begun = [
            entry
            for entry in at_hand
            if entry.edition.effective_from is not None
            and entry.edition.effective_from <= date.today()
        ]
        if begun:
            return begun[-1]
        wanted = "release that has begun" if at_hand else "release"
    _raise_unreadable(system, name)
    raise _not_found(system, wanted, at_hand, name if name is not None else on)


def _raise_unreadable(system: str, name: str | None) -> None:
    """Raise the error of a file that may be the one wanted but could not be read."""
    for path, _ in _files(system):
        if name is None or path.name == f"{system}-{name}{SUFFIX}":
            read_header(path)


def _not_found(
    system: str, wanted: str, at_hand: tuple[ShelfEntry, ...], value: object
) -> CodesetsError:
    title = SYSTEMS[system].title if system in SYSTEMS else system
    names = ", ".join(entry.edition.name for entry in at_hand) or "none"
    # Names of groupers and maps are their publishers', whatever they look like.
    edition, hint = value if isinstance(value, str) else "EDITION", ""
    if system in SYSTEMS and isinstance(value, str):
        from codesets._edition_names import spoken_of

        edition = next(iter(spoken_of(system, [value])), "EDITION")
        hint = f" (did you mean {edition}?)" if edition not in (value, "EDITION") else ""
    return ReleaseNotFoundError(
        f"no {title} {wanted} at hand (at hand: {names}){hint}; install it from the official files"
        f" with: codesets install --from PATH…, or fetch them with: codesets install {system}"
        f" {edition}",
        system=system,
        wanted=value,
    )
