"""Maps, tables and groupers at the command line: the verbs about releases take them all."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.conftest import Run
from codesets.crosswalk import Crosswalk
from codesets.export import export_bytes
from crosswalk.test_tables import CONVERSION, GEM, LONG
from crosswalk.writer import gem
from grouping.files import CCIR, FORMAT, HIERARCHY, LABELS, TABLE, ccsr_workbook, cmr_workbook

BACK = gem("i10", [("A000", "0010", "00000"), ("E119", "25000", "10000")])
OTHER = FORMAT.replace(b"E119\t38", b"E119\t37")
FILES = {
    "gem/2018/2018_I9gem.txt": GEM,
    "gem/2018/2018_I10gem.txt": BACK,
    "gem/2016/2016_I9gem.txt": GEM,
    "conversion/table.csv": CONVERSION + b"A04.72,2026,A04.7\r\n",
    "icd9/CMS32_DESC_LONG_DX.txt": LONG,
    "ccsr/DXCCSR.xlsx": ccsr_workbook(),
    "ccir/CCIR_v2025-1.csv": CCIR,
    "cmr/CMR.xlsx": cmr_workbook(),
    "hcc/2021/F2821T1N.TXT": FORMAT,
    "hcc/2021/F2821T2N.TXT": OTHER,
    "hcc/2027/2027 Initial ICD-10-CM Mappings.csv": TABLE,
    "hcc/V28/V28115L3.TXT": LABELS,
    "hcc/V28/V28115H1.TXT": HIERARCHY,
    "hcc/V28/readme.pdf": b"%PDF-1.4",
}
INSTALLED = {
    ("gem-i9", "2018"), ("gem-i10", "2018"), ("gem-i9", "2016"), ("conversion", "2027"),
    ("icd9cm", "v32"), ("ccsr", "2025-1"), ("ccir", "2025-1"), ("cmr", "2026-1"),
    ("hcc-v28", "2021-1"), ("hcc-v28", "2021-2"), ("hcc-v28", "2027-initial"),
    ("hcc-esrd-v24", "2027-initial"),
}  # fmt: skip


@pytest.fixture(scope="module")
def crosswalks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files of every kind."""
    root = tmp_path_factory.mktemp("crosswalks")
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture(autouse=True)
def installed(run: Run, crosswalks: Path, data_folder: Path) -> Path:
    """All of them in the data folder, installed in one call."""
    done = run("install", "--from", crosswalks)
    assert done.exit_code == 0, done.output
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert {(row[1], row[2]) for row in rows} == INSTALLED
    assert {row[0] for row in rows} == {"installed"}
    assert "hcc/V28: passed over readme.pdf (document (PDF))" in done.stderr
    assert "no labels and no hierarchy of esrd-v24 among the files" in done.stderr
    return data_folder


def lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_group_answers_from_the_shelf_and_says_which_table_speaks(run: Run) -> None:
    result = run("group", "E119", "--by", "hcc-v28")
    assert lines(result.stdout) == [
        ["E11.9", "37", "", "hcc-v28 2021-2", "Diabetes with Chronic Complications"]
    ]
    result = run("group", "E11.9", "E11.52", "--by", "hcc-v28", "--version", "2021-1",
                 "--hierarchy", "--json")  # fmt: skip
    record = json.loads(result.stdout)
    assert (record["version"], record["payment_year"]) == ("2021-1", "2021")
    assert record["dropped"][0]["by"] == "37"
    none = run("group", "A00.0", "--by", "hcc-v28")
    assert lines(none.stdout) == [["A00.0", "none", "", "hcc-v28 2021-2", ""]]
    assert run("group", "E119", "--by", "hcc-v28", "--version", "2019").exit_code == 2
    assert "payment_year" not in json.loads(run("group", "E119", "--by", "ccir", "--json").stdout)


