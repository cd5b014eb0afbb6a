"""A mapping from codes to code objects over one space of keys in a compiled file."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any, ClassVar, Generic, TypeVar, cast, overload

from attrs import field, frozen

from codesets.compiled.format import SAME, pack_key
from codesets.compiled.reader import Compiled
from codesets.errors import MalformedCodeError, MalformedKeyError, UnknownCodeError
from codesets.views import Code

__all__ = ["KeySpace"]

# Answers are remembered by the spelling seen. Only spellings of known codes are kept, so hostile
# input cannot fill the memory; letter case still allows many, hence the bound.
MEMORY_LIMIT = 400_000


C = TypeVar("C", bound=Code)
D = TypeVar("D")
V = TypeVar("V")


# By rows, where the views of `Mapping` look every code up again.
class _Values(ValuesView[C]):
    _mapping: KeySpace[C]

    def __iter__(self) -> Iterator[C]:
        return map(self._mapping.at, range(len(self)))


class _Items(ItemsView[str, C]):
    _mapping: KeySpace[C]

    def __iter__(self) -> Iterator[tuple[str, C]]:
        return zip(self._mapping, self._mapping.values(), strict=True)


@frozen(eq=False, repr=False)
class KeySpace(Mapping[str, C], Generic[C]):
    """An immutable mapping from canonical codes to code objects.

    `space[code]`, `in` and `get` take any common spelling; iterating gives canonical codes in the
    publisher's order.

    Attributes:
        file: the compiled file.
        space: what the names of this space's columns begin with.
    """

    space: ClassVar[str] = ""
    _INTERNAL: ClassVar[frozenset[str]] = frozenset(
        ("at", "code_at", "file", "is_same_at", "once", "remember", "row_at", "sorted_keys",
         "space", "text_at")
    )  # fmt: skip
    """Names for the modules of this package, which `dir` leaves out; each class has its own."""

    file: Compiled
    _keys: memoryview = field(init=False)
    _rows: memoryview = field(init=False)
    _seen: dict[str, C] = field(init=False, factory=dict)
    _read_once: dict[str, Any] = field(init=False, factory=dict)

    @_keys.default
    def _read_keys(self) -> memoryview:
        return self.file.column(f"{self.space}keys.sorted")

    @_rows.default
    def _read_rows(self) -> memoryview:
        rows = self.file.column(f"{self.space}keys.rows")
        if not len(rows) == len(self._keys) == len(self.file.column(f"{self.space}keys")):
            raise self.file.damaged("keys")
        return rows

    def __dir__(self) -> list[str]:
        internal = {name for kind in type(self).__mro__ for name in vars(kind).get("_INTERNAL", ())}
        return [name for name in super().__dir__() if name not in internal]

    # What a room says of its codes.

    @abstractmethod
    def _normalize(self, text: object) -> str:
        """The canonical spelling, or `MalformedCodeError`."""

    @abstractmethod
    def _compact(self, code: str) -> str:
        """The spelling of a canonical code under which the file keeps it."""

    @abstractmethod
    def _canonical(self, row: int) -> str:
        """The canonical code of a row."""

    def _spelled(self, compact: list[str]) -> list[str]:
        """The canonical spellings of compact codes."""
        return compact

    @abstractmethod
    def _view(self, row: int, code: str) -> C:
        """The code object of a row."""

    @abstractmethod
    def _unknown(self, text: object) -> UnknownCodeError:
        """The error for a text that names no code."""

    def _no_code(
        self, message: str, text: object, *, release: str, system: str
    ) -> UnknownCodeError:
        """The error for a text that names no code, be it that it cannot be one."""
        try:
            self._normalize(text)
        except MalformedCodeError:
            return MalformedKeyError(message, code=text, release=release, system=system)
        return UnknownCodeError(message, code=text, release=release)

    # The mapping.

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def values(self) -> ValuesView[C]:
        """The code objects, in the publisher's order."""
        return _Values(self)

    def items(self) -> ItemsView[str, C]:
        """Canonical codes and code objects, in the publisher's order."""
        return _Items(self)

    @property
    def codes(self) -> tuple[str, ...]:
        """All canonical codes in the publisher's order, made at first use and kept."""

        def read() -> tuple[str, ...]:
            text = str(self.file.column(f"{self.space}codes"), "ascii", "replace")
            codes = tuple(self._spelled(text.split("\n"))) if text else ()
            if len(codes) != len(self):
                raise self.file.damaged("codes")
            return codes

        return self.once("codes", read)

    def at(self, row: int) -> C:
        """The code object at a position in the publisher's order, from 0.

        Raises:
            IndexError: there is no such position.
        """
        return self._view_of(row, self.code_at(row))

    def code_at(self, row: int) -> str:
        """The canonical code at a position in the publisher's order, from 0.

        Raises:
            IndexError: there is no such position.
        """
        if not 0 <= row < len(self):
            raise IndexError(f"{row} of {len(self)} codes")
        return self._canonical(row)

    def _view_of(self, row: int, code: str) -> C:
        """The code object of a row whose canonical code is known."""
        return self._seen.get(code) or self._view(row, code)

    def __contains__(self, text: object) -> bool:
        try:
            if text in self._seen:
                return True
        except Exception:  # no key of a dictionary, or at fault itself: no code
            return False
        return self._find(text) is not None

    def __getitem__(self, text: str) -> C:
        try:
            return self._seen[text]
        except Exception:  # unknown, no key of a dictionary, or at fault itself
            pass
        code = self._find(text)
        if code is None:
            raise self._unknown(text)
        return code

    @overload
    def get(self, text: object, default: None = None) -> C | None: ...
    @overload
    def get(self, text: object, default: D) -> C | D: ...
    def get(self, text: object, default: D | None = None) -> C | D | None:
        """The code object for any common spelling, or `default`; never raises for bad spellings."""
        try:
            return self._seen[text]  # type: ignore[index]
        except Exception:  # unknown, no key of a dictionary, or at fault itself
            pass
        code = self._find(text)
        return default if code is None else code

    def _find(self, text: object) -> C | None:
        """The code object for a spelling, remembered under that spelling."""
        try:
            code = self._normalize(text)
        except MalformedCodeError:
            return None
        row = self._row(self._compact(code))
        if row is None:
            return None
        seen = self._seen.get(code)
        if seen is None:
            seen = self._seen[code] = self._view(row, code)
        self.remember(self._seen, text, seen)
        return seen

    @staticmethod
    def remember(memory: dict[str, Any], text: object, answer: Any) -> None:
        """Keep an answer under the spelling that asked for it."""
        # Spellings with blanks around them have no bound, so they are not remembered.
        if type(text) is str and len(text) <= 8:
            if len(memory) >= MEMORY_LIMIT:
                memory.clear()
            memory[text] = answer

    def _row(self, compact: str) -> int | None:
        """The row of a compact code, by binary search."""
        key = pack_key(compact)
        keys = self._keys
        place = bisect_left(keys, key)
        if place == len(keys) or keys[place] != key:
            return None
        return self.row_at(place)

    # Reading the columns.

    @property
    def sorted_keys(self) -> tuple[memoryview, memoryview]:
        """The packed keys in ascending order, and the row of each."""
        return self._keys, self._rows

    def row_at(self, place: int) -> int:
        """The row of the key at a place of `sorted_keys`."""
        row: int = self._rows[place]
        if row >= len(self._keys):
            raise self.file.damaged("keys")
        return row

    def once(self, name: str, read: Callable[[], V]) -> V:
        """What `read` gives, kept under `name` from the first time on; the file never changes."""
        try:
            return cast("V", self._read_once[name])
        except KeyError:
            return cast("V", self._read_once.setdefault(name, read()))

    def is_same_at(self, name: str, row: int) -> bool:
        """True if the column `name` says at `row` that the text is another column's."""
        return name in self.file.header.sections and self.file.number(name, row) == SAME

    def text_at(self, name: str, row: int) -> str | None:
        """The text whose number stands in the column `name` at `row`; None if none does.

        A release has no column for what its sources do not give.
        """
        if name not in self.file.header.sections:
            return None
        return self.file.optional_text(self.file.number(name, row))
