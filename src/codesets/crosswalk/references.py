"""The cross references of a HCPCS release as a map from code to code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codesets._edition import Edition
from codesets.crosswalk.codings import CODINGS
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.entries import MapEnd, Relationship
from codesets.errors import CrosswalkError

if TYPE_CHECKING:
    from codesets.hcpcs.release import HcpcsRelease

__all__ = ["KIND", "map_of_references"]

KIND = "hcpcsreferences"
"""What compiled maps of cross references are called by."""


def map_of_references(release: HcpcsRelease) -> bytes:
    """The compiled map of a release's cross references, codes and modifiers together.

    One entry a target. The flags say what the reference is, as the file proves it: `replaced-by`,
    `use-instead`, or `supersedes`, which points back. The literal `CPT`, some CPT code, is an
    entry without target (unresolved).

    Raises:
        CrosswalkError: the release has no cross references.
    """
    rows: list[tuple[Any, ...]] = [
        (
            reference.source,
            target.code if CODINGS["hcpcs"].accepts(target.code) else None,
            str(reference.kind),
            str(reference),
        )
        for reference in release.cross_references
        for target in reference.targets
    ]
    if not rows:
        raise CrosswalkError(f"{release!r} has no cross references")
    sources, targets, kinds, texts = (list(column) for column in zip(*rows, strict=True))
    zeros = [0] * len(rows)
    edition = release.edition
    end = MapEnd(CODINGS["hcpcs"], edition.name)
    return compile_map(
        MapRows(
            sources, targets, [NUMBER[Relationship.RELATED_TO]] * len(rows), kinds, zeros, zeros,
            zeros, raw=texts,
        ),
        edition=Edition(KIND, edition.name, edition.effective_from, edition.effective_to),
        kind=KIND,
        ends=(end, end),
        file=release.provenance[0].file,
        provenance=release.provenance,
    )  # fmt: skip
