"""A store in which the archives given stand in for the lines that were purged: what `sceau verify --archive` reads.

A line stands in where its SHA-256 is the fingerprint that the store has kept; anything else is told, and stays empty.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any

from archive import reading
from ledger.kernel.errors import Malformed
from ledger.kernel.stretch import Finding, Lent, Purge
from ledger.shell.purged import purges
from ledger.shell.store import Line, Row, Store


@dataclass(slots=True)
class _File:
    """One archive: which entries it holds, and in which members."""

    path: Path
    manifest: str
    first: int
    last: int
    members: list[tuple[int, str]] = field(default_factory=list)  # first entry, name


class StandingIn:
    """`Store`, of which only reading is asked; everything but lines is the store's own."""

    def __init__(self, store: Store, ledger: str, archives: Sequence[Path]) -> None:
        """Read the manifests.

        Raises:
            Malformed: `archive`: a file is none. OSError: it cannot be read.
        """
        self._store = store
        self._ledger = ledger
        self.findings: list[Finding] = []
        purged = list(purges(store, ledger))
        self._files = [one for path in archives if (one := self._opened(path, purged)) is not None]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def told(self) -> Sequence[Finding]:
        """Give what is wrong with the archives as far as they were read."""
        return tuple(self.findings)

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """See `Store`; lines that were purged come from the archives."""
        for chunk in self._store.rows(ledger, after, upto):
            gone = [row[0] for row in chunk if not row[5]]
            if not gone or ledger != self._ledger:
                yield chunk
                continue
            found = self._lines(gone[0], gone[-1])
            yield [row if row[5] else self._filled(row, found) for row in chunk]

    def lines(
        self,
        ledger: str,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        types: Sequence[str] = (),
    ) -> Iterator[Line]:
        """See `Store`."""
        if limit is not None or types:  # look-ups of single entries, which are never purged
            return self._store.lines(ledger, after, upto, limit, types)
        return (Line(*row) for chunk in self.rows(ledger, after, upto) for row in chunk)

    def _opened(self, path: Path, purged: Sequence[Purge]) -> _File | None:
        said = reading.say(path)
        body = said.body
        if body.get("ledger") != self._ledger:
            self.findings.append(Finding("other_ledger", 0, f"{path.name} is another ledger's archive"))
            return None
        file = _File(path, said.manifest, int(body["first"]), int(body["last"]))
        for one in purged:
            if (one.first, one.last) == (file.first, file.last) and one.manifest != said.manifest:
                words = f"{path.name} is not the archive that the purge in entry {one.by} names"
                self.findings.append(Finding("archive_replaced", file.first, words))
                return None
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.startswith("entries/"))
        try:
            file.members = [(int(name.removeprefix("entries/").removesuffix(".jsonl")), name) for name in names]
        except ValueError as error:
            raise Malformed("archive", path.name) from error
        return file

    def _lines(self, first: int, last: int) -> dict[int, bytes]:
        """Give the archives' lines of a range."""
        found: dict[int, bytes] = {}
        for file in self._files:
            if file.first <= last and first <= file.last:
                found.update(_read(file, max(first, file.first), min(last, file.last)))
        return found

    def _filled(self, row: Row, found: dict[int, bytes]) -> Row:
        line = found.get(row[0])
        if line is None:
            return row
        if sha256(line).hexdigest() != row[1]:
            self.findings.append(Finding("altered", row[0], "the archive's line is not the one that was recorded"))
            return row
        return (*row[:5], Lent(line))


def _read(file: _File, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    with zipfile.ZipFile(file.path) as archive:
        place = max(bisect_right(file.members, (first, "\U0010ffff")) - 1, 0)
        for at, name in file.members[place:]:
            if at > last:
                return
            with archive.open(name) as lines:
                yield from _numbered(lines, at, first, last)


def _numbered(lines: IO[bytes], at: int, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    for seq, line in enumerate(islice(lines, max(last - at + 1, 0)), at):
        if seq >= first:
            yield seq, line.removesuffix(b"\n")
