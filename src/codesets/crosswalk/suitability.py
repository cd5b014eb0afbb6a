"""A map held against the releases of its two ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from codesets.crosswalk.derive import usable_codes

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk

__all__ = ["MapCheck", "check_map"]


@frozen
class MapCheck:
    """Which codes of a map a release does not know, or knows as headers.

    Attributes:
        unknown_sources: sources that the release does not have.
        header_sources: sources that it has as headers.
        unknown_targets: targets that the release does not have.
        header_targets: targets that it has as headers.
        unmapped: billable codes of the release of sources that are no source of the map.
        unreached: billable codes of the release of targets that are no target of the map.
    """

    unknown_sources: tuple[str, ...] = ()
    header_sources: tuple[str, ...] = ()
    unknown_targets: tuple[str, ...] = ()
    header_targets: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Every code of the map may be used in its release."""
        return not (
            self.unknown_sources or self.header_sources
            or self.unknown_targets or self.header_targets
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {name: list(codes) for name, codes in asdict(self).items()}

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(codes):,} {name}" for name, codes in self.to_dict().items())
        return f"<MapCheck: {counts}>"


def check_map(
    crosswalk: Crosswalk, source: Mapping[str, Any] | None, target: Mapping[str, Any] | None
) -> MapCheck:
    """Hold every source and target against their releases, where those are given."""
    unknown_sources, header_sources, unmapped = _held(source, crosswalk)
    targets = dict.fromkeys(target for _, target in crosswalk.pairs()) if target is not None else {}
    unknown_targets, header_targets, unreached = _held(target, targets)
    return MapCheck(
        unknown_sources, header_sources, unknown_targets, header_targets, unmapped, unreached
    )


def _held(
    release: Mapping[str, Any] | None, codes: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if release is None:
        return (), (), ()
    given = dict.fromkeys(codes)
    unknown = tuple(code for code in given if code not in release)
    usable = usable_codes(release)
    headers = tuple(code for code in given if code in release and code not in usable)
    rest = tuple(code for code in release if code in usable and code not in given)
    return unknown, headers, rest
