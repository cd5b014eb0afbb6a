"""`codesets show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets import icd10cm

HEADER = """\
A00  Blue fever
header, not valid for submission: more characters are required; 2 billable below \
(ICD-10-CM 2026-april)
chapter     1        Invented fevers (A00-B99)
section     A00-A09  Fevers by colour (A00-A09)
below       A00.0    Blue fever, Ménage type
            A00.9    Blue fever, unspecified
excludes1   green fever (A01.-)
            grey fever
notes from  chapter 1        Includes (1), Use additional code (1)
            section A00-A09  Excludes2 (1)
                             all notes: codesets notes A00
"""


def test_header(run: Run) -> None:
    result = run("show", "a00")
    assert result.stdout == HEADER
    assert result.exit_code == 0


def test_age_of_the_answer_is_told_once(run: Run) -> None:
    result = run("show", "A00", "A01")
    line = "codesets: answers from 2026-april, which ran out on 2026-09-30\n"
    assert result.stderr == line


def test_code_of_a_seventh_character(run: Run) -> None:
    lines = run("show", "T360X1A").stdout.splitlines()
    assert lines[0] == "T36.0X1A  Poisoning by blue ink, accidental, initial encounter"
    assert lines[1] == "billable, valid for submission (ICD-10-CM 2026-april)"
    assert "7th character   A        initial encounter" in lines
    assert "inclusion term  first blot" in lines
    above = next(place for place, line in enumerate(lines) if line.startswith("above"))
    assert [line.split()[-3:] for line in lines[above : above + 3]] == [
        ["Poisoning", "by", "ink"],
        ["by", "blue", "ink"],
        ["by", "blue", "ink"],
    ]


def test_stem_shows_seventh_characters_as_codes(run: Run) -> None:
    lines = run("show", "T36.0X1").stdout.splitlines()
    assert "7th character  T36.0X1A  initial encounter" in lines
    assert "               T36.0X1D  subsequent encounter" in lines
    assert not any(line.startswith("below") for line in lines)


def test_category_shows_codes_below_and_seventh_characters(run: Run) -> None:
    lines = run("show", "T36").stdout.splitlines()
    assert "below          T36.0    Poisoning by blue ink (header)" in lines
    assert "7th character  A        initial encounter" in lines


def test_placeholder(run: Run) -> None:
    assert "placeholder" in run("show", "T36.0X").stdout


def test_overview_sections_stand_above_the_section(run: Run) -> None:
    lines = run("show", "T36").stdout.splitlines()
    place = lines.index("section        T07-T36  Injuries by stationery (T07-T36)")
    assert lines[place + 1] == "               T36-T50  Poisoning by ink (T36-T50)"


def test_section_chapter_and_several(run: Run) -> None:
    result = run("show", "t36-t50", "chapter19", "T07-T36")
    section, chapter, overview = result.stdout.split("\n\n")
    assert section.startswith("section T36-T50  Poisoning by ink (T36-T50)\n12 codes, 6 of them")
    assert "within      T07-T36" in section
    assert chapter.startswith("chapter 19  Invented injuries (S00-T88)\n")
    assert "below  T07-T36  Injuries" in chapter
    assert "below       T36-T50" in overview


def test_many_codes_below_and_many_notes_are_cut(run: Run, tmp_path: Path, tabular: Path) -> None:
    below = "".join(
        f"<diag><name>A00.{n:02}</name><desc>Blue fever, type {n}</desc></diag>" for n in range(15)
    )
    notes = "".join(f"<note>fever number {n}</note>" for n in range(15))
    text = tabular.read_text(encoding="utf-8")
    start, end = text.index("<excludes1><note>green"), text.index("<name>A01</name>")
    text = f"{text[:start]}<excludes1>{notes}</excludes1>{below}</diag><diag>{text[end:]}"
    many = tmp_path / "many.xml"
    many.write_text(text, encoding="utf-8")
    path = icd10cm.parse(many, edition="2026-april").save(tmp_path / "many.codeset")
    lines = run("show", "A00", "--release", path).stdout.splitlines()
    assert sum("Blue fever, type" in line for line in lines) == 12
    assert any(line.endswith("  and 3 more: codesets tree A00") for line in lines)
    assert sum("fever number" in line for line in lines) == 12
    assert lines[-1].endswith("3 own notes more; all notes: codesets notes A00")


def test_what_is_not_there(run: Run) -> None:
    result = run("show", "A00.1", "A00.0", "99213")
    assert result.exit_code == 1
    assert result.stdout.startswith("A00.0  Blue fever, Ménage type\n")
    _, missing, malformed = result.stderr.splitlines()
    assert missing.startswith("codesets: A00.1 is not in 2026-april; did you mean ")
    assert "it has the form of: CPT" in malformed


def test_json_is_an_object_a_line(run: Run) -> None:
    result = run("show", "A00", "T36.0X1A", "Q99", "--json")
    assert result.exit_code == 1
    header, made, missing = map(json.loads, result.stdout.splitlines())
    assert header["system"] == "icd10cm"
    assert header["edition"] == "2026-april"
    assert header["kind"] == "code"
    assert header["code"] == header["compact"] == "A00"
    assert header["is_header"] is True
    assert header["long_description"] is None
    assert header["chapter"] == {
        "kind": "chapter",
        "number": 1,
        "title": "Invented fevers (A00-B99)",
    }
    assert header["children"][0] == {
        "code": "A00.0",
        "display": "Blue fever, Ménage type",
        "is_billable": True,
    }
    assert [note["owner"] for note in header["inherited_notes"]] == [
        {"kind": "chapter", "number": 1},
        {"kind": "chapter", "number": 1},
        {"kind": "section", "id": "A00-A09"},
    ]
    assert made["seventh_character"] == "A"
    assert made["ancestors"] == ["T36.0X1", "T36.0X", "T36.0", "T36"]
    assert made["within"] == [
        {"kind": "section", "id": "T07-T36", "title": "Injuries by stationery (T07-T36)"}
    ]
    assert made["notes"] == [
        {
            "kind": "inclusionTerm",
            "text": "first blot",
            "owner": {"kind": "code", "code": "T36"},
            "group": 0,
            "seventh_character": "A",
        }
    ]
    assert missing["finding"] == "NotInRelease"
    assert missing["system"] == "icd10cm"


def test_json_of_section_and_chapter(run: Run) -> None:
    section, overview, chapter = map(
        json.loads, run("show", "T36-T50", "T07-T36", "19", "--json").stdout.splitlines()
    )
    assert section["categories"] == ["T36"]
    assert overview["is_overview"] is True
    assert overview["sections"] == ["T36-T50"]
    assert chapter["number"] == 19
    assert chapter["sections"] == ["T07-T36", "T36-T50"]


def test_order_file_gives_descriptions(run: Run, full: Path) -> None:
    lines = run("show", "A00.0", "--release", full).stdout.splitlines()
    assert lines[2].split(None, 1) == ["long", "Blue fever, Menage type"]
    assert lines[3].split(None, 1) == ["short", "Blue fever, Menage type"]


def test_order_file_alone_knows_no_chapters(run: Run, order: Path, tmp_path: Path) -> None:
    path = icd10cm.parse(order, edition="2026-april").save(tmp_path / "order.codeset")
    result = run("show", "A01.0", "--release", path)
    assert "chapter" not in result.stdout
    assert "above  A01" in result.stdout
    assert json.loads(run("show", "A01.0", "--release", path, "--json").stdout)["section"] is None
    assert run("show", "1", "--release", path).exit_code == 1


def test_visual_impairment_table(run: Run, visual: Path) -> None:
    assert run("show", "B20", "--release", visual).stdout.splitlines()[-3:] == [
        "visual table       Category: Acuity / Below: / From:",
        "              1    6/18 / 6/60",
        "                   20/70",
    ]
    record = json.loads(run("show", "B20", "--release", visual, "--json").stdout)
    assert record["visual_impairment"][1]["ranges"][1] == {
        "heading": "",
        "maximum": "20/70",
        "minimum": "",
    }


@pytest.mark.parametrize("arguments", [("show",), ("show", "--release", "2019", "A00")])
def test_misuse(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
