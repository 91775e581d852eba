"""The witness over HTTP, with the standard library alone: one request at a time per connection, all of them bounded."""

from __future__ import annotations

import logging
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import BoundedSemaphore
from typing import Any, Final

from archive.witness.request import MAX_BYTES
from archive.witness.witness import Answer, Witness

_LOG: Final = logging.getLogger("sceau.witness")
_MOST_CONNECTIONS: Final = 64
_TIMEOUT_SECONDS: Final = 10.0


class WitnessServer(ThreadingHTTPServer):
    """Listens, and hands requests to a `Witness`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness, vkey: str) -> None:
        """Listen on `address` (port 0: any free one, see `server_port`)."""
        self.witness = witness
        self.vkey = vkey
        self._room = BoundedSemaphore(_MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Serve a connection in a thread of its own; with too many at once, close it."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Serve, then make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Say that a connection ended badly, without its bytes."""
        del request, client_address
        _LOG.warning("connection failed")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sceau-witness"
    sys_version = ""
    timeout = _TIMEOUT_SECONDS
    server: WitnessServer

    def do_GET(self) -> None:
        """Say who this is."""
        known = self.path == "/"
        self._answer(Answer(200, f"{self.server.vkey}\n".encode()) if known else Answer(404, b"not found\n"))

    def do_POST(self) -> None:
        """Answer `add-checkpoint`."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10):
            self.close_connection = True
            self._answer(Answer(411, b"Content-Length is needed\n"))
            return
        if int(length) > MAX_BYTES:
            self.close_connection = True
            self._answer(Answer(413, b"too long\n"))
            return
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._answer(Answer(404, b"not found\n"))
            return
        try:
            answer = self.server.witness.add_checkpoint(body)
        except sqlite3.Error:
            _LOG.error("the state cannot be kept")
            answer = Answer(503, b"the state cannot be kept\n")
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log the request line and the status."""
        _LOG.info(format.replace("\n", " "), *args)
