"""The high-water mark: what the signer has let out, kept beside the keys and outside the database.

One file of three slots of 512 bytes, each a text with its own checksum; a slot that does not check is as if empty, and
the highest one counts. Slot 0 is overwritten after every COMMIT without waiting for the disk (it outlives the process,
not a power cut); slots 1 and 2 are written in turn and waited for, by a thread of their own, so that one of them always
stands whole on the disk. docs/keys.md says what window this leaves, and why.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Final

from ledger.kernel.entry import NO_PREVIOUS
from ledger.kernel.frozen import frozen
from ledger.kernel.merkle import EMPTY_ROOT
from ledger.kernel.seal import NO_SEAL
from ledger.shell.errors import KeyMissing

_SLOT: Final = 512
_SLOTS: Final = 3
_FILL: Final = b"\n" * (_SLOT - len("sum \n") - 64)  # what follows a text and its checksum, from the text's length on


@frozen
class Mark:
    """The last seal let out (its `last`, head fingerprint and digest) and the last checkpoint signed."""

    ledger: str
    seq: int = 0
    head: str = NO_PREVIOUS
    seal: str = NO_SEAL
    size: int = 0  # of the last checkpoint
    root: str = EMPTY_ROOT.hex()

    def encode(self) -> bytes:
        """Give the slot's 512 bytes."""
        text = (  # written out: this runs with every append
            f"sceau-mark/1\nledger {self.ledger}\nseq {self.seq}\nhead {self.head}\nseal {self.seal}\n"
            f"size {self.size}\nroot {self.root}\n"
        ).encode()
        return b"%bsum %b\n" % (text, sha256(text).hexdigest().encode()) + _FILL[len(text) :]

    @staticmethod
    def decode(slot: bytes) -> Mark | None:
        """Read a slot back; None for one that is torn, empty or not ours."""
        with suppress(ValueError, IndexError, KeyError):
            lines = slot.decode("ascii").rstrip("\n").split("\n")
            said = dict(line.split(" ", 1) for line in lines[1:])
            mark = Mark(said["ledger"], int(said["seq"]), said["head"], said["seal"], int(said["size"]), said["root"])
            if mark.encode() == slot:
                return mark
        return None


class MarkFile:
    """One ledger's mark on disk, shared by every process that writes to the ledger. Safe for threads.

    The numbers in it only grow: whatever is written is merged with what another process has written.
    """

    def __init__(self, path: Path) -> None:
        """Use the file at `path`; it is opened when first needed."""
        self._path = path
        self._file = -1
        self._sync_file = -1
        self._closed = False
        self._lock = Lock()  # flock is held by the open file, not by the thread
        self._sync_lock = Lock()
        self._written = b""
        self._mark = Mark("")
        self._synced: Mark | None = None

    @staticmethod
    def create(path: Path, mark: Mark) -> None:
        """Write a new file, durable when this returns.

        Raises:
            FileExistsError: there is one.
        """
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(file, mark.encode() * _SLOTS)
            os.fsync(file)
        finally:
            os.close(file)
        sync_folder(path.parent)

    def read(self) -> Mark:
        """Give the highest mark that any process has written.

        Raises:
            KeyMissing: the file is gone, or none of its slots is whole.
        """
        data = os.pread(self._open(), _SLOT * _SLOTS, 0)
        found = [Mark.decode(data[at : at + _SLOT]) for at in range(0, _SLOT * _SLOTS, _SLOT)]
        best = max((mark for mark in found if mark is not None), key=_height, default=None)
        if best is None:
            raise KeyMissing("the high-water mark cannot be read")
        return best

    def raise_to(self, mark: Mark) -> Mark:
        """Write what has grown, without waiting for the disk; give the mark as it stands."""
        file = self._file if self._file >= 0 else self._open()
        with self._lock:
            fcntl.flock(file, fcntl.LOCK_EX)  # not `_held`: this runs with every append
            try:
                alone = os.pread(file, _SLOT, 0) == self._written  # nobody else wrote since
                merged = _merge(self._mark if alone else self.read(), mark)
                self._mark, self._written = merged, merged.encode()
                os.pwrite(file, self._written, 0)
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
        return merged

    def sync(self) -> None:
        """Make the mark durable, if it has grown since the last time."""
        with self._sync_lock:
            if not self._closed:
                self._sync()

    def _sync(self) -> None:
        with _held(self._open_sync()):
            mark = self.read()
            if mark == self._synced:
                return
            file = self._open()
            slots = [Mark.decode(os.pread(file, _SLOT, _SLOT * at)) for at in (1, 2)]
            older = 1 if slots[0] is None or (slots[1] and _height(slots[0]) <= _height(slots[1])) else 2
            os.pwrite(file, mark.encode(), _SLOT * older)
            os.fdatasync(file)
            self._synced = mark

    def close(self) -> None:
        """Let go of the file."""
        with self._lock, self._sync_lock:
            self._closed = True
            for file in (self._file, self._sync_file):
                if file >= 0:
                    os.close(file)
            self._file = self._sync_file = -1

    def _open(self) -> int:
        if self._file < 0:
            self._file = _open(self._path)
        return self._file

    def _open_sync(self) -> int:
        # Another file: the one who waits for the disk must not make the quick writer wait.
        if self._sync_file < 0:
            lock = self._path.with_name(self._path.name + ".lock")
            self._sync_file = _open(lock, os.O_CREAT)
        return self._sync_file


