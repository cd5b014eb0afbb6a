"""A release as one end of a map is held against it: which codes it has, and which may be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from codesets._edition import as_day
from codesets.crosswalk.entries import MapEnd
from codesets.errors import CrosswalkError
from codesets.release import Release

__all__ = ["Held", "held"]


@frozen
class Held:
    """The codes of a release, or of any mapping from codes, which may all be used.

    Attributes:
        spaces: the key spaces. In HCPCS modifiers are one of their own, and maps name them too.
        on: the day asked about; None for the first day of the edition.
        is_checked: whether the release says which of its codes may be used.
    """

    spaces: tuple[Mapping[str, Any], ...]
    on: date | None
    is_checked: bool

    def has(self, code: str) -> bool:
        """Whether the release has a code, be it one that may not be used."""
        return any(code in space for space in self.spaces)

    def may_use(self, code: str) -> bool:
        """Whether a code may be used: no header, and neither terminated nor not yet added."""
        return any(code in space and self._is_valid(space, code) for space in self.spaces)

    def is_header(self, code: str) -> bool:
        """Whether the release has a code as a header."""
        return any(getattr(space.get(code), "is_header", False) for space in self.spaces)

    @property
    def usable(self) -> Iterator[str]:
        """The codes that may be used, in the order of the release."""
        return (code for space in self.spaces for code in space if self._is_valid(space, code))

    def _is_valid(self, space: Any, code: str) -> bool:
        if not self.is_checked:
            return True
        finding = space.check(code) if self.on is None else space.check(code, on=self.on)
        return bool(finding.is_valid)


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
        return Held((release,), None, is_checked=False)
    system = end.coding.system
    if release.system.name != system.name:
        raise CrosswalkError(
            f"the map is of codes of {system}; {release.edition} is a release of {release.system}"
        )
    if on is None or hasattr(release, "live_on"):  # the file tells the days of each code
        modifiers = getattr(release, "modifiers", None)
        spaces = (release,) if modifiers is None else (release, modifiers)
        return Held(spaces, None if on is None else as_day(on), is_checked=True)
    if not release.edition.is_in_force(on):
        raise CrosswalkError(f"{release.system} {release.edition} is not in force on {on}")
    return Held((release,), None, is_checked=True)
