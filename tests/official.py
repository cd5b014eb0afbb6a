"""Where the publishers' files are, for the tests that need them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["official_folder", "official_root"]

_REPOSITORY = Path(__file__).resolve().parent.parent


def official_root() -> Path:
    """The folder of official files; skips the test where it is not there.

    The variable `CODESETS_OFFICIAL_FILES` names it, else it stands beside the repository.
    """
    named = os.environ.get("CODESETS_OFFICIAL_FILES")
    root = Path(named) if named else _REPOSITORY.parent / "shared" / "official"
    if not root.is_dir():
        pytest.skip(f"no official files: {root} is not there")
    return root


def official_folder(system: str, edition: str) -> Path:
    """The folder of one release; skips the test where the official files are not there.

    A release that is missing although the others are there is a failure, not a skip.
    """
    folder = official_root() / system / edition
    assert folder.is_dir(), f"the official files have no {system} {edition}"
    return folder
