"""The ranges of a map of the conversion table, filled in from the releases before each change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from codesets.crosswalk.conversion.as_map import KIND
from codesets.crosswalk.conversion.grammar import Term, read_previous
from codesets.crosswalk.derive import Made
from codesets.crosswalk.entries import MapEntry
from codesets.crosswalk.held import held
from codesets.errors import CrosswalkError, ReleaseNotFoundError
from codesets.release import Release

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk

__all__ = ["Timeline", "resolve"]


class Timeline(Protocol):
    """What knows the release in force on a day, as `codesets.history` does."""

    def on(self, day: date) -> Release[Any]:
        """The release; raises `ReleaseNotFoundError` where it is not at hand."""


def resolve(crosswalk: Crosswalk, releases: tuple[Release[Any] | Timeline, ...]) -> bytes:
    """The compiled map with an entry for each code of a range, see `Crosswalk.resolved`.

    Raises:
        CrosswalkError: the map is not that of a conversion table, or a release is of another
            system.
    """
    if crosswalk.kind != KIND:
        raise CrosswalkError(
            f"only the map of a conversion table names codes by ranges, and this one is"
            f" {crosswalk.kind!r}; resolve it before other maps are made of it"
        )
    made, old = Made(), _OldCodes(crosswalk, releases)
    compact = crosswalk.source.coding.compact
    for _, row in groupby(crosswalk.entries, key=lambda entry: (entry.source, entry.place)):
        for entry, term in _with_terms(list(row)):
            listed = () if term is None or entry.target else old.of(term, entry.flags)
            part = (entry.scenario, entry.choice_list)
            for target in listed or (entry.target,):
                wanted = None if target is None else compact(target)
                made.add(compact(entry.source), wanted, entry.relationship, entry, part=part)
    ends = (crosswalk.source, crosswalk.target)
    return made.compiled("resolved", ends, crosswalk.entries[0].place.file, [crosswalk])


def _with_terms(row: list[MapEntry]) -> Iterator[tuple[MapEntry, Term | None]]:
    """The entries of one row of the table, each with the term that it was made of."""
    terms = read_previous(row[0].raw).terms or (None,)
    return zip(row, terms, strict=True)


class _OldCodes:
    """The billable codes of the releases before the changes."""

    def __init__(self, crosswalk: Crosswalk, releases: tuple[Release[Any] | Timeline, ...]) -> None:
        self._target = crosswalk.target
        self._releases = releases
        self._of_day: dict[str, dict[str, list[str]]] = {}
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, term: Term, effective: str) -> tuple[str, ...]:
        """The codes that a term covers on the day before a change; none if nothing tells them."""
        key = (term.text, effective)
        if key not in self._found:
            first, last = term.first[:3], (term.last or term.first)[:3]
            categories = self._categories(effective)
            codes = (c for name in categories if first <= name <= last for c in categories[name])
            self._found[key] = term.expand(codes)
        return self._found[key]

    def _categories(self, effective: str) -> dict[str, list[str]]:
        """The billable codes of the day before a change, by category."""
        if effective not in self._of_day:
            found = self._of_day.setdefault(effective, {})
            release = self._on(date.fromisoformat(effective) - timedelta(days=1))
            for code in () if release is None else held(release, self._target).usable:
                found.setdefault(code[:3], []).append(code)
        return self._of_day[effective]

    def _on(self, day: date) -> Release[Any] | None:
        for each in self._releases:
            if not isinstance(each, Release):
                try:
                    return each.on(day)
                except ReleaseNotFoundError:
                    continue
            if each.edition.is_in_force(day):
                return each
        return None
