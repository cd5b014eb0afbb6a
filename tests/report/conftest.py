"""Two small releases, what changed between them, and the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import codesets
from codesets import icd10cm
from codesets.diff import ReleaseDiff
from codesets.impact import Impact, impact_on
from report.browser import browser
from timeline.conftest import Order, order_file

BEFORE: Order = {
    "A00": (False, "Fever"),
    "A001": (True, "Blue fever"),
    "A002": (True, "Ague <b>not bold</b> & so on"),
    "B99": (True, "Meniere's fever"),
    "C00": (True, "Old fever"),
}
AFTER: Order = {
    "A00": (False, "Fever"),
    "A001": (False, "Blue fever"),
    "A0010": (True, "Deep blue fever"),
    "A0019": (True, "Blue fever, unspecified"),
    "A002": (True, "Ague <script>alert(1)</script> & so on"),
    "B99": (True, "Meniere's  fever"),
    "D50": (True, '=SUM(1,2) "quoted", and a | bar'),
}


LIST = ["C00", "A00.1", "B99-C00", "<b>none</b>", "=SUM(1,2)"]


def _release(folder: Path, edition: str, rows: Order) -> icd10cm.Icd10cmRelease:
    path = folder / f"order-{edition}.txt"
    path.write_bytes(order_file(rows))
    return icd10cm.parse(path, edition=edition)


@pytest.fixture(scope="package")
def small_releases(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[icd10cm.Icd10cmRelease, icd10cm.Icd10cmRelease]:
    """Two small releases of order files."""
    folder = tmp_path_factory.mktemp("diff")
    return _release(folder, "2018", BEFORE), _release(folder, "2019", AFTER)


@pytest.fixture(scope="package")
def small_diff(
    small_releases: tuple[icd10cm.Icd10cmRelease, icd10cm.Icd10cmRelease],
) -> ReleaseDiff:
    """What changed between the two."""
    return codesets.compare(*small_releases)


@pytest.fixture(scope="package")
def small_impact(
    small_releases: tuple[icd10cm.Icd10cmRelease, icd10cm.Icd10cmRelease],
    small_diff: ReleaseDiff,
    tmp_path_factory: pytest.TempPathFactory,
) -> Impact:
    """What that means for a list, with no conversion table at hand."""
    path = tmp_path_factory.mktemp("list") / "mine & yours.json"
    path.write_text(json.dumps(LIST), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(path.parent))
        return impact_on(path, *small_releases, diff=small_diff)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """One browser for all tests of pages."""
    with browser() as started:
        yield started
