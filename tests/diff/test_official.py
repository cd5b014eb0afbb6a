"""The steps between the official releases, against the publisher's totals and the measured ones."""

from __future__ import annotations

from pathlib import Path

import pytest

import codesets
from codesets import icd10cm
from codesets.diff import ChangeKind, ReleaseDiff
from codesets.icd10cm import Icd10cmRelease
from codesets.icd10cm.addenda import read_addenda
from diff.test_addenda import ARCHIVES as ADDENDA
from hcpcs.official_releases import changed
from hcpcs.official_releases import codes as hcpcs_codes
from hcpcs.official_releases import release as hcpcs_release
from icd10cm.official.releases import (
    ORDER_ARCHIVES,
    edition_of,
    order_alone,
    path,
    tabular_alone,
)

pytestmark = pytest.mark.official

ARCHIVES = {edition_of(each): each for each in reversed(ORDER_ARCHIVES)}

# Formats page 3.4: added billable and headers, deleted likewise, to header, to billable, long and
# short titles changed. 2023 to 2024 is both steps in one, for April 2023 is not at hand.
STEPS = {
    ("2013", "2014"): ((0, 12_244), (9, 0), 0, 0, 29, 29),
    ("2014", "2015"): ((0, 0), (0, 0), 0, 0, 0, 0),
    ("2016", "2017"): ((1973, 332), (183, 29), 128, 1, 553, 505),
    ("2017", "2018"): ((360, 59), (108, 14), 34, 0, 273, 284),
    ("2018", "2019"): ((279, 41), (3, 0), 48, 0, 173, 158),
    ("2019", "2020"): ((272, 56), (7, 0), 14, 1, 36, 30),
    ("2020", "2021"): ((490, 123), (19, 7), 39, 0, 55, 55),
    ("2021", "2021-january"): ((6, 0), (0, 0), 1, 0, 0, 0),
    ("2021-january", "2022"): ((159, 32), (18, 7), 14, 0, 30, 30),
    ("2022", "2022-april"): ((3, 1), (0, 0), 1, 0, 1, 1),
    ("2022-april", "2023"): ((1176, 292), (251, 0), 36, 0, 40, 40),
    ("2023", "2024"): ((437, 114), (0, 0), 32, 0, None, None),
    ("2024", "2024-april"): ((0, 0), (0, 0), 0, 0, 0, 0),
    ("2024", "2025"): ((252, 39), (3, 0), 33, 0, 15, 15),
    ("2025", "2025-april"): ((0, 0), (0, 0), 0, 0, 0, 0),
    ("2025", "2026"): ((487, 127), (12, 0), 16, 0, 45, 44),
}

# Formats page 3.3: what the addenda state of the codes. The base of 2021-january is 2020.
# `silent` are title edits that the addenda do not announce: they are found besides.
PUBLISHED = {
    ("2016", "2017"): (1974, 311, 425, 2),
    ("2017", "2018"): (360, 142, 226, 12),
    ("2018", "2019"): (279, 51, 143, 0),
    ("2019", "2020"): (273, 21, 30, 0),
    ("2020", "2021"): (490, 58, 47, 0),
    ("2020", "2021-january"): (496, 59, 47, 0),
    ("2021-january", "2022"): (159, 32, 20, 2),
    ("2022", "2022-april"): (3, 1, 0, 0),
    ("2022-april", "2023"): (1176, 287, 28, 0),
    ("2024", "2025"): (252, 36, 13, 0),
    ("2025", "2026"): (487, 28, 38, 0),
}


def order(shelf: Path, edition: str) -> Icd10cmRelease:
    """A release with its order file; of the drafts by that file alone, for they disagree."""
    if edition in ("2013", "2014"):
        return order_alone(ARCHIVES[edition])
    return icd10cm.load_path(shelf / f"icd10cm-{edition}.codeset")


def numbers(diff: ReleaseDiff) -> tuple[tuple[int, int], tuple[int, int], int, int]:
    """Added and deleted, billable and headers; to header; to billable."""
    found = []
    for kind, side in ((ChangeKind.ADDED, "after"), (ChangeKind.DELETED, "before")):
        states = [getattr(change, side)["state"] for change in diff.filter(kind, subject="code")]
        found.append((states.count("billable"), states.count("header")))
    return found[0], found[1], len(diff.became_header), len(diff.became_billable)


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_every_step(whole_shelf: Path, old: str, new: str) -> None:
    diff = codesets.compare(order(whole_shelf, old), order(whole_shelf, new))
    *counts, long, short = STEPS[old, new]
    assert numbers(diff) == tuple(counts)
    if long is not None:
        assert len(diff.codes(ChangeKind.LONG_DESCRIPTION_REVISED)) == long
        assert len(diff.codes(ChangeKind.SHORT_DESCRIPTION_REVISED)) == short
    if (old, new) in PUBLISHED:
        added, deleted, revised, silent = PUBLISHED[old, new]
        totals = diff.official_totals
        assert totals.revised is not None
        assert (totals.added, totals.deleted) == (added, deleted)
        assert diff.is_official_step
        assert totals.revised - revised in range(silent + 1)


