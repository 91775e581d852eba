"""Members on their way into an archive: hashed and packed by a thread of their own, kept in unnamed temporary files.

The walk over the entries and the packing share the machine's cores: zlib and hashlib let go of the interpreter's lock
for pieces of this size. Pieces are cut at fixed places, so that the packed bytes do not depend on how a store reads.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from queue import Queue
from tempfile import TemporaryFile
from threading import Thread
from typing import BinaryIO, Final, NamedTuple, cast

from archive.sealed.container import DEFLATED, STORED, Packed

PIECE_BYTES: Final = 1 << 20
LEVEL: Final = 1
"""Deflate's quickest level: the entries' digests and salts do not shrink, and the rest shrinks nearly as well."""

_WAITING: Final = 8  # pieces


class _Work(NamedTuple):
    member: Member
    data: bytes
    last: bool


class Packer:
    """The thread that packs, and the folder of its temporary files; use it as a context, which ends the thread."""

    def __init__(self, folder: Path) -> None:
        """Keep temporary files in `folder`, which should be on the disk of the archive itself."""
        self._folder = folder
        self._waiting: Queue[_Work | None] = Queue(_WAITING)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, name="archive-packer", daemon=True)
        self._files: list[BinaryIO] = []

    def __enter__(self) -> Packer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join()
        for file in self._files:
            file.close()

    def file(self) -> BinaryIO:
        """Give a new temporary file, which has no name and is gone when the process is."""
        made = cast(BinaryIO, TemporaryFile(dir=self._folder, buffering=PIECE_BYTES))  # noqa: SIM115 - __exit__ closes it
        self._files.append(made)
        return made

    def member(self, name: str, file: BinaryIO | None = None, method: int = DEFLATED) -> Member:
        """Begin a member; several may follow one another in one `file`, each ended before the next one begins."""
        return Member(self, name, self.file() if file is None else file, method)

    def whole(self, name: str, data: bytes, file: BinaryIO | None = None, method: int = DEFLATED) -> Member:
        """Give a member whose bytes are at hand."""
        made = self.member(name, file, method)
        made.write(data)
        made.end()
        return made

    def give(self, work: _Work) -> None:
        """Hand a piece over, waiting while too many wait.

        Raises:
            OSError: an earlier piece could not be kept.
        """
        self.check()
        self._waiting.put(work)

    def settle(self) -> None:
        """Wait until everything handed over is packed.

        Raises:
            OSError: a piece could not be kept.
        """
        self._waiting.join()
        self.check()

    def check(self) -> None:
        """Raise what the thread met, if anything."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            try:
                if self._failure is None:
                    work.member.take(work.data, work.last)
            except BaseException as failure:  # told to the thread that waits, by `check`
                self._failure = failure
            finally:
                self._waiting.task_done()
        self._waiting.task_done()


class Member:
    """One member being written; `write` and `end` are called by the walk, `take` by the packer's thread."""

    def __init__(self, packer: Packer, name: str, file: BinaryIO, method: int) -> None:
        self.name = name
        self._packer = packer
        self._file = file
        self._method = method
        self._buffer = bytearray()
        self._offset = -1
        self._sha = hashlib.sha256()
        self._crc = 0
        self._bytes = 0
        self._packed = 0
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -15) if method == DEFLATED else None

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._buffer += data
        while len(self._buffer) >= PIECE_BYTES:
            piece = bytes(self._buffer[:PIECE_BYTES])
            del self._buffer[:PIECE_BYTES]
            self._packer.give(_Work(self, piece, last=False))

    def end(self) -> None:
        """Add nothing more."""
        self._packer.give(_Work(self, bytes(self._buffer), last=True))
        self._buffer.clear()

    def take(self, data: bytes, last: bool) -> None:
        """Hash, pack and keep one piece."""
        if self._offset < 0:
            self._offset = self._file.seek(0, 2)
        self._sha.update(data)
        self._crc = zlib.crc32(data, self._crc)
        self._bytes += len(data)
        packed = data if self._deflate is None else self._deflate.compress(data)
        if last and self._deflate is not None:
            packed += self._deflate.flush()
        self._file.write(packed)
        self._packed += len(packed)

    def packed(self) -> Packed:
        """Give the finished member; call `Packer.settle` first."""
        method = STORED if self._deflate is None else DEFLATED
        digest = self._sha.hexdigest()
        return Packed(self.name, method, self._crc, self._packed, self._bytes, digest, self._file, self._offset)
