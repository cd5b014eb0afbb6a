"""A path, an open file, an archive, a folder, several of them: named byte streams.

Publishers' archives are opened here and nowhere else. Members are never unpacked to disk, and are
told apart by what they hold, never by name (names are misspelt, re-used and change with every
issue); a room's `kinds` does the telling. Input is hostile until read: the number of members,
their sizes and their compression are limited, and a member whose name climbs out of the archive
makes the whole archive suspect.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from attrs import evolve, field, frozen

from codesets._files import open_regular, shown_name
from codesets.errors import SourceError
from codesets.problems import Anomaly, AnomalyKind, Place

if TYPE_CHECKING:
    import zipfile

__all__ = [
    "Limits",
    "Source",
    "SourceFile",
    "SourceInfo",
    "both_names",
    "open_sources",
    "passed_over",
]


@frozen
class Limits:
    """What an archive may hold at most.

    The largest official file so far is an order file of 14.7 MB, the largest archive holds 24
    members, the best compression is 1:45 (an order file's blanks).
    """

    members: int = 1_000
    file_bytes: int = 256 * 1024 * 1024
    total_bytes: int = 1024 * 1024 * 1024
    ratio: int = 250
    ratio_from: int = 4 * 1024 * 1024
    depth: int = 2


# What a member is, its content says; where that cannot be read, the name can still say that nothing
# is lost with it.
_DOCUMENTS = (".pdf", ".doc", ".docx", ".rtf", ".htm", ".html")

LIMITS = Limits()
"""The limits in force. `ratio` is asked of members larger than `ratio_from` bytes only."""


@frozen
class SourceInfo:
    """Which file a release was read from.

    Attributes:
        file: the file's name, or the member's name inside `archive`.
        archive: the archive's name; empty for a file that stood alone.
        kind: what the file is (`tabular`, `order`, …), as the room that read it names it.
        size: length in bytes.
        sha256: digest of the file's (the member's) bytes, hexadecimal.
        archive_sha256: digest of the archive's bytes; empty without archive.
    """

    file: str
    archive: str
    kind: str
    size: int
    sha256: str
    archive_sha256: str = ""


@frozen(slots=False, eq=False)
class SourceFile:
    """One file, by itself or inside an archive.

    Attributes:
        member: base name of the file or of the member.
        archive: name of the outermost archive, or empty.
        folder: name of the folder that a path was given in (a hint of the release), or empty.
        size: length in bytes.
        is_named: it was handed in by itself, not found in a folder or an archive.
        unreadable: why the member cannot be read, where it is a document that no release needs;
            it counts as empty then. Any other member that cannot be read is an error.
    """

    member: str
    archive: str = ""
    folder: str = ""
    size: int = 0
    is_named: bool = False
    unreadable: str = ""
    _path: Path | None = field(default=None, repr=False)
    _data: bytes | None = field(default=None, repr=False)
    _zip: zipfile.ZipFile | None = field(default=None, repr=False)
    _info: zipfile.ZipInfo | None = field(default=None, repr=False)
    _archive_digest: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The name that errors and anomalies show: `archive.zip!member.xml` or `member.xml`."""
        return f"{self.archive}!{self.member}" if self.archive else self.member

    @property
    def whereabouts(self) -> str:
        """`name` with all folders that are known: those of the file, or of archive and member."""
        if self._path is not None:
            return shown_name(str(self._path))
        if self._zip is not None and self._info is not None:
            return f"{shown_name(self._zip.filename or self.archive)}!{self._info.filename}"
        return self.name

    @cached_property
    def head(self) -> bytes:
        """The first 4,096 bytes, enough to tell what the file is."""
        with self._stream() as stream:
            return _guarded_read(stream, 4096, self.name)

    def read(self) -> bytes:
        """The whole content.

        Raises:
            SourceError: the file cannot be read, is larger than it says, or fails its check sum.
        """
        if self._data is not None:
            return self._data
        with self._stream() as stream:
            # Memory for the size it has, not for the largest that is allowed.
            data = _guarded_read(stream, min(self.size, LIMITS.file_bytes) + 1, self.name)
            if len(data) > self.size:
                data += _guarded_read(stream, LIMITS.file_bytes + 1 - len(data), self.name)
        if len(data) > LIMITS.file_bytes:
            raise SourceError(
                f"{self.name} is larger than {LIMITS.file_bytes:,} bytes", file=self.name
            )
        if len(data) < self.size:
            raise SourceError(
                f"{self.name} is cut: {len(data):,} of {self.size:,} bytes", file=self.name
            )
        # What is read whole becomes provenance: taken now, the digest costs no second reading.
        self.__dict__.setdefault("sha256", hashlib.sha256(data).hexdigest())
        return data

    @cached_property
    def sha256(self) -> str:
        """Digest of the content, hexadecimal."""
        return hashlib.sha256(self.read()).hexdigest()

    def info(self, kind: str) -> SourceInfo:
        """What a release keeps as the provenance of this file."""
        return SourceInfo(
            self.member, self.archive, kind, self.size, self.sha256, self._archive_digest
        )

    def _stream(self) -> BinaryIO:
        try:
            if self._data is not None:
                return io.BytesIO(self._data)
            if self._path is not None:
                return open_regular(self._path)
            if self._zip is not None and self._info is not None:
                # ZipFile.open returns IO[bytes]; it is read-only and closable, all that is asked.
                return self._zip.open(self._info)  # type: ignore[return-value]
        except Exception as error:  # whatever zipfile makes of a damaged archive
            raise SourceError(f"{self.name} cannot be opened: {error}", file=self.name) from error
        raise SourceError(f"{self.name} holds nothing", file=self.name)


