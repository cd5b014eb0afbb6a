"""Overview sections: twelve sections (as C00-C96) hold no code, and enclose those that follow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from codesets.icd10cm.outline import NO_SECTION
from codesets.icd10cm.records import SectionRecord, TabularFile
from codesets.problems import Anomaly, AnomalyKind, Place

__all__ = ["odd_overviews", "overview_spans", "section_parents"]


def overview_spans(sections: Sequence[SectionRecord], starts: list[int], ends: list[int]) -> None:
    """Let each overview section end where the last section that it encloses ends.

    That is the one that holds the last category named in its id, by position in the document. Where
    that category is not there (the last of J40-J4A is J47) it is the last one before it.
    """
    for overview, (_, holder) in _lasts(sections).items():
        if holder > overview:
            ends[overview] = ends[holder]


def section_parents(
    sections: Sequence[SectionRecord], firsts: Sequence[int], starts: list[int], ends: list[int]
) -> list[int]:
    """For each section the nearest overview before it that spans it, in its chapter."""
    parents: list[int] = []
    first_of_chapter = set(firsts)
    open_overviews: list[int] = []
    for section, record in enumerate(sections):
        if section in first_of_chapter:
            open_overviews = []
        while open_overviews and ends[open_overviews[-1]] <= starts[section]:
            open_overviews.pop()
        parents.append(open_overviews[-1] if open_overviews else NO_SECTION)
        if not record.categories and ends[section] > starts[section]:
            open_overviews.append(section)
    return parents


def odd_overviews(tabular: TabularFile) -> list[Anomaly]:
    """The overviews whose last category is not in the list, and what was made of them."""
    firsts = [chapter.first_section for chapter in tabular.chapters]
    found: list[Anomaly] = []
    for overview, (category, holder) in _lasts(tabular.sections).items():
        section = tabular.sections[overview]
        named = _named_last(section)
        if category == named and holder > overview:
            continue
        says = f"the section holds no code, and {named[:60]!r} is no category after it"
        ends = f"ends with {category}" if holder > overview else "encloses nothing"
        chapter = tabular.chapters[bisect_right(firsts, overview) - 1].number
        path = f"chapter {chapter} / {section.id}"
        where = Place(tabular.file, section.line, path)
        found.append(Anomaly(AnomalyKind.UNEXPECTED_VALUE, where, f"{says}: it {ends}", section.id))
    return found


def _lasts(sections: Sequence[SectionRecord]) -> dict[int, tuple[str, int]]:
    """For each section without codes: the last category of its id, and the section that holds it.

    Where there is no such category it is the last before it, as ranges are selected: by position,
    among those of one letter, for U stands after Z.
    """
    holders = {code: place for place, each in enumerate(sections) for code in each.categories}
    positions = {code: position for position, code in enumerate(holders)}
    ordered = sorted(holders)

    def later(best: str, code: str) -> str:
        return best if best[0] == code[0] and positions[best] > positions[code] else code

    latest = list(accumulate(ordered, later))
    found: dict[int, tuple[str, int]] = {}
    for place, section in enumerate(sections):
        if section.categories:
            continue
        last = _named_last(section)
        first = section.id.partition("-")[0]
        at = bisect_right(ordered, last) - 1
        if last in holders:
            category = last
        else:
            category = latest[at] if at >= 0 and ordered[at] >= first else ""
        found[place] = category, holders.get(category, -1)
    return found


def _named_last(section: SectionRecord) -> str:
    return section.id.rpartition("-")[2]
