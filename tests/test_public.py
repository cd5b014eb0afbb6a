"""The public doors: all open, none replaced by an import, and what they give cannot be changed."""

from __future__ import annotations

import copy
import importlib
import inspect
import io
import pickle
import pkgutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

import codesets
from codesets import errors, hcpcs, icd10cm, shelf, store
from codesets.errors import (
    CodesetsError,
    MalformedCodeError,
    UnknownCodeError,
    UnknownDivisionError,
)
from codesets.icd10cm import Icd10cmRelease
from codesets.reconciliation import Reconciliation
from exercise import met

PACKAGES = (codesets, icd10cm, hcpcs, store)


@pytest.fixture(scope="module")
def everything_imported() -> dict[tuple[str, str], Any]:
    """What every public name of a package was, before each submodule was imported."""
    before = {
        (package.__name__, name): getattr(package, name)
        for package in PACKAGES
        for name in package.__all__
    }
    for found in pkgutil.walk_packages(codesets.__path__, "codesets."):
        importlib.import_module(found.name)
    return before


def test_imports_of_submodules_replace_no_public_name(
    everything_imported: dict[tuple[str, str], Any],
) -> None:
    for (package, name), value in everything_imported.items():
        assert getattr(importlib.import_module(package), name) is value, f"{package}.{name}"


