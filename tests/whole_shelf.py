"""All official releases at hand as compiled files in one data folder, made once a run."""

from __future__ import annotations

from pathlib import Path

from codesets import hcpcs, icd10cm
from codesets.crosswalk import ConversionTable
from codesets.shelf import file_name
from hcpcs.official_releases import release as hcpcs_release
from icd10cm.official.releases import FULL, full
from official import official_root

__all__ = ["editions", "fill"]


def editions(system: str) -> list[str]:
    """The editions of a system that there are official files of; skips where there are none."""
    return sorted(folder.name for folder in (official_root() / system).iterdir())


def _release(system: str, edition: str) -> icd10cm.Icd10cmRelease | hcpcs.HcpcsRelease:
    if system == "hcpcs":
        return hcpcs_release(edition)
    if edition in FULL:
        return full(edition)
    return icd10cm.parse(official_root() / system / edition, edition=edition)


def fill(folder: Path) -> None:
    """Compile every official release and every conversion table into the folder."""
    for system in ("icd10cm", "hcpcs"):
        for edition in editions(system):
            release = _release(system, edition)
            release.save(folder / file_name(release.edition))
    for issue in sorted((official_root() / "crosswalks" / "conversion").iterdir()):
        table = ConversionTable.parse(issue)
        table.save(folder / file_name(table.edition))
