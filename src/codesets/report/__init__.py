"""A diff as a report that a colleague can read: HTML, Markdown, CSV or JSON.

The HTML page is one file: totals, a chart by chapter, a table that can be searched and filtered,
with the words that changed marked. It needs no network, prints, and works by keyboard. It needs the
extra `report`; the other forms need nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from codesets.compiled.writer import write_atomically
from codesets.diff import ReleaseDiff
from codesets.errors import CodesetsError
from codesets.report.page import ListImpact, html_page
from codesets.report.plain import csv_table, json_text, markdown_page

__all__ = ["FORMS", "ListImpact", "csv_table", "html_page", "json_text", "markdown_page", "save"]

FORMS = ("html", "md", "csv", "json")
"""What `save` writes, by the ending of the name."""


def save(
    diff: ReleaseDiff,
    path: str | os.PathLike[str],
    *,
    impact: ListImpact | None = None,
    using: Any = None,
) -> Path:
    """Write a report, whole or not at all.

    Args:
        diff: the changes.
        path: where to; its ending says in which form: `.html`, `.md`, `.csv` or `.json`.
        impact: what the changes mean for a list of codes; CSV leaves it out.
        using: a release of ICD-10-CM whose chapters are used where neither release compared has
            any.

    Returns:
        The path.

    Raises:
        CodesetsError: the ending is another one, or the folder cannot be written.
        MissingExtraError: HTML, and the extra `report` is not installed.
    """
    target = Path(path)
    form = target.suffix.lower().lstrip(".")
    if form not in FORMS:
        known = ", ".join(f".{each}" for each in FORMS)
        raise CodesetsError(f"{target}: a report ends in one of {known}")
    if form == "html":
        text = html_page(diff, impact=impact, using=using)
    elif form == "md":
        text = markdown_page(diff, impact=impact, using=using)
    elif form == "csv":
        text = csv_table(diff, using=using)
    else:
        text = json_text(diff, impact=impact)
    try:
        return write_atomically(target, text.encode("utf-8"))
    except OSError as error:
        raise CodesetsError(f"{target} cannot be written: {error.strerror or error}") from error
