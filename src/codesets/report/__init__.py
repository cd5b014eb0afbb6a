"""A diff as a report that a colleague can read: HTML, Markdown, CSV or JSON.

The HTML page is one file: totals, a chart by chapter, a table that can be searched and filtered,
with the words that changed marked. It needs no network, prints, and works by keyboard. It needs the
extra `report`; the other forms need nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codesets.compiled.writer import write_atomically
from codesets.diff import ReleaseDiff
from codesets.errors import CodesetsError
from codesets.impact import Impact
from codesets.report.page import html_page
from codesets.report.plain import csv_table, impact_table, json_text, markdown_page

__all__ = [
    "FORMS",
    "csv_table",
    "html_page",
    "impact_table",
    "json_text",
    "markdown_page",
    "save",
]

FORMS = ("html", "md", "csv", "json")
"""What `save` writes, by the ending of the name."""


def save(
    diff: ReleaseDiff,
    path: str | os.PathLike[str],
    *,
    impacts: Sequence[Impact] = (),
    using: Any = None,
) -> tuple[Path, ...]:
    """Write a report, each file whole or not at all.

    Args:
        diff: the changes.
        path: where to; its ending says in which form: `.html`, `.md`, `.csv` or `.json`.
        impacts: what the changes mean for lists of codes. CSV has them in a file beside the other,
            `NAME-impact.csv`: it is another table.
        using: a release of ICD-10-CM whose chapters are used where neither release compared has
            any; None for the nearest one at hand.

    Returns:
        The paths of what was written.

    Raises:
        CodesetsError: the ending is another one, or the folder cannot be written.
        MissingExtraError: HTML, and the extra `report` is not installed.
    """
    target = Path(path)
    form = target.suffix.lower().lstrip(".")
    if form not in FORMS:
        known = ", ".join(f".{each}" for each in FORMS)
        raise CodesetsError(f"{target}: a report ends in one of {known}")
    texts = {}
    if form == "html":
        texts[target] = html_page(diff, impacts=impacts, using=using)
    elif form == "md":
        texts[target] = markdown_page(diff, impacts=impacts, using=using)
    elif form == "csv":
        texts[target] = csv_table(diff, using=using)
        if impacts:
            texts[target.with_name(f"{target.stem}-impact{target.suffix}")] = impact_table(impacts)
    else:
        texts[target] = json_text(diff, impacts=impacts)
    return tuple(_written(path, text) for path, text in texts.items())


def _written(path: Path, text: str) -> Path:
    try:
        return write_atomically(path, text.encode("utf-8"))
    except OSError as error:
        raise CodesetsError(f"{path} cannot be written: {error.strerror or error}") from error
