"""`codesets diff` and `codesets impact`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import codesets
from cli.conftest import Run
from codesets import icd10cm, shelf
from codesets.errors import SelectionError
from codesets.icd10cm import Icd10cmRelease
from codesets.impact import Impact
from report.conftest import AFTER, BEFORE
from timeline.conftest import order_file


@pytest.fixture
def years(run: Run, tmp_path: Path) -> Run:
    """The command, with two small releases at hand."""
    for name, rows in {"2018": BEFORE, "2019": AFTER}.items():
        path = tmp_path / f"order-{name}.txt"
        path.write_bytes(order_file(rows))
        release = icd10cm.parse(path, edition=name)
        release.save(shelf.data_folder() / shelf.file_name(release.edition))
    return run


def test_summary(years: Run) -> None:
    result = years("diff", "2018", "2019")
    assert result.exit_code == 0
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines[:4] == [
        ["added, as the publisher counts", "3"],
        ["deleted, as the publisher counts", "2"],
        ["revised, as the publisher counts", "2"],
        ["added", "3"],
    ]


def test_details(years: Run) -> None:
    result = years("diff", "2018", "2019", "--kind", "became-header")
    assert result.stdout == "A00.1\tbecame a header\tbillable\theader\n"
    chapter = years("diff", "2018", "2019", "--chapter", "1", "--kind", "deleted")
    assert chapter.stdout == ""
    every = years("diff", "2018", "2019", "--changes").stdout.splitlines()
    worded = years("diff", "2018", "2019", "--changes", "--no-cosmetic").stdout.splitlines()
    assert {line.split("\t")[0] for line in every} - {line.split("\t")[0] for line in worded} == {
        "B99"
    }


def test_records(years: Run) -> None:
    records = list(map(json.loads, years("diff", "2018", "2019", "--json").stdout.splitlines()))
    assert {each["system"] for each in records} == {"icd10cm"}
    assert {each["code"] for each in records if each["kind"] == "deleted"} == {"C00"}


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
def test_reports(years: Run, tmp_path: Path, form: str) -> None:
    codes, path = tmp_path / "mine.txt", tmp_path / f"report.{form}"
    codes.write_text("C00\n", encoding="utf-8")
    result = years("diff", "2018", "2019", "--html", str(path), "--list", str(codes))
    assert result.exit_code == 0
    written = result.stderr.splitlines()
    assert written[0] == f"codesets: wrote {path}"
    assert "Deep blue fever" in path.read_text(encoding="utf-8")
    # CSV has the list in a file of its own.
    beside = path.with_name(f"{path.stem}-impact.csv")
    assert written[1:] == ([f"codesets: wrote {beside}"] if path.suffix == ".csv" else [])
    last = beside if path.suffix == ".csv" else path
    assert "no conversion table is at hand" in last.read_text(encoding="utf-8")


def test_files_instead_of_names(years: Run, tmp_path: Path) -> None:
    compiled = shelf.data_folder() / "icd10cm-2018.codeset"
    official = tmp_path / "order-2019.txt"
    result = years("diff", str(compiled), str(official), "--kind", "deleted")
    assert result.stdout == "C00\tdeleted\tOld fever\t\n"


def test_a_chapter_without_changes_is_no_mistake(years: Run, fevers: Icd10cmRelease) -> None:
    # Order files have no chapters: they are those of the tabular list at hand.
    same = years("diff", "2018", "2018", "--chapter", "1")
    assert (same.exit_code, same.output) == (0, "")
    assert years("diff", "2018", "2019", "--chapter", "1").stdout.startswith("A00.1\tbecame")
    whole = years("diff", "2026-april", "2026-april", "--chapter", "19")
    assert (whole.exit_code, whole.output) == (0, "")
    letter = years("diff", "2026-april", "2026-april", "--chapter", "A")
    assert letter.exit_code == 2
    assert letter.stderr == (
        "codesets: there is no chapter 'A' in these releases; there are: 1, 19\n"
    )  # fmt: skip
    with pytest.raises(SelectionError, match="no chapter 7 in these releases"):
        codesets.compare(fevers, fevers).filter(chapter=7)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2018", "2031"], "no code set has 2018 and 2031 at hand"),
        (["2018", "2019", "--kind", "odd"], "'odd' is not a valid ChangeKind; there are: added"),
        (
            ["2018", "2019", "--chapter", "99"],
            "no chapter '99' in these releases; there are: 1, 19\n",
        ),
        (["2018", "2019", "--chapter", ""], "no chapter '' in these releases"),
        (["2018", "./none.codeset"], "none.codeset"),
        (["2018", "2019", "--html", "report.pdf"], "a report ends in one of .html"),
        (["2018", "2019", "--list", "mine.txt"], "--list is for a report"),
    ],
)
def test_misuse(years: Run, arguments: list[str], said: str) -> None:
    result = years("diff", *arguments)
    assert result.exit_code in (2, 3)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_impact(years: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("code\nC00\nA00.1\nB99\n", encoding="utf-8")
    ends = ["--from", "2018", "--to", "2019"]
    result = years("impact", str(path), *ends)
    assert result.exit_code == 1
    assert [line.split("\t")[2:4] for line in result.stdout.splitlines()] == [
        ["deleted", "C00"],
        ["became-header", "A00.1"],
    ]
    assert "3 entries stand for 3 codes of 2018" in result.stderr
    records = map(json.loads, years("impact", str(path), *ends, "--json").stdout.splitlines())
    assert [each["codes"] for each in records] == [[], ["A00.10", "A00.19"]]
    table = years("impact", str(path), *ends, "--csv").stdout.splitlines()
    assert table[0] == ",".join((*Impact.HEADS, "list"))
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    broken = years("impact", str(path), *ends)
    assert broken.exit_code == 3
    assert "no column of codes: say which with --column" in broken.stderr
