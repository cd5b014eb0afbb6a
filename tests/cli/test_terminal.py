"""What a terminal shows: layout, colours, and none of them where they are not wanted."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.conftest import WRAPPER, Run
from codesets.cli.app import app
from codesets.cli.output import Output

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command as in a terminal of eighty columns."""
    monkeypatch.setattr(WRAPPER, lambda _: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


def lines(result: Result) -> list[str]:
    return [line.rstrip() for line in ESCAPE.sub("", result.stdout).splitlines()]


def test_show(terminal: Run) -> None:
    result = terminal("show", "A00", "A01")
    assert "\x1b[1;36mA00\x1b[0m" in result.stdout
    first = lines(result)
    assert first[0] == "A00  Blue fever"
    assert "chapter     1        Invented fevers (A00-B99)" in first
    assert "below       A00.0    Blue fever, Ménage type" in first
    assert "            grey fever" in first
    assert "" in first
    assert all(len(line) <= 80 for line in first)


def test_text_is_wrapped_beside_its_label(terminal: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = lines(terminal("show", "T36.0X1A"))
    place = next(n for n, line in enumerate(shown) if line.startswith("above"))
    assert any(line.startswith("                ") for line in shown[place:])
    assert all(len(line) <= 40 for line in shown)


def test_check_select_and_verify(terminal: Run) -> None:
    assert lines(terminal("check", "A00.0", "A00"))[0] == (
        "A00.0     valid           Blue fever, Ménage type"
    )
    assert lines(terminal("select", "A00"))[1] == "A00.0     billable  Blue fever, Ménage type"
    assert lines(terminal("verify"))[0].startswith("ok       icd10cm  2026-april  ")


def test_a_table_with_many_columns_keeps_every_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    row = (
        ("E72.53", "key"), ("my codes.csv, line 2", "label"), ("became-header", "middling"),
        ("E72.53", "key"), ("billable", ""), ("header", ""), ("E72.530 E72.538 E72.539", "key"),
    )  # fmt: skip
    for columns in (200, 80, 60, 40, 16):
        monkeypatch.setenv("COLUMNS", str(columns))
        Output().rows([row], (10, 10, 14, 8, 24, 24, 8))
        shown = ESCAPE.sub("", capsys.readouterr().out)
        assert sorted(shown.split()) == sorted(" ".join(text for text, _ in row).split())
        assert all(len(line) <= columns for line in shown.splitlines())


def test_many_rows_come_in_batches(terminal: Run) -> None:
    assert len(lines(terminal("check", *["A00.0"] * 250))) == 250


def test_tree(terminal: Run) -> None:
    assert lines(terminal("tree", "A01", "--depth", "1")) == [
        "A01  Green fever",
        "├── A01.0  Green fever of the garden (+ 2 below)",
        "└── A01.9  Green fever, unspecified",
    ]


def test_notes(terminal: Run) -> None:
    shown = lines(terminal("notes", "A00"))
    assert "  Excludes1:" in shown
    assert "    green fever (A01.-)" in shown


def test_build_shows_a_sign_of_life(terminal: Run, tabular: Path, tmp_path: Path) -> None:
    # A name that rich would take for markup.
    source = shutil.copy(tabular, tmp_path / "[red]fevers.xml")
    result = terminal("build", str(source), "-o", str(tmp_path / "out.codeset"))
    assert result.exit_code == 0
    assert "reading [red]fevers.xml" in result.stderr
    assert "reading" not in result.stdout


@pytest.mark.parametrize("verb", ["show", "tree", "notes", "check", "select"])
def test_no_color(terminal: Run, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    coloured = terminal(verb, "A00")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = terminal(verb, "A00")
    assert "\x1b" in coloured.stdout
    assert "\x1b" not in plain.stdout
    assert lines(plain) == lines(coloured)


def test_json_is_never_coloured(terminal: Run) -> None:
    assert "\x1b" not in terminal("show", "A00", "--json").stdout


def test_dumb_terminal(terminal: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in terminal("show", "A00").stdout


def test_force_color(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in run("show", "A00").stdout


def test_without_rich(terminal: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    result = terminal("show", "A00")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
