"""CMS-HCC: the hierarchical condition categories of Medicare's risk adjustment.

A code is in up to three categories, and of the categories of a person some drop others. No risk
scores are made here: hccpy and hccinfhir do that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from attrs import field, frozen

from codesets.arguments import several
from codesets.crosswalk.codemap import Crosswalk
from codesets.grouping.base import Category, Grouper
from codesets.grouping.hcc_build import HIERARCHY, NOTES, build
from codesets.grouping.hcc_names import KIND
from codesets.sources import Source, open_sources

__all__ = ["HccModel", "HccProfile", "HierarchyLine"]


@frozen
class HierarchyLine:
    """One line of the hierarchy: a category and those that it drops.

    Attributes:
        group: what CMS calls the group, as `Neoplasm 1`.
        category: the category that drops.
        drops: the categories dropped, in full as published.
    """

    group: str
    category: str
    drops: tuple[str, ...]


@frozen
class HccProfile:
    """The categories of a set of codes, after the hierarchy.

    Attributes:
        categories: what is left, by number.
        dropped: what was dropped, each with the category that did it.
        codes: category → the codes that it comes from, dropped ones included.
        ungrouped: the codes that are in no category.
    """

    categories: tuple[Category, ...]
    dropped: tuple[tuple[Category, Category], ...]
    codes: dict[str, tuple[str, ...]] = field(hash=False)
    ungrouped: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "categories": [category.to_dict() for category in self.categories],
            "dropped": [
                {"category": dropped.to_dict(), "by": by.id} for dropped, by in self.dropped
            ],
            "codes": {category: list(codes) for category, codes in self.codes.items()},
            "ungrouped": list(self.ungrouped),
        }


@frozen(repr=False)
class HccModel(Grouper):
    """One model of one payment year: `v22`, `v24`, `v28`, `esrd-v21`, `rxhcc-v08`, ….

    CMS issues tables of a payment year several times, so that `edition.name` is year and issue, as
    `2021-2` or `2027-initial`. A table holds the codes of the two fiscal years that its dates of
    service lie in.
    """

    title = "CMS-HCC table"

    @classmethod
    def _speaks_of(cls, kind: str) -> bool:
        return kind.startswith(KIND)

    @property
    def model(self) -> str:
        """The model, as `v28`."""
        return self.crosswalk.kind.removeprefix(KIND)

    @property
    def payment_year(self) -> str:
        """The payment year that the table is of, as `2021`."""
        return self.edition.name[:4]

    @classmethod
    def parse(
        cls,
        *sources: Source,
        model: str | None = None,
        year: str | None = None,
        lenient: bool = False,
    ) -> Self:
        """Read the files of one model.

        Args:
            sources: a format file (`F2824T1N.TXT`) or CMS's CSV table of mappings; with it labels
                (`V28115L3.TXT`) and hierarchy (`V28115H1.TXT`). By themselves, or in archives and
                folders; other files, and those of other models, are passed over.
            model: as `v28`; None to go by the name of the format file, or for a table of one model.
            year: the payment year, as `2024`, or year and issue, as `2021-2`; None to go by the
                names of file and folder.
            lenient: list what cannot be read in `anomalies` instead of raising.

        Raises:
            SourceError: none of these files, or several tables.
            CrosswalkError: the model is not told.
            SourceFormatError: a file is not as it should be.
        """
        return cls.from_bytes(build(open_sources(sources), model, year, lenient=lenient))

    @classmethod
    def load(cls, model: str, year: str | None = None) -> Self:
        """One in the data folder.

        Args:
            model: as `v28`.
            year: the payment year, as `2021`, of which the newest issue answers, or one issue of
                it, as `2021-1`; None for the newest payment year that has begun.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        return cls._load(f"{KIND}{model.lower()}", year)

    @property
    def _name(self) -> str:
        return f"{self.model} {self.edition}"

    @property
    def hierarchy(self) -> tuple[HierarchyLine, ...]:
        """The lines of the hierarchy as published; empty if no file of it was read."""
        return tuple(
            HierarchyLine(group, category, tuple(drops))
            for group, category, drops in self._section(HIERARCHY)
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes below CMS's table: what it cannot express."""
        return tuple(map(str, self._section(NOTES)))

    def _section(self, name: str) -> list[Any]:
        crosswalk: Crosswalk = self.crosswalk
        return list(crosswalk.once(name, lambda: crosswalk.file.json(name)))

    def profile(self, codes: Iterable[object]) -> HccProfile:
        """The categories of a person's codes, after the hierarchy.

        Lines are applied in their order as CMS's program applies them: one whose category was
        dropped before it drops nothing. Lists are taken as published, no closure is made of them.

        Args:
            codes: any common spellings; each counts once.

        Raises:
            ArgumentTypeError: `codes` is one text, not a list.
        """
        found: dict[str, Category] = {}
        origins: dict[str, dict[str, None]] = {}
        ungrouped: dict[str, None] = {}
        for code in several(codes, "codes"):
            categories = self.categories(code)
            spelled = self.crosswalk.translate(code).code
            if not categories:
                ungrouped[spelled] = None
            for category in categories:
                found.setdefault(category.id, self._category(category.id))
                origins.setdefault(category.id, {})[spelled] = None
        left = dict(found)
        dropped: list[tuple[Category, Category]] = []
        for line in self.hierarchy:
            if line.category in left:
                for lower in line.drops:
                    if lower in left:
                        dropped.append((left.pop(lower), found[line.category]))
        return HccProfile(
            tuple(sorted(left.values(), key=lambda category: int(category.id))),
            tuple(dropped),
            {category: tuple(each) for category, each in origins.items()},
            tuple(ungrouped),
        )
