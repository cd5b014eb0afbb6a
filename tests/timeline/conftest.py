"""Histories: of all official releases, and of small ones written for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import codesets
from codesets import icd10cm, shelf
from codesets.timeline import HcpcsHistory, Icd10cmHistory

Order = dict[str, tuple[bool, str]]
"""Compact code → whether billable, title: what an order file says."""


def order_file(rows: Order) -> bytes:
    """An order file of these codes, in their order."""
    lines = [
        f"{number:05} {code:7} {int(flag)} {title[:60]:60} {title}\r\n"
        for number, (code, (flag, title)) in enumerate(rows.items(), 1)
    ]
    return "".join(lines).encode("ascii")


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and nothing embedded."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("CODESETS_DATA_DIR", str(folder))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "nothing")
    return folder


@pytest.fixture
def put(at_hand: Path, tmp_path: Path) -> Callable[[str, Order], None]:
    """Puts an order file's release of an edition into that folder."""

    def put_one(edition: str, rows: Order) -> None:
        path = tmp_path / f"order-{edition}.txt"
        path.write_bytes(order_file(rows))
        release = icd10cm.parse(path, edition=edition)
        release.save(at_hand / shelf.file_name(release.edition))

    return put_one


@pytest.fixture(scope="session")
def icd10cm_past(whole_shelf: Path) -> Icd10cmHistory:
    """The history of all official releases of ICD-10-CM."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(whole_shelf))
        return codesets.history("icd10cm")


@pytest.fixture(scope="session")
def hcpcs_past(whole_shelf: Path) -> HcpcsHistory:
    """The history of all official releases of HCPCS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(whole_shelf))
        return codesets.history("hcpcs")
