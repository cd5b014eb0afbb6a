"""The tables of exported maps, conversion tables, titles and groupers, see `layouts`."""

from __future__ import annotations

import io
from typing import Any

from layouts import TABLES, Rows, exported_tables
from sphinx.application import Sphinx

from codesets import grouping, tables
from codesets.crosswalk import ConversionTable, Icd9Titles
from codesets.export import tables_of


def map_export() -> Rows:
    """The tables of a map, then those that groupers have besides."""
    model = grouping.HccModel.parse(io.BytesIO(b"E119\t38\t\n"), model="v28", year="2024-1")
    yield from exported_tables(_without_provenance(model))


def conversion_export() -> Rows:
    """The tables of a conversion table."""
    rows = b"Current code assignment,Effective,Previous Code(s) Assignment\nA04.71,2017,A04.7\n"
    table = ConversionTable.parse(io.BytesIO(rows), edition="2018")
    yield from exported_tables(_without_provenance(table))


def titles_export() -> Rows:
    """The table of codes of ICD-9-CM."""
    titles = Icd9Titles.parse(io.BytesIO(b"0010  Cholera\n"), version="v32")
    yield from exported_tables([tables_of(titles)["codes"]])


def _without_provenance(kept: Any) -> list[tables.Table]:
    return [table for name, table in tables_of(kept).items() if name != "provenance"]


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    for made in (map_export, conversion_export, titles_export):
        TABLES[made.__name__.replace("_", "-")] = made
    return {"parallel_read_safe": True, "parallel_write_safe": True}
