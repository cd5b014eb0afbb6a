"""ICD-10-CM, from the official files of NCHS to an answer.

    from codesets import icd10cm

    release = icd10cm.load()
    release["E11.9"].display

The doors, the same for every code set: `load`, `load_path`, `parse`, `normalize`,
`is_well_formed`. Nothing here goes to the network.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from codesets import shelf
from codesets._later import later
from codesets.icd10cm.code import is_well_formed, normalize
from codesets.icd10cm.release import Icd10cmRelease
from codesets.icd10cm.views import Icd10cmCode
from codesets.release import open_release
from codesets.system import ICD10CM as SYSTEM

if TYPE_CHECKING:
    from codesets.icd10cm.divisions import Chapter, Note, Section, SeventhCharacter
    from codesets.icd10cm.layout import NoteKind
    from codesets.sources import Source

__all__ = [
    "SYSTEM",
    "Chapter",
    "Icd10cmCode",
    "Icd10cmRelease",
    "Note",
    "NoteKind",
    "Section",
    "SeventhCharacter",
    "is_well_formed",
    "load",
    "load_path",
    "normalize",
    "parse",
]


def load(name: str | None = None, *, on: date | None = None) -> Icd10cmRelease:
    """A release at hand: embedded in the package, or in the data folder.

    Args:
        name: the edition's name, as `2026-april`; None for the newest that has begun.
        on: instead of a name, a day: the release in force on it.

    Returns:
        The release; the same object while its file is the same.

    Raises:
        ReleaseNotFoundError: no release at hand answers; the message says how to get one.
        CompiledFileError: the file is damaged or of another format version.
        ArgumentTypeError: the name is no text, or a day is given beside it.

    Example:
        >>> from codesets import icd10cm
        >>> icd10cm.load("2026-april")["e119"].display
        'Type 2 diabetes mellitus without complications'
    """
    return open_release(Icd10cmRelease, shelf.find(SYSTEM.name, name, on).path)


def load_path(path: str | os.PathLike[str]) -> Icd10cmRelease:
    """The release in a compiled file.

    Raises:
        CompiledFileError: the file is none, damaged in its header, or of another system.
    """
    return open_release(Icd10cmRelease, path)


def parse(*sources: Source, edition: str | None = None, lenient: bool = False) -> Icd10cmRelease:
    """Read the official files of one release.

    Args:
        sources: paths or open binary files of the tabular list (XML), the order file and the codes
            file, in any order, by themselves or in the publisher's archives; or folders of such.
            Other official files among them are passed over; a file of no known kind is an error if
            it was handed in by itself, and an anomaly if it was found in a folder or an archive.
        edition: the edition's name; None to recognise it from what the files hold.
        lenient: list what cannot be read in `release.anomalies` instead of raising.

    Returns:
        The release. With tabular list and order file it is full; with the tabular list alone it
        has no order-file descriptions; with the order file alone no notes and chapters; with the
        codes file alone no headers.

    Raises:
        SourceError: no readable file, two different ones of a kind, or an unsafe archive.
        SourceFormatError: a file is not what its format says; names file, line and path.
        EditionError: the calendar cannot place the name.
    """
    from codesets.icd10cm.build import build

    return Icd10cmRelease.from_bytes(build(sources, edition, lenient=lenient))


# The rest of the public names are loaded when they are first asked for: a look-up needs none.
_LATER = {
    "Chapter": "codesets.icd10cm.divisions",
    "Note": "codesets.icd10cm.divisions",
    "NoteKind": "codesets.icd10cm.layout",
    "Section": "codesets.icd10cm.divisions",
    "SeventhCharacter": "codesets.icd10cm.divisions",
}


# Hidden from type checkers: to them every name would be there, and a misspelt one too.
if not TYPE_CHECKING:
    __getattr__ = later(__name__, _LATER)


def __dir__() -> list[str]:
    return sorted(__all__)
