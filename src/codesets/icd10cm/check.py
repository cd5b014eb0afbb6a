"""Whether a text is a billable code of a release, why not, and what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from codesets.arguments import quoted
from codesets.errors import MalformedCodeError
from codesets.findings import Finding, Header, Malformed, NotInRelease, Valid
from codesets.icd10cm.code import (
    CATEGORY_LENGTH,
    FULL_LENGTH,
    PLACEHOLDER,
    dotted,
    normalize,
    syntax_problem,
)
from codesets.icd10cm.layout import EXCLUSIONS
from codesets.spelling import ALPHABET, SUGGESTIONS, one_edit
from codesets.system import could_be

if TYPE_CHECKING:
    from codesets.icd10cm.release import Icd10cmRelease

__all__ = ["check", "explain"]

_SEVENTH = (
    "the seventh character stands in the seventh place, and X fills the places before it"
    " (ICD-10-CM Official Guidelines, I.A.5)"
)


def check(release: Icd10cmRelease, text: object) -> tuple[Finding, bool]:
    """The finding on a text, and whether the text is a spelling of a known code."""
    edition = release.edition
    try:
        canonical = normalize(text)
    except MalformedCodeError:
        if not isinstance(text, str):
            problem = f"a text is wanted, not {type(text).__name__}"
            return Malformed(quoted(text), edition, release, problem, is_text=False), False
        forms = could_be(text, besides=release.system.title)
        return Malformed(text, edition, release, syntax_problem(text), forms), False
    spelling = cast("str", text)
    code = release.get(spelling)
    if code is None:
        forms = could_be(text, besides=release.system.title)
        return NotInRelease(spelling, edition, release, canonical, forms), False
    finding = Valid if code.is_billable else Header
    return finding(spelling, edition, code), True


def explain(text: str, has: Callable[[str], bool], year: int | None) -> tuple[str, tuple[str, ...]]:
    """What may be wrong with a text that names no code.

    Args:
        text: the text as asked.
        has: whether a compact code stands in the release.
        year: the release's year.

    Returns:
        Words for the reason (empty if there are none), and canonical codes that may have been
        meant, best first.
    """
    if not text.isascii() or len(text) > 2 * FULL_LENGTH:
        return "", ()
    core = re.sub(r"[^0-9A-Z]", "", text.upper())
    if re.search(r"[0-9A-Z]\s*-\s*[0-9A-Z]", text.upper()):
        return "", ()  # a range
    if has(core):
        return "", (dotted(core),)
    for rule in EXCLUSIONS:
        if rule.excludes(core, year) and has(core[:-1]):
            allowed = [core[:-1] + char for char in ALPHABET if has(core[:-1] + char)]
            return f"excluded by the note: {rule.source}", tuple(map(dotted, allowed))
    padded = _with_placeholders(core)
    if padded and has(padded):
        return _SEVENTH, (dotted(padded),)
    if not CATEGORY_LENGTH - 1 <= len(core) <= FULL_LENGTH + 1:
        return "", ()
    near = dict.fromkeys(code for code in one_edit(core) if has(code))
    return "", tuple(map(dotted, list(near)[:SUGGESTIONS]))


def _with_placeholders(core: str) -> str:
    """The code that the last character makes of the rest as the seventh; empty if none."""
    stem = core[:-1].rstrip(PLACEHOLDER)
    if not CATEGORY_LENGTH <= len(stem) < FULL_LENGTH:
        return ""
    return stem.ljust(FULL_LENGTH - 1, PLACEHOLDER) + core[-1]
