"""Which code set a code is traced in, the one named or by look-up; and the ends of its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from codesets import shelf
from codesets._edition import Edition, as_day
from codesets.compiled.reader import read_header
from codesets.editions import edition, how_to_get
from codesets.errors import CompiledFileError, EditionError, ReleaseNotFoundError, UnknownCodeError
from codesets.release import Release
from codesets.timeline import history
from codesets.timeline.given import past_of
from codesets.tracing.by_reference import HcpcsWalker
from codesets.tracing.by_table import Icd10cmWalker

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable
    from codesets.timeline.past import Past
    from codesets.tracing.walking import Walker

__all__ = ["End", "Ways", "label", "ways_between"]

_WALKERS: dict[str, type[Icd10cmWalker] | type[HcpcsWalker]] = {
    "hcpcs": HcpcsWalker,
    "icd10cm": Icd10cmWalker,
}

End = str | date | Release[Any]


@frozen
class Ways:
    """The ways from one end to the other, in each code set that may be meant."""

    start: End
    end: End
    table: ConversionTable | None
    pasts: Mapping[str, Past]
    _walkers: dict[tuple[str, str], Walker] = field(init=False, factory=dict)

    def of(self, code: object) -> Walker:
        """What walks the way of a code, in the code set that has it.

        Raises:
            UnknownCodeError: none of several code sets has it.
            EditionError: more than one has it; or an end was never in force.
            ReleaseNotFoundError: no release at hand speaks for an end.
        """
        having = [space for space in self._spaces() if code in space]
        if len(having) > 1:
            titles = " and of ".join(space.system.title for space in having)
            names = " or ".join(space.system_name for space in having)
            raise EditionError(
                f"{code} is a code of {titles}; say which code set is meant (system): {names}",
                system="",
                name="",
            )
        if having or len(self.pasts) == 1:
            return self._walker(next(iter(having or self.pasts.values())))
        titles = " or ".join(past.system.title for past in self.pasts.values())
        raise UnknownCodeError(
            f"{code!r} was never a code of {titles} in the releases at hand", code=code, release=""
        )

    def _spaces(self) -> Iterator[Past]:
        """The key spaces: of HCPCS codes and modifiers."""
        for past in self.pasts.values():
            yield past
            modifiers: Past | None = getattr(past, "modifiers", None)
            if modifiers is not None:
                yield modifiers

    def _walker(self, past: Past) -> Walker:
        key = (past.system_name, past.space)
        if key not in self._walkers:
            ends = _day(past, self.start), _day(past, self.end)
            self._walkers[key] = _WALKERS[past.system_name](past, *ends, self.table)
        return self._walkers[key]


def ways_between(start: End, end: End, system: str | None, table: ConversionTable | None) -> Ways:
    """The ways between two ends.

    Raises:
        EditionError: the ends are of different systems, there is no such system, or one was never
            in force.
        ReleaseNotFoundError: no code set has the editions named at hand.
    """
    given = [each for each in (start, end) if isinstance(each, Release)]
    named = {each.system.name for each in given} | ({system} if system is not None else set())
    if len(named) > 1:
        raise EditionError(
            f"one code set at a time, not {' and '.join(sorted(named))}", system="", name=""
        )
    if table is not None:
        named.add("icd10cm")  # whose table it is
    names = tuple(named) or _systems_of([each for each in (start, end) if isinstance(each, str)])
    if table is None and all(map(_is_at_hand, given)):
        return Ways(start, end, table, {name: history(name) for name in names})
    (name,) = names
    past = _past_between(_release(name, start), _release(name, end), table)
    return Ways(start, end, table, {name: past})


def label(end: End) -> str:
    """The name of an edition, or a day."""
    if isinstance(end, date):
        return as_day(end).isoformat()
    return end.edition.name if isinstance(end, Release) else end


def _systems_of(editions: list[str]) -> tuple[str, ...]:
    """The code sets that have editions of these names at hand, else the one that they speak of.

    Raises:
        ReleaseNotFoundError: there is none.
    """
    having = shelf.systems_with(editions, _WALKERS)
    if having:
        return having
    named = tuple(name for name in _WALKERS if all(_is_edition(name, each) for each in editions))
    partly = {name for each in editions for name in shelf.systems_with([each], _WALKERS)}
    for theirs in (named, tuple(partly)):
        if len(theirs) == 1:
            return theirs
    there = [f"{each.system} {each.edition}" for each in shelf.entries() if each.system in _WALKERS]
    raise ReleaseNotFoundError(
        f"no code set has {' and '.join(editions) or 'a release'} at hand (at hand:"
        f" {', '.join(there) or 'none'}); codesets install gets releases",
        system="",
        wanted=next(iter(editions), None),
    )


def _is_edition(system: str, name: str) -> bool:
    try:
        edition(system, name)
    except EditionError:
        return False
    return True


def _is_at_hand(release: Release[Any]) -> bool:
    """True if the shelf has just that release: an edition's name alone may stand for another."""
    try:
        entry = shelf.find(release.system.name, release.edition.name)
        header = read_header(entry.path)
    except (ReleaseNotFoundError, CompiledFileError):
        return False
    mine = release.file.header.content_sha256
    return entry.sources == release.sources and header.content_sha256 == mine


def _release(system: str, end: End) -> Release[Any]:
    if isinstance(end, Release):
        return end
    past = history(system)
    if isinstance(end, date):
        return past.on(_day(past, end)[1])
    return past.release(_day(past, end)[0])


def _past_between(start: Release[Any], end: Release[Any], table: ConversionTable | None) -> Past:
    """The past as two releases tell it."""
    for each in (start, end):
        _check_dated(each.edition)
    if start.edition.name == end.edition.name and start != end:
        raise EditionError(
            f"both are {start.edition}: no code has a way between two releases of one edition",
            system=start.system.name,
            name=start.edition.name,
        )
    return past_of((start, end), table)


def _check_dated(edition: Edition) -> None:
    if edition.effective_from is not None:
        return
    told = f"{edition} was never in force: a draft cannot be traced"
    if not edition.is_named:
        told = "an edition that is not recognised has no days: say which it is to trace its codes"
    raise EditionError(told, system=edition.system, name=edition.name)


def _day(past: Past, end: End) -> tuple[str, date]:
    """The name of an edition and its first day in force; a day and itself."""
    if isinstance(end, date):
        day = as_day(end)
        if past.system_name == "icd10cm" or day > past.last_day:
            past.on(day)  # raises where no release at hand is in force
        return day.isoformat(), day
    name = end.edition.name if isinstance(end, Release) else end
    edition = next((each for each in past.editions if each.name == name), None)
    if edition is None:
        there = ", ".join(past.paths)
        raise ReleaseNotFoundError(
            f"no {past.system} release {name!r} at hand (at hand: {there});"
            f" {how_to_get(past.system_name, name)}",
            system=past.system_name,
            wanted=name,
        )
    _check_dated(edition)
    return edition.name, edition.effective_from or date.min
