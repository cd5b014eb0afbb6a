"""What the official releases say of each other: live sets, actions, lives, cross references."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from codesets.findings import NotYetAdded, Terminated
from codesets.hcpcs import ReferenceKind
from codesets.hcpcs.references import TargetKind
from hcpcs.examples import day
from hcpcs.official_files import EDITIONS
from hcpcs.official_releases import by_key, changed, codes, live, release

pytestmark = pytest.mark.official

# Live sets rebuilt from later files.

ENDED_AFTERWARDS = codes("G0464", "G6030-G6032", "G6034-G6058")
# Earlier edition → later editions → what the rebuilt live set lacks, and what it has besides.
REBUILT: dict[str, dict[tuple[str, ...], tuple[set[str], set[str]]]] = {
    "2016-january": {
        ("2018-january", "2020-january", "2020-april", "2020-october", "2025-january"): (
            codes("G0298", "G9668") | ENDED_AFTERWARDS,
            codes("G0154", "G0477-G0483", "G0498", "S3854"),
        ),
        ("2019-january",): (
            codes("G0298", "G9668", "DA") | ENDED_AFTERWARDS,
            codes("G0154", "G0477-G0483", "G0498", "S3854"),
        ),
    },
    "2018-january": {
        ("2020-january", "2020-april", "2020-october", "2025-january"): (
            codes("G9890", "G9891", "G9976", "G9977", "QQ", "VM"),
            codes("G9868-G9870"),
        ),
        ("2019-january",): (
            codes("G9890", "G9891", "G9976", "G9977", "QQ", "VM", "DA"),
            codes("G9868-G9870"),
        ),
    },
    "2019-january": {
        ("2020-january", "2020-april", "2020-october", "2025-january"): (
            codes("C9034"),
            codes("C1890", "DA", "G2001-G2009", "G2013-G2015", "J1095", "J2186", "J2787", "Q5111"),
        ),
    },
    "2020-january": {
        ("2020-april",): (set(), codes("G2168", "G2169")),
        ("2020-october", "2025-january"): (set(), codes("C9058", "G2168", "G2169")),
    },
    "2020-april": {("2020-october", "2025-january"): (set(), codes("C9803", "G2025"))},
    "2020-october": {("2025-january",): (set(), set())},
}
STEPS = [
    (earlier, later, missing, extra)
    for earlier, rebuilt in REBUILT.items()
    for laters, (missing, extra) in rebuilt.items()
    for later in laters
]
LIVE = {
    "2016-january": 5841,
    "2018-january": 6093,
    "2019-january": 6285,
    "2020-january": 6464,
    "2020-april": 6481,
    "2020-october": 6567,
    "2025-january": 7477,
}


def test_every_pair_of_releases_is_tried() -> None:
    ordered = sorted(EDITIONS, key=lambda edition: release(edition).edition)
    pairs = [(earlier, later) for earlier, later, _, _ in STEPS]
    assert sorted(pairs) == sorted((a, b) for i, a in enumerate(ordered) for b in ordered[i + 1 :])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_live_set_of_a_release_is_what_has_no_termination_date(edition: str) -> None:
    found = release(edition)
    assert found.first_day is not None
    assert len(live(edition)) == LIVE[edition]
    future = {"QQ", "VM"} if edition == "2018-january" else set()
    assert set(found.live_on(found.first_day)) == live(edition) - future


@pytest.mark.parametrize(("earlier", "later", "missing", "extra"), STEPS)
def test_an_earlier_live_set_comes_back_but_for_what_is_named(
    earlier: str, later: str, missing: set[str], extra: set[str]
) -> None:
    on = release(earlier).first_day
    assert on is not None
    rebuilt, original = set(release(later).live_on(on)), live(earlier)
    assert original - rebuilt == missing
    assert rebuilt - original == extra
    assert len(rebuilt) == LIVE[earlier] - len(missing) + len(extra)


# Action codes against computed differences.


def step(before: str, after: str) -> tuple[set[str], set[str], set[str], dict[str, str]]:
    """What is new, newly terminated and gone; and the action of every code after."""
    old, new = by_key(before), by_key(after)
    return (
        new.keys() - old.keys(),
        {key for key in live(before) - live(after) if key in new},
        old.keys() - new.keys(),
        {key: str(entry.action) for key, entry in new.items()},
    )


def having(actions: dict[str, str], wanted: str) -> set[str]:
    return {key for key, action in actions.items() if action == wanted}


def test_the_action_codes_of_a_quarter_are_the_computed_difference() -> None:
    """January to April 2020: A is what is new, D what has ended since, and nothing is gone."""
    new, ended, gone, actions = step("2020-january", "2020-april")
    assert having(actions, "A") == new
    assert len(new) == 18
    assert having(actions, "D") == ended
    assert {by_key("2020-april")[key].terminated_on for key in ended} == {date(2020, 3, 31)}
    assert len(ended) == 1
    assert gone == set()


def test_the_action_codes_of_2018_are_nearly_the_computed_difference() -> None:
    """In January releases up to 2020 they describe the past year, its quarters included."""
    new, ended, gone, actions = step("2018-january", "2019-january")
    assert having(actions, "A") - new == {"G9890", "G9891", "QQ", "VM"}
    assert Counter(actions[key] for key in new) == {"A": 224, "D": 16, "N": 3, "C": 1}
    assert {key for key in new if actions[key] == "N"} == codes("G9868-G9870")
    assert {key for key in new if actions[key] == "C"} == {"Q2041"}
    assert ended <= having(actions, "D")
    assert gone == {"DA", "G9976", "G9977"}


def test_the_action_codes_of_2019_are_nearly_the_computed_difference() -> None:
    new, ended, gone, actions = step("2019-january", "2020-january")
    assert having(actions, "A") <= new
    assert Counter(actions[key] for key in new) == {"A": 250, "D": 11, "N": 18}
    assert {key for key in new if actions[key] == "N"} == codes(
        "C1890", "DA", "G2001-G2009", "G2013-G2015", "J1095", "J2186", "J2787", "Q5111"
    )
    assert ended - having(actions, "D") == {"C9034"}
    assert gone == set()


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_discontinued_has_a_termination_date(edition: str) -> None:
    without = {key for key, e in by_key(edition).items() if e.action == "D" and not e.terminated_on}
    assert without == set()


def test_the_action_codes_of_january_2025_describe_one_quarter() -> None:
    """What came and went since October 2020, but for that quarter, stands under other actions."""
    new, ended, gone, actions = step("2020-october", "2025-january")
    assert (len(new), len(ended), gone) == (1446, 410, set())
    found = by_key("2025-january")
    assert having(actions, "A") == {k for k in found if found[k].added_on == date(2025, 1, 1)}
    assert Counter(actions[key] for key in new) == {
        "A": 168, "N": 1222, "D": 27, "C": 24, "P": 2, "S": 2, "T": 1,
    }  # fmt: skip
    assert having(actions, "D") == {
        key for key, entry in found.items() if entry.terminated_on == date(2024, 12, 31)
    }
    years = Counter(found[key].columns("terminated_on")[:4] for key in ended)
    assert years == {"2020": 177, "2021": 57, "2022": 41, "2023": 51, "2024": 84}
    assert sum(bool(e.added_on and e.added_on.day > 1) for e in found.values()) == 87


def test_what_changed_between_october_2020_and_january_2025() -> None:
    wanted = {
        "long_description": 302,
        "short_description": 126,
        "pricing_indicators": 30,
        "multiple_pricing_indicator": 19,
        "coverage": 19,
        "betos": 26,
        "coverage_issues_manual": 13,
        "carriers_manual": 10,
        "statute": 2,
        "lab_certifications": 2,
        "processing_note": 16,
        "cross_references": 17,
        "asc_group": 141,
        "added_on": 0,
    }
    found = changed("2020-october", "2025-january", *wanted)
    assert {name: len(keys) for name, keys in found.items()} == wanted
    assert found["lab_certifications"] == {"Q0111", "Q0114"}
    assert not (live("2025-january") & by_key("2020-october").keys()) - live("2020-october")


# What one file proves of a code's life.


def test_a_reactivated_code_shows_live_throughout_afterwards() -> None:
    """S3854 had ended on 2015-12-31, and was re-activated from 2016-07-01 by the file of 2017.

    That file is not at hand; the later ones do not tell of the gap.
    """
    gap = date(2016, 3, 1)
    ended = release("2016-january").check("S3854", on=gap)
    assert isinstance(ended, Terminated)
    assert ended.terminated_on == date(2015, 12, 31)
    for edition in EDITIONS[1:]:
        found = release(edition)
        assert found.check("S3854", on=gap)
        (period,) = found["S3854"].periods
        assert (period.first_day, period.last_day) == (date(2006, 1, 1), None)
    assert not [e for edition in EDITIONS for e in by_key(edition).values() if e.action == "R"]


def test_codes_came_back_with_another_meaning() -> None:
    """Each file knows the latest meaning alone."""
    old, new = release("2018-january"), release("2019-january")
    for code, words in (("G9890", "mdpp"), ("G9891", "mdpp")):
        assert words in new[code].display
        assert words not in old[code].display
        assert (old[code].added_on, new[code].added_on) == (date(2018, 1, 1), date(2018, 4, 1))
        assert new[code].action == "A"
        assert old.check(code)
        assert isinstance(new.check(code, on=date(2018, 1, 1)), NotYetAdded)

    filgrastim, fecal = release("2016-january")["J1440"], release("2025-january")["J1440"]
    assert "filgrastim" in filgrastim.display
    assert (filgrastim.added_on, filgrastim.terminated_on) == (day(19940101), day(20131231))
    assert fecal.display.startswith("Fecal microbiota")
    assert (fecal.added_on, fecal.terminated_on) == (day(20230701), None)
    assert all("J1440" not in release(edition) for edition in EDITIONS[1:-1])


def test_the_added_date_of_few_codes_ever_changed() -> None:
    moved = [changed(e, "2025-january", "added_on")["added_on"] for e in EDITIONS[:-1]]
    assert set().union(*moved) == {"C9058", "G0299", "G0300", "G9890", "G9891", "J1440"}


def test_a_modifier_took_another_meaning_under_the_same_date() -> None:
    """CS: an oil spill until 2020, the sharing of costs since; its added date does not tell."""
    before, after = (release(e).modifiers["CS"] for e in ("2020-january", "2020-april"))
    assert "oil spill" in before.display
    assert "cost-sharing" in after.display.lower()
    assert before.added_on == after.added_on == date(2011, 1, 1)
    assert (str(after.action), after.action_effective_on) == ("C", date(2020, 3, 1))
    assert len(after.periods) == 1


def test_a_modifier_was_left_out_and_came_back() -> None:
    assert [e for e in EDITIONS if "DA" not in release(e).modifiers] == ["2019-january"]
    back = release("2020-january").modifiers["DA"]
    assert (back.added_on, str(back.action)) == (date(2011, 1, 1), "N")
    assert back.is_valid_on(date(2019, 1, 1))


def test_nothing_is_dropped_since_2018() -> None:
    latest = by_key("2025-january").keys()
    dropped = {edition: by_key(edition).keys() - latest for edition in EDITIONS[:-1]}
    assert {edition: len(keys) for edition, keys in dropped.items() if keys} == {
        "2016-january": 204,
        "2018-january": 2,
    }
    assert dropped["2018-january"] == {"G9976", "G9977"}
    old = by_key("2016-january")
    years = Counter(old[key].columns("terminated_on")[:4] for key in dropped["2016-january"])
    assert years == {"2012": 96, "2013": 106, "": 2}


# Cross references.

# Edition → what terminated codes name: live, terminated, CPT; how many of those CPT codes, and of
# the one that a live code names, end in T.
NAMED = {"2020-october": (115, 6, 29, 5), "2025-january": (134, 7, 46, 9)}


@pytest.mark.parametrize("edition", NAMED)
def test_cross_references_by_kind(edition: str) -> None:
    references = release(edition).cross_references
    of_live, of_ended = Counter[TargetKind](), Counter[TargetKind]()
    for reference in references:
        is_ended = reference.kind is ReferenceKind.REPLACED_BY
        (of_ended if is_ended else of_live).update(target.kind for target in reference.targets)
    lives, ended, cpt, with_t = NAMED[edition]
    assert of_ended == {
        TargetKind.LIVE: lives,
        TargetKind.TERMINATED: ended,
        TargetKind.CPT: cpt,
    }
    assert of_live == {
        TargetKind.LIVE: 15,  # fourteen codes and the modifier QM
        TargetKind.TERMINATED: 3,
        TargetKind.ABSENT: 7,
        TargetKind.CPT: 1,
        TargetKind.UNSPECIFIC: 1,
    }
    targets = [target for reference in references for target in reference.targets]
    of_cpt = [target.code for target in targets if target.kind is TargetKind.CPT]
    assert sum(code.endswith("T") for code in of_cpt) == with_t
    absent = {target.code for target in targets if target.kind is TargetKind.ABSENT}
    assert absent == codes("A0030", "K0021", "Q0073", "Q0074", "Q0087", "Q0089", "Q0090")


@pytest.mark.parametrize("edition", NAMED)
def test_cross_references_by_the_code_that_has_them(edition: str) -> None:
    references = release(edition).cross_references
    kinds = Counter(reference.kind for reference in references)
    assert kinds == {
        ReferenceKind.REPLACED_BY: {"2020-october": 146, "2025-january": 182}[edition],
        ReferenceKind.USE_INSTEAD: 15,
        ReferenceKind.SUPERSEDES: 11,
    }
    choices = {reference.source for reference in references if reference.is_choice}
    later = {"C9745"} if edition == "2025-january" else set()
    assert choices == codes("C9742", "C9744", "E0970", "G0436", "G0437") | later
    assert [str(r) for r in references if r.is_modifier] == ["AM supersedes QM"]
    assert [str(r) for r in references if r.source in ("P7001", "C8937", "B4105", "E0970")] == [
        "B4105 supersedes Q9994",
        "C8937 supersedes 0159T",
        "E0970 use instead K0037 or K0042",
        "P7001 use instead CPT",
    ]


def test_replacements_are_followed_through_codes_that_ended_themselves() -> None:
    for edition in NAMED:
        found = release(edition)
        ways = {way for code in found.values() for way in found.replacement_chains(code)}
        assert {way for way in ways if len(way) > 2} == {
            ("C9136", "Q9975", "J7205"),
            ("C9448", "Q9978", "J8655"),
            ("C9469", "Q9993", "J3304"),
            ("C9487", "Q9989", "J3358"),
        }
    assert release("2016-january").replacement_chains("C9291") == (
        ("C9291", "J0178"),
        ("C9291", "Q2046", "J0178"),
    )


LOOPS = {
    "2016-january": set[tuple[str, str]](),
    "2019-january": {("B4105", "Q9994"), ("J3358", "Q9989"), ("J7296", "Q9984")},
}


@pytest.mark.parametrize("edition", EDITIONS)
def test_loops_end(edition: str) -> None:
    """Two codes that name each other: one is replaced by the other, which supersedes it."""
    found = release(edition)
    named = {r.source: {target.code for target in r.targets} for r in found.cross_references}
    loops = {(a, b) for a in named for b in named[a] if a < b and a in named.get(b, ())}
    assert loops == LOOPS.get(edition, {("J3358", "Q9989"), ("J7296", "Q9984")})
    assert not [code for code, targets in named.items() if code in targets]
    for code in found.values():
        for way in found.replacement_chains(code):
            assert len(way) == len(set(way)) <= 3
