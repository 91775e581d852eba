"""One JSON object per line on standard error: what happened, never to whom.

A path is written as its route's template, so that no id or name of a ledger enters the log; bodies, query strings,
headers and the words of exceptions never do. `instance` ties a line to the problem a client was shown.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

_RANKS = {"info": 20, "warning": 30, "error": 40}


class Log:
    """Writes lines at or above a level."""

    def __init__(self, level: str, write: Callable[[str], object] | None = None) -> None:
        self._least = _RANKS[level]
        self._write = write if write is not None else sys.stderr.write
        self._lines: deque[str] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None  # that will flush

    def wants(self, level: str) -> bool:
        """Whether a line of this level would be written."""
        return _RANKS[level] >= self._least

    def line(self, level: str, event: str, **members: Any) -> None:
        """Write one line: an error at once; within an event loop, the others of one turn together.

        A write gives the interpreter's lock away, and the writers would keep it for a while: at one write for each
        request, that was the largest part of a busy server's time.
        """
        if not self.wants(level):
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._lines.append(orjson.dumps({"at": at, "level": level, "event": event, **members}).decode() + "\n")
        if level != "error":
            with contextlib.suppress(RuntimeError):  # in a thread without a loop: at once
                loop = asyncio.get_running_loop()
                if self._loop is not loop:
                    self._loop = loop
                    loop.call_soon(self.flush)
                return
        self.flush()

    def flush(self) -> None:
        """Write the lines that wait."""
        self._loop = None
        lines: list[str] = []
        with contextlib.suppress(IndexError):  # another thread took the last one
            while self._lines:
                lines.append(self._lines.popleft())
        if lines:
            self._write("".join(lines))

    def fault(self, event: str, failure: BaseException, **members: Any) -> None:
        """Write a failure: its class and where it came from; its words may repeat what somebody typed."""
        places = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(failure.__traceback__)]
        self.line("error", event, failure=type(failure).__qualname__, trace=places[-12:], **members)


class LoggerLines(logging.Handler):
    """Writes what the writers and the HTTP library log as lines of the same form.

    Of a record only its unfilled words, its error's class and the facts that our own modules add are written: arguments
    and messages of exceptions may repeat what somebody sent.
    """

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        known = {name: found for name in ("ledger", "error", "place", "code") if (found := getattr(record, name, None))}
        if record.exc_info and record.exc_info[0] is not None:
            known["error"] = record.exc_info[0].__qualname__
        level = "error" if record.levelno >= logging.ERROR else "warning"
        self._log.line(level, "logged", logger=record.name, words=str(record.msg), **known)
