"""The page in a real browser: drawn, filtered, searched, read by axe, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import codesets
from codesets import report
from codesets.diff import ReleaseDiff
from codesets.impact import Impact
from icd10cm.official.releases import full, order_alone
from report.browser import opened


@pytest.fixture(scope="module")
def small_page(
    small_diff: ReleaseDiff, small_impact: Impact, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("page")
    return report.save(small_diff, folder / "small.html", impacts=[small_impact])[0]


def shown(page: Any) -> list[str]:
    """The codes of the rows that can be seen."""
    # Not the inner text: what is out of sight is not laid out.
    codes: list[str] = page.locator("#table tbody tr:visible th").all_text_contents()
    return codes


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_axe(chromium: Any, small_page: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    with opened(chromium, small_page, color_scheme=scheme) as found:
        response = Axe().run(found.page).response
    assert [each["id"] for each in response["violations"]] == []
    assert response["passes"]


def test_search_and_filter(chromium: Any, small_page: Path, small_diff: ReleaseDiff) -> None:
    with opened(chromium, small_page) as found:
        page = found.page
        status = page.locator("#shown")
        assert len(shown(page)) == len(small_diff)
        page.fill("#words", "deep BLUE")
        assert shown(page) == ["A00.10"]
        assert status.inner_text() == f"1 of {len(small_diff)} changes shown"
        page.fill("#words", "")
        page.uncheck("input[value=added]")
        assert "A00.10" not in shown(page)
        page.uncheck("#cosmetic")
        assert "B99" not in shown(page)
        page.select_option("#chapter", "2")
        assert shown(page) == ["C00"]
        page.click("button[type=reset]")
        # The page takes no script from outside, not even a test's: its elements are waited for.
        for row in page.locator("#table tbody tr").all():
            row.wait_for(state="visible")
        assert len(shown(page)) == len(small_diff)
        assert found.requests == [small_page.as_uri()]
        assert found.complaints == []


def test_by_keyboard(chromium: Any, small_page: Path) -> None:
    with opened(chromium, small_page) as found:
        page = found.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "changes"
        page.keyboard.press("Tab")
        page.keyboard.type("ague")
        assert set(shown(page)) == {"A00.2"}


def test_words_that_changed_are_marked(chromium: Any, small_page: Path) -> None:
    with opened(chromium, small_page) as found:
        row = found.page.locator("tr", has_text="Ague").first
        assert "alert(1)" in row.locator("ins").first.text_content()
        assert "not" in row.locator("del").first.text_content()


def test_narrow_without_scrolling_sideways(chromium: Any, small_page: Path) -> None:
    with opened(chromium, small_page, viewport={"width": 360, "height": 740}) as found:
        width = found.page.evaluate("document.documentElement.scrollWidth")
        assert width == 360
        chart = found.page.locator(".chart")
        assert chart.evaluate("each => each.scrollWidth <= each.clientWidth")
        assert found.page.locator("text=after:").count() == 0  # said by the style alone
        head = found.page.locator("#table thead")
        assert head.evaluate("each => getComputedStyle(each).position") == "absolute"
        assert shown(found.page)


def test_it_prints_all_rows_and_no_controls(chromium: Any, small_page: Path) -> None:
    with opened(chromium, small_page) as found:
        found.page.emulate_media(media="print")
        assert not found.page.locator("#filters").is_visible()
        assert found.page.locator("#table").is_visible()
        # What is folded away on a screen.
        assert found.page.locator(".numbers").is_visible()


def test_the_list_with_what_became_of_its_codes(chromium: Any, small_page: Path) -> None:
    with opened(chromium, small_page) as found:
        row = found.page.locator(".impact tr", has_text="A00.1").first
        assert "ambiguous, candidates" in row.inner_text()
        assert "A00.10 Deep blue fever" in row.inner_text()


@pytest.mark.official
def test_the_chart_of_a_year(chromium: Any, tmp_path: Path) -> None:
    diff = codesets.compare(full("2025-april"), full("2026-april"))
    (path,) = report.save(diff, tmp_path / "year.html")
    with opened(chromium, path) as found:
        page = found.page
        bars = page.locator(".chart .bar.added")
        widths = [each.bounding_box()["width"] for each in bars.all()]
        counts = [
            int(each) for each in page.locator(".numbers td:nth-child(2)").all_text_contents()
        ]
        assert sum(counts) == diff.official_totals.added == 487
        assert widths.index(max(widths)) == counts.index(max(counts))
        assert page.locator(".chart .bars").first.bounding_box()["height"] > 0
        assert len(shown(page)) == len(diff)
        assert page.locator("dl.totals dd").all_inner_texts()[:3] == ["487", "28", "38"]
        assert found.requests == [path.as_uri()]
        assert found.complaints == []


@pytest.mark.official
def test_the_largest_diff_in_force_stays_small(chromium: Any, tmp_path: Path) -> None:
    before, after = (
        order_alone(name)
        for name in (
            "2022-april/2022-code-descriptions-tabular-order-updated-02012022.zip",
            "2023/icd10-Order-CodeFiles2023.zip",
        )
    )
    (path,) = report.save(codesets.compare(before, after), tmp_path / "large.html")
    assert path.stat().st_size < 2_000_000
    with opened(chromium, path) as found:
        found.page.fill("#words", "dementia")
        assert "F01.511" in shown(found.page)
        told = found.page.locator("#table tbody tr:visible").all_text_contents()
    assert all("dementia" in each.lower() for each in told)
