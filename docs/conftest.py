"""The examples: every Python block of these pages and of the README, every doctest of the package.

`pytest docs` runs them all, `pytest docs/notes.md` those of one page. They answer from the release
that comes with the package; a data folder of the user's own is left out of it. Where the
publishers' files are at hand, the examples that read them run too.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from _hcpcs_excerpt import write_excerpt
from sybil import Sybil
from sybil.integration.pytest import SybilFile
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

import codesets

DOCS = Path(__file__).parent
REPOSITORY = DOCS.parent
PACKAGE = Path(codesets.__file__).parent
FLAGS = ELLIPSIS | NORMALIZE_WHITESPACE

# The files that examples read, as the publishers name them: name, folder of the edition, and the
# archive to take it out of, if it is in one.
OFFICIAL = (
    ("2026-code-descriptions-tabular-order.zip", "2026", None),
    ("icd10c-tabular-April-1-2026.xml", "2026-april", "loose.zip"),
    ("ICD10CMOrderFiles_2013.zip", "2013", None),
    ("ICD10CM_FY2013_Full_XML.zip", "2013", None),
)

HCPCS = Path("hcpcs", "2025-january", "january-2025-alpha-numeric-hcpcs-file.zip")

collect_ignore = ["_build"]


class Workplace:
    """An empty folder to run a page's examples in, with the official files if there are any."""

    def __init__(self) -> None:
        self.folder: TemporaryDirectory[str] | None = None
        self.before: tuple[str, str | None] = ("", None)

    def enter(self, namespace: dict[str, Any]) -> None:
        """Go there, and tell the examples whether the official files are there (`official`)."""
        self.before = (os.getcwd(), os.environ.get("CODESETS_DATA_DIR"))
        self.folder = TemporaryDirectory(prefix="codesets-examples-")
        os.chdir(self.folder.name)
        os.environ["CODESETS_DATA_DIR"] = str(Path(self.folder.name, "data"))
        namespace["official"] = fetch_official(Path(self.folder.name))

    def leave(self, namespace: dict[str, Any]) -> None:
        """Go back."""
        namespace.clear()
        folder, data = self.before
        os.chdir(folder)
        os.environ.pop("CODESETS_DATA_DIR", None)
        if data is not None:
            os.environ["CODESETS_DATA_DIR"] = data
        if self.folder is not None:
            self.folder.cleanup()


def fetch_official(folder: Path) -> bool:
    """Put the official files into `folder`; False where the publishers' files are not at hand."""
    named = os.environ.get("CODESETS_OFFICIAL_FILES")
    root = Path(named) if named else REPOSITORY.parent / "shared" / "official"
    if not root.is_dir():
        return False
    for name, edition, archive in OFFICIAL:
        place = root / "icd10cm" / edition
        if archive is None:
            (folder / name).symlink_to(place / name)
        else:
            with zipfile.ZipFile(place / archive) as opened:
                opened.extract(name, folder)
    (folder / HCPCS.name).symlink_to(root / HCPCS)
    write_excerpt(root / HCPCS, folder / "excerpt.txt")
    return True


place = Workplace()
pages = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=FLAGS), SkipParser()],
    setup=place.enter,
    teardown=place.leave,
)
docstrings = Sybil(
    parsers=[DocTestParser(optionflags=FLAGS)], setup=place.enter, teardown=place.leave
)


class Elsewhere(pytest.Collector):
    """What is not in this folder: the README and the docstrings of the package."""

    def collect(self) -> Iterator[pytest.Collector]:
        yield SybilFile.from_parent(self, path=REPOSITORY / "README.md", sybils=[pages])
        for path in sorted(PACKAGE.rglob("*.py")):
            if ">>>" in path.read_text(encoding="utf-8"):
                yield SybilFile.from_parent(self, path=path, sybils=[docstrings])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The pages of this folder; with this file itself, for want of a better, what is elsewhere."""
    if file_path == Path(__file__):
        return Elsewhere.from_parent(parent, name="elsewhere")
    if file_path.suffix == ".md":
        return SybilFile.from_parent(parent, path=file_path, sybils=[pages])
    return None
