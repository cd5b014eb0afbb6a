"""Rooms of one shape: what holds for one code set holds for all, at the same doors."""

from __future__ import annotations

import importlib
import inspect
import io
import json
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import codesets
from codesets import embedding, shelf
from codesets.errors import (
    ArgumentTypeError,
    CompiledFileError,
    EditionError,
    MalformedCodeError,
    MalformedKeyError,
    MissingExtraError,
    ReleaseNotFoundError,
    SelectionError,
    SourceError,
    UnknownCodeError,
)
from codesets.findings import Finding, Malformed, NotInRelease, Valid
from codesets.release import Release
from codesets.sources import open_sources
from codesets.system import SYSTEMS, CodeSet, System, could_be
from codesets.views import Code
from hcpcs.examples import SMALL as SMALL_HCPCS
from hcpcs.writer import write_text
from icd10cm.examples import SMALL as SMALL_ICD10CM
from icd10cm.writer import files

FEW = settings(max_examples=40)


@frozen
class Room:
    """A room, and what the tests need to know of its codes."""

    name: str
    doors: Any
    release: Release[Any]
    edition: str
    known: str
    """A code of the release that may be used."""
    unknown: str
    """A text that has the form of a code, of which the release has none."""
    malformed: str
    file: bytes
    """An official file that makes a release by itself."""


def _room(name: str, file: bytes, edition: str, known: str, unknown: str, malformed: str) -> Room:
    doors = importlib.import_module(f"codesets.{name}")
    release = doors.parse(io.BytesIO(file), edition=edition)
    return Room(name, doors, release, edition, known, unknown, malformed, file)


ROOMS = (
    _room("icd10cm", files(SMALL_ICD10CM)["order"], "2026", "H35.3111", "Z99.8", "99213"),
    _room("hcpcs", write_text(SMALL_HCPCS), "2025-january", "A4221", "A4999", "E11.9"),
)
DOORS = ("SYSTEM", "is_well_formed", "load", "load_path", "normalize", "parse")


@pytest.fixture(params=ROOMS, ids=lambda room: room.name)
def room(request: pytest.FixtureRequest) -> Room:
    found: Room = request.param
    return found


every_room = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
anything = (
    st.text()
    | st.text("ABCEHJQVZ0123456789.- xX", max_size=9)
    | st.binary(max_size=8)
    | st.none()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.lists(st.text(max_size=3))
    | st.dictionaries(st.text(max_size=2), st.none(), max_size=1)
    | st.builds(object)
)


# The house.


def test_these_are_all_rooms() -> None:
    found = {
        info.name
        for info in pkgutil.iter_modules(codesets.__path__)
        if info.ispkg and hasattr(importlib.import_module(f"codesets.{info.name}"), "SYSTEM")
    }
    assert found == SYSTEMS.keys() == set(embedding.ROOMS) == {room.name for room in ROOMS}


