"""What the tests of official releases share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _no_collecting() -> Iterator[None]:
    """No garbage collection: these tests hold millions of small objects, none of them garbage.

    Going through them again and again would double the time.
    """
    gc.disable()
    yield
    gc.enable()
    gc.collect()
