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
SYSTEMS = ("icd10cm", "hcpcs")


@pytest.fixture(autouse=True)
def whole(whole_installation: tuple[Path, Installation], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(whole_installation[0]))


def test_all_official_files_are_one_call(
    whole_installation: tuple[Path, Installation],
) -> None:
    _, done = whole_installation
    assert done
    for system in SYSTEMS:
        ours = [outcome for outcome in done.at_hand if outcome.system == system]
        assert {outcome.state for outcome in ours} == {State.INSTALLED}
        # Each folder bears the name of its edition, and nothing was told them.
        found = {outcome.place: str(outcome.edition) for outcome in ours}
        assert found == {f"{system}/{edition}": edition for edition in editions(system)}
        assert all(o.edition is not None and o.edition.is_certain for o in ours)
        names = sorted(entry.edition.name for entry in shelf.entries(system))
        assert names == editions(system)


def test_what_is_no_release_is_passed_over_aloud(
    whole_installation: tuple[Path, Installation],
) -> None:
    _, done = whole_installation
    passed = {o.place: [str(p) for p in o.passed_over] for o in done if o.passed_over}
    assert any("(no file that is read)" in each for each in passed["crosswalks/gem/2018"])
    assert any("(ICD-10-PCS order file)" in each for each in passed["icd10pcs/2026"])
    assert any("(order addenda)" in each for each in passed["icd10cm/2018"])
    for place in ("crosswalks/ccsr/v2025-1", "icd11/2024-01", "crosswalks/cms-hcc/V24"):
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
    assert len(found) >= 26
    assert all(found)
