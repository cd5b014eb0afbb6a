"""One official file from its publisher: by https, from allowed hosts, within limits.

Needs the extra `install`: pooch keeps the files, and its downloader is the one here.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from attrs import frozen

from codesets import __version__
from codesets.errors import CodesetsError, DownloadError, MissingExtraError
from codesets.store.manifest import place_of

__all__ = ["DEFAULT_LIMITS", "Limits", "Places", "fetch", "forbid_offline"]

# The pages of CMS stand behind a filter that turns away what does not call itself Mozilla
# (reported by several clients); the rest says truly who asks.
USER_AGENT = f"Mozilla/5.0 (compatible; codesets/{__version__})"
Places = frozenset[tuple[str, int]]
"""Hosts and ports that may be contacted."""

_CHUNK = 1 << 16
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_AGAIN = frozenset((408, 429, 500, 502, 503, 504))
"""States of a server that pass by themselves."""


@frozen
class Limits:
    """How long a download may take, and how large it may be.

    Attributes:
        size: bytes of a file; the largest official one has 25 MB.
        total: seconds for a file in all, attempts included.
        stall: seconds without a byte.
        attempts: how often a server is asked that breaks off or is out of order.
        pause: seconds before the second attempt; twice as many before each further one.
        redirects: how many are followed.
    """

    size: int = 256 * 1024 * 1024
    total: float = 900.0
    stall: float = 60.0
    attempts: int = 3
    pause: float = 2.0
    redirects: int = 5


DEFAULT_LIMITS = Limits()


class _BrokenOffError(Exception):
    """A failure that another attempt may mend."""


def forbid_offline(url: str) -> None:
    """Raise where `CODESETS_OFFLINE` forbids the network.

    Raises:
        DownloadError: it does.
    """
    if os.environ.get("CODESETS_OFFLINE", "0") not in ("", "0"):
        raise DownloadError(f"{url} is not fetched: CODESETS_OFFLINE forbids it", url=url)


def fetch(
    url: str,
    folder: Path,
    places: Places,
    *,
    limits: Limits | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Path, str]:
    """Fetch one file.

    Args:
        url: its address.
        folder: where to put it, under the last part of the address.
        places: the hosts and ports that may be contacted, on redirects too.
        limits: of size and time.
        tell: is told how far it is.

    Returns:
        The file and its sha256.

    Raises:
        DownloadError: it cannot be had; says why.
        MissingExtraError: the extra `install` is not installed.
    """
    forbid_offline(url)
    pooch = _library("pooch")
    bounds = limits or DEFAULT_LIMITS
    # What pooch has to say of a file without a digest, the store says itself.
    pooch.get_logger().setLevel("ERROR")
    name = Path(urlsplit(url).path).name or "index.html"
    download = _Download(url, places, bounds, tell)

    def downloader(address: str, output: str | IO[bytes], _: Any) -> None:
        download.into(Path(str(output)))

    path = Path(
        pooch.retrieve(url, known_hash=None, fname=name, path=folder, downloader=downloader)
    )
    with path.open("rb") as stream:
        return path, hashlib.file_digest(stream, "sha256").hexdigest()


def _library(name: str) -> Any:
    """A library of the extra; by its name, for not all of them say their types."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise MissingExtraError.for_extra("install", "downloading") from error


T = TypeVar("T")


