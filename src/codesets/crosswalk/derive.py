"""Maps made of maps: turned round, one after another, restricted to releases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from codesets._edition import Edition
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.entries import MapEnd, MapEntry, Relationship
from codesets.errors import CrosswalkError
from codesets.sources import SourceInfo

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk

__all__ = ["DERIVED", "compose", "restrict", "reverse", "usable_codes"]

DERIVED = "crosswalk"
"""What compiled maps that no publisher made are called by."""


class _Made:
    """Collects the entries of a derived map."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str | None, Relationship, str, int, str, str | None]] = []

    def add(
        self,
        source: str,
        target: str | None,
        relationship: Relationship,
        entry: MapEntry,
        via: str | None = None,
    ) -> None:
        line = entry.place.line or 0
        self.rows.append((source, target, relationship, entry.flags, line, entry.raw, via))

    def compiled(
        self, kind: str, ends: tuple[MapEnd, MapEnd], file: str, made_of: list[Crosswalk]
    ) -> bytes:
        columns = [list(column) for column in zip(*self.rows, strict=True)] or [
            [] for _ in range(7)
        ]
        zeros = [0] * len(self.rows)
        rows = MapRows(
            columns[0],
            columns[1],
            [NUMBER[each] for each in columns[2]],
            columns[3],
            zeros,
            zeros,
            columns[4],
            raw=columns[5],
            via=columns[6] if any(columns[6]) else None,
        )
        provenance: dict[SourceInfo, None] = {}
        for crosswalk in made_of:
            provenance.update(dict.fromkeys(crosswalk.provenance))
        name = f"{kind}-" + "-".join(f"{each.kind}-{each.edition}" for each in made_of)
        return compile_map(
            rows, edition=Edition(DERIVED, name), kind=kind, ends=ends, file=file,
            provenance=provenance,
        )  # fmt: skip


def _compact(end: MapEnd, code: str) -> str:
    return end.coding.compact(code)


def reverse(crosswalk: Crosswalk) -> bytes:
    """The compiled reverse of a map; entries without target have none."""
    made = _Made()
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
    made = _Made()
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
    crosswalk: Crosswalk, source: Mapping[str, Any] | None, target: Mapping[str, Any] | None
) -> bytes:
    """The compiled map of the entries whose codes may be used."""
    made = _Made()
    sources = None if source is None else usable_codes(source)
    targets = None if target is None else usable_codes(target)
    for entry in crosswalk.entries:
        if sources is not None and entry.source not in sources:
            continue
        if targets is not None and entry.target is not None and entry.target not in targets:
            continue
        made.add(
            _compact(crosswalk.source, entry.source),
            None if entry.target is None else _compact(crosswalk.target, entry.target),
            entry.relationship,
            entry,
            entry.via,
        )
    ends = (_of(crosswalk.source, source), _of(crosswalk.target, target))
    return made.compiled("restricted", ends, _file(crosswalk), [crosswalk])


def _of(end: MapEnd, release: Mapping[str, Any] | None) -> MapEnd:
    edition = getattr(release, "edition", None)
    return end if edition is None else MapEnd(end.coding, str(edition))


def usable_codes(release: Mapping[str, Any]) -> Collection[str]:
    """The codes of a release that may be used; of one without headers, or a plain mapping, all."""
    from codesets.tree import TreeRelease

    if not isinstance(release, TreeRelease):
        return release
    return frozenset(release.select("*", billable=True).codes)


def _file(crosswalk: Crosswalk) -> str:
    files = [info.file for info in crosswalk.provenance]
    return files[0] if len(files) == 1 else ", ".join(files)
