"""All official releases at hand: what was valid on which day, and what proves it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from codesets.editions import edition, published_counts
from codesets.errors import ReleaseNotFoundError
from codesets.findings import Header, NoRelease, NotInRelease, NotYetAdded, Terminated, Valid
from codesets.icd10cm.bulk import displays
from codesets.release import Release
from codesets.timeline import EvidenceKind, HcpcsHistory, Icd10cmHistory, PeriodState, ValidOn
from codesets.timeline.segments import same_title
from hcpcs.official_releases import codes
from official import official_root
from whole_shelf import editions

pytestmark = pytest.mark.official

# Code, day, finding: what the official files say.
ICD10CM = [
    ("E72.53", (2025, 9, 30), Valid),
    ("E72.53", (2025, 10, 1), Header),
    ("U07.1", (2020, 3, 31), NotYetAdded),
    ("U07.1", (2020, 4, 1), Valid),
    ("E11.9", (2020, 6, 1), Valid),
    ("Z20.822", (2020, 12, 31), NotYetAdded),
    ("Z20.822", (2021, 1, 1), Valid),
    ("Z28.310", (2022, 3, 31), NotYetAdded),
    ("Z28.310", (2022, 4, 1), Valid),
    ("Z28.3", (2022, 3, 31), Valid),
    ("Z28.3", (2022, 4, 1), Header),
    ("T81.4XXA", (2018, 9, 30), Valid),
    ("T81.4XXA", (2018, 10, 1), Terminated),
    ("H40.11X0", (2016, 9, 30), Valid),
    ("H40.11X0", (2016, 10, 1), Terminated),
    ("I60.2", (2016, 9, 30), Header),
    ("I60.2", (2016, 10, 1), Valid),
    ("C86.0", (2024, 9, 30), Valid),
    ("C86.0", (2024, 10, 1), Header),
    ("E11.9", (2026, 5, 1), Valid),
    ("Q99.99", (2026, 5, 1), NotInRelease),
]


@pytest.mark.parametrize(("code", "day", "kind"), ICD10CM)
def test_icd10cm_on_a_day(
    icd10cm_past: Icd10cmHistory, code: str, day: tuple[int, int, int], kind: type
) -> None:
    found = icd10cm_past.check(code, on=date(*day))
    assert isinstance(found, kind)
    assert found.is_valid is (kind is Valid)
    assert found.to_dict()["finding"] == kind.__name__


def test_the_story_names_the_neighbours(icd10cm_past: Icd10cmHistory) -> None:
    found = icd10cm_past.check("E72.53", on=date(2025, 10, 1))
    assert "header since 2025-10-01" in found.reason
    assert "billable until 2025-09-30" in found.reason
    assert "E72.530" in found.reason
    assert icd10cm_past["E72.53"].renamings == (
        (date(2018, 10, 1), "Hyperoxaluria", "Primary hyperoxaluria"),
    )


@pytest.mark.parametrize(
    ("code", "day", "missing"),
    [
        ("E11.9", (2023, 5, 1), "2023-april"),
        ("Z59.1", (2023, 5, 1), "2023-april"),
        ("E11.9", (2026, 10, 1), "2027"),
        ("E11.9", (2031, 1, 1), "2031"),
    ],
)
def test_a_missing_release_is_named(
    icd10cm_past: Icd10cmHistory, code: str, day: tuple[int, int, int], missing: str
) -> None:
    with pytest.raises(ReleaseNotFoundError, match=f"that is {missing} .*install icd10cm"):
        icd10cm_past.check(code, on=date(*day))
    (found,) = icd10cm_past.check_many([(code, date(*day))])
    assert isinstance(found, NoRelease)
    assert found.edition.name == missing


# Beside the releases, only the conversion table speaks: it dates what was new.
BY_TABLE = [("U07.1", (2020, 4, 1)), ("U07.0", (2020, 9, 30)), ("T74.A1XA", (2023, 5, 1))]


@pytest.mark.parametrize(("code", "day"), BY_TABLE)
def test_what_the_conversion_table_proves(
    icd10cm_past: Icd10cmHistory, code: str, day: tuple[int, int, int]
) -> None:
    found = icd10cm_past.check(code, on=date(*day))
    assert isinstance(found, ValidOn)
    assert found.evidence.kind is EvidenceKind.CONVERSION_TABLE
    assert found.evidence.edition == "2026"
    assert found.evidence.detail.startswith("row ")
    assert "the NCHS conversion table 2026 (row" in found.reason


def test_it_proves_all_additions_of_april_2023(icd10cm_past: Icd10cmHistory) -> None:
    day = date(2023, 4, 1).toordinal()
    proved = [
        segment
        for life in icd10cm_past.values()
        for segment in life.segments
        if segment.evidence and segment.first == day
    ]
    assert len(proved) == 42
    assert {segment.last for segment in proved} == {date(2023, 9, 30).toordinal()}


def test_it_offers_candidates(icd10cm_past: Icd10cmHistory) -> None:
    found = icd10cm_past.check("T81.4XXA", on=date(2018, 10, 1))
    assert isinstance(found, Terminated)
    assert "T81.40XA" in found.successors
    assert "candidates after it: T81.40XA" in found.reason


def test_drafts_are_never_in_force(icd10cm_past: Icd10cmHistory) -> None:
    assert [each.name for each in icd10cm_past.editions][:4] == ["2013", "2014", "2015", "2016"]
    with pytest.raises(ReleaseNotFoundError, match="began with 2016 on 2015-10-01"):
        icd10cm_past.on(date(2015, 9, 30))
    assert icd10cm_past.on(date(2015, 10, 1)).edition.name == "2016"


def test_intervals_agree_with_every_release(icd10cm_past: Icd10cmHistory) -> None:
    """On its first day every release says of every code what the intervals say, and no more."""
    asked = {
        each: (each.effective_from or date.min).toordinal()
        for each in icd10cm_past.editions
        if not each.is_draft
    }
    said: dict[str, dict[str, tuple[bool, str]]] = {each.name: {} for each in asked}
    for life in icd10cm_past.values():
        for segment in life.segments:
            for each, day in asked.items():
                if segment.first <= day <= segment.last:
                    is_billable = segment.state is PeriodState.BILLABLE
                    said[each.name][life.code] = (is_billable, segment.display)
    assert len(asked) == 16
    for each in asked:
        release = icd10cm_past.release(each.name)
        flags = map(bool, bytes(release.file.column("tree.billable")))
        told = said[each.name]
        assert told.keys() == set(release)
        for code, flag, title in zip(release, flags, displays(release), strict=True):  # type: ignore[arg-type]
            assert told[code][0] is flag
            assert same_title(told[code][1], title)
        counts = published_counts(edition("icd10cm", each.name))
        assert counts is not None
        assert (len(told), sum(flag for flag, _ in told.values())) == (counts.rows, counts.billable)


def test_only_april_2020_is_beside_the_releases(icd10cm_past: Icd10cmHistory) -> None:
    day = date(2020, 4, 1).toordinal()
    valid = {
        life.code
        for life in icd10cm_past.values()
        for segment in life.segments
        if segment.first <= day <= segment.last and segment.state is PeriodState.BILLABLE
    }
    release = icd10cm_past.release("2020")
    assert valid - set(release.select("*", billable=True).codes) == {"U07.0", "U07.1"}  # type: ignore[attr-defined]
    # 72,184 of the release and two: formats, calendar.
    assert len(valid) == 72_186


def test_steps_are_as_published(icd10cm_past: Icd10cmHistory) -> None:
    """New and deleted billable codes of each step (calendar of the sources page)."""
    begun: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    for life in icd10cm_past.values():
        valid = [s for s in life.segments if s.state is PeriodState.BILLABLE]
        firsts, lasts = {s.first for s in valid}, {s.last for s in valid}
        begun.update(date.fromordinal(day) for day in firsts if day - 1 not in lasts)
        ended.update(date.fromordinal(day + 1) for day in lasts if day + 1 not in firsts)
    published = {
        (2016, 10, 1): (1974, 311),
        (2017, 10, 1): (360, 142),
        (2018, 10, 1): (279, 51),
        (2019, 10, 1): (273, 21),
        (2020, 4, 1): (2, 0),
        (2020, 10, 1): (488, 58),
        (2021, 1, 1): (6, 1),
        (2021, 10, 1): (159, 32),
        (2022, 4, 1): (3, 1),
        (2022, 10, 1): (1176, 287),
        (2024, 4, 1): (0, 0),
        (2024, 10, 1): (252, 36),
        (2025, 4, 1): (0, 0),
        (2025, 10, 1): (487, 28),
    }
    for numbers, step in published.items():
        day = date(*numbers)
        assert (begun[day], ended[day]) == step, day


def test_the_step_across_april_2023(icd10cm_past: Icd10cmHistory) -> None:
    """What was added on April 1, 2023 (42) or deleted (7) shows in October: 395 + 42, 25 + 7."""
    before, after = (
        {
            life.code
            for life in icd10cm_past.values()
            if (each := life.segment_on(day)) and each.state is PeriodState.BILLABLE
        }
        for day in (date(2023, 3, 31), date(2023, 10, 1))
    )
    assert (len(after - before), len(before - after)) == (437, 32)


def test_a_retired_code_stays_resolvable(icd10cm_past: Icd10cmHistory) -> None:
    life = icd10cm_past["t814xxa"]
    assert life.display == "Infection following a procedure, initial encounter"
    assert (life.first_day, life.last_day) == (date(2015, 10, 1), date(2018, 9, 30))
    assert not life.is_current
    assert [(p.first_day.year, p.state) for p in life.periods] == [
        (2015, PeriodState.BILLABLE),
        (2018, PeriodState.ABSENT),
        (2023, PeriodState.UNKNOWN),
        (2023, PeriodState.ABSENT),
    ]


def test_periods_have_no_holes(icd10cm_past: Icd10cmHistory, hcpcs_past: HcpcsHistory) -> None:
    for past in (icd10cm_past, hcpcs_past, hcpcs_past.modifiers):
        for life in list(past.values())[::97]:
            periods = life.periods
            assert periods[-1].last_day == past.last_day
            for before, after in pairwise(periods):
                assert after.first_day - before.last_day == timedelta(1)


# HCPCS

HCPCS = [
    ("G9890", (2018, 2, 15), "Dilated macular exam", EvidenceKind.RELEASE, "2018-january"),
    ("G9890", (2018, 6, 1), "Bridge payment", EvidenceKind.LATER_RELEASE, "2025-january"),
    ("G9890", (2019, 1, 1), "Bridge payment", EvidenceKind.RELEASE, "2019-january"),
    ("J1440", (2013, 6, 1), "Injection, filgrastim", EvidenceKind.LATER_RELEASE, "2016-january"),
    ("J1440", (2024, 6, 1), "Fecal microbiota", EvidenceKind.LATER_RELEASE, "2025-january"),
    ("G0154", (2016, 2, 1), "Direct skilled nursing", EvidenceKind.LATER_RELEASE, "2025-january"),
    ("S3854", (2015, 12, 31), "Gene expression", EvidenceKind.LATER_RELEASE, "2025-january"),
    ("S3854", (2016, 7, 1), "Gene expression", EvidenceKind.LATER_RELEASE, "2025-january"),
]


@pytest.mark.parametrize(("code", "day", "title", "kind", "by"), HCPCS)
def test_hcpcs_on_a_day(
    hcpcs_past: HcpcsHistory,
    code: str,
    day: tuple[int, int, int],
    title: str,
    kind: EvidenceKind,
    by: str,
) -> None:
    found = hcpcs_past.check(code, on=date(*day))
    assert isinstance(found, ValidOn)
    assert found.code.display.startswith(title)
    assert (found.evidence.kind, found.evidence.edition) == (kind, by)


@pytest.mark.parametrize(
    ("code", "day", "ended"),
    [
        ("J1440", (2016, 6, 1), (2013, 12, 31)),
        ("G0154", (2016, 3, 1), (2016, 2, 29)),
        ("S3854", (2016, 1, 1), (2015, 12, 31)),
        ("S3854", (2016, 6, 30), (2015, 12, 31)),
    ],
)
def test_hcpcs_ended(
    hcpcs_past: HcpcsHistory, code: str, day: tuple[int, int, int], ended: tuple[int, int, int]
) -> None:
    found = hcpcs_past.check(code, on=date(*day))
    assert isinstance(found, Terminated)
    assert found.terminated_on == date(*ended)


def test_the_first_use_of_g9890_ends_uncertainly(hcpcs_past: HcpcsHistory) -> None:
    first, second = hcpcs_past["G9890"].periods
    assert (first.last_day, first.is_certain) == (date(2018, 3, 31), False)
    assert (second.first_day, second.is_certain) == (date(2018, 4, 1), True)


def test_modifiers(hcpcs_past: HcpcsHistory) -> None:
    past = hcpcs_past.modifiers
    left_out = past.check("DA", on=date(2019, 6, 1))
    assert left_out.is_valid
    assert "DA" not in past.release("2019-january").modifiers  # type: ignore[attr-defined]
    assert isinstance(left_out, ValidOn)
    assert left_out.evidence.edition == "2025-january"
    before, after = (past.check("CS", on=date(2020, month, 1)) for month in (2, 4))
    assert isinstance(before, Valid)
    assert isinstance(after, Valid)
    assert "oil spill" in before.code.display
    assert "covid-19" in after.code.display
    assert past["CS"].renamings[0][0] == date(2020, 3, 1)


def test_after_the_newest_file(hcpcs_past: HcpcsHistory) -> None:
    assert hcpcs_past.check("A0021", on=date(2025, 3, 31)) is not None
    with pytest.raises(ReleaseNotFoundError, match="that is 2025-april"):
        hcpcs_past.check("A0021", on=date(2025, 4, 1))
    with pytest.raises(ReleaseNotFoundError, match="that is 2022-april"):
        hcpcs_past.on(date(2022, 5, 1))


# What the files at hand say otherwise of their own first day than the later ones (formats, 6.9):
# valid by the file alone, and by the history alone.
RETROACTIVE = {
    "2016-january": (
        codes("G0464", "G6030-G6032", "G6034-G6058"),
        codes("G0154", "G0477-G0483", "G0498"),
    ),
    "2018-january": (set(), codes("G9868-G9870")),
    "2019-january": (
        codes("C9034"),
        codes("C1890", "DA", "G2001-G2009", "G2013-G2015", "J1095", "J2186", "J2787", "Q5111"),
    ),
    "2020-january": (set(), codes("C9058", "G2168", "G2169")),
    "2020-april": (set(), codes("C9803", "G2025")),
    "2020-october": (set(), set()),
    "2025-january": (set(), set()),
}


@pytest.mark.parametrize("name", RETROACTIVE)
def test_hcpcs_agrees_with_every_release_but_for_what_came_after_the_fact(
    hcpcs_past: HcpcsHistory, name: str
) -> None:
    release = hcpcs_past.release(name)
    day = release.edition.effective_from or date.min
    live = set(release.live_on(day))  # type: ignore[attr-defined]
    told = {
        life.code
        for past in (hcpcs_past, hcpcs_past.modifiers)
        for life in past.values()
        if life.segment_on(day) is not None
    }
    assert (live - told, told - live) == RETROACTIVE[name]
    listed = {
        each.code
        for past in (hcpcs_past, hcpcs_past.modifiers)
        for each in past.disagreements
        if each.left_source == name
    }
    assert live ^ told <= listed


def test_disagreements_are_dates_after_the_fact(hcpcs_past: HcpcsHistory) -> None:
    moved = {
        (each.code, each.field, each.left, each.right)
        for each in hcpcs_past.disagreements
        if each.left is not None
    }
    assert moved == {
        ("G0299", "added_on", "2016-01-01", "2015-11-02"),
        ("G0300", "added_on", "2016-01-01", "2015-11-02"),
        ("C9058", "added_on", "2020-04-01", "2019-11-15"),
        ("G0154", "terminated_on", "2015-12-31", "2016-02-29"),
        ("S3854", "terminated_on", "2015-12-31", None),
    }


def test_every_release_at_hand_is_in_it(
    icd10cm_past: Icd10cmHistory, hcpcs_past: HcpcsHistory
) -> None:
    official_root()
    for past in (icd10cm_past, hcpcs_past):
        assert set(past.paths) == set(editions(past.system_name))
        for release in past.releases:
            assert isinstance(release, Release)
