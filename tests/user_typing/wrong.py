"""A user's mistakes, to be found by a strict type checker: every ignore here must be needed."""

from __future__ import annotations

from codesets import icd10cm
from codesets.icd10cm import Icd10cmRelease


def mistakes(release: Icd10cmRelease) -> None:
    icd10cm.load(2026)  # type: ignore[arg-type]
    icd10cm.load(on="2026-05-01")  # type: ignore[arg-type]
    icd10cm.parse("order.txt", editon="2026")  # type: ignore[call-arg]
    icd10cm.lode()  # type: ignore[attr-defined]
    release["E11.9"].dispaly  # type: ignore[attr-defined]  # noqa: B018
    release["E11.9"].code = "E11.8"  # type: ignore[misc]
    release["E11.9"].parent.code  # type: ignore[union-attr]  # noqa: B018
    release["E11.9"].section.id  # type: ignore[union-attr]  # noqa: B018
    release["E11.9"].long_description.upper()  # type: ignore[union-attr]
    release["E11.9"] = release["E11.8"]  # type: ignore[index]
    release.select(11)  # type: ignore[arg-type]
    release.select("E11", billable="yes")  # type: ignore[arg-type]
    release.chapters["4"]  # type: ignore[index]
    release.check("E11.9").code  # type: ignore[union-attr]  # noqa: B018
    release.edition = None  # type: ignore[misc, assignment]
