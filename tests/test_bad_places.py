"""What somebody names that is no file to read, or no place to write to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from codesets import icd10cm
from codesets.compiled.reader import Compiled, read_header
from codesets.errors import CodesetsError

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
