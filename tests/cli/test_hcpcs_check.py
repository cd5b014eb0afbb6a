"""`codesets check` and `select` on HCPCS, days, and codes of two code sets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.conftest import WRAPPER, Run
from codesets import icd10cm
from codesets.cli.app import app


@pytest.fixture
def taxi_and_fever(with_hcpcs: Path, tabular: Path, tmp_path: Path) -> None:
    """A0100 is a code of both releases at hand."""
    text = tabular.read_text(encoding="utf-8").replace("<name>A01.01<", "<name>A01.00<")
    source = tmp_path / "tabular.xml"
    source.write_text(text, encoding="utf-8")
    release = icd10cm.parse(source, edition="2026-april")
    release.save(with_hcpcs.parent / "icd10cm-2026-april.codeset")


def rows(run: Run, *arguments: str | Path) -> list[list[str]]:
    return [line.split("\t") for line in run(*arguments).stdout.splitlines()]


@pytest.mark.usefixtures("with_hcpcs")
def test_every_kind_of_finding(run: Run) -> None:
    found = rows(run, "check", "A4221", "c9136", "V5364", "A4223", "99213", "LT", "B20")
    assert [(text, kind) for text, kind, _ in found] == [
        ("A4221", "valid"),
        ("c9136", "terminated"),
        ("V5364", "not yet added"),
        ("A4223", "not in release"),
        ("99213", "not in release"),
        ("LT", "malformed"),
        ("B20", "valid"),
    ]
    assert found[1][2].endswith("asked for 2025-01-01; the file refers to Q9975")
    assert "it has the form of: CPT" in found[4][2]
    assert "LT is a modifier" in found[5][2]


@pytest.mark.usefixtures("with_hcpcs")
def test_on_a_day(run: Run) -> None:
    def kinds(day: str) -> list[str]:
        return [row[1] for row in rows(run, "check", "C9136", "J7205", "--on", day)]

    assert kinds("2014-12-31") == ["not yet added", "not yet added"]
    assert kinds("2015-03-31") == ["valid", "not yet added"]
    assert kinds("2016-01-01") == ["terminated", "valid"]
    result = run("check", "C9136", "--on", "2015-03-31", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["system"], found["on"]) == ("hcpcs", "2015-03-31")
    assert found["reason"].startswith("C9136 is valid on 2015-03-31 and since 2015-01-01: ")
    assert found["evidence"]["kind"] == "later-release"
    # The release had begun, or tells of days before: its age is nothing to warn of.
    assert result.stderr == ""
    late = run("check", "A4221", "--on", "2025-04-01")
    assert late.exit_code == 2
    assert "no HCPCS Level II release at hand is in force on 2025-04-01" in late.stderr
    # Who names a release is answered from it, and told its age.
    named = run("check", "A4221", "--on", "2025-04-01", "--release", "2025-january")
    assert named.stderr == "codesets: answers from 2025-january, which ran out on 2025-03-31\n"


@pytest.mark.usefixtures("with_hcpcs")
def test_modifiers(run: Run) -> None:
    found = rows(run, "check", "LT", "v8", "ZZ", "A4221", "25", "--modifier")
    assert [kind for _, kind, _ in found] == [
        "valid",
        "terminated",
        "not in release",
        "malformed",
        "malformed",
    ]
    assert found[2][2] == "ZZ is not in 2025-january"
    assert "it has the form of a code" in found[3][2]
    assert "it has the form of a CPT modifier" in found[4][2]
    assert rows(run, "check", "V8", "--modifier", "--on", "2012-03-31")[0][1] == "valid"


@pytest.mark.usefixtures("with_hcpcs")
def test_day_chooses_the_release_of_icd10cm(run: Run, compiled: Path) -> None:
    assert run("check", "A00.0", "--on", "2026-04-01").exit_code == 0
    for release in ([], ["--release", "2026-april"], ["--release", str(compiled)]):
        for verb in ("check", "show", "select"):
            result = run(verb, "A00.0", "--on", "2020-01-01", *release)
            assert result.exit_code == 2
            assert result.stdout == ""
            (line,) = result.stderr.splitlines()
            assert "in force on 2020-01-01" in line
    # What is no code there is not explained by a release of other days either.
    assert run("check", "A00.7", "--on", "2020-01-01").exit_code == 2
    # HCPCS answers for days before its release.
    assert run("check", "A4221", "--on", "2020-01-01").exit_code == 0


@pytest.mark.usefixtures("taxi_and_fever")
@pytest.mark.parametrize("verb", ["show", "check", "tree", "notes", "select"])
def test_code_of_both_is_never_guessed(run: Run, verb: str) -> None:
    result = run(verb, "A0100")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "A0100 is a code of ICD-10-CM 2026-april and HCPCS Level II 2025-january" in (
        result.stderr
    )
    assert "--system icd10cm or hcpcs" in result.stderr
    assert "taxi" in run(verb, "A0100", "--system", "hcpcs").stdout
    assert "Green fever" in run(verb, "A0100", "--system", "icd10cm").stdout


@pytest.mark.usefixtures("taxi_and_fever")
@pytest.mark.parametrize("verb", ["show", "check", "select"])
def test_nor_is_it_on_a_day_for_which_one_of_them_does_not_answer(run: Run, verb: str) -> None:
    result = run(verb, "A0100", "--on", "2020-01-01")
    assert result.exit_code == 2
    assert re.search("A0100 is a code of ICD-10-CM( 2026-april)? and HCPCS", result.stderr)
    assert "taxi" in run(verb, "A0100", "--on", "2020-01-01", "--system", "hcpcs").stdout


@pytest.mark.usefixtures("taxi_and_fever")
def test_code_of_both_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WRAPPER, lambda _: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    result = CliRunner().invoke(app, ["show", "A0100"], input="hcpcs\n")
    assert result.exit_code == 0
    assert "which one (icd10cm, hcpcs)" in result.stderr
    assert "A0100  Non-emergency transportation; taxi" in result.stdout


@pytest.mark.usefixtures("with_hcpcs")
def test_select(run: Run) -> None:
    assert rows(run, "select", "A422*", "C9136", "V5364") == [
        ["A4221", "valid", "Supplies for maintenance of drug infusion catheter, per week"],
        [
            "A4222",
            "valid",
            "Infusion supplies for external drug infusion pump, per cassette or bag",
        ],
        [
            "C9136",
            "terminated",
            "Injection, factor viii, fc fusion protein, (recombinant), per i.u.",
        ],
        ["V5364", "not yet added", "Dysphagia screening"],
    ]
    assert [row[0] for row in rows(run, "select", "A4000-A6000")] == ["A4221", "A4222"]
    chosen = rows(run, "select", "C9000-J9999", "--on", "2015-03-31")
    assert {row[1] for row in chosen} == {"valid"}
    assert "C9136" in [row[0] for row in chosen]
    assert "J7205" not in [row[0] for row in chosen]
    found = json.loads(run("select", "C9136", "--json").stdout)
    assert found == {
        "system": "hcpcs",
        "edition": "2025-january",
        "code": "C9136",
        "display": "Injection, factor viii, fc fusion protein, (recombinant), per i.u.",
        "status": "terminated",
    }
    for option in ("--billable", "--headers", "--condense"):
        result = run("select", "A4221", option)
        assert result.exit_code == 2
        assert "HCPCS Level II has no headers" in result.stderr


def test_without_any_hcpcs_release(run: Run) -> None:
    for verb in ("show", "check"):
        result = run(verb, "A4221", "P9999")
        assert result.exit_code == 1
        lines = result.stderr.splitlines()
        assert lines.count(lines[0]) == 1
        assert lines[0] == (
            "codesets: no HCPCS Level II release is at hand; install one from the official files"
            " with: codesets install --from PATH…, or name a compiled file with --release"
        )
    # A text that HCPCS could not have says nothing of it.
    assert "HCPCS Level II release" not in run("check", "A00.7").stderr
    # Nor is there anything to say where a release was named.
    assert "at hand" not in run("check", "A4221", "--release", "2026-april").stderr
    result = run("show", "A4221", "--system", "hcpcs")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "codesets install --from PATH…" in line
