r"""Constants of the compiled file.

```
offset  bytes  what
     0      8  magic b"CODESET\n"
     8      2  format version, unsigned little-endian
    10      2  reserved, 0
    12      4  length of the header text
    16      8  length of the whole file
    24     32  sha256 of bytes 0 to 24, of bytes 56 to 88 and of the header text
    56     32  sha256 of everything after the header text
    88      …  header text: JSON, UTF-8
     …      …  sections, each at a multiple of 8, the gaps filled with zero bytes
```

All integers are little-endian. The header text names every section with its element type, its
place and its number of elements.
"""

from __future__ import annotations

import struct

__all__ = [
    "ALIGNMENT",
    "BODY_DIGEST",
    "FORMAT_VERSION",
    "HEADER_LIMIT",
    "ITEM_SIZES",
    "KEYS_PACKED",
    "KEYS_TEXT",
    "KEY_LENGTH",
    "MAGIC",
    "NONE",
    "PARENT_LISTS",
    "PARENT_SINGLE",
    "PREAMBLE",
    "SAME",
    "SIGNED",
    "SUFFIX",
    "pack_key",
    "unpack_key",
]

MAGIC = b"CODESET\n"
FORMAT_VERSION = 3
SUFFIX = ".codeset"
PREAMBLE = struct.Struct("<8sHHIQ32s32s")
"""Magic, version, reserved, header length, file length, header digest, body digest."""
SIGNED = slice(0, 24)
BODY_DIGEST = slice(56, 88)
ALIGNMENT = 8
HEADER_LIMIT = 1 << 20

ITEM_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8}
"""Element types of sections: unsigned integers of one, two, four and eight bytes."""

NONE = 0xFFFFFFFF
"""The value of a position or text number that is not there."""
SAME = 0xFFFFFFFE
"""The number of a text that is the one that another column gives the row."""

# How a section of keys spells codes. Only the first is written so far; the second is kept for
# codes longer than eight bytes (ICD-11), whose sections will hold text numbers in key order.
KEYS_PACKED = "packed"
KEYS_TEXT = "text"
# How a section of parents stands. Only the first is written so far; the second is kept for code
# sets in which a row has several parents, as offsets into a list of rows.
PARENT_SINGLE = "single"
PARENT_LISTS = "lists"

KEY_LENGTH = 8


def pack_key(code: str) -> int:
    """The code's ASCII characters, left-justified in eight bytes, as a big-endian integer.

    Packed keys compare as the codes do, character by character, and a prefix stands before all
    that it begins.

    >>> hex(pack_key("E119"))
    '0x4531313900000000'
    """
    return int.from_bytes(code.encode("ascii").ljust(KEY_LENGTH, b"\0"), "big")


def unpack_key(key: int) -> str:
    """The code that `pack_key` packed.

    >>> unpack_key(pack_key("E119"))
    'E119'
    """
    return key.to_bytes(KEY_LENGTH, "big").rstrip(b"\0").decode("ascii", "replace")
