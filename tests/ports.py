"""Ports for servers that must be told theirs beforehand: each is one test's alone, on a machine that runs many at once.

The system gives a port that was found free by binding to 0 to whoever connects next: a server that starts a second
later finds it taken. These stand below the system's own range, and are held until the process ends.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

_FIRST: Final = 20_000
_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_turn: Final = Lock()
_given: Final[set[int]] = set()
_locks: list[int] = []


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody listens on and no other test of this machine is given."""
    ports = list(range(_FIRST, _below()))
    random.Random(os.urandom(8)).shuffle(ports)
    with _turn:
        for port in ports:
            if port not in _given and _held(port) and _nobody_listens(port):
                _given.add(port)
                return port
    raise OSError("every port is taken")


def _below() -> int:
    with suppress(OSError, ValueError, IndexError):
        return max(_FIRST + 1_000, int(_RANGE.read_text(encoding="ascii").split()[0]))
    return 32_768


def _held(port: int) -> bool:
    """Lock a port's byte of a file: the system lets go of it with the process."""
    if not _locks:
        _locks.append(os.open(Path(tempfile.gettempdir()) / "sceau-test-ports", os.O_RDWR | os.O_CREAT, 0o666))
    try:
        fcntl.lockf(_locks[0], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def _nobody_listens(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
