"""What somebody names that is no file to read, or no place to write to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from codesets import icd10cm
from codesets.compiled.reader import Compiled, read_header
from codesets.errors import CodesetsError
from icd10cm.writer import archive

DATA = Path(__file__).resolve().parent / "data" / "icd10cm"

posix = pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links of POSIX")


READERS: dict[str, Callable[[Path], object]] = {
    "parse": icd10cm.parse,
    "load_path": icd10cm.load_path,
    "open": Compiled.open,
    "read_header": read_header,
}


@posix
@pytest.mark.parametrize("name", READERS)
def test_only_regular_files_are_opened(name: str, pipe: Path) -> None:
    """Opening a pipe would wait for whoever writes to it, and a device has no end."""
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(CodesetsError, match="it is a pipe, a socket or a device"):
            READERS[name](path)
    with pytest.raises(CodesetsError):
        READERS[name](pipe.parent / "none")


@posix
def test_a_name_that_is_no_text_is_escaped(tmp_path: Path) -> None:
    """File names are bytes: one that is no UTF-8 comes out of `os` with a lone surrogate."""
    folder = tmp_path / os.fsdecode(b"d\xff")
    folder.mkdir()
    for member in ("sound.xml", "order.txt"):
        path = folder / os.fsdecode(b"\xfe" + member.encode())
        path.write_bytes((DATA / member).read_bytes())
        release = icd10cm.parse(path)
        (source,) = release.provenance
        assert source.file == f"\\udcfe{member}"
        assert icd10cm.load_path(release.save(folder / os.fsdecode(b"\xfd.codeset"))) == release
    packed = folder / os.fsdecode(b"\xff.zip")
    packed.write_bytes(archive({"a.xml": (DATA / "sound.xml").read_bytes()}))
    assert icd10cm.parse(packed).provenance[0].archive == "\\udcff.zip"
    with packed.open("rb") as stream:
        assert icd10cm.parse(stream).provenance[0].archive == "\\udcff.zip"


def save(path: Path | str) -> Path:
    return icd10cm.parse(DATA / "order.txt").save(path)


@posix
def test_only_a_file_is_replaced(pipe: Path) -> None:
    """A pipe, a device or a folder stays what it is."""
    for path in (pipe, Path("/dev/null")):
        with pytest.raises(CodesetsError, match="it is a pipe, a socket or a device"):
            save(path)
        assert not path.is_file()
    with pytest.raises(CodesetsError, match="it is a folder"):
        save(pipe.parent)
    assert os.listdir(pipe.parent) == ["pipe"]


@posix
def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link, loop = tmp_path / "there" / "a", tmp_path / "link", tmp_path / "loop"
    link.symlink_to(Path("there", "a"))
    loop.symlink_to(loop)
    for _ in ("not there yet", "there"):
        assert save(link) == link
        assert link.is_symlink()
        assert icd10cm.load_path(target) == icd10cm.load_path(link)
        assert os.listdir(target.parent) == ["a"]
        target.write_bytes(b"something else")
    with pytest.raises(CodesetsError, match="cannot be written"):
        save(loop)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    with pytest.raises(CodesetsError, match="cannot be written"):
        save(str(tmp_path / name))
    assert os.listdir(tmp_path) == []
