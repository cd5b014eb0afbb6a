"""Which chapter a change is counted under."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from attrs import define, field

from codesets.diff.changes import Change
from codesets.diff.content import Content
from codesets.diff.kinds import ChangeKind, Subject
from codesets.icd10cm import Icd10cmRelease

__all__ = ["ChapterFinder"]

MODIFIERS = "modifiers"


@define(eq=False)
class ChapterFinder:
    """Finds the chapter of a change.

    Attributes:
        old: the old content.
        new: the new content.
        using: a release whose chapters are used where neither content has any.
    """

    old: Content
    new: Content
    using: Icd10cmRelease | None = None
    _known: dict[tuple[Subject, str], int | str] = field(init=False, factory=dict)
    _categories: list[tuple[str, int]] | None = field(init=False, default=None)

    def of(self, change: Change) -> int | str:
        """Number of the chapter, or the first letter where none is known; or `modifiers`."""
        key = change.subject, change.code
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(change)
        return found

    def names(self) -> tuple[str, ...]:
        """The chapters that there are in either content; first letters where none has chapters."""
        found = self._codes(Subject.CHAPTER)
        if not found:
            found = dict.fromkeys(sorted({code[0] for code in self._codes(Subject.CODE)}))
        if self._codes(Subject.MODIFIER):
            found[MODIFIERS] = None
        return tuple(found)

    def _codes(self, subject: Subject) -> dict[str, None]:
        sides = [side for side in (self.new, self.old) if subject in side.subjects]
        return {code: None for side in sides for code in side.codes(subject)}

    def _find(self, change: Change) -> int | str:
        if change.subject is Subject.MODIFIER:
            return MODIFIERS
        sides = (self.new, self.old)
        for content in reversed(sides) if change.kind is ChangeKind.DELETED else sides:
            if content.row(change.subject, change.code) >= 0:
                chapter = content.chapter_of(change.subject, change.code)
                if chapter is not None:
                    return chapter
        return self._by_category(change.code)

    def _by_category(self, code: str) -> int | str:
        """The chapter of the category, or of the nearest one before it of the same letter."""
        categories = self._listed()
        place = bisect_right(categories, (code[:3], 1 << 30)) - 1
        if place >= 0 and categories[place][0][0] == code[0]:
            return categories[place][1]
        return code[0]

    def _listed(self) -> list[tuple[str, int]]:
        if self._categories is None:
            self._categories = sorted(
                (category, chapter.number)
                for release in self._with_chapters()[:1]
                for chapter in release.chapters.values()
                for section in chapter.sections
                for category in section.categories.codes
            )
        return self._categories

    def _with_chapters(self) -> list[Any]:
        releases = (self.using, self.new.source, self.old.source)
        return [each for each in releases if isinstance(each, Icd10cmRelease) and each.chapters]
