"""A diff as Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from codesets.diff import ReleaseDiff
from codesets.impact import Impact
from codesets.report.rows import Row, chart, official_heading, rows
from codesets.system import SYSTEMS

__all__ = ["csv_table", "impact_table", "json_text", "markdown_page"]

HEADS = (
    "code",
    "subject",
    "kind",
    "change",
    "chapter",
    "before",
    "after",
    "cosmetic",
    "action",
    "title",
)


def csv_table(diff: ReleaseDiff, *, using: Any = None) -> str:
    """The changes as a table with a head, CRLF line ends (RFC 4180)."""
    return _table(HEADS, map(_cells, rows(diff, using)))


def impact_table(impacts: Iterable[Impact]) -> str:
    """What the changes mean for lists of codes, as such a table: a row a finding."""
    lines = ((*map(_inert, line), _inert(each.name)) for each in impacts for line in each.lines)
    return _table((*Impact.HEADS, "list"), lines)


def _table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(heads)
    writer.writerows(lines)
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
        _inert(row.title),
    )


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def json_text(diff: ReleaseDiff, *, impacts: Sequence[Impact] = ()) -> str:
    """`diff.to_dict()` as JSON, with the impact on lists of codes under `impacts`."""
    found = diff.to_dict()
    if impacts:
        found["impacts"] = [each.to_dict() for each in impacts]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def markdown_page(diff: ReleaseDiff, *, impacts: Sequence[Impact] = (), using: Any = None) -> str:
    """The changes as a page in Markdown: totals, chapters, one table."""
    official = diff.official_totals
    title = f"{SYSTEMS[diff.new.system].title} {diff.old.edition} → {diff.new.edition}"
    revised = "–" if official.revised is None else f"{official.revised:,}"
    lines = [
        f"# {title}",
        "",
        f"{official_heading(diff).capitalize()}: {official.added:,} added,"
        f" {official.deleted:,} deleted, {revised} revised.",
        "",
        *[f"- {_escaped(each.part)}: {_escaped(each.reason)}" for each in diff.not_compared],
        "",
    ]
    bars = chart(diff, using)
    if bars:
        heads = ("chapter or letter", *bars[0][1])
        lines += [_line(*heads), "|" + "---|" * len(heads)]
        lines += [_line(chapter, *map(str, counts.values())) for chapter, counts in bars]
    for impact in impacts:
        lines += [
            "",
            f"## Your list {_escaped(impact.name)}".rstrip(),
            "",
            _escaped(impact.summary),
        ]
        if len(impact):
            lines += ["", _line(*impact.HEADS), "|" + "---|" * len(impact.HEADS)]
            lines += [_line(*each) for each in impact.lines]
    heads = ("code", "change", "before", "after", "title")
    lines += ["", "## Changes", "", _line(*heads), "|" + "---|" * len(heads)]
    for row in rows(diff, using):
        lines.append(_line(row.code, row.words, row.before_text, row.after_text, row.title))
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    """A text that stays in its cell and means nothing in Markdown."""
    for char in "\\|*_`<[":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "<br>")
