"""Random small ICD-10-CM releases with everything that official ones have, and their odd places.

Chapters, overviews without codes, nesting to depth 5, placeholders, definitions of seventh
characters that override one another, notes inside them, repeated note elements, accents,
one-category sections with the category's id, categories out of ASCII order, and S06.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from codesets.icd10cm.layout import NoteKind
from icd10cm.model import (
    Category,
    Chapter,
    Definition,
    Diag,
    Element,
    Extension,
    IntroPart,
    NoteElement,
    Official,
    Range,
    Section,
)

__all__ = ["anything", "asked", "officials"]

# Accents of the official lists, the signs that XML escapes, every printable sign of ASCII.
_WORDS = (
    "Type", "2", "diabetes", "mellitus", "with", "Ménière's", "Brown-Séquard", "Sjögren", "façade",
    "Waldenström", "naïve", "à", "[BMI]", "19.9", "or", "less,", "<5", "R&D", '"NOS"', "(E11.-)",
    "unspecified", "displaced", "fracture", "A", "]]>", "&amp;", "\\", "~!@#$%^*_+={}|:;'?/`",
)  # fmt: skip
_GAPS = (" ", " ", " ", " ", "\n          ", "\t", "  ")
_DIGITS, _LETTERS = string.digits, string.ascii_uppercase
_NOTES = tuple(kind for kind in NoteKind if kind is not NoteKind.SEVENTH_CHARACTER_NOTE)
_STRUCTURE_NOTES = tuple(kind for kind in _NOTES if kind is not NoteKind.INCLUSION_TERM)
_SETS = ("ADS", "ABDGKPS", "ADGKPS", "01234", "0123459", "ABDGKS", "012", "1239", "A")
_CHARACTERS = _DIGITS * 3 + "ABCZ"

T = TypeVar("T")


@cache
def _below(bound: int) -> SearchStrategy[int]:
    return st.integers(0, bound - 1)


class _Draw:
    """Draws by small numbers alone: strategies made on the way would cost more than all the rest.

    Zero is the simplest everywhere, so that what fails shrinks well.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, bound: int) -> int:
        """A number from 0 to before `bound`."""
        return self._draw(_below(bound)) if bound > 1 else 0

    def one_in(self, count: int) -> bool:
        return self.number(count) == count - 1

    def choice(self, choices: Sequence[T]) -> T:
        return choices[self.number(len(choices))]

    def some(self, choices: Sequence[T], least: int, most: int) -> list[T]:
        """Different ones, in any order."""
        found: dict[T, None] = {}
        for _ in range(least + self.number(most - least + 1)):
            found.setdefault(self.choice(choices))
        return list(found)

    def many(self, make: Callable[[], T], most: int) -> tuple[T, ...]:
        return tuple(make() for _ in range(self.number(most + 1)))

    def text(self, gap: str = " ") -> str:
        """A text as titles have it: no blanks at the ends, single ones between."""
        number = self.number(3 * len(_WORDS) ** 4)
        words: list[str] = []
        while number or not words:
            number, word = divmod(number, len(_WORDS))
            words.append(_WORDS[word])
        if not any(char.islower() for word in words for char in word):
            words.append("fever")  # every official title has small letters
        # Now and then longer than a short description.
        return gap.join(words * (3 if len(words) >= 5 else 1))

    def note(self) -> str:
        """Now and then with line ends and tabs, as thirty notes of a release have them."""
        gap = self.choice(_GAPS)
        return ("\t" if gap == "  " else "") + self.text(gap)

    # The parts of a release.

    def note_elements(self, kinds: Sequence[NoteKind], most: int) -> tuple[NoteElement, ...]:
        def make() -> NoteElement:
            texts = (self.note(), *self.many(self.note, 1))
            return NoteElement(self.choice(kinds), texts)

        return self.many(make, most)

    def definition(self, characters: str = "") -> Definition:
        chosen = characters or self.choice(_SETS)
        extensions = (
            Extension(c, self.text(), (self.note(),) if self.one_in(6) else ()) for c in chosen
        )
        return Definition(self.text(), tuple(extensions))

    def cell(self) -> tuple[str, bool]:
        return self.text(), self.one_in(2)

    def limit(self) -> tuple[str, bool] | None:
        return self.cell() if self.one_in(2) else None

    def range(self) -> Range:
        return Range(self.text() if self.one_in(2) else "", self.limit(), self.limit())

    def category(self) -> Category:
        return Category(self.limit(), (self.range(), *self.many(self.range, 1)))

    def diag(self, code: str, *, is_defined: bool = False) -> Diag:
        """A code with all below it; `is_defined` if a definition stands above it."""
        elements: list[Element] = list(self.note_elements(_NOTES, 2))
        if len(code) <= 5 and self.one_in(4):
            elements.insert(self.number(len(elements) + 1), self.definition())
            is_defined = True
        # No official list has seven characters spelt out under a definition.
        longest = 6 if is_defined else 7
        marks: list[str] = []
        if len(code) < longest and self.one_in(2):
            alphabet = _CHARACTERS + ("XX" if len(code) < 5 else "")
            marks = self.some(alphabet, 1, 3 if len(code) < 5 else 2)
        children = tuple(
            self.placeholder(code + mark, is_defined)
            if mark == "X"
            else self.diag(code + mark, is_defined=is_defined)
            for mark in marks
        )
        visual = self.many(self.category, 2) if self.one_in(12) else ()
        return Diag(code, self.text(), tuple(elements), children, visual=visual)

    def placeholder(self, code: str, is_defined: bool) -> Diag:
        """A code whose last character only fills a place; never without codes below."""
        marks = self.some(_DIGITS, 1, 3)
        below = tuple(self.diag(code + mark, is_defined=is_defined) for mark in marks)
        return Diag(code, self.text(), (), below, is_placeholder=True)

    def intracranial(self) -> Diag:
        """S06 as it is: death before regaining consciousness has no later encounter."""
        stems = self.some("7819A", 1, 4)
        below = tuple(Diag(f"S060X{sixth}", self.text()) for sixth in stems)
        concussion = Diag("S060", self.text(), (), (Diag("S060X", self.text(), (), below, True),))
        # S06.7 is no stem with a sixth character 7: X fills up behind it.
        more = Diag(self.choice(("S067", "S0618")), self.text())
        note = NoteElement(NoteKind.NOTE, (self.note(),))
        return Diag("S06", self.text(), (self.definition("ADS"), note), (concussion, more))

    def categories(self, letter: str) -> list[str]:
        """Categories of one letter: numbers ascend, C4A stands before C44 or anywhere else."""
        numbers = self.some(range(100), 1, 5)
        found = [f"{letter}{number:02}" for number in sorted(numbers)]
        odd = {
            f"{letter}{self.choice(_DIGITS + 'A')}{self.choice(_LETTERS)}"
            for _ in range(self.number(3))
        }
        for category in sorted(odd):
            found.insert(self.number(len(found) + 1), category)
        return found

    def span(self, start: int, stop: int) -> tuple[int, int] | None:
        """A run of two sections or more out of those from `start` to before `stop`."""
        if stop - start < 2 or self.one_in(3):
            return None
        first = start + self.number(stop - start - 1)
        return first, first + 2 + self.number(stop - first - 1)

    def section(self, first: str, last: str, diags: tuple[Diag, ...]) -> Section:
        id_ = first if first == last else f"{first}-{last}"
        notes = self.note_elements(_STRUCTURE_NOTES, 2)
        return Section(id_, f"{self.text()} ({id_})", notes, diags)

    def sections(self, categories: list[str]) -> list[Section]:
        """The sections of one chapter, cut anywhere, overviews before what they enclose."""
        groups: list[list[str]] = []
        for category in categories:
            if not groups or self.one_in(2):
                groups.append([])
            groups[-1].append(category)
        made = []
        for group in groups:
            diags = (self.intracranial() if c == "S06" else self.diag(c) for c in group)
            made.append(self.section(group[0], group[-1], tuple(diags)))
        outer = self.span(0, len(groups))
        inner = self.span(*outer) if outer else None
        # The inner one first: the outer one, put in later at the same place, then precedes it.
        for span in dict.fromkeys((inner, outer)):
            if span:
                first, last = groups[span[0]][0], groups[span[1] - 1][-1]
                made.insert(span[0], self.section(first, last, ()))
        return made

    def chapter(self, letter: str) -> Chapter:
        categories = self.categories(letter)
        if letter == "S" and "S06" not in categories:
            categories.append("S06")
        sections = tuple(self.sections(categories))
        notes = self.note_elements(_STRUCTURE_NOTES, 3)
        index = tuple(s.id for s in sections if s.diags or self.one_in(2))
        title = f"{self.text()} ({categories[0]}-{categories[-1]})"
        return Chapter(title, sections, notes, index, self.number(len(notes) + 1))

    def intro_part(self) -> IntroPart:
        kind = self.choice(("title", "subtitle", "instruction"))
        instructions = self.many(lambda: (self.text(), *self.many(self.text, 1)), 2)
        return IntroPart(kind, self.text(), instructions)


