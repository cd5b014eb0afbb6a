"""An ICD-10-CM release: codes, sections, chapters and notes as typed views on the compiled file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from codesets.compiled.format import unpack_key
from codesets.icd10cm.code import CATEGORY_LENGTH, dotted, normalize
from codesets.icd10cm.outline import overviews_above, section_of_row, section_rows, sections_by_id
from codesets.icd10cm.views import Icd10cmCode
from codesets.sequence import Codes
from codesets.system import ICD10CM, System
from codesets.tree import TreeRelease

if TYPE_CHECKING:
    from codesets.findings import Finding, Header, Malformed, NotInRelease, Valid
    from codesets.icd10cm.divisions import Chapter, Divisions, Section
    from codesets.icd10cm.records import IntroSection

__all__ = ["Icd10cmCode", "Icd10cmRelease"]


@frozen(eq=False, repr=False)
class Icd10cmRelease(TreeRelease[Icd10cmCode]):
    """One release of ICD-10-CM: codes in tabular order, chapters, sections, notes.

    Made by `icd10cm.load`, `icd10cm.load_path` or `icd10cm.parse`.
    """

    system: ClassVar[System] = ICD10CM
    cross_checks: ClassVar[Mapping[str, frozenset[str]]] = {
        "codes": frozenset(("tabular", "order"))
    }

    _INTERNAL = frozenset(("codes_between", "roots_between"))

    # What `Release` and `TreeRelease` ask of a room.

    def _normalize(self, text: object) -> str:
        return normalize(text)

    def _compact(self, code: str) -> str:
        return code.replace(".", "")

    def _canonical(self, row: int) -> str:
        return dotted(unpack_key(self.file.column("keys")[row]))

    def _spelled(self, compact: list[str]) -> list[str]:
        # `dotted` for each, inline: there are a hundred thousand.
        at = CATEGORY_LENGTH
        return [f"{c[:at]}.{c[at:]}" if len(c) > at else c for c in compact]

    def _view(self, row: int, code: str) -> Icd10cmCode:
        return Icd10cmCode(self, row, code)

    def range_key(self, text: str) -> str:
        return self._compact(normalize(text))

    def named_span(self, text: str) -> tuple[int, int] | None:
        if "-" not in text:
            return None
        place = sections_by_id(self).get(text)
        return None if place is None else section_rows(self, place)

    def root_rows(self, row: int) -> Iterator[int]:
        """The categories of the section; without tabular list only the category itself."""
        section = section_of_row(self, row)
        if section is None:
            return iter((row,))
        return self.walk(*section_rows(self, section))

    # Answers.

    def check(
        self, text: object
    ) -> Valid[Icd10cmCode] | Header[Icd10cmCode] | NotInRelease | Malformed:
        """Whether `text` is a billable code of this release, and if not, why.

        Args:
            text: anything; a text in any common spelling may be a code.

        Returns:
            `Valid` for a billable code; `Header` for one that requires more characters, with the
            billable codes below; `NotInRelease` with suggestions; or `Malformed`. Only `Valid` is
            true.

        Example:
            >>> from codesets import icd10cm
            >>> icd10cm.load().check("W21.9A").suggestions
            ('W21.9XXA',)
        """
        return super().check(text)  # type: ignore[return-value]

    def _check(self, text: object) -> tuple[Finding, bool]:
        from codesets.icd10cm.check import check

        return check(self, text)

    def _explain(self, text: str) -> tuple[str, tuple[str, ...]]:
        from codesets.icd10cm.check import explain

        year = int(self.edition.name[:4]) if self.edition.name[:4].isdigit() else None
        return explain(text, lambda code: len(code) <= 8 and self._row(code) is not None, year)

    def lowest_common_ancestor(
        self, first: str | Icd10cmCode, second: str | Icd10cmCode
    ) -> Icd10cmCode | Section | Chapter | None:
        """The nearest code, section or chapter that is or holds both codes.

        Raises:
            UnknownCodeError: one of them is no code of the release.

        Example:
            >>> from codesets import icd10cm
            >>> str(icd10cm.load().lowest_common_ancestor("E11.9", "E10.9"))
            'E08-E13'
        """
        from codesets.icd10cm.divisions import Section

        left, right = self.row_of(first), self.row_of(second)
        row = self.common_ancestor_row(left, right)
        if row is not None:
            return self.at(row)
        around = self._sections_around(right)
        for place in self._sections_around(left):
            if place in around:
                return Section(self, place)
        chapters = [code.chapter for code in (self.at(left), self.at(right))]
        return chapters[0] if chapters[0] == chapters[1] else None

    def _sections_around(self, row: int) -> list[int]:
        """The places of a row's section and of the overviews around it, nearest first."""
        place = section_of_row(self, row)
        return [] if place is None else [place, *overviews_above(self, place)]

    def codes_between(self, start: int, end: int) -> Codes[Icd10cmCode]:
        """The codes of the rows from `start` to before `end`."""
        return Codes(self, range(start, end))

    def roots_between(self, start: int, end: int) -> Codes[Icd10cmCode]:
        """The categories among the rows from `start` to before `end`."""
        return Codes(self, tuple(self.walk(start, end)))

    @property
    def chapters(self) -> Divisions[int, Chapter]:
        """The chapters by number; empty without tabular list."""
        from codesets.icd10cm.divisions import Chapter, Divisions

        chapters = [Chapter(self, n) for n in range(len(self.file.column("chapter.number")))]
        return Divisions(self, {c.number: c.place for c in chapters}, Chapter, "chapter")

    @property
    def sections(self) -> Divisions[str, Section]:
        """The sections by id, overviews among them, in document order; empty without tabular list.

        Sections and codes are apart: 39 sections have the id of the one category in them.
        """
        from codesets.icd10cm.divisions import Divisions, Section

        return Divisions(self, sections_by_id(self), Section, "section")

    @property
    def introduction(self) -> tuple[IntroSection, ...]:
        """The introduction of the tabular list: titles and instructions."""
        from codesets.icd10cm.outline import extras
        from codesets.icd10cm.records import IntroSection

        try:
            return tuple(
                IntroSection(kind, title, tuple(map(tuple, instructions)))
                for kind, title, instructions in extras(self).get("introduction", ())
            )
        except (TypeError, ValueError) as error:
            raise self.file.damaged("extras") from error

    @property
    def version(self) -> str:
        """The tabular list's own `<version>`, which is wrong in places; empty without one."""
        from codesets.icd10cm.outline import extras

        return str(extras(self).get("version", ""))
