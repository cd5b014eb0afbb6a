"""A real browser, headless, that can reach nothing but files on this disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

__all__ = ["Page", "browser", "opened"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these it asks its maker's hosts for this and that.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@define
class Page:
    """A page, what it asked for, and what it complained of."""

    page: Any
    requests: list[str] = field(factory=list)
    complaints: list[str] = field(factory=list)


@contextmanager
def browser() -> Iterator[Any]:
    """The browser of the machine; skips where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def opened(started: Any, path: Path, **context: Any) -> Iterator[Page]:
    """A page opened from disk, without a network."""
    made = started.new_context(offline=True, **context)
    found = Page(made.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(path.as_uri())
    yield found
    made.close()
