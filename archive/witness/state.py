"""What a witness knows: the last checkpoint it cosigned of each log, in one SQLite file, durable before any answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from ledger.kernel.merkle import EMPTY_ROOT

_TABLES: Final = (
    "CREATE TABLE witness (vkey TEXT NOT NULL) STRICT",
    "CREATE TABLE logs (origin TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, "
    "note BLOB NOT NULL) STRICT",
)


class Seen(NamedTuple):
    """The last checkpoint of one log that was cosigned; size 0 for none."""

    size: int = 0
    root: bytes = EMPTY_ROOT


class StateError(ValueError):
    """The state is not that of this key: a witness that forgot what it cosigned must not go on."""


class State:
    """The state file of one witness. Safe for threads, and for a second process by mistake."""

    def __init__(self, path: Path, vkey: str, *, create: bool = False) -> None:
        """Open the state of the witness whose verifier key is `vkey`; `create` makes a new one.

        Raises:
            StateError: it is not there, is there already, or is that of another key.
        """
        if path.exists() == create:
            raise StateError(f"{path} is there already" if create else f"{path} is not there")
        self._lock = Lock()
        try:
            self._file = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it: simple to carry
            if create:
                self._make(vkey)
            kept = self._file.execute("SELECT vkey FROM witness").fetchall()
        except sqlite3.Error as error:
            raise StateError(f"{path} is no state of a witness") from error
        if kept != [(vkey,)]:
            self._file.close()
            raise StateError(f"{path} is the state of another witness key")

    @contextmanager
    def moving(self, origin: str) -> Iterator[Moving]:
        """Hold one log's state while a checkpoint is compared with it; what is kept is on the disk at the end.

        Raises:
            sqlite3.Error: it cannot be kept; then nothing was.
        """
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                row = self._file.execute("SELECT size, root FROM logs WHERE origin = ?", (origin,)).fetchone()
                yield Moving(self._file, origin, Seen(*row) if row else Seen())
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:  # a full disk may have ended it; left open, none could begin again
                    self._file.execute("ROLLBACK")
                raise

    def note(self, origin: str) -> bytes | None:
        """Give the last cosigned note of a log."""
        with self._lock, closing(self._file.execute("SELECT note FROM logs WHERE origin = ?", (origin,))) as found:
            row = found.fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def _make(self, vkey: str) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            self._file.execute(table)
        self._file.execute("INSERT INTO witness VALUES (?)", (vkey,))
        self._file.execute("COMMIT")


class Moving:
    """One log's state inside its transaction."""

    def __init__(self, file: sqlite3.Connection, origin: str, seen: Seen) -> None:
        """Stand at `seen`."""
        self._file = file
        self._origin = origin
        self.seen = seen

    def keep(self, size: int, root: bytes, note: bytes) -> None:
        """Move to another checkpoint."""
        self._file.execute(
            "INSERT INTO logs (origin, size, root, note) VALUES (?, ?, ?, ?) ON CONFLICT (origin)"
            " DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note",
            (self._origin, size, root, note),
        )
