"""How codes of the systems that maps lead from are spelled, and which stand above others."""

from __future__ import annotations

from codesets.crosswalk.codings import CODINGS
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
