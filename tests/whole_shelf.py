"""All official releases at hand as compiled files in one data folder, made once a run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from unittest import mock

from attrs import evolve

from codesets import hcpcs, icd10cm
from codesets.sources import SourceFile, SourceInfo
from codesets.store import Installation, install, kinds
from hcpcs.official_releases import release as hcpcs_release
from icd10cm.official.releases import FULL, full
from official import official_root

__all__ = ["editions", "fill"]


def editions(system: str) -> list[str]:
    """The editions of a system that there are official files of; skips where there are none."""
    return sorted(folder.name for folder in (official_root() / system).iterdir())


Files = frozenset[tuple[str, str, str]]
"""Archive, name and digest of each: 2014 and 2015 have the same files in other archives."""


def _files(infos: Iterable[SourceInfo]) -> Files:
    return frozenset((info.archive, info.file, info.sha256) for info in infos)


@cache
def _read(system: str) -> dict[Files, bytes]:
    """What other tests read too, by the files that it was read from."""
    releases: list[hcpcs.HcpcsRelease | icd10cm.Icd10cmRelease] = (
        [hcpcs_release(edition) for edition in editions(system)]
        if system == "hcpcs"
        else [full(edition) for edition in FULL]
    )
    return {_files(release.provenance): release.file.to_bytes() for release in releases}


def fill(folder: Path) -> Installation:
    """Install every official release into the folder, in one call.

    What other tests read too is read once: the builders know those files again.
    """

    def remembering(kind: kinds.Installable) -> kinds.Installable:
        def build(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
            given = _files(file.info("") for file in files)
            for known, data in _read(kind.system).items():
                if known <= given:
                    return data
            return kind.build(files, edition, lenient)

        return evolve(kind, build=build) if kind.system in ("icd10cm", "hcpcs") else kind

    chosen = tuple(map(remembering, kinds.KINDS))
    with (
        mock.patch.object(kinds, "KINDS", chosen),
        mock.patch.dict(os.environ, {"CODESETS_DATA_DIR": str(folder)}),
    ):
        return install(official_root())
