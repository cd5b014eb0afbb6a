"""The chapters of changes between order files, which have none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import codesets
from codesets import hcpcs, icd10cm, shelf
from codesets.diff import ReleaseDiff
from codesets.errors import ComparisonError, ComparisonTypeError, SelectionError
from hcpcs.examples import SMALL as RECORDS
from hcpcs.writer import write_text
from icd10cm.examples import SMALL
from icd10cm.official.releases import order_alone, tabular_alone
from icd10cm.writer import tabular_xml
from timeline.conftest import Order, order_file

BEFORE: Order = {"C00": (True, "Late fever"), "D50": (True, "Pale fever")}
AFTER: Order = {
    "C4A": (True, "Odd fever"),
    "D03": (True, "Small fever"),
    "D51": (True, "Paler fever"),
    "S068": (True, "Blow"),
}


@pytest.fixture
def diff() -> ReleaseDiff:
    """Between two order files, of 2018 and 2019."""
    old, new = (
        icd10cm.parse(io.BytesIO(order_file(rows)), edition=edition)
        for rows, edition in ((BEFORE, "2018"), (AFTER, "2019"))
    )
    return codesets.compare(old, new)


@pytest.fixture
def tabular() -> icd10cm.Icd10cmRelease:
    """A release with chapters, the neoplasms being the first."""
    return icd10cm.parse(io.BytesIO(tabular_xml(SMALL)), edition="2021-january")


def shelved(release: icd10cm.Icd10cmRelease) -> None:
    release.save(shelf.data_folder() / shelf.file_name(release.edition))


def test_with_nothing_at_hand_there_are_letters(diff: ReleaseDiff, at_hand: Path) -> None:
    assert {key: len(part) for key, part in diff.by_chapter().items()} == {"C": 2, "D": 3, "S": 1}
    assert [change.code for change in diff.filter(chapter="C")] == ["C00", "C4A"]
    with pytest.raises(SelectionError, match="no chapter 2 in these releases; there are: C, D, S"):
        diff.filter(chapter=2)


def test_a_release_given_has_the_chapters(
    diff: ReleaseDiff, tabular: icd10cm.Icd10cmRelease, at_hand: Path
) -> None:
    found = diff.by_chapter(tabular)
    assert [change.code for change in found[1]] == ["C00", "C4A"]
    for key, part in found.items():
        assert diff.filter(chapter=key, using=tabular).changes == part.changes
    with pytest.raises(SelectionError, match="no chapter 'C' in these releases; there are: "):
        diff.filter(chapter="C", using=tabular)


def test_else_the_nearest_at_hand_has_them(
    diff: ReleaseDiff, tabular: icd10cm.Icd10cmRelease, at_hand: Path
) -> None:
    shelved(tabular)
    assert diff.by_chapter() == diff.by_chapter(tabular)
    # One before both, and one of an order file, are not asked while there is a later list.
    earlier = icd10cm.parse(
        io.BytesIO(tabular_xml(evolve(SMALL, chapters=SMALL.chapters[1:]))), edition="2017"
    )
    shelved(earlier)
    shelved(icd10cm.parse(io.BytesIO(order_file(AFTER)), edition="2020"))
    assert diff.by_chapter() == diff.by_chapter(tabular) != diff.by_chapter(earlier)


def test_what_has_no_chapters_is_not_taken_for_one_that_has(diff: ReleaseDiff) -> None:
    alone = icd10cm.parse(io.BytesIO(order_file(AFTER)), edition="2020")
    asking: list[Callable[[Any], object]] = [
        diff.by_chapter,
        lambda using: diff.filter(chapter=2, using=using),
    ]
    for ask in asking:
        with pytest.raises(ComparisonError, match="has no chapters"):
            ask(alone)
        with pytest.raises(ComparisonTypeError, match="a release of ICD-10-CM is wanted"):
            ask("2026-april")


def test_hcpcs_has_letters_whatever_is_at_hand(
    tabular: icd10cm.Icd10cmRelease, at_hand: Path
) -> None:
    shelved(tabular)
    release = hcpcs.parse(io.BytesIO(write_text(RECORDS)))
    empty = hcpcs.parse(io.BytesIO(write_text(RECORDS[:1])))
    keys = codesets.compare(empty, release).by_chapter()
    assert all(isinstance(key, str) and (len(key) == 1 or key == "modifiers") for key in keys)


@pytest.mark.official
def test_order_files_by_the_chapters_of_a_later_list() -> None:
    """D50-D89 is chapter 3, what stands before it chapter 2; found from the list's own ranges."""
    old, new = (
        order_alone(f"{edition}/{edition}-code-descriptions-tabular-order.zip")
        for edition in ("2025", "2026")
    )
    diff = codesets.compare(old, new)
    chapters = diff.by_chapter(tabular_alone("2026-april"))
    assert set(chapters) <= set(range(1, 23))
    spelt = {key: {change.code[:3] for change in part} for key, part in chapters.items()}
    assert all("C00" <= code <= "D49" for code in spelt[2])
    assert all("D50" <= code <= "D89" for code in spelt[3])
    assert all("E00" <= code <= "E89" for code in spelt[4])
