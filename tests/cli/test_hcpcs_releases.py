"""`codesets build`, `reconcile`, `verify` and `export` on HCPCS."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets import hcpcs
from codesets.export import export_bytes, tables_of
from hcpcs.examples import SMALL, made, small_workbook
from hcpcs.writer import write_text

NAMES = [
    "release",
    "codes",
    "modifiers",
    "repeated_values",
    "cross_references",
    "processing_notes",
    "noc_codes",
    "corrections",
    "correction_cells",
    "unread_columns",
    "wordings",
    "provenance",
]


@pytest.fixture
def release(hcpcs_compiled: Path) -> hcpcs.HcpcsRelease:
    return hcpcs.load_path(hcpcs_compiled)


def table(release: hcpcs.HcpcsRelease, name: str) -> list[dict[str, str]]:
    data = export_bytes(release, "csv", table=name).decode()
    return list(csv.DictReader(io.StringIO(data, newline="")))


def test_build_recognises_the_code_set(run: Run, hcpcs_files: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.codeset"
    result = run("build", hcpcs_files, "-o", out, "--edition", "2025-january")
    assert result.exit_code == 0, result.stderr
    first, counts, *_ = result.stdout.splitlines()
    assert first == (
        f"{out}: HCPCS Level II 2025-january from text + processing-notes + noc + corrections +"
        " transactions"
    )
    modifiers = sum(record.is_modifier for record in SMALL)
    assert counts.startswith(f"  {len(SMALL) - modifiers} codes, {modifiers} modifiers, ")
    assert "terminated codes" in counts
    assert run("show", "A4221", "--release", out).exit_code == 0


def test_build_of_both_names_both(
    run: Run, hcpcs_files: Path, tabular: Path, tmp_path: Path
) -> None:
    result = run("build", hcpcs_files / "anweb.txt", tabular, "-o", tmp_path / "out.codeset")
    assert result.exit_code == 2
    assert "tabular.xml is ICD-10-CM, anweb.txt is HCPCS Level II" in result.stderr
    assert "say which with --system icd10cm or hcpcs" in result.stderr
    assert not (tmp_path / "out.codeset").exists()


def test_build_from_companions_alone_says_what_they_are(
    run: Run, hcpcs_files: Path, tmp_path: Path
) -> None:
    result = run("build", hcpcs_files / "Corrections.xlsx", "-o", tmp_path / "out.codeset")
    assert result.exit_code == 3
    assert "a corrections sheet, which lists changes to a release" in result.stderr


def test_reconcile_and_verify(
    run: Run, hcpcs_files: Path, with_hcpcs: Path, tmp_path: Path
) -> None:
    first = run("reconcile", "--system", "hcpcs").stdout.splitlines()[0]
    assert first.startswith("HCPCS Level II 2025-january from text + processing-notes")
    (tmp_path / "anweb.txt").write_bytes(write_text(SMALL))
    other = tmp_path / "anweb.xlsx"
    other.write_bytes(small_workbook())
    result = run("reconcile", tmp_path / "anweb.txt", other, "--edition", "2025-january")
    assert result.exit_code == 0, result.stderr
    assert "from text + workbook" in result.stdout
    assert f"ok\thcpcs\t2025-january\t{with_hcpcs}" in run("verify").stdout.splitlines()
    data = bytearray(with_hcpcs.read_bytes())
    data[-1] ^= 1
    with_hcpcs.write_bytes(data)
    assert run("verify", "--system", "hcpcs").exit_code == 3


def test_names_are_stable(release: hcpcs.HcpcsRelease) -> None:
    tables = tables_of(release)
    assert list(tables) == NAMES
    for each in tables.values():
        assert set(each.key) <= set(each.names)
        rows = list(each.rows())
        for row in rows:
            for cell, column in zip(row, each.columns, strict=True):
                assert cell is None or type(cell) is column.type
        if each.key:
            places = [each.names.index(name) for name in each.key]
            assert len({tuple(row[place] for place in places) for row in rows}) == len(rows)


def test_codes_and_modifiers(release: hcpcs.HcpcsRelease) -> None:
    for name, keys in (("codes", release), ("modifiers", release.modifiers)):
        rows = table(release, name)
        assert [row["code"] for row in rows] == list(keys)
        for row in rows:
            entry = keys[row["code"]]
            assert row["display"] == entry.display
            assert row["short_description"] == entry.short_description
            assert row["coverage"] == str(entry.coverage or "")
            assert row["terminated_on"] == str(entry.terminated_on or "")
            assert row["betos"] == entry.betos
            assert row["processing_note"] == entry.processing_note_number
            assert row["reported_change"] == (entry.transaction or "")
    assert table(release, "codes")[0]["anesthesia_base_units"] == "0"
    assert table(release, "modifiers")[0]["anesthesia_base_units"] == ""


def test_other_tables(release: hcpcs.HcpcsRelease) -> None:
    repeated = [
        row["value"]
        for row in table(release, "repeated_values")
        if (row["code"], row["field"]) == ("A4222", "lab_certifications")
    ]
    assert repeated == ["310", "330"]
    references = {
        (row["owner_kind"], row["code"], row["kind"], row["target"], row["target_kind"])
        for row in table(release, "cross_references")
    }
    assert references == {
        ("modifier" if r.is_modifier else "code", r.source, str(r.kind), t.code, str(t.kind))
        for r in release.cross_references
        for t in r.targets
    }
    assert ("code", "C9742", "replaced-by", "31574", "cpt") in references
    assert [row["number"] for row in table(release, "processing_notes")] == ["0001", "0017"]
    assert {row["code"] for row in table(release, "noc_codes")} == set(release.noc_codes or ())
    corrections = table(release, "corrections")
    assert [(row["owner_kind"], row["code"]) for row in corrections] == [
        ("code", "A4221"),
        ("modifier", "LT"),
        ("code", "M1389"),
    ]
    assert [row["effective_on"] for row in corrections] == ["2024-12-31", "", ""]
    assert len(table(release, "correction_cells")) == 8
    assert table(release, "unread_columns") == []
    wordings = {(row["field"], row["value"]): row["meaning"] for row in table(release, "wordings")}
    assert wordings["coverage", "C"] == "Carrier judgment"
    assert wordings["pricing_indicators", "51"] == "Drugs"
    assert len(table(release, "provenance")) == 5


def test_columns_that_no_value_says(tmp_path: Path) -> None:
    source = tmp_path / "anweb.txt"
    slipped = made("A4221", "Supplies", unread=(("asc_effective_on", "YY170401"),))
    source.write_bytes(write_text([slipped, made("A4222", "More")]))
    release = hcpcs.parse(source, edition="2025-january", lenient=True)
    assert table(release, "unread_columns") == [
        {
            "owner_kind": "code",
            "code": "A4221",
            "field": "asc_effective_on",
            "columns": "YY170401",
        }
    ]
    assert table(release, "noc_codes") == table(release, "corrections") == []


@pytest.mark.usefixtures("with_hcpcs")
def test_export(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "hcpcs.sqlite"
    result = run("export", "2025-january", "-o", out, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["tables"] == NAMES
    with closing(sqlite3.connect(out)) as connection:
        (codes,) = connection.execute("SELECT count(*) FROM codes").fetchone()
        ((target,),) = connection.execute(
            "SELECT target FROM cross_references WHERE code = 'C9136'"
        ).fetchall()
    assert codes == len(hcpcs.load())
    assert target == "Q9975"
    lines = run("export", "--system", "hcpcs", "--format", "jsonl", "--table", "modifiers").stdout
    assert json.loads(lines.splitlines()[0])["code"] == "AM"
