"""Groupers: official tables that put diagnoses into categories.

    from codesets import grouping

    grouping.hcc("v28").categories("E11.52")

CMS-HCC (`hcc`), and of AHRQ the CCSR (`ccsr`), the Chronic Condition Indicator (`ccir`) and the
Elixhauser comorbidities (`elixhauser`). Each is installed from its official file, like a release
(`codesets install --from FILE…`), or read by itself (`HccModel.parse`, …). Nothing here goes to the
network, and no risk scores are made.
"""

from __future__ import annotations

from codesets.grouping.base import Category, Grouper
from codesets.grouping.chronic import Ccir, Chronic
from codesets.grouping.clinical import Ccsr, Setting
from codesets.grouping.cms_hcc import HccModel, HccProfile, HierarchyLine
from codesets.grouping.comorbidity import Elixhauser, Measure

__all__ = [
    "Category",
    "Ccir",
    "Ccsr",
    "Chronic",
    "Elixhauser",
    "Grouper",
    "HccModel",
    "HccProfile",
    "HierarchyLine",
    "Measure",
    "Setting",
    "ccir",
    "ccsr",
    "elixhauser",
    "hcc",
]


def hcc(model: str, year: str | None = None) -> HccModel:
    """The CMS-HCC table of a model in the data folder.

    Args:
        model: as `v28`.
        year: the payment year, as `2021`, of which the newest issue answers, or one issue of it, as
            `2021-1`; None for the newest payment year that has begun.

    Raises:
        ReleaseNotFoundError: there is none; says how to get one.
    """
    return HccModel.load(model, year)


def ccsr(version: str | None = None) -> Ccsr:
    """The CCSR in the data folder.

    Args:
        version: as `2025-1`; None for the newest.

    Raises:
        ReleaseNotFoundError: there is none; says how to get one.
    """
    return Ccsr.load(version)


def ccir(version: str | None = None) -> Ccir:
    """The Chronic Condition Indicator Refined in the data folder.

    Args:
        version: as `2025-1`; None for the newest.

    Raises:
        ReleaseNotFoundError: there is none; says how to get one.
    """
    return Ccir.load(version)


def elixhauser(version: str | None = None) -> Elixhauser:
    """The Elixhauser Comorbidity Software Refined in the data folder.

    Args:
        version: as `2026-1`; None for the newest.

    Raises:
        ReleaseNotFoundError: there is none; says how to get one.
    """
    return Elixhauser.load(version)
