"""Maps made of maps: turned round, one after another, restricted to releases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from codesets._edition import Edition
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.entries import LEFT_OUT, MapEnd, MapEntry, Relationship
from codesets.crosswalk.held import Held, held
from codesets.errors import CrosswalkError
from codesets.sources import SourceInfo

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk

__all__ = ["DERIVED", "Made", "compose", "restrict", "reverse"]

DERIVED = "crosswalk"
"""What compiled maps that no publisher made are called by."""


class Made:
    """Collects the entries of a derived map."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.left_out: dict[str, list[str]] = {}

    def add(
        self,
        source: str,
        target: str | None,
        relationship: Relationship,
        entry: MapEntry,
        via: str | None = None,
        *,
        part: tuple[int, int] = (0, 0),
    ) -> None:
        """Add an entry; `part` is scenario and choice list, where they keep their meaning."""
        line = entry.place.line or 0
        number = NUMBER[relationship]
        self.rows.append((source, target, number, entry.flags, *part, line, entry.raw, via))

    def compiled(
        self, kind: str, ends: tuple[MapEnd, MapEnd], file: str, made_of: list[Crosswalk]
    ) -> bytes:
        """The bytes of the compiled map; `made_of` are the maps that it was made of."""
        columns: Any = zip(*self.rows, strict=True) if self.rows else [[] for _ in range(9)]
        sources, targets, related, flags, scenarios, lists, lines, raw, via = map(list, columns)
        rows = MapRows(
            sources, targets, related, flags, scenarios, lines=lines, choice_lists=lists, raw=raw,
            via=via if any(via) else None,
        )  # fmt: skip
        stated = set(sources)
        provenance: dict[SourceInfo, None] = {}
        for crosswalk in made_of:
            provenance.update(dict.fromkeys(crosswalk.provenance))
        name = f"{kind}-" + "-".join(f"{each.kind}-{each.edition}" for each in made_of)
        return compile_map(
            rows, edition=Edition(DERIVED, name), kind=kind, ends=ends, file=file,
            provenance=provenance, extras={LEFT_OUT: self.left_out} if self.left_out else None,
            emptied=[source for source in self.left_out if source not in stated],
        )  # fmt: skip


def _compact(end: MapEnd, code: str) -> str:
    return end.coding.compact(code)


def reverse(crosswalk: Crosswalk) -> bytes:
    """The compiled reverse of a map; entries without target have none."""
    made = Made()
    source, target = crosswalk.source, crosswalk.target
    for entry in crosswalk.entries:
        if entry.target is not None:
            made.add(
                _compact(target, entry.target),
                _compact(source, entry.source),
                entry.relationship.reversed,
                entry,
            )
    return made.compiled("reversed", (target, source), _file(crosswalk), [crosswalk])


def compose(first: Crosswalk, second: Crosswalk) -> bytes:
    """The compiled composition of two maps.

    Raises:
        CrosswalkError: the second does not begin where the first ends.
    """
    if first.target.coding != second.source.coding:
        raise CrosswalkError(
            f"a map to {first.target} is followed by one from {second.source}: the two have nothing"
            " in common"
        )
    made = Made()
    for entry in first.entries:
        source = _compact(first.source, entry.source)
        if entry.target is None:
            made.add(source, None, entry.relationship, entry)
            continue
        for further in second.translate(entry.target).entries:
            if further.source != entry.target:
                continue  # a header's leaves: the first map did not name them
            target = None if further.target is None else _compact(second.target, further.target)
            related = entry.relationship.then(further.relationship)
            if target is None:
                related = further.relationship
            via = entry.target if further.via is None else f"{entry.target} > {further.via}"
            made.add(source, target, related, entry, via)
    return made.compiled("composed", (first.source, second.target), _file(first), [first, second])


def restrict(
    crosswalk: Crosswalk,
    source: Mapping[str, Any] | None,
    target: Mapping[str, Any] | None,
    on: date | None,
) -> bytes:
    """The compiled map of the entries whose codes may be used.

    A scenario stays as long as each of its choice lists has a target left: else it would turn into
    a translation that the map does not make. A source of which nothing is left stays too, so that
    it is not taken for one that the map never had.

    Raises:
        CrosswalkError: a release is of another system, or does not answer for the day.
    """
    made = Made()
    sources = None if source is None else held(source, crosswalk.source, on)
    targets = None if target is None else held(target, crosswalk.target, on)
    for group in range(crosswalk.source_count):
        code = crosswalk.source_at(group)
        if sources is not None and code not in sources.usable:
            continue
        compact = _compact(crosswalk.source, code)
        entries = list(crosswalk.entries_in(crosswalk.rows_of(group)))
        left_out = [*crosswalk.left_out_of([group])]
        for entry, stays in zip(entries, _staying(entries, targets), strict=True):
            if not stays:
                left_out.append(entry.raw)
                continue
            wanted = None if entry.target is None else _compact(crosswalk.target, entry.target)
            part = (entry.scenario, entry.choice_list)
            made.add(compact, wanted, entry.relationship, entry, entry.via, part=part)
        if left_out:
            made.left_out[compact] = left_out
    ends = (_of(crosswalk.source, source), _of(crosswalk.target, target))
    return made.compiled("restricted", ends, _file(crosswalk), [crosswalk])


def _staying(entries: list[MapEntry], targets: Held | None) -> list[bool]:
    """Which entries of a source stay: those whose targets may be used, whole scenarios only."""
    usable = [targets is None or e.target is None or e.target in targets.usable for e in entries]
    parts = [(entry.scenario, entry.choice_list) for entry in entries]
    left = {part for part, is_usable in zip(parts, usable, strict=True) if is_usable}
    broken = {scenario for scenario, number in parts if (scenario, number) not in left} - {0}
    return [each and part[0] not in broken for each, part in zip(usable, parts, strict=True)]


def _of(end: MapEnd, release: Mapping[str, Any] | None) -> MapEnd:
    edition = getattr(release, "edition", None)
    return end if edition is None else MapEnd(end.coding, str(edition))


def _file(crosswalk: Crosswalk) -> str:
    files = [info.file for info in crosswalk.provenance]
    return files[0] if len(files) == 1 else ", ".join(files)
