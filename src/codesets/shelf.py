"""What is at hand: the embedded releases and those in the data folder. Paths and headers only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
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
    EditionError,
    ReleaseNotFoundError,
)
from codesets.system import SYSTEMS

__all__ = [
    "ShelfEntry",
    "data_folder",
    "embedded_folder",
    "entries",
    "file_name",
    "files",
    "find",
    "systems_with",
]


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
        if system not in (None, entry.system):  # `gem-i9-2018` is no release of `gem`
            continue
        found.setdefault((entry.system, entry.edition.name), entry)
    return tuple(sorted(found.values(), key=lambda entry: (entry.system, entry.edition)))


def systems_with(editions: Iterable[str], systems: Iterable[str]) -> tuple[str, ...]:
    """Those of some code systems that have editions of all these names at hand.

    Args:
        editions: names of editions; without any, one edition is enough.
        systems: names of code systems.
    """
    wanted = set(editions)
    there = {name: {entry.edition.name for entry in entries(name)} for name in systems}
    return tuple(name for name, names in there.items() if names and names >= wanted)


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
        begun = [entry for entry in at_hand if entry.edition.has_begun(date.today())]
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
    meant, hint = value, ""
    if system in SYSTEMS and isinstance(value, str):
        from codesets._edition_names import spoken_of

        meant = next(iter(spoken_of(system, [value])), value)
        if meant != value:
            hint = f" (did you mean {meant}?)"
    return ReleaseNotFoundError(
        f"no {title} {wanted} at hand (at hand: {names}){hint}; {_way_out(system, meant)}",
        system=system,
        wanted=value,
    )


def _way_out(system: str, value: object) -> str:
    """How to get what is not at hand; of a name that no edition has, that it is none."""
    from codesets.editions import edition, editions

    name = value if isinstance(value, str) else "EDITION"
    way = "install it from the official files with: codesets install --from PATH…"
    try:
        editions(system)
    except EditionError:  # a map or a grouper: no calendar, and no address
        return way
    try:
        if name == value:
            edition(system, name)
    except EditionError as error:
        return str(error)
    return f"{way}, or fetch them with: codesets install {system} {name}"
