"""Whether a text is a HCPCS code that may be used on a day, why not, and what may be meant."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, cast

from codesets.arguments import quoted
from codesets.errors import MalformedCodeError
from codesets.findings import (
    Finding,
    Malformed,
    NotInRelease,
    NotYetAdded,
    Terminated,
    Valid,
)
from codesets.hcpcs.code import CODE_LENGTH, normalize, normalize_modifier, syntax_problem
from codesets.hcpcs.references import ReferenceKind, cross_reference
from codesets.spelling import SUGGESTIONS, one_edit
from codesets.system import ICD10CM, could_be

if TYPE_CHECKING:
    from codesets.hcpcs.release import HcpcsRelease
    from codesets.hcpcs.views import HcpcsEntry

__all__ = ["check", "check_entry", "check_modifier", "explain"]

_FOREIGN = frozenset(("CPT", "CDT", "NDC"))
_LONGEST = 16
"""Longer texts are no mistyped codes."""


def check(release: HcpcsRelease, text: object, on: date | None) -> tuple[Finding, bool]:
    """The finding on a text, and whether the text is a spelling of a known code.

    Args:
        release: the release asked.
        text: anything.
        on: the day asked for; None for the edition's first day.
    """
    if isinstance(text, str) and text in release:
        return check_entry(release[text], text, on), True
    edition = release.edition
    try:
        canonical = normalize(text)
    except MalformedCodeError:
        if not isinstance(text, str):
            problem = f"a text is wanted, not {type(text).__name__}"
            return Malformed(quoted(text), edition, release, problem, is_text=False), False
        forms = could_be(text, besides=release.system.title)
        return Malformed(text, edition, release, syntax_problem(text), forms), False
    forms = could_be(text, besides=release.system.title)
    return NotInRelease(cast("str", text), edition, release, canonical, forms), False


def check_modifier(release: HcpcsRelease, text: object, on: date | None) -> Finding:
    """The finding on a text that is asked about as a modifier.

    Args:
        release: the release asked.
        text: anything.
        on: the day asked for; None for the edition's first day.
    """
    edition = release.edition
    if not isinstance(text, str):
        problem = f"a text is wanted, not {type(text).__name__}"
        return Malformed(quoted(text), edition, release, problem, is_text=False)
    modifier = release.modifiers.get(text)
    if modifier is not None:
        return check_entry(modifier, text, on)
    try:
        canonical = normalize_modifier(text)
    except MalformedCodeError:
        problem = syntax_problem(text, is_modifier=True)
        return Malformed(text, edition, release, problem, is_text=False)
    # What else the text could be, the release tells of codes only.
    return NotInRelease(text, edition, release, canonical, is_text=False)


def check_entry(entry: HcpcsEntry, text: str, on: date | None) -> Finding:
    """Valid from code added date to termination date, both inclusive (fields 27 and 29).

    Args:
        entry: the code or modifier.
        text: the text that asked for it.
        on: the day asked for; None for the edition's first day.
    """
    release = entry.release
    day, added, ended = on or release.first_day, entry.added_on, entry.terminated_on
    if day is not None and added is not None and day < added:
        return NotYetAdded(text, release.edition, entry, day, added)
    if ended is not None and (day is None or day > ended):
        return Terminated(text, release.edition, entry, day, ended, _successors(entry))
    return Valid(text, release.edition, entry, on)


def _successors(code: HcpcsEntry) -> tuple[str, ...]:
    reference = cross_reference(code)
    if reference is None or reference.kind is not ReferenceKind.REPLACED_BY:
        return ()
    return tuple(target.code for target in reference.targets)


def explain(release: HcpcsRelease, text: str) -> tuple[str, tuple[str, ...]]:
    """Words for why a text names no code, and canonical codes that may have been meant."""
    plain = text.strip().upper()
    if not text.isascii() or len(plain) > _LONGEST:
        return "", ()
    modifier = release.modifiers.get(plain)
    if modifier is not None:
        return f"{plain} is a modifier: {modifier.display}", ()
    # Codes of other systems are named, never guessed at. Nearly every mistyped code has the form
    # of an ICD-10-CM code; what speaks for that system is the dot at its place.
    forms = could_be(plain, besides=release.system.title)
    if ("." in plain[:-1] and ICD10CM.title in forms) or not _FOREIGN.isdisjoint(forms):
        return "", ()
    core = re.sub(r"[^0-9A-Z]", "", plain)
    if core in release:
        return "", (core,)
    if not CODE_LENGTH - 1 <= len(core) <= CODE_LENGTH + 1:
        return "", ()
    near = dict.fromkeys(code for code in one_edit(core) if code in release)
    return "", tuple(near)[:SUGGESTIONS]
