"""The conversion table as a map from new codes to the codes before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from codesets._edition import Edition
from codesets.crosswalk.codings import CODINGS
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.conversion.grammar import Joining, Term, TermKind
from codesets.crosswalk.entries import MapEnd, Relationship

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionEntry, ConversionTable
    from codesets.sources import Source

__all__ = ["KIND", "SYSTEM_NAME", "build_map", "map_of"]

SYSTEM_NAME = "conversionmap"
"""What maps made of conversion tables are called by; `conversion` are the tables themselves."""
KIND = "conversion"

_Row = tuple[str, str | None, Relationship, str, int, int, int, str]


def build_map(sources: Sequence[Source], name: str | None, *, lenient: bool) -> bytes:
    """The compiled map of the official file, see `ConversionTable.parse`."""
    from codesets.crosswalk.conversion.table import ConversionTable

    return map_of(ConversionTable.parse(*sources, edition=name, lenient=lenient))


def map_of(table: ConversionTable) -> bytes:
    """The compiled map of a table.

    One entry a term: alternatives stand alone, codes reported together are the choice lists of one
    scenario. The flags of an entry are the day from which its source is used.
    """
    rows = [row for entry in table.entries for row in _rows(entry)]
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    sources, targets, related, days, scenarios, choice_lists, lines, raw = columns
    (info,) = table.provenance
    edition = table.edition
    coding = CODINGS["icd10cm"]
    return compile_map(
        MapRows(
            sources, targets, [NUMBER[each] for each in related], days, scenarios, choice_lists,
            lines, raw=raw,
        ),
        edition=Edition(
            SYSTEM_NAME, edition.name, edition.effective_from, edition.effective_to,
            edition.is_certain, edition.alternatives,
        ),
        kind=KIND,
        ends=(MapEnd(coding, edition.name), MapEnd(coding)),
        file=table.entries[0].place.file,
        provenance=[info],
        anomalies=table.anomalies,
    )  # fmt: skip


def _rows(entry: ConversionEntry) -> Iterator[_Row]:
    source, day = entry.code.replace(".", ""), entry.effective.isoformat()
    previous = entry.previous
    if previous.is_none:
        yield source, None, Relationship.NOT_RELATED_TO, day, 0, 0, entry.row, previous.text
        return
    together = previous.joining is Joining.TOGETHER
    for number, term in enumerate(previous.terms or (None,), 1):
        scenario, choice = (1, number) if together else (0, 0)
        target = _target(term)
        related = Relationship.RELATED_TO
        yield source, target, related, day, scenario, choice, entry.row, previous.text


def _target(term: Term | None) -> str | None:
    """The code that a term names; None for a range, and for words that were not understood."""
    if term is None or term.kind is not TermKind.CODE:
        return None
    return term.first.replace(".", "")