def test_every_public_function_can_be_called(
    everything_imported: dict[tuple[str, str], Any],
    small_path: Path,
    small_files: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Of each package of the public, after every submodule was imported."""
    (tmp_path / "icd10cm-2026.codeset").write_bytes(small_path.read_bytes())
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CODESETS_OFFLINE", "1")
    calls: dict[str, tuple[Any, ...]] = {
        "is_well_formed": ("E11.9",),
        "is_well_formed_modifier": ("LT",),
        "normalize": ("e119",),
        "normalize_modifier": ("lt",),
        "history": ("icd10cm",),
        "migrate": (["A00"], "2026", "2026"),
        "trace": ("A00", "2026", "2026"),
        "load": ("2026",),
        "load_path": (small_path,),
        "parse": (small_files["order"],),
        "data_folder": (),
        "download": ("icd10cm", "2026"),
        "entries": (),
        "install": (small_files["order"],),
        "check_upstream": (),
        "releases": (),
        "provenance": ("icd10cm", "2026"),
        "remove": ("icd10cm", "no edition"),
        "verify": (),
        "compare": (icd10cm.load_path(small_path), icd10cm.load_path(small_path)),
    }
    called = set()
    for (package, name), value in everything_imported.items():
        if not inspect.isfunction(value):
            continue
        assert name in calls, f"{package}.{name}: say what to call it with"
        called.add(f"{package}.{name}")
        try:
            result = value(*calls[name])
        except CodesetsError:
            # These are files and codes of ICD-10-CM.
            assert package != "codesets.icd10cm"
        else:
            assert result is not None
    assert {"codesets.icd10cm.parse", "codesets.hcpcs.normalize"} <= called


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_public_names_are_there_sorted_and_listed(package: ModuleType) -> None:
    names = package.__all__
    assert len(names) == len(set(names))
    assert set(names) <= set(dir(package))
    for name in names:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = package.nonsense
    with pytest.raises(ImportError):
        importlib.import_module(f"{package.__name__}.nonsense")


def test_names_are_reached_with_and_without_an_import_statement() -> None:
    fresh = importlib.import_module("codesets")
    assert fresh.icd10cm is icd10cm
    assert fresh.errors is errors
    assert fresh.CodesetsError is errors.CodesetsError
    assert dir(fresh) == sorted(fresh.__all__)
    for room in (icd10cm, hcpcs):
        for door in ("SYSTEM", "load", "load_path", "parse", "normalize", "is_well_formed"):
            assert door in room.__all__, f"{room.__name__}.{door}"


# Errors.


ERRORS = [getattr(errors, name) for name in errors.__all__]
BUILTIN = {
    "UnknownCodeError": KeyError,
    "UnknownDivisionError": KeyError,
    "MalformedCodeError": ValueError,
    "SelectionError": ValueError,
    "ReleaseNotFoundError": LookupError,
    "EditionError": ValueError,
    "SourceError": ValueError,
    "SourceFormatError": ValueError,
    "CompiledFileError": ValueError,
    "FormatVersionError": ValueError,
    "StoreError": OSError,
    "DownloadError": OSError,
    "DigestError": ValueError,
    "MissingExtraError": ImportError,
}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_errors_are_what_a_programmer_expects(kind: type[CodesetsError]) -> None:
    """One sentence, the thing it speaks of, the builtin that one would catch; and pickled whole."""
    assert issubclass(kind, CodesetsError)
    assert issubclass(kind, BUILTIN.get(kind.__name__, Exception))
    parameters = list(inspect.signature(kind).parameters.values())[1:]
    details = {parameter.name: f"the {parameter.name}" for parameter in parameters}
    error = kind("what is wrong", **details)
    assert "what is wrong" in str(error)
    assert "'" not in str(error)  # KeyError would show a repr
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), vars(again)) == (str(error), vars(error))
    for name, value in details.items():
        assert getattr(again, name) == value


def test_errors_of_look_ups_carry_what_was_asked(small_release: Icd10cmRelease) -> None:
    with pytest.raises(KeyError) as unknown:
        small_release["E11.99"]
    assert isinstance(unknown.value, UnknownCodeError)
    assert (unknown.value.code, unknown.value.release) == ("E11.99", "2026")
    with pytest.raises(ValueError, match="no ICD-10-CM code") as malformed:
        icd10cm.normalize("E1.19")
    assert isinstance(malformed.value, MalformedCodeError)
    assert (malformed.value.text, malformed.value.system) == ("E1.19", "icd10cm")


# Objects.


@pytest.fixture(scope="module")
def objects(small_release: Icd10cmRelease, small_files: dict[str, Path]) -> dict[type, Any]:
    """One object of every kind that a release gives, by way of all its doors."""
    extras = [small_release.check(text) for text in ("E11.9", "E11", "E11.8", "E1.19", None)]
    order_only = icd10cm.parse(small_files["order"])
    found = met(small_release, order_only, *extras)
    return {k: v for k, v in found.items() if k.__module__.startswith("codesets.")}


def test_the_kinds_of_objects_are_met(objects: dict[type, Any]) -> None:
    assert {kind.__name__ for kind in objects} >= {
        "Icd10cmRelease", "Icd10cmCode", "Chapter", "Section", "Note", "SeventhCharacter", "Codes",
        "Valid", "Header", "NotInRelease", "Malformed", "Edition", "Reconciliation", "Difference",
        "SourceInfo", "Anomaly", "Place", "Divisions", "VisualCategory", "IntroSection",
        "SectionRef",
    }  # fmt: skip


def test_no_object_can_be_changed(objects: dict[type, Any]) -> None:
    for kind, thing in objects.items():
        fields = [each.name.lstrip("_") for each in attrs.fields(kind)] if attrs.has(kind) else []
        names = {*fields, *(name for name in dir(kind) if not name.startswith("_")), "new"}
        for name in sorted(names):
            with pytest.raises(AttributeError):
                setattr(thing, name, None)
            if name in fields:
                with pytest.raises(AttributeError):
                    delattr(thing, name)


def test_mappings_and_sequences_cannot_be_changed(small_release: Icd10cmRelease) -> None:
    changing: list[Callable[[Any], None]] = [
        lambda thing: thing.__setitem__("E11.9", None),
        lambda thing: thing.__delitem__("E11.9"),
        lambda thing: thing.clear(),
        lambda thing: thing.append(None),
    ]
    for thing in (small_release, small_release.chapters, small_release.sections,
                  small_release.select("*"), small_release.reconciliation):  # fmt: skip
        for change in changing:
            with pytest.raises(AttributeError):
                change(thing)
    counts = small_release.counts
    counts["rows"] = 0
    assert small_release.counts["rows"] == len(small_release)


def test_objects_are_hashable_where_that_makes_sense(objects: dict[type, Any]) -> None:
    for kind, thing in objects.items():
        if issubclass(kind, Mapping) and kind is not Icd10cmRelease:
            with pytest.raises(TypeError):
                hash(thing)  # as a dict
        else:
            assert hash(thing) == hash(copy.copy(thing)), kind
            assert thing == copy.copy(thing) == copy.deepcopy(thing), kind
            assert len({thing, copy.copy(thing)}) == 1


def test_a_repr_says_what_it_is(objects: dict[type, Any], small_release: Icd10cmRelease) -> None:
    for kind, thing in objects.items():
        assert kind.__name__ in repr(thing)
        assert " at 0x" not in repr(thing), kind
        assert str(thing)
    assert repr(small_release) == (
        "<Icd10cmRelease 2026: 65 codes from tabular + order + codes>"
    )  # fmt: skip
    code = small_release["e119"]
    title = "Type 2 diabetes mellitus without complications"
    assert repr(code) == f"<Icd10cmCode E11.9 2026 {title!r}>"
    assert str(code) == "E11.9"
    assert repr(small_release.sections["E08-E13"]).startswith("<Section E08-E13 2026 ")
    assert repr(small_release.chapters[2]).startswith("<Chapter 2 2026 ")
    assert repr(small_release.select("E11")) == (
        "<Codes 2026: 5 (E11, E11.6, E11.65, E11.69, …)>"
    )  # fmt: skip
    assert repr(small_release.chapters) == "<Divisions 2026: 5 chapters (1, 2, 3, 4, …)>"
    assert repr(small_release.sections).startswith("<Divisions 2026: ")
    assert " sections (" in repr(small_release.sections)
    assert repr(small_release.reconciliation) == (
        "<Reconciliation: 5 differences (3 title/accent, 1 count/rows, 1 count/billable)>"
    )
    assert repr(Reconciliation()) == "<Reconciliation: 0 differences>"


def test_dir_lists_what_is_for_users(small_release: Icd10cmRelease) -> None:
    assert [name for name in dir(small_release) if not name.startswith("_")] == [
        "anomalies", "chapters", "check", "check_many", "codes", "condense", "counts", "edition",
        "get", "introduction", "items", "keys", "lowest_common_ancestor", "path", "provenance",
        "reconciliation", "save", "sections", "select", "sources", "system", "values", "verify",
        "version",
    ]  # fmt: skip


def test_divisions_are_mappings(small_release: Icd10cmRelease) -> None:
    chapters, sections = small_release.chapters, small_release.sections
    assert list(chapters) == [1, 2, 3, 4, 5]
    assert chapters[1] == next(iter(chapters.values()))
    assert dict(chapters.items()) == chapters == small_release.chapters
    assert "C7A" in sections
    assert sections.get("no id") is None
    with pytest.raises(UnknownDivisionError, match=r"^2026 has no section 'no id': there are \d"):
        sections["no id"]
    with pytest.raises(KeyError) as unknown:
        chapters[99]
    assert str(unknown.value) == "2026 has no chapter 99: there are 5, 1 to 5"
    assert isinstance(unknown.value, UnknownDivisionError)
    assert (unknown.value.key, unknown.value.release) == (99, "2026")
    other = icd10cm.parse(io.BytesIO(b"00001 A00     1 " + b"Cholera".ljust(60) + b" Cholera\r\n"))
    assert other.chapters == {}
    with pytest.raises(UnknownDivisionError, match="has no chapter 1: it has none"):
        other.chapters[1]
    assert other.chapters != chapters


def test_days_choose_a_release(small_path: Path, tmp_path: Path,
                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (tmp_path / "icd10cm-2026.codeset").write_bytes(small_path.read_bytes())
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "none")
    assert icd10cm.load(on=date(2026, 1, 1)).edition.name == "2026"
    with pytest.raises(LookupError, match="no ICD-10-CM release in force on 2030-01-01"):
        icd10cm.load(on=date(2030, 1, 1))
    with pytest.raises(LookupError, match="no ICD-10-CM release 2017 at hand"):
        icd10cm.load("2017")
