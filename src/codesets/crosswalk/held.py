"""A release as one end of a map is held against it: which codes it has, and which may be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from codesets._edition import as_day
from codesets.crosswalk.entries import MapEnd
from codesets.errors import CrosswalkError
from codesets.release import Release
from codesets.tree import TreeRelease

__all__ = ["Held", "held"]


@frozen
class Held:
    """The codes of a release, or of any mapping from codes, which may all be used.

    Attributes:
        spaces: the key spaces. In HCPCS modifiers are one of their own, and maps name them too.
        usable: the codes that may be used, no headers, and neither terminated nor not yet added; in
            the order of the release.
    """

    spaces: tuple[Mapping[str, Any], ...]
    usable: Mapping[str, Any]

    def has(self, code: str) -> bool:
        """Whether the release has a code, be it one that may not be used."""
        return any(code in space for space in self.spaces)

    def is_header(self, code: str) -> bool:
        """Whether the release has a code as a header."""
        return any(getattr(space.get(code), "is_header", False) for space in self.spaces)


def held(release: Mapping[str, Any], end: MapEnd, on: date | None = None) -> Held:
    """A release as the codes of one end of a map are held against it.

    Args:
        release: the release, or any mapping from codes.
        end: the end of the map.
        on: the day asked about; None for the first day of the edition.

    Raises:
        CrosswalkError: the release is of another system, or does not answer for that day.
        TypeError: `on` is no date.
    """
    if not isinstance(release, Release):
        return Held((release,), release)
    system = end.coding.system
    if release.system.name != system.name:
        raise CrosswalkError(
            f"the map is of codes of {system}; {release.edition} is a release of {release.system}"
        )
    if isinstance(release, TreeRelease):
        return Held((release,), dict.fromkeys(_billable(release, on)))
    day = release.edition.effective_from if on is None else as_day(on)
    spaces: tuple[Any, ...] = (release, release.modifiers)  # type: ignore[attr-defined]
    live = (code for space in spaces for code in space if space.check(code, on=day))
    return Held(spaces, dict.fromkeys(live))


def _billable(release: TreeRelease[Any], on: date | None) -> Iterable[str]:
    if on is not None and not release.edition.is_in_force(on):
        raise CrosswalkError(f"{release.system} {release.edition} is not in force on {on}")
    return map(release.codes.__getitem__, release.billable_rows(0, len(release)))
