"""`codesets show`, `notes` and `tree` on HCPCS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from codesets import hcpcs
from codesets.cli import describe_hcpcs
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import FIELDS
from hcpcs.examples import made
from hcpcs.writer import write_text

pytestmark = pytest.mark.usefixtures("with_hcpcs")


@pytest.fixture(autouse=True)
def without_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line about the release's age is tested elsewhere."""
    from codesets.cli.at_hand import AtHand

    monkeypatch.setattr(AtHand, "_tell_age", lambda self, one: None)


def shown(run: Run, *arguments: str | Path) -> list[str]:
    result = run("show", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def record(run: Run, verb: str, *arguments: str | Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run(verb, "--json", *arguments).stdout)
    return value


def test_live_code(run: Run) -> None:
    assert shown(run, "a4221") == [
        "A4221  Supplies for maintenance of drug infusion catheter, per week",
        "valid on 2025-01-01, the first day of the release (HCPCS Level II 2025-january)",
        "short             Supplies for maintenance of",
        "coverage          D    Special coverage instructions apply",
        "pricing           51   Drugs",
        "multiple pricing  A    Not applicable as HCPCS priced under one methodology",
        "BETOS             O1E  Other drugs",
        "type of service   1    Medical care",
        "                  P    Lump sum purchase of DME, prosthetics, orthotics",
        "added             1997-01-01",
        "action            N    No maintenance for this code, effective 1997-01-01",
        "correction        Revise LD (2024-12-31), says Corrections.xlsx",
    ]


def test_every_filled_field(run: Run) -> None:
    lines = "\n".join(shown(run, "A4222"))
    for words in (
        "coverage manual    60-14",
        "carriers manual    2130",
        "statute            1861(n)",
        "lab certification  310",
        "ASC group          YY",
        "ASC since          2010-01-01",
    ):
        assert words in lines


def test_terminated_code_and_what_replaced_it(run: Run) -> None:
    lines = shown(run, "C9136")
    assert lines[1] == "terminated: its last day is 2015-03-31 (HCPCS Level II 2025-january)"
    assert "last day          2015-03-31" in lines
    assert (
        "replaced by       Q9975  Injection, factor viii fc fusion (recombinant), per iu"
        " (terminated)"
    ) in lines
    assert "followed          C9136 → Q9975 → J7205" in lines


def test_on_a_day(run: Run) -> None:
    assert shown(run, "C9136", "--on", "2015-03-31")[1].startswith(
        "valid on 2015-03-31, as this release tells it ("
    )
    assert shown(run, "C9136", "--on", "2015-04-01")[1].startswith(
        "terminated: its last day is 2015-03-31, asked for 2015-04-01 ("
    )
    assert shown(run, "C9136", "--on", "2014-12-31")[1].startswith(
        "not yet valid on 2014-12-31, as this release tells it: it begins on 2015-01-01 ("
    )
    assert shown(run, "V5364")[1].startswith("not yet valid on 2025-01-01, the first day of the")
    found = record(run, "show", "C9136", "--on", "2015-03-31")
    assert (found["status"], found["on"], found["is_valid"]) == ("valid", "2015-03-31", True)
    result = run("show", "C9136", "--on", "31.3.2015")
    assert result.exit_code == 2
    assert "does not match the format" in result.stderr


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("C9742", "replaced by       31573  a CPT code, which is outside this code set"),
        ("C9742", "                  one of them"),
        ("A0380", "use instead       A0425  Ground mileage, per statute mile"),
        ("P7001", "use instead       CPT  some CPT code; the file names none"),
        ("S8032", "replaced by       G0297  not in this release"),
        ("B4105", "supersedes        Q9994  In-line cartridge containing digestive enzyme(s)"),
        ("L0001", "followed          L0001 → L0002 → L0001"),
        ("S3854", "periods           2006-01-01 to 2016-06-30, ended within it on a day the file"),
        ("S3854", "                  2016-07-01 to now"),
        ("E1399", "NOC               CMS lists it among the codes not otherwise classified"),
        ("B4105", "processing note   0000   its text was not among the files of this release"),
    ],
)
def test_references_periods_and_companions(run: Run, code: str, line: str) -> None:
    squeezed = [" ".join(each.split()) for each in shown(run, code)]
    assert any(each.startswith(" ".join(line.split())) for each in squeezed), squeezed


