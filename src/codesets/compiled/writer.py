"""Columns and texts to the bytes of a compiled file: same content, same bytes, everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, chain, count, islice
from operator import eq
from pathlib import Path
from typing import Any

from codesets._files import place_to_write
from codesets.compiled.format import (
    ALIGNMENT,
    FORMAT_VERSION,
    ITEM_SIZES,
    KEY_LENGTH,
    KEYS_PACKED,
    MAGIC,
    NONE,
    PARENT_SINGLE,
    PREAMBLE,
    SAME,
    SIGNED,
)

__all__ = ["Writer", "write_atomically"]


_AS_BESIDE = object()
"""Stands for a text that is `SAME`, until texts have numbers."""
_TEXTS_AT_ONCE = 64
"""Of so many texts the bytes are counted at once, where they are as many as the characters."""


class Writer:
    """Collects the sections of one release and gives the file's bytes.

    Sections are written in the order of their names, so the order of the calls does not show.
    """

    def __init__(self) -> None:
        self._sections: dict[str, tuple[str, int, bytes]] = {}
        self._texts: dict[str, Sequence[object]] = {}
        self._own: dict[str, tuple[Mapping[int, str], int]] = {}

    def texts(self, name: str, texts: Sequence[str | None]) -> None:
        """A section of numbers of texts, which stand in one pool for the whole file.

        Args:
            name: name of the section.
            texts: the texts in row order; None where there is none. Each stands in the pool once.
        """
        self._texts[name] = texts

    def texts_beside(
        self, name: str, texts: Sequence[str | None], others: Sequence[str | None]
    ) -> None:
        """A section of numbers of texts, `SAME` where a text is the other one of its row.

        Args:
            name: name of the section.
            texts: the texts in row order; None where there is none.
            others: the texts that another section gives the rows.
        """
        pairs = zip(texts, others, strict=True)
        self._texts[name] = [_AS_BESIDE if text == other else text for text, other in pairs]

    def own_texts(self, name: str, texts: Mapping[int, str], rows: int) -> None:
        """A section of numbers of texts which nearly all differ, from all other texts too.

        Finding that out for titles by the ten thousand costs more than the few repeats.

        Args:
            name: name of the section.
            texts: row → text, rows ascending.
            rows: how many rows the section has.
        """
        self._own[name] = (texts, rows)

    def column(self, name: str, item: str, values: Iterable[int]) -> None:
        """A section of unsigned integers of type `item` (`B`, `H`, `I` or `Q`)."""
        column = array(item, values)
        if column.itemsize != ITEM_SIZES[item]:  # `I` is four bytes wherever CPython runs today
            raise SystemError(f"array type {item} has {column.itemsize} bytes here")
        count = len(column)
        if sys.byteorder == "big":
            column.byteswap()
        self._sections[name] = (item, count, column.tobytes())

    def keys(self, codes: Sequence[str], space: str = "", *, distinct: bool = True) -> None:
        """The sections of a key space: packed keys in row order, and sorted with their rows.

        Args:
            codes: compact codes in row order.
            space: begin of the sections' names, for a second key space in one file.
            distinct: False where a code may stand in several rows; they keep their order.

        Raises:
            ValueError: a code is longer than a packed key, or stands twice though it may not.
        """
        # Codes compare as their packed keys do, and texts are sorted in half the time.
        rows = sorted(range(len(codes)), key=codes.__getitem__)
        ordered = [codes[row] for row in rows]
        if distinct and any(map(eq, ordered, islice(ordered, 1, None))):
            raise ValueError("a code stands twice")
        self.column(f"{space}keys", "Q", _packed(codes))
        self.column(f"{space}keys.sorted", "Q", _packed(ordered))
        self.column(f"{space}keys.rows", "I", rows)

    def blob(self, name: str, data: bytes) -> None:
        """A section of plain bytes."""
        self._sections[name] = ("B", len(data), data)

    def json(self, name: str, value: Any) -> None:
        """A section of JSON text, for what is too small and too varied for columns."""
        self.blob(name, _json(value))

    def finish(self, header: Mapping[str, Any], *, apart: Iterable[str] = ()) -> bytes:
        """The whole file.

        Args:
            header: JSON-safe values that the header text carries beside the section table.
            apart: names of sections that do not count as content: two releases with equal content
                digests are the same although these differ (provenance and the like).

        Returns:
            The bytes, the same for the same content on every platform.
        """
        self._pool()
        aside = set(apart)
        # Content first: one pass over the body then gives its digest and the content's.
        names = sorted(self._sections, key=lambda name: (name in aside, name))
        digest = hashlib.sha256()
        content = ""
        table: list[tuple[str, str, int, int]] = []
        body: list[bytes] = []
        place = 0
        for name in names:
            if name in aside and not content:
                content = _content_digest(digest, table)
            item, count, data = self._sections[name]
            padding = bytes(-len(data) % ALIGNMENT)
            table.append((name, item, place, count))
            body += (data, padding)
            digest.update(data)
            digest.update(padding)
            place += len(data) + len(padding)
        text = _json(
            {
                **header,
                "content_sha256": content or _content_digest(digest, table),
                "keys": KEYS_PACKED,
                "parents": PARENT_SINGLE,
                "sections": table,
            }
        )
        text += b" " * (-(PREAMBLE.size + len(text)) % ALIGNMENT)
        size = PREAMBLE.size + len(text) + place
        return b"".join((_preamble(text, size, digest.digest()), text, *body))

    def _pool(self) -> None:
        """Number the texts by section name and row, and write the pool."""
        texts: list[str] = []
        for name, (own, rows) in sorted(self._own.items()):
            numbers = range(len(texts), len(texts) + len(own))
            if len(own) == rows:
                self.column(name, "I", numbers)
            else:
                column = array("I", [NONE]) * rows
                for number, row in zip(numbers, own, strict=True):
                    column[row] = number
                self.column(name, "I", column)
            texts += own.values()
        columns = sorted(self._texts.items())
        shared = dict.fromkeys(chain.from_iterable(column for _, column in columns))
        for absent in (None, _AS_BESIDE):
            shared.pop(absent, None)
        places: dict[object, int] = dict(zip(shared, count(len(texts)), strict=False))
        places |= {None: NONE, _AS_BESIDE: SAME}
        texts += shared  # type: ignore[arg-type]  # what is no text has been taken out
        for name, shown in columns:
            self.column(name, "I", map(places.__getitem__, shown))
        sizes: list[int] = []
        pool: list[str] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[start : start + _TEXTS_AT_ONCE]
            pool.append("".join(some))
            sizes += map(len, some if pool[-1].isascii() else map(str.encode, some))
        self.column("text.offsets", "I", accumulate(sizes, initial=0))
        self.blob("text.bytes", "".join(pool).encode())


def _packed(codes: Sequence[str]) -> array[int]:
    """The packed key of each code."""
    # No code has a blank in it; to fill up with blanks at once takes a third of the time.
    padded = (f"%-{KEY_LENGTH}s" * len(codes) % tuple(codes)).replace(" ", "\0")
    packed = array("Q", padded.encode("ascii"))
    if len(packed) != len(codes):
        raise ValueError(f"a code is longer than {KEY_LENGTH} bytes")
    if sys.byteorder == "little":
        packed.byteswap()
    return packed


def _content_digest(body: hashlib._Hash, table: list[tuple[str, str, int, int]]) -> str:
    """Digest of the sections so far: their bytes, names, types and places."""
    return hashlib.sha256(body.copy().digest() + _json(table)).hexdigest()


def _preamble(text: bytes, size: int, body_digest: bytes) -> bytes:
    signed = PREAMBLE.pack(MAGIC, FORMAT_VERSION, 0, len(text), size, b"", b"")[SIGNED]
    digest = hashlib.sha256(signed + body_digest + text).digest()
    return PREAMBLE.pack(MAGIC, FORMAT_VERSION, 0, len(text), size, digest, body_digest)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def write_atomically(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write `data` beside `path`, flush it to disk, and put it in the place of `path`.

    A compiled file may be mapped by other processes: truncating it in place would kill them, so
    it is always replaced whole. A crash at any moment leaves the old file or the new one. Through a
    link its target is written; what is no regular file is never replaced.

    Returns:
        The path written.

    Raises:
        OSError: the folder cannot be written, the disk is full, or something else than a file
            stands there; nothing is left behind.
    """
    import tempfile  # not needed to compile, and slow to import

    target = place_to_write(path)
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", suffix=".part", delete=False
    ) as stream:
        part = Path(stream.name)
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        except BaseException:
            stream.close()
            part.unlink(missing_ok=True)
            raise
    try:
        # Temporary files are private; the finished file gets the usual rights of a new file.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)
    return Path(path)


def _flush_folder(folder: Path) -> None:
    """Have the new name on disk too, where folders can be opened; the content is already."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
