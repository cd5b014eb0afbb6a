"""Ranges of the conversion table filled in from the releases before each change."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import codesets
from codesets import icd10cm, shelf
from codesets.cli.app import app
from codesets.crosswalk import ConversionTable, Crosswalk, Translation
from codesets.errors import CrosswalkError
from crosswalk.test_gem import FORWARD, parsed
from crosswalk.test_held import codes
from crosswalk.writer import Row, conversion_csv, gem
from official import official_root
from timeline.conftest import Order, at_hand, put

__all__ = ["at_hand", "codes", "put"]

ROWS: list[Row] = [
    ("H44.2B1", 2017, "H44.20-H44.23 and H35.30"),
    ("I25.712", 2018, "I25.710-I25.711; I25.718"),
    ("R11.15", 2018, "K31.89 and a code from R11-"),
    ("A04.71", 2017, "A04.7"),
    ("R29.700", 2017, "None"),
]
OLDER: Order = {
    "H442": (False, "Degenerative myopia"),
    **{f"H442{n}": (True, f"Degenerative myopia {n}") for n in (0, 1, 3)},
    "H4430": (True, "Unspecified degenerative disorder"),
}
OLD: Order = {
    "I2571": (False, "Atherosclerosis"),
    **{f"I2571{n}": (True, f"Atherosclerosis {n}") for n in (0, 1, 8)},
    "R11": (False, "Nausea and vomiting"),
    "R110": (True, "Nausea"),
    "R111": (False, "Vomiting"),
    "R1110": (True, "Vomiting, unspecified"),
}


def table_map() -> Crosswalk:
    return Crosswalk.from_conversion_table(io.BytesIO(conversion_csv(ROWS)))


def test_a_translation_that_is_incomplete_is_refused() -> None:
    crosswalk = table_map()
    for code, words in (("I25.712", "I25.710-I25.711; I25.718"), ("H44.2B1", "H44.20-H44.23 and")):
        found = crosswalk[code]
        with pytest.raises(CrosswalkError, match=rf"{code} cannot all be told: '{words}"):
            found.expand()
        for scenario in found.scenarios:
            with pytest.raises(CrosswalkError, match="cannot all be told"):
                scenario.expand()
    assert list(crosswalk["A04.71"].expand()) == [("A04.7",)]
    assert list(crosswalk["R29.700"].expand()) == []


def test_some_cpt_code_is_no_list_of_codes(codes: codesets.hcpcs.HcpcsRelease) -> None:
    references = Crosswalk.from_hcpcs(codes)
    with pytest.raises(CrosswalkError, match="'P7001 use instead CPT' names codes"):
        references["P7001"].expand()
    assert list(references["C9742"].expand()) == [("31573",), ("31574",)]


def all_of(found: Translation) -> list[tuple[str, ...]]:
    return list(found.expand())


def test_ranges_are_filled_in_from_the_release_before(
    put: Callable[[str, Order], None], at_hand: Path
) -> None:
    put("2017", OLDER)
    put("2018", OLD)
    expected = {
        "H44.2B1": [("H44.20", "H35.30"), ("H44.21", "H35.30"), ("H44.23", "H35.30")],
        "I25.712": [("I25.710",), ("I25.711",), ("I25.718",)],
        "R11.15": [("K31.89", "R11.0"), ("K31.89", "R11.10")],
        "A04.71": [("A04.7",)],
    }
    older, old = icd10cm.load("2017"), icd10cm.load("2018")
    for releases in ((codesets.history("icd10cm"),), (older, old), (old, older)):
        resolved = table_map().resolved(*releases)
        assert {code: all_of(resolved[code]) for code in expected} == expected
        assert resolved["R29.700"].is_no_map
        assert resolved.kind == "resolved"
        assert not any(entry.is_unresolved for entry in resolved.entries)
        assert [e.flags for e in resolved["I25.712"].entries] == ["2018-10-01"] * 3
        assert Crosswalk.from_bytes(resolved.file.to_bytes()) == resolved
    # Only the release in force on the day before tells which codes there were.
    part = table_map().resolved(old)
    assert all_of(part["I25.712"]) == expected["I25.712"]
    with pytest.raises(CrosswalkError, match=r"H44\.2B1 cannot all"):
        part["H44.2B1"].expand()
    assert table_map().resolved()["I25.712"].unresolved


def test_what_has_no_ranges_is_refused(codes: codesets.hcpcs.HcpcsRelease) -> None:
    forward = parsed(gem("i9", FORWARD), edition="2018")
    with pytest.raises(CrosswalkError, match="and this one is 'gem-i9'"):
        forward.resolved()
    with pytest.raises(CrosswalkError, match="resolve it before other maps are made of it"):
        table_map().restricted().resolved()
    rows = conversion_csv([("I25.712", date(2025, 2, 1), "I25.710-I25.711")])
    with pytest.raises(CrosswalkError, match="is a release of HCPCS"):
        Crosswalk.from_conversion_table(io.BytesIO(rows)).resolved(codes)


@pytest.fixture
def run(put: Callable[[str, Order], None], at_hand: Path) -> Callable[..., str]:
    put("2018", OLD)
    table = ConversionTable.parse(io.BytesIO(conversion_csv(ROWS)))
    table.save(at_hand / shelf.file_name(table.edition))

    def invoke(*arguments: str, code: int) -> str:
        result = CliRunner().invoke(app, ["translate", "--map", "conversion", *arguments])
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def test_the_command_expands_by_the_releases_at_hand(run: Callable[..., str]) -> None:
    assert run("I25.712", "--expand", code=0).splitlines() == [
        "I25.712\tI25.710", "I25.712\tI25.711", "I25.712\tI25.718",
    ]  # fmt: skip
    told = run("H44.2B1", "--expand", code=1)
    assert told.startswith("codesets: H44.2B1: 'H44.20-H44.23 and H35.30' names codes that no")
    assert "\trange\t" in run("I25.712", code=0)


@pytest.mark.official
def test_the_ranges_of_the_official_table(whole_shelf: Path) -> None:
    """Formats, crosswalks 4.4. The release before October 2023, 2023-april, is not at hand."""
    whole = Crosswalk.from_conversion_table(official_root() / "crosswalks/conversion/FY2026")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(whole_shelf))
        resolved = whole.resolved(codesets.history("icd10cm"))
    left = [entry for entry in resolved.entries if entry.is_unresolved]
    assert {entry.flags for entry in left} == {"2023-10-01"}
    assert all_of(resolved["I25.712"]) == [("I25.710",), ("I25.711",), ("I25.718",)]
    assert all_of(resolved["H44.2B1"]) == [(f"H44.2{n}", "H35.30") for n in range(4)]
    assert len(all_of(resolved["W44.H9XA"])) == 261
    assert set(whole.pairs()) <= set(resolved.pairs())