def test_modifier(run: Run) -> None:
    lines = shown(run, "lt", "--modifier")
    assert lines[0].startswith("modifier LT  Left side")
    assert lines[1].startswith("valid on 2025-01-01")
    found = record(run, "show", "V8", "--modifier")
    assert (found["kind"], found["code"], found["status"]) == ("modifier", "V8", "terminated")
    # Codes and modifiers are two key spaces.
    assert run("show", "A4221", "--modifier").exit_code == 1
    result = run("show", "LT")
    assert result.exit_code == 1
    assert "codesets: LT is a modifier; ask for it with --modifier" in result.stderr.splitlines()
    assert "LT is a modifier: Left side" in result.stderr


def test_only_hcpcs_has_modifiers(run: Run, with_hcpcs: Path, compiled: Path) -> None:
    for arguments in (["--system", "icd10cm"], ["--release", str(compiled)]):
        result = run("show", "LT", "--modifier", *arguments)
        assert result.exit_code == 2
        assert "ICD-10-CM has no modifiers" in result.stderr
    with_hcpcs.unlink()
    result = run("show", "LT", "--modifier")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("codesets: no HCPCS Level II release at hand")
    assert "codesets install --from PATH…" in line


def test_json_has_every_field(run: Run) -> None:
    found = record(run, "show", "A4222")
    assert (found["system"], found["edition"]) == ("hcpcs", "2025-january")
    named = {
        "key": "code",
        "cross_references": "cross_reference",
        "processing_note": "processing_note_number",
    }
    for each in FIELDS:
        if not each.name.startswith(("filler", "sequence", "record_kind")):
            assert named.get(each.name, each.name) in found
    assert found["coverage"] == {"value": "D", "meaning": "Special coverage instructions apply"}
    assert found["pricing_indicators"][0]["value"] == "13"
    assert found["asc_effective_on"] == "2010-01-01"
    assert found["is_not_otherwise_classified"] is False
    assert found["cross_reference"] is found["terminated_on"] is None
    assert found["processing_note"] is None
    corrected = record(run, "show", "A4221")["corrections"][0]
    assert (corrected["action"], corrected["row"]) == ("Revise LD", 2)
    assert corrected["cells"][0] == {"head": "HCPCS/MOD Code", "text": "A4221"}
    replaced = record(run, "show", "C9136")
    assert replaced["replacement_chains"] == [["C9136", "Q9975", "J7205"]]
    assert replaced["cross_reference"]["kind"] == "replaced-by"
    assert replaced["cross_reference"]["targets"] == [
        {"code": "Q9975", "kind": "terminated", "is_modifier": False}
    ]
    assert [p["is_certain"] for p in record(run, "show", "S3854")["periods"]] == [False, True]


def test_what_is_kept_as_it_stands(run: Run, tmp_path: Path) -> None:
    # As the five slipped ASC fields of 2018, and a filler that is none.
    slipped: HcpcsRecord = made(
        "A4221", "Supplies", unread=(("asc_effective_on", "YY170401"), ("filler_31", "X"))
    )
    source = tmp_path / "anweb.txt"
    source.write_bytes(write_text([slipped, made("A4222", "More")]))
    path = hcpcs.parse(source, edition="2025-january", lenient=True).save(tmp_path / "x.codeset")
    lines = shown(run, "A4221", "--release", path)
    assert "as it stands      HCPCS ASC Payment Group Effective Date: 'YY170401'" in lines
    assert "as it stands      FILLER: 'X'" in lines