def test_export_by_name_by_system_and_by_path(run: Run, installed: Path, tmp_path: Path) -> None:
    path = installed / "gem-i9-2018.codeset"
    expected = export_bytes(Crosswalk.load_path(path), "csv")
    for arguments in (["gem-i9-2018"], ["gem-i9"], ["--system", "gem-i9"], [path],
                      ["--system", "gem-i9", "2018"]):  # fmt: skip
        result = run("export", *arguments, "--format", "csv")
        assert (result.exit_code, result.stdout_bytes) == (0, expected)
    hcc = run("export", "hcc-v28", "--format", "csv", "--table", "hierarchy").stdout
    assert len(list(csv.reader(io.StringIO(hcc)))) == 1 + 1 + 4 + 4
    for name, table in (
        ("conversion", "previous"), ("icd9cm", "codes"), ("ccsr", "categories"),
        ("ccir-2025-1", "entries"), ("cmr", "measures"), ("hcc-v28-2027-initial", "notes"),
    ):  # fmt: skip
        out = tmp_path / f"{name}.sqlite"
        record = json.loads(run("export", name, "-o", out, "--json").stdout)
        assert table in record["tables"]
        assert f"{record['system']}-{record['edition']}".startswith(name)
        with closing(sqlite3.connect(out)) as connection:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    # Of what has not begun only where nothing has.
    out = tmp_path / "begun.sqlite"
    assert json.loads(run("export", "hcc-v28", "-o", out, "--json").stdout)["edition"] == "2021-2"
    # A release is meant as before.
    assert b"A00" in run("export", "2026-april", "--format", "csv").stdout_bytes


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--system", "gem", "--format", "csv"], 2, "say which with --system gem-i10 or gem-i9"),
        (["gem-i9-2011", "--format", "csv"], 2, "no release gem-i9-2011 at hand"),
        (["--system", "gem-i9", "2011", "--format", "csv"], 2, "(at hand: gem-i9 2016, gem-i9 20"),
        (["--system", "icd9pcs", "--format", "csv"], 2, "icd9pcs is not at hand (at hand: none)"),
        (["--system", "cpt", "--format", "csv"], 2, "nothing that can be installed is called"),
        (["gem-i9", "--format", "csv", "--table", "codes"], 2, "there are: map, entries"),
    ],
)
def test_what_is_not_there_to_be_exported(
    run: Run, arguments: list[str], code: int, said: str
) -> None:
    result = run("export", *arguments)
    assert result.exit_code == code
    assert said in result.stderr.replace("\n", " ")


def test_a_path_of_another_system_is_misuse(run: Run, installed: Path) -> None:
    path = installed / "gem-i9-2018.codeset"
    result = run("export", path, "--system", "ccsr", "--format", "csv")
    assert result.exit_code == 2
    assert "holds gem-i9, not ccsr" in result.stderr


def test_verify_takes_all_kinds(run: Run, installed: Path) -> None:
    every = [json.loads(line) for line in run("verify", "--json").stdout.splitlines()]
    assert {(r["system"], r["edition"]) for r in every} == {*INSTALLED, ("icd10cm", "2026-april")}
    assert all(record["ok"] for record in every)
    for record in every:
        assert run("verify", record["path"]).exit_code == 0
    models = run("verify", "--system", "hcc")
    assert len(models.stdout.splitlines()) == 4
    one = run("verify", "hcc-v28-2021-1", "--system", "hcc-v28")
    assert [row[1:3] for row in lines(one.stdout)] == [["hcc-v28", "2021-1"]]
    assert {row[1] for row in lines(run("verify", "2018").stdout)} == {"gem-i9", "gem-i10"}
    path = installed / "hcc-v28-2021-1.codeset"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    for arguments in ([], [path], ["2021-1"], ["--system", "hcc-v28"], ["hcc-v28-2021-1"]):
        assert run("verify", *arguments).exit_code == 3
    assert run("verify", "--system", "gem").exit_code == 0
    path.write_bytes(b"CODESET\n")  # its name alone says what it was
    assert run("verify", "2021-1", "--system", "hcc").exit_code == 3
    missing = run("verify", "--system", "icd9pcs")
    assert missing.exit_code == 2
    assert "install it from its official files with: codesets install --from" in missing.stderr


