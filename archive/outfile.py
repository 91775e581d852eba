"""A file that appears whole or not at all, and stays after a power cut.

Where the system can (Linux, `O_TMPFILE`), it has no name until it is finished: a process killed midway leaves nothing.
Elsewhere it has a hidden name beside, which a failure removes.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from ledger.shell.mark import sync_folder

_HIDDEN: Final = ".part"


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the name `path`, in one step, when the block ends without failure.

    What stood there is replaced. When this returns, the file and its name are on the disk.

    Raises:
        OSError: the folder is not there, `path` is a folder, the disk is full.
    """
    with new_files(path) as (out,):
        yield out


@contextmanager
def new_files(*paths: Path) -> Iterator[tuple[BinaryIO, ...]]:
    """Open files of one folder, as `new_file` does one; they take their names together, the first one last.

    Whoever sees the first finds the others beside it. Every one is on the disk before any has its name, so that a full
    disk leaves none.
    """
    folder = paths[0].parent
    _check(folder, paths)
    try:
        with _made(folder, paths) as files:
            yield files
    except OSError as failure:
        if failure.filename is None or str(failure.filename).endswith(_HIDDEN):
            failure.filename = str(paths[0])  # what the caller knows, not the hidden name; a full disk names nothing
        raise
    sync_folder(folder)


@contextmanager
def _made(folder: Path, paths: tuple[Path, ...]) -> Iterator[tuple[BinaryIO, ...]]:
    with ExitStack() as stack:
        made = [stack.enter_context(_unfinished(folder)) for _ in paths]
        yield tuple(one.file for one in made)
        for one in made:
            one.settle()
        fresh: list[Path] = []
        try:
            for one, path in reversed(list(zip(made, paths, strict=True))):
                there = path.exists()
                one.hidden.replace(path)
                if not there:
                    fresh.append(path)
        except BaseException:
            for path in fresh:
                path.unlink(missing_ok=True)
            raise


class _Unfinished:
    """A file that has no name yet, or a hidden one."""

    def __init__(self, folder: Path) -> None:
        # Its own name, and no part of the one to come: that may be as long as the system allows.
        self.hidden = folder / f".{secrets.token_hex(8)}{_HIDDEN}"
        file, self._unnamed = _open(folder, self.hidden)
        self.file: BinaryIO = os.fdopen(file, "w+b", buffering=1 << 20)

    def settle(self) -> None:
        """Bring it to the disk, under its hidden name."""
        self.file.flush()
        os.fsync(self.file.fileno())
        if self._unnamed:
            _name(self.file.fileno(), self.hidden)


@contextmanager
def _unfinished(folder: Path) -> Iterator[_Unfinished]:
    made = _Unfinished(folder)
    try:
        yield made
    finally:
        with suppress(OSError):  # a full disk: the failure that matters is on its way
            made.file.close()
        with suppress(FileNotFoundError):
            made.hidden.unlink()


def _check(folder: Path, paths: tuple[Path, ...]) -> None:
    """Refuse what could not have its name in the end, in words that name it."""
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(folder))
    for path in paths:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "this is a folder: name a file in it", str(path))
        with suppress(FileNotFoundError):
            path.lstat()  # raises where the name is too long


def _name(file: int, path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # With a folder given, Python calls linkat(2), which follows the link in /proc; link(2) would not.
        os.link(f"/proc/self/fd/{file}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _open(folder: Path, hidden: Path) -> tuple[int, bool]:
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
        with suppress(OSError):  # a file system without it
            return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), True
    return os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), False
