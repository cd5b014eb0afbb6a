"""Releases of both systems, embedded from one folder of official files and loaded from there."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from codesets import hcpcs, icd10cm, shelf, store
from codesets.embedding import embed
from codesets.errors import ReleaseNotFoundError
from hcpcs.examples import companions, small_text, small_workbook
from icd10cm.examples import SMALL
from icd10cm.writer import files


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package without embedded releases, a user without any, and no network."""
    folder = tmp_path / "src" / "codesets"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(shelf, "embedded_folder", lambda: folder / "_data")
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path / "none"))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing here goes to the network")

    monkeypatch.setattr(socket, "socket", refuse)
    return folder


def put(folder: Path, contents: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)


def of_icd10cm() -> dict[str, bytes]:
    return {
        f"icd10cm-{kind}.{'xml' if kind == 'tabular' else 'txt'}": data
        for kind, data in files(SMALL).items()
    }


def of_hcpcs() -> dict[str, bytes]:
    return {**companions(), "anweb.txt": small_text(), "anweb.xlsx": small_workbook()}


def test_a_folder_with_releases_of_both_systems_embeds_both(package: Path, tmp_path: Path) -> None:
    official, said = tmp_path / "official", list[str]()
    put(official / "icd10cm" / "2026-april", of_icd10cm())
    put(official / "hcpcs" / "2025-january", of_hcpcs())
    embed(package, official=official, say=said.append)
    assert sorted(path.name for path in (package / "_data").glob("*.codeset")) == [
        "hcpcs-2025-january.codeset",
        "icd10cm-2026-april.codeset",
    ]
    assert said == [
        "codesets: hcpcs/2025-january is embedded as hcpcs-2025-january.codeset",
        "codesets: icd10cm/2026-april is embedded as icd10cm-2026-april.codeset",
    ]
    assert icd10cm.load().edition.name == "2026-april"
    release = hcpcs.load()
    assert release.edition.name == "2025-january"
    assert release["A4221"].display.startswith("Supplies for maintenance")
    assert release.modifiers["LT"].display.startswith("Left side")
    assert release["A0100"].processing_note is not None, "the companions are embedded as well"
    assert release == hcpcs.parse(official / "hcpcs", edition="2025-january")
    assert hcpcs.load(on=release.edition.effective_from) is hcpcs.load("2025-january") is release


def test_one_folder_may_hold_files_of_both(package: Path, tmp_path: Path) -> None:
    put(tmp_path / "2021-january", {**of_icd10cm(), **of_hcpcs()})
    embed(package, official=tmp_path / "2021-january", say=lambda _: None)
    assert icd10cm.load().edition.name == hcpcs.load().edition.name == "2021-january"


def test_without_the_extra_for_workbooks_the_text_is_embedded(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    put(tmp_path / "official" / "2025-january", of_hcpcs())
    embed(package, official=tmp_path / "official", say=lambda _: None)
    assert hcpcs.load().sources == ("text", "processing-notes")


@pytest.mark.parametrize(
    ("wanted", "named"),
    [(None, "release"), ("2025-january", "release 2025-january")],
)
def test_without_a_release_at_hand_one_sentence_says_how_to_get_one(
    package: Path, wanted: str | None, named: str
) -> None:
    with pytest.raises(ReleaseNotFoundError) as caught:
        hcpcs.load(wanted)
    message = str(caught.value)
    assert message.startswith(f"no HCPCS Level II {named} at hand (at hand: none); install it")
    assert "codesets install --from PATH…" in message
    assert f"codesets install hcpcs {wanted or 'EDITION'}" in message
    assert ". " not in message
    assert "\n" not in message


def test_what_the_sentence_says_is_so(package: Path, tmp_path: Path) -> None:
    """A release installed as it says is found."""
    put(tmp_path / "official", of_hcpcs())
    release = hcpcs.parse(tmp_path / "official", edition="2025-january")
    assert store.install(tmp_path / "official", edition="2025-january")
    assert hcpcs.load() == release
