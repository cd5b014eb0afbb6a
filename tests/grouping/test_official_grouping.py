"""The groupers' official files, counted as published (formats, crosswalks 7)."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from codesets import grouping, icd10cm
from codesets.export import export_bytes
from codesets.grouping import Ccir, Ccsr, Chronic, Elixhauser, HccModel
from official import official_root

pytestmark = pytest.mark.official
# System and edition: rows, codes, codes with several categories, categories.
HCC = {
    "v22-2016": (8830, 8667, 158, 79),
    "v22-2017-1": (9505, 9222, 278, 79),
    "v22-2018-1": (9531, 9248, 278, 79),
    "v22-2019-1": (9550, 9267, 278, 79),
    "v22-2020-1": (9607, 9324, 278, 79),
    "v22-2021-1": (9697, 9414, 278, 79),
    "v22-2021-2": (9699, 9416, 278, 79),
    "v22-2022-1": (9719, 9441, 278, 79),
    "v24-2019-1": (9700, 9417, 278, 86),
    "v24-2020-1": (9757, 9474, 278, 86),
    "v24-2021-1": (9856, 9573, 278, 86),
    "v24-2021-2": (9858, 9575, 278, 86),
    "v24-2022-1": (9875, 9597, 278, 86),
    "v28-2023-2-fy20fy21": (7883, 7607, 276, 113),
    "v28-2023-2-fy22fy23": (8046, 7770, 276, 115),
    "v28-2024-1": (8090, 7810, 280, 115),
    "esrd-v21-2018-1": (9981, 9520, 456, 87),
}
# Labels, lines of the hierarchy, pairs of it; the ESRD models share those of V20 and of V24.
HIERARCHIES = {
    "v22": (79, 31, 57),
    "v24": (86, 37, 72),
    "v28": (115, 60, 149),
    "esrd-v21": (87, 38, 87),
    "esrd-v24": (86, 37, 72),
    "rxhcc-v08": (0, 0, 0),
}
TABLE = {"v28": 8299, "v22": 10107, "esrd-v21": 10590, "esrd-v24": 10340, "rxhcc-v08": 5528}


def several(counts: Counter[int]) -> int:
    return sum(number for many, number in counts.items() if many > 1)


def hcc(shelf: Path, name: str) -> HccModel:
    return HccModel.load_path(shelf / f"hcc-{name}.codeset")


def test_all_hcc_tables_are_on_the_shelf(whole_shelf: Path) -> None:
    names = {path.stem.removeprefix("hcc-") for path in whole_shelf.glob("hcc-*")}
    assert names == {*HCC, *(f"{model}-2027-initial" for model in TABLE)}


@pytest.mark.parametrize("name", HCC)
def test_format_files(whole_shelf: Path, name: str) -> None:
    model = hcc(whole_shelf, name)
    rows, codes, many, categories = HCC[name]
    assert f"{model.model}-{model.edition}" == name
    assert model.crosswalk.counts == {
        "rows": rows, "sources": codes, "targets": categories, "no_map": 0,
    }  # fmt: skip
    per_code = Counter(Counter(source for source, _ in model.crosswalk.pairs()).values())
    assert several(per_code) == many
    assert model.anomalies == ()


@pytest.mark.parametrize("version", HIERARCHIES)
def test_labels_and_hierarchies(whole_shelf: Path, version: str) -> None:
    """They lie in one folder each, and every table of the model has them."""
    labels, lines, pairs = HIERARCHIES[version]
    paths = sorted(whole_shelf.glob(f"hcc-{version}-*"))
    assert paths
    for model in map(HccModel.load_path, paths):
        assert len(model.labels) == labels
        assert (len(model.hierarchy), sum(len(x.drops) for x in model.hierarchy)) == (lines, pairs)
        assert not any(title != title.strip() for title in model.labels.values())
        used = {target for _, target in model.crosswalk.pairs()}
        assert used <= set(model.labels) or not labels
        if model.edition.name == "2024-1":
            assert used == set(model.labels)
        lists = {line.category: set(line.drops) for line in model.hierarchy}
        open_ends = {
            (high, low, lower)
            for high, drops in lists.items()
            for low in drops
            for lower in lists.get(low, ())
            if lower not in drops
        }
        assert open_ends == ({("62", "63", "202")} if version == "v28" else set())


def test_by_name_out_of_the_data_folder(whole_shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(whole_shelf))
    found = grouping.hcc("v28", "2024").categories("E11.52")
    assert list(map(str, found)) == [
        "37 Diabetes with Chronic Complications",
        "263 Atherosclerosis of Arteries of the Extremities with Ulceration or Gangrene",
    ]
    assert grouping.hcc("v24", "2021").edition.name == "2021-2"
    assert grouping.hcc("v28", "2023").edition.name == "2023-2-fy22fy23"


def test_every_row_is_exported(whole_shelf: Path) -> None:
    root = official_root() / "crosswalks" / "cms-hcc" / "V28-PY2024" / "loose.zip"
    with zipfile.ZipFile(root) as archive:
        lines = archive.read("F2824T1N.TXT").decode().splitlines()
    rows = export_bytes(hcc(whole_shelf, "v28-2024-1"), "jsonl").decode().splitlines()
    assert [json.loads(row)["raw"] for row in rows] == lines


def test_v28_answers(whole_shelf: Path) -> None:
    model = hcc(whole_shelf, "v28-2024-1")
    assert [c.id for c in model.categories("E11.52")] == ["37", "263"]
    assert [c.id for c in model.categories("I13.2")] == ["226", "326"]
    assert model.profile(["E11.52", "E11.9"]).dropped[0][0].id == "38"


def test_the_table_for_2027(whole_shelf: Path) -> None:
    """Columns are found by their heads; codes with a second category stand in repeated rows."""
    tables = {}
    for model, pairs in TABLE.items():
        tables[model] = table = hcc(whole_shelf, f"{model}-2027-initial")
        assert len(table.crosswalk.entries) == pairs
        assert {entry.flags for entry in table.crosswalk.entries} == {"Yes"}
    assert [c.id for c in tables["v28"].categories("B37.7")] == ["2", "6"]
    assert [c.id for c in tables["rxhcc-v08"].categories("B37.7")] == ["5"]
    assert any("HCC 223" in note for note in tables["v28"].notes)
    before = set(hcc(whole_shelf, "v28-2024-1").crosswalk.pairs())
    now = set(tables["v28"].crosswalk.pairs())
    # Counted with the flag D of the format file as part of the pair, 280 fewer are in both.
    assert (len(before & now), len(now - before), len(before - now)) == (8068, 231, 22)


def test_ccsr(whole_shelf: Path) -> None:
    for version, rows, codes, categories, per_code in (
        ("2020-1", 82738, 72715, 538, {1: 65018, 2: 5775, 3: 1539, 4: 362, 5: 21}),
        ("2025-1", 87137, 75238, 552, {1: 66348, 2: 6538, 3: 1742, 4: 565, 5: 43, 6: 2}),
    ):
        ccsr = Ccsr.load_path(whole_shelf / f"ccsr-{version}.codeset")
        assert ccsr.crosswalk.counts == {
            "rows": rows, "sources": codes, "targets": categories, "no_map": 0,
        }  # fmt: skip
        assert Counter(Counter(code for code, _ in ccsr.crosswalk.pairs()).values()) == per_code
    ccsr = Ccsr.load_path(whole_shelf / "ccsr-2025-1.codeset")
    flags = Counter(entry.flags for entry in ccsr.crosswalk.entries)
    for place, counts in ((0, (64447, 9020, 13670)), (1, (66195, 9147, 11795))):
        said = Counter[str]()
        for flag, number in flags.items():
            said[flag[place]] += number
        assert (said["Y"], said["N"], said["X"]) == counts
    assert {"XXX000", "XXX111", "NoDX1", "InvlDX", "FAC021"} <= set(ccsr.labels)
    release = icd10cm.load_path(whole_shelf / "icd10cm-2025.codeset")
    assert ccsr.check(release).unmapped == ()
    assert len(ccsr.members("FAC025", release=release)) <= len(ccsr.members("FAC025"))


def test_ccir(whole_shelf: Path) -> None:
    ccir = Ccir.load_path(whole_shelf / "ccir-2025-1.codeset")
    assert [len(ccir.members(each)) for each in Chronic] == [51900, 12769, 10569]
    assert [str(a.kind) for a in ccir.anomalies] == ["blanks"] * 13
    ccsr = Ccsr.load_path(whole_shelf / "ccsr-2025-1.codeset")
    assert set(ccir.crosswalk) == set(ccsr.crosswalk)


def test_cmr(whole_shelf: Path) -> None:
    for version, codes in (("2022-1", 4319), ("2025-1", 4542), ("2026-1", 4567)):
        cmr = Elixhauser.load_path(whole_shelf / f"cmr-{version}.codeset")
        assert len(cmr.crosswalk) == codes
        assert Counter(m.uses_poa for m in cmr.measures.values()) == {True: 18, False: 20}
        assert cmr.crosswalk.counts["targets"] == 39
    cmr = Elixhauser.load_path(whole_shelf / "cmr-2026-1.codeset")
    per_code = Counter(Counter(code for code, _ in cmr.crosswalk.pairs()).values())
    assert per_code == {1: 4445, 2: 121, 3: 1}
