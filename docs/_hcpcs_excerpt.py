"""The file that the examples on HCPCS read: some records out of CMS's file of January 2025.

No release of HCPCS comes with the package, and none of its records stands in the repository: where
the publisher's file is not at hand, the examples are skipped.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

__all__ = ["KEYS", "write_excerpt"]

KEYS = frozenset(("AM", "LT", "QM", "V8")) | {
    *("A0100", "A0380", "A0425", "A4221", "A4222", "A6520", "C9136", "E0970"),
    *("J0570", "J1440", "J7205", "K0037", "P7001", "Q9975", "S3854"),
}
_KEY_COLUMNS = slice(0, 5)
"""HCPCS code or modifier, in the first lines of records and in those that carry on."""


def write_excerpt(archive: Path, path: Path) -> None:
    """Write the records of these codes and modifiers, line by line as they stand."""
    with zipfile.ZipFile(archive) as opened:
        (name,) = (n for n in opened.namelist() if "ANWEB" in n and n.endswith(".txt"))
        lines = opened.read(name).splitlines(keepends=True)
    kept = (line for line in lines if line[_KEY_COLUMNS].strip().decode("ascii") in KEYS)
    path.write_bytes(b"".join(kept))
