"""A compiled file, mapped into memory: its header, columns and texts.

Opening checks the magic, the version, the sizes, the bounds of every section and the header's own
digest, and reads nothing else: it costs the same for any size of release. The body's digest is
checked by `verify` only, so a damaged body can give a wrong text or a `CompiledFileError`, never
a crash: every position that a column gives is checked where it is used.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import sys
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import field, frozen

from codesets._files import open_regular
from codesets.compiled.format import (
    BODY_DIGEST,
    FORMAT_VERSION,
    HEADER_LIMIT,
    ITEM_SIZES,
    KEYS_PACKED,
    MAGIC,
    NONE,
    PARENT_SINGLE,
    PREAMBLE,
    SIGNED,
)
from codesets.errors import CompiledFileError, FormatVersionError
from codesets.system import SYSTEMS

__all__ = ["Compiled", "Header", "read_header"]

Column = memoryview
"""A column of unsigned integers; indexing gives `int`."""


@frozen
class Header:
    """What the header text of a compiled file says.

    Attributes:
        values: the JSON object that the builder wrote, section table included.
        sections: name → element type, place in the body, number of elements.
        start: place of the body in the file.
        size: length of the file.
        digest: hexadecimal sha256 of header and, through it, of the body.
    """

    values: dict[str, Any] = field(repr=False)
    sections: dict[str, tuple[str, int, int]] = field(repr=False)
    start: int
    size: int
    digest: str

    @property
    def system(self) -> str:
        """Name of the code system, as `icd10cm`."""
        return str(self.values.get("system", ""))

    @property
    def content_sha256(self) -> str:
        """Digest of the content alone, provenance and reports left out."""
        return str(self.values.get("content_sha256", ""))


def read_header(path: str | os.PathLike[str]) -> Header:
    """The checked header of a compiled file, without mapping the rest.

    Raises:
        CompiledFileError: the file is none, cut, extended or altered in its header.
    """
    name = str(path)
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            head = stream.read(PREAMBLE.size)
            if len(head) == PREAMBLE.size:
                head += stream.read(min(PREAMBLE.unpack(head)[3], HEADER_LIMIT))
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        reason = getattr(error, "strerror", None) or error
        raise CompiledFileError(f"{name} cannot be read: {reason}", file=name) from error
    return _check_header(head, size, name)


def _check_header(head: bytes, size: int, name: str) -> Header:
    if len(head) < PREAMBLE.size or head[:8] != MAGIC:
        raise CompiledFileError(f"{name} is no compiled file of codesets", file=name)
    _, version, _, length, stated, digest, _ = PREAMBLE.unpack_from(head)
    if version != FORMAT_VERSION:
        raise FormatVersionError(
            f"{name} has format version {version}, this codesets reads {FORMAT_VERSION}:"
            f" {_rebuilding(head, length, name)}",
            file=name,
        )
    text = head[PREAMBLE.size : PREAMBLE.size + length]
    if stated != size or len(text) != length:
        raise CompiledFileError(
            f"{name} is cut or extended: {size:,} bytes instead of {stated:,}", file=name
        )
    if hashlib.sha256(head[SIGNED] + head[BODY_DIGEST] + text).digest() != digest:
        raise CompiledFileError(f"{name} is damaged in its header", file=name)
    # From here on the header is what a writer wrote; what follows guards against other writers.
    try:
        values = json.loads(text)
        sections = {
            str(section): (str(item), int(place), int(count))
            for section, item, place, count in values["sections"]
        }
        start = PREAMBLE.size + length
        sound = values["keys"] == KEYS_PACKED and values["parents"] == PARENT_SINGLE
        for item, place, count in sections.values():
            width = ITEM_SIZES[item]
            sound &= place % width == 0 and place >= 0 and count >= 0
            sound &= start + place + width * count <= size
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CompiledFileError(f"{name} has an unreadable header", file=name) from error
    if not sound:
        raise CompiledFileError(f"{name} has sections outside the file", file=name)
    return Header(values, sections, start, size, digest.hex())


def _rebuilding(head: bytes, length: int, name: str) -> str:
    """The command that makes a compiled file of another format version again.

    `codesets build` makes releases of code sets; maps, tables and groupers are installed. Which of
    them a file is, its header says as far as it can be read, else the file's name.
    """
    try:
        system = str(json.loads(head[PREAMBLE.size : PREAMBLE.size + length])["system"])
    except (ValueError, KeyError, TypeError, RecursionError):
        system = os.path.basename(name).partition("-")[0]
    if system in SYSTEMS:
        return (
            f"build it again with: codesets build OFFICIAL_FILE… -o {os.path.basename(name)}"
            " (an installed package's own file: install the package again)"
        )
    return "install it again from its official files with: codesets install --from PATH…"


class Compiled:
    """One open compiled file, or the same bytes in memory.

    Safe to share between threads and after a fork: nothing changes after opening but the cache of
    columns, which any thread may fill with the same value.
    """

    __slots__ = ("_bytes", "_columns", "_data", "_offsets", "header", "name", "path")

    def __init__(self, data: bytes | mmap.mmap, name: str, path: Path | None) -> None:
        length = PREAMBLE.unpack_from(data)[3] if len(data) >= PREAMBLE.size else 0
        head = bytes(data[: PREAMBLE.size + min(length, HEADER_LIMIT)])
        self.header = _check_header(head, len(data), name)
        self.name = name
        self.path = path
        self._data = memoryview(data)
        self._columns: dict[str, Column] = {}
        self._offsets = self.column("text.offsets")
        self._bytes = self.column("text.bytes")

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Compiled:
        """Map the file at `path`.

        Raises:
            CompiledFileError: the file is none, cut, extended or altered in its header.
        """
        place = Path(path)
        try:
            with open_regular(place) as stream:
                if os.fstat(stream.fileno()).st_size < PREAMBLE.size:
                    raise CompiledFileError(
                        f"{place} is no compiled file of codesets", file=str(place)
                    )
                data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            if isinstance(error, CompiledFileError):
                raise
            reason = getattr(error, "strerror", None) or error
            raise CompiledFileError(f"{place} cannot be read: {reason}", file=str(place)) from error
        return cls(data, str(place), place)

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "<memory>") -> Compiled:
        """Open bytes that a `Writer` made."""
        return cls(data, name, None)

    def __repr__(self) -> str:
        return f"<Compiled {self.name}: {self.header.system}, {self.header.size:,} bytes>"

    def to_bytes(self) -> bytes:
        """The whole file."""
        return bytes(self._data)

    def column(self, name: str) -> Column:
        """The section `name` as a column of integers.

        Raises:
            CompiledFileError: there is no such section.
        """
        column = self._columns.get(name)
        if column is None:
            try:
                item, place, count = self.header.sections[name]
            except KeyError:
                raise CompiledFileError(
                    f"{self.name} has no section {name}", file=self.name
                ) from None
            start = self.header.start + place
            raw = self._data[start : start + ITEM_SIZES[item] * count]
            if sys.byteorder == "big" and item != "B":
                swapped = array(item, raw.tobytes())
                swapped.byteswap()
                column = memoryview(swapped)
            else:
                column = raw.cast(item)  # type: ignore[call-overload]  # one of ITEM_SIZES
            self._columns[name] = column
        return column

    def number(self, name: str, place: int) -> int:
        """The number at a place of the section `name`.

        Raises:
            CompiledFileError: the file is damaged: the place that it gave is not there.
        """
        try:
            number: int = self.column(name)[place]
        except IndexError as error:
            raise self.damaged(name) from error
        return number

    def text(self, number: int) -> str:
        """The text with this number.

        Raises:
            CompiledFileError: the file is damaged: there is no such text, or it is no UTF-8.
        """
        offsets = self._offsets
        try:
            return str(self._bytes[offsets[number] : offsets[number + 1]], "utf-8")
        except (IndexError, UnicodeDecodeError) as error:
            raise self.damaged(f"text {number}") from error

    def optional_text(self, number: int) -> str | None:
        """The text with this number, or None for `NONE`."""
        return None if number == NONE else self.text(number)

    def texts(self, numbers: Iterable[int]) -> list[str | None]:
        """The texts with these numbers, None for `NONE`: `optional_text` for many at once.

        Raises:
            CompiledFileError: the file is damaged: there is no such text, or it is no UTF-8.
        """
        offsets = self._offsets.tolist()
        pool = bytes(self._bytes)
        try:
            return [
                None if number == NONE else pool[offsets[number] : offsets[number + 1]].decode()
                for number in numbers
            ]
        except (IndexError, UnicodeDecodeError) as error:
            raise self.damaged("texts") from error

    def json(self, name: str) -> Any:
        """The section `name` read as JSON.

        Raises:
            CompiledFileError: the section is missing or no JSON.
        """
        try:
            return json.loads(bytes(self.column(name)))
        except (ValueError, RecursionError) as error:
            raise self.damaged(f"section {name}") from error

    def verify(self) -> None:
        """Check the digest over the whole file.

        Raises:
            CompiledFileError: a byte of the body is not what the builder wrote.
        """
        expected = bytes(self._data[BODY_DIGEST])
        if hashlib.sha256(self._data[self.header.start :]).digest() != expected:
            raise CompiledFileError(
                f"{self.name} is damaged: its content does not match its digest; build or install"
                " it again",
                file=self.name,
            )

    def damaged(self, what: str) -> CompiledFileError:
        """The error for content that no builder writes; the caller raises it."""
        return CompiledFileError(
            f"{self.name} is damaged ({what}); codesets verify tells, build or install it again",
            file=self.name,
        )
