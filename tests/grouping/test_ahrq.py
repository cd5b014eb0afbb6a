"""CCSR, CCIR and the Elixhauser comorbidities: small files of AHRQ's formats."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from codesets import grouping, shelf
from codesets.errors import (
    CrosswalkError,
    EditionError,
    ReleaseNotFoundError,
    SourceError,
    SourceFormatError,
)
from codesets.grouping import Ccir, Ccsr, Chronic, Elixhauser, Measure, Setting
from grouping.files import CCIR, FORMAT, ccsr_workbook, cmr_workbook
from hcpcs.examples import small_text
from hcpcs.reading import read
from hcpcs.writer import write_sheets


def test_ccsr_keeps_all_categories_and_the_defaults() -> None:
    ccsr = Ccsr.parse(io.BytesIO(ccsr_workbook()))
    assert repr(ccsr) == "<Ccsr 2025-1: 2 codes in 3 categories>"
    assert [(c.id, c.flags) for c in ccsr.categories("E11.52")] == [
        ("CIR028", "NN"), ("END003", "YY"),
    ]  # fmt: skip
    default = ccsr.default("E11.52", "inpatient")
    assert default is not None
    assert default.title == "Diabetes mellitus with complication"
    assert ccsr.default("Z99.89", Setting.INPATIENT) is None
    assert str(ccsr.default("Z99.89", "outpatient")) == "FAC025 Other specified status"
    assert [ccsr.is_acceptable(code, "inpatient") for code in ("Z99.89", "E11.52", "A00.0")] == [
        False, True, None,
    ]  # fmt: skip
    assert ccsr.is_acceptable("Z99.89", "outpatient") is True
    assert ccsr.labels["XXX000"] == "Unacceptable PDX"
    with pytest.raises(ValueError, match="bedside"):
        ccsr.default("E11.52", "bedside")


def test_ccsr_of_2020_has_no_defaults() -> None:
    data = write_sheets({
        "DXCCSR_Mapping": [["ICD-10-CM CODE", "ICD-10-CM CODE DESCRIPTION", "CCSR CATEGORY",
                            "CCSR CATEGORY DESCRIPTION"], ["A000", "Cholera", "DIG001", "x"]],
        "CCSR_Categories": [["CCSR CATEGORY", "CCSR CATEGORY DESCRIPTION"],
                            ["DIG001", "Intestinal infection"]],
    })  # fmt: skip
    ccsr = Ccsr.parse(io.BytesIO(data), version="v2020.1")
    assert ccsr.edition.name == "2020-1"
    assert ccsr.categories("A00.0")[0].title == "Intestinal infection"
    assert ccsr.default("A00.0", "inpatient") is None
    assert ccsr.is_acceptable("A00.0", "inpatient") is None
    with pytest.raises(EditionError, match="no edition 'new'"):
        Ccsr.parse(io.BytesIO(data), version="new")


def test_ccir() -> None:
    ccir = Ccir.parse(io.BytesIO(CCIR))
    assert ccir.edition.name == "2025-1"
    assert ccir.indicator("E11.9") is Chronic.CHRONIC
    assert [ccir.indicator(c) for c in ("A48.1", "Z29.81", "A00.0")] == ["0", "9", None]
    assert Chronic.NO_DETERMINATION.label == "No determination"
    assert ccir.members("1") == ("E11.9", "D57.454")
    with pytest.raises(CrosswalkError, match="of codes of ICD-10-CM"):
        ccir.members("1", release=read(small_text(), edition="2025-january"))
    assert [(a.place.line, a.found) for a in ccir.anomalies] == [(6, "D57454 ")]
    assert ccir.crosswalk.entries[0].raw == "'A481',\"Legionnaires' disease\",0"


def test_elixhauser() -> None:
    cmr = Elixhauser.parse(io.BytesIO(cmr_workbook()))
    assert cmr.edition.name == "2026-1"
    assert [category.id for category in cmr.categories("I69.351")] == ["CBVD_SQLA", "PARALYSIS"]
    assert cmr.measures_of("I69.351") == (
        Measure("CMR_CBVD", "Cerebrovascular disease", uses_poa=True),
        Measure("CMR_PARALYSIS", "Paralysis", uses_poa=True),
    )
    assert not cmr.measures["CMR_AIDS"].uses_poa
    assert cmr.categories("B20")[0].title == "Acquired immune deficiency syndrome"
    assert cmr.members("PARALYSIS") == ("I69.351", "G81.00")


ROW = ["E1152", "Diabetes", "CIR028", "Gangrene", "N", "N", "-"]


@pytest.mark.parametrize(
    ("read", "data", "message"),
    [
        (Ccsr, ccsr_workbook(rows=[["E1152", "x", "ABC001", "x", "N", "N"]]),
         "ABC001 is not in the list"),
        (Ccsr, ccsr_workbook(rows=[["99213", *ROW[1:]]]), "line 3: '99213' is no code"),
        (Ccsr, ccsr_workbook(rows=[[*ROW[:4], "Q", "N"]]), "not Y, N or X"),
        (Ccsr, ccsr_workbook(rows=[]), "the table has no row"),
        (Ccir, CCIR.replace(b",9", b",8"), "line 7: not a code in single quotes"),
        (Ccir, CCIR.replace(b"'E119'", b"E119"), "line 5: not a code in single quotes"),
        (Ccir, CCIR.replace(b"'E119'", b"'99213'"), "line 5: '99213' is no code"),
        (Ccir, CCIR.replace(b"'ICD-10-CM CODE'", b"CODE"), "no line begins with 'ICD-10-CM CODE'"),
        (Ccir, CCIR + b'"open', "no CSV"),
        (Elixhauser, cmr_workbook(rows=[["B20", "HIV", 2, 1, 0, 0, 0]]),
         "2 comorbidities said, 1 marked"),
        (Elixhauser, cmr_workbook(rows=[["B20", "HIV", 1, 1, 0, 0, "x"]]), "other cells: x"),
        (Elixhauser, cmr_workbook(heads=["AIDS", "NEW", "CBVD_SQLA", "PARALYSIS"]),
         "the column 'NEW' is no measure"),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_refused(read: Any, data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read.parse(io.BytesIO(data))


@pytest.mark.parametrize(
    ("read", "sheet", "message"),
    [
        (Ccsr, "DX_to_CCSR_Mapping", "no reference file of CCSR"),
        (Elixhauser, "DX_to_Comorb_Mapping", "no reference file of"),
    ],
)
def test_a_workbook_without_its_header_is_none(read: Any, sheet: str, message: str) -> None:
    rows = [["Searchable list of codes, v2025.1"], ["E1152", "Diabetes", "CIR028", "Gangrene"]]
    with pytest.raises(SourceError, match=message):
        read.parse(io.BytesIO(write_sheets({sheet: rows})))


@pytest.mark.parametrize("read", [Ccsr, Ccir, Elixhauser])
def test_other_files_are_none(read: Any) -> None:
    for data in (b"", FORMAT, write_sheets({"A": [["x"]]})):
        with pytest.raises(SourceError, match=r"no (reference )?file of"):
            read.parse(io.BytesIO(data))


def test_the_data_folder_has_groupers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "none")
    doors: tuple[Any, ...] = (grouping.ccsr, grouping.ccir, grouping.elixhauser)
    for door in doors:
        with pytest.raises(ReleaseNotFoundError, match="install its official files with: codesets"):
            door()
    Ccsr.parse(io.BytesIO(ccsr_workbook())).save(tmp_path)
    Ccir.parse(io.BytesIO(CCIR)).save(tmp_path)
    Elixhauser.parse(io.BytesIO(cmr_workbook())).save(tmp_path)
    assert [str(door().edition) for door in doors] == ["2025-1", "2025-1", "2026-1"]
    assert grouping.ccsr("2025-1") == grouping.ccsr()
