"""An HTTP client that costs as little as it can, in a process of its own: `python -m api.bench.client < call.json`.

It opens its connections first, then sends the same POST on each as soon as the last answer is there, and writes how
many a second were answered, how late, and how many were not 201.
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter
from typing import Any

import orjson
import uvloop


class Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._sent = 0.0
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        self._transport = transport

    def ask(self) -> None:
        """Send the request, if there are any left."""
        if self._crowd.take():
            self._sent = perf_counter()
            self._transport.write(self._crowd.request)

    def data_received(self, data: bytes) -> None:
        """Take the answer; it is whole when its Content-Length is there."""
        self._buffer = buffer = self._buffer + data if self._buffer else data
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(buffer) < end + 4 + length:
            return
        self._buffer = b""
        self._crowd.answered(perf_counter() - self._sent, buffer[9:12] == b"201")
        self.ask()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Count what will not be answered."""
        self._crowd.lost()


class Crowd:
    """All connections, and what they count."""

    def __init__(self, request: bytes, requests: int) -> None:
        self.request = request
        self.delays: list[float] = []
        self.failures = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = requests
        self._open = 0

    def take(self) -> bool:
        """Whether one more is to be sent."""
        if self._left == 0:
            return False
        self._left -= 1
        self._open += 1
        return True

    def answered(self, delay: float, well: bool) -> None:
        """Count one answer."""
        self.delays.append(delay)
        self.failures += not well
        self._open -= 1
        if self._left == 0 and self._open == 0 and not self.done.done():
            self.done.set_result(None)

    def lost(self) -> None:
        """End when a connection was closed before its answer."""
        if not self.done.done():
            self.done.set_exception(ConnectionError("a connection was closed"))


async def run(call: dict[str, Any]) -> dict[str, Any]:
    """Ask, and count."""
    body = call["body"].encode()
    authorization = f"Authorization: Bearer {call['token']}\r\n" if call["token"] else ""
    head = (
        f"POST {call['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    crowd = Crowd(head.encode() + body, call["requests"])
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda: Connection(crowd), "127.0.0.1", call["port"]))[1]
        for _ in range(call["connections"])
    ]
    start = perf_counter()
    for one in made:
        one.ask()
    await crowd.done
    spent = perf_counter() - start
    crowd.delays.sort()
    p99 = crowd.delays[int(len(crowd.delays) * 0.99)]
    return {"per_second": len(crowd.delays) / spent, "p99_ms": p99 * 1e3, "failures": crowd.failures}


if __name__ == "__main__":
    uvloop.install()
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(run(orjson.loads(sys.stdin.buffer.read())))))
