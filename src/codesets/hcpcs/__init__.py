"""HCPCS Level II, from the official files of CMS to an answer.

    from codesets import hcpcs

    release = hcpcs.load()
    release["A4221"].display

The doors, the same for every code set: `load`, `load_path`, `parse`, `normalize`,
`is_well_formed`. Nothing here goes to the network.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from codesets import shelf
from codesets._later import later
from codesets.hcpcs.code import (
    is_well_formed,
    is_well_formed_modifier,
    normalize,
    normalize_modifier,
)
from codesets.hcpcs.release import HcpcsRelease
from codesets.hcpcs.views import HcpcsCode, HcpcsModifier, LiveSet, Period
from codesets.release import open_release
from codesets.system import HCPCS as SYSTEM

if TYPE_CHECKING:
    from codesets.hcpcs.layout import ActionCode, CoverageCode, Value
    from codesets.hcpcs.references import CrossReference, ReferenceKind
    from codesets.sources import Source

__all__ = [
    "SYSTEM",
    "ActionCode",
    "CoverageCode",
    "CrossReference",
    "HcpcsCode",
    "HcpcsModifier",
    "HcpcsRelease",
    "LiveSet",
    "Period",
    "ReferenceKind",
    "Value",
    "is_well_formed",
    "is_well_formed_modifier",
    "load",
    "load_path",
    "normalize",
    "normalize_modifier",
    "parse",
]


def load(name: str | None = None, *, on: date | None = None) -> HcpcsRelease:
    """A release at hand: embedded in the package, or in the data folder.

    No package index carries an official HCPCS file, so a package built from a bare checkout has
    none: install one from CMS's archive with `codesets install`, or `parse` it.

    Args:
        name: the edition's name, as `2025-january`; None for the newest that has begun.
        on: instead of a name, a day: the release in force on it.

    Returns:
        The release; the same object while its file is the same.

    Raises:
        ReleaseNotFoundError: no release at hand answers; the message says how to get one.
        CompiledFileError: the file is damaged or of another format version.
        ArgumentTypeError: the name is no text, or a day is given beside it.
    """
    return open_release(HcpcsRelease, shelf.find(SYSTEM.name, name, on).path)


def load_path(path: str | os.PathLike[str]) -> HcpcsRelease:
    """The release in a compiled file.

    Raises:
        CompiledFileError: the file is none, damaged in its header, or of another system.
    """
    return open_release(HcpcsRelease, path)


def parse(*sources: Source, edition: str | None = None, lenient: bool = False) -> HcpcsRelease:
    """Read the official files of one release.

    Args:
        sources: paths or open binary files of the contractor file (text or workbook) and of its
            companions (processing notes, NOC codes, corrections, transaction report), in any
            order, by themselves or in the publisher's archives; or folders of such. Other files
            among them are passed over; one of no known kind is an error if it was handed in by
            itself.
        edition: the edition's name; None to recognise it from what the files hold.
        lenient: list what cannot be read in `release.anomalies` instead of raising.

    Returns:
        The release. Where text and workbook are both given the text wins, and every disagreement
        is in `release.reconciliation`.

    Raises:
        SourceError: no contractor file, two different ones of a kind, an unsafe archive, or a
            file of no known kind.
        SourceFormatError: a file is not what its format says; names file, line or cell.
        MissingExtraError: only workbooks are given, and the extra `excel` is not installed.
        EditionError: the calendar cannot place the name.
    """
    from codesets.hcpcs.build import build

    return HcpcsRelease.from_bytes(build(sources, edition, lenient=lenient))


# The rest of the public names are loaded when they are first asked for: a look-up needs none.
_LATER = {
    "ActionCode": "codesets.hcpcs.layout",
    "CoverageCode": "codesets.hcpcs.layout",
    "CrossReference": "codesets.hcpcs.references",
    "ReferenceKind": "codesets.hcpcs.references",
    "Value": "codesets.hcpcs.layout",
}


# Hidden from type checkers: to them every name would be there, and a misspelt one too.
if not TYPE_CHECKING:
    __getattr__ = later(__name__, _LATER)


def __dir__() -> list[str]:
    return sorted(__all__)