def both_names(first: SourceFile, second: SourceFile) -> str:
    """Two files in words that tell them apart: with their folders where the names are the same."""
    if first.name != second.name:
        return f"{first.name} and {second.name}"
    return f"{first.whereabouts} and {second.whereabouts}"


Source = str | os.PathLike[str] | BinaryIO | SourceFile
"""What a caller may hand in: a path (file, archive or folder) or an open binary file."""


def open_sources(sources: Iterable[Source]) -> tuple[SourceFile, ...]:
    """All files behind `sources`, archives opened, in a stable order.

    Args:
        sources: paths of files, of archives, of folders (searched whole), or open binary files.

    Returns:
        One `SourceFile` a file. An Excel workbook counts as a file although it is a zip.

    Raises:
        SourceError: a path that is not there, an archive that is none, cut, encrypted, too large,
            or that holds a member whose name climbs out of it.
    """
    found: list[SourceFile] = []
    for source in sources:
        found.extend(_expand(source))
    return tuple(found)


def _expand(source: Source) -> Iterator[SourceFile]:
    if isinstance(source, SourceFile):
        yield source
    elif isinstance(source, str | os.PathLike):
        if not os.fspath(source):
            # pathlib takes it for the current folder.
            raise SourceError("an empty text is no path of a file, archive or folder")
        path = Path(source)
        if os.path.isdir(path):
            for inner in sorted(p for p in path.rglob("*") if p.is_file()):
                yield from _from_path(inner, is_named=False)
        else:
            yield from _from_path(path, is_named=True)
    elif hasattr(source, "read"):
        yield from _from_stream(source)
    else:
        raise TypeError(f"a path or an open binary file is wanted, not {type(source).__name__}")


def _from_path(path: Path, *, is_named: bool) -> Iterator[SourceFile]:
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            is_archive = _is_archive(stream)
            digest = hashlib.file_digest(stream, "sha256").hexdigest() if is_archive else ""
        name, folder = shown_name(path.name), shown_name(path.absolute().parent.name)
        if not is_archive:
            yield SourceFile(name, folder=folder, size=size, is_named=is_named, path=path)
            return
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{path} cannot be read: {reason}", file=str(path)) from error
    archive = _open_archive(path, name)
    yield from _members(archive, name, folder, digest, depth=1)


