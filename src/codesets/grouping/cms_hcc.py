"""CMS-HCC: the hierarchical condition categories of Medicare's risk adjustment.

A code is in up to three categories, and of the categories of a person some drop others. No risk
scores are made here: hccpy and hccinfhir do that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

from attrs import field, frozen

from codesets.crosswalk.codemap import Crosswalk
from codesets.errors import CrosswalkError, SourceError
from codesets.grouping.base import LABELS, Category, Grouper, titles_of
from codesets.grouping.hcc_files import (
    hierarchy_in,
    kind_of,
    labels_in,
    model_in,
    models_in,
    read_format,
    read_table,
)
from codesets.grouping.reading import compile_groups, version_edition
from codesets.problems import Problems
from codesets.sources import Source, SourceFile, open_sources

__all__ = ["HccModel", "HccProfile", "HierarchyLine"]

_KIND = "hcc-"
"""What names of compiled files begin with; the model follows."""
HIERARCHY, NOTES = "hierarchy", "notes"
"""Names of the sections with the lines of the hierarchy, and with the notes of the CSV table."""


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

    The payment year is `edition.name`: a table holds the codes of the two fiscal years that its
    dates of service lie in.
    """

    title = "CMS-HCC table"

    @classmethod
    def _speaks_of(cls, kind: str) -> bool:
        return kind.startswith(_KIND)

    @property
    def model(self) -> str:
        """The model, as `v28`."""
        return self.crosswalk.kind.removeprefix(_KIND)

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
                folders; other files are passed over.
            model: as `v28`; None to go by the name of the format file, or for a table of one model.
            year: the payment year, as `2024`; None to go by the names of file and folder.
            lenient: list what cannot be read in `anomalies` instead of raising.

        Raises:
            SourceError: none of these files, or several tables.
            CrosswalkError: the model is not told.
            SourceFormatError: a file is not as it should be.
        """
        return cls.from_bytes(build(open_sources(sources), model, year, lenient=lenient))

    @classmethod
    def load(cls, model: str, year: str | None = None) -> Self:
        """One in the data folder, of the newest payment year by default.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        return cls._load(f"{_KIND}{model.lower()}", year)

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
        """
        found: dict[str, Category] = {}
        origins: dict[str, dict[str, None]] = {}
        ungrouped: dict[str, None] = {}
        for code in codes:
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


def build(
    files: Sequence[SourceFile], model: str | None, year: str | None, *, lenient: bool
) -> bytes:
    """The compiled file of one model, see `HccModel.parse`."""
    kinds: dict[str, list[SourceFile]] = {}
    digests: set[str] = set()
    for file in files:
        kind = kind_of(file)
        if kind and file.sha256 not in digests:
            digests.add(file.sha256)
            kinds.setdefault(kind, []).append(file)
    tables = [*kinds.get("format", ()), *kinds.get("table", ())]
    if len(tables) != 1:
        there = ", ".join(file.name for file in tables) or "none"
        raise SourceError(f"one table of codes and HCCs is wanted, and there are: {there}")
    (file,) = tables
    is_format = "format" in kinds
    named, dated = model_in(file) if is_format else ("", "")
    chosen = (model or named).lower() or _only_model(file, is_format=is_format)
    names = [file.member, file.archive, file.folder]
    edition = version_edition(f"{_KIND}{chosen}", year or dated or None, names, (0, 1, 1))
    problems = Problems(file.name, lenient)
    if is_format:
        rows, notes = list(read_format(file, problems)), list[str]()
    else:
        rows, notes = read_table(file, chosen, problems)
    labels = {
        name: title for each in kinds.get("labels", ()) for name, title in labels_in(each).items()
    }
    hierarchy = [line for each in kinds.get("hierarchy", ()) for line in hierarchy_in(each)]
    read = [(file, "format" if is_format else "table")]
    read += [(each, kind) for kind in ("labels", "hierarchy") for each in kinds.get(kind, ())]
    return compile_groups(
        rows,
        edition,
        (f"{_KIND}{chosen}", "hcc"),
        read,
        [problems],
        {LABELS: titles_of(labels.items()), HIERARCHY: hierarchy, NOTES: notes},
    )


def _only_model(file: SourceFile, *, is_format: bool) -> str:
    models = () if is_format else models_in(file)
    if len(models) == 1:
        return models[0]
    there = f"it has {', '.join(models)}" if models else "no line of it says so"
    raise CrosswalkError(f"{file.name}: say which model (model=…); {there}")
