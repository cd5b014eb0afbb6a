"""Whether a code could be used on a day: checks, live sets, periods."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codesets import hcpcs
from codesets.errors import SourceFormatError
from codesets.findings import Finding, Malformed, NotInRelease, NotYetAdded, Terminated, Valid
from codesets.hcpcs import HcpcsRelease, ReferenceKind
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import ActionCode
from codesets.hcpcs.views import LiveSet, Period
from codesets.problems import AnomalyKind
from hcpcs.examples import SMALL, day, made
from hcpcs.reading import entries, read
from hcpcs.strategies import releases, unhurried
from hcpcs.writer import write_text

SOME = settings(unhurried, max_examples=25)
NEW_YEAR = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("text", "on", "kind"),
    [
        ("A4221", None, Valid),
        ("a4221 ", None, Valid),
        ("C9136", None, Terminated),
        ("C9136", 20141231, NotYetAdded),
        ("C9136", 20150101, Valid),
        ("C9136", 20150331, Valid),
        ("C9136", 20150401, Terminated),
        ("V5364", None, NotYetAdded),
        ("V5364", 20250701, Valid),
        ("K0900", None, Valid),
        ("K0900", 20251231, Valid),
        ("K0900", 20260101, Terminated),
        ("A4220", None, NotInRelease),
        ("D0120", None, NotInRelease),
        ("99213", None, Malformed),
        ("0159T", None, Malformed),
        ("LT", None, Malformed),
        ("A00.1", None, Malformed),
        ("", None, Malformed),
        ("    ", None, Malformed),
        ("\uff214221", None, Malformed),
        ("ſ3854", None, Malformed),
        ("A4221\n", None, Malformed),
        ("A4221" * 10_000, None, Malformed),
        (None, None, Malformed),
        (b"A4221", None, Malformed),
        (4221, None, Malformed),
        (["A4221"], None, Malformed),
    ],
)
def test_check_says_what_a_text_is(
    small: HcpcsRelease, text: Any, on: int | None, kind: type[Finding]
) -> None:
    finding = small.check(text, on=day(on) if on else None)
    assert type(finding) is kind
    assert bool(finding) is finding.is_valid is (kind is Valid)
    assert finding.text == (text if isinstance(text, str) else repr(text))
    assert finding.reason
    assert json.loads(json.dumps(finding.to_dict()))["finding"] == kind.__name__
    assert small.check(text, on=day(on) if on else None) == finding


def test_dates_may_be_datetimes_and_nothing_else(small: HcpcsRelease) -> None:
    last_second = datetime(2015, 3, 31, 23, 59, 59, tzinfo=UTC)
    assert small.check("C9136", on=last_second)
    assert small["C9136"].is_valid_on(last_second)
    assert small["C9136"].periods[0].covers(last_second)
    assert "C9136" in small.live_on(last_second)
    assert small.live_on(last_second).day == date(2015, 3, 31)
    assert "C9136" in small.select("*", on=last_second).codes
    assert not small.check("C9136", on=datetime(2015, 4, 1, tzinfo=UTC))
    asked: list[Callable[[Any], object]] = [
        lambda value: small.check("C9136", on=value),
        small["C9136"].is_valid_on,
        small["C9136"].periods[0].covers,
        small.live_on,
        lambda value: small.select("*", on=value),
    ]
    for ask in asked:
        for value in ("2015-03-31", 20150331):
            with pytest.raises(TypeError, match="a date is wanted"):
                ask(value)


def test_a_finding_says_since_when_and_what_to_use_instead(small: HcpcsRelease) -> None:
    ended = small.check("C9136")
    assert isinstance(ended, Terminated)
    assert (ended.on, ended.terminated_on) == (NEW_YEAR, date(2015, 3, 31))
    assert ended.successors == ended.suggestions == ("Q9975",)
    assert ended.reason == (
        "C9136 was terminated: its last day is 2015-03-31, asked for 2025-01-01; the file refers"
        " to Q9975"
    )
    choice = small.check("C9742")
    assert isinstance(choice, Terminated)
    assert choice.successors == ("31573", "31574")
    early = small.check("C9136", on=date(2014, 12, 31))
    assert isinstance(early, NotYetAdded)
    assert early.reason == "C9136 begins on 2015-01-01, asked for 2014-12-31"


def test_a_valid_finding_speaks_of_the_day_asked_for(small: HcpcsRelease) -> None:
    assert small.check("J7205").reason.startswith("J7205 is valid in 2025-january: Injection")
    then = small.check("C9136", on=date(2015, 2, 1))
    assert then.reason.startswith("C9136 is valid on 2015-02-01, as 2025-january tells it: ")
    assert then.to_dict()["on"] == "2015-02-01"
    assert "on" not in small.check("J7205").to_dict()


def test_an_end_that_was_announced_is_no_end_yet(small: HcpcsRelease) -> None:
    """Live while the termination date has not passed; then its cross reference replaces it."""
    code = small["K0900"]
    assert small.is_live(code)
    later = small.check("K0900", on=date(2026, 1, 1))
    assert isinstance(later, Terminated)
    assert later.successors == ("E1399",)
    assert code.cross_reference is not None
    assert code.cross_reference.kind is ReferenceKind.REPLACED_BY


def test_what_ends_on_the_first_day_is_live_on_it() -> None:
    records = [
        made("A0001", "Ended", 20000101, 20241231),
        made("A0002", "Ends", 20000101, 20250101),
    ]
    release = read(write_text(records), edition="2025-january")
    assert [release.is_live(code) for code in release.values()] == [False, True]
    assert [bool(release.check(code)) for code in release] == [False, True]
    assert release.live_on(NEW_YEAR).codes == ("A0002",)


def test_codes_of_other_systems_are_named_and_never_guessed_at(small: HcpcsRelease) -> None:
    forms = {
        "99213": ("CPT",),
        "0159T": ("CPT",),
        "44221": ("CPT",),
        "D0120": ("ICD-10-CM", "CDT"),
        "LT": ("HCPCS modifier",),
        "A00.1": ("ICD-10-CM",),
        "E13.99": ("ICD-10-CM",),
        "A4221": (),
    }
    for text, titles in forms.items():
        finding = small.check(text)
        if isinstance(finding, Malformed | NotInRelease):
            assert finding.could_be == titles
            assert finding.suggestions == ()
            assert all(title in finding.reason for title in titles)
        else:
            assert text == "A4221"
    assert "LT is a modifier: Left side" in small.check("lt").reason


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("A-4221", "A4221"),
        ("A42 21", "A4221"),
        ("A422l", "A4221"),
        ("A42211", "A4221"),
        ("A421", "A4221"),
        ("J72O5", "J7205"),
        ("A2421", "A4221"),
    ],
)
def test_a_mistyped_code_is_suggested(small: HcpcsRelease, text: str, suggestion: str) -> None:
    finding = small.check(text)
    assert not finding
    assert finding.suggestions[0] == suggestion
    assert suggestion in finding.reason


def test_check_many_asks_for_each(small: HcpcsRelease) -> None:
    texts = ["A4221", None, "C9136", "99213"]
    assert list(small.check_many(texts)) == [small.check(text) for text in texts]


def test_an_edition_that_is_not_known_has_no_day_of_its_own() -> None:
    release = read(write_text((*SMALL[:-1], made("V5364", "X", 20250701))))
    assert not release.edition.is_named
    assert release.first_day is None
    ended = release.check("C9136")
    assert isinstance(ended, Terminated)
    assert ended.on is None
    assert "asked for" not in ended.reason
    assert isinstance(release.check("K0900"), Terminated), "it has a termination date"
    assert release.check("V5364")
    assert isinstance(release.check("V5364", on=NEW_YEAR), NotYetAdded)
    assert release.check("C9136", on=date(2015, 2, 1))


@given(releases(), st.dates(date(1980, 1, 1), date(2032, 1, 1)))
@SOME
def test_a_code_is_live_from_added_to_terminated_both_included(
    records: tuple[HcpcsRecord, ...], asked: date
) -> None:
    """Fields 27 and 29: the termination date is the last date of use."""
    release = read(write_text(records))
    days = {asked, *(d for r in records for d in (r.added_on, r.terminated_on) if d)}
    days |= {date.fromordinal(d.toordinal() + step) for d in list(days) for step in (-1, 1)}
    for on in days:
        live = {
            (record.is_modifier, record.key)
            for record in records
            if record.added_on is not None
            and record.added_on <= on
            and (record.terminated_on is None or on <= record.terminated_on)
        }
        found = release.live_on(on)
        assert {(False, code) for code in found.codes} | {
            (True, code) for code in found.modifiers
        } == live
        assert list(found) == [*found.codes, *found.modifiers]
        assert len(found) == len(live)
        assert found.codes == release.select("*", on=on).codes
        for entry in entries(release):
            is_live = (entry.is_modifier, entry.code) in live
            assert entry.is_valid_on(on) is is_live
            assert (entry.code in found) is is_live
            asked_of = release.modifiers if entry.is_modifier else release
            assert bool(asked_of.check(entry.code, on=on)) is is_live


def test_a_live_set_holds_codes_and_modifiers_and_nothing_else(small: HcpcsRelease) -> None:
    live = small.live_on(date(2012, 1, 1))
    assert "V8" in live
    assert "C9136" not in live
    for odd in (None, 7, ["V8"], small["A4221"]):
        assert odd not in live
    assert live == LiveSet(date(2012, 1, 1), live.codes, live.modifiers)


# A life in periods.


def test_a_code_has_one_period_for_all_that_one_file_proves(small: HcpcsRelease) -> None:
    code = small["C9136"]
    assert code.periods == (Period(date(2015, 1, 1), date(2015, 3, 31), code.display),)
    assert small["J7205"].periods == (Period(date(2016, 1, 1), None, small["J7205"].display),)


def test_a_reactivation_proves_an_end_before_and_not_when() -> None:
    """S3854 as the files of 2016 and 2017 have it: ended 2015-12-31, re-activated 2016-07-01."""
    before = made("S3854", "Gene expression profiling panel", 20060101, 20151231,
                  action=ActionCode.DISCONTINUE, action_effective_on=day(20160101))  # fmt: skip
    after = evolve(
        before,
        action=ActionCode.REACTIVATE,
        action_effective_on=day(20160701),
        terminated_on=None,
    )
    first = read(write_text([before]), edition="2016-january")["S3854"]
    second = read(write_text([after]), edition="2017-january")["S3854"]
    assert [p.last_day for p in first.periods] == [date(2015, 12, 31)]
    ended, resumed = second.periods
    assert (ended.first_day, ended.last_day) == (date(2006, 1, 1), date(2016, 6, 30))
    assert (ended.is_certain, resumed.is_certain) == (False, True)
    assert (resumed.first_day, resumed.last_day) == (date(2016, 7, 1), None)
    # The gap that only the earlier file has.
    gap = date(2016, 3, 1)
    assert not first.is_valid_on(gap)
    assert second.is_valid_on(gap)
    assert not next(period for period in second.periods if period.covers(gap)).is_certain


def test_a_code_that_came_back_with_another_meaning_has_the_latest_life_only(
    small: HcpcsRelease,
) -> None:
    """J1440 was filgrastim until 2013; the file of 2025 knows the fecal microbiota alone."""
    (period,) = small["J1440"].periods
    assert period.first_day == date(2023, 7, 1)
    assert isinstance(small.check("J1440", on=date(2010, 1, 1)), NotYetAdded)


def test_a_record_without_added_date_is_never_live() -> None:
    """Only a lenient reader lets one through."""
    data = write_text([evolve(made("A4221", "Supplies"), added_on=None)])
    with pytest.raises(SourceFormatError, match="every code has one"):
        read(data)
    release = hcpcs.parse(io.BytesIO(data), lenient=True)
    assert release["A4221"].periods == ()
    assert not release["A4221"].is_valid_on(NEW_YEAR)
    assert release.live_on(NEW_YEAR).codes == ()
    assert {anomaly.kind for anomaly in release.anomalies} == {AnomalyKind.LOST}
