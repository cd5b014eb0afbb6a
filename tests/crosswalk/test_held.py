"""Maps held against releases: which codes may be used on which day, in either code set."""

from __future__ import annotations

from datetime import date

import pytest

from codesets.crosswalk import Crosswalk
from codesets.errors import CrosswalkError
from codesets.hcpcs import HcpcsRelease
from codesets.icd10cm import Icd10cmRelease
from crosswalk.test_gem import FORWARD, parsed
from crosswalk.writer import gem
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
    assert "C9136" not in both
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
