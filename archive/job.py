"""What a writer of archives is asked for, and what it answers: the seam between one form of archive and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from archive.period import Range
from ledger.kernel.audit import Opening
from ledger.shell.archive_keys import ArchiveSigner
from ledger.shell.keys import KeyStore
from ledger.shell.store import LedgerRow, Store

Stamp = Callable[[bytes], bytes | None]
"""Asks an authority for a time stamp over these bytes: a TimeStampResp in DER, or None when it does not answer."""
Told = Callable[[int], None]
"""Hears how many entries have been read."""


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file that an entry records (`document.rendered/1`, or `document.sealed/1`).

    `seq` is that entry, `about` what the file is of (`self` for what has no id), `about_seq` the entry it stands for;
    of a sealed file only its digest is told.
    """

    seq: int
    about: str
    digest: str
    media_type: str
    kind: str
    about_seq: int
    language: str
    copy: int | None
    software: str
    sealed: bool


Documents = Callable[[RenderedFile], bytes | None]
"""Gives the bytes of a recorded file, kept or made again; None where neither can be."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The archive before, as its `archive.created/1` entry tells it."""

    first: int
    last: int
    manifest: str
    signature: str
    timestamp: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """One archive to be written: everything it depends on, so that the same job gives the same bytes."""

    store: Store
    keys: KeyStore
    row: LedgerRow
    opening: Opening
    range: Range
    seen: int  # what it says of anchors and of the archive before is as of this entry
    previous: Previous | None
    signer: ArchiveSigner
    year_key: bytes
    stamp: Stamp | None
    folder: Path  # for temporary files
    told: Told
    documents: Documents | None = None

    @property
    def ledger(self) -> str:
        """The ledger's id."""
        return self.row.ledger

    @property
    def private_name(self) -> str:
        """The name of the second file."""
        return f"{self.row.name}-{self.range.period.label}.private.enc"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: digests of its parts, and what the manifest says."""

    manifest: str
    signature: str
    timestamp: str | None
    detachable: str | None
    documents: int
    said: Mapping[str, Any]


class Writer(Protocol):
    """Writes one form of archive."""

    def __call__(self, job: Job, out: BinaryIO, private: BinaryIO, /) -> Written:
        """Write the archive to `out` and what names people to `private`, both new files that stand at their beginning.

        Raises:
            Break: the ledger does not hold; nothing is to be kept.
        """
