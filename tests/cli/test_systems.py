"""Which code set answers: by look-up in the releases at hand, never by the form of a text."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import fake_room
from cli.conftest import WRAPPER, Run
from codesets.cli import at_hand, systems
from codesets.cli.app import app
from codesets.cli.describing import Describer
from codesets.cli.systems import ROOMS, Room
from codesets.compiled.writer import Writer
from codesets.system import HCPCS


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second code set is in the table."""
    room = Room(HCPCS, "cli.fake_room", "cli.fake_room")
    monkeypatch.setattr(systems, "ROOMS", {"icd10cm": ROOMS["icd10cm"], "hcpcs": room})


def test_every_room_has_its_words() -> None:
    for name, room in ROOMS.items():
        assert room.system.name == name
        assert room.doors.SYSTEM is room.system
        offered = [each for each in vars(Describer) if not each.startswith("_")]
        assert offered
        for each in offered:
            assert callable(getattr(room.words, each))
        assert isinstance(room.words.PLAIN, str)


@pytest.mark.usefixtures("two")
def test_in_exactly_one(run: Run) -> None:
    result = run("check", "A00.9", "W0001")
    assert result.stdout.splitlines() == [
        "A00.9\tvalid\tBlue fever, unspecified",
        "W0001\tvalid\tWalk",
    ]
    # Two code sets answered, and both releases have run out.
    assert result.stderr.splitlines() == [
        "codesets: answers from 2026-april, which ran out on 2026-09-30",
        "codesets: answers from 2025-january, which ran out on 2025-03-31",
    ]
    assert run("show", "W0001").stdout == "W0001  Walk\nlive (HCPCS Level II 2025-january)\n"
    assert run("tree", "W0001").stdout == "W0001  Walk\n"
    assert run("notes", "W0001").stdout == "W0001  Walk\n"
    assert run("select", "W0001").stdout == "W0001\tlive\tWalk\n"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("verb", ["show", "check", "tree", "notes", "select"])
def test_in_both_needs_a_choice(run: Run, verb: str) -> None:
    result = run(verb, "A000")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "A000 is a code of ICD-10-CM 2026-april and HCPCS Level II 2025-january" in result.stderr
    assert "--system icd10cm or hcpcs" in result.stderr
    for system, title in (("icd10cm", "Ménage type"), ("HCPCS Level II", "Taxi")):
        chosen = run(verb, "A000", "--system", system)
        assert chosen.exit_code == 0
        assert title in chosen.stdout
    assert "Ménage" in run(verb, "A000", "--release", "2026-april").stdout
    assert "Taxi" in run(verb, "A000", "--release", "2025-january").stdout


@pytest.mark.usefixtures("two")
def test_in_both_asks_whoever_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WRAPPER, lambda _: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    result = CliRunner().invoke(app, ["show", "B20"], input="taxi\nhcpcs\n")
    assert result.exit_code == 0
    assert "B20 is a code of ICD-10-CM 2026-april and HCPCS" in result.stderr
    assert "B20  Bus" in result.stdout
    gone = CliRunner().invoke(app, ["show", "B20"], input="")
    assert gone.exit_code == 130
    assert gone.stderr.endswith("codesets: interrupted\n")


@pytest.mark.usefixtures("two")
def test_in_none_is_explained_by_whose_form_it_has(run: Run) -> None:
    # A form of one: that one explains, and suggests.
    result = run("check", "T36.9A", "--json")
    assert json.loads(result.stdout)["system"] == "icd10cm"
    assert "T36.9XXA" in result.stdout
    # A form of both, and of none of them: nobody explains, all forms are named.
    for text, forms in (("A0107", ["ICD-10-CM", "HCPCS Level II"]), ("99213", ["CPT"])):
        result = run("check", text, "--json")
        record = json.loads(result.stdout)
        assert result.exit_code == 1
        assert record["edition"] is record["system"] is None
        assert record["finding"] == "NotInRelease"
        assert record["valid"] is False
        assert record["could_be"] == forms
    line = run("check", "99213").stdout.splitlines()[0]
    assert line == (
        "99213\tnot in release\t'99213' is no code of ICD-10-CM 2026-april or HCPCS Level II"
        " 2025-january; it has the form of: CPT"
    )


