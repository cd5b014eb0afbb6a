"""The conversion table of NCHS as an object: for each new code what was coded before it."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from attrs import field, frozen

from codesets import shelf
from codesets._edition import Edition, as_day
from codesets.arguments import quoted
from codesets.compiled.format import pack_key
from codesets.compiled.reader import Compiled
from codesets.crosswalk.conversion.errata import Erratum, erratum_of, missing_rows
from codesets.crosswalk.conversion.grammar import Previous, Term, TermKind, read_previous
from codesets.errors import (
    CompiledFileError,
    MalformedCodeError,
    ReleaseNotFoundError,
    UnknownCodeError,
)
from codesets.icd10cm.code import normalize
from codesets.kept import KeptTable, edition_in, open_kept, unreadable_header
from codesets.problems import Place

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.changes import TableChanges
    from codesets.sources import Source

__all__ = ["SYSTEM_NAME", "ConversionEntry", "ConversionTable"]

SYSTEM_NAME = "conversion"
"""What compiled conversion tables are called by: `conversion-2026.codeset`."""

V = TypeVar("V")


@frozen(slots=False)
class ConversionEntry:
    """One row of the conversion table: a code, the day from which it is used, what was before.

    Attributes:
        code: the current code, canonical.
        code_text: the cell as it stands, blanks included.
        effective: first day of the code. A year in the table stands for its October 1.
        effective_text: the cell as it stands; a day in ISO form.
        previous_text: the cell of the previous codes as it stands.
        place: file, and sheet and row or line.
        row: row of the sheet, or line of the CSV file, from 1.
    """

    code: str
    code_text: str
    effective: date
    effective_text: str
    previous_text: str
    place: Place
    row: int

    @cached_property
    def previous(self) -> Previous:
        """The previous codes: terms, and how they belong together."""
        return read_previous(self.previous_text)

    @property
    def erratum(self) -> Erratum | None:
        """An error of the table in this row, if one is known; the cells stay as they are."""
        return erratum_of(self.code, self.previous)

    @property
    def is_impossible(self) -> bool:
        """True for a current code that there has never been: E11.3X11, for E11.37X1."""
        return self.erratum is not None and self.erratum.column == "code"

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "code": self.code,
            "code_text": self.code_text,
            "effective": self.effective.isoformat(),
            "effective_text": self.effective_text,
            "previous": self.previous.to_dict(),
            "erratum": None if self.erratum is None else self.erratum.to_dict(),
            "place": str(self.place),
            "row": self.row,
        }

    def __repr__(self) -> str:
        return f"<ConversionEntry {self.code} {self.effective}: {self.previous_text.strip()}>"


@frozen(eq=False, repr=False)
class ConversionTable(KeptTable, Mapping[str, tuple[ConversionEntry, ...]]):
    """One issue of the conversion table: from each current code to its rows.

    A code may have several rows (O44.20 and seven others stand twice). The table is keyed by *new*
    codes: it says where a code came from. Read the other way round (`naming`) it offers candidates
    and nothing more, and having a row does not mean that the previous code ended: of the 5,881
    valid previous codes of the issue for 2026, 3,078 live on.

    Iterating gives the current codes in the order of the file. Immutable, safe to share between
    threads, survives `fork` and `pickle`.

    Source: NCHS, "ICD-10-CM Conversion Table", published with each release; cumulative since
    October 2016.

    Attributes:
        edition: which issue this is.
    """

    tables_module: ClassVar[str] = "codesets.crosswalk.conversion.tables"

    file: Compiled
    edition: Edition = field(init=False)
    _keys: memoryview = field(init=False)
    _order: memoryview = field(init=False)
    _read_once: dict[str, Any] = field(init=False, factory=dict)

    @edition.default
    def _read_edition(self) -> Edition:
        return edition_in(self.file, SYSTEM_NAME)

    @_keys.default
    def _read_keys(self) -> memoryview:
        return self.file.column("keys.sorted")

    @_order.default
    def _read_order(self) -> memoryview:
        order = self.file.column("keys.rows")
        names = ("keys", "effective", "row", "code_text", "effective_text", "previous")
        columns = [self._keys, order, *map(self.file.column, names)]
        if len(set(map(len, columns))) != 1:
            raise self.file.damaged("rows")
        try:
            _ = self.sources, self.counts
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise unreadable_header(self.file) from error
        return order

    def once(self, name: str, read: Callable[[], V]) -> V:
        """What `read` gives, kept under `name` from the first time on."""
        try:
            return cast("V", self._read_once[name])
        except KeyError:
            return cast("V", self._read_once.setdefault(name, read()))

    # Opening.

    @classmethod
    def parse(cls, *sources: Source, edition: str | None = None, lenient: bool = False) -> Self:
        """Read the official file of one issue.

        Args:
            sources: path or open binary file of the table (xlsx or csv), or archives and folders
                that hold it; other files among them are passed over.
            edition: the name of the issue, as `2026`; None to recognise it from what it holds.
            lenient: list what cannot be read in `anomalies` instead of raising.

        Returns:
            The table.

        Raises:
            SourceError: no conversion table, two that differ, or an unsafe archive.
            SourceFormatError: the file is not what its format says; names row or line.
            MissingExtraError: it is a workbook and the extra `excel` is not installed.
            EditionError: the calendar cannot place the name.
        """
        from codesets.crosswalk.conversion.build import build

        return cls.from_bytes(build(sources, edition, lenient=lenient))

    @classmethod
    def load_path(cls, path: str | os.PathLike[str]) -> Self:
        """The table in a compiled file.

        Raises:
            CompiledFileError: the file is none, damaged in its header, or no conversion table.
        """
        return open_kept(cast("Callable[[Compiled], Self]", cls), path)

    @classmethod
    def load(cls, name: str | None = None) -> Self:
        """A table in the data folder.

        Args:
            name: the name of the issue, as `2026`; None for the newest that has begun. An issue
                repeats all rows of those before it, so the newest is enough.

        Raises:
            ReleaseNotFoundError: there is none; the message says how to get one.
            CompiledFileError: the file is damaged or of another format version.
        """
        try:
            return cls.load_path(shelf.find(SYSTEM_NAME, name).path)
        except ReleaseNotFoundError as error:
            there = ", ".join(str(entry.edition) for entry in shelf.entries(SYSTEM_NAME)) or "none"
            raise ReleaseNotFoundError(
                f"no ICD-10-CM conversion table{f' {name}' if name else ''} at hand (at hand:"
                f" {there}); install the file of NCHS with: codesets install --from FILE",
                system=SYSTEM_NAME,
                wanted=name,
            ) from error

    # The rows.

    @property
    def entries(self) -> tuple[ConversionEntry, ...]:
        """All rows, in the order of the file."""
        return self.once("entries", lambda: tuple(map(self._entry, range(len(self._keys)))))

    @property
    def note(self) -> str:
        """The free text that stands above the table."""
        return str(self._about("note"))

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the three columns as they stand."""
        return tuple(map(str, self._about("columns")))

    def _about(self, name: str) -> Any:
        try:
            return self.once("table", lambda: self.file.json("table"))[name]
        except (KeyError, TypeError) as error:
            raise self.file.damaged("table") from error

    def _entry(self, place: int) -> ConversionEntry:
        file, row = self.file, self.file.number("row", place)
        sheet = self._about("sheet")
        code_text = file.text(file.number("code_text", place))
        try:
            effective = date.fromordinal(file.number("effective", place))
            code = normalize(code_text)
        except (ValueError, OverflowError) as error:
            if isinstance(error, CompiledFileError):
                raise
            raise file.damaged(f"row {place}") from error
        return ConversionEntry(
            code,
            code_text,
            effective,
            file.text(file.number("effective_text", place)),
            file.text(file.number("previous", place)),
            Place(
                str(self._about("file")),
                row if sheet is None else None,
                "" if sheet is None else f"{sheet}!A{row}",
            ),
            row,
        )

    def _places(self, code: str) -> Iterator[int]:
        """The places of the rows of a canonical code, in the order of the file."""
        key, keys = pack_key(code.replace(".", "")), self._keys
        at = bisect_left(keys, key)
        while at < len(keys) and keys[at] == key:
            place = self._order[at]
            if place >= len(keys):
                raise self.file.damaged("keys")
            yield place
            at += 1

    # From the current code.

    def __getitem__(self, code: str) -> tuple[ConversionEntry, ...]:
        found: tuple[ConversionEntry, ...] = self.get(code)
        if not found:
            raise UnknownCodeError(
                f"the conversion table {self.edition} has no row of {quoted(code)}: it has the"
                f" codes that were new from {self.dates[0] if self.dates else 'its first day'} on",
                code=code,
                release=self.edition.name,
            )
        return found

    def get(self, code: object, default: Any = ()) -> Any:
        """The rows of a code in any common spelling, or `default`; never raises for a spelling."""
        try:
            found = tuple(map(self._entry, self._places(normalize(code))))
        except MalformedCodeError:
            return default
        return found or default

    def __contains__(self, code: object) -> bool:
        try:
            return next(self._places(normalize(code)), None) is not None
        except MalformedCodeError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(entry.code for entry in self.entries))

    def __len__(self) -> int:
        return self.counts["codes"]

    # By day.

    @property
    def dates(self) -> tuple[date, ...]:
        """The first days that the table has, ascending."""
        ordinals = sorted(set(self.file.column("effective")))
        try:
            return tuple(map(date.fromordinal, ordinals))
        except (ValueError, OverflowError) as error:
            raise self.file.damaged("effective") from error

    def added_on(self, day: date) -> tuple[ConversionEntry, ...]:
        """The rows of the codes that are used from a day on, in the order of the file.

        Args:
            day: a date; of a datetime, its date.
        """
        wanted = as_day(day).toordinal()
        column = self.file.column("effective")
        return tuple(self._entry(place) for place, each in enumerate(column) if each == wanted)

    # From a previous code.

    def naming(self, code: object) -> tuple[ConversionEntry, ...]:
        """The rows that name a code in their previous column, alone or in a range.

        They are candidates: the table does not say what became of a code, and a code that a row
        names may live on.

        Args:
            code: any common spelling; what is no code is named by no row.

        Returns:
            The rows in the order of the file.
        """
        try:
            wanted = normalize(code)
        except MalformedCodeError:
            return ()
        single, spans = self.once("previous", self._by_previous)
        places = set(single.get(wanted, ()))
        for term, where in spans.items():
            if term.covers(wanted):
                places.update(where)
        return tuple(self.entries[place] for place in sorted(places))

    def _by_previous(self) -> tuple[dict[str, list[int]], dict[Term, list[int]]]:
        """The places of rows by the single codes, and by the spans, of the previous column."""
        single: dict[str, list[int]] = {}
        spans: dict[Term, list[int]] = {}
        for place, entry in enumerate(self.entries):
            for term in entry.previous.terms:
                if term.kind is TermKind.CODE:
                    single.setdefault(term.first, []).append(place)
                else:
                    spans.setdefault(term, []).append(place)
        return single, spans

    # Issues.

    @property
    def errata(self) -> tuple[Erratum, ...]:
        """The errors of this table that are known, with what must have been meant.

        Those of rows in the order of the file, then rows that are missing.
        """
        found = [entry.erratum for entry in self.entries]
        found += missing_rows(self, self.dates)
        return tuple(dict.fromkeys(erratum for erratum in found if erratum is not None))

    def changes_since(self, older: ConversionTable) -> TableChanges:
        """What an issue added to, altered in and dropped from an older one.

        Args:
            older: the issue to compare with.
        """
        from codesets.crosswalk.conversion.changes import changes_between

        return changes_between(older.entries, self.entries)

    def __repr__(self) -> str:
        rows = len(self._keys)
        return f"<ConversionTable {self.edition}: {rows:,} rows of {len(self):,} codes>"