def _from_stream(stream: BinaryIO) -> Iterator[SourceFile]:
    name = shown_name(os.path.basename(str(getattr(stream, "name", "") or ""))) or "<open file>"
    is_text = isinstance(stream, io.TextIOBase)
    try:
        data = b"" if is_text else stream.read(LIMITS.file_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: it is closed
        raise SourceError(f"{name} cannot be read: {error}", file=name) from error
    if is_text or not isinstance(data, bytes):
        raise TypeError(f"{name} is open as text; open it with mode 'rb'")
    if len(data) > LIMITS.file_bytes:
        raise SourceError(f"{name} is larger than {LIMITS.file_bytes:,} bytes", file=name)
    yield from _from_bytes(data, name)


def _from_bytes(data: bytes, name: str) -> Iterator[SourceFile]:
    buffer = io.BytesIO(data)
    if not _is_archive(buffer):
        yield SourceFile(name, size=len(data), is_named=True, data=data)
        return
    archive = _open_archive(buffer, name)
    yield from _members(archive, name, "", hashlib.sha256(data).hexdigest(), depth=1)


def _open_archive(source: Path | BinaryIO, name: str) -> zipfile.ZipFile:
    # On a damaged directory zipfile raises nearly anything: BadZipFile, ValueError (a place before
    # the file's start), UnicodeDecodeError, NotImplementedError, struct.error, IndexError.
    import zipfile  # slow to import, and most sources are no archive

    try:
        return zipfile.ZipFile(source)
    except Exception as error:
        raise SourceError(f"{name} is no readable archive: {error}", file=name) from error


def _is_archive(stream: BinaryIO) -> bool:
    """True for a zip that is not an Office document; leaves the stream at its start."""
    magic = stream.read(4)
    stream.seek(0)
    if magic not in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return False
    import zipfile

    try:
        with zipfile.ZipFile(stream) as archive:
            office = "[Content_Types].xml" in archive.namelist()
    except Exception:  # damaged: opening it in earnest says how
        office = False
    stream.seek(0)
    return not office


def _members(
    archive: zipfile.ZipFile, name: str, folder: str, digest: str, depth: int
) -> Iterator[SourceFile]:
    # Not `is_dir`, which fails on a name that damage has emptied.
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    if len(infos) > LIMITS.members:
        raise SourceError(f"{name} holds more than {LIMITS.members:,} members", file=name)
    total = 0
    for info in infos:
        total += info.file_size
        _check_member(info, name)
    if total > LIMITS.total_bytes:
        raise SourceError(f"{name} unpacks to more than {LIMITS.total_bytes:,} bytes", file=name)
    for info in infos:
        base = info.filename.rsplit("/", 1)[-1]
        member = _readable(
            SourceFile(
                base, name, folder, info.file_size, zip=archive, info=info, archive_digest=digest
            )
        )
        if member.head[:4] == b"PK\x03\x04" and not _is_office(member):
            if depth >= LIMITS.depth:
                raise SourceError(f"{name} holds archives inside archives too deep", file=name)
            inner = _open_archive(io.BytesIO(member.read()), member.name)
            yield from _members(inner, f"{name}!{base}", folder, member.sha256, depth + 1)
        else:
            yield member


def _readable(member: SourceFile) -> SourceFile:
    """The member; without its content where it is a document and damaged or packed in a new way.

    Raises:
        SourceError: it cannot be read, and may be what a release is read from.
    """
    try:
        _ = member.head
    except SourceError as error:
        if not member.member.lower().endswith(_DOCUMENTS):
            raise
        return evolve(member, size=0, unreadable=str(error), data=b"")
    return member


def _is_office(member: SourceFile) -> bool:
    try:
        return not _is_archive(io.BytesIO(member.read()))
    except SourceError:
        return True


def _check_member(info: zipfile.ZipInfo, archive: str) -> None:
    """Refuse a member that is unsafe by its directory entry alone.

    Raises:
        SourceError: names the archive and the member.
    """
    parts = info.filename.replace("\\", "/").split("/")
    if info.filename.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":"):
        raise SourceError(
            f"{archive} holds a member that climbs out of it: {info.filename!r}", file=archive
        )
    if info.flag_bits & 0x1:
        raise SourceError(f"{archive}!{info.filename} is encrypted", file=archive)
    if info.file_size > LIMITS.file_bytes or (
        info.file_size > LIMITS.ratio_from
        and info.file_size > LIMITS.ratio * max(info.compress_size, 1)
    ):
        raise SourceError(
            f"{archive}!{info.filename} unpacks from {info.compress_size:,} to"
            f" {info.file_size:,} bytes, which no official file does",
            file=archive,
        )


def _guarded_read(stream: BinaryIO, size: int, name: str) -> bytes:
    try:
        return stream.read(size)
    except Exception as error:  # OSError; or whatever zipfile and its decompressors raise
        raise SourceError(f"{name} cannot be read: {error}", file=name) from error


def passed_over(file: SourceFile, *, lenient: bool) -> Anomaly:
    """What tells that a file of no known kind was passed over.

    Raises:
        SourceError: it was handed in by itself, so that somebody wants it read.
    """
    if file.is_named and not lenient:
        raise SourceError(
            f"{file.name} is of no known kind, and would be passed over; leave it out"
            " (lenient=True, or --lenient, lists it)",
            file=file.name,
        )
    message = file.unreadable or "a file of no known kind, passed over"
    return Anomaly(AnomalyKind.PASSED_OVER, Place(file.name), message)
