"""Opening the files that somebody names."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

__all__ = ["open_regular", "shown_name"]


def open_regular(path: str | os.PathLike[str]) -> io.BufferedReader:
    """Open a file for reading, and nothing else that has a name.

    Opening a pipe waits for whoever writes to it, and a device need never end: neither is opened.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a socket or a device.
        ValueError: no file can have such a name.
    """
    place = Path(path)
    mode = place.stat().st_mode
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe, a socket or a device"
        raise OSError(errno.EINVAL, f"it is {what}, not a file")
    return place.open("rb")


def shown_name(name: str) -> str:
    r"""A name as every output can write it: what is no text in it is escaped, as `\udcff`."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
