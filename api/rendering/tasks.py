"""What is asked of a worker and what it answers, as the two ends of the pipe see it.

A request is a pickle: it is made here and read by a process of ours. An answer is JSON and bytes: it comes from a
process that may have read a stranger's PDF, and is believed for nothing but itself.
"""

from __future__ import annotations

import json
import pickle
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any, Final

from projections.documents.paper import Paper

MOST_ANSWER: Final = 128 << 20
"""No answer is longer; one that says it is comes from a process that has gone wrong."""
_MOST_HEADER: Final = 16 << 20

_REQUEST: Final = struct.Struct("<Q")
_ANSWER: Final = struct.Struct("<QQ")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file that travels in another one."""

    name: str
    data: bytes
    media_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Make the file of a paper."""

    paper: Paper
    embedded: tuple[Embedded, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteXml:
    """Write the machine-read invoice of a paper (CII)."""

    paper: Paper


@dataclass(frozen=True, slots=True)
class Check:
    """Check anybody's Factur-X, or the XML of one."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Identify:
    """Read what a PDF is: its digests, and the entry that it says it stands for."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Inspect:
    """Look whether a stranger's PDF can be signed (`api.signing.pdf`)."""

    data: bytes


Task = Draw | WriteXml | Check | Identify | Inspect


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker gives: facts as JSON, and a file's bytes."""

    facts: dict[str, Any]
    data: bytes = b""


class Broken(Exception):  # noqa: N818 - never leaves this folder
    """The other end is gone, or what it sent is no answer."""


def send_task(to: socket.socket, task: Task, until: float) -> None:
    """Send a request.

    Raises:
        TimeoutError: it was not taken by `until` (of `time.monotonic`).
        Broken: the other end is gone.
    """
    _send(to, pickle.dumps(task, pickle.HIGHEST_PROTOCOL), _REQUEST, until)


def receive_task(source: socket.socket) -> Task | None:
    """Wait for the next request; None when there will be no more."""
    try:
        (length,) = _REQUEST.unpack(_read(source, _REQUEST.size, None))
        task: Task = pickle.loads(_read(source, length, None))  # noqa: S301 - our own process sent it
    except Broken:
        return None
    return task


def send_answer(to: socket.socket, done: Done) -> None:
    """Send an answer.

    Raises:
        Broken: nobody waits for it any more.
    """
    header = json.dumps(done.facts).encode()
    try:
        to.sendall(_ANSWER.pack(len(header), len(done.data)) + header)
        to.sendall(done.data)
    except OSError as error:
        raise Broken from error


def receive_answer(source: socket.socket, until: float) -> Done:
    """Wait for an answer.

    Raises:
        TimeoutError: it did not come by `until`.
        Broken: the other end is gone, or this is no answer.
    """
    header_length, length = _ANSWER.unpack(_read(source, _ANSWER.size, until))
    if header_length > _MOST_HEADER or length > MOST_ANSWER:
        raise Broken
    try:
        facts = json.loads(_read(source, header_length, until))
    except ValueError as error:
        raise Broken from error
    if not isinstance(facts, dict):
        raise Broken
    return Done(facts, _read(source, length, until))


def _send(to: socket.socket, data: bytes, size: struct.Struct, until: float) -> None:
    to.settimeout(_left(until))
    try:
        to.sendall(size.pack(len(data)) + data)
    except TimeoutError:
        raise
    except OSError as error:
        raise Broken from error


def _read(source: socket.socket, length: int, until: float | None) -> bytes:
    data = bytearray(length)
    view, at = memoryview(data), 0
    while at < length:
        source.settimeout(None if until is None else _left(until))
        try:
            got = source.recv_into(view[at:], min(length - at, 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Broken from error
        if not got:
            raise Broken
        at += got
    return bytes(data)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
