"""A diff as Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from codesets.diff import ReleaseDiff
from codesets.report.page import ListImpact
from codesets.report.rows import Row, chart, rows
from codesets.system import SYSTEMS

__all__ = ["csv_table", "json_text", "markdown_page"]

HEADS = ("code", "subject", "kind", "change", "chapter", "before", "after", "cosmetic", "action")


def csv_table(diff: ReleaseDiff, *, using: Any = None) -> str:
    """The changes as a table with a head, CRLF line ends (RFC 4180)."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(HEADS)
    writer.writerows(map(_cells, rows(diff, using)))
    return stream.getvalue()


def _cells(row: Row) -> tuple[str, ...]:
    is_cosmetic = "yes" if row.is_cosmetic else ""
    before, after = _inert(row.before_text), _inert(row.after_text)
    return (
        row.code,
        row.subject,
        row.kind,
        row.words,
        row.chapter,
        before,
        after,
        is_cosmetic,
        row.action,
    )


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def json_text(diff: ReleaseDiff, *, impact: ListImpact | None = None) -> str:
    """`diff.to_dict()` as JSON, with the impact on a list under `impact`."""
    found = diff.to_dict()
    if impact is not None:
        heads = impact.heads
        lines = [dict(zip(heads, line, strict=True)) for line in impact.lines]
        found["impact"] = {"summary": impact.summary, "lines": lines}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def markdown_page(diff: ReleaseDiff, *, impact: ListImpact | None = None, using: Any = None) -> str:
    """The changes as a page in Markdown: totals, chapters, one table."""
    official = diff.official_totals
    title = f"{SYSTEMS[diff.new.system].title} {diff.old.edition} → {diff.new.edition}"
    revised = "–" if official.revised is None else f"{official.revised:,}"
    lines = [
        f"# {title}",
        "",
        f"As the publisher counts: {official.added:,} added, {official.deleted:,} deleted,"
        f" {revised} revised.",
        "",
        *[f"- {_escaped(each.part)}: {_escaped(each.reason)}" for each in diff.not_compared],
        "",
        "| chapter | added | deleted | revised |",
        "|---|---|---|---|",
    ]
    for chapter, counts in chart(diff, using):
        lines.append(_line(chapter, *map(str, counts.values())))
    if impact is not None:
        lines += ["", "## Your list", "", _escaped(impact.summary), "", _line(*impact.heads)]
        lines += ["|" + "---|" * len(impact.heads), *(_line(*each) for each in impact.lines)]
    lines += ["", "## Changes", "", "| code | change | before | after |", "|---|---|---|---|"]
    for row in rows(diff, using):
        lines.append(_line(row.code, row.words, row.before_text, row.after_text))
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    """A text that stays in its cell and means nothing in Markdown."""
    for char in "\\|*_`<[":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "<br>")
