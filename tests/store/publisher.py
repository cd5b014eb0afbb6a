"""A publisher on the loopback: HTTPS with a certificate of its own, well-behaved or not."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import trustme
from attrs import define, field

__all__ = ["Publisher", "breaks_off", "drips", "drips_in_head", "endless", "gives", "publishing",
           "redirects", "says", "stalls", "states"]  # fmt: skip

Answer = Callable[["Visit"], None]


class Visit(BaseHTTPRequestHandler):
    """One request, answered as its path is."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        publisher = self.server.publisher
        path = unquote(self.path)
        publisher.asked.append((path, {name.lower(): v for name, v in self.headers.items()}))
        answers = publisher.answers.get(path, [says(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        # One answer a connection: a next request shall not wait for a client that is done.
        self.close_connection = True
        answer(self)

    def head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    publisher: Publisher

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are what is tested."""


@define
class Publisher:
    """What a server offers, and what it was asked for.

    Attributes:
        port: where it listens.
        answers: path → what it answers, one after the other, the last for ever.
        asked: path and headers of each request.
        closing: set when it closes; whoever never ends, ends then.
    """

    port: int = 0
    answers: dict[str, list[Answer]] = field(factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(factory=list)
    closing: threading.Event = field(factory=threading.Event)

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def offers(self, path: str, *answers: Answer) -> str:
        """Answer so at that path; its address."""
        self.answers[path] = list(answers)
        return self.url(path)


@contextmanager
def publishing(authority: trustme.CA, *, plain: bool = False) -> Iterator[Publisher]:
    """A publisher whose certificate an authority has signed; or one without any."""
    publisher = Publisher()
    server = _Server(("127.0.0.1", 0), Visit)
    server.publisher = publisher
    publisher.port = server.server_address[1]
    if not plain:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publisher
    finally:
        publisher.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
        # A download that was given up notices now.
        for each in threading.enumerate():
            if each.name == "codesets-download":
                each.join(10)


# What a server may do.


def gives(data: bytes | Path) -> Answer:
    """A file, with its length."""

    def answer(visit: Visit) -> None:
        content = data.read_bytes() if isinstance(data, Path) else data
        visit.head(200, Content_Length=str(len(content)))
        visit.wfile.write(content)

    return answer


def says(status: int, body: bytes = b"") -> Answer:
    def answer(visit: Visit) -> None:
        visit.head(status, Content_Length=str(len(body)), Content_Type="text/html")
        visit.wfile.write(body)

    return answer


def redirects(url: str, status: int = 302) -> Answer:
    return lambda visit: visit.head(status, Location=url, Content_Length="0")


def breaks_off(data: bytes, *, states_length: bool = True) -> Answer:
    """Half of a file; without a length, in the middle of a chunk."""

    def answer(visit: Visit) -> None:
        half = data[: len(data) // 2]
        if states_length:
            visit.head(200, Content_Length=str(len(data)))
            visit.wfile.write(half)
        else:
            visit.head(200, Transfer_Encoding="chunked")
            visit.wfile.write(b"%x\r\n" % len(data) + half)

    return answer


def stalls(data: bytes) -> Answer:
    """Half of a file, and then nothing."""

    def answer(visit: Visit) -> None:
        visit.head(200, Content_Length=str(len(data)))
        visit.wfile.write(data[: len(data) // 2])
        visit.wfile.flush()
        visit.server.publisher.closing.wait(30)

    return answer


def drips(visit: Visit) -> None:
    """A byte now and then."""
    visit.head(200, Content_Length="50000")
    _drip(visit)


def drips_in_head(visit: Visit) -> None:
    """A byte of a header now and then."""
    visit.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(visit)


def _drip(visit: Visit) -> None:
    while not visit.server.publisher.closing.wait(0.02):
        visit.wfile.write(b"a")
        visit.wfile.flush()


def endless(visit: Visit) -> None:
    """A body without length or end."""
    visit.head(200)
    while not visit.server.publisher.closing.is_set():
        visit.wfile.write(b"a" * 65536)


def states(length: int) -> Answer:
    """A length, and little of it."""

    def answer(visit: Visit) -> None:
        visit.head(200, Content_Length=str(length))
        visit.wfile.write(b"a")

    return answer