def test_release_without_known_edition(run: Run, hcpcs_files: Path, tmp_path: Path) -> None:
    path = hcpcs.parse(hcpcs_files / "anweb.txt").save(tmp_path / "unnamed.codeset")
    assert shown(run, "A4221", "--release", path)[1].startswith("not terminated (")
    assert "NOC" not in "\n".join(shown(run, "E1399", "--release", path))


def test_groupings_and_groups(run: Run) -> None:
    lines = shown(run, "betos")
    assert lines[0] == "betos  Berenson-Eggers type of service"
    release = hcpcs.load()
    counts = f"{len(release.groups('betos'))} groups of {len(release)} codes"
    assert lines[1] == f"{counts} (HCPCS Level II 2025-january)"
    assert "below  betos:O1A  Ambulance (1)" in lines
    group = shown(run, "betos:o1a")
    assert group[:3] == [
        "betos:O1A  Ambulance",
        "1 code by Berenson-Eggers type of service (HCPCS Level II 2025-january)",
        "codes  A0100  Non-emergency transportation; taxi",
    ]
    assert "the title is editorial" in shown(run, "letter:A")[1]
    assert shown(run, "coverage:")[0] == "coverage:  (blank)"
    assert run("show", "betos:XXX").exit_code == 1
    named = record(run, "show", "letter")
    assert (named["kind"], named["is_official"]) == ("grouping", False)
    assert named["groups"][0]["count"] == 6
    assert record(run, "show", "pricing:40")["codes"] == ["A6520"]


def test_tree_says_that_there_is_none(run: Run) -> None:
    result = run("tree", "C9136")
    assert result.exit_code == 0
    assert result.stdout == (
        "C9136  Injection, factor viii, fc fusion protein, (recombinant), per i.u. (terminated)\n"
    )
    (line,) = result.stderr.splitlines()
    assert line == (
        "codesets: HCPCS Level II has no official hierarchy, so nothing stands below a code; its"
        " groups are shown by: codesets tree letter|betos|coverage|type_of_service|pricing"
    )
    assert record(run, "tree", "C9136")["children"] == []


def test_tree_of_groups(run: Run) -> None:
    lines = run("tree", "betos").stdout.splitlines()
    assert lines[0] == "betos  Berenson-Eggers type of service"
    assert "  betos:O1A  Ambulance (+ 1 below)" in lines
    assert run("tree", "betos:O1A").stdout == (
        "betos:O1A  Ambulance\n  A0100  Non-emergency transportation; taxi\n"
    )
    found = record(run, "tree", "betos:O1A")
    assert [child["code"] for child in found["children"]] == ["A0100"]


def test_notes(run: Run) -> None:
    assert run("notes", "A0100", "--system", "hcpcs").stdout == (
        "A0100  Non-emergency transportation; taxi\n\n"
        "A0100  Non-emergency transportation; taxi  own\n"
        "  Processing note 0017:\n    SEE THE STATE'S PLAN.\n"
    )
    assert "Correction:\n    Revise LD (2024-12-31), says" in run("notes", "A4221").stdout
    assert "Terminate" in run("notes", "LT", "--modifier").stdout
    assert run("notes", "betos", "A0425").stdout == (
        "betos  Berenson-Eggers type of service\n\nA0425  Ground mileage, per statute mile\n"
    )
    notes = record(run, "notes", "A0100", "--system", "hcpcs")["notes"]
    assert notes == [
        {
            "kind": "processingNote",
            "text": "SEE THE STATE'S PLAN.",
            "number": "0017",
            "group": 0,
            "owner": {"kind": "code", "code": "A0100"},
            "is_inherited": False,
        }
    ]
    assert record(run, "notes", "A4221")["notes"][0]["kind"] == "correction"
    assert record(run, "notes", "betos")["notes"] == []


def test_completion() -> None:
    release = hcpcs.load()
    assert describe_hcpcs.beginning(release, "a422") == ("A4221", "A4222")
    assert describe_hcpcs.beginning(release, "a") == ()
