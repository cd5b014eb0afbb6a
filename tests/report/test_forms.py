"""The report as HTML, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import sys
from pathlib import Path

import pytest

from codesets import report
from codesets.diff import ReleaseDiff
from codesets.errors import CodesetsError, MissingExtraError
from codesets.report.words import changed_words

IMPACT = report.ListImpact("1 of 2 codes is deleted", ("code", "finding"), (("C00", "<deleted>"),))


class Texts(html.parser.HTMLParser):
    """The elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(v) for k, v in attrs if k in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_self_contained_and_escapes_what_files_say(small_diff: ReleaseDiff) -> None:
    page = report.html_page(small_diff, impact=IMPACT)
    read = Texts()
    read.feed(page)
    assert all(link.startswith(("#", "data:")) for link in read.links)
    assert read.tags.count("script") == 1
    assert "b" not in read.tags
    assert "Ague" in read.text
    assert "<script>alert(1)</script>" in read.text
    assert "<deleted>" in read.text
    assert "default-src 'none'" in page


def test_rows(small_diff: ReleaseDiff) -> None:
    rows = list(csv.DictReader(io.StringIO(report.csv_table(small_diff), newline="")))
    assert len(rows) == len(small_diff)
    told = {(row["code"], row["change"]): row for row in rows}
    assert told["A00.1", "became a header"]["after"] == "header"
    assert told["A00.10", "added"]["after"] == "Deep blue fever"
    assert told["C00", "deleted"]["before"] == "Old fever"
    assert told["B99", "long description revised"]["cosmetic"] == "yes"
    # A spreadsheet shall show it, not reckon with it.
    assert told["D50", "added"]["after"] == '\'=SUM(1,2) "quoted", and a | bar'


def test_json_is_the_diff(small_diff: ReleaseDiff) -> None:
    found = json.loads(report.json_text(small_diff, impact=IMPACT))
    assert found.pop("impact")["lines"] == [{"code": "C00", "finding": "<deleted>"}]
    assert found == json.loads(json.dumps(small_diff.to_dict()))


def test_markdown(small_diff: ReleaseDiff) -> None:
    page = report.markdown_page(small_diff, impact=IMPACT)
    assert page.startswith("# ICD-10-CM 2018 → 2019\n")
    assert "As the publisher counts: 3 added, 2 deleted, 2 revised." in page
    (line,) = (line for line in page.splitlines() if line.startswith("| D50"))
    assert line == '| D50 | added |  | =SUM(1,2) "quoted", and a \\| bar |'
    assert "\\<script>alert" in page


@pytest.mark.parametrize("form", report.FORMS)
def test_save(small_diff: ReleaseDiff, tmp_path: Path, form: str) -> None:
    path = report.save(small_diff, tmp_path / f"report.{form}", impact=IMPACT)
    assert "Deep blue fever" in path.read_text(encoding="utf-8")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_saved(small_diff: ReleaseDiff, tmp_path: Path) -> None:
    with pytest.raises(CodesetsError, match=r"ends in one of \.html, \.md, \.csv, \.json"):
        report.save(small_diff, tmp_path / "report.pdf")
    with pytest.raises(CodesetsError, match="cannot be written"):
        report.save(small_diff, tmp_path / "nowhere" / "report.md")


def test_without_the_extra(small_diff: ReleaseDiff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r'pip install "codesets\[report\]"'):
        report.html_page(small_diff)


def test_words() -> None:
    pieces = changed_words("Fever, unspecified", "Fever of unknown cause")
    assert [(p.text, p.is_changed) for p in pieces.before] == [
        ("Fever,", True),
        (" ", False),
        ("unspecified", True),
    ] or "".join(p.text for p in pieces.before) == "Fever, unspecified"
    assert "".join(p.text for p in pieces.after) == "Fever of unknown cause"
    assert any(p.is_changed for p in pieces.after)
    assert not any(p.is_changed for p in changed_words("Fever", "Fever").after)