def test_a_room_has_all_doors(room: Room) -> None:
    protocol = {*CodeSet.__annotations__}
    assert protocol == set(DOORS)
    assert protocol <= set(room.doors.__all__) == set(dir(room.doors))
    assert sorted(room.doors.__all__, key=_constants_first) == list(room.doors.__all__)
    for name in room.doors.__all__:
        assert getattr(room.doors, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        room.doors.no_such_name  # noqa: B018


def _constants_first(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("door", [door for door in DOORS if door != "SYSTEM"])
def test_the_same_door_opens_the_same_way(door: str) -> None:
    """Same parameters under the same names, with the same defaults and types."""
    signatures = {
        tuple(inspect.signature(getattr(room.doors, door)).parameters.values()) for room in ROOMS
    }
    assert len(signatures) == 1
    for room in ROOMS:
        assert inspect.getdoc(getattr(room.doors, door))


def test_release_and_code_answer_by_the_same_names(room: Room) -> None:
    """A program that asks one code set can ask the other."""
    release: Any = room.release
    code: Any = release[room.known]
    assert code.release is release
    assert type(release).__name__ in room.doors.__all__
    assert type(code).__name__ in room.doors.__all__
    assert isinstance(release, Release)
    assert isinstance(code, Code)
    for name in ("code", "compact", "display", "long_description", "short_description"):
        assert isinstance(getattr(code, name), str)
    for name, first in (("check", "text"), ("select", "patterns"), ("check_many", "texts")):
        assert next(iter(inspect.signature(getattr(release, name)).parameters)) == first


MODULES = {
    "build": ("build",),
    "check": ("check", "explain"),
    "code": ("is_well_formed", "normalize", "syntax_problem"),
    "kinds": ("MAIN_KINDS", "kind_of", "sort_out"),
    "layout": (),
    "release": (),
    "tables": ("tables",),
    "views": (),
}


@pytest.mark.parametrize("module", MODULES)
def test_a_room_keeps_the_same_things_in_the_same_places(room: Room, module: str) -> None:
    found = importlib.import_module(f"codesets.{room.name}.{module}")
    assert set(MODULES[module]) <= set(found.__all__)


def test_a_room_knows_its_own_files_and_no_others(room: Room) -> None:
    kinds = importlib.import_module(f"codesets.{room.name}.kinds")
    for other in ROOMS:
        (file,) = open_sources([io.BytesIO(other.file)])
        assert (kinds.kind_of(file) in kinds.MAIN_KINDS) is (other is room)


def _modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_no_room_imports_another(room: Room) -> None:
    inside = [
        info.name for info in pkgutil.walk_packages(room.doors.__path__, f"codesets.{room.name}.")
    ]
    assert len(inside) > 5
    loaded = _modules_after("\n".join(f"import {name}" for name in inside))
    assert not {
        name
        for name in loaded
        for other in ROOMS
        if other is not room and name.startswith(f"codesets.{other.name}")
    }


def test_a_look_up_loads_nothing_that_reads_official_files(room: Room, tmp_path: Path) -> None:
    path = room.release.save(tmp_path / "x.codeset")
    loaded = _modules_after(
        f"from codesets import {room.name} as room\n"
        f"room.load_path({str(path)!r})[{room.known!r}].display"
    )
    assert f"codesets.{room.name}.views" in loaded
    heavy = {"lxml", "python_calamine", "zipfile", "codesets.sources", "codesets.editions"}
    heavy |= {f"codesets.{room.name}.{name}" for name in ("build", "kinds", "layout")}
    assert not heavy & loaded


# The system.


def test_the_system_is_a_value_that_says_what_it_is(room: Room) -> None:
    system = room.doors.SYSTEM
    assert isinstance(system, System)
    assert system is SYSTEMS[room.name] is room.release.system
    assert system.name == room.name
    assert str(system) == system.title
    for text in (system.title, system.publisher, system.uri, system.oid, system.licence):
        assert text
    assert system.title in could_be(room.known)
    # "\u00df".upper() is "SS", and "ss11" has the form of an ICD-11 code.
    assert could_be("\u00df11") == could_be("\u0131" + room.known[1:]) == ()


# The spelling of a code.


def test_every_canonical_code_is_its_own_spelling(room: Room) -> None:
    for code in room.release:
        assert room.doors.normalize(code) == code
        for spelling in (code.lower(), f" {code} ", room.release[code].compact):
            assert room.doors.normalize(spelling) == code
            assert room.doors.is_well_formed(spelling)


@every_room
@given(text=anything)
@FEW
def test_normalize_gives_the_canonical_spelling_or_says_why_not(room: Room, text: object) -> None:
    if room.doors.is_well_formed(text):
        canonical = room.doors.normalize(text)
        assert isinstance(text, str)
        assert canonical == room.doors.normalize(canonical)
        return
    with pytest.raises(MalformedCodeError) as caught:
        room.doors.normalize(text)
    assert isinstance(caught.value, ValueError)
    assert caught.value.text is text
    assert caught.value.system == room.name
    assert room.doors.SYSTEM.title in str(caught.value)


def test_a_key_that_cannot_be_a_code_is_malformed_and_missing(room: Room) -> None:
    """`except KeyError` is for mappings, `except ValueError` for spellings: both are right."""
    for text in (room.malformed, None):
        with pytest.raises(MalformedKeyError) as caught:
            room.release[text]  # type: ignore[index]
        error = caught.value
        assert isinstance(error, KeyError)
        assert isinstance(error, ValueError)
        assert (error.code, error.text, error.system) == (text, text, room.name)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
    with pytest.raises(UnknownCodeError) as unknown:
        room.release[room.unknown]
    assert not isinstance(unknown.value, ValueError)


def test_a_code_of_another_system_is_malformed(room: Room) -> None:
    assert not room.doors.is_well_formed(room.malformed)
    with pytest.raises(MalformedCodeError):
        room.doors.normalize(room.malformed)


# Asking a release.


def test_a_known_code_is_valid_and_the_other_texts_say_what_they_are(room: Room) -> None:
    release = room.release
    for text, kind in (
        (room.known, Valid),
        (room.known.lower(), Valid),
        (room.unknown, NotInRelease),
        (room.malformed, Malformed),
        ("", Malformed),
        ("\u0131", Malformed),
        (None, Malformed),
        (room.known.encode(), Malformed),
    ):
        finding = release.check(text)
        assert type(finding) is kind
        assert bool(finding) is (kind is Valid)
        assert (text in release) is (kind is Valid)
    assert release.check(room.known).code is release[room.known]  # type: ignore[attr-defined]


@every_room
@given(text=anything)
@FEW
def test_check_takes_anything_and_never_raises(room: Room, text: object) -> None:
    release = room.release
    finding = release.check(text)
    assert isinstance(finding, Finding)
    assert finding.edition == release.edition
    assert finding.reason
    assert isinstance(finding.text, str)
    told = json.loads(json.dumps(finding.to_dict()))
    assert told["finding"] == type(finding).__name__
    assert told["valid"] is bool(finding) is finding.is_valid
    assert (told["text"], told["reason"]) == (finding.text, finding.reason)
    is_code = not isinstance(finding, NotInRelease | Malformed)
    assert (text in release) is is_code
    assert (release.get(text) is not None) is is_code
    if not is_code:
        with pytest.raises(UnknownCodeError) as caught:
            release[text]  # type: ignore[index]
        assert isinstance(caught.value, KeyError)
        assert isinstance(caught.value, MalformedCodeError) is isinstance(finding, Malformed)
        assert str(caught.value) == finding.reason
        assert all(suggestion in release for suggestion in finding.suggestions)


class Faulty:
    """An object at fault wherever it is asked something."""

    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__

    def __hash__(self) -> int:
        raise RuntimeError


@pytest.mark.parametrize("text", [10**5000, [10**5000], Faulty(), "E" * 5000, ["E" * 5000]],
                         ids=["number", "in a list", "object", "text", "list"])  # fmt: skip
def test_what_cannot_be_shown_is_no_code_either(room: Room, text: Any) -> None:
    """Nothing is raised for it, and no message is longer than a reader reads."""
    release: Any = room.release
    assert not room.doors.is_well_formed(text)
    assert text not in release
    finding = release.check(text)
    assert type(finding) is Malformed
    assert finding.text == text or len(finding.text) < 100
    with pytest.raises(MalformedCodeError) as refused:
        room.doors.normalize(text)
    with pytest.raises(KeyError) as unknown:
        release[text]
    with pytest.raises(SelectionError) as unselected:
        release.select(text)
    told = (finding.reason, *map(str, (refused.value, unknown.value, unselected.value)))
    assert all(0 < len(message) < 300 for message in told)


def test_a_release_is_a_mapping_of_its_codes(room: Room) -> None:
    release = room.release
    assert len(release) == len(list(release)) == len(set(release)) > 1
    assert list(release.keys()) == list(release) == list(release.codes)
    assert list(release.items()) == [(code, release[code]) for code in release]
    assert list(release.values()) == [release[code] for code in release]
    assert [release.at(row) for row in range(len(release))] == list(release.values())
    for row in (-1, len(release)):
        with pytest.raises(IndexError):
            release.at(row)
    assert [release[code].row for code in release] == list(range(len(release)))
    assert f"{len(release):,} codes" in repr(release)
    assert room.edition in repr(release)


def test_a_code_is_a_view_with_a_name(room: Room) -> None:
    code = room.release[room.known]
    assert str(code) == code.code == room.known
    assert room.known in repr(code)
    assert room.edition in repr(code)
    assert code == pickle.loads(pickle.dumps(code))
    assert hash(code) == hash(pickle.loads(pickle.dumps(code)))
    assert code.release is room.release
    assert code != room.known


@pytest.mark.parametrize("pattern", ["", "**", "?", "A-", "-", "no code", "\u0131*", None, 7])
def test_what_is_no_pattern_is_a_selection_error(room: Room, pattern: Any) -> None:
    with pytest.raises(SelectionError) as caught:
        room.release.select(pattern)  # type: ignore[attr-defined]
    assert caught.value.pattern == pattern
    assert isinstance(caught.value, ValueError)


def test_one_text_is_no_list_of_codes(room: Room) -> None:
    """Letter by letter, a code that is valid would be reported as five that are not."""
    release: Any = room.release
    takers = [release.check_many, *([release.condense] if hasattr(release, "condense") else [])]
    for take in takers:
        for wrong in (room.known, room.known.encode(), 7, None):
            with pytest.raises(TypeError, match="a list of codes is wanted") as caught:
                take(wrong)
            assert isinstance(caught.value, ArgumentTypeError)
            assert caught.value.value == wrong
    assert [f.text for f in release.check_many((room.known,))] == [room.known]


def test_no_pattern_selects_nothing(room: Room) -> None:
    """A list of patterns that happens to be empty must not stand for all codes."""
    assert room.release.select().codes == ()  # type: ignore[attr-defined]


def test_a_code_selects_itself(room: Room) -> None:
    select = room.release.select  # type: ignore[attr-defined]
    assert room.known in select(room.known).codes
    assert select(room.release[room.known]).codes == select(room.known).codes
    assert select("*").codes == select(" *", room.known).codes == room.release.codes
    assert room.known in select(f"{room.known[0]}*").codes


# Getting a release.


@pytest.fixture
def empty_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "embedded")
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_without_a_release_load_says_how_to_get_one(room: Room, empty_shelf: Path) -> None:
    asked: list[Callable[[], object]] = [
        room.doors.load,
        lambda: room.doors.load(room.edition),
        lambda: room.doors.load(on=date(2025, 6, 1)),
    ]
    for ask in asked:
        with pytest.raises(ReleaseNotFoundError) as caught:
            ask()
        assert isinstance(caught.value, LookupError)
        assert caught.value.system == room.name
        for words in (room.doors.SYSTEM.title, "codesets install", f"install {room.name} "):
            assert words in str(caught.value)


def test_a_name_written_otherwise_gets_a_hint(room: Room, empty_shelf: Path) -> None:
    year, _, month = room.edition.partition("-")
    written = (f"{year}-{month.title()}", f"{month} {year}") if month else (f"FY{year}",)
    for name in written:
        with pytest.raises(ReleaseNotFoundError, match=rf"did you mean {room.edition}\?") as caught:
            room.doors.load(name)
        assert str(caught.value).endswith(f"codesets install {room.name} {room.edition}")
    # What no edition is called is nothing that could be installed.
    with pytest.raises(
        ReleaseNotFoundError, match="has no edition 'newest': its editions are named"
    ):
        room.doors.load("newest")


def test_a_release_is_named_by_a_text_or_a_day(room: Room, empty_shelf: Path) -> None:
    for name, day in ((2026, None), (room.edition, date(2025, 6, 1)), (b"2026", None)):
        with pytest.raises(ArgumentTypeError) as caught:
            room.doors.load(name, on=day)
        assert isinstance(caught.value, TypeError)


def test_load_finds_what_is_on_the_shelf(room: Room, empty_shelf: Path) -> None:
    edition = room.release.edition
    path = room.release.save(empty_shelf / shelf.file_name(edition))
    assert edition.effective_from is not None
    assert edition.effective_to is not None
    loaded = room.doors.load()
    assert loaded == room.release
    assert loaded is room.doors.load(room.edition) is room.doors.load_path(path)
    assert loaded is room.doors.load(on=edition.effective_to)
    outside = date.fromordinal(edition.effective_from.toordinal() - 1)
    for wanted in ({"on": outside}, {"name": "1999"}):
        with pytest.raises(ReleaseNotFoundError, match=f"at hand: {room.edition}"):
            room.doors.load(**wanted)
    for other in ROOMS:
        if other is not room:
            with pytest.raises(ReleaseNotFoundError):
                other.doors.load()
            with pytest.raises(CompiledFileError, match=f"holds '{room.name}'"):
                other.doors.load_path(path)


def test_what_is_no_compiled_file_is_said(room: Room, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no compiled file", encoding="utf-8")
    for path in (tmp_path / "none", tmp_path / "text", tmp_path):
        with pytest.raises(CompiledFileError) as caught:
            room.doors.load_path(path)
        assert isinstance(caught.value, ValueError)
        assert str(path) in str(caught.value)


def test_a_release_survives_saving_and_pickling(room: Room, tmp_path: Path) -> None:
    release = room.release
    loaded = room.doors.load_path(release.save(tmp_path / "x.codeset"))
    loaded.verify()
    for again in (loaded, pickle.loads(pickle.dumps(release)), pickle.loads(pickle.dumps(loaded))):
        assert again == release
        assert hash(again) == hash(release)
        assert list(again) == list(release)
        assert again.provenance == release.provenance
        assert again.counts == release.counts
    assert (release.path, loaded.path) == (None, tmp_path / "x.codeset")


def test_parse_refuses_what_is_no_file_of_its_system(room: Room, tmp_path: Path) -> None:
    (tmp_path / "read me.txt").write_text("nothing of interest\n", encoding="utf-8")
    others = [io.BytesIO(other.file) for other in ROOMS if other is not room]
    for sources in ([], [tmp_path], [io.BytesIO(b"")], others):
        with pytest.raises(SourceError) as caught:
            room.doors.parse(*sources)
        assert isinstance(caught.value, ValueError)
        assert not isinstance(caught.value, MissingExtraError)
    with pytest.raises(SourceError):
        room.doors.parse(tmp_path / "none")
    with pytest.raises(TypeError):
        room.doors.parse(7)


def test_parse_takes_the_edition_s_name(room: Room) -> None:
    release = room.doors.parse(io.BytesIO(room.file))
    assert not release.edition.is_named
    assert release != room.release
    assert list(release) == list(room.release)
    with pytest.raises(EditionError) as caught:
        room.doors.parse(io.BytesIO(room.file), edition="no such edition")
    assert caught.value.system == room.name
    again = room.doors.parse(io.BytesIO(room.file), edition=room.edition)
    assert again == room.release
    assert again.file.to_bytes() == room.release.file.to_bytes()


def test_a_release_tells_what_it_was_made_of(room: Room) -> None:
    (info,) = room.release.provenance
    assert (info.size, info.file, info.archive) == (len(room.file), "<open file>", "")
    assert room.release.sources == (info.kind,)
    assert room.release.anomalies == ()
    assert {str(difference.kind) for difference in room.release.reconciliation} <= {"count"}
    tables: ModuleType = importlib.import_module(f"codesets.{room.name}.tables")
    for table in tables.tables(room.release):
        for row in table.rows():
            assert len(row) == len(table.columns)
