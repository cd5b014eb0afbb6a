"""Titles of ICD-9-CM, and the cross references of HCPCS as a map."""

from __future__ import annotations

import io
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from codesets import hcpcs, shelf
from codesets.crosswalk import Crosswalk, Icd9Titles
from codesets.crosswalk.icd9 import system_of
from codesets.errors import (
    CompiledFileError,
    CrosswalkError,
    ReleaseNotFoundError,
    SourceError,
    SourceFormatError,
    UnknownCodeError,
)
from codesets.sources import open_sources
from crosswalk.test_gem import FORWARD
from crosswalk.writer import gem
from hcpcs.examples import SMALL, small_text
from hcpcs.writer import write_sheets, write_text
from official import official_root

LONG = """\
0010  Cholera due to vibrio cholerae
25000 Diabetes mellitus without mention of complication, type II or unspecified type
38600 Ménière's disease, unspecified
E8120 Other motor vehicle traffic accident involving collision
V5412 Aftercare for healing traumatic fracture of lower arm
"""
SHORT = """\
0010  Cholera d/t vib cholerae
25000 DMII wo cmp nt st uncntr
38600 Meniere's disease NOS
E8120 Mv collision NOS-driver
V5412 Aftrcre traum fx low arm
"""
PROCEDURES = "0001 Ther ult head & neck ves\r\n3929 Other (peripheral) vascular shunt or bypass\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "titles"
    place.mkdir()
    (place / "CMS32_DESC_LONG_DX.txt").write_bytes(LONG.encode("cp1252"))
    (place / "CMS32_DESC_SHORT_DX.txt").write_text(SHORT, encoding="ascii")
    (place / "CMS32_DESC_LONG_SG.txt").write_text(PROCEDURES, encoding="ascii")
    (place / "2018_I9gem.txt").write_bytes(gem("i9", FORWARD))
    return place


def test_codes_have_names(folder: Path) -> None:
    titles = Icd9Titles.parse(folder)
    assert repr(titles) == "<Icd9Titles ICD-9-CM v32: 5 codes>"
    one = titles["25000"]
    assert (one.code, one.short_title) == ("250.00", "DMII wo cmp nt st uncntr")
    assert one.display.startswith("Diabetes mellitus without")
    assert str(titles["v54.12"]).startswith("V54.12 Aftercare")
    assert titles["386.00"].long_title == "Ménière's disease, unspecified"
    assert list(titles) == ["001.0", "250.00", "386.00", "E812.0", "V54.12"]
    assert "250.00" in titles
    for text in ("250", "250.01", "E11.9", None):
        assert text not in titles
    with pytest.raises(UnknownCodeError, match="no valid code of ICD-9-CM v32"):
        titles["250"]
    assert sorted(info.kind for info in titles.provenance) == ["long titles", "short titles"]
    assert [str(anomaly.kind) for anomaly in titles.anomalies] == ["non-ascii"]
    assert titles.edition.effective_to is not None
    assert titles.edition.effective_to.isoformat() == "2015-09-30"


def test_procedures(folder: Path) -> None:
    procedures = Icd9Titles.parse(folder, procedures=True)
    assert procedures["39.29"].display == "Other (peripheral) vascular shunt or bypass"
    assert procedures["0001"].short_title is None
    assert procedures.edition.system == "icd9pcs"
    short = Icd9Titles.parse(folder / "CMS32_DESC_SHORT_DX.txt", version="v30")
    assert (short["0010"].display, short.edition.name) == ("Cholera d/t vib cholerae", "v30")


def test_workbooks() -> None:
    rows = [["DIAGNOSIS CODE", "LONG DESCRIPTION", "SHORT DESCRIPTION"], ["0010", "Cholera", "Ch"]]
    titles = Icd9Titles.parse(io.BytesIO(write_sheets({"Sheet1": rows})), version="V31")
    assert (titles["001.0"].long_title, titles["001.0"].short_title) == ("Cholera", "Ch")


def test_they_name_the_ends_of_maps(folder: Path) -> None:
    crosswalk = Crosswalk.from_gem(folder / "2018_I9gem.txt")
    found = crosswalk.check(source=Icd9Titles.parse(folder))
    assert "249.51" in found.unknown_sources
    assert found.unmapped == ("386.00",)


def test_they_are_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                       small_path: Path) -> None:  # fmt: skip
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    with pytest.raises(ReleaseNotFoundError):
        Icd9Titles.load()
    for procedures in (False, True):
        titles = Icd9Titles.parse(folder, procedures=procedures)
        titles.save(tmp_path / shelf.file_name(titles.edition))
        opened = Icd9Titles.load(procedures=procedures)
        assert opened == titles == pickle.loads(pickle.dumps(opened))
        assert hash(opened) == hash(titles)
        assert opened != 1
    assert {path.name for path in tmp_path.glob("*.codeset")} == {
        "icd9cm-v32.codeset", "icd9pcs-v32.codeset",
    }  # fmt: skip
    with pytest.raises(CompiledFileError, match="holds 'icd10cm'"):
        Icd9Titles.load_path(small_path)
    opened = Icd9Titles.load(procedures=True)
    things: list[Any] = [opened, opened["3929"]]
    for thing in things:
        with pytest.raises(AttributeError):
            thing.code = None