class _Download:
    """One file, asked for until it is there, is refused, or time is up."""

    def __init__(
        self, url: str, places: Places, limits: Limits, tell: Callable[[str], None]
    ) -> None:
        self.url = url
        self.places = places
        self.limits = limits
        self.tell = tell
        self.deadline = time.monotonic() + limits.total
        self.given_up = threading.Event()

    def error(self, why: str) -> DownloadError:
        return DownloadError(f"{self.url} {why}", url=self.url)

    def into(self, path: Path) -> None:
        """Write the file to `path`."""
        pause = self.limits.pause
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self.in_time(lambda: self.once(path))
            except _BrokenOffError as error:
                if attempt == self.limits.attempts:
                    times = f" ({attempt} attempts)" if attempt > 1 else ""
                    raise self.error(f"cannot be fetched: {error}{times}") from error
                if self.given_up.wait(min(pause, max(self.deadline - time.monotonic(), 0))):
                    raise self.too_slow() from error
                pause *= 2
        return None

    def too_slow(self) -> DownloadError:
        return self.error(f"is not there after {self.limits.total:g} seconds")

    def in_time(self, work: Callable[[], T]) -> T:
        """Do the work, but wait no longer than the time that is left.

        The limit of the socket is for each byte: a server that sends one now and then, in the
        head of its answer too, would keep us for ever. So the work is done in a thread, which is
        left to itself when time is up, and notices.
        """
        outcome: list[T] = []
        failure: list[BaseException] = []

        def run() -> None:
            try:
                outcome.append(work())
            except BaseException as error:
                failure.append(error)

        thread = threading.Thread(target=run, name="codesets-download", daemon=True)
        thread.start()
        try:
            thread.join(max(self.deadline - time.monotonic(), 0))
        except BaseException:  # interrupted
            self.given_up.set()
            raise
        if thread.is_alive():
            self.given_up.set()
            raise self.too_slow()
        if failure:
            raise failure[0]
        return outcome[0]

    def once(self, path: Path) -> None:
        """One attempt, redirects followed."""
        requests = _library("requests")
        try:
            with requests.Session() as session:
                url = self.url
                for _ in range(self.limits.redirects + 1):
                    self.check(url)
                    with self.ask(session, url) as response:
                        if response.status_code not in _REDIRECTS:
                            return self.take(response, path)
                        url = urljoin(url, response.headers.get("location", ""))
                raise self.error(f"is redirected more than {self.limits.redirects} times")
        except CodesetsError:
            raise
        except requests.exceptions.SSLError as error:
            # Who speaks for the publisher cannot prove it: asking again would prove no more.
            raise self.error(f"cannot be fetched: {_reason(error)}") from error
        except requests.exceptions.Timeout as error:
            raise _BrokenOffError(f"nothing came for {self.limits.stall:g} seconds") from error
        except requests.exceptions.RequestException as error:
            raise _BrokenOffError(_reason(error)) from error

    def ask(self, session: Any, url: str) -> Any:
        return session.get(
            url,
            stream=True,
            timeout=(self.limits.stall, self.limits.stall),
            allow_redirects=False,
            # Hashed as it was published, not as it was packed for the way.
            headers={"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
            auth=lambda request: request,  # no password of the user's for this host either
        )

    def check(self, url: str) -> None:
        """Refuse an address that may not be contacted."""
        place = place_of(url)
        if place in self.places:
            return
        to = f"is redirected to {url}" if url != self.url else "cannot be fetched"
        if place is None:
            raise self.error(f"{to}, which is no https address")
        hosts = ", ".join(sorted({host for host, _ in self.places}))
        raise self.error(f"{to}, which is no host of the publishers ({hosts})")

    def take(self, response: Any, path: Path) -> None:
        """Write the body of an answer."""
        status, reason = response.status_code, response.reason
        if status != 200:
            said = f"the server answered {status} {reason}".rstrip()
            if status in _AGAIN:
                raise _BrokenOffError(said)
            raise self.error(f"cannot be fetched: {said}")
        stated = response.headers.get("content-length", "")
        length = int(stated) if stated.isascii() and stated.isdecimal() else None
        if length is not None and length > self.limits.size:
            raise self.too_large()
        with path.open("wb") as stream:
            size = self.copy(response, stream, length)
        if length is not None and size != length:
            raise _BrokenOffError(f"it broke off after {size:,} of {length:,} bytes")
        self.refuse_web_page(path)

    def too_large(self) -> DownloadError:
        return self.error(f"is larger than {self.limits.size:,} bytes, which no official file is")

    def copy(self, response: Any, stream: IO[bytes], length: int | None) -> int:
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        raw = response.raw
        # What has come, not what was asked for: a chunk may take for ever to fill.
        read = getattr(raw, "read1", None) or raw.read
        size = told = 0
        try:
            while chunk := read(_CHUNK, decode_content=False):
                size += len(chunk)
                if size > self.limits.size:
                    raise self.too_large()
                if self.given_up.is_set() or time.monotonic() > self.deadline:
                    raise self.too_slow()
                stream.write(chunk)
                if size - told >= 1 << 18:
                    told = size
                    of = f" of {length / 1e6:.1f}" if length else ""
                    self.tell(f"{Path(urlsplit(self.url).path).name}: {size / 1e6:.1f}{of} MB")
        except ReadTimeoutError as error:
            raise _BrokenOffError(f"nothing came for {self.limits.stall:g} seconds") from error
        except (HTTPError, OSError) as error:
            if isinstance(error, CodesetsError):
                raise
            raise _BrokenOffError(f"it broke off after {size:,} bytes") from error
        return size

    def refuse_web_page(self, path: Path) -> None:
        """Servers answer with a page, and the state of a success, where a file has gone."""
        if not urlsplit(self.url).path.lower().endswith((".zip", ".txt", ".xml", ".xlsx", ".csv")):
            return
        with path.open("rb") as stream:
            head = stream.read(512).lstrip().lower()
        if head.startswith((b"<!doctype html", b"<html")):
            raise self.error("is a web page, not the file")


def _reason(error: BaseException) -> str:
    """The innermost words of an error of the network."""
    seen = error
    for _ in range(8):
        inner = getattr(seen, "reason", None) or seen.__cause__ or seen.__context__
        if not isinstance(inner, BaseException):
            break
        seen = inner
    return str(getattr(seen, "strerror", None) or seen) or type(seen).__name__
