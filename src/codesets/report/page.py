"""A diff as one self-contained HTML page: nothing is fetched, it works opened from disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codesets.diff import ReleaseDiff
from codesets.diff.chapters import ChapterFinder
from codesets.errors import MissingExtraError
from codesets.impact import Impact
from codesets.report.rows import CHARTED, KIND_WORDS, Row, chart, official_heading, rows
from codesets.system import SYSTEMS

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["html_page"]

LABEL_WIDTH, CHART_WIDTH, COUNT_WIDTH = 300, 800, 36
BAR_HEIGHT, BAR_GAP, GROUP_GAP = 9, 1, 8
LONGEST_LABEL = 50


FEW = 12
"""So many codes stand in a cell; more are folded away."""


def html_page(diff: ReleaseDiff, *, impacts: Sequence[Impact] = (), using: Any = None) -> str:
    """The page.

    Args:
        diff: the changes.
        impacts: what they mean for lists of codes.
        using: a release of ICD-10-CM whose chapters are used where neither release compared has
            any (those of order files alone); None for the nearest one at hand.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    titles = ChapterFinder(diff.old, diff.new, using).titles
    listed = list(rows(diff, using))
    bars = _bars(chart(diff, using), titles)
    system = SYSTEMS[diff.new.system]
    template = _environment().get_template("report.html.jinja")
    return template.render(
        title=f"{system.title} {diff.old.edition} → {diff.new.edition}",
        system=system.title,
        old=diff.old.edition,
        new=diff.new.edition,
        in_force=_in_force(diff),
        totals=_totals(diff),
        not_compared=diff.not_compared,
        rows=listed,
        series=list(CHARTED),
        bars=bars,
        chart_width=CHART_WIDTH,
        chart_height=_group_height() * len(bars) + GROUP_GAP,
        label_width=LABEL_WIDTH,
        bar_height=BAR_HEIGHT,
        grouping="Chapter" if titles else "First letter",
        groups=_groups(listed, titles),
        kinds=_kinds(listed),
        impacts=impacts,
        few=FEW,
        version=_version(),
        sources=_sources(diff),
        licence=system.licence,
    )


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise MissingExtraError.for_extra("report", "an HTML report") from error
    return Environment(
        loader=PackageLoader("codesets.report"),
        autoescape=lambda name: name is None or name.endswith((".jinja", ".html")),
        undefined=StrictUndefined,
        trim_blocks=False,
    )


def _version() -> str:
    from codesets import __version__

    return __version__


def _in_force(diff: ReleaseDiff) -> str:
    edition = diff.new.edition
    if edition.effective_from is None:
        return f"{edition} was never in force."
    return f"{edition} is in force from {edition.effective_from} to {edition.effective_to}."


def _totals(diff: ReleaseDiff) -> list[tuple[str, list[tuple[str, str]]]]:
    """Names and numbers under headings: the publisher's own way of counting first."""
    official = diff.official_totals
    published = [
        ("added", f"{official.added:,}"),
        ("deleted", f"{official.deleted:,}"),
        ("revised", "–" if official.revised is None else f"{official.revised:,}"),
    ]
    names = {str(kind): words for kind, words in KIND_WORDS.items()}
    counts: Counter[str] = Counter()
    for name, count in diff.counts.items():
        counts[names[name.split("/")[0]]] += count
    every = [(name, f"{count:,}") for name, count in counts.items()]
    return [(official_heading(diff).capitalize(), published), ("All changes", every)]


def _group_height() -> int:
    return len(CHARTED) * (BAR_HEIGHT + BAR_GAP) + GROUP_GAP


def _bars(
    counted: list[tuple[str, dict[str, int]]], titles: dict[str, str]
) -> list[dict[str, Any]]:
    """The geometry of the chart."""
    most = max((n for _, counts in counted for n in counts.values()), default=1)
    scale = (CHART_WIDTH - LABEL_WIDTH - COUNT_WIDTH) / most
    found = []
    for place, (chapter, counts) in enumerate(counted):
        top = GROUP_GAP + place * _group_height()
        title = f"{chapter} {titles[chapter]}" if chapter in titles else chapter
        series = [
            {
                "name": name,
                "count": count,
                "y": top + number * (BAR_HEIGHT + BAR_GAP),
                "width": round(count * scale, 1),
            }
            for number, (name, count) in enumerate(counts.items())
        ]
        short = title if len(title) <= LONGEST_LABEL else f"{title[: LONGEST_LABEL - 1]}…"
        middle = top + (_group_height() - GROUP_GAP) / 2
        found.append({"title": title, "label": short, "middle": middle, "series": series})
    return found


def _groups(listed: list[Row], titles: dict[str, str]) -> list[tuple[str, str]]:
    keys = dict.fromkeys(row.chapter for row in listed)
    order = sorted(keys, key=lambda key: (not key.isdigit(), int(key) if key.isdigit() else 0, key))
    return [(key, f"{key} {titles[key]}" if key in titles else key) for key in order]


def _kinds(listed: list[Row]) -> list[tuple[str, str, str]]:
    counts = Counter(row.kind for row in listed)
    return [
        (str(kind), words, f"{counts[str(kind)]:,}")
        for kind, words in KIND_WORDS.items()
        if counts[str(kind)]
    ]


def _sources(diff: ReleaseDiff) -> str:
    told = []
    for content in (diff.old, diff.new):
        provenance = getattr(content.source, "provenance", ())
        files = ", ".join(each.file for each in provenance)
        told.append(f"{content.edition} ({files})" if files else str(content.edition))
    return "; ".join(told)
