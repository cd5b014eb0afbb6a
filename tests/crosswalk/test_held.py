"""Maps held against releases: which codes may be used on which day, in either code set."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesets.crosswalk import Crosswalk
from codesets.errors import CrosswalkError
from codesets.hcpcs import HcpcsRelease
from codesets.icd10cm import Icd10cmRelease
from crosswalk.test_gem import FORWARD, gems, parsed
from crosswalk.writer import GemRow, gem
from hcpcs.examples import small_text
from hcpcs.reading import read


@pytest.fixture(scope="module")
def codes() -> HcpcsRelease:
    return read(small_text(), edition="2025-january")


def test_a_terminated_code_may_not_be_used(codes: HcpcsRelease) -> None:
    """The record layout's dates: C9136 ended on March 31, 2015, Q9975 came after and ended too."""
    references = Crosswalk.from_hcpcs(codes)
    found = references.check(source=codes, target=codes)
    assert "C9136" in found.unusable_sources
    assert found.unusable_targets == ("Q9994", "Q9975", "L0002", "L0001")
    assert found.unknown_sources == found.header_sources == found.header_targets == ()
    assert found.unknown_targets == ("0159T", "31573", "31574", "G0297")
    assert not found.is_sound
    # Modifiers are a key space of their own, and the map names them like codes.
    assert "AM" not in found.unmapped
    assert "LT" in found.unmapped
    assert {"C9136", "G0154", "V8"}.isdisjoint(found.unmapped)
    assert set(found.unmapped) < {*codes, *codes.modifiers}


def test_the_day_decides(codes: HcpcsRelease) -> None:
    references = Crosswalk.from_hcpcs(codes)
    assert "C9136" not in references.restricted(source=codes)
    then = references.restricted(source=codes, on=date(2015, 3, 31))
    assert then["C9136"].targets == ("Q9975",)
    both = references.restricted(source=codes, target=codes, on=date(2015, 3, 31))
    assert both["C9136"].left_out == ("C9136 replaced by Q9975",)
    assert "J7205" in references.check(target=codes, on=date(2015, 3, 31)).unusable_targets
    assert "J7205" not in references.check(target=codes).unusable_targets
    with pytest.raises(TypeError, match="a date is wanted"):
        references.check(source=codes, on="2015-03-31")  # type: ignore[arg-type]


def test_a_release_of_another_system_or_day_is_refused(
    codes: HcpcsRelease, small_release: Icd10cmRelease
) -> None:
    forward = parsed(gem("i9", FORWARD), edition="2018")
    for ask in (forward.check, forward.restricted):
        with pytest.raises(CrosswalkError, match="of codes of ICD-10-CM; 2025-january is a"):
            ask(target=codes)
        with pytest.raises(CrosswalkError, match="of codes of ICD-9-CM; 2026 is a release of ICD"):
            ask(source=small_release)
        with pytest.raises(CrosswalkError, match="ICD-10-CM 2026 is not in force on 2024-01-01"):
            ask(target=small_release, on=date(2024, 1, 1))
    assert forward.check(target=small_release, on=date(2026, 1, 1)) == forward.check(
        target=small_release
    )


RESTRICTIONS = [
    # What targets may be used, and the full translations that are left of 249.51 (see `FORWARD`).
    (
        ("E08.36", "E08.39", "E08.311", "E08.65", "E09.39"),
        {("E08.39",), ("E09.39",), ("E08.36", "E08.65"), ("E08.311", "E08.65")},
    ),
    (("E08.311", "E08.65"), {("E08.311", "E08.65")}),
    # A choice list has lost all its targets: what is left of the other is no translation.
    (("E08.36", "E08.311", "E09.39"), {("E09.39",)}),
    (("E08.65",), set()),
]


@pytest.mark.parametrize(("usable", "expected"), RESTRICTIONS)
def test_a_restricted_map_makes_no_translation_that_the_map_does_not(
    usable: tuple[str, ...], expected: set[tuple[str, ...]]
) -> None:
    forward = parsed(gem("i9", FORWARD), edition="2018")
    within = forward.restricted(target=dict.fromkeys(usable))
    found = within.translate("24951")
    assert set(found.expand()) == expected
    assert expected <= set(forward.translate("24951").expand())
    # Nothing is lost without a word.
    assert found.is_in_map
    assert not found.is_no_map
    rows = [entry.raw for entry in found.entries]
    whole = [entry.raw for entry in forward["24951"].entries]
    assert sorted([*rows, *found.left_out]) == sorted(whole)
    assert found.to_dict()["left_out"] == list(found.left_out)


def test_a_source_of_which_nothing_is_left_says_so() -> None:
    forward = parsed(gem("i9", FORWARD), edition="2018")
    within = forward.restricted(target={"E11.9": 1, "E08.65": 1})
    found = within["249.51"]
    assert (found.targets, found.entries, len(found.left_out)) == ((), (), 5)
    assert repr(found) == "<Translation 249.51: no target (5 left out)>"
    assert repr(within["250.00"]) == "<Translation 250.00: E11.9>"
    assert within["365.70"].is_no_map
    header = within.translate("250")
    assert header.sources == ("250.00", "250.02")
    assert header.left_out == ("25002 E1165   10000",)
    assert set(within) == set(forward)
    again = Crosswalk.from_bytes(within.file.to_bytes()).restricted(source={"249.51": 1})
    assert again["249.51"].left_out == found.left_out
    assert list(again) == ["249.51"]


@given(gems(("i9", "i9pcs")), st.data())
def test_the_translations_of_a_restricted_map_are_those_of_the_map_with_usable_targets(
    case: tuple[str, list[GemRow]], data: st.DataObject
) -> None:
    whole = parsed(gem(*case), edition="2018")
    targets = sorted({target for _, target in whole.pairs()})
    usable = data.draw(st.sets(st.sampled_from(targets))) if targets else set()
    within = whole.restricted(target=dict.fromkeys(usable))
    assert set(within) == set(whole)
    for source in whole:
        before, after = whole[source], within[source]
        assert set(after.expand()) == {each for each in before.expand() if usable.issuperset(each)}
        assert after.is_no_map == before.is_no_map
        assert len(after.entries) + len(after.left_out) == len(before.entries)
        assert {entry.target for entry in after.entries} - {None} <= usable
