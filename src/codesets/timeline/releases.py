"""What the timeline reads of a release: opened, read through, and let go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from codesets.compiled.reader import Compiled
from codesets.timeline.by_dates import Record
from codesets.timeline.by_edition import Rows

if TYPE_CHECKING:
    from codesets.hcpcs.views import HcpcsEntry

__all__ = ["record_reader", "row_reader"]


def row_reader(opened: Callable[[str], Compiled]) -> Callable[[str], Rows]:
    """What gives the codes of ICD-10-CM editions by name, each out of its compiled file."""
    from codesets.icd10cm import Icd10cmRelease
    from codesets.icd10cm.bulk import displays

    def read(name: str) -> Rows:
        release = Icd10cmRelease(opened(name))
        flags = map(bool, bytes(release.file.column("tree.billable")))
        return zip(release.codes, flags, displays(release), strict=True)

    return read


def record_reader(
    opened: Callable[[str], Compiled], *, modifiers: bool
) -> Callable[[str], Iterable[Record]]:
    """What gives the records of HCPCS editions by name, codes or modifiers."""
    from codesets.hcpcs import HcpcsRelease

    def read(name: str) -> Iterator[Record]:
        release = HcpcsRelease(opened(name))
        entries: Iterable[HcpcsEntry] = (
            release.modifiers.values() if modifiers else release.values()
        )
        return map(_record, entries)

    return read


def _record(entry: HcpcsEntry) -> Record:
    return Record(
        entry.code,
        entry.added_on,
        entry.terminated_on,
        str(entry.action or ""),
        entry.action_effective_on,
        entry.display,
        entry.short_description,
    )
