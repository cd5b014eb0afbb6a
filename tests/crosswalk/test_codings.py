"""How codes of the systems that maps lead from are spelled, and which stand above others."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesets.crosswalk import Crosswalk
from codesets.crosswalk.codings import CODINGS, coding_named
from codesets.errors import MalformedCodeError
from crosswalk.test_gem import parsed
from crosswalk.writer import gem

PROCEDURES = [
    ("0016070", "0221", "10000"),
    ("0016071", "0221", "10000"),
    ("00B00ZX", "0113", "10000"),
]


def test_a_table_of_icd_10_pcs_is_a_header() -> None:
    """Its order file has headers of three characters, and codes of seven."""
    crosswalk = parsed(gem("pcsi9", PROCEDURES))
    header = crosswalk.translate("001")
    assert (header.is_header, header.sources) == (True, ("0016070", "0016071"))
    assert header.targets == ("02.21",)
    assert crosswalk.translate("00b").sources == ("00B00ZX",)
    for text in ("0016", "001607", "00", "002"):
        assert not crosswalk.translate(text).is_in_map, text
    assert not CODINGS["icd10pcs"].accepts("0016")


def own(*codes: str) -> Crosswalk:
    rows = "".join(f"{code};E11.9\n" for code in codes)
    return Crosswalk.from_table(
        io.BytesIO(f"own;icd\n{rows}".encode()), source="own", target="icd",
        systems=("Our clinic", "icd10cm"), delimiter=";",
    )  # fmt: skip


def test_letter_case_does_not_count_in_codes_of_ones_own() -> None:
    crosswalk = own("é1", "Äb", "dm")
    for text in ("É1", "é1", "äB", "ÄB", "Dm"):
        assert crosswalk.translate(text).targets == ("E11.9",), text
    assert list(crosswalk) == ["É1", "ÄB", "DM"]
    # What has no capital of its own is another letter, not another spelling.
    several = own("ı", "I", "ß", "SS", "µ", "\u03bc")
    assert list(several) == ["ı", "I", "ß", "SS", "µ", "\u039c"]


@given(st.text(min_size=1).filter(lambda text: text.strip(" ") != ""))
def test_a_spelling_stays_what_it_is(text: str) -> None:
    coding = coding_named("Our clinic")
    once = coding.compact(text)
    assert coding.compact(once) == once
    assert len(once) == len(text.strip(" "))


@pytest.mark.parametrize("text", ["ı10", "İ10", "\u212a00", "É10", "S\u017f0"])
def test_no_other_letter_becomes_one_of_an_official_code(text: str) -> None:
    for name in ("icd10cm", "icd10pcs", "hcpcs", "icd9cm"):
        with pytest.raises(MalformedCodeError):
            CODINGS[name].compact(text)
