"""Titles of ICD-9-CM as plain tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codesets.tables import Cell, Table, columns, provenance_table, release_table

if TYPE_CHECKING:
    from codesets.crosswalk.icd9 import Icd9Titles

__all__ = ["tables"]

_TITLES = columns(
    ("position", int, "number of the code, from 1"),
    ("code", str, "the code, canonical"),
    ("compact", str, "the code without its dot"),
    ("long_title", str, "its long title; empty where no file of them was read"),
    ("short_title", str, "its short title, likewise"),
)


def tables(titles: Icd9Titles) -> tuple[Table, ...]:
    """The tables of one version."""

    def codes() -> Iterator[tuple[Cell, ...]]:
        for number, title in enumerate(titles.values(), 1):
            compact = title.code.replace(".", "")
            yield number, title.code, compact, title.long_title, title.short_title

    return (
        release_table(titles),
        Table("codes", _TITLES, ("position",), "One code with its titles.", codes),
        provenance_table(titles),
    )
