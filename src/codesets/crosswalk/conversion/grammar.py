"""The third column of the conversion table: what was coded before, as NCHS writes it.

The column is free text of few forms, which the file nowhere explains. They are read by this
grammar, which took every row of every issue from 2017 to 2026:

```
cell      = "None" | term (separator term)*
separator = ", " | "; " | " and " | " AND " | " & "
term      = CODE                                A92.8
          | CODE "-" CODE                       H44.20-H44.23: the codes from one to the other
          | CODE ".-"                           I63.-: all codes below
          | "a code from " CODE "-"             a code from R11-: likewise
          | "Code from categories " CODE "-" CODE, "Codes in Categories " CODE "-" CODE
```

The words say how the old codes belong together: `and` and `&` join codes that were reported
together (most of them "bilateral" codes: I63.013 was I63.011 with I63.012); a comma or semicolon
alone stands between alternatives; in `C, C, C and C` all four were reported together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import frozen

from codesets.icd10cm.code import normalize

__all__ = ["NONE", "Joining", "Previous", "Term", "TermKind", "read_previous"]

NONE = "None"
"""What stands in the column where a code had no predecessor."""


class TermKind(StrEnum):
    """What one term of the column speaks of."""

    CODE = "code"
    """One code."""
    RANGE = "range"
    """The codes from one to another, both inclusive."""
    BELOW = "below"
    """All codes below one, as in `I63.-`."""
    CATEGORIES = "categories"
    """All codes of the categories from one to another, both inclusive."""


class Joining(StrEnum):
    """How the terms of a cell belong together."""

    NOTHING = "nothing"
    """There was no previous code."""
    SINGLE = "single"
    """There is one term."""
    ALTERNATIVES = "alternatives"
    """One of the terms was coded."""
    TOGETHER = "together"
    """All terms were coded together."""
    UNKNOWN = "unknown"
    """The cell is outside the grammar; its text is all there is."""


def _compact(code: str) -> str:
    return code.replace(".", "")


@frozen
class Term:
    """One term of the previous column.

    Attributes:
        kind: what it speaks of.
        first: its code, or the first one of a range.
        last: the last code of a range; None otherwise.
        text: the words as they stand.
    """

    kind: TermKind
    first: str
    last: str | None
    text: str

    def covers(self, code: str) -> bool:
        """Whether the term speaks of a code, by the codes alone.

        A range covers what stands between its ends in the order of the characters, and what begins
        with its end; the seventh characters in between are covered too, as `S06.890D` is by
        `S06.890A-S06.899A`. A range of codes says nothing of which codes exist: `covers` answers
        for any text with the form of a code, `expand` for those of a release.

        Args:
            code: any common spelling.

        Raises:
            MalformedCodeError: the text is no code of ICD-10-CM.

        >>> read_previous("H44.20-H44.23 and H35.30").terms[0].covers("H44.21")
        True
        """
        return self._covers(_compact(normalize(code)))

    def _covers(self, compact: str) -> bool:
        first = _compact(self.first)
        if self.last is not None:
            last = _compact(self.last)
            return first <= compact <= last or compact.startswith(last)
        if self.kind is TermKind.BELOW:
            return compact != first and compact.startswith(first)
        return compact == first

    def expand(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of `codes` that the term covers, in their order.

        Args:
            codes: canonical codes, as the billable ones of the release before the change.
        """
        return tuple(code for code in codes if self._covers(_compact(code)))

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "kind": str(self.kind),
            "first": self.first,
            "last": self.last,
            "text": self.text,
        }

    def __str__(self) -> str:
        return self.text


