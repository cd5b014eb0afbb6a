"""The texts of a tabular list's leaves, tidied, and what is odd in them listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from codesets.icd10cm.xml import TreeProblems
from codesets.problems import AnomalyKind

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Leaves", "are_tidy"]

_LINE_BREAK = re.compile(r"[\t\n\r]")
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F))
CHUNK = 64
"""So many texts are looked at in one step; where one is not tidy, each of them is."""


class Leaves(TreeProblems):
    """Reads leaves, and tells the problems of the file where they stand."""

    __slots__ = ()

    def text(self, element: _Element, *, collapse: bool = False, note: bool = False) -> str:
        """The text of a leaf, without blanks around it.

        Args:
            element: the leaf.
            collapse: also make every run of white space one blank.
            note: an empty text is an oddity instead of a loss.
        """
        text = element.text or ""
        if _is_tidy(text):
            return text
        clean = text.strip()
        tag = str(element.tag)
        if not clean:
            if note:
                self.odd(element, AnomalyKind.EMPTY_NOTE, f"an empty {tag}", text)
            else:
                self.loss(element, f"{tag} without text")
            return ""
        # Titles keep their doubled blanks: the order files of 2012 to 2018 have them too.
        if collapse or _LINE_BREAK.search(clean):
            clean = " ".join(clean.split())
        # The publisher wraps the entries of an index of sections in line ends, always.
        if clean != text and tag != "sectionRef":
            self.odd(element, AnomalyKind.BLANKS, f"stray white space in {tag}, tidied", text)
        return clean

    def texts(
        self,
        texts: list[str | None],
        leaf: Callable[[int], _Element],
        *,
        collapse: bool = False,
        note: bool = False,
    ) -> list[str]:
        """Many texts, each as `text` gives it.

        Args:
            texts: what stands in the leaves; not to be used afterwards.
            leaf: gives the element of the text at a place. Only few are asked for: to hold an
                element for each text would cost more than the text.
            collapse: as for `text`.
            note: as for `text`.
        """
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            if are_tidy(chunk):
                continue
            for place, text in enumerate(chunk, start):
                if not text or not _is_tidy(text):
                    texts[place] = self.text(leaf(place), collapse=collapse, note=note)
        return texts  # type: ignore[return-value]  # those that are None were not tidy


def _is_tidy(text: str) -> bool:
    return text.isprintable() and "  " not in text and text.strip() == text != ""


def are_tidy(texts: Sequence[str | None]) -> bool:
    """True if all texts are there, printable, and without stray or doubled blanks."""
    if not all(texts):
        return False
    # Between blanks, a text that begins or ends with one shows two in a row.
    joined = f" {' '.join(texts)} "  # type: ignore[arg-type]  # all are texts
    # `isprintable` looks each character up; what it looks up is mostly nothing, or an accent.
    others = joined.encode().translate(None, _PRINTABLE_ASCII)
    return "  " not in joined and others.decode().isprintable()
