"""What the groupers' files say beside their rows (formats, crosswalks 7.1 to 7.5)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from codesets import icd10cm
from codesets.crosswalk import Relationship
from codesets.grouping import Ccir, Ccsr, Elixhauser, HccModel
from official import official_folder

pytestmark = pytest.mark.official


def member(folder: str, name: str) -> io.BytesIO:
    with zipfile.ZipFile(
        official_folder("crosswalks", "cms-hcc") / folder / "loose.zip"
    ) as archive:
        stream = io.BytesIO(archive.read(name))
    stream.name = name
    return stream


def test_v28_from_one_year_to_the_next() -> None:
    """8,035 pairs stayed, 11 went, 55 came; and each code of several categories is as published."""
    old = HccModel.parse(member("V28-PY2023", "F2823T2N_FY22FY23.TXT"))
    new = HccModel.parse(member("V28-PY2024", "F2824T1N.TXT"))
    before, after = set(old.crosswalk.pairs()), set(new.crosswalk.pairs())
    assert (len(before & after), len(before - after), len(after - before)) == (8035, 11, 55)
    for code, categories in (
        ("E11.621", ["37", "383"]), ("K50.012", ["78", "80"]), ("M32.13", ["94", "280"]),
        ("Z94.3", ["221", "276"]),
    ):  # fmt: skip
        assert [category.id for category in new.categories(code)] == categories
    assert {entry.relationship for entry in new.crosswalk.entries} == {Relationship.NARROWER}


def test_a_format_file_has_the_codes_of_two_years(whole_shelf: Path) -> None:
    """Of F2824T1N 51 codes are not billable in 2023 and 4 not in 2024; none in neither."""
    model = HccModel.parse(member("V28-PY2024", "F2824T1N.TXT"))
    missing = []
    for year in ("2023", "2024"):
        release = icd10cm.load_path(whole_shelf / f"icd10cm-{year}.codeset")
        check = model.check(release)
        missing.append({*check.unknown_sources, *check.header_sources})
    assert [len(codes) for codes in missing] == [51, 4]
    assert not missing[0] & missing[1]


def test_the_table_for_2027_as_a_whole() -> None:
    """11,865 rows of 11,346 codes; the two copies differ in their line ends alone."""
    with zipfile.ZipFile(
        official_folder("crosswalks", "cms-hcc") / "PY2027-initial" / "loose.zip"
    ) as archive:
        files = [archive.read(name) for name in sorted(archive.namelist())]
    one, other = (HccModel.parse(io.BytesIO(data), model="v28", year="2027") for data in files)
    assert list(one.crosswalk.pairs()) == list(other.crosswalk.pairs())
    several = [code for code in one.crosswalk if len(one.categories(code)) > 1]
    assert len(several) > 0
    assert len(one.crosswalk) + sum(len(one.categories(c)) - 1 for c in several) == 8299


def test_defaults_of_ccsr(whole_shelf: Path) -> None:
    ccsr = Ccsr.load_path(whole_shelf / "ccsr-2025-1.codeset")
    inpatient = {code: ccsr.default(code, "inpatient") for code in ccsr.crosswalk}
    outpatient = {code: ccsr.default(code, "outpatient") for code in ccsr.crosswalk}
    assert list(inpatient.values()).count(None) == 10791
    assert list(outpatient.values()).count(None) == 9043
    only_out = [c for c, found in outpatient.items() if found and inpatient[c] is None]
    assert len(only_out) == 1748
    for code, found in inpatient.items():
        if found is not None:
            assert found == outpatient[code]
    assert {entry.relationship for entry in ccsr.crosswalk.entries} == {Relationship.NARROWER}


def test_ccsr_and_ccir_have_every_code_since_2016(whole_shelf: Path) -> None:
    """All billable codes up to 2025, and those that ended: 978; six were never codes."""
    ccsr = Ccsr.load_path(whole_shelf / "ccsr-2025-1.codeset")
    ccir = Ccir.load_path(whole_shelf / "ccir-2025-1.codeset")
    unknown: set[str] = set(ccsr.crosswalk)
    for year in ("2016", "2021-january", "2025"):
        check = ccsr.check(icd10cm.load_path(whole_shelf / f"icd10cm-{year}.codeset"))
        assert check.unmapped == ()
        unknown &= set(check.unknown_sources)
        ended = {*check.unknown_sources, *check.header_sources}
        assert year != "2025" or len(ended) == 978
    never = {f"T40.{kind}X5{character}" for kind in "18" for character in "ADS"}
    assert never <= unknown
    assert never <= set(ccir.crosswalk)


def test_two_copies_of_the_elixhauser_file_say_the_same() -> None:
    """Other bytes, and the same cells."""
    folder = official_folder("crosswalks", "cmr")
    one, other = (Elixhauser.parse(folder / name) for name in ("v2025-1", "v2025-1-other-copy"))
    assert [i.sha256 for i in one.provenance] != [i.sha256 for i in other.provenance]
    assert list(one.crosswalk.pairs()) == list(other.crosswalk.pairs())
    assert one.measures == other.measures
    assert len(one.crosswalk) == 4542
