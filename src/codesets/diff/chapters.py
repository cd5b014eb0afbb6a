"""Which chapter a change is counted under."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import Any

from attrs import define, field

from codesets import shelf
from codesets.diff.changes import Change
from codesets.diff.content import Content
from codesets.diff.kinds import ChangeKind, Subject
from codesets.errors import ComparisonError, ComparisonTypeError
from codesets.icd10cm import Icd10cmRelease, load_path
from codesets.system import ICD10CM

__all__ = ["ChapterFinder"]

MODIFIERS = "modifiers"
_TABULAR = "tabular"


@define(eq=False)
class ChapterFinder:
    """Finds the chapter of a change.

    Attributes:
        old: the old content.
        new: the new content.
        using: a release whose chapters are used where neither content has any; None for the
            nearest one at hand.

    Raises:
        ComparisonTypeError: that is no release of ICD-10-CM.
        ComparisonError: it has no chapters.
    """

    old: Content
    new: Content
    using: Icd10cmRelease | None = field(default=None)
    _known: dict[tuple[Subject, str], int | str] = field(init=False, factory=dict)

    @using.validator
    def _check_using(self, _: Any, using: Any) -> None:
        if using is None:
            return
        if not isinstance(using, Icd10cmRelease):
            message = f"a release of ICD-10-CM is wanted for its chapters: {type(using).__name__}"
            raise ComparisonTypeError(message)
        if not using.chapters:
            raise ComparisonError(f"{using!r} has no chapters: it was read from no tabular list")

    @cached_property
    def release(self) -> Icd10cmRelease | None:
        """The release whose chapters are asked; None for HCPCS, or where none is at hand."""
        if self.new.system != ICD10CM.name:
            return None
        for release in (self.new.source, self.old.source, self.using):
            if isinstance(release, Icd10cmRelease) and release.chapters:
                return release
        at_hand = [each for each in shelf.entries(ICD10CM.name) if _TABULAR in each.sources]
        # The first from the new release on: it has the categories of both, or the most of them.
        at_hand = [e for e in at_hand if e.edition >= self.new.edition][:1] or at_hand[-1:]
        return load_path(at_hand[0].path) if at_hand else None

    @cached_property
    def titles(self) -> dict[str, str]:
        """Number → title of its chapters."""
        chapters = self.release.chapters.values() if self.release else ()
        return {str(chapter.number): chapter.title for chapter in chapters}

    def of(self, change: Change) -> int | str:
        """Number of the chapter, or the first letter where there are none; or `modifiers`."""
        key = change.subject, change.code
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(change)
        return found

    def names(self) -> tuple[str, ...]:
        """The chapters that there are in either content; first letters where none has chapters."""
        found = self._codes(Subject.CHAPTER) or dict.fromkeys(self.titles)
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
        categories = self._categories
        place = bisect_right(categories, (code[:3], 1 << 30)) - 1
        if place >= 0 and categories[place][0][0] == code[0]:
            return categories[place][1]
        return code[0]

    @cached_property
    def _categories(self) -> list[tuple[str, int]]:
        return sorted(
            (category, chapter.number)
            for chapter in (self.release.chapters.values() if self.release else ())
            for section in chapter.sections
            for category in section.categories.codes
        )
