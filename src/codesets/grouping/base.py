"""What all groupers share: codes put into categories that have titles."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import field, frozen

from codesets import shelf
from codesets._edition import Edition
from codesets.crosswalk.codemap import Crosswalk
from codesets.errors import CompiledFileError, ReleaseNotFoundError

if TYPE_CHECKING:
    from codesets.crosswalk.suitability import MapCheck
    from codesets.problems import Anomaly
    from codesets.sources import Source, SourceFile, SourceInfo

__all__ = ["LABELS", "Category", "Grouper", "VersionedGrouper", "titles_of"]

LABELS = "labels"
"""Name of the section with the titles of the categories."""


@frozen
class Category:
    """One category that a code is put into.

    Attributes:
        id: its name in the grouper, as `37` or `CIR007`.
        title: its title; empty where no file that was read has one.
        flags: what the grouper says of the code in this category, as it stands in the file.
    """

    id: str
    title: str
    flags: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"id": self.id, "title": self.title, "flags": self.flags}

    def __str__(self) -> str:
        return f"{self.id} {self.title}".rstrip()


@frozen(repr=False)
class Grouper:
    """Codes of ICD-10-CM and the categories that an official table puts them into.

    Immutable, safe to share between threads, survives `pickle`.

    Attributes:
        crosswalk: the table as a map, with every row, its flags and its place.
    """

    tables_module: ClassVar[str] = "codesets.grouping.tables"
    system_name: ClassVar[str] = ""
    title: ClassVar[str] = ""

    crosswalk: Crosswalk = field()
    _members: dict[str, tuple[str, ...]] = field(init=False, factory=dict, eq=False)

    @crosswalk.validator
    def _check_kind(self, _: object, crosswalk: Crosswalk) -> None:
        if not self._speaks_of(crosswalk.kind):
            raise CompiledFileError(
                f"{crosswalk.file.name} holds {crosswalk.kind!r}, which is no {self.title}",
                file=crosswalk.file.name,
            )

    @classmethod
    def _speaks_of(cls, kind: str) -> bool:
        """Whether maps of a kind are this grouper's."""
        return kind == cls.system_name

    @property
    def edition(self) -> Edition:
        """Which version of the table speaks."""
        return self.crosswalk.edition

    @property
    def labels(self) -> dict[str, str]:
        """The titles of all categories, by their names, in the order of the file."""
        return dict(self._labels)

    @property
    def _labels(self) -> dict[str, str]:
        file = self.crosswalk.file
        try:
            return self.crosswalk.once(LABELS, lambda: dict(file.json(LABELS)))
        except (TypeError, ValueError) as error:
            if isinstance(error, CompiledFileError):
                raise
            raise file.damaged(LABELS) from error

    @property
    def provenance(self) -> tuple[SourceInfo, ...]:
        """The official files that were read."""
        return self.crosswalk.provenance

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What was odd in them."""
        return self.crosswalk.anomalies

    # Answers.

    def __contains__(self, code: object) -> bool:
        return code in self.crosswalk

    def categories(self, code: object) -> tuple[Category, ...]:
        """The categories of a code, in the order of the file.

        A header has none: only codes that may be submitted are grouped.

        Args:
            code: any common spelling.

        Returns:
            The categories; empty for what the table does not have.
        """
        found = self.crosswalk.translate(code)
        if found.is_header:
            return ()
        return tuple(
            self._category(entry.target, entry.flags)
            for entry in found.entries
            if entry.target is not None
        )

    def _category(self, name: str, flags: str = "") -> Category:
        return Category(name, self._labels.get(name, ""), flags)

    def members(
        self, category: str, *, release: Mapping[str, Any] | None = None
    ) -> tuple[str, ...]:
        """The codes of a category, in the order of the table.

        Args:
            category: its name.
            release: keep those that may be used in a release; a table holds codes of several years.

        Raises:
            CrosswalkError: the release is of another system.
        """
        if not self._members:
            found: dict[str, dict[str, None]] = {}
            for code, target in self.crosswalk.pairs():
                found.setdefault(target, {})[code] = None
            self._members.update({name: tuple(codes) for name, codes in found.items()})
        codes = self._members.get(str(category), ())
        if release is None:
            return codes
        from codesets.crosswalk.held import held

        usable = held(release, self.crosswalk.source).usable
        return tuple(code for code in codes if code in usable)

    def check(self, release: Mapping[str, Any]) -> MapCheck:
        """The codes of the table held against a release: unknown, headers, and those left out."""
        return self.crosswalk.check(source=release)

    # Keeping.

    @classmethod
    def load_path(cls, path: str | os.PathLike[str]) -> Self:
        """The grouper in a compiled file.

        Raises:
            CompiledFileError: the file is none, damaged in its header, or of another grouper.
        """
        return cls(Crosswalk.load_path(path))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The grouper in the bytes of a compiled file."""
        return cls(Crosswalk.from_bytes(data))

    @classmethod
    def _load(cls, system: str, version: str | None) -> Self:
        editions = [entry.edition for entry in shelf.entries(system)]
        try:
            return cls.load_path(shelf.find(system, _chosen(editions, version)).path)
        except ReleaseNotFoundError as error:
            there = ", ".join(map(str, editions)) or "none"
            asked = f" {version}" if version else ""
            raise ReleaseNotFoundError(
                f"no {cls.title} ({system}){asked} at hand (at hand: {there}); install its official"
                " files with: codesets install --from FILE…",
                system=system,
                wanted=version,
            ) from error

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the compiled file, whole or not at all; into a folder under its own name.

        Raises:
            CodesetsError: the folder cannot be written or the disk is full.
        """
        place = Path(path)
        if place.is_dir():
            place /= shelf.file_name(self.edition)
        return self.crosswalk.save(place)

    def __repr__(self) -> str:
        codes, used = len(self.crosswalk), self.crosswalk.counts["targets"]
        return f"<{type(self).__name__} {self._name}: {codes:,} codes in {used:,} categories>"

    @property
    def _name(self) -> str:
        return str(self.edition)


@frozen(repr=False)
class VersionedGrouper(Grouper):
    """A grouper with one table a version, as those of AHRQ are."""

    @classmethod
    def parse(cls, *sources: Source, version: str | None = None, lenient: bool = False) -> Self:
        """Read the official file of one version.

        Args:
            sources: path or open file, or an archive or folder that holds it.
            version: as `2025-1`; None to take it from what the file says, or from the names of
                files and folders.
            lenient: list what cannot be read in `anomalies` instead of raising.

        Raises:
            SourceError: there is no such file.
            SourceFormatError: a sheet, a line or a cell is not as it should be.
            MissingExtraError: it is a workbook and the extra `excel` is not installed.
        """
        from codesets.sources import open_sources

        return cls.from_bytes(cls._build(open_sources(sources), version, lenient=lenient))

    @classmethod
    @abstractmethod
    def _build(cls, files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
        """The compiled file of the official one among some files."""

    @classmethod
    def load(cls, version: str | None = None) -> Self:
        """One in the data folder.

        Args:
            version: as `2025-1`, or `2025` for the newest of that year; None for the newest.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        return cls._load(cls.system_name, version)


def _chosen(editions: Sequence[Edition], version: str | None) -> str | None:
    """The edition that a version names: itself, or the newest issue of a year.

    Without a version it is the newest that has begun, or else the first to begin.
    """
    names = [edition.name for edition in editions]
    if version is None:
        begun = any(edition.has_begun(date.today()) for edition in editions)
        return names[0] if names and not begun else None
    issues = [name for name in names if name.startswith(f"{version}-")]
    return issues[-1] if issues and version not in names else version


def titles_of(names: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Titles by names as a compiled file keeps them: the order is part of them."""
    return [[name, title] for name, title in dict(names).items()]
