"""Laws of the timeline, over random sequences of releases."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from codesets.compiled.reader import Compiled
from codesets.editions import editions
from codesets.timeline import HcpcsHistory, Icd10cmHistory, PeriodState, by_dates, by_edition
from codesets.timeline.additions import Addition
from codesets.timeline.by_dates import Record
from codesets.timeline.coverage import Coverage
from codesets.timeline.intervals import compile_intervals

IN_FORCE = [each for each in editions("icd10cm") if not each.is_draft]
NAMES = [each.name for each in IN_FORCE]
FEVERS = ("A00", "A00.0", "A00.1", "A00.1XXA", "B99")
TITLES = ("Fever", "Févér", "Ague", "Cold")

rows = st.dictionaries(
    st.sampled_from(FEVERS), st.tuples(st.booleans(), st.sampled_from(TITLES)), min_size=1
)
releases = st.dictionaries(st.sampled_from(NAMES), rows, min_size=1)


def icd10cm_past(given_: dict[str, dict[str, tuple[bool, str]]], *more: Addition) -> Icd10cmHistory:
    at_hand = [each for each in IN_FORCE if each.name in given_]
    coverage = Coverage.of("icd10cm", at_hand)

    def rows_of(name: str) -> list[tuple[str, bool, str]]:
        return [(code, *said) for code, said in given_[name].items()]

    space = by_edition.space("icd10cm", coverage, rows_of, more)
    return Icd10cmHistory(Compiled.from_bytes(compile_intervals("icd10cm", coverage, [space])))


def plain(text: str) -> str:
    return text.replace("é", "e")


@given(releases)
def test_every_day_is_as_its_release_says(
    made: dict[str, dict[str, tuple[bool, str]]],
) -> None:
    past = icd10cm_past(made)
    for code in {code for said in made.values() for code in said}:
        for window in past.coverage.windows:
            if not past.first_day <= window.first_day <= past.last_day:
                continue
            for day in (window.first_day, window.last_day):
                period = past[code].on(day)
                assert period is not None
                if window.release is None:
                    if period.state is not PeriodState.UNKNOWN:
                        assert period.evidence.kind == "calendar"
                    continue
                said = made[window.release].get(code)
                if said is None:
                    assert period.state is PeriodState.ABSENT
                    continue
                assert period.state == ("billable" if said[0] else "header")
                assert plain(period.display) == plain(said[1])


@given(releases)
def test_periods_have_no_holes_and_no_two_alike(
    made: dict[str, dict[str, tuple[bool, str]]],
) -> None:
    past = icd10cm_past(made)
    for life in past.values():
        periods = life.periods
        if not any(each.evidence for each in life.segments):
            assert periods[0].first_day == past.first_day
            assert periods[-1].last_day == past.last_day
        for before, after in pairwise(periods):
            assert after.first_day - before.last_day == timedelta(1)
            same = (before.state, plain(before.display)) == (after.state, plain(after.display))
            assert not same or before.evidence != after.evidence


@given(releases, st.sampled_from(FEVERS), st.sampled_from(IN_FORCE))
def test_an_addition_proves_its_edition_and_contradicts_no_release(
    made: dict[str, dict[str, tuple[bool, str]]], code: str, edition: object
) -> None:
    window = next(each for each in IN_FORCE if each is edition)
    day = window.effective_from or date.min
    past = icd10cm_past(made, Addition(code, day, "2026", "row 3"))
    without = icd10cm_past(made)
    where = past.coverage.on(day)
    assert where is not None
    if where.release is not None:
        assert list(past) == list(without)
        for each in past:
            assert past[each].segments == without[each].segments
        return
    segment = past[code].segment_on(day)
    assert segment is not None
    assert segment.evidence is not None
    assert segment.last == where.last_day.toordinal()


# HCPCS: the files at hand of one code, each with its own dates.

FILES = [each for each in editions("hcpcs") if each.name in ("2018-january", "2019-january")]
FILES += [each for each in editions("hcpcs") if each.name.startswith("2020")]
days = st.dates(date(2010, 1, 1), date(2020, 12, 31))


@st.composite
def records(draw: st.DrawFn) -> Record:
    added = draw(days)
    ended = draw(st.none() | st.dates(added, date(2020, 12, 31)))
    title = draw(st.sampled_from(TITLES))
    acted = draw(st.none() | days)
    return Record("J1440", added, ended, draw(st.sampled_from("NACDR")), acted, title, title)


made_files = st.dictionaries(
    st.sampled_from([each.name for each in FILES]), st.none() | records(), min_size=1
)


@given(made_files)
def test_lives_are_apart_and_the_newest_file_speaks(made: dict[str, Record | None]) -> None:
    coverage = Coverage.of("hcpcs", [each for each in FILES if each.name in made])
    space = by_dates.space(
        "", coverage, lambda name: [each] if (each := made[name]) is not None else []
    )
    data = compile_intervals(
        "hcpcs", coverage, [space, by_dates.space("modifier.", coverage, lambda name: [])]
    )
    past = HcpcsHistory(Compiled.from_bytes(data))
    segments = past["J1440"].segments if "J1440" in past else ()
    assert segments == space.segments.get("J1440", ())
    for before, after in pairwise(segments):
        assert before.last < after.first
    for each in segments:
        assert each.first <= each.last
    newest = made[str(coverage.known[-1].release)]
    if newest is not None and newest.added is not None and newest.action != "R":
        # Of what it says itself it is believed, save where another use of the code comes after.
        last = newest.terminated or past.last_day
        later = [each for each in segments if each.first > last.toordinal()]
        if newest.added <= past.last_day and not later:
            assert any(each.last == last.toordinal() for each in segments)
