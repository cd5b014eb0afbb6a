"""One code from release to release, and a list of codes likewise.

A step is taken by itself only where it is one to one: the old code ended, exactly one new code
names it, that code names only it, and nothing else that may be used stands under it. Everything
else is an open choice and returned as such. The conversion table says which old code a new one came
from; read the other way round it offers candidates, and the evidence says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from codesets.arguments import quoted, several
from codesets.errors import MalformedCodeError, UnknownCodeError
from codesets.tracing.results import Migration, Outcome, Step, Trace
from codesets.tracing.ways import End, Ways, label, ways_between

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable

__all__ = ["Migration", "Outcome", "Step", "Trace", "migrate", "trace"]


def trace(
    code: str,
    start: End,
    end: End,
    *,
    system: str | None = None,
    table: ConversionTable | None = None,
) -> Trace:
    """What became of a code from one release to another; backward, what it was before.

    The way goes through all releases at hand. Where one that is given is not among them, or a table
    is given, it goes from the one given to the other alone.

    Args:
        code: a code (HCPCS: or modifier) in any common spelling.
        start: name of the edition that has the code, its release, or a day.
        end: name of the edition to come to, its release, or a day; may be an earlier one.
        system: short name of the system; None to find it by look-up, among those that have both
            editions at hand.
        table: the conversion table to read; None for the newest at hand.

    Returns:
        The way, with the evidence for each step. It ends where somebody has to choose.

    Raises:
        UnknownCodeError: `start` has no such code.
        EditionError: there is no such edition, or the two are of different systems, or one was
            never in force; or a code is one of several code sets, and nothing says which is meant.
        ReleaseNotFoundError: a release of one of the two is not at hand.

    Example:
        >>> import codesets
        >>> codesets.trace("e119", "2026-april", "2026-april").outcome
        <Outcome.UNCHANGED: 'unchanged'>
    """
    found = ways_between(start, end, system, table).of(code).trace(code)
    if found.outcome is Outcome.UNKNOWN:
        raise UnknownCodeError(found.reason, code=code, release=found.start)
    return found


def migrate(
    codes: Iterable[str],
    start: End,
    end: End,
    *,
    system: str | None = None,
    table: ConversionTable | None = None,
) -> Migration:
    """What became of the codes of a list, each as `trace` tells it.

    Args:
        codes: codes (HCPCS: or modifiers) in any common spelling; what is none is in the answer as
            `unknown`.
        start: name of the edition that the list was made for, its release, or a day.
        end: name of the edition to come to, its release, or a day.
        system: short name of the system; None to find it by look-up, among those that have both
            editions at hand.
        table: the conversion table to read; None for the newest at hand.

    Raises:
        EditionError: there is no such edition, or the two are of different systems, or one was
            never in force; or a code is one of several code sets, and nothing says which is meant.
        ReleaseNotFoundError: a release of one of the two is not at hand.
        ArgumentTypeError: `codes` is one text, not a list.
    """
    several(codes, "codes")
    ways = ways_between(start, end, system, table)
    return Migration(_one(ways, code) for code in codes)


def _one(ways: Ways, code: Any) -> Trace:
    try:
        return ways.of(code).trace(code)
    except (UnknownCodeError, MalformedCodeError) as error:
        system = next(iter(ways.pasts)) if len(ways.pasts) == 1 else ""
        ends = label(ways.start), label(ways.end)
        text = code if isinstance(code, str) else quoted(code)
        return Trace(system, text, *ends, Outcome.UNKNOWN, (), (), error.message)