def test_releases_lists_what_is_at_hand(run: Run) -> None:
    for system, editions in (
        ("hcc-v28", ["2021-1", "2021-2", "2027-initial"]), ("gem", ["2018", "2016", "2018"]),
        ("ccsr", ["2025-1"]),
    ):  # fmt: skip
        assert [row[1] for row in lines(run("releases", system).stdout)] == editions
    row = lines(run("releases", "hcc-v28").stdout)[0]
    assert row[2:5] == ["2021-01-01", "2021-12-31", "at hand: format + labels + hierarchy"]
    at_hand = run("releases", "--at-hand", "--json").stdout.splitlines()
    found = {(r["system"], r["edition"]) for r in map(json.loads, at_hand)}
    assert found == {*INSTALLED, ("icd10cm", "2026-april")}
    none = run("releases", "icd9pcs")
    assert (none.exit_code, none.stdout) == (0, "")
    assert none.stderr == (
        "codesets: no icd9pcs is at hand; install it from its official files with: codesets install"
        " --from PATH…\n"
    )
    assert "is called 'cpt'; there are: icd10cm" in run("releases", "cpt").stderr


def test_remove_takes_the_one_that_is_named(run: Run, installed: Path) -> None:
    refused = run("remove", "gem", "2018")
    assert refused.exit_code == 2
    assert "(installed: gem-i10 2018, gem-i9 2016, gem-i9 2018)" in refused.stderr
    for system, edition in sorted(INSTALLED):
        assert run("remove", system, edition).exit_code == 0
    assert [path.name for path in installed.glob("*.codeset")] == ["icd10cm-2026-april.codeset"]


@pytest.mark.parametrize(
    ("system", "edition", "said"),
    [
        (
            "gem",
            "2018",
            "no address is known of gem 2018; with its files at hand: codesets install",
        ),
        ("ccsr", "2025-1", "no address is known of ccsr 2025-1; with its files at hand"),
        ("hcc-v28", "2024", "no address is known of hcc-v28 2024; with its files at hand"),
        ("icd9cm", "v32", "no address is known of icd9cm v32; with its files at hand"),
        ("conversion", "2019-april", "conversion has no edition '2019-april'"),
        ("icd10cm", "soon", "icd10cm has no edition 'soon': its editions are named YYYY"),
        ("cpt", "2024", "nothing that can be installed is called 'cpt'; there are: icd10cm"),
    ],
)
def test_what_cannot_be_fetched_is_one_clear_line(
    run: Run, system: str, edition: str, said: str
) -> None:
    result = run("install", system, edition)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_one_model_alone(run: Run, crosswalks: Path, installed: Path) -> None:
    for path in installed.glob("hcc-*"):
        path.unlink()
    done = run("install", "--from", crosswalks, "--system", "hcc-esrd-v24")
    assert [row[1] for row in lines(done.stdout)] == ["hcc-esrd-v24"]
    done = run("install", "--from", crosswalks / "hcc", "--system", "HCPCS Level II")
    assert done.exit_code == 3


def test_an_outdated_file_names_the_command_that_makes_it_again(run: Run, installed: Path) -> None:
    for path in sorted(installed.glob("*.codeset")):
        data = bytearray(path.read_bytes())
        data[8] = 99
        path.write_bytes(data)
        said = run("verify", path).stderr
        assert "has format version 99" in said
        if path.name.startswith("icd10cm"):
            assert f"codesets build OFFICIAL_FILE… -o {path.name}" in said
        else:
            assert "from its official files with: codesets install --from PATH…" in said
            assert "codesets build" not in said
    asked = run("group", "E119", "--by", "hcc-v28")
    assert (asked.exit_code, "codesets install --from PATH" in asked.stderr) == (3, True)
    header = (installed / "gem-i9-2018.codeset").read_bytes()[:88]
    (installed / "gem-i9-2018.codeset").write_bytes(header + b"\xff" * 500)
    assert "codesets install --from PATH" in run("verify", "gem-i9-2018").stderr
