"""Real HTTP servers that take webhooks as badly as servers can."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from api.webhooks.addresses import Policy
from api.webhooks.sending import Sender

HERE = Policy(private=True, http=True)
"""Lets a test's sender reach a test's server."""


@dataclass
class Got:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> str:
        return self.headers["webhook-id"]

    @property
    def seq(self) -> int:
        return int(self.message.rpartition(":")[2])


Answering = Callable[["Handler", Got], None]


@dataclass
class Receiver:
    """A server and what it got; `answer` may be changed at any time."""

    port: int
    answer: Answering
    got: list[Got] = field(default_factory=list)
    hold: Event = field(default_factory=Event)
    """What hangs is let go when the test is over."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def seqs(self) -> list[int]:
        return [one.seq for one in self.got]


class Handler(BaseHTTPRequestHandler):
    """Takes a POST and has the receiver answer it."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.receiver.got.append(got)
        self.receiver.answer(self, got)

    def log_message(self, *_: object) -> None:
        return


def status(code: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Answering:
    """Answer with this status."""

    def answer(handler: Handler, _: Got) -> None:
        handler.send_response(code)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def in_turn(*answers: Answering) -> Answering:
    """Answer one way after the other; the last for ever."""
    left = list(answers)

    def answer(handler: Handler, got: Got) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler, got)

    return answer


def closes(handler: Handler, _: Got) -> None:
    """Go away before the status is whole."""
    handler.wfile.write(b"HTTP/1.1 20")
    handler.wfile.flush()
    handler.close_connection = True


def closes_in_the_body(handler: Handler, _: Got) -> None:
    """Say that it is taken, and go away before the body is whole."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    handler.wfile.flush()
    handler.close_connection = True


def hangs(handler: Handler, _: Got) -> None:
    """Say nothing."""
    handler.receiver.hold.wait(30)
    handler.close_connection = True


def drips(handler: Handler, _: Got) -> None:
    """Send a byte of the head now and then, so that no single read ever waits long."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not handler.receiver.hold.wait(0.05):
            handler.wfile.write(b"X-Drip: 1\r\n")
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


def pours(handler: Handler, _: Got) -> None:
    """Send without end what nobody asked for."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        bomb = gzip.compress(bytes(10_000_000))
        while not handler.receiver.hold.is_set():
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(bomb), bomb))
    except OSError:
        handler.close_connection = True


@contextmanager
def receiving(answer: Answering | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a receiver until the end of the block."""
    handler = type("Bound", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver = Receiver(server.server_address[1], answer or status(204))
    handler.receiver = receiver  # type: ignore[attr-defined] # the subclass made above
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        server.server_close()
        thread.join(60)


def sender(timeout_seconds: float = 5.0) -> Sender:
    """A sender that may reach a test's server."""
    return Sender(HERE, timeout_seconds=timeout_seconds)
