"""Files, archives and folders handed in, to the files of one release each.

A folder that directly holds files is one place, with all its archives together; so are all files
that are named singly. What each file is, the table of kinds says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from attrs import evolve, frozen

from codesets.errors import EditionError, SourceError
from codesets.sources import Source, SourceFile, open_sources
from codesets.store.kinds import Installable, Role, Told
from codesets.store.outcomes import PassedOver

__all__ = [
    "Arranged",
    "Contents",
    "Found",
    "Lot",
    "Place",
    "arranged",
    "completed",
    "gather",
    "joined",
    "look_into",
]


@frozen
class Place:
    """Where files were found together.

    Attributes:
        name: the folder as it was found, or the names of the files.
        sources: what stands there.
    """

    name: str
    sources: tuple[Source, ...]


@frozen
class Found:
    """A file and what it is."""

    file: SourceFile
    told: Told


@frozen
class Lot:
    """The files of one release.

    Attributes:
        kind: the kind of release.
        place: where they were found.
        files: all files of the kind there; the builder passes over what it does not read.
        unclaimed: files of the place that are of no release.
        remarks: what to know about them.
    """

    kind: Installable
    place: str
    files: tuple[Found, ...]
    unclaimed: tuple[PassedOver, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """The files for the builder."""
        return tuple(found.file for found in self.files)

    def main(self, *, words: Iterable[str] | None = None) -> tuple[Found, ...]:
        """The files that the release is read from, of some kinds only if these are named."""
        return tuple(
            found
            for found in self.files
            if found.told.role is Role.MAIN and (words is None or found.told.words in words)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What the files, their archives and their folders are called."""
        parts = (
            (found.file.member, found.file.archive, found.file.folder) for found in self.main()
        )
        return tuple(name for several in parts for name in several if name)


def gather(sources: Iterable[Source]) -> tuple[Place, ...]:
    """The places that hold the files handed in, in a stable order.

    Raises:
        SourceError: nothing was handed in, or a folder that holds nothing.
    """
    places: list[Place] = []
    single: list[Source] = []
    for source in sources:
        if isinstance(source, str | os.PathLike) and os.path.isdir(source):
            places += _folders(Path(source))
        else:
            single.append(source)
    if single:
        places.insert(0, Place(" + ".join(map(_name, single)), tuple(single)))
    if not places:
        raise SourceError("nothing to install: hand in official files, archives or folders")
    return tuple(places)


def _name(source: Source) -> str:
    if isinstance(source, SourceFile):
        return source.archive or source.member
    if isinstance(source, str | os.PathLike):
        return os.path.basename(os.fspath(source)) or os.fspath(source)
    return os.path.basename(str(getattr(source, "name", "") or "")) or "<open file>"


def _folders(root: Path) -> Iterator[Place]:
    """Each folder that directly holds files, the root first."""
    found = False
    # What cannot be listed would be missing without a word.
    for folder, below, names in os.walk(root, onerror=_unreadable):
        below.sort()
        paths = tuple(Path(folder, name) for name in sorted(names))
        if paths:
            found = True
            inner = Path(folder).relative_to(root).as_posix()
            yield Place(root.absolute().name if inner == "." else inner, paths)
    if not found:
        raise SourceError(f"{root} holds no files", file=str(root))


def _unreadable(error: OSError) -> None:
    raise SourceError(
        f"{error.filename} cannot be read: {error.strerror or error}", file=str(error.filename)
    ) from error


@frozen
class Contents:
    """What a place holds.

    Attributes:
        lots: the releases; files that are of none stand with the first.
        unclaimed: the files that are of none.
    """

    lots: tuple[Lot, ...]
    unclaimed: tuple[PassedOver, ...]


