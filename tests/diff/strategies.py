"""Pairs of small releases: one drawn as ever, the other made of it by changes of every kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar, overload

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import ActionCode
from hcpcs.strategies import releases
from icd10cm.model import Chapter, Diag, NoteElement, Official, Section
from icd10cm.strategies import _NOTES, _STRUCTURE_NOTES, _Draw, officials

T = TypeVar("T")

__all__ = ["History", "Records", "histories", "record_histories", "sources"]


class History(Sequence[T], Generic[T]):
    """Releases, each made of the one before; with a repr that one can read."""

    def __init__(self, releases: Iterable[T]) -> None:
        self.releases = tuple(releases)

    def __len__(self) -> int:
        return len(self.releases)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self.releases[place]

    def __repr__(self) -> str:
        return " →\n".join(repr(release)[:2000] for release in self.releases)


class _Editor:
    """Changes parts of a release, most of them not at all."""

    def __init__(self, drawn: _Draw) -> None:
        self._drawn = drawn

    def title(self, title: str) -> str:
        """Another title, mostly by a case, an accent or a blank."""
        words = self._drawn.text()
        return self._drawn.choice((words, title + " " + words, title.upper() + " fever", "  ".join(
            title.split()), title + "é"))  # fmt: skip

    def notes(self, elements: tuple[NoteElement, ...]) -> tuple[NoteElement, ...]:
        drawn = self._drawn
        if drawn.one_in(2) and elements:
            first = elements[0]
            elements = (evolve(first, texts=(*first.texts, drawn.note())), *elements[1:])
        return elements[::-1] if drawn.one_in(2) else elements[1:]

    def diag(self, diag: Diag) -> Diag | None:
        drawn = self._drawn
        children = tuple(filter(None, map(self.diag, diag.children)))
        diag = evolve(diag, children=children)
        what = drawn.number(12)
        if what == 11:
            return None
        if what == 10:
            return evolve(diag, title=self.title(diag.title))
        if what == 9 and not diag.definition:
            return evolve(diag, elements=drawn.note_elements(_NOTES, 2))
        if what == 8:
            return evolve(diag, children=children[::-1])
        if what == 7:
            return evolve(diag, elements=drawn.note_elements(_NOTES, 1), children=())
        if what == 6 and len(diag.code) == 3 and not children and not diag.definition:
            below = tuple(Diag(diag.code + mark, drawn.text()) for mark in drawn.some("0189", 1, 3))
            return evolve(diag, children=below)
        return diag

    def section(self, section: Section) -> Section:
        drawn = self._drawn
        diags = tuple(filter(None, map(self.diag, section.diags)))
        if drawn.one_in(5):
            diags = diags[::-1]
        if drawn.one_in(8):
            section = evolve(section, id=section.id + "X", title=drawn.text())
        if drawn.one_in(8):
            section = evolve(section, elements=drawn.note_elements(_STRUCTURE_NOTES, 2))
        return evolve(section, diags=diags)

    def chapter(self, chapter: Chapter) -> Chapter:
        drawn = self._drawn
        sections = list(map(self.section, chapter.sections))
        if drawn.one_in(4):
            # A category moves to the section after its own.
            for before, after in pairwise(list(sections)):
                if before.diags and after.diags:
                    sections[sections.index(before)] = evolve(before, diags=before.diags[:-1])
                    moved = (before.diags[-1], *after.diags)
                    sections[sections.index(after)] = evolve(after, diags=moved)
                    break
        if drawn.one_in(8):
            chapter = evolve(chapter, title=drawn.text())
        if drawn.one_in(8):
            elements = drawn.note_elements(_STRUCTURE_NOTES, 2)
            chapter = evolve(chapter, elements=elements, index_after=0)
        ids = {section.id for section in sections}
        index = tuple(id_ for id_ in chapter.index if id_ in ids)
        return evolve(chapter, sections=tuple(sections), index=index)

    def official(self, official: Official) -> Official:
        chapters = list(map(self.chapter, official.chapters))
        if self._drawn.one_in(6) and len(chapters) > 1:
            chapters = chapters[::-1]
        changed = evolve(official, chapters=tuple(chapters))
        return changed if any(changed.diags()) else official


@st.composite
def histories(draw: st.DrawFn, length: int = 2) -> History[Official]:
    """So many releases, each made of the one before."""
    found = [draw(officials())]
    while len(found) < length:
        found.append(_Editor(_Draw(draw)).official(found[-1]))
    return History(found)


Records = tuple[HcpcsRecord, ...]


def _edited_records(draw: st.DrawFn, records: Records) -> Records:
    """The records after changes of every kind."""
    drawn = _Draw(draw)
    found = []
    others = draw(releases(most=2))
    for record in records:
        what = drawn.number(8)
        if what == 7:
            continue
        if what == 6:
            # All but the key from another record.
            record = evolve(drawn.choice(others), key=record.key, is_modifier=record.is_modifier)
        elif what == 5:
            record = evolve(record, terminated_on=date(2024, 12, 31), action=ActionCode.DISCONTINUE)
        elif what == 4:
            record = evolve(record, long_description=record.long_description.upper())
        found.append(record)
    keys = {(record.is_modifier, record.key) for record in found}
    found += [other for other in others if (other.is_modifier, other.key) not in keys]
    return tuple(sorted(found, key=lambda record: (not record.is_modifier, record.key)))


@st.composite
def record_histories(draw: st.DrawFn, length: int = 2) -> History[Records]:
    """So many releases of HCPCS, each made of the one before."""
    found: list[Records] = [draw(releases())]
    while len(found) < length:
        found.append(_edited_records(draw, found[-1]))
    return History(found)


sources: SearchStrategy[str] = st.sampled_from(("full", "tabular", "order", "codes"))
"""Which of its official files a release is read from."""
