"""CMS-HCC: small files in each of their forms."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import pytest

from codesets import grouping, shelf
from codesets.crosswalk import Crosswalk, Relationship
from codesets.errors import (
    ArgumentTypeError,
    CompiledFileError,
    CrosswalkError,
    EditionError,
    ReleaseNotFoundError,
    SourceError,
    SourceFormatError,
)
from codesets.grouping import HccModel
from codesets.icd10cm import Icd10cmRelease
from grouping.files import FORMAT, HIERARCHY, LABELS, TABLE, ccsr_workbook


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hcc")
    (place / "F2824T1N.TXT").write_bytes(FORMAT)
    (place / "V28115L3.TXT").write_bytes(LABELS)
    (place / "V28115H1.TXT").write_bytes(HIERARCHY)
    (place / "readme.txt").write_bytes(b"nothing")
    return place


@pytest.fixture(scope="module")
def model(folder: Path) -> HccModel:
    return HccModel.parse(folder)


def test_the_name_of_the_file_tells_model_and_year(model: HccModel) -> None:
    assert (model.model, model.edition.name, model.payment_year) == ("v28", "2024-1", "2024")
    assert repr(model) == "<HccModel v28 2024-1: 7 codes in 9 categories>"
    assert [info.kind for info in model.provenance] == ["format", "labels", "hierarchy"]
    assert model.labels["2"] == "Septicemia"


def test_categories_of_a_code(model: HccModel) -> None:
    found = model.categories("e11.52")
    assert [(c.id, c.flags) for c in found] == [("37", ""), ("263", "D")]
    assert str(found[0]) == "37 Diabetes with Chronic Complications"
    assert found[1].to_dict()["title"] == "Atherosclerosis with Ulceration"
    # Headers, and what is no code, are in no category.
    for text in ("E11.5", "E11", "Z99.89", "no code", None):
        assert model.categories(text) == ()
    assert "E11.52" in model
    assert "E11.5" not in model


def test_members_of_a_category(model: HccModel, small_release: Icd10cmRelease) -> None:
    assert model.members("37") == ("E11.52",)
    assert model.members("38", release=small_release) == ("E11.9",)
    assert model.members("37", release=small_release) == ()
    assert model.members("99") == ()
    assert "E11.52" in model.check(small_release).unknown_sources


def test_the_hierarchy_drops_within_a_person(model: HccModel) -> None:
    found = model.profile(["E11.52", "e119", "I13.2", "Z99.89", "E119"])
    assert [category.id for category in found.categories] == ["37", "226", "263"]
    assert [(low.id, by.id) for low, by in found.dropped] == [("38", "37")]
    assert found.codes["38"] == ("E11.9",)
    assert found.ungrouped == ("Z99.89",)
    assert found.to_dict()["dropped"] == [
        {"category": {"id": "38", "title": "Diabetes, Unspecified", "flags": ""}, "by": "37"}
    ]


def test_the_hierarchy_is_applied_as_published(model: HccModel) -> None:
    """62 drops 63 and not 202, which 63 drops: a category that is gone drops nothing."""
    assert [(x.group, x.category, x.drops) for x in model.hierarchy] == [
        ("Diabetes 3", "37", ("38",)), ("Liver 1", "62", ("63", "64", "65", "68")),
        ("Liver 2", "63", ("64", "65", "68", "202")),
    ]  # fmt: skip
    all_three = model.profile(["K72.90", "K74.60", "K76.6"])
    assert [category.id for category in all_three.categories] == ["62", "202"]
    assert [c.id for c in model.profile(["K74.60", "K76.6"]).categories] == ["63"]
    for wrong in ("E11.52", 5, None):
        with pytest.raises(ArgumentTypeError, match="a list of codes is wanted"):
            model.profile(wrong)  # type: ignore[arg-type]


def test_the_table_is_a_map_too(model: HccModel) -> None:
    entries = model.crosswalk.translate("B37.7").entries
    assert [(e.target, e.flags, e.raw) for e in entries] == [
        ("2", "", "B377\t2\t"), ("6", "D", "B377\t6\tD"),
    ]  # fmt: skip
    assert {e.relationship for e in entries} == {Relationship.NARROWER}
    assert str(model.crosswalk.target) == "CMS-HCC 2024-1"


def test_the_older_form_with_blanks() -> None:
    data = b"A0103   115 ^\r\nA0104   39  ^\r\nA021    2   ^\r\n"
    old = HccModel.parse(io.BytesIO(data), model="V22", year="2016")
    assert (old.model, old.edition.name) == ("v22", "2016")
    assert old.categories("A01.03")[0].id == "115"
    assert old.categories("A01.03")[0].title == ""
    assert (old.hierarchy, old.notes) == ((), ())


def test_the_table_of_all_models_is_read_by_its_heads() -> None:
    table = HccModel.parse(io.BytesIO(TABLE), model="v28", year="2027")
    assert [(c.id, c.flags) for c in table.categories("B37.7")] == [("2", "Yes"), ("6", "No")]
    assert table.categories("Z99.2") == ()
    assert table.notes == ("Notes:", "1. A code may repeat")
    other = HccModel.parse(io.BytesIO(TABLE), model="esrd-v24", year="2027")
    assert other.categories("Z99.2")[0].id == "134"
    assert other.crosswalk.entries[0].place.line == 15
    with pytest.raises(CrosswalkError, match="it has esrd-v24, v28"):
        HccModel.parse(io.BytesIO(TABLE), year="2027")
    with pytest.raises(SourceFormatError, match="no column of the model 'v22'"):
        HccModel.parse(io.BytesIO(TABLE), model="v22", year="2027")


def test_it_is_kept_like_a_release(
    model: HccModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "none")
    with pytest.raises(ReleaseNotFoundError, match=r"no CMS-HCC table \(hcc-v28\) at hand"):
        grouping.hcc("v28")
    assert model.save(tmp_path).name == "hcc-v28-2024-1.codeset"
    assert grouping.hcc("V28") == grouping.hcc("v28", "2024") == model
    assert pickle.loads(pickle.dumps(model)) == model
    assert hash(grouping.hcc("v28")) == hash(model)
    with pytest.raises(ReleaseNotFoundError, match=r"2023 at hand \(at hand: 2024-1"):
        grouping.hcc("v28", "2023")
    with pytest.raises(CompiledFileError, match="which is no CCSR"):
        grouping.Ccsr.load_path(tmp_path / "hcc-v28-2024-1.codeset")
    assert Crosswalk.load("hcc-v28").kind == "hcc-v28"
    things: list[Any] = [model, model.categories("E11.9")[0], model.hierarchy[0], model.profile([])]
    for thing in things:
        for name in ("id", "crosswalk", "categories", "new"):
            with pytest.raises(AttributeError):
                setattr(thing, name, None)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (b"E119\t38\r\nE119 38\r\n" * 3 + FORMAT, {}, "line 1: not a code, a tab, a category"),
        (FORMAT + b"E119\t38\t\r\n", {}, "line 10: E119 38 stands in line 3 too"),
        (FORMAT + b"E11\xff\t38\t\r\n", {}, "line 10: not a code"),
        (FORMAT + b"99213\t38\t\r\n", {}, "line 10: '99213' is no code"),
        (TABLE.replace(b",38,Yes", b",38,Maybe"), {}, "'38' 'Maybe' are no category and flag"),
        (TABLE.replace(b",38,Yes", b",x,Yes"), {}, "'x' 'Yes' are no category"),
        (TABLE + b'"open', {}, "no CSV"),
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_refused(data: bytes, options: Any, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        HccModel.parse(io.BytesIO(data), model="v28", year="2024", **options)


def test_what_is_not_told_is_asked_for(folder: Path) -> None:
    with pytest.raises(CrosswalkError, match=r"say which model \(model=…, .*\); no line"):
        HccModel.parse(io.BytesIO(FORMAT))
    assert not HccModel.parse(io.BytesIO(FORMAT), model="v28").edition.is_named
    with pytest.raises(EditionError, match="no edition 'soon'"):
        HccModel.parse(io.BytesIO(FORMAT), model="v28", year="soon")
    for sources in ((io.BytesIO(LABELS),), (folder, io.BytesIO(TABLE)), (io.BytesIO(b""),)):
        with pytest.raises(SourceError, match="one table of codes and HCCs is wanted"):
            HccModel.parse(*sources)
    with pytest.raises(SourceError, match="one table"):
        HccModel.parse(io.BytesIO(ccsr_workbook()))