@frozen(slots=False)
class Previous:
    """The previous column of one row, read.

    Attributes:
        text: the cell as it stands, blanks included.
        terms: its terms in order; empty for `None` and for a cell outside the grammar.
        connectors: what stands between them, one fewer than terms.
        is_understood: False for a cell outside the grammar.
    """

    text: str
    terms: tuple[Term, ...] = ()
    connectors: tuple[str, ...] = ()
    is_understood: bool = True

    @property
    def joining(self) -> Joining:
        """How the terms belong together."""
        if not self.is_understood:
            return Joining.UNKNOWN
        if not self.terms:
            return Joining.NOTHING
        if not self.connectors:
            return Joining.SINGLE
        words = any(_AND.search(connector) for connector in self.connectors)
        return Joining.TOGETHER if words else Joining.ALTERNATIVES

    @property
    def is_none(self) -> bool:
        """True where NCHS says that there was no previous code."""
        return self.joining is Joining.NOTHING

    @property
    def form(self) -> str:
        """The cell with `C` for every code, as `C-C and C`; empty if it is outside the grammar.

        >>> read_previous("H44.20-H44.23 and H35.30").form
        'C-C and C'
        """
        if not self.is_understood:
            return ""
        if not self.terms:
            return NONE
        shown = [_CODE.sub("C", term.text) for term in self.terms]
        return shown[0] + "".join(map(str.__add__, self.connectors, shown[1:]))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the terms that name exactly one, in order."""
        return tuple(term.first for term in self.terms if term.kind is TermKind.CODE)

    def names(self, code: str) -> bool:
        """Whether any of the terms covers a code, see `Term.covers`.

        Raises:
            MalformedCodeError: the text is no code of ICD-10-CM.
        """
        compact = _compact(normalize(code))
        return any(term._covers(compact) for term in self.terms)

    def expand(self, codes: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """For each term those of `codes` that it covers, see `Term.expand`."""
        given = tuple(codes)
        return tuple(term.expand(given) for term in self.terms)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "text": self.text,
            "joining": str(self.joining),
            "terms": [term.to_dict() for term in self.terms],
            "connectors": list(self.connectors),
        }

    def __str__(self) -> str:
        return self.text


_CODE = re.compile(r"[A-Z][0-9A-Z][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![0-9A-Z])", re.ASCII)
_TERM = re.compile(
    rf"(?P<words>a code from |codes? (?:in|from) categor(?:y|ies) )?"
    rf"(?P<first>(?-i:{_CODE.pattern}))"
    rf"(?:-(?P<last>(?-i:{_CODE.pattern}))|(?P<below>\.?-))?",
    re.ASCII | re.IGNORECASE,
)
_SEPARATOR = re.compile(r" *[,;] *(?:(?:and|&) +)?| +(?:and|&) +", re.ASCII | re.IGNORECASE)
_AND = re.compile(r"and|&", re.IGNORECASE)


def read_previous(text: str) -> Previous:
    """A cell of the previous column, read by the grammar.

    Args:
        text: the cell.

    Returns:
        What it says; a cell outside the grammar is kept as its text, with `is_understood` False.

    >>> read_previous("I63.- and P91.88").joining
    <Joining.TOGETHER: 'together'>
    >>> read_previous("see the index").is_understood
    False
    """
    plain = text.strip()
    if plain == NONE:
        return Previous(text)
    terms: list[Term] = []
    connectors: list[str] = []
    place = 0
    while (match := _TERM.match(plain, place)) is not None:
        terms.append(_term(match))
        place = match.end()
        if place == len(plain):
            return Previous(text, tuple(terms), tuple(connectors))
        separator = _SEPARATOR.match(plain, place)
        if separator is None:
            break
        connectors.append(separator[0])
        place = separator.end()
    return Previous(text, is_understood=False)


def _term(match: re.Match[str]) -> Term:
    last = match["last"]
    in_categories = (match["words"] or "").lower().startswith("code")
    if last is not None:
        kind = TermKind.CATEGORIES if in_categories else TermKind.RANGE
    else:
        kind = TermKind.BELOW if match["below"] or match["words"] else TermKind.CODE
    return Term(kind, match["first"], last, match[0])
