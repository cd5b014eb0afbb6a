"""What a map says of one code: no map, alternatives, or scenarios of choice lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from codesets.crosswalk.entries import MapEntry
from codesets.errors import CrosswalkError

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk

__all__ = ["Scenario", "Translation"]


@frozen
class Scenario:
    """One way to say a code by several codes of the other system together.

    Attributes:
        source: the code that is translated; of a header, the leaf that this is a scenario of.
        number: its number in the file.
        choice_lists: for each part its alternatives; a full translation has one of each.
    """

    source: str
    number: int
    choice_lists: tuple[tuple[MapEntry, ...], ...]

    def expand(self) -> Iterator[tuple[str, ...]]:
        """All full translations of this scenario, lazily; each has one target a choice list.

        Raises:
            CrosswalkError: a choice list has codes that the map does not list (`unresolved`).
        """
        _refuse_unlisted(self.source, (entry for each in self.choice_lists for entry in each))
        lists = [
            list(dict.fromkeys(entry.target for entry in choices if entry.target is not None))
            for choices in self.choice_lists
        ]
        return product(*lists)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "source": self.source,
            "scenario": self.number,
            "choice_lists": [[entry.target for entry in each] for each in self.choice_lists],
        }


@frozen(slots=False, eq=False, repr=False)
class Translation:
    """What a map says of one code. True if it names a target.

    Attributes:
        code: the code asked, canonical where it has the form of one.
        is_header: the map does not have the code, but codes below it: their entries speak for it.
    """

    _map: Crosswalk = field(repr=False)
    code: str
    is_header: bool
    _groups: tuple[int, ...]

    @property
    def is_in_map(self) -> bool:
        """Whether the map says anything of the code, or of codes below it."""
        return bool(self._groups)

    @property
    def sources(self) -> tuple[str, ...]:
        """The codes that speak: the code itself, or of a header the leaves below it."""
        return tuple(map(self._map.source_at, self._groups))

    @cached_property
    def entries(self) -> tuple[MapEntry, ...]:
        """All rows of the map, in its order."""
        ranges = map(self._map.rows_of, self._groups)
        return tuple(entry for rows in ranges for entry in self._map.entries_in(rows))

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """All targets that are named, once each, in the order of the map.

        Those that make a translation only together with others are among them: see `scenarios`.
        """
        return self._map.targets_of(self._groups)

    @property
    def alternatives(self) -> tuple[MapEntry, ...]:
        """The entries whose target is a full translation by itself."""
        return tuple(e for e in self.entries if e.target is not None and not e.is_combination)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios: targets that make a full translation together."""
        found: dict[tuple[str, int], dict[int, list[MapEntry]]] = {}
        for entry in self.entries:
            if entry.is_combination:
                lists = found.setdefault((entry.source, entry.scenario), {})
                lists.setdefault(entry.choice_list, []).append(entry)
        return tuple(
            Scenario(source, number, tuple(tuple(lists[each]) for each in sorted(lists)))
            for (source, number), lists in found.items()
        )

    @property
    def unresolved(self) -> tuple[MapEntry, ...]:
        """Entries that name codes by a range, which only a release can list."""
        return tuple(entry for entry in self.entries if entry.is_unresolved)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The rows, as they stand, that are missing here because the map was restricted.

        Their target may not be used, or they belong to a scenario with a choice list of which no
        target may: that can be fulfilled no more.
        """
        return self._map.left_out_of(self._groups)

    @property
    def is_exact(self) -> bool:
        """Every entry says that source and target are equivalent."""
        return bool(self.entries) and all(entry.is_exact for entry in self.entries)

    @property
    def is_approximate(self) -> bool:
        """There are targets, and not all of them are equivalent to the source."""
        return bool(self.targets) and not self.is_exact

    @property
    def is_no_map(self) -> bool:
        """The map says that there is no target; it is silent of codes that are not in it."""
        return bool(self.entries) and all(entry.is_no_map for entry in self.entries)

    def expand(self) -> Iterator[tuple[str, ...]]:
        """Every full translation, lazily: single targets, then each combination of each scenario.

        A code may have hundreds, and nothing says which of them a patient had.

        Raises:
            CrosswalkError: the map names codes that it does not list (`unresolved`), so that it
                cannot say every translation; `Crosswalk.resolved` lists those of ranges.
        """
        _refuse_unlisted(self.code, self.entries)
        return self._expanded()

    def _expanded(self) -> Iterator[tuple[str, ...]]:
        for target in dict.fromkeys(entry.target for entry in self.alternatives):
            assert target is not None
            yield (target,)
        for scenario in self.scenarios:
            yield from scenario.expand()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "code": self.code,
            "source": str(self._map.source),
            "target": str(self._map.target),
            "in_map": self.is_in_map,
            "header": self.is_header,
            "sources": list(self.sources),
            "targets": list(self.targets),
            "exact": self.is_exact,
            "approximate": self.is_approximate,
            "no_map": self.is_no_map,
            "scenarios": [scenario.to_dict() for scenario in self.scenarios],
            "entries": [entry.to_dict() for entry in self.entries],
            "left_out": list(self.left_out),
        }

    def __bool__(self) -> bool:
        return bool(self.targets)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Translation):
            return NotImplemented
        return self.code == other.code and self._map == other._map

    def __hash__(self) -> int:
        return hash((self.code, self._map))

    def __repr__(self) -> str:
        shown = ", ".join(self.targets[:4]) + (", …" if len(self.targets) > 4 else "")
        if self.is_header:
            what = f"{shown} (header of {len(self._groups)} codes)"
        elif self.is_no_map:
            what = "no map"
        else:
            what = shown or ("no target" if self.is_in_map else "not in the map")
        less = f" ({len(self.left_out):,} left out)" if self.left_out else ""
        return f"<Translation {self.code}: {what}{less}>"


def _refuse_unlisted(code: str, entries: Iterable[MapEntry]) -> None:
    unlisted = dict.fromkeys(entry.raw.strip() for entry in entries if entry.is_unresolved)
    if unlisted:
        raise CrosswalkError(
            f"the translations of {code} cannot all be told: {'; '.join(map(repr, unlisted))} names"
            " codes that the map does not list (resolved() fills in ranges of the conversion table)"
        )
