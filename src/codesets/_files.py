"""The files that somebody names, to be read or to be written."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

__all__ = ["open_regular", "place_to_write", "shown_name"]


def open_regular(path: str | os.PathLike[str]) -> io.BufferedReader:
    """Open a file for reading, and nothing else that has a name.

    Opening a pipe waits for whoever writes to it, and a device need never end: neither is opened.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a socket or a device.
        ValueError: no file can have such a name.
    """
    place = Path(path)
    _check_regular(place.stat().st_mode)
    return place.open("rb")


def place_to_write(path: str | os.PathLike[str]) -> Path:
    """The file that stands, or will stand, under a name: the target of a link.

    Raises:
        OSError: what stands there is a folder, a pipe, a socket or a device, or no file can have
            such a name.
    """
    place = Path(path)
    try:
        if place.is_symlink():
            place = Path(os.path.realpath(place))
        _check_regular(place.stat().st_mode)
    except FileNotFoundError:
        pass
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from error
    return place


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe, a socket or a device"
        raise OSError(errno.EINVAL, f"it is {what}, not a file")


def shown_name(name: str) -> str:
    r"""A name as every output can write it: what is no text in it is escaped, as `\udcff`."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