@pytest.mark.usefixtures("two")
def test_select_of_patterns_that_no_one_system_has(run: Run) -> None:
    result = run("select", "A00", "W0001")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    # Each says its reason, and so does the one that is meant.
    assert line.startswith("codesets: 'W0001' selects nothing in 2026-april: W00.01 is not in")
    assert line.endswith("; no taxi")
    assert "its end stands before its start; no taxi" in run("select", "B20-A00").stderr


@pytest.mark.usefixtures("with_hcpcs")
def test_a_hint_is_not_lost_where_there_are_several_code_sets(run: Run) -> None:
    for text in ("A00.0.", "A0-00"):
        alone = run("check", text, "--system", "icd10cm").stdout
        assert run("check", text).stdout == alone
    assert "did you mean A00.0?" in run("check", "A00.0.").stdout


@pytest.mark.usefixtures("with_hcpcs")
def test_the_code_set_is_named_where_the_form_leaves_it_open(run: Run) -> None:
    answered = run("check", "A4221", "A00.0").stdout.splitlines()
    assert answered[0].startswith("A4221\tvalid\tHCPCS Level II: ")
    assert answered[1] == "A00.0\tvalid\tBlue fever, Ménage type"


@pytest.mark.usefixtures("two")
def test_verbs_about_a_release_need_one(run: Run) -> None:
    for arguments in (["export", "--format", "csv"], ["reconcile"], ["select", "*"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "say which with --system" in result.stderr
    assert run("export", "2026-april", "--format", "csv").exit_code == 0
    assert run("select", "*", "--system", "icd10cm").exit_code == 0


@pytest.mark.usefixtures("two")
def test_release_that_no_system_has(run: Run) -> None:
    result = run("show", "A00", "--release", "1999")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("codesets: no release 1999 at hand (at hand: icd10cm 2026-april)")


@pytest.mark.usefixtures("two")
def test_build_goes_by_what_the_files_hold(run: Run, tabular: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.codeset"
    assert run("build", tabular, "-o", out).exit_code == 0
    both = Path(shutil.copy(tabular, tmp_path / "both.xml"))
    result = run("build", both, "-o", tmp_path / "both.codeset")
    assert result.exit_code == 2
    assert "say which with --system icd10cm or hcpcs" in result.stderr
    chosen = run("build", both, "-o", tmp_path / "both.codeset", "--system", "ICD-10-CM")
    assert chosen.exit_code == 0


def test_compiled_file_of_another_system(run: Run, tmp_path: Path) -> None:
    writer = Writer()
    path = tmp_path / "other.codeset"
    path.write_bytes(writer.finish({"system": "icd11", "edition": {}, "content": [], "counts": {}}))
    result = run("show", "A00", "--release", path)
    assert result.exit_code == 3
    assert "holds 'icd11', which this command does not know" in result.stderr


@pytest.mark.usefixtures("two")
def test_path_and_system_that_disagree(run: Run, compiled: Path) -> None:
    result = run("show", "A00", "--release", compiled, "--system", "hcpcs")
    assert result.exit_code == 2
    assert "holds ICD-10-CM, not HCPCS Level II" in result.stderr


def test_system_that_there_is_not(run: Run) -> None:
    result = run("show", "A00", "--system", "icd9")
    assert result.exit_code == 2
    assert "'icd9' is none of: icd10cm" in result.stderr


@pytest.mark.parametrize(
    ("today", "notice"),
    [
        (date(2026, 3, 31), "answers from 2026-april, which begins on 2026-04-01"),
        (date(2026, 4, 1), ""),
        (date(2026, 9, 30), ""),
        (date(2026, 10, 1), "answers from 2026-april, which ran out on 2026-09-30"),
    ],
)
def test_age_of_the_release_that_answers(
    run: Run, monkeypatch: pytest.MonkeyPatch, today: date, notice: str
) -> None:
    monkeypatch.setattr(at_hand, "_today", lambda: today)
    for arguments in (["show", "A00"], ["check", "A00.0"], ["select", "A00"], ["tree", "A00"]):
        assert run(*arguments).stderr == (f"codesets: {notice}\n" if notice else "")


def test_the_fake_room_is_a_room() -> None:
    words: Describer = fake_room
    assert words.PLAIN == "live"
