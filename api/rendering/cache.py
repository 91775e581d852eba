"""Rendered files kept by digest: one folder for each thing they are of, so that an erasure finds them all.

`<folder>/<ledger>/<about>/<digest>-<renderer>`: written whole, brought to the disk, then named. What is read is hashed
before it is given. A full or broken disk is a cache that keeps nothing, never a document that is not given.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import stat
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from archive.outfile import new_file

FOR_GOOD: Final = "0" * 12
"""The renderer of what nobody can render again: sealed files."""

_LOG: Final = logging.getLogger("sceau.documents")
_PART: Final = re.compile(r"[0-9a-f-]{36}|self")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_RENDERER: Final = re.compile(r"[0-9a-f]{12}")
_NAME: Final = re.compile(r"([0-9a-f]{64})-([0-9a-f]{12})")
_HOUR: Final = 3600.0
_FORGETS: Final = 20
"""How often what is to be forgotten is tried: others may put one more file meanwhile."""


class _Kept(NamedTuple):
    used: float
    path: Path
    bytes: int


class Cache:
    """One folder of rendered files. Methods may be called from several threads and processes."""

    def __init__(self, folder: Path, most_bytes: int, renderer: str) -> None:
        """Keep files in `folder`, which is made at the first one; `most_bytes` of what `renderer` can make again.

        Args:
            folder: where; for this alone.
            most_bytes: 0 keeps nothing.
            renderer: 12 hexadecimal digits that name the present one.
        """
        if _RENDERER.fullmatch(renderer) is None:
            raise ValueError("a renderer is named by 12 hexadecimal digits")
        self._folder = folder
        self._most = most_bytes
        self._renderer = renderer
        self._held: int | None = None  # bytes; not known before the folder was looked over once
        self._lock = Lock()

    def get(self, ledger: str, about: str, digest: str) -> bytes | None:
        """Give a file, whole; None where it is not kept, or is not what its name says and was thrown away."""
        for path in self._of(ledger, about, digest):
            try:
                data = _regular(path)
                if data is None:
                    _warn(f"a kept document is no file and is left alone: {path.name}")
                    continue
                if sha256(data).hexdigest() == digest:
                    self._used(path)
                    return data
                _warn(f"a kept document is damaged and is thrown away: {path.name}")
                path.unlink(missing_ok=True)
            except OSError as error:
                _warn(f"a kept document cannot be read: {path.name}: {error.strerror}")
        return None

    def put(self, ledger: str, about: str, digest: str, data: bytes, *, for_good: bool = False) -> bool:
        """Keep a file; False where the disk would not. One `for_good` cannot be made again: it is never let go."""
        if not self._most and not for_good:
            return False
        path = self._place(ledger, about) / f"{digest}-{FOR_GOOD if for_good else self._renderer}"
        if _DIGEST.fullmatch(digest) is None:
            raise ValueError("a digest has 64 hexadecimal digits")
        try:
            if path.is_file():
                return True
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # nobody else's to look into
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with new_file(path) as out:
                out.write(data)
        except OSError as error:
            _warn(f"a document is given and not kept: {path.name}: {error.strerror}")
            return False
        if not for_good:
            self._added(len(data))
        return True

    def forget(self, ledger: str, about: str) -> None:
        """Let every file of one thing go.

        Raises:
            OSError: they are still there: whoever erased must be told.
        """
        place = self._place(ledger, about)
        for left in reversed(range(_FORGETS)):
            with self._lock:
                self._held = None
            try:
                for path in place.iterdir():
                    path.unlink(missing_ok=True)  # others may forget the same at once
                place.rmdir()
            except FileNotFoundError:
                return
            except OSError as fault:
                if fault.errno != errno.ENOTEMPTY or not left:
                    raise
            else:
                return

    def let_go(self, ledger: str, about: str, digest: str) -> bool:
        """Let one file of a thing go; whether there was one.

        Raises:
            OSError: it is still there.
        """
        found = self._of(ledger, about, digest)
        for path in found:
            path.unlink(missing_ok=True)
        if found:
            with self._lock:
                self._held = None
            with suppress(OSError):  # others are still in it
                self._place(ledger, about).rmdir()
        return bool(found)

    def kept(self, ledger: str, about: str) -> dict[str, float]:
        """Give the digests kept of one thing, each with the seconds since it was kept or last used."""
        try:
            names = [path for path in self._place(ledger, about).iterdir() if _NAME.fullmatch(path.name)]
            return {path.name[:64]: time.time() - path.stat().st_mtime for path in names}
        except OSError:  # none, or another process lets them go
            return {}

    def abouts(self, ledger: str) -> list[str]:
        """Give the ids of a ledger's things that files are kept of."""
        try:
            return sorted(path.name for path in (self._folder / ledger).iterdir() if _PART.fullmatch(path.name))
        except OSError:
            return []

    def held(self) -> tuple[int, int]:
        """Count the files of the present renderer, and their bytes."""
        found = self._all()
        return len(found), sum(one.bytes for one in found)

    def _of(self, ledger: str, about: str, digest: str) -> list[Path]:
        if _DIGEST.fullmatch(digest) is None:
            raise ValueError("a digest has 64 hexadecimal digits")
        try:
            return sorted(self._place(ledger, about).glob(f"{digest}-*"))
        except OSError:
            return []

    def _place(self, ledger: str, about: str) -> Path:
        """Give a folder, of names that are ids: nothing that is asked for leads out of the cache."""
        if _PART.fullmatch(ledger) is None or _PART.fullmatch(about) is None:
            raise ValueError("a ledger and what a document is of are named by their ids")
        return self._folder / ledger / about

    @staticmethod
    def _used(path: Path) -> None:
        """Note the use, once an hour at most: a till prints the same page many times."""
        if time.time() - path.stat().st_mtime > _HOUR:
            os.utime(path)

    def _added(self, some: int) -> None:
        with self._lock:
            if self._held is None:
                self._held = sum(one.bytes for one in self._all())
            else:
                self._held += some
            if self._held > self._most:
                self._held = self._make_room()

    def _make_room(self) -> int:
        """Let the files longest unused go, down to nine tenths of the bound; give the bytes left."""
        found = sorted(self._all())
        held, bound = sum(one.bytes for one in found), self._most * 9 // 10
        for one in found:
            if held <= bound:
                break
            try:
                one.path.unlink(missing_ok=True)
            except OSError as error:
                _warn(f"a kept document cannot be let go: {one.path.name}: {error.strerror}")
                continue
            held -= one.bytes
        return held

    def _all(self) -> list[_Kept]:
        """Every file of the present renderer: what an older one made cannot be made again, and is never let go."""
        found: list[_Kept] = []
        for root, _, names in os.walk(self._folder):
            for name in names:
                match = _NAME.fullmatch(name)
                if match is None or match[2] != self._renderer:
                    continue
                path = Path(root, name)
                try:
                    known = path.stat()
                except OSError:  # another process has let it go
                    continue
                found.append(_Kept(known.st_mtime, path, known.st_size))
        return found


def _regular(path: Path) -> bytes | None:
    """Read a regular file; None for anything else, which might be waited for without end (a pipe, a device)."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


def _warn(words: str) -> None:
    """Log a warning whole, as the server's log leaves out a record's arguments: digests and the system's words only."""
    _LOG.warning(words)
