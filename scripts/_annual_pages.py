"""What the annual update writes: the reports, a line for a change log, a page on the release."""

from __future__ import annotations

from typing import Any

from codesets import report
from codesets.diff import ReleaseDiff
from codesets.impact import Impact

__all__ = ["counts_of", "release_page", "texts", "totals"]


def counts_of(release: Any) -> list[tuple[str, int]]:
    """How much a release holds, as (name, number)."""
    return sorted(release.counts.items())


def _by_change(diff: ReleaseDiff) -> str:
    """HCPCS: the totals as counted between the two releases, modifiers included."""
    counts = [f"{diff.counts.get('added', 0):,} codes and modifiers added"]
    names = ("terminated", "deleted", "reactivated")
    return ", ".join(
        counts + [f"{diff.counts[name]:,} {name}" for name in names if name in diff.counts]
    )


def totals(diff: ReleaseDiff) -> str:
    """How many codes came, went and were reworded, in one line."""
    official = diff.official_totals
    revised = "–" if official.revised is None else f"{official.revised:,}"
    counted = f"{official.added:,} added, {official.deleted:,} deleted, {revised} revised"
    if official.by_action:
        return f"{_by_change(diff)} (action codes of {diff.new.edition} alone: {counted})"
    return f"{counted}, as the publisher counts"


def texts(
    release: Any, diff: ReleaseDiff, impacts: list[Impact], doubts: list[str]
) -> dict[str, str]:
    """The files by their names."""
    name = f"{release.system.name}-{release.edition}"
    found = {
        f"report-{name}.html": report.html_page(diff, impacts=impacts),
        f"report-{name}.md": report.markdown_page(diff, impacts=impacts),
        f"report-{name}.csv": report.csv_table(diff),
        f"report-{name}.json": report.json_text(diff, impacts=impacts),
        f"changelog-{name}.md": _fragment(release, diff),
    }
    found |= release_page(release, diff, doubts)
    if impacts:
        found[f"report-{name}-impact.csv"] = report.impact_table(impacts)
    return found


def _fragment(release: Any, diff: ReleaseDiff) -> str:
    official = diff.official_totals
    revised = "" if official.revised is None else f", {official.revised:,} revised"
    told = f"{official.added:,} codes added, {official.deleted:,} deleted{revised}"
    if official.by_action:
        told = _by_change(diff)
    return (
        f"- {release.system} {release.edition}, in force from {release.edition.effective_from}:"
        f" {told} since {diff.old.edition}.\n"
    )


def release_page(release: Any, diff: ReleaseDiff | None, doubts: list[str]) -> dict[str, str]:
    """A page for documentation by its name; without what changed where nothing was compared."""
    edition = release.edition
    since = []
    if diff is not None:
        changes = (f"- {count:,} {name}" for name, count in diff.counts.items())
        since = [f"## Since {diff.old.edition}", "", *changes, ""]
    lines = [
        f"# {release.system} {edition}",
        "",
        f"In force from {edition.effective_from} to {edition.effective_to}.",
        "",
        "| source | bytes | sha256 |",
        "|---|---|---|",
        *(f"| {s.file} | {s.size:,} | `{s.sha256}` |" for s in release.provenance),
        "",
        "| | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in counts_of(release)),
        "",
        *since,
        "## Between the sources",
        "",
        *(f"- {count:,} {name}" for name, count in release.reconciliation.counts().items()),
        *(f"- {doubt}" for doubt in doubts),
    ]
    name = f"release-{release.system.name}-{edition}.md"
    return {name: "\n".join(lines).rstrip() + "\n"}
