"""Chapters and sections as positions in the columns of a release; `divisions` has the views."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from codesets.compiled.format import NONE

if TYPE_CHECKING:
    from codesets.icd10cm.release import Icd10cmRelease

__all__ = [
    "NO_SECTION",
    "chapter_of_section",
    "chapter_rows",
    "chapter_sections",
    "extras",
    "overviews_above",
    "section_of_row",
    "section_parent",
    "section_rows",
    "sections_by_id",
    "text_of",
]

NO_SECTION = NONE
"""The section of a row, or the overview of a section, that has none."""


def extras(release: Icd10cmRelease) -> dict[str, Any]:
    """The JSON part of the file: introduction, indexes of sections, visual impairment table."""

    def read() -> dict[str, Any]:
        found = release.file.json("extras")
        if not isinstance(found, dict):
            raise release.file.damaged("extras")
        return found

    return release.once("extras", read)


def text_of(release: Icd10cmRelease, column: str, place: int) -> str:
    """The text of a chapter or section in a column of text numbers."""
    return release.text_at(column, place) or ""


def sections_by_id(release: Icd10cmRelease) -> dict[str, int]:
    """The places of all sections by their id."""

    def read() -> dict[str, int]:
        count = len(release.file.column("section.id"))
        return {text_of(release, "section.id", place): place for place in range(count)}

    return release.once("sections", read)


def section_of_row(release: Icd10cmRelease, row: int) -> int | None:
    """The place of the section that holds a row; None without tabular list."""
    place = release.file.number("code.section", row)
    return None if place == NO_SECTION else place


def section_rows(release: Icd10cmRelease, place: int) -> tuple[int, int]:
    """The first row of a section and the one after its last."""
    file = release.file
    start, end = file.number("section.start", place), file.number("section.end", place)
    if not start <= end <= len(release):
        raise file.damaged("sections")
    return start, end


def section_parent(release: Icd10cmRelease, place: int) -> int | None:
    """The nearest overview section around a section, if any."""
    parent = release.file.number("section.parent", place)
    if parent == NO_SECTION:
        return None
    if parent >= place:
        raise release.file.damaged("sections")
    return parent


def overviews_above(release: Icd10cmRelease, place: int) -> list[int]:
    """The overview sections around a section, nearest first."""
    above: list[int] = []
    parent = section_parent(release, place)
    while parent is not None:
        above.append(parent)
        parent = section_parent(release, parent)
    return above


def chapter_sections(release: Icd10cmRelease, place: int) -> tuple[int, int]:
    """The first section of a chapter and the one after its last."""
    file = release.file
    start, end = (file.number("chapter.sections", at) for at in (place, place + 1))
    if not start <= end <= len(file.column("section.id")):
        raise file.damaged("chapters")
    return start, end


def chapter_rows(release: Icd10cmRelease, place: int) -> tuple[int, int]:
    """The first row of a chapter and the one after its last."""
    start, end = chapter_sections(release, place)
    if start == end:
        return 0, 0
    first, _ = section_rows(release, start)
    return first, max(section_rows(release, section)[1] for section in range(start, end))


def chapter_of_section(release: Icd10cmRelease, place: int) -> int:
    """The place of the chapter that holds a section."""
    bounds = release.file.column("chapter.sections")
    chapter = bisect_right(bounds, place) - 1
    if not 0 <= chapter < len(bounds) - 1:
        raise release.file.damaged("chapters")
    return chapter
