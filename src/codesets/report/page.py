"""A diff as one self-contained HTML page: nothing is fetched, it works opened from disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codesets.diff import ReleaseDiff
from codesets.diff.chapters import ChapterFinder
from codesets.errors import MissingExtraError
from codesets.hcpcs.groups import LETTERS
from codesets.impact import Impact
from codesets.report.rows import KIND_WORDS, Row, chart, official_heading, rows
from codesets.system import HCPCS, SYSTEMS

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["html_page"]

FEW = 12
"""So many codes stand in a cell with their titles; more are folded away."""

_BILLABLE = (
    "Billable codes, counted as the publisher counts: one that became a header is deleted, one that"
    " became billable is added."
)
_BETWEEN = (
    "Codes and modifiers, by what changed between the two releases: a terminated one is deleted, a"
    " reactivated one added."
)
# By system, and whether titles of what the changes are grouped by are known: what that is, and what
# the chart counts.
_GROUPED = {
    ("icd10cm", True): ("Chapter", _BILLABLE),
    ("icd10cm", False): ("First letter of the code", _BILLABLE),
    ("hcpcs", True): ("Letter of the code", _BETWEEN),
}


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
    titles = _titles(diff, using)
    listed = list(rows(diff, using))
    bars = _bars(chart(diff, using), titles)
    grouping, counting = _GROUPED[diff.new.system, bool(titles)]
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
        series=[each["name"] for each in bars[0]["series"]] if bars else [],
        bars=bars,
        grouping=grouping,
        counting=counting,
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


def _titles(diff: ReleaseDiff, using: Any) -> dict[str, str]:
    """Number → title of the chapters; HCPCS: of the letters."""
    if diff.new.system == HCPCS.name:
        return LETTERS
    return ChapterFinder(diff.old, diff.new, using).titles


def _bars(
    counted: list[tuple[str, dict[str, int]]], titles: dict[str, str]
) -> list[dict[str, Any]]:
    """The groups of the chart, each bar's width in percent of the longest."""
    most = max((n for _, counts in counted for n in counts.values()), default=1)
    return [
        {
            "title": f"{chapter} {titles[chapter]}" if chapter in titles else chapter,
            "series": [
                {"name": name, "count": count, "width": round(100 * count / most, 1)}
                for name, count in counts.items()
            ],
        }
        for chapter, counts in counted
    ]


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