def _open(path: Path, flags: int = 0) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
    except OSError as error:
        raise KeyMissing("the high-water mark is not beside the key") from error


@contextmanager
def _held(file: int) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


class MarkKeeper:
    """One thread that makes marks durable: at once after a quiet time, then at most once per `delay_seconds` each."""

    def __init__(self, delay_seconds: float) -> None:
        """Wait `delay_seconds` between two syncs of one mark."""
        self._delay = delay_seconds
        self._dirty: dict[MarkFile, None] = {}
        self._last: dict[MarkFile, float] = {}
        self._wake = Condition()
        self._thread: Thread | None = None
        self._stopped = False
        self.failure: OSError | None = None

    def soon(self, mark: MarkFile) -> None:
        """Make this mark durable soon."""
        if mark in self._dirty:
            return
        with self._wake:
            self._dirty[mark] = None
            if self._thread is None and not self._stopped:
                self._thread = Thread(target=self._run, name="sceau-marks", daemon=True)
                self._thread.start()
            self._wake.notify()

    def forget(self, mark: MarkFile) -> None:
        """Think of this mark no more: whoever used it makes it durable and closes it."""
        with self._wake:
            self._dirty.pop(mark, None)
            self._last.pop(mark, None)

    def stop(self) -> None:
        """Make every mark durable and end the thread."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
            thread = self._thread
        if thread is not None:
            thread.join()
        for mark in list(self._dirty):
            self._sync(mark)

    def _run(self) -> None:
        while True:
            with self._wake:
                due = self._due()
                while due is None and not self._stopped:
                    self._wake.wait(self._patience())
                    due = self._due()
                if self._stopped:
                    return
            if due is not None:
                self._sync(due)

    def _due(self) -> MarkFile | None:
        now = monotonic()
        return next((mark for mark in self._dirty if now - self._last.get(mark, -self._delay) >= self._delay), None)

    def _patience(self) -> float | None:
        if not self._dirty:
            return None
        first = min(self._last.get(mark, 0.0) for mark in self._dirty)
        return max(first + self._delay - monotonic(), 0.001)

    def _sync(self, mark: MarkFile) -> None:
        with self._wake:
            if mark not in self._dirty:
                return
            del self._dirty[mark]  # first: what grows from here on asks again
            self._last[mark] = monotonic()
        try:
            mark.sync()
            self.failure = None
        except (OSError, KeyMissing) as error:
            self.failure = error if isinstance(error, OSError) else OSError(str(error))
            with self._wake:
                self._dirty[mark] = None


def sync_folder(folder: Path) -> None:
    """Make a folder's list of names durable."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _height(mark: Mark) -> tuple[int, int]:
    return mark.seq, mark.size


def _merge(kept: Mark, fresh: Mark) -> Mark:
    merged = fresh if fresh.seq > kept.seq else kept
    last = fresh if fresh.size > kept.size else kept
    return Mark(merged.ledger, merged.seq, merged.head, merged.seal, last.size, last.root)
