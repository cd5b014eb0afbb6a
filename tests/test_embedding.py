"""What the build embeds, and that nothing stale survives: with a room made up for the purpose."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from attrs import evolve, frozen

from codesets import embedding
from codesets.editions import Edition
from codesets.embedding import DEFAULT, CarriedFile, embed
from codesets.errors import SourceError, SourceFormatError
from codesets.sources import Source, SourceFile

CONTENT = b"made up: 2026-april"


@frozen
class MadeUpRelease:
    edition: Edition
    content: bytes

    def save(self, path: Path) -> None:
        path.write_bytes(self.content)


class MadeUpRoom:
    """Reads files that say `made up: EDITION`; `broken` in one is an error of its format."""

    def __init__(self) -> None:
        self.calls = 0
        self.companions: list[Source] = []

    def parse(self, *sources: Source, edition: str | None = None) -> MadeUpRelease:
        self.calls += 1
        file, *companions = sources
        assert isinstance(file, SourceFile)
        self.companions = companions
        text = file.read().decode()
        if "broken" in text:
            raise SourceFormatError("it is broken", file=file.name, line=1)
        name = edition or text.removeprefix("made up:").strip()
        return MadeUpRelease(Edition("icd10cm", name, None, None), text.encode())


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> MadeUpRoom:
    made_up = MadeUpRoom()
    monkeypatch.setattr(embedding, "ROOMS", ("icd10cm",))
    monkeypatch.setattr(embedding, "_room", lambda _: made_up)
    monkeypatch.setattr(embedding, "_recognises", lambda _, file: file.head.startswith(b"made up"))
    return made_up


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "src" / "codesets"
    folder.mkdir(parents=True)
    (folder / "reader.py").write_text("# a module\n", encoding="utf-8")
    return folder


@pytest.fixture
def official(tmp_path: Path) -> Path:
    folder = tmp_path / "official"
    write(folder / "2026-april" / "tabular.xml", CONTENT)
    return folder


@pytest.fixture
def carried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: MadeUpRoom
) -> tuple[CarriedFile, Path]:
    """A distribution that carries an official file, installed beside everything else."""
    site = tmp_path / "site"
    file = write(site / "carrier" / "data" / "tabular.xml", CONTENT)
    write(site / "carrier" / "__init__.py", b"raise RuntimeError('imported')")
    info = site / "carrier-1.0.dist-info"
    write(info / "METADATA", b"Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n")
    write(info / "RECORD", b"carrier/__init__.py,,\ncarrier/data/tabular.xml,,\n")
    monkeypatch.syspath_prepend(site)
    digest = hashlib.sha256(CONTENT).hexdigest()
    one = CarriedFile("icd10cm", "2026-april", "carrier", "1.0", "tabular.xml", digest)
    monkeypatch.setattr(embedding, "DEFAULT", (one,))
    return one, file


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def listing(package: Path) -> list[str]:
    return sorted(path.name for path in (package / "_data").glob("*.codeset"))


def test_the_default_is_taken_out_of_the_distribution_and_never_imported(
    package: Path, carried: tuple[CarriedFile, Path]
) -> None:
    assert embed(package) == (package / "_data" / "icd10cm-2026-april.codeset",)
    assert listing(package) == ["icd10cm-2026-april.codeset"]


def test_the_default_must_be_the_publishers_bytes(
    package: Path, carried: tuple[CarriedFile, Path]
) -> None:
    carried[1].write_bytes(CONTENT + b" ")
    with pytest.raises(SourceError, match="is not the publisher's file: its sha256 is"):
        embed(package)
    assert not (package / "_data").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distribution": "no-such-carrier"}, "no-such-carrier==1.0 is not installed"),
        ({"file": "order.txt"}, "carrier 1.0 does not carry order.txt"),
    ],
)
def test_a_missing_default_says_what_to_do(
    package: Path,
    carried: tuple[CarriedFile, Path],
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, str],
    message: str,
) -> None:
    monkeypatch.setattr(embedding, "DEFAULT", (evolve(carried[0], **change),))
    with pytest.raises(SourceError, match=message) as caught:
        embed(package)
    assert "CODESETS_OFFICIAL" in str(caught.value)


def test_nothing_is_compiled_twice(package: Path, official: Path, room: MadeUpRoom) -> None:
    said: list[str] = []
    first = embed(package, official=official, say=said.append)
    assert embed(package, official=official, say=said.append) == first
    assert room.calls == 1
    assert said == [
        "codesets: 2026-april is embedded as icd10cm-2026-april.codeset",
        "codesets: embedded releases are up to date: icd10cm-2026-april",
    ]


def test_tools_caches_are_no_change(package: Path, official: Path, room: MadeUpRoom) -> None:
    embed(package, official=official)
    write(package / "__pycache__" / "reader.pyc", b"1")
    write(package / ".mypy_cache" / "x.json", b"{}")
    embed(package, official=official)
    assert room.calls == 1


@pytest.mark.parametrize(
    "path",
    [
        "src/codesets/reader.py",
        "src/codesets/new/table.json",
        "official/2026-april/tabular.xml",
        "src/codesets/_data/icd10cm-2026-april.codeset",
        "src/codesets/_data/icd10cm-2013.codeset",
        "src/codesets/_data/embedded.json",
    ],
)
def test_any_change_compiles_again(
    package: Path, official: Path, room: MadeUpRoom, tmp_path: Path, path: str
) -> None:
    embed(package, official=official)
    write(tmp_path / path, CONTENT + b" ")
    embed(package, official=official)
    assert room.calls == 2
    assert listing(package) == ["icd10cm-2026-april.codeset"]


def test_a_folder_replaces_the_default_and_the_default_the_folder(
    package: Path, official: Path, carried: tuple[CarriedFile, Path], room: MadeUpRoom
) -> None:
    write(official / "2025" / "tabular.xml", b"made up: 2025")
    embed(package)
    embed(package, official=official)
    assert listing(package) == ["icd10cm-2025.codeset", "icd10cm-2026-april.codeset"]
    embed(package)
    assert listing(package) == ["icd10cm-2026-april.codeset"]
    assert room.calls == 4


def test_a_flat_folder_is_one_release(package: Path, official: Path, room: MadeUpRoom) -> None:
    write(official / "2026-april" / "z.txt", b"a companion, recognised beside its main file alone")
    embed(package, official=official / "2026-april")
    assert listing(package) == ["icd10cm-2026-april.codeset"]
    assert [file.name for file in room.companions if isinstance(file, SourceFile)] == ["z.txt"]


def test_what_no_room_recognises_is_passed_over_aloud(
    package: Path, official: Path, room: MadeUpRoom
) -> None:
    write(official / "hospital" / "list.csv", b"a,b\n")
    said: list[str] = []
    embed(package, official=official, say=said.append)
    assert said == [
        "codesets: passed over hospital: no code set's files recognised",
        "codesets: 2026-april is embedded as icd10cm-2026-april.codeset",
    ]


def test_a_release_newer_than_the_calendar_is_named_by_its_folder(
    package: Path, official: Path, room: MadeUpRoom
) -> None:
    write(official / "2031" / "tabular.xml", b"made up:")
    embed(package, official=official)
    assert listing(package) == ["icd10cm-2026-april.codeset", "icd10cm-2031.codeset"]


def test_an_edition_that_is_not_certain_is_told(
    package: Path, official: Path, room: MadeUpRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = Edition("icd10cm", "2014", None, None, is_certain=False, alternatives=("2015",))
    monkeypatch.setattr(room, "parse", lambda *_, edition: MadeUpRelease(doubtful, CONTENT))
    said: list[str] = []
    embed(package, official=official, say=said.append)
    assert "it could also be 2015" in said[0]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x/read me.txt": b"nothing"}, "holds no release that can be embedded"),
        ({"a/t.xml": b"made up:"}, "a: the edition is not recognised; name the folder after it"),
        (
            {"a/t.xml": b"made up: 2025", "b/t.xml": b"made up: 2025"},
            "b: icd10cm-2025 is also in a; keep one",
        ),
        (
            {"a/t.xml": b"made up: broken", "b/t.xml": b"made up: broken", "c/t.xml": CONTENT},
            "a: t.xml, line 1: it is broken; b: t.xml, line 1: it is broken",
        ),
    ],
)
def test_a_failure_tells_all_and_leaves_the_folder_as_it_was(
    package: Path,
    official: Path,
    room: MadeUpRoom,
    tmp_path: Path,
    files: dict[str, bytes],
    message: str,
) -> None:
    embed(package, official=official)
    before = (package / "_data" / "embedded.json").read_bytes()
    for name, content in files.items():
        write(tmp_path / "other" / name, content)
    with pytest.raises(SourceError, match=message):
        embed(package, official=tmp_path / "other")
    assert sorted(path.name for path in (package / "_data").iterdir()) == [
        "embedded.json",
        "icd10cm-2026-april.codeset",
    ]
    assert (package / "_data" / "embedded.json").read_bytes() == before


def test_a_folder_that_is_not_there_is_never_up_to_date(
    package: Path, carried: tuple[CarriedFile, Path]
) -> None:
    embed(package)
    with pytest.raises(SourceError, match=r"CODESETS_OFFICIAL names no folder: .*nowhere"):
        embed(package, official=package / "nowhere")


def test_a_stamp_of_another_shape_is_no_stamp(
    package: Path, official: Path, room: MadeUpRoom
) -> None:
    embed(package, official=official)
    for stamp in ("[]", "{}", '{"fingerprint": 1, "files": []}'):
        (package / "_data" / "embedded.json").write_text(stamp, encoding="utf-8")
        embed(package, official=official)
    assert room.calls == 4


def test_the_default_is_the_april_release_of_nchs() -> None:
    (one,) = DEFAULT
    assert (one.room, one.edition) == ("icd10cm", "2026-april")
