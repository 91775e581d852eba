"""An import, whole: first the file is read to its end without writing, then its documents go into the ledger.

Killed on the way, it is run again: the ledger knows up to which row it has come (`history.begin_import`). The file is
digested in both passes; should it change in between, nothing more is written and the import stays unfinished.
"""

from __future__ import annotations

import sqlite3
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

from archive.history_import.fec import Fec, delimiter_of
from archive.history_import.mapping import FecReading, Reading, digest_of
from archive.history_import.rows import Found, Refused, Table
from archive.history_import.source import FileRefused, Reader, Shape
from ledger.domain.commands.common import Command
from ledger.domain.commands.history import AddHistory, BeginImport, FinishImport, HistoryDocument
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer

Execute: TypeAlias = Callable[[Command], Answer | Refusal]
Told: TypeAlias = Callable[[Refused], None]
Progress: TypeAlias = Callable[[int], None]

_BATCH: Final = 250
_FIRST: Final = 20
_MOST_HEADER: Final = 4096
_UNIQUE: Final = frozenset({"quote", "invoice", "credit_note", "deposit"})
"""Kinds whose reference names one document; several payments may bear one."""


@dataclass(slots=True)
class Survey:
    """What one pass over the file found; `first` are the first refused rows."""

    digest: str = ""
    size: int = 0
    documents: int = 0
    refused: int = 0
    net_cents: int = 0
    gross_cents: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[Refused] = field(default_factory=list)

    def count(self, found: Found) -> None:
        """Take in one document or refusal."""
        if isinstance(found, Refused):
            self.refused += 1
            self.reasons[found.reason] += 1
            if len(self.first) < _FIRST:
                self.first.append(found)
            return
        self.documents += 1
        self.kinds[found.kind] += 1
        self.net_cents += found.net_cents
        self.gross_cents += found.gross_cents


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that came to its end: its id, what the ledger holds of it, and how many of them were there before."""

    imported: str
    documents: int
    refused: int
    before: int


def fec_reading(path: Path, source: str) -> FecReading:
    """Choose how a FEC is read: UTF-8 if its bytes are, else ISO 8859-15; the text allows both and no file says which.

    Raises:
        FileRefused: it cannot be read.
    """
    try:
        for _ in Reader(path).records(_shape(path, FecReading(source=source))):
            pass
    except FileRefused as refused:
        if refused.reason != "encoding":
            raise
        return FecReading(source=source, encoding="iso-8859-15")
    return FecReading(source=source)


def survey(
    path: Path, reading: Reading | FecReading, today: date, told: Told | None = None, progress: Progress | None = None
) -> Survey:
    """Read the file to its end and write nothing; `told` hears of every refused row.

    Raises:
        FileRefused: the file as a whole cannot be read.
    """
    found = Survey()
    reader = Reader(path, progress)
    for one in _documents(path, reader, reading, today):
        found.count(one)
        if told is not None and isinstance(one, Refused):
            told(one)
    found.digest, found.size = reader.digest, reader.size
    return found


def write(
    path: Path,
    reading: Reading | FecReading,
    known: Survey,
    today: date,
    execute: Execute,
    progress: Progress | None = None,
) -> Imported | Refusal:
    """Put the documents that a survey found into the ledger, from where an earlier run stopped.

    Raises:
        FileRefused: the file is not the one that was surveyed.
    """
    begun = execute(
        BeginImport(
            source=reading.source,
            source_digest=known.digest,
            source_bytes=known.size,
            mapping_digest=digest_of(reading),
        )
    )
    if isinstance(begun, Refusal):
        return begun
    identifier, before, last = (begun.result[name] for name in ("imported", "documents", "last_row"))
    held = before
    reader = Reader(path, progress)
    for batch in _batches(_documents(path, reader, reading, today), last):
        added = execute(AddHistory(imported=identifier, documents=tuple(batch)))
        if isinstance(added, Refusal):
            return added
        held = added.result["documents"]
    if (reader.digest, reader.size) != (known.digest, known.size):
        raise FileRefused("changed")
    # A row refused by an earlier run (dated the next day) may be sound today: what the ledger holds is what counts.
    refused = known.documents + known.refused - held
    ended = execute(FinishImport(imported=identifier, documents=held, refused=refused))
    return ended if isinstance(ended, Refusal) else Imported(identifier, held, refused, before)


def _batches(found: Iterator[Found], last: int) -> Iterator[list[HistoryDocument]]:
    batch: list[HistoryDocument] = []
    for one in found:
        if isinstance(one, Refused) or one.row <= last:
            continue
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _documents(path: Path, reader: Reader, reading: Reading | FecReading, today: date) -> Iterator[Found]:
    records = reader.records(_shape(path, reading))
    header = next(records, None)
    if header is None:
        raise FileRefused("empty")
    with closing(_Seen()) as seen:
        if isinstance(reading, Reading):
            for one in Table(reading, header, today).documents(records):
                yield seen.reference(one)
        else:
            for entry, one in Fec(header, today).documents(records):
                once = seen.first("entry", entry)
                yield seen.reference(one) if once else Refused(one.row, "entry_twice", "EcritureNum")


def _shape(path: Path, reading: Reading | FecReading) -> Shape:
    if isinstance(reading, Reading):
        return Shape(reading.encoding, reading.delimiter)
    # A FEC knows no quotes; its separator shows in the names of its columns, which are ASCII.
    try:
        with path.open("rb") as file:
            begins = file.read(_MOST_HEADER).removeprefix(BOM_UTF8).decode("latin-1")
    except OSError:
        raise FileRefused("unreadable") from None
    if not begins:
        raise FileRefused("empty")
    return Shape(reading.encoding, delimiter_of(begins.splitlines()[0]), quoted=False)


class _Seen:
    """What stood above in the file: on disk, since a file may be longer than memory."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # a private file that goes with the connection
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute("CREATE TABLE seen (kind TEXT, name TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID")

    def first(self, kind: str, name: str) -> bool:
        """Tell whether this name of this kind is met for the first time."""
        done: Any = self._base.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (kind, name))
        return bool(done.rowcount)

    def reference(self, found: Found) -> Found:
        """Give a document back, or its refusal when one of its kind and reference stood above."""
        if isinstance(found, Refused) or found.kind not in _UNIQUE or self.first(found.kind, found.reference):
            return found
        return Refused(found.row, "reference_twice")

    def close(self) -> None:
        """Let the file go."""
        self._base.close()
