"""An empty data folder, nothing embedded, and small files of each system."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesets import shelf
from hcpcs.examples import small_text


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, which is not there yet; nothing is embedded."""
    folder = tmp_path / "data"
    monkeypatch.setenv("CODESETS_DATA_DIR", str(folder))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "embedded")
    monkeypatch.delenv("CODESETS_OFFLINE", raising=False)
    return folder


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A folder to drop official files into."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def hcpcs_text() -> bytes:
    """A small contractor file of HCPCS."""
    return small_text()
