"""Cross references: what they mean, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codesets.errors import UnknownCodeError
from codesets.hcpcs import HcpcsRelease
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.references import TargetKind, replacement_chains
from codesets.hcpcs.views import HcpcsEntry
from hcpcs.examples import SMALL, day, made
from hcpcs.reading import entries, read
from hcpcs.strategies import releases, unhurried
from hcpcs.writer import write_text

SOME = settings(unhurried, max_examples=25)


def test_what_a_reference_means_is_told_by_the_code_that_has_it(small: HcpcsRelease) -> None:
    found = {
        reference.source: (str(reference.kind), [(t.code, str(t.kind)) for t in reference.targets])
        for reference in small.cross_references
    }
    assert found == {
        "AM": ("supersedes", [("QM", "live")]),
        "A0380": ("use-instead", [("A0425", "live")]),
        "B4105": ("supersedes", [("Q9994", "terminated")]),
        "C8937": ("supersedes", [("0159T", "cpt")]),
        "C9136": ("replaced-by", [("Q9975", "terminated")]),
        "C9742": ("replaced-by", [("31573", "cpt"), ("31574", "cpt")]),
        "K0900": ("replaced-by", [("E1399", "live")]),
        "L0001": ("replaced-by", [("L0002", "terminated")]),
        "L0002": ("replaced-by", [("L0001", "terminated")]),
        "P7001": ("use-instead", [("CPT", "unspecific")]),
        "Q9975": ("replaced-by", [("J7205", "live")]),
        "Q9994": ("replaced-by", [("B4105", "live")]),
        "S8032": ("replaced-by", [("G0297", "absent")]),
    }
    modifier = small.modifiers["AM"].cross_reference
    assert modifier is not None
    assert modifier.is_modifier
    assert modifier.targets[0].is_modifier
    assert not modifier.is_choice
    choice = small["C9742"].cross_reference
    assert choice is not None
    assert choice.is_choice
    assert str(choice) == "C9742 replaced by 31573 or 31574"
    assert small["A4221"].cross_reference is None


@pytest.mark.parametrize(
    ("code", "ways"),
    [
        ("C9136", [("C9136", "Q9975", "J7205")]),
        ("Q9975", [("Q9975", "J7205")]),
        ("C9742", [("C9742", "31573"), ("C9742", "31574")]),
        ("Q9994", [("Q9994", "B4105")]),
        ("L0001", [("L0001", "L0002", "L0001")]),
        ("S8032", [("S8032", "G0297")]),
        ("G0154", []),
        ("A4221", []),
        ("A0380", []),
        ("B4105", []),
    ],
)
def test_replacements_are_followed_to_their_ends(
    small: HcpcsRelease, code: str, ways: list[tuple[str, ...]]
) -> None:
    assert list(small.replacement_chains(code)) == ways
    assert list(small.replacement_chains(small[code])) == ways
    assert list(read(write_text(SMALL)).replacement_chains(small[code])) == ways


def test_chains_of_modifiers_and_of_unknown_codes(small: HcpcsRelease) -> None:
    assert small.replacement_chains(small.modifiers["AM"]) == ()
    with pytest.raises(UnknownCodeError):
        small.replacement_chains("LT")
    pair = [made("A1", "One", 20000101, 20101231, "A2"), made("A2", "Two", 20110101)]
    modifiers = read(write_text(pair)).modifiers
    assert replacement_chains(modifiers["A1"]) == (("A1", "A2"),)


def test_ways_that_meet_again_are_followed_once() -> None:
    """Forty codes that all name the same five would make 5 to the 40th ways."""
    codes = [f"A{number:04}" for number in range(40)]
    records = [
        made(code, "Terminated", 20000101, 20101231, *codes[number + 1 : number + 6])
        for number, code in enumerate(codes)
    ]
    ways = read(write_text(records)).replacement_chains("A0000")
    assert {(way[0], way[-1] in codes) for way in ways} == {("A0000", True)}
    assert len(ways) <= sum(len(record.cross_references) for record in records)
    assert max(map(len, ways)) == 40
    assert len(set(ways)) == len(ways)


@given(releases(most=8), st.data())
@SOME
def test_every_chain_ends(records: tuple[HcpcsRecord, ...], data: st.DataObject) -> None:
    keys = [record.key for record in records]
    linked = [
        evolve(
            record,
            cross_references=tuple(data.draw(st.lists(st.sampled_from(keys), max_size=5))),
            terminated_on=data.draw(st.sampled_from([None, day(20101231)])),
            asc_effective_on=None,
        )
        for record in records
    ]
    release = read(write_text(linked))
    for entry in entries(release):
        reference = entry.cross_reference
        assert (reference is None) is (not entry.cross_reference_codes)
        for way in release.replacement_chains(entry):
            assert way[0] == entry.code
            assert len(set(way[:-1])) == len(way) - 1
            assert entry.terminated_on is not None
    found = {(r.is_modifier, r.source): r.targets for r in release.cross_references}
    for (is_modifier, code), targets in found.items():
        space: Mapping[str, HcpcsEntry] = release.modifiers if is_modifier else release
        assert tuple(target.code for target in targets) == space[code].cross_reference_codes
        assert TargetKind.ABSENT not in {target.kind for target in targets}
