"""Codes traced through the official releases at hand, by the conversion table and references."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import codesets
from codesets import icd10cm
from codesets.errors import EditionError, ReleaseNotFoundError, UnknownCodeError
from codesets.tracing import Outcome, Trace

pytestmark = pytest.mark.official


@pytest.fixture(scope="module", autouse=True)
def _everything(whole_shelf: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(whole_shelf))
        yield


def evidence(found: Trace) -> str:
    return "; ".join(said for step in found.steps for said in step.evidence)


def test_one_code_for_four() -> None:
    found = codesets.trace("H40.11X0", "2016", "2026")
    assert found.outcome is Outcome.AMBIGUOUS
    assert found.codes == ("H40.1110", "H40.1120", "H40.1130", "H40.1190")
    (step,) = found.steps
    assert (step.day, step.is_one_to_one) == (date(2016, 10, 1), False)
    assert "row 1043: H40.1110 from 'H40.11X0', 2016-10-01" in evidence(found)


def test_a_single_row_is_not_enough() -> None:
    """C86.0 became a header with two billable codes, of which one row names one."""
    found = codesets.trace("C86.0", "2024", "2025")
    assert found.outcome is Outcome.AMBIGUOUS
    assert found.codes == ("C86.00", "C86.01")
    assert evidence(found).count("from 'C86.0'") == 1
    assert "C86.0 was billable until 2024-09-30 and is header from 2024-10-01" in evidence(found)
    assert "2 billable under it: C86.00, C86.01" in evidence(found)


def test_infection_after_a_procedure() -> None:
    found = codesets.trace("T81.4XXA", "2018", "2020")
    assert found.codes == (
        "T81.40XA",
        "T81.41XA",
        "T81.42XA",
        "T81.43XA",
        "T81.44XA",
        "T81.49XA",
    )
    assert found.outcome is Outcome.AMBIGUOUS
    (step,) = found.steps
    assert (step.day, step.is_one_to_one) == (date(2018, 10, 1), False)
    told = evidence(found)
    assert "T81.4XXA was billable until 2018-09-30 and is no code from 2018-10-01" in told
    for code in found.codes:
        assert f"{code} from 'T81.4XXA', 2018-10-01" in told


def test_unchanged_under_another_title() -> None:
    found = codesets.trace("E72.53", "2018", "2025")
    assert (found.outcome, found.steps) == (Outcome.UNCHANGED, ())
    assert found.reason == (
        "E72.53 is billable in 2025 too, as 'Primary hyperoxaluria'; in 2018 it was 'Hyperoxaluria'"
    )


@pytest.mark.parametrize(
    "ends", [(date(2015, 1, 2), "2025-january"), ("2016-january", date(2020, 1, 1))]
)
def test_hcpcs_by_cross_references(ends: tuple[str | date, str | date]) -> None:
    found = codesets.trace("C9136", *ends, system="hcpcs")
    assert (found.outcome, found.codes) == (Outcome.MAPPED, ("J7205",))
    assert [(step.code, step.candidates, step.day) for step in found.steps] == [
        ("C9136", ("Q9975",), date(2015, 4, 1)),
        ("Q9975", ("J7205",), date(2016, 1, 1)),
    ]
    assert "Q9975" in found.steps[0].evidence[-1]
    assert "J7205" in found.steps[1].evidence[-1]
    back = codesets.trace("J7205", "2025-january", date(2015, 1, 2), system="hcpcs")
    assert (back.outcome, back.codes) == (Outcome.MAPPED, ("C9136",))


def test_hcpcs_to_cpt_is_a_choice_outside_of_the_code_set() -> None:
    found = codesets.trace("C9742", "2018-january", "2025-january", system="hcpcs")
    assert (found.outcome, found.codes) == (Outcome.AMBIGUOUS, ("31573", "31574"))
    assert "not in this code set: 31573, 31574" in evidence(found)


def test_a_code_used_again_is_not_the_same() -> None:
    found = codesets.trace("J1440", date(2013, 1, 1), "2025-january", system="hcpcs")
    assert (found.outcome, found.codes) == (Outcome.GONE, ())
    assert "from 2023-07-01 on it is something else: Fecal microbiota" in found.reason


def test_a_code_taken_up_again_is() -> None:
    found = codesets.trace("S3854", "2016-january", "2018-january", system="hcpcs")
    assert found.outcome is Outcome.UNCHANGED


def test_a_whole_year() -> None:
    """Every deleted code of the step 2016 to 2017 (311, of them 28 in no row) is accounted for."""
    before = icd10cm.load("2016").select("*", billable=True).codes
    found = codesets.migrate(before, "2016", "2017")
    assert found.counts() == {
        "unchanged": 69_512,
        "mapped": 21,
        "ambiguous": 265,
        "gone": 25,
        "unknown": 0,
    }
    assert len(before) - 69_512 == 311
    assert len(found.codes) == 69_512 + 21
    # A step that was one to one is so in the other direction too.
    for trace in found.mapped:
        back = codesets.trace(trace.codes[0], "2017", "2016")
        assert (back.outcome, back.codes) == (Outcome.MAPPED, (trace.code,))


def test_having_a_row_does_not_mean_that_the_code_ended() -> None:
    back = codesets.trace("U07.1", "2021", "2020")
    assert (back.outcome, back.codes) == (Outcome.AMBIGUOUS, ("B97.29",))
    assert codesets.trace("B97.29", "2020", "2021").outcome is Outcome.UNCHANGED


def test_what_cannot_be_traced() -> None:
    with pytest.raises(UnknownCodeError, match="is no code of 2020"):
        codesets.trace("Z20.822", "2020", "2021")
    with pytest.raises(UnknownCodeError, match="never a code"):
        codesets.trace("Q99.99", "2020", "2021")
    with pytest.raises(ReleaseNotFoundError, match="codesets install icd10cm 2027"):
        codesets.trace("E11.9", "2026", "2027")
    with pytest.raises(ReleaseNotFoundError, match="in force on 2023-05-01"):
        codesets.trace("E11.9", "2020", date(2023, 5, 1))
    with pytest.raises(EditionError, match="2014 was never in force"):
        codesets.trace("E11.9", "2014", "2016")
    with pytest.raises(EditionError, match="one code set at a time"):
        codesets.trace("E11.9", icd10cm.load("2020"), "2020-january", system="hcpcs")
    list_of = codesets.migrate(["E11.9", "Q99.99", "x", "Z20.822"], "2020", "2021")
    assert [each.outcome for each in list_of] == ["unchanged", "unknown", "unknown", "unknown"]
    assert repr(list_of) == "<Migration of 4 codes: 1 unchanged, 3 unknown>"
    assert list_of.to_dict()["counts"]["unknown"] == 3
