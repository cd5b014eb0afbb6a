"""`codesets tree` and `codesets notes`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run

TREE = """\
T36  Poisoning by ink (header)
  T36.0  Poisoning by blue ink (header)
    T36.0X  Poisoning by blue ink (header)
      T36.0X1  Poisoning by blue ink, accidental (header)
        T36.0X1A  Poisoning by blue ink, accidental, initial encounter
        T36.0X1D  Poisoning by blue ink, accidental, subsequent encounter
      T36.0X2  Poisoning by blue ink, on purpose (header)
        T36.0X2A  Poisoning by blue ink, on purpose, initial encounter
        T36.0X2D  Poisoning by blue ink, on purpose, subsequent encounter
  T36.9  Poisoning by unspecified ink (header)
    T36.9XXA  Poisoning by unspecified ink, initial encounter
    T36.9XXD  Poisoning by unspecified ink, subsequent encounter
"""


def test_tree_of_a_code_is_whole(run: Run) -> None:
    assert run("tree", "t36").stdout == TREE


def test_depth_cuts_and_says_so(run: Run) -> None:
    assert run("tree", "T36", "--depth", "1").stdout == (
        "T36  Poisoning by ink (header)\n"
        "  T36.0  Poisoning by blue ink (header) (+ 7 below)\n"
        "  T36.9  Poisoning by unspecified ink (header) (+ 2 below)\n"
    )
    assert run("tree", "A00.0", "--depth", "0").stdout == "A00.0  Blue fever, Ménage type\n"


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("1", ["chapter 1  Inv", "  section A00-A09  Fev", "  section B20  Single fever"]),
        ("Chapter 19", ["chapter 19  Inv", "  section T07-T36  Injuries"]),
        ("T07-T36", ["section T07-T36  Injuries", "  section T36-T50  Poisoning by ink"]),
        ("a00-a09", ["section A00-A09  Fev", "  A00  Blue", "  A01  Green"]),
        ("B20", ["B20  Fever of the single"]),
    ],
)
def test_section_and_chapter(run: Run, asked: str, lines: list[str]) -> None:
    found = run("tree", asked).stdout.splitlines()
    assert len(found) == len(lines)
    for line, begin in zip(found, lines, strict=True):
        assert line.startswith(begin)


def test_whole_chapter(run: Run) -> None:
    assert len(run("tree", "19", "--depth", "9").stdout.splitlines()) == 1 + 2 + 12


def test_tree_as_json(run: Run) -> None:
    tree = json.loads(run("tree", "1", "--depth", "2", "--json").stdout)
    assert tree["system"] == "icd10cm"
    assert tree["kind"] == "chapter"
    colours, single = tree["children"]
    assert colours["id"] == "A00-A09"
    assert colours["children"][0] == {
        "kind": "code",
        "code": "A00",
        "display": "Blue fever",
        "is_billable": False,
        "below": 2,
    }
    assert single["children"][0]["children"] == []


@pytest.mark.parametrize("asked", ["Q99", "A00-B99", "7", "", "nonsense!"])
def test_what_is_not_there(run: Run, asked: str) -> None:
    for verb in ("tree", "notes", "show"):
        result = run(verb, asked)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 2


NOTES = """\
T36.0X1A  Poisoning by blue ink, accidental, initial encounter

section T07-T36  Injuries by stationery (T07-T36)  inherited
  Code first:
    the letter written (Z99.0)

T36  Poisoning by ink  inherited
  7th character:
    The appropriate 7th character is to be added

T36, 7th character A  Poisoning by ink  own
  Inclusion term:
    first blot
"""


def test_notes_by_level_and_kind(run: Run) -> None:
    assert run("notes", "T36.0X1A").stdout == NOTES


def test_notes_of_several(run: Run) -> None:
    parts = run("notes", "B20", "A00-A09", "1").stdout.split("\n\n")
    titles = [part for part in parts if "\n" not in part]
    assert titles == [
        "B20  Fever of the single",
        "section A00-A09  Fevers by colour (A00-A09)",
        "chapter 1  Invented fevers (A00-B99)",
    ]
    assert parts[-1].startswith("chapter 1  Invented fevers (A00-B99)  own\n")


def test_notes_as_json(run: Run) -> None:
    code, chapter = map(json.loads, run("notes", "A00.0", "1", "--json").stdout.splitlines())
    assert (code["kind"], code["code"]) == ("code", "A00.0")
    assert [(n["owner"], n["kind"], n["is_inherited"]) for n in code["notes"]] == [
        ({"kind": "chapter", "number": 1}, "includes", True),
        ({"kind": "chapter", "number": 1}, "useAdditionalCode", True),
        ({"kind": "section", "id": "A00-A09"}, "excludes2", True),
        ({"kind": "code", "code": "A00"}, "excludes1", True),
        ({"kind": "code", "code": "A00"}, "excludes1", True),
        ({"kind": "code", "code": "A00.0"}, "inclusionTerm", False),
    ]
    assert (chapter["kind"], chapter["number"]) == ("chapter", 1)
    assert len(chapter["notes"]) == 2
