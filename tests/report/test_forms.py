"""The report as HTML, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import sys
from pathlib import Path

import pytest

import codesets
from codesets import hcpcs, report
from codesets.diff import NoteText, ReleaseDiff
from codesets.errors import CodesetsError, MissingExtraError
from codesets.impact import Impact
from codesets.report import rows as report_rows
from codesets.report.rows import chart
from codesets.report.words import changed_words
from hcpcs.examples import SMALL
from hcpcs.writer import write_text


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


def test_the_page_is_self_contained_and_escapes_what_files_say(
    small_diff: ReleaseDiff, small_impact: Impact
) -> None:
    page = report.html_page(small_diff, impacts=[small_impact])
    read = Texts()
    read.feed(page)
    assert all(link.startswith(("#", "data:")) for link in read.links)
    assert read.tags.count("script") == 1
    assert "Ague" in read.text
    assert "<script>alert(1)</script>" in read.text
    assert "<b>none</b>" in read.text
    assert "Your list mine & yours.json" in read.text
    assert "A00.10 Deep blue fever" in read.text
    assert "By chapter" in read.text
    assert "no conversion table is at hand" in read.text
    assert "default-src 'none'" in page


def test_rows(small_diff: ReleaseDiff) -> None:
    rows = list(csv.DictReader(io.StringIO(report.csv_table(small_diff), newline="")))
    assert len(rows) == len(small_diff)
    told = {(row["code"], row["change"]): row for row in rows}
    assert told["A00.1", "became a header"]["after"] == "header"
    assert told["A00.1", "became a header"]["title"] == "Blue fever"
    assert told["A00.10", "added"]["title"] == ""
    assert told["A00.10", "added"]["after"] == "Deep blue fever"
    assert told["C00", "deleted"]["before"] == "Old fever"
    assert told["B99", "long description revised"]["cosmetic"] == "yes"
    # A spreadsheet shall show it, not reckon with it.
    assert told["D50", "added"]["after"] == '\'=SUM(1,2) "quoted", and a | bar'


def test_the_chart_has_the_publishers_totals(small_diff: ReleaseDiff) -> None:
    bars = chart(small_diff)
    official = small_diff.official_totals
    assert {name: sum(counts[name] for _, counts in bars) for name in bars[0][1]} == {
        "added": official.added,
        "deleted": official.deleted,
        "revised": official.revised,
    }


def test_notes_stand_under_their_printed_headings() -> None:
    assert report_rows._note(NoteText("codeAlso", "any wound")) == "Code also: any wound"
    assert report_rows._note(NoteText("newKind", "any wound")) == "newKind: any wound"


def test_action_codes_of_one_quarter_are_not_said_to_be_of_five_years() -> None:
    """Totals of HCPCS are those of the new file: they name the release that they count from."""
    data = write_text(SMALL)
    for old, new, heading in (
        ("2020-october", "2025-january", "As the publisher counts since 2024-october"),
        ("2024-october", "2025-january", "As the publisher counts"),
        ("2020-october", None, "As the publisher counts in the new file"),
    ):
        diff = codesets.compare(*(hcpcs.parse(io.BytesIO(data), edition=e) for e in (old, new)))
        assert f"\n{heading}: " in report.markdown_page(diff)
        assert f"<h3>{heading}</h3>" in report.html_page(diff)
        found = json.loads(report.json_text(diff))
        assert found["is_official_step"] is (old == "2024-october")
        assert (found["official_since"] is None) is (new is None)


def test_json_is_the_diff(small_diff: ReleaseDiff, small_impact: Impact) -> None:
    found = json.loads(report.json_text(small_diff, impacts=[small_impact]))
    assert found.pop("impacts") == [json.loads(json.dumps(small_impact.to_dict()))]
    assert found == json.loads(json.dumps(small_diff.to_dict()))


def test_the_table_of_lists(small_impact: Impact) -> None:
    table = report.impact_table([small_impact, small_impact])
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert len(rows) == 2 * len(small_impact.lines)
    assert {row["list"] for row in rows} == {"mine & yours.json"}
    (deleted,) = (row for row in rows[: len(rows) // 2] if row["kind"] == "deleted")
    assert (deleted["code"], deleted["outcome"], deleted["successors"]) == ("C00", "gone", "")
    assert deleted["evidence"].endswith("no conversion table is at hand")
    (lost,) = (row for row in rows[: len(rows) // 2] if row["kind"] == "pattern-lost")
    assert (lost["entry"], lost["code"], lost["outcome"]) == ("B99-C00", "C00", "gone")
    assert rows[-1]["entry"] == "'=SUM(1,2)"


def test_markdown(small_diff: ReleaseDiff, small_impact: Impact) -> None:
    page = report.markdown_page(small_diff, impacts=[small_impact])
    assert "## Your list mine & yours.json\n" in page
    (line,) = (line for line in page.splitlines() if line.startswith("| A00.1 | element 1"))
    assert "| ambiguous | A00.10, A00.19 | A00.1 was billable until 2018-09-30" in line
    assert page.startswith("# ICD-10-CM 2018 → 2019\n")
    assert "As the publisher counts: 3 added, 2 deleted, 2 revised." in page
    (line,) = (line for line in page.splitlines() if line.startswith("| D50"))
    assert line == '| D50 | added |  | =SUM(1,2) "quoted", and a \\| bar |  |'
    assert "\\<script>alert" in page


@pytest.mark.parametrize("form", report.FORMS)
def test_save(small_diff: ReleaseDiff, small_impact: Impact, tmp_path: Path, form: str) -> None:
    (path,) = report.save(small_diff, tmp_path / f"report.{form}")
    assert "Deep blue fever" in path.read_text(encoding="utf-8")
    paths = report.save(small_diff, tmp_path / f"report.{form}", impacts=[small_impact])
    assert any("no conversion table is at hand" in p.read_text(encoding="utf-8") for p in paths)
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert len(paths) == (2 if form == "csv" else 1)


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
