"""The syntax of ICD-10-CM codes.

A code is a letter, a digit or letter, a digit or letter, then up to four letters or digits after a
dot. The second character is a letter in `QA0` since 2026, the third in C4A, M1A, Z3A and others.
"""

from __future__ import annotations

import re

from codesets.arguments import quoted
from codesets.errors import MalformedCodeError
from codesets.system import ICD10CM

__all__ = ["dotted", "is_well_formed", "normalize", "syntax_problem"]

CATEGORY_LENGTH = 3
"""Characters of a category; the dot stands after them."""
FULL_LENGTH = 7
"""Characters of the longest code: six and the seventh character."""
PLACEHOLDER = "X"
"""Fills the positions between a short code and its seventh character."""

_CODE = re.compile(r"([A-Z][0-9A-Z][0-9A-Z])(?:\.?([0-9A-Z]{1,4}))?", re.ASCII)


def normalize(text: object) -> str:
    """The canonical spelling of a code: upper case, a dot after the third character.

    Takes the dot at its one place or none, either letter case, and blanks around. The code need
    not exist in any release.

    Args:
        text: any object; only a `str` can be a code.

    Returns:
        The canonical spelling, as `E11.9`.

    Raises:
        MalformedCodeError: anything else; the message says what is wrong.

    >>> normalize(" e119 ")
    'E11.9'
    >>> normalize("A00.")
    Traceback (most recent call last):
    codesets.errors.MalformedCodeError: 'A00.' is no ICD-10-CM code: nothing stands after the dot
    """
    if isinstance(text, str):
        # ASCII is asked for before upper-casing: "ı10".upper() is "I10".
        if text.isascii():
            match = _CODE.fullmatch(text.strip(" ").upper())
            if match is not None:
                category, rest = match.groups()
                return f"{category}.{rest}" if rest else category
        problem = syntax_problem(text)
    else:
        problem = f"a text is wanted, not {type(text).__name__}"
    raise MalformedCodeError(
        f"{quoted(text)} is no {ICD10CM.title} code: {problem}", text=text, system=ICD10CM.name
    )


def is_well_formed(text: object) -> bool:
    """True if `normalize` takes `text`; never raises.

    >>> is_well_formed("E11.9"), is_well_formed("E1.19"), is_well_formed(None)
    (True, False, False)
    """
    try:
        normalize(text)
    except MalformedCodeError:
        return False
    return True


def dotted(compact: str) -> str:
    """The canonical spelling of a code written without its dot.

    >>> dotted("E119"), dotted("I10")
    ('E11.9', 'I10')
    """
    if len(compact) <= CATEGORY_LENGTH:
        return compact
    return f"{compact[:CATEGORY_LENGTH]}.{compact[CATEGORY_LENGTH:]}"


# What is wrong with a text, most telling first: a pattern that the upper-cased text matches, and
# the words for it.
_PROBLEMS = tuple(
    (pattern, problem)
    for pattern, problem in (
        (r"", "it is empty"),
        (r".*[^\x00-\x7f].*", "it has a character outside ASCII"),
        (r".*\..*\..*", "it has more than one dot"),
        (r"[0-9A-Z]{3}\.", "nothing stands after the dot"),
        (r"[0-9A-Z.]+-", "a hyphen stands for the codes below; select() takes it, a code has none"),
        (r"[0-9A-Z.]+-[0-9A-Z.]+", "it is a range; select() takes it"),
        (r".*[^0-9A-Z.].*", "only letters, digits and one dot may stand in a code"),
        (r"[^A-Z].*", "a code begins with a letter"),
        (r"(?!.{3}\.).*\..*", "the dot stands after the third character"),
        (r".{1,2}", "a code has three characters at least"),
        (r".{4,}", "a code has seven characters at most, not counting the dot"),
    )
)


def syntax_problem(text: str) -> str:
    """What keeps `text` from being a code, in words; for texts that `normalize` refuses."""
    plain = text.strip(" ").upper() if text.isascii() else text
    for pattern, problem in _PROBLEMS:
        if re.fullmatch(pattern, plain, re.DOTALL):
            return problem
    return "it has not the form of a code"
