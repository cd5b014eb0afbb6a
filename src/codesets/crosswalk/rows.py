"""The rows of a compiled map: where each source stands, and what each row says."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar, cast, overload

from attrs import field, frozen

from codesets._edition import Edition
from codesets.compiled.format import KEY_LENGTH, pack_key
from codesets.compiled.reader import Compiled
from codesets.crosswalk.codings import coding_named
from codesets.crosswalk.entries import LEFT_OUT, RELATIONSHIPS, MapEnd, MapEntry
from codesets.errors import CompiledFileError
from codesets.kept import KeptTable, edition_in, unreadable_header
from codesets.problems import Place

__all__ = ["MapEntries", "Rows"]

V = TypeVar("V")


@frozen(eq=False, repr=False)
class Rows(KeptTable):
    """The rows of a map in a compiled file.

    Sources have positions from 0 (`source_at`, `rows_of`), entries have rows from 0 (`entry_at`).

    Attributes:
        edition: which map this is.
        source: what it leads from.
        target: what it leads to.
        kind: what the file is, as `gem-i9`; of a map made from others, how it was made.
    """

    file: Compiled
    edition: Edition = field(init=False)
    source: MapEnd = field(init=False)
    target: MapEnd = field(init=False)
    kind: str = field(init=False)
    _about: dict[str, Any] = field(init=False)
    _starts: memoryview = field(init=False)
    _keys: memoryview | None = field(init=False)
    _spelled: dict[int, str] = field(init=False, factory=dict)
    _read_once: dict[str, Any] = field(init=False, factory=dict)

    @edition.default
    def _read_edition(self) -> Edition:
        if "map" not in self.file.header.values:
            raise CompiledFileError(
                f"{self.file.name} holds {self.file.header.system!r}, which is no crosswalk",
                file=self.file.name,
            )
        return edition_in(self.file, self.file.header.system)

    @source.default
    def _read_source(self) -> MapEnd:
        return self._end(0)

    @target.default
    def _read_target(self) -> MapEnd:
        return self._end(1)

    @kind.default
    def _read_kind(self) -> str:
        return str(self.file.header.values["map"]["kind"])

    @_about.default
    def _read_about(self) -> dict[str, Any]:
        return dict(self.file.header.values["map"])

    @_starts.default
    def _read_starts(self) -> memoryview:
        starts = self.file.column("starts")
        if len(starts) != len(self.file.column("source")) + 1:
            raise self.file.damaged("starts")
        return starts

    @_keys.default
    def _read_keys(self) -> memoryview | None:
        if "keys.sorted" not in self.file.header.sections:
            return None
        keys = self.file.column("keys.sorted")
        if not len(keys) == len(self.file.column("keys.rows")) == len(self._starts) - 1:
            raise self.file.damaged("keys")
        return keys

    def _end(self, which: int) -> MapEnd:
        try:
            name, release = self.file.header.values["map"]["ends"][which]
            _ = self.sources, self.counts, self.file.header.values["map"]["kind"]
            return MapEnd(coding_named(name), str(release))
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise unreadable_header(self.file) from error

    def once(self, name: str, read: Callable[[], V]) -> V:
        """What `read` gives, kept under `name` from the first time on."""
        try:
            return cast("V", self._read_once[name])
        except KeyError:
            return cast("V", self._read_once.setdefault(name, read()))

    def _group(self, compact: str) -> int | None:
        """The position of a source among the sources."""
        keys = self._keys
        if keys is None:
            return self.once("index", self._index).get(compact)
        if len(compact) > KEY_LENGTH or not compact.isascii():
            return None
        key = pack_key(compact)
        at = bisect_left(keys, key)
        if at == len(keys) or keys[at] != key:
            return None
        return self._group_at(at)

    def _group_at(self, at: int) -> int:
        group: int = self.file.column("keys.rows")[at]
        if group >= self.source_count:
            raise self.file.damaged("keys")
        return group

    def _index(self) -> dict[str, int]:
        """The position of each source."""
        file, column = self.file, self.file.column("source")
        offsets = file.column("text.offsets")[column[0] : column[-1] + 2] if len(column) else column
        if len(offsets) != len(column) + 1:
            return {file.text(number): group for group, number in enumerate(column)}
        # The writer puts the sources one after the other: they are read in one piece.
        start = offsets[0]
        try:
            text = str(file.column("text.bytes")[start : offsets[-1]], "ascii")
        except UnicodeDecodeError:
            return {file.text(number): group for group, number in enumerate(column)}
        places = [offset - start for offset in offsets]
        return {text[at:end]: group for group, (at, end) in enumerate(pairwise(places))}

    def _below(self, compact: str) -> tuple[int, ...]:
        """The positions of the sources that begin with a code, where codes stand below others."""
        keys = self._keys
        is_above = self.source.coding.is_header(compact) and len(compact) < KEY_LENGTH
        if keys is None or not is_above:
            return ()
        first = pack_key(compact)
        start = bisect_left(keys, first)
        end = bisect_left(keys, first + (1 << 8 * (KEY_LENGTH - len(compact))))
        return tuple(sorted(map(self._group_at, range(start, end))))

    def source_at(self, group: int) -> str:
        """The canonical source at a position, from 0."""
        return self.source.coding.spell(self.file.text(self.file.number("source", group)))

    def rows_of(self, group: int) -> range:
        """The rows of the source at a position."""
        start, end = self._starts[group], self._starts[group + 1]
        if not start <= end <= len(self.file.column("target")):
            raise self.file.damaged("starts")
        return range(start, end)

    def targets_of(self, groups: Sequence[int]) -> tuple[str, ...]:
        """The targets of the sources at positions, once each."""
        rows = (row for group in groups for row in self.rows_of(group))
        found = dict.fromkeys(map(self._target, rows))
        found.pop(None, None)
        return cast("tuple[str, ...]", tuple(found))

    def left_out_of(self, groups: Iterable[int]) -> tuple[str, ...]:
        """The rows that a restriction left out of the sources at positions, as they stand."""
        if LEFT_OUT not in self.file.header.sections:
            return ()
        rows = self.once(LEFT_OUT, lambda: self.file.json(LEFT_OUT))
        sources = (self.file.text(self.file.number("source", group)) for group in groups)
        try:
            return tuple(str(row) for source in sources for row in rows.get(source, ()))
        except (AttributeError, TypeError) as error:
            raise self.file.damaged(LEFT_OUT) from error

    def _target(self, row: int) -> str | None:
        number = self.file.number("target", row)
        spelled = self._spelled.get(number)
        if spelled is None:
            text = self.file.optional_text(number)
            if text is None:
                return None
            spelled = self._spelled[number] = self.target.coding.spell(text)
        return spelled

    def entry_at(self, row: int) -> MapEntry:
        """The entry in a row, from 0."""
        return next(self.entries_in(range(row, row + 1)))

    def entries_in(self, rows: range) -> Iterator[MapEntry]:
        """The entries in a range of rows."""
        file, group, end, source = self.file, -1, -1, ""
        columns = [file.column(name) for name in ("flags", "relationship", "line")]
        has_scenarios = "scenario" in file.header.sections
        parts = [file.column(n) for n in ("scenario", "choice_list")] if has_scenarios else ()
        name, texts = str(self._about["file"]), self.once("flags", dict[int, str])
        try:
            for row in rows:
                if not 0 <= row < end or row < self._starts[group]:
                    group = bisect_right(self._starts, row) - 1
                    end, source = self._starts[group + 1], self.source_at(group)
                flag, relationship, line = (column[row] for column in columns)
                flags = texts.get(flag)
                if flags is None:
                    flags = texts[flag] = file.text(flag)
                scenario, choice_list = (part[row] for part in parts) if parts else (0, 0)
                yield MapEntry(
                    source,
                    self._target(row),
                    RELATIONSHIPS[relationship],
                    flags,
                    scenario,
                    choice_list,
                    self._via(row),
                    self._raw(row, group, flags),
                    Place(name, line or None),
                )
        except (IndexError, ValueError) as error:
            if isinstance(error, CompiledFileError):
                raise
            raise file.damaged("entries") from error

    def _via(self, row: int) -> str | None:
        if "via" not in self.file.header.sections:
            return None
        return self.file.optional_text(self.file.number("via", row))

    def _raw(self, row: int, group: int, flags: str) -> str:
        file = self.file
        if "raw" in file.header.sections:
            return file.text(file.number("raw", row))
        exception = self.once("exceptions", self._exceptions).get(row)
        if exception is not None:
            return exception
        target = file.optional_text(file.number("target", row))
        return str(self._about["template"]).format(
            source=file.text(file.number("source", group)),
            target=self._about["no_target"] if target is None else target,
            flags=flags,
        )

    def _exceptions(self) -> dict[int, str]:
        file = self.file
        texts = map(file.text, file.column("exception.text"))
        return dict(zip(file.column("exception.row"), texts, strict=False))

    @property
    def source_count(self) -> int:
        """How many sources the map has."""
        return len(self._starts) - 1

    @property
    def entries(self) -> MapEntries:
        """All entries: those of one source together, in the order of the file."""
        return MapEntries(self, range(len(self.file.column("target"))))


@frozen(eq=False, repr=False)
class MapEntries(Sequence[MapEntry]):
    """The entries of a map, made when they are asked for."""

    _map: Rows
    _rows: range

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> MapEntry: ...
    @overload
    def __getitem__(self, place: slice) -> MapEntries: ...
    def __getitem__(self, place: int | slice) -> MapEntry | MapEntries:
        if isinstance(place, slice):
            return MapEntries(self._map, self._rows[place])
        return self._map.entry_at(self._rows[place])

    def __iter__(self) -> Iterator[MapEntry]:
        return self._map.entries_in(self._rows)

    def __repr__(self) -> str:
        return f"<MapEntries: {len(self):,}>"
