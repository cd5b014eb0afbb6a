"""One code from release to release, and a list of codes likewise.

A step is taken by itself only where it is one to one: the old code ended, exactly one new code
names it, that code names only it, and nothing else that may be used stands under it. Everything
else is an open choice and returned as such. The conversion table says which old code a new one came
from; read the other way round it offers candidates, and the evidence says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from codesets._edition import as_day
from codesets.arguments import quoted, several
from codesets.errors import EditionError, MalformedCodeError, ReleaseNotFoundError, UnknownCodeError
from codesets.release import Release
from codesets.timeline import history
from codesets.tracing.by_reference import HcpcsWalker
from codesets.tracing.by_table import Icd10cmWalker
from codesets.tracing.results import Migration, Outcome, Step, Trace

if TYPE_CHECKING:
    from codesets.timeline.past import Past
    from codesets.tracing.walking import Walker

__all__ = ["Migration", "Outcome", "Step", "Trace", "migrate", "trace"]

_WALKERS: dict[str, type[Icd10cmWalker] | type[HcpcsWalker]] = {
    "hcpcs": HcpcsWalker,
    "icd10cm": Icd10cmWalker,
}

End = str | date | Release[Any]


def trace(code: str, start: End, end: End, *, system: str | None = None) -> Trace:
    """What became of a code from one release to another; backward, what it was before.

    Args:
        code: a code in any common spelling.
        start: name of the edition that has the code, its release, or a day.
        end: name of the edition to come to, its release, or a day; may be an earlier one.
        system: short name of the system, where neither is a release; None for ICD-10-CM.

    Returns:
        The way, with the evidence for each step. It ends where somebody has to choose.

    Raises:
        UnknownCodeError: `start` has no such code.
        EditionError: there is no such edition, or the two are of different systems, or one was
            never in force.
        ReleaseNotFoundError: a release of one of the two is not at hand.

    Example:
        >>> import codesets
        >>> codesets.trace("e119", "2026-april", "2026-april").outcome
        <Outcome.UNCHANGED: 'unchanged'>
    """
    walker = _walker(start, end, system)
    found = walker.trace(code)
    if found.outcome is Outcome.UNKNOWN:
        raise UnknownCodeError(found.reason, code=code, release=found.start)
    return found


def migrate(codes: Iterable[str], start: End, end: End, *, system: str | None = None) -> Migration:
    """What became of the codes of a list, each as `trace` tells it.

    Args:
        codes: codes in any common spelling; what is none is in the answer as `unknown`.
        start: name of the edition that the list was made for, its release, or a day.
        end: name of the edition to come to, its release, or a day.
        system: short name of the system, where neither is a release; None for ICD-10-CM.

    Raises:
        EditionError: there is no such edition, or the two are of different systems, or one was
            never in force.
        ReleaseNotFoundError: a release of one of the two is not at hand.
        ArgumentTypeError: `codes` is one text, not a list.
    """
    several(codes, "codes")
    walker = _walker(start, end, system)
    return Migration(_one(walker, code) for code in codes)


def _one(walker: Walker, code: Any) -> Trace:
    try:
        return walker.trace(code)
    except (UnknownCodeError, MalformedCodeError) as error:
        start, end, name = walker.start[0], walker.end[0], walker.past.system_name
        text = code if isinstance(code, str) else quoted(code)
        return Trace(name, text, start, end, Outcome.UNKNOWN, (), (), error.message)


def _walker(start: End, end: End, system: str | None) -> Walker:
    named = {each.system.name for each in (start, end) if isinstance(each, Release)}
    named |= {system} if system is not None else set()
    if len(named) > 1:
        raise EditionError(
            f"one code set at a time, not {' and '.join(sorted(named))}", system="", name=""
        )
    past = history(named.pop() if named else "icd10cm")
    return _WALKERS[past.system_name](past, _day(past, start), _day(past, end))


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
            f"no {past.system} release {name!r} at hand (at hand: {there}); codesets install"
            f" {past.system_name} {name} gets one",
            system=past.system_name,
            wanted=name,
        )
    if edition.effective_from is None:
        message = f"{edition} was never in force: a draft cannot be traced"
        raise EditionError(message, system=past.system_name, name=name)
    return edition.name, edition.effective_from
