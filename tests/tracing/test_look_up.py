"""Which code set a code is traced in: by the editions' names, else by look-up; and modifiers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import codesets
from codesets import shelf
from codesets.cli.app import app
from codesets.errors import EditionError, ReleaseNotFoundError, UnknownCodeError
from codesets.hcpcs import HcpcsRelease
from codesets.hcpcs.details import HcpcsRecord
from codesets.tracing import Outcome
from hcpcs.examples import SMALL, made
from hcpcs.reading import read
from hcpcs.writer import write_text
from timeline.conftest import Order

Put = Callable[[str, Order], None]

# A0100 is typhoid fever and a taxi.
FEVERS: Order = {"A010": (False, "Typhoid fever"), "A0100": (True, "Typhoid fever, unspecified")}
MORE = (
    # Two modifiers, of which the one replaced the other.
    made("ZA", "Novaplus", 20100101, 20171231, "ZB"),
    made("ZB", "Pfizer/hospira", 20180101),
    # One code that became two.
    made("G1000", "Service", 20100101, 20171231, "G1001", "G1002"),
    made("G1001", "Short service", 20180101),
    made("G1002", "Long service", 20180101),
)


def release(edition: str, *more: HcpcsRecord) -> HcpcsRelease:
    records = sorted((*SMALL, *more), key=lambda record: (not record.is_modifier, record.key))
    return read(write_text(records), edition=edition)


@pytest.fixture(autouse=True)
def _both(put: Put, at_hand: Path) -> None:
    put("2018", FEVERS)
    put("2019", FEVERS)
    for edition in ("2018-january", "2019-january"):
        found = release(edition, *MORE)
        found.save(at_hand / shelf.file_name(found.edition))


def test_the_names_of_the_editions_tell_the_code_set() -> None:
    found = codesets.trace("C9136", date(2015, 1, 2), "2019-january")
    assert (found.system, found.outcome, found.codes) == ("hcpcs", Outcome.MAPPED, ("J7205",))
    # That of both code sets too.
    assert codesets.trace("A0100", "2018", "2019").system == "icd10cm"
    assert codesets.trace("A0100", "2018-january", "2019-january").system == "hcpcs"


def test_between_two_days_look_up_decides() -> None:
    days = date(2017, 12, 1), date(2019, 1, 1)
    assert codesets.trace("j7205", *days).system == "hcpcs"
    assert codesets.trace("A01.00", *days).system == "icd10cm"
    with pytest.raises(
        EditionError, match="A0100 is a code of HCPCS Level II and of ICD-10-CM; say"
    ):
        codesets.trace("A0100", *days)
    assert codesets.trace("A0100", *days, system="hcpcs").system == "hcpcs"
    with pytest.raises(UnknownCodeError, match="never a code of HCPCS Level II or ICD-10-CM in"):
        codesets.trace("Q99.99", *days)
    listed = codesets.migrate(["J7205", "A01.00", "Q99.99", "LT"], *days)
    assert [(each.system, str(each.outcome)) for each in listed] == [
        ("hcpcs", "unchanged"), ("icd10cm", "unchanged"), ("", "unknown"), ("hcpcs", "unchanged"),
    ]  # fmt: skip
    assert (listed.traces[2].start, listed.traces[2].end) == ("2017-12-01", "2019-01-01")


def test_an_edition_that_is_not_at_hand() -> None:
    for start, end, message in (
        ("2018", "2020", "codesets install icd10cm 2020"),
        ("2018-january", "2020-october", "codesets install hcpcs 2020-october"),
        ("2020-october", "2018-january", "codesets install hcpcs 2020-october"),
        ("2018", "soon", "icd10cm has no edition 'soon'"),
        ("2018", "2019-january", "no code set has 2018 and 2019-january at hand"),
        ("now", "soon", "no code set has now and soon at hand"),
    ):
        with pytest.raises(ReleaseNotFoundError, match=message):
            codesets.trace("A0100", start, end)


def test_modifiers_are_traced_too() -> None:
    ends = "2018-january", "2019-january"
    assert codesets.trace("lt", *ends).outcome is Outcome.UNCHANGED
    there = codesets.trace("ZA", date(2017, 1, 1), "2019-january", system="hcpcs")
    assert (there.outcome, there.codes) == (Outcome.MAPPED, ("ZB",))
    back = codesets.trace("ZB", "2019-january", date(2017, 1, 1), system="hcpcs")
    assert (back.outcome, back.codes) == (Outcome.MAPPED, ("ZA",))
    assert codesets.trace("V8", *ends).outcome is Outcome.GONE
    with pytest.raises(UnknownCodeError, match="'ZZ' was never a code"):
        codesets.trace("ZZ", *ends)


def test_modifiers_of_releases_that_are_not_on_the_shelf() -> None:
    old = release("2016-january", *MORE)
    new = release("2020-january", *MORE)
    found = codesets.trace("ZA", old, new)
    assert (found.outcome, found.codes) == (Outcome.MAPPED, ("ZB",))


def test_a_code_that_became_two_is_no_way_back() -> None:
    """Backward too the old code must have become only this one."""
    there = codesets.trace("G1000", date(2017, 1, 1), "2019-january", system="hcpcs")
    assert (there.outcome, there.codes) == (Outcome.AMBIGUOUS, ("G1001", "G1002"))
    back = codesets.trace("G1001", "2019-january", date(2017, 1, 1), system="hcpcs")
    assert (back.outcome, back.codes) == (Outcome.AMBIGUOUS, ("G1000",))
    assert back.steps[0].evidence[-1] == "G1000 refers to G1001, G1002"


def test_the_command_finds_the_code_set() -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.output

    ends = ["--from", "2018-january", "--to", "2019-january"]
    code, shown = run("trace", "C9136", *ends)
    assert (code, shown.splitlines()[-1]) == (0, "C9136\t2019-january\tmapped\tJ7205\t")
    code, shown = run("migrate", "LT", *ends, "--json")
    assert (
        code,
        json.loads(next(line for line in shown.splitlines() if line[0] == "{"))["outcome"],
    ) == (0, "unchanged")
    code, shown = run("trace", "A0100", "--from", "2017-12-01", "--to", "2019-01-01")
    assert code == 2
    assert "say which with --system" in shown
