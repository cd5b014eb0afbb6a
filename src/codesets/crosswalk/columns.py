"""The rows of a map to the bytes of a compiled file.

Rows stand by their sources: all rows of one source together, sources in the order in which the map
names them first, rows of a source in its own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, count, islice
from operator import ne
from typing import Any

from attrs import define, field

from codesets._edition import Edition
from codesets.compiled.format import KEY_LENGTH
from codesets.compiled.writer import Writer
from codesets.crosswalk.entries import RELATIONSHIPS, MapEnd, Relationship
from codesets.kept import REPORTS
from codesets.problems import Anomaly
from codesets.reconciliation import Reconciliation
from codesets.reports import make_reports
from codesets.sources import SourceInfo

__all__ = ["NUMBER", "MapRows", "compile_map"]

NUMBER = {relationship: number for number, relationship in enumerate(RELATIONSHIPS)}
"""The number of each relationship in a compiled map."""


@define
class MapRows:
    """The rows of a map as columns of equal length, codes compact.

    Attributes:
        sources: the source of each row.
        targets: the target; None where there is none.
        relationships: how they stand to each other, by `NUMBER`.
        flags: flags as they stand.
        scenarios: number of the scenario, 0 for none.
        choice_lists: number of the choice list, 0 for none.
        lines: line or row in the file, from 1.
        raw: the text of each row; None if `template` makes it of source, target and flags.
        template: format of a row, with the fields `source`, `target` and `flags`.
        exceptions: row → its text, where `template` does not make it.
        via: codes passed on the way; None where no maps were composed.
    """

    sources: Sequence[str]
    targets: Sequence[str | None]
    relationships: Sequence[int]
    flags: Sequence[str]
    scenarios: Sequence[int]
    choice_lists: Sequence[int]
    lines: Sequence[int]
    raw: Sequence[str] | None = None
    template: str = ""
    no_target: str = ""
    exceptions: Mapping[int, str] = field(factory=dict)
    via: Sequence[str | None] | None = None

    def __len__(self) -> int:
        return len(self.sources)

    def group(self) -> list[int]:
        """Bring the rows of each source together; where each source begins, and the end."""
        starts = self._starts()
        if len(starts) - 1 == len(set(self.sources)):
            return starts
        place = {source: number for number, source in enumerate(dict.fromkeys(self.sources))}
        order = sorted(range(len(self)), key=lambda row: place[self.sources[row]])
        for name in ("sources", "targets", "relationships", "flags", "scenarios", "choice_lists",
                     "lines", "raw", "via"):  # fmt: skip
            column = getattr(self, name)
            if column is not None:
                setattr(self, name, [column[row] for row in order])
        moved = {before: after for after, before in enumerate(order)}
        self.exceptions = {moved[row]: text for row, text in self.exceptions.items()}
        return self._starts()

    def _starts(self) -> list[int]:
        sources = self.sources
        if not sources:
            return [0]
        changes = compress(count(1), map(ne, sources, islice(sources, 1, None)))
        return [0, *changes, len(sources)]


def compile_map(
    rows: MapRows,
    *,
    edition: Edition,
    kind: str,
    ends: tuple[MapEnd, MapEnd],
    file: str,
    provenance: Iterable[SourceInfo] = (),
    anomalies: Iterable[Anomaly] = (),
    about: Mapping[str, Any] | None = None,
    extras: Mapping[str, Any] | None = None,
    emptied: Sequence[str] = (),
    content: Sequence[str] | None = None,
) -> bytes:
    """The compiled file of a map.

    Args:
        rows: its rows.
        edition: which map it is; its system is what the file is named after.
        kind: what the map is, as `gem`; or how it was derived.
        ends: what it leads from and to.
        file: name of the file that it was read from, for the places of entries.
        provenance: the files that it was read from.
        anomalies: what was odd in them.
        about: more that the reader wants to keep in the header, JSON-safe.
        extras: sections of its own, JSON-safe, read only when asked for.
        emptied: sources that have no row any more; they stand last.
        content: kinds of the files that it was made of; None for the kind of the map.
    """
    writer = Writer()
    starts = rows.group()
    sources = [*(rows.sources[start] for start in starts[:-1]), *emptied]
    starts += starts[-1:] * len(emptied)
    longest = max(map(len, sources), default=0)
    if longest <= KEY_LENGTH and "".join(sources).isascii():
        writer.keys(sources)
    writer.own_texts("source", dict(enumerate(sources)), len(sources))
    writer.column("starts", "I", starts)
    writer.texts("target", rows.targets)
    writer.column("relationship", "B", rows.relationships)
    writer.texts("flags", rows.flags)
    if any(rows.scenarios):
        writer.column("scenario", "H", rows.scenarios)
        writer.column("choice_list", "H", rows.choice_lists)
    writer.column("line", "I", rows.lines)
    if rows.raw is not None:
        writer.texts("raw", rows.raw)
    if rows.via is not None:
        writer.texts("via", rows.via)
    writer.column("exception.row", "I", sorted(rows.exceptions))
    writer.texts("exception.text", [rows.exceptions[row] for row in sorted(rows.exceptions)])
    for name, value in (extras or {}).items():
        writer.json(name, value)
    writer.json(REPORTS, make_reports(provenance, anomalies, Reconciliation()))
    targets = set(rows.targets)
    header = {
        "system": edition.system,
        "edition": edition.to_dict(),
        "content": list(content or [kind]),
        "map": {
            "kind": kind,
            "file": file,
            "template": rows.template,
            "no_target": rows.no_target,
            "ends": [[end.coding.system.name, end.release] for end in ends],
            **(about or {}),
        },
        "counts": {
            "rows": len(rows),
            "sources": len(sources),
            "targets": len(targets - {None}),
            "no_map": list(rows.relationships).count(NUMBER[Relationship.NOT_RELATED_TO]),
        },
    }
    return writer.finish(header, apart=[REPORTS])
