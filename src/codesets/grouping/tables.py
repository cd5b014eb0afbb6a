"""Groupers as plain tables: the map, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator

from codesets.crosswalk.tables import tables as map_tables
from codesets.grouping.base import Grouper
from codesets.grouping.cms_hcc import HccModel
from codesets.grouping.comorbidity import Elixhauser, measure_of
from codesets.tables import Cell, Table, columns

__all__ = ["tables"]

Rows = Iterator[tuple[Cell, ...]]

_CATEGORIES = columns(
    ("position", int, "number of the category, from 1"),
    ("category", str, "its name, as entries.target has it"),
    ("title", str, "its title"),
)
_HIERARCHY = columns(
    ("line", int, "number of the line, from 1; lines are applied in their order"),
    ("position", int, "number of the dropped category in its line, from 1"),
    ("line_group", str, "what CMS calls the group"),
    ("category", str, "the category that drops"),
    ("drops", str, "a category that it drops"),
)
_NOTES = columns(
    ("position", int, "number of the note, from 1"),
    ("text", str, "what stands below the table"),
)
_PARTS = columns(
    ("category", str, "a column of the reference file, as entries.target has it"),
    ("measure", str, "the measure that it belongs to"),
)
_MEASURES = columns(
    ("measure", str, "its name"),
    ("title", str, "its title"),
    ("uses_poa", bool, "whether the software asks if it was present on admission"),
)


def tables(grouper: Grouper) -> tuple[Table, ...]:
    """The tables of a grouper."""
    first, entries, provenance = map_tables(grouper.crosswalk)
    beside = _measures(grouper) if isinstance(grouper, Elixhauser) else (_categories(grouper),)
    if isinstance(grouper, HccModel):
        beside += _of_model(grouper)
    return (first, entries, *beside, provenance)


def _categories(grouper: Grouper) -> Table:
    def rows() -> Rows:
        for number, (name, title) in enumerate(grouper.labels.items(), 1):
            yield number, name, title

    return Table("categories", _CATEGORIES, ("category",), "A category with its title.", rows)


def _of_model(model: HccModel) -> tuple[Table, ...]:
    def hierarchy() -> Rows:
        for number, line in enumerate(model.hierarchy, 1):
            for place, dropped in enumerate(line.drops, 1):
                yield number, place, line.group, line.category, dropped

    def notes() -> Rows:
        yield from enumerate(model.notes, 1)

    key = ("line", "position")
    return (
        Table("hierarchy", _HIERARCHY, key, "A category and one that it drops.", hierarchy),
        Table("notes", _NOTES, ("position",), "A note below CMS's table of mappings.", notes),
    )


def _measures(grouper: Elixhauser) -> tuple[Table, ...]:
    def parts() -> Rows:
        targets = (target for _, target in grouper.crosswalk.pairs())
        for name in dict.fromkeys(targets):
            yield name, measure_of(name)

    def measures() -> Rows:
        for measure in grouper.measures.values():
            yield measure.id, measure.title, measure.uses_poa

    return (
        Table("categories", _PARTS, ("category",), "A category and its measure.", parts),
        Table("measures", _MEASURES, ("measure",), "A comorbidity measure.", measures),
    )