def look_into(place: Place, kinds: Sequence[Installable]) -> Contents:
    """The releases that the files of a place are of, and the files that are of none.

    Raises:
        SourceError: a file cannot be read: with it the release could be another one.
    """
    claimed: dict[str, list[Found]] = {kind.system: [] for kind in kinds}
    unclaimed: list[PassedOver] = []
    for file in open_sources(place.sources):
        words = ""
        for kind in kinds:
            told = kind.tell(file)
            if told.role is not Role.NONE:
                claimed[kind.system].append(Found(file, told))
                break
            words = words or told.words
        else:
            unclaimed.append(
                PassedOver(file.name, file.unreadable or words or "no file that is read")
            )
    lots: list[Lot] = []
    for kind in kinds:
        lot = Lot(kind, place.name, tuple(claimed[kind.system]))
        if lot.main() or (lot.files and kind.arrange is not None):
            lots.append(lot)
        else:
            unclaimed += [PassedOver(each.file.name, each.told.words) for each in lot.files]
    if lots:
        lots[0] = evolve(lots[0], unclaimed=tuple(unclaimed))
    return Contents(tuple(lots), tuple(unclaimed))


@frozen
class Arranged:
    """The releases that the files of several places are of.

    Attributes:
        lots: a lot for each release.
        aside: the places without one, each with its files, which are passed over.
    """

    lots: tuple[Lot, ...]
    aside: tuple[tuple[str, tuple[PassedOver, ...]], ...] = ()


def arranged(lots: Sequence[Lot], asked: str | None) -> Arranged:
    """The lots, those of a kind that brings the files of all places together as it says.

    Args:
        lots: the lots of all places.
        asked: name of the system asked for, if one was.
    """
    found: list[tuple[int, Lot]] = []
    aside: list[tuple[str, tuple[PassedOver, ...]]] = []
    order = {(lot.kind.system, lot.place): number for number, lot in enumerate(lots)}
    for system in dict.fromkeys(lot.kind.system for lot in lots):
        mine = tuple(lot for lot in lots if lot.kind.system == system)
        arrange = mine[0].kind.arrange
        one = Arranged(mine) if arrange is None else arrange(mine, asked)
        found += [(order[system, lot.place], lot) for lot in one.lots]
        aside += one.aside
    return Arranged(tuple(lot for _, lot in sorted(found, key=itemgetter(0))), tuple(aside))


def joined(first: Lot, second: Lot) -> Lot:
    """The files of two places, as one release."""
    return evolve(
        second,
        place=f"{first.place} + {second.place}",
        files=first.files + second.files,
        remarks=(*first.remarks, *second.remarks),
    )


def completed(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """The lots, those without code files joined by those of the edition with the same codes.

    CMS and NCHS publish a tabular list for April whose codes are those of October (the calendar
    says which): where that order file is handed in too, the release is read with it.
    """
    return tuple(_complete(lot, lots) for lot in lots)


def _complete(lot: Lot, among: Sequence[Lot]) -> Lot:
    shared = lot.kind.code_files
    if not shared or lot.main(words=shared):
        return lot
    lender = _same_codes(lot)
    if lender is None:
        return lot
    for other in among:
        # Both publishers' archives may be there, with the same files in them.
        different: dict[str, Found] = {}
        for found in other.main(words=shared):
            different.setdefault(found.file.sha256, found)
        files = tuple(different.values())
        if files and other.kind is lot.kind and _edition_by_digest(other) == lender:
            names = ", ".join(found.file.name for found in files)
            remark = f"read with {names} of {lender}, whose codes it has"
            return evolve(lot, files=lot.files + files, remarks=(*lot.remarks, remark))
    return lot


def _same_codes(lot: Lot) -> str | None:
    from codesets.editions import edition_with_same_codes

    name = _edition_by_digest(lot)
    return edition_with_same_codes(lot.kind.system, name) if name else None


def _edition_by_digest(lot: Lot) -> str:
    """The edition that the calendar knows the very files of; empty if it does not."""
    from codesets.editions import recognise

    digests = [found.file.sha256 for found in lot.main()]
    try:
        return recognise(lot.kind.system, member_sha256s=digests, names=lot.names).name
    except (EditionError, SourceError):  # no calendar, or files of several editions
        return ""