@st.composite
def officials(draw: st.DrawFn, versions: tuple[str, ...] = ("2026", "2017", "2018")) -> Official:
    """A small release; `versions` around the year in which the rule of S06 began."""
    drawn = _Draw(draw)
    letters = drawn.some("ACESHMQTUZ", 1, 3)
    chapters = tuple(drawn.chapter(letter) for letter in sorted(letters))
    return Official(drawn.choice(versions), chapters, drawn.many(drawn.intro_part, 2))


_ODD_TEXTS = (
    "", " ", ".", "-", "*", "A", "A0", "A00.", "A00..1", "A.00", "A0.01", "A00.-", "A00-", "A00*",
    "A00 .1", "A00.00000", "12345678", "\u0131\u0031\u0030", "\u017f06", "\uff25\uff11\uff11",
    "A00\n", "A00\x00", "A00.\u0661", "\ud800", "J9380", "99213", "A00-A09", "A" * 100_000,
)  # fmt: skip


def asked(codes: tuple[str, ...]) -> SearchStrategy[str]:
    """Texts that a release is asked for: its codes in all spellings, near misses, and anything."""
    known = st.sampled_from(codes or ("A00",))
    spelt = st.builds(
        lambda code, case, dot, left, right: (
            left + getattr(code if dot else code.replace(".", ""), case)() + right
        ),
        known,
        st.sampled_from(("upper", "lower", "swapcase")),
        st.booleans(),
        st.sampled_from(("", " ", "   ")),
        st.sampled_from(("", " ")),
    )
    edited = st.builds(
        lambda code, place, char: code[: place % len(code)] + char + code[place % len(code) + 1 :],
        known,
        st.integers(0, 8),
        st.sampled_from([*"XO0I1ASDZ.- ", "", "É"]),
    )
    coded = st.text(string.ascii_letters + _DIGITS + ". -*", max_size=9)
    return spelt | edited | coded | st.sampled_from(_ODD_TEXTS) | st.text(max_size=12)


anything: SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=8),
    st.text(),
    st.tuples(st.text()),
    st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(), st.none(), max_size=1),
    st.just(object()),
    st.just(str),
)
"""Objects of any kind, unhashable ones among them."""