def test_what_is_no_title_file(folder: Path) -> None:
    names = ("2018_I9gem", "CMS32_DESC_LONG_DX", "CMS32_DESC_SHORT_DX", "CMS32_DESC_LONG_SG")
    files = [open_sources([folder / f"{name}.txt"])[0] for name in names]
    assert [system_of(file) for file in files] == [
        "", "icd9cm", "icd9cm", "icd9pcs",
    ]  # fmt: skip
    with pytest.raises(SourceError, match="no file with titles of ICD-9-CM was handed in"):
        Icd9Titles.parse(io.BytesIO(PROCEDURES.encode()))
    lines = [f"{number:05} Title {number}\n" for number in range(100, 200)]
    for wrong, message in (
        ("00100 Again\n", "00100 stands twice"),
        ("no\n", "line 101: not a code"),
    ):
        with pytest.raises(SourceFormatError, match=message):
            Icd9Titles.parse(io.BytesIO("".join([*lines, wrong]).encode()))


def test_cross_references_of_hcpcs_as_a_map() -> None:
    release = hcpcs.parse(io.BytesIO(small_text()), edition="2025-january")
    crosswalk = Crosswalk.from_hcpcs(release)
    assert sum(len(r.targets) for r in release.cross_references) == len(crosswalk.entries)
    for reference in release.cross_references:
        found = crosswalk[reference.source]
        assert {entry.flags for entry in found.entries} == {str(reference.kind)}
        named = [target.code for target in reference.targets]
        assert [e.target for e in found.entries] == [None if c == "CPT" else c for c in named]
        assert found.entries[0].raw == str(reference)
    assert str(crosswalk.source) == "HCPCS Level II 2025-january"
    bare = [record for record in SMALL if not record.cross_references]
    # What is terminated may not be used; a modifier may, though it is a key space of its own.
    within = [*crosswalk.restricted(source=release).pairs()]
    usable = {*release.live_on(date(2025, 1, 1))}
    assert within == [pair for pair in crosswalk.pairs() if pair[0] in usable]
    assert ("AM", "QM") in within
    without = hcpcs.parse(io.BytesIO(write_text(bare)), edition="2025-january")
    with pytest.raises(CrosswalkError, match="has no cross references"):
        Crosswalk.from_hcpcs(without)


@pytest.mark.official
def test_titles_of_cms(whole_shelf: Path) -> None:
    """Formats, crosswalks 5.4: counts, letters with accents, and the codes of the GEMs."""
    assert {p.name for p in (official_root() / "crosswalks/icd9-titles").iterdir()} == {
        "v30",
        "v32",
    }
    for version, diagnoses, procedures in (("v30", 14567, 3878), ("v32", 14567, 3882)):
        for system, count in (("icd9cm", diagnoses), ("icd9pcs", procedures)):
            titles = Icd9Titles.load_path(whole_shelf / f"{system}-{version}.codeset")
            assert (len(titles), titles.edition.name) == (count, version)
            assert all(t.long_title and t.short_title for t in titles.values())
            assert max(len(t.short_title or "") for t in titles.values()) <= 24
            gem_name = {"icd9cm": "gem-i9", "icd9pcs": "gem-i9pcs"}[system]
            found = Crosswalk.load_path(whole_shelf / f"{gem_name}-2018.codeset")
            if version == "v32":
                check = found.check(source=titles)
                assert (check.is_sound, check.unmapped) == (True, ())
    titles = Icd9Titles.load_path(whole_shelf / "icd9cm-v32.codeset")
    accents = [t.code for t in titles.values() if not (t.long_title or "").isascii()]
    assert len(accents) == 7
    assert titles["386.00"].display == "Ménière's disease, unspecified"


@pytest.mark.official
def test_cross_references_of_the_official_release(whole_shelf: Path) -> None:
    """C9136 by way of Q9975 to J7205, each step in the release that has it."""
    release = hcpcs.load_path(whole_shelf / "hcpcs-2025-january.codeset")
    crosswalk = Crosswalk.from_hcpcs(release)
    steps = [
        (code, entry.target, entry.flags)
        for code in ("C9136", "Q9975")
        for entry in crosswalk.translate(code).entries
    ]
    assert steps == [("C9136", "Q9975", "replaced-by"), ("Q9975", "J7205", "replaced-by")]
    assert crosswalk.compose(crosswalk).translate("C9136").targets == ("J7205",)
    assert len(crosswalk.entries) == sum(len(r.targets) for r in release.cross_references)