def test_headers_that_only_one_order_file_lists_are_no_change_of_words(whole_shelf: Path) -> None:
    """2013 to 2014, of which only the later order file lists the stems of seventh characters.

    By the order files they are added, and nothing moves; beside tabular lists that have them in
    both years they are no new codes, and what they are called there was not revised.
    """
    alone = codesets.compare(order(whole_shelf, "2013"), order(whole_shelf, "2014"))
    assert alone.codes(ChangeKind.MOVED) == ()
    old, new = (icd10cm.load_path(whole_shelf / f"icd10cm-{y}.codeset") for y in ("2013", "2014"))
    diff = codesets.compare(old, new)
    assert numbers(diff) == ((0, 0), (9, 2), 0, 0)
    assert set(diff.codes(ChangeKind.LISTED)) == set(alone.added)
    assert len(diff.codes(ChangeKind.LISTED)) == 12_244
    for kind in (ChangeKind.LONG_DESCRIPTION_REVISED, ChangeKind.SHORT_DESCRIPTION_REVISED):
        assert diff.codes(kind) == alone.codes(kind)
        assert len(diff.codes(kind)) == 29
    assert diff.reversed().counts["unlisted/long_description"] == 12_244
    for each in (alone, diff):
        totals, headers = each.official_totals, each.official_totals.headers
        assert headers is not None
        assert (totals.added, totals.deleted, totals.revised, headers.revised) == (0, 9, 28, 1)


@pytest.mark.parametrize("is_alone", [True, False])
def test_the_diff_file_of_2014_is_found_whole(whole_shelf: Path, is_alone: bool) -> None:
    """The 28 changes and 9 deletions that it counts, one of them of a word with an accent."""
    read = read_addenda(path(f"2014/{ADDENDA['2014']}"))
    old, new = (
        order(whole_shelf, year)
        if is_alone
        else icd10cm.load_path(whole_shelf / f"icd10cm-{year}.codeset")
        for year in ("2013", "2014")
    )
    found = codesets.compare(old, new).reconcile(read)
    assert (found.agreed, bool(found)) == (37, True)
    (accented,) = (each for each in read if not (each.before_long or "").isascii())
    assert (accented.code, accented.before_long) == ("L70.5", "Acne excoriée des jeunes filles")


def test_january_2021_counts_from_2020(whole_shelf: Path) -> None:
    old, new = (order(whole_shelf, name) for name in ("2020", "2021-january"))
    totals = codesets.compare(old, new).official_totals
    assert (totals.added, totals.deleted, totals.revised) == (496, 59, 47)
    assert totals.headers is not None
    assert (totals.headers.added, totals.headers.deleted) == (163, 7)


def test_from_the_tabular_lists_alone() -> None:
    """Without order files the codes are counted too: 2014 to 2017 as the addenda have it."""
    diff = codesets.compare(tabular_alone.__wrapped__("2014"), tabular_alone.__wrapped__("2017"))
    totals = diff.official_totals
    assert (totals.added, totals.deleted, totals.revised) == (1974, 311, None)
    assert diff.counts["notes-revised"] > 0
    assert "long-description-revised" not in diff.counts


# HCPCS


def hcpcs_step(old: str, new: str) -> ReleaseDiff:
    return codesets.compare(hcpcs_release(old), hcpcs_release(new))


def test_hcpcs_quarter() -> None:
    """January to April 2020: A is what is new, D what is newly terminated, to the code."""
    diff = hcpcs_step("2020-january", "2020-april")
    assert (diff.official_totals.added, diff.official_totals.deleted) == (18, 1)
    assert (diff.official_since, diff.is_official_step) == (diff.old.edition, True)
    assert len(diff.added) == 18
    assert len(diff.terminated) == 1
    assert diff.deleted == ()
    assert {change.action for change in diff.filter(ChangeKind.ADDED)} == {"A"}


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("2018-january", "2019-january", {"DA", "G9976", "G9977"}),
        ("2019-january", "2020-january", set()),
    ],
)
def test_hcpcs_year(old: str, new: str, gone: set[str]) -> None:
    diff = hcpcs_step(old, new)
    live = {
        change.code
        for change in diff.filter(ChangeKind.DELETED)
        if change.before["terminated_on"] is None
    }
    assert live == gone
    long = set(diff.codes(ChangeKind.LONG_DESCRIPTION_REVISED))
    revised = {change.code for change in diff if change.action == "C" and change.code not in long}
    fresh = set(diff.added) | set(diff.codes(ChangeKind.ADDED, subject="modifier"))
    long |= set(diff.codes(ChangeKind.LONG_DESCRIPTION_REVISED, subject="modifier"))
    assert revised - fresh - long == set()


def test_hcpcs_since_2020() -> None:
    """hcpcs_2025.md: 302 long and 126 short texts, 410 live rows terminated since."""
    diff = hcpcs_step("2020-october", "2025-january")
    long, short = (
        diff.filter(kind)
        for kind in (ChangeKind.LONG_DESCRIPTION_REVISED, ChangeKind.SHORT_DESCRIPTION_REVISED)
    )
    assert (len(long), len(short)) == (302, 126)
    assert len(diff.filter(ChangeKind.TERMINATED)) == 410
    assert len(diff.filter(ChangeKind.ADDED)) == 1446
    # The action codes of the file tell of its own quarter.
    assert (diff.official_totals.added, diff.official_totals.deleted) == (168, 91)
    assert (str(diff.official_since), diff.is_official_step) == ("2024-october", False)
    assert diff.deleted == ()
    # Every C whose code stood in the base has another long description, but modifier TB.
    old = hcpcs_release("2020-october")
    announced = {
        entry.code
        for entry in (
            *hcpcs_release("2025-january").values(),
            *hcpcs_release("2025-january").modifiers.values(),
        )
        if entry.action == "C" and (entry.code in old or entry.code in old.modifiers)
    }
    assert announced - {change.code for change in long} == {"TB"}
    assert long.filter(cosmetic=True) != long


def test_hcpcs_finds_what_the_columns_have() -> None:
    """The same as a comparison of the columns themselves, field by field."""
    diff = hcpcs_step("2018-january", "2019-january")
    names = ("coverage", "betos", "statute", "pricing_indicators")
    for name, codes in changed("2018-january", "2019-january", *names).items():
        assert {change.code for change in diff.filter(field=name)} == codes
    assert hcpcs_codes("A0021") == {"A0021"}
