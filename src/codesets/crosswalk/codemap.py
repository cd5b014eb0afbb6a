"""A map between two code systems, many to many, as its publisher states it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from attrs import field, frozen

from codesets import shelf
from codesets.arguments import quoted
from codesets.compiled.reader import Compiled
from codesets.crosswalk.rows import Rows
from codesets.crosswalk.translation import Translation
from codesets.errors import MalformedCodeError, UnknownCodeError
from codesets.kept import open_kept

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.resolving import Timeline
    from codesets.crosswalk.suitability import MapCheck
    from codesets.hcpcs.release import HcpcsRelease
    from codesets.release import Release
    from codesets.sources import Source

__all__ = ["Crosswalk"]

# Translations are remembered by the spelling that asked, if the map has the code; letter case and
# blanks allow many spellings of each, hence the bounds.
_MEMORY_LIMIT = 400_000
_SPELLING_LIMIT = 32
_MANY = 500
"""Whoever has asked for so many codes will ask for more: then an index of all pays."""


@frozen(eq=False, repr=False)
class Crosswalk(Rows, Mapping[str, Translation]):
    """An immutable map from the codes of one system to those of another, many to many.

    `crosswalk.translate(code)` answers for any text; `crosswalk[code]` is the same for codes that
    the map has, and a `KeyError` for others. Iterating gives the sources, canonical, in the order
    of the file. Safe to share between threads, survives `fork` and `pickle`.

    Attributes:
        edition: which map this is.
        source: what it leads from.
        target: what it leads to.
        kind: what the file is, as `gem-i9`; of a map made from others, how it was made.
    """

    tables_module: ClassVar[str] = "codesets.crosswalk.tables"

    _translated: dict[object, Translation] = field(init=False, factory=dict)

    # Opening.

    @classmethod
    def from_gem(cls, *sources: Source, edition: str | None = None, lenient: bool = False) -> Self:
        """Read a General Equivalence Mapping of CMS and NCHS: one direction of one year.

        Args:
            sources: path or open binary file of `2018_I9gem.txt` and its like (diagnoses or
                procedures, either direction), or an archive or folder with one of them.
            edition: the year, as `2018`; None to go by the names of file, archive and folder.
            lenient: list what cannot be read in `anomalies` instead of raising.

        Raises:
            SourceError: no GEM among the files, or several.
            SourceFormatError: a line that is not of the format; names file and line.
            EditionError: the calendar of ICD-10-CM cannot place the edition named.
        """
        from codesets.crosswalk.gem import build

        return cls.from_bytes(build(sources, edition, lenient=lenient))

    @classmethod
    def from_conversion_table(
        cls, *sources: Source, edition: str | None = None, lenient: bool = False
    ) -> Self:
        """Read the conversion table of NCHS as a map from new codes to the codes before them.

        Codes that were reported together are the choice lists of a scenario. A range names no
        codes by itself: its entry is unresolved until `resolved` fills it in. The rows themselves,
        with their days, are in `codesets.crosswalk.ConversionTable`.

        Args:
            sources: path or open binary file of the table, or archives and folders with it.
            edition: the name of the issue, as `2026`; None to recognise it.
            lenient: list what cannot be read in `anomalies` instead of raising.

        Raises:
            SourceError: no conversion table, or two that differ.
            SourceFormatError: the file is not what its format says.
            MissingExtraError: it is a workbook and the extra `excel` is not installed.
        """
        from codesets.crosswalk.conversion.as_map import build_map

        return cls.from_bytes(build_map(sources, edition, lenient=lenient))

    @classmethod
    def from_hcpcs(cls, release: HcpcsRelease) -> Self:
        """The cross references of a HCPCS release as a map, codes and modifiers together.

        The flags of an entry say what the reference is, as the file proves it: `replaced-by`,
        `use-instead`, or `supersedes`, which points back to the code before.

        Args:
            release: the release whose cross references are wanted.

        Raises:
            CrosswalkError: it has none.
        """
        from codesets.crosswalk.references import map_of_references

        return cls.from_bytes(map_of_references(release))

    @classmethod
    def from_table(
        cls,
        table: Source,
        *,
        source: str,
        target: str,
        systems: tuple[str, str],
        relationship: str = "related-to",
        flags: str | None = None,
        no_map: tuple[str, ...] = ("",),
        delimiter: str = ",",
        encoding: str = "utf-8-sig",
        name: str = "",
    ) -> Self:
        """Read a map of your own: a table with a header row, CSV or a workbook.

        Args:
            table: path or open binary file.
            source: head of the column of sources.
            target: head of the column of targets.
            systems: what the two are codes of: names of known systems (`icd9cm`, `icd9pcs`,
                `icd10cm`, `icd10pcs`, `hcpcs`, `hcc`, `ccsr`, …), or titles of your own, as
                `SNOMED CT`.
            relationship: one of FHIR's words for all rows, or the head of a column of such words.
            flags: head of a column whose cells are kept as flags.
            no_map: texts in the target column which say that there is no target.
            delimiter: between the cells of a CSV file.
            encoding: of a CSV file.
            name: what to call the map.

        Raises:
            SourceFormatError: a column is missing or stands twice, a row is short, a cell is no
                code or no relationship; names file and line.
            CrosswalkError: a system is not known, there are not two of them, or the delimiter is
                not one character.
            ArgumentTypeError: something that is no text stands for a text, or one text for a list.
        """
        from codesets.crosswalk.usertable import Columns, build_table

        columns = Columns(source, target, relationship, flags, no_map, delimiter, encoding)
        return cls.from_bytes(build_table(table, columns, systems, name))

    @classmethod
    def load_path(cls, path: str | os.PathLike[str]) -> Self:
        """The map in a compiled file.

        Raises:
            CompiledFileError: the file is none, damaged in its header, or no map.
        """
        return open_kept(cast("Callable[[Compiled], Self]", cls), path)

    @classmethod
    def load(cls, kind: str, name: str | None = None) -> Self:
        """A map in the data folder.

        Args:
            kind: what its file is named after: `gem-i9`, `gem-i10`, `gem-i9pcs`, `gem-pcsi9`.
            name: the edition, as `2018`; None for the newest.

        Raises:
            ReleaseNotFoundError: there is none.
            CompiledFileError: the file is damaged or of another format version.
        """
        return cls.load_path(shelf.find(kind, name).path)

    # The mapping.

    def translate(self, code: object) -> Translation:
        """What the map says of a code, in any common spelling; never raises for a spelling.

        A code that the map does not have, but codes below it, translates as those do
        (`is_header`). Of a text that is neither, the translation is empty (`is_in_map` is False).
        """
        try:
            found = self._translated.get(code)
        except TypeError:
            return self._translate(str(code))
        return self._translate(code) if found is None else found

    def _translate(self, code: object) -> Translation:
        found = self._by_index(code) if len(self._translated) >= _MANY else None
        return self._by_search(code) if found is None else found

    def _by_index(self, code: object) -> Translation | None:
        """The translation of a source in one of its two spellings; None for anything else."""
        if type(code) is not str:
            return None
        index = self._read_once.get("index")
        if index is None:
            index = self.once("index", self._index)
        spell = self.source.coding.spell
        group = index.get(code)
        if group is not None:
            return self._keep(code, Translation(self, spell(code), False, (group,)))
        compact = code.replace(".", "", 1)
        group = index.get(compact)
        if group is None or spell(compact) != code:
            return None
        return self._keep(code, Translation(self, code, False, (group,)))

    def _by_search(self, code: object) -> Translation:
        coding = self.source.coding
        try:
            compact = coding.compact(code)
        except MalformedCodeError:
            return Translation(self, str(code), False, ())
        canonical = coding.spell(compact)
        group = self._group(compact)
        if group is not None:
            return self._keep(code, Translation(self, canonical, False, (group,)))
        below = self._below(compact)
        found = Translation(self, canonical, bool(below), below)
        return self._keep(code, found) if below else found

    def _keep(self, code: object, found: Translation) -> Translation:
        """A translation, remembered by the spelling that asked."""
        if type(code) is str and len(code) <= _SPELLING_LIMIT:
            if len(self._translated) >= _MEMORY_LIMIT:
                self._translated.clear()
            self._translated[code] = found
        return found

    def __getitem__(self, code: str) -> Translation:
        found = self.translate(code)
        if not found.is_in_map or found.is_header:
            hint = ", but codes below it, which translate() gives" if found.is_header else ""
            raise UnknownCodeError(
                f"the map from {self.source} to {self.target} has no {quoted(code)}{hint}",
                code=code,
                release=self.edition.name,
            )
        return found

    def __contains__(self, code: object) -> bool:
        found = self.translate(code)
        return found.is_in_map and not found.is_header

    def __iter__(self) -> Iterator[str]:
        return map(self.source_at, range(self.source_count))

    def __len__(self) -> int:
        return self.source_count

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Source and target of every entry that has a target, as often as the map states it."""
        for group in range(self.source_count):
            source = self.source_at(group)
            for row in self.rows_of(group):
                target = self._target(row)
                if target is not None:
                    yield source, target

    # Other maps made of this one.

    def reversed(self) -> Crosswalk:
        """The same pairs the other way round, marked as derived.

        Scenarios and choice lists are dropped: they say how several targets make one source, which
        has no meaning the other way round. The reverse of one GEM is not the other GEM.
        """
        from codesets.crosswalk.derive import reverse

        return type(self).from_bytes(reverse(self))

    def compose(self, other: Crosswalk) -> Crosswalk:
        """What one leads to by way of this map and then another, marked as derived.

        Scenarios and choice lists are dropped; each entry keeps the code passed on the way in
        `via`. A source whose targets the other map does not have has no entry left.

        Raises:
            CrosswalkError: the other map does not begin where this one ends.
        """
        from codesets.crosswalk.derive import compose

        return type(self).from_bytes(compose(self, other))

    def resolved(self, *releases: Release[Any] | Timeline) -> Crosswalk:
        """A map of the conversion table with an entry for each code of a range.

        A range says nothing of which codes exist: those are meant that were billable on the day
        before the change. A row stays unresolved where no release that is given was in force then.

        Args:
            releases: the older releases, or `codesets.history("icd10cm")` for all at hand.

        Raises:
            CrosswalkError: the map is not that of a conversion table, or a release is of another
                system.
        """
        from codesets.crosswalk.conversion.resolving import resolve

        return type(self).from_bytes(resolve(self, releases))

    def restricted(
        self,
        *,
        source: Mapping[str, Any] | None = None,
        target: Mapping[str, Any] | None = None,
        on: date | None = None,
    ) -> Crosswalk:
        """The entries whose codes may be used in a release, or in one for each end.

        Scenarios stay whole: one that has lost all targets of a choice list is left out. A source
        stays though all its rows were left out. Each translation says which are (`left_out`).

        Args:
            source: a release (or any mapping from codes) that sources must be in; None for any.
            target: the same for targets; entries without target stay.
            on: the day on which codes must be valid; None for the first day of each edition.

        Raises:
            CrosswalkError: a release is of another system than its end of the map, or does not
                answer for the day.
        """
        from codesets.crosswalk.derive import restrict

        return type(self).from_bytes(restrict(self, source, target, on))

    def check(
        self,
        *,
        source: Mapping[str, Any] | None = None,
        target: Mapping[str, Any] | None = None,
        on: date | None = None,
    ) -> MapCheck:
        """Every source and target held against their releases.

        Args:
            source: the release (or any mapping from codes) of the sources; None to leave them out.
            target: the same for the targets.
            on: the day on which codes must be valid; None for the first day of each edition.

        Raises:
            CrosswalkError: a release is of another system than its end of the map, or does not
                answer for the day.
        """
        from codesets.crosswalk.suitability import check_map

        return check_map(self, source, target, on)

    @property
    def _identity(self) -> tuple[object, ...]:
        return (self.edition, self.source, self.target, self.file.header.content_sha256)

    def __repr__(self) -> str:
        entries = len(self.file.column("target"))
        name = f" {self.edition}" if self.edition.is_named else ""
        return (
            f"<Crosswalk {self.kind}{name}, {self.source} to {self.target}:"
            f" {entries:,} entries of {len(self):,} sources>"
        )
