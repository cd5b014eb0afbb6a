"""All official files in one call."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesets import shelf, store
from codesets.icd10cm import Icd10cmRelease
from codesets.release import open_release
from codesets.store import Installation, State
from whole_shelf import editions

pytestmark = pytest.mark.official
SYSTEMS = {"icd10cm": "icd10cm", "hcpcs": "hcpcs", "conversion": "crosswalks/conversion"}
"""Where the releases of each system stand among the official files."""


@pytest.fixture(autouse=True)
def whole(whole_installation: tuple[Path, Installation], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(whole_installation[0]))


def test_all_official_files_are_one_call(
    whole_installation: tuple[Path, Installation],
) -> None:
    _, done = whole_installation
    assert done
    for system, folder in SYSTEMS.items():
        # The conversion table of 2020 lies among the files of that release too.
        ours = [o for o in done.at_hand if o.system == system and o.place.startswith(folder)]
        assert {outcome.state for outcome in ours} == {State.INSTALLED}
        # Each folder bears the name of its edition, and nobody else says what that is.
        found = {outcome.place: str(outcome.edition) for outcome in ours}
        named = {f"{folder}/{name}": edition_named(name) for name in editions(folder)}
        assert found == named
        assert all(o.edition is not None and o.edition.is_certain for o in ours)
        names = sorted(entry.edition.name for entry in shelf.entries(system))
        assert names == sorted(named.values())


def test_both_directions_of_each_gem_are_installed() -> None:
    years = ["2012", "2013", "2014", "2016", "2018"]
    for direction in ("i9", "i10"):
        entries = shelf.entries(f"gem-{direction}")
        assert [entry.edition.name for entry in entries] == years
    for direction in ("i9pcs", "pcsi9"):
        assert [e.edition.name for e in shelf.entries(f"gem-{direction}")] == ["2018"]


def test_groupers_of_ahrq_are_installed() -> None:
    found = {system: [e.edition.name for e in shelf.entries(system)] for system in AHRQ}
    assert found == AHRQ


AHRQ = {
    "ccsr": ["2020-1", "2025-1"],
    "ccir": ["2025-1"],
    "cmr": ["2022-1", "2025-1", "2026-1"],
}


def edition_named(folder: str) -> str:
    """`FY2021-Jan` is 2021-january."""
    months = {"Jan": "january", "Apr": "april"}
    year, _, month = folder.removeprefix("FY").partition("-")
    return f"{year}-{months.get(month, month)}" if month else year


def test_what_is_no_release_is_passed_over_aloud(
    whole_installation: tuple[Path, Installation],
) -> None:
    _, done = whole_installation
    passed = {o.place: [str(p) for p in o.passed_over] for o in done if o.passed_over}
    assert passed["crosswalks/cms-hcc/V24"] == ["loose.zip!V24I0ED1.TXT (SAS program)"]
    assert passed["crosswalks/cms-hcc/V22-PY2016"] == [
        "loose.zip!F221690P.ICD9.TXT (HCCs of ICD-9-CM codes, which are not read)"
    ]
    assert [each.split(" (")[1] for each in passed["crosswalks/cms-hcc/HHS-V07"]] == [
        "hierarchy V07141H1 of a model that is not read)",
        "labels V07141L1 of a model that is not read)",
    ]
    (copy,) = passed["crosswalks/cms-hcc/PY2027-initial"]
    assert "(the same as " in copy
    assert any("Dxgem_guide_2018.pdf" in each for each in passed["crosswalks/gem/2018"])
    assert any("(ICD-10-PCS order file)" in each for each in passed["icd10pcs/2026"])
    assert any("(order addenda)" in each for each in passed["icd10cm/2018"])
    for place in ("crosswalks/ccir/v2025-1", "icd11/2024-01", "crosswalks/cms-hcc/V24"):
        assert place in passed


def test_the_tabular_list_of_april_is_read_with_the_order_file_of_october(
    whole_installation: tuple[Path, Installation],
) -> None:
    folder, done = whole_installation
    (outcome,) = (o for o in done if o.name == "icd10cm 2026-april")
    assert outcome.sources == ("tabular", "order", "codes")
    assert "icd10cm_order_2026.txt of 2026, whose codes it has" in " ".join(outcome.remarks)
    release = open_release(Icd10cmRelease, folder / "icd10cm-2026-april.codeset")
    assert release["E11.9"].short_description is not None


def test_all_of_it_is_sound() -> None:
    found = store.verify()
    assert len(found) >= 26 + 9 + 12 + 6 + 4 + 22
    assert all(found)
