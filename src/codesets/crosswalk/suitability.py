"""A map held against the releases of its two ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from codesets.crosswalk.held import held

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk
    from codesets.crosswalk.entries import MapEnd

__all__ = ["MapCheck", "check_map"]

_Codes = tuple[str, ...]


@frozen
class MapCheck:
    """Which codes of a map a release does not know, or knows and does not let be used.

    Attributes:
        unknown_sources: sources that the release does not have.
        header_sources: sources that it has as headers.
        unusable_sources: sources that are terminated or not yet added on the day.
        unknown_targets: targets that the release does not have.
        header_targets: targets that it has as headers.
        unusable_targets: targets that are terminated or not yet added on the day.
        unmapped: codes that may be used in the release of sources and are no source of the map.
        unreached: codes that may be used in the release of targets and are no target of the map.
    """

    unknown_sources: tuple[str, ...] = ()
    header_sources: tuple[str, ...] = ()
    unusable_sources: tuple[str, ...] = ()
    unknown_targets: tuple[str, ...] = ()
    header_targets: tuple[str, ...] = ()
    unusable_targets: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Every code of the map may be used in its release."""
        return not (
            self.unknown_sources or self.header_sources or self.unusable_sources
            or self.unknown_targets or self.header_targets or self.unusable_targets
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {name: list(codes) for name, codes in asdict(self).items()}

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(codes):,} {name}" for name, codes in self.to_dict().items())
        return f"<MapCheck: {counts}>"


def check_map(
    crosswalk: Crosswalk,
    source: Mapping[str, Any] | None,
    target: Mapping[str, Any] | None,
    on: date | None,
) -> MapCheck:
    """Hold every source and target against their releases, where those are given."""
    targets = dict.fromkeys(target for _, target in crosswalk.pairs()) if target is not None else {}
    unknown, headers, unusable, unmapped = _against(source, crosswalk.source, crosswalk, on)
    others, tops, ended, unreached = _against(target, crosswalk.target, targets, on)
    return MapCheck(unknown, headers, unusable, others, tops, ended, unmapped, unreached)


def _against(
    release: Mapping[str, Any] | None, end: MapEnd, codes: Iterable[str], on: date | None
) -> tuple[_Codes, _Codes, _Codes, _Codes]:
    """The codes that are unknown, headers and otherwise not usable, and the usable ones missing."""
    if release is None:
        return (), (), (), ()
    holder = held(release, end, on)
    given = dict.fromkeys(codes)
    unknown: list[str] = []
    headers: list[str] = []
    unusable: list[str] = []
    for code in given:
        if not holder.has(code):
            unknown.append(code)
        elif code not in holder.usable:
            (headers if holder.is_header(code) else unusable).append(code)
    missing = (code for code in holder.usable if code not in given)
    return tuple(unknown), tuple(headers), tuple(unusable), tuple(missing)
