"""Two forms of the small release."""

from __future__ import annotations

import pytest

from codesets import hcpcs
from codesets.hcpcs import HcpcsRelease
from hcpcs.examples import companions, small_text, small_workbook
from hcpcs.reading import named, read


@pytest.fixture(scope="package")
def small() -> HcpcsRelease:
    """The small release from its text, as of January 2025."""
    return read(small_text(), edition="2025-january")


@pytest.fixture(scope="package")
def whole() -> HcpcsRelease:
    """The small release from text, workbook and all companions."""
    files = [named(data, name) for name, data in companions().items()]
    main = [named(small_text(), "anweb.txt"), named(small_workbook(), "anweb.xlsx")]
    return hcpcs.parse(*files, *main, edition="2025-january")
