"""What was downloaded before: the digest of each address, recorded when it was first used.

A small file in the data folder. An address whose file has changed since is refused: it may have
been issued again, or be another file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from codesets.errors import StoreError
from codesets.shelf import data_folder
from codesets.store.shelving import write_file

__all__ = ["record", "recorded"]


def _path() -> Path:
    return data_folder() / "downloads.json"


def recorded() -> Mapping[str, str]:
    """Address → sha256 of what it gave when it was last accepted.

    Raises:
        StoreError: the record cannot be read; without it nothing could be compared.
    """
    path = _path()
    try:
        values = json.loads(path.read_bytes())
        found = values["sha256"]
        if not all(isinstance(text, str) for pair in found.items() for text in pair):
            raise TypeError
    except FileNotFoundError:
        return {}
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise StoreError(message, folder=str(path.parent)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{path} is damaged, and with it what was downloaded before cannot be compared; remove"
            " it to begin anew",
            folder=str(path.parent),
        ) from error
    return dict(found)


def record(digests: Mapping[str, str]) -> None:
    """Keep the digests of addresses that were accepted.

    Raises:
        StoreError: the data folder cannot be written.
    """
    before = recorded()
    after = {**before, **digests}
    if after != before:
        text = json.dumps({"sha256": after}, indent=1, sort_keys=True)
        write_file(_path(), f"{text}\n".encode())
