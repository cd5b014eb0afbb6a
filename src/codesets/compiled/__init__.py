"""The compiled file (`*.codeset`): a release as memory-mapped columns. Knows no code set.

`format` holds the constants, `writer` makes the bytes, `reader` opens them. The format is
documented for other programs in `docs/compiled-file.md`.
"""

from __future__ import annotations

from codesets.compiled.format import FORMAT_VERSION, NONE, SUFFIX, pack_key, unpack_key
from codesets.compiled.reader import Compiled, Header, read_header
from codesets.compiled.writer import Writer, write_atomically

__all__ = [
    "FORMAT_VERSION",
    "NONE",
    "SUFFIX",
    "Compiled",
    "Header",
    "Writer",
    "pack_key",
    "read_header",
    "unpack_key",
    "write_atomically",
]
