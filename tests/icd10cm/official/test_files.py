"""The official files at hand are those that the other tests go through."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from icd10cm.official import releases
from official import official_root

pytestmark = pytest.mark.official

ORDER_LINE = re.compile(rb"00001 [A-Z][0-9A-Z]{2} {5}[01] ")


def members(archive: Path) -> list[bytes]:
    with zipfile.ZipFile(archive) as opened:
        found = []
        for name in opened.namelist():
            with opened.open(name) as stream:
                found.append(stream.read(400))
        return found


def test_every_order_file_and_every_tabular_list_at_hand_is_gone_through() -> None:
    root = official_root() / "icd10cm"
    orders, tabulars = set(), set()
    for archive in root.rglob("*"):
        if archive.suffix.lower() != ".zip":
            assert archive.is_dir()
            continue
        name = archive.relative_to(root).as_posix()
        for start in members(archive):
            if ORDER_LINE.match(start):
                orders.add(name)
            elif b"<ICD10CM.tabular" in start:
                tabulars.add(releases.edition_of(name))
    assert orders == set(releases.ORDER_ARCHIVES)
    assert tabulars == set(releases.EDITIONS)
