"""The interval file: what was of every code of a system, compiled out of all releases at hand.

It stands in the folder `history` of the data folder, says of which files it was made, and is made
again when these are others. Where that folder cannot be written to it is made in memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any

from codesets import shelf
from codesets._files import open_regular
from codesets.compiled.format import PREAMBLE, SUFFIX
from codesets.compiled.reader import Compiled
from codesets.compiled.writer import Writer, write_atomically
from codesets.errors import CompiledFileError, ReleaseNotFoundError
from codesets.shelf import ShelfEntry
from codesets.timeline.coverage import Coverage
from codesets.timeline.periods import STATES, Evidence
from codesets.timeline.segments import Segment, Space

__all__ = ["TABLES", "compile_intervals", "folder", "intervals", "system_of"]

LAYOUT = 2
"""Counts up with what the builders make of the same files."""


TABLES = {"icd10cm": "conversion"}
"""System → the system whose files on the shelf date its additions."""
_CALENDAR = Path(__file__).parent.parent / "_calendar.json"
_HEADER_DIGEST = slice(24, 56)


def folder() -> Path:
    """Where the interval files are kept."""
    return shelf.data_folder() / "history"


def system_of(system: str) -> str:
    """What the header of a system's interval file says for system."""
    return f"{system}-history"


def intervals(system: str) -> Compiled:
    """The interval file of a system, made again if other files are at hand than it is made of.

    Args:
        system: short name of the system.

    Raises:
        ReleaseNotFoundError: no release at hand was ever in force.
    """
    systems = [system, *([TABLES[system]] if system in TABLES else [])]
    mark = made_of(path for name in systems for path in shelf.files(name))
    path = folder() / f"{system}{SUFFIX}"
    try:
        kept = Compiled.open(path)
        if kept.header.values.get("made_of") == mark:
            return kept
    except CompiledFileError:
        pass
    from codesets.timeline.additions import additions
    from codesets.timeline.compiling import spaces_of

    entries = _at_hand(system)
    paths = {entry.edition.name: entry.path for entry in entries}
    coverage, spaces = spaces_of(
        system,
        [entry.edition for entry in entries],
        lambda name: Compiled.open(paths[name]),
        additions(system),
    )
    data = compile_intervals(system, coverage, spaces, entries, mark)
    try:
        # A user who has installed nothing gets no folder for having asked a question.
        if path.parent.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            return Compiled.open(write_atomically(path, data))
    except OSError:
        pass
    return Compiled.from_bytes(data, f"<history of {system}>")


def _at_hand(system: str) -> list[ShelfEntry]:
    """The releases of a system that can be asked by date, and the drafts before them."""
    found = [entry for entry in shelf.entries(system) if entry.edition.is_named]
    if not any(entry.edition.effective_from for entry in found):
        raise ReleaseNotFoundError(
            f"no release of {system} at hand was ever in force; codesets install {system} EDITION"
            " gets one",
            system=system,
        )
    return found


def made_of(paths: Iterable[Path]) -> str:
    """A digest of what an interval file is made of: the files, the calendar, the layout."""
    digest = hashlib.sha256(bytes([LAYOUT]))
    digest.update(hashlib.sha256(_CALENDAR.read_bytes()).digest())
    for path in paths:
        digest.update(os.fsencode(path))
        # What cannot be read is no release at hand. The header's digest covers the body's, and so
        # the whole file.
        with suppress(OSError), open_regular(path) as stream:
            digest.update(stream.read(PREAMBLE.size)[_HEADER_DIGEST])
    return digest.hexdigest()


def compile_intervals(
    system: str,
    coverage: Coverage,
    spaces: Iterable[Space],
    entries: Iterable[ShelfEntry] = (),
    mark: str = "",
) -> bytes:
    """The bytes of an interval file.

    Args:
        system: short name of the system.
        coverage: which release speaks for which days.
        spaces: what all codes were.
        entries: the releases that it is made of.
        mark: what `made_of` says of all files behind it.
    """
    writer = Writer()
    proofs: dict[Evidence | None, int] = {None: 0}
    releases: dict[str, int] = {}
    for space in spaces:
        _write_space(writer, space, proofs, releases)
    writer.json("coverage", coverage.to_list())
    writer.json("evidence", [proof.to_dict() if proof else None for proof in proofs])
    writer.json("releases", list(releases))
    files = [{"edition": e.edition.to_dict(), "path": str(e.path)} for e in entries]
    writer.json("files", files)
    return writer.finish({"system": system_of(system), "made_of": mark}, apart=["files"])


def _write_space(
    writer: Writer, space: Space, proofs: dict[Evidence | None, int], releases: dict[str, int]
) -> None:
    prefix = space.prefix
    codes = list(space.segments)
    compact = [code.replace(".", "") for code in codes]
    writer.keys(compact, prefix)
    writer.blob(f"{prefix}codes", "\n".join(compact).encode("ascii"))
    segments: list[Segment] = [each for code in codes for each in space.segments[code]]
    counts = (len(space.segments[code]) for code in codes)

    def column(name: str, item: str, values: Iterable[int]) -> None:
        writer.column(f"{prefix}segment.{name}", item, values)

    column("begin", "I", accumulate(counts, initial=0))
    column("first", "I", (each.first for each in segments))
    column("last", "I", (each.last for each in segments))
    column("state", "B", (STATES.index(each.state) for each in segments))
    column("certain", "B", (each.is_certain for each in segments))
    column("use", "B", (each.use for each in segments))
    column("proof", "I", (proofs.setdefault(each.evidence, len(proofs)) for each in segments))
    column("release", "H", (releases.setdefault(e.release, len(releases)) for e in segments))
    writer.texts(f"{prefix}segment.display", [each.display for each in segments])
    after = [" ".join(space.successors.get(code, ())) or None for code in codes]
    writer.texts(f"{prefix}successors", after)
    writer.json(f"{prefix}disagreements", _differences(space))


def _differences(space: Space) -> list[dict[str, Any]]:
    from codesets.reconciliation import Reconciliation

    return Reconciliation(space.disagreements).to_list()
