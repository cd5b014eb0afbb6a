"""A map as plain tables, with all that each of its rows says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codesets.tables import DAYS, Cell, Table, columns, days_of, provenance_table

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk

__all__ = ["tables"]

Rows = Iterator[tuple[Cell, ...]]

_MAP = columns(
    ("kind", str, "what the map is, as gem-i9 or hcc-v28"),
    ("edition", str, "which one, as 2018; empty if that is not known"),
    *DAYS,
    ("source_system", str, "short name of the system that it leads from"),
    ("source_title", str, "its title"),
    ("source_release", str, "the release whose codes are meant; empty where nothing is said"),
    ("target_system", str, "short name of what it leads to"),
    ("target_title", str, "its title"),
    ("target_release", str, "likewise"),
    ("file", str, "the file that it was read from"),
)
_ENTRIES = columns(
    ("position", int, "number of the entry, from 1; those of one source stand together"),
    ("source", str, "the code, canonical"),
    ("target", str, "what it maps to, canonical; empty where raw names no single code, or none"),
    ("relationship", str, "how the source stands to the target, in FHIR's words"),
    ("flags", str, "the flags of the file as they stand"),
    ("scenario", int, "number of the scenario; 0 for a target that stands alone"),
    ("choice_list", int, "number of the choice list within the scenario; 0 without one"),
    ("via", str, "the code passed on the way, where maps were composed"),
    ("line", int, "line or row in the file; empty where it has none"),
    ("raw", str, "the text of the row"),
)


def tables(crosswalk: Crosswalk) -> tuple[Table, ...]:
    """The tables of a map."""

    def one() -> Rows:
        ends = (crosswalk.source, crosswalk.target)
        systems = [(end.coding.system.name, end.coding.system.title, end.release) for end in ends]
        edition = crosswalk.edition
        name = str(crosswalk.file.header.values["map"]["file"])
        yield (crosswalk.kind, edition.name, *days_of(edition), *systems[0], *systems[1], name)

    def entries() -> Rows:
        for number, entry in enumerate(crosswalk.entries, 1):
            yield (
                number,
                entry.source,
                entry.target,
                str(entry.relationship),
                entry.flags,
                entry.scenario,
                entry.choice_list,
                entry.via,
                entry.place.line,
                entry.raw,
            )

    return (
        Table("map", _MAP, (), "The map that all other tables are of.", one),
        Table("entries", _ENTRIES, ("position",), "One statement of the map.", entries),
        provenance_table(crosswalk),
    )
