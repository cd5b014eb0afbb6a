"""The syntax of HCPCS Level II codes and of their modifiers.

A code is a letter from A to V and four digits: "Level II alphanumeric procedure and modifier codes
comprise the A to V range" (README of the annual files). It has no dot. A modifier is two
characters, a letter first; the record layout (field 4) keeps "2 position numeric codes" for CPT.
Codes and modifiers are two key spaces and never share a spelling.
"""

from __future__ import annotations

import re

from attrs import frozen

from codesets.arguments import quoted
from codesets.errors import MalformedCodeError
from codesets.system import HCPCS

__all__ = [
    "CODE_LENGTH",
    "is_well_formed",
    "is_well_formed_modifier",
    "normalize",
    "normalize_modifier",
    "syntax_problem",
]


CODE_LENGTH = 5
"""Characters of a code."""


@frozen
class _Form:
    """One of the two spellings: what it looks like, and what may be wrong with it.

    `problems` pairs a pattern that the upper-cased text matches with the words for it, most
    telling first; the last one matches any.
    """

    title: str
    pattern: re.Pattern[str]
    problems: tuple[tuple[re.Pattern[str], str], ...]


def _problems(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in pairs)


_CODE = _Form(
    f"{HCPCS.title} code",
    re.compile(r"[A-V][0-9]{4}"),
    _problems(
        (r"", "it is empty"),
        (r".*[^\x00-\x7f].*", "it has a character outside ASCII"),
        (r"[0-9]{5}|[0-9]{4}[FMTU]", "it has the form of a CPT code, which Level II does not have"),
        (r"[A-Z0-9]{2}", "it has the form of a modifier; normalize_modifier() takes those"),
        (r"[0-9A-Z]+-[0-9A-Z]+", "it is a range; select() takes it"),
        (r".*\..*", "a HCPCS code has no dot"),
        (r".*[^0-9A-Z].*", "only a letter and four digits may stand in a code"),
        (r"[^A-V].*", "a code begins with a letter from A to V"),
        (r".{1,4}", "a code has five characters: a letter and four digits"),
        (r".{6,}", "a code has five characters: a letter and four digits"),
        (r".*", "four digits follow the letter"),
    ),
)
_MODIFIER = _Form(
    f"{HCPCS.title} modifier",
    re.compile(r"[A-Z][0-9A-Z]"),
    _problems(
        (r"", "it is empty"),
        (r".*[^\x00-\x7f].*", "it has a character outside ASCII"),
        (r"[0-9][0-9A-Z]", "it has the form of a CPT modifier, which Level II does not have"),
        (r"[A-V][0-9]{4}", "it has the form of a code; normalize() takes those"),
        (r".{0,1}|.{3,}", "a modifier has two characters"),
        (r".*", "only letters and digits may stand in a modifier, a letter first"),
    ),
)


def normalize(text: object) -> str:
    """The canonical spelling of a code: upper case, without blanks around.

    The code need not exist in any release.

    Args:
        text: any object; only a `str` can be a code.

    Returns:
        The canonical spelling, as `A4221`.

    Raises:
        MalformedCodeError: anything else; the message says what is wrong.

    >>> normalize(" a4221 ")
    'A4221'
    >>> normalize("A42.21")
    Traceback (most recent call last):
    codesets.errors.MalformedCodeError: 'A42.21' is no HCPCS Level II code: a HCPCS code has no dot
    """
    return _normalize(text, _CODE)


def normalize_modifier(text: object) -> str:
    """The canonical spelling of a modifier: upper case, without blanks around.

    The official files pad it to five characters with blanks in front; those are stripped too.

    Args:
        text: any object; only a `str` can be a modifier.

    Returns:
        The canonical spelling, as `LT`.

    Raises:
        MalformedCodeError: anything else; the message says what is wrong.

    >>> normalize_modifier("   lt")
    'LT'
    """
    return _normalize(text, _MODIFIER)


def is_well_formed(text: object) -> bool:
    """True if `normalize` takes `text`; never raises.

    >>> is_well_formed("A4221"), is_well_formed("LT"), is_well_formed(None)
    (True, False, False)
    """
    return _matched(text, _CODE) is not None


def is_well_formed_modifier(text: object) -> bool:
    """True if `normalize_modifier` takes `text`; never raises.

    >>> is_well_formed_modifier("lt"), is_well_formed_modifier("25")
    (True, False)
    """
    return _matched(text, _MODIFIER) is not None


def syntax_problem(text: str, *, is_modifier: bool = False) -> str:
    """What keeps `text` from being a code (a modifier), in words; for texts that are none."""
    return _problem(text, _MODIFIER if is_modifier else _CODE)


def _matched(text: object, form: _Form) -> str | None:
    # ASCII is asked for before upper-casing: "ſ1000".upper() is "S1000".
    if isinstance(text, str) and text.isascii():
        plain = text.strip(" ").upper()
        if form.pattern.fullmatch(plain):
            return plain
    return None


def _normalize(text: object, form: _Form) -> str:
    plain = _matched(text, form)
    if plain is not None:
        return plain
    if isinstance(text, str):
        problem = _problem(text, form)
    else:
        problem = f"a text is wanted, not {type(text).__name__}"
    raise MalformedCodeError(
        f"{quoted(text)} is no {form.title}: {problem}", text=text, system=HCPCS.name
    )


def _problem(text: str, form: _Form) -> str:
    plain = text.strip(" ").upper() if text.isascii() else text
    return next(words for pattern, words in form.problems if pattern.fullmatch(plain))
