"""Suspending the garbage collector while many small objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["gc_suspended"]


@contextmanager
def gc_suspended() -> Iterator[None]:
    """Suspend the collector, and restore it as it was found.

    Reading a release makes hundreds of thousands of objects and no cycles; walking all of them
    over and over costs several times the reading itself.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
