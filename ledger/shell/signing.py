"""What is kept of signing beside the chain: one-time codes on their way, and the files that people sign.

No ledger rule lives here. Codes arrive as keyed hashes, files encrypted (`api/signing/`). Instants arrive as text, made
by the caller: nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final, Literal, Protocol, TypeAlias

FileKind: TypeAlias = Literal["pdf", "jpeg", "png", "drawing"]


@dataclass(frozen=True, slots=True)
class SentCode:
    """The last one-time code sent to a signatory; `document` is the digest of what they are about to sign."""

    ledger: str
    signature: str
    signatory: str
    document: str
    hash: bytes
    sent_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file; `about` is the stream that it is kept for, `digest` the SHA-256 of what `data` is in clear."""

    ledger: str
    about: str
    digest: str
    kind: FileKind
    size_bytes: int  # in clear
    data: bytes  # encrypted
    kept_at: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a kept file is, without its bytes."""

    digest: str
    kind: FileKind
    size_bytes: int  # in clear


class Signing(Protocol):
    """Codes and files of one store. Methods may be called from several threads."""

    def put_code(self, code: SentCode) -> None:
        """Keep a code in place of the signatory's last one."""

    def code(self, ledger: str, signature: str, signatory: str) -> SentCode | None:
        """The signatory's last code."""

    def drop_code(self, ledger: str, signature: str, signatory: str) -> None:
        """Forget the signatory's last code."""

    def drop_codes(self, ledger: str, before: str) -> int:
        """Forget a ledger's codes that expired before an instant; how many."""

    def put_file(self, file: KeptFile) -> bool:
        """Keep a file; False if it was there."""

    def file(self, ledger: str, about: str, digest: str) -> KeptFile | None:
        """The file of that digest that is kept for a stream."""

    def files(self, ledger: str) -> list[tuple[str, str, str]]:
        """What every kept file of a ledger is for: (about, digest, kept_at), in order."""

    def files_of(self, ledger: str, about: str) -> list[FileFacts]:
        """What is kept for a stream, by digest."""

    def drop_file(self, ledger: str, about: str, digest: str) -> None:
        """Forget one file kept for a stream."""

    def drop_files(self, ledger: str, about: str) -> int:
        """Forget the files kept for a stream; how many."""


class Run(Protocol):
    """One SQL statement with `?` placeholders, run in a transaction of its own."""

    def __call__(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        """Its rows, and how many rows it changed: 0 when a key refused it."""


_CODE: Final = "ledger_id, signature_id, signatory_id, document, hash, sent_at, expires_at"
_FILE: Final = "ledger_id, about, digest, kind, bytes, data, kept_at"


class SqlSigning:
    """`Signing` over any SQL store: the statements are plain enough to be the same everywhere."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def put_code(self, code: SentCode) -> None:
        """See `Signing`."""
        sql = (
            f"INSERT INTO signing_codes ({_CODE}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
            " ON CONFLICT (ledger_id, signature_id, signatory_id) DO UPDATE SET document = excluded.document,"
            " hash = excluded.hash, sent_at = excluded.sent_at, expires_at = excluded.expires_at"
        )
        row = (code.ledger, code.signature, code.signatory, code.document, code.hash, code.sent_at, code.expires_at)
        self._run(sql, row)

    def code(self, ledger: str, signature: str, signatory: str) -> SentCode | None:
        """See `Signing`."""
        sql = f"SELECT {_CODE} FROM signing_codes WHERE ledger_id = ? AND signature_id = ? AND signatory_id = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, signature, signatory))
        return _code(rows[0]) if rows else None

    def drop_code(self, ledger: str, signature: str, signatory: str) -> None:
        """See `Signing`."""
        sql = "DELETE FROM signing_codes WHERE ledger_id = ? AND signature_id = ? AND signatory_id = ?"
        self._run(sql, (ledger, signature, signatory))

    def drop_codes(self, ledger: str, before: str) -> int:
        """See `Signing`."""
        return self._run("DELETE FROM signing_codes WHERE ledger_id = ? AND expires_at < ?", (ledger, before))[1]

    def put_file(self, file: KeptFile) -> bool:
        """See `Signing`."""
        sql = f"INSERT INTO signing_files ({_FILE}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        row = (file.ledger, file.about, file.digest, file.kind, file.size_bytes, file.data, file.kept_at)
        return self._run(sql, row)[1] == 1

    def file(self, ledger: str, about: str, digest: str) -> KeptFile | None:
        """See `Signing`."""
        sql = f"SELECT {_FILE} FROM signing_files WHERE ledger_id = ? AND about = ? AND digest = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, about, digest))
        return _file(rows[0]) if rows else None

    def files(self, ledger: str) -> list[tuple[str, str, str]]:
        """See `Signing`."""
        sql = "SELECT about, digest, kept_at FROM signing_files WHERE ledger_id = ? ORDER BY about, digest"
        return [(row[0], row[1], row[2]) for row in self._run(sql, (ledger,))[0]]

    def files_of(self, ledger: str, about: str) -> list[FileFacts]:
        """See `Signing`."""
        sql = "SELECT digest, kind, bytes FROM signing_files WHERE ledger_id = ? AND about = ? ORDER BY digest"
        return [FileFacts(row[0], row[1], row[2]) for row in self._run(sql, (ledger, about))[0]]

    def drop_file(self, ledger: str, about: str, digest: str) -> None:
        """See `Signing`."""
        sql = "DELETE FROM signing_files WHERE ledger_id = ? AND about = ? AND digest = ?"
        self._run(sql, (ledger, about, digest))

    def drop_files(self, ledger: str, about: str) -> int:
        """See `Signing`."""
        return self._run("DELETE FROM signing_files WHERE ledger_id = ? AND about = ?", (ledger, about))[1]


def _code(row: Any) -> SentCode:
    return SentCode(str(row[0]), row[1], row[2], row[3], bytes(row[4]), row[5], row[6])


def _file(row: Any) -> KeptFile:
    return KeptFile(str(row[0]), row[1], row[2], row[3], row[4], bytes(row[5]), row[6])


class MemorySigning:
    """`Signing` in memory, for tests and trials."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._codes: dict[tuple[str, str, str], SentCode] = {}
        self._files: dict[tuple[str, str, str], KeptFile] = {}

    def put_code(self, code: SentCode) -> None:
        """See `Signing`."""
        with self._lock:
            self._codes[code.ledger, code.signature, code.signatory] = code

    def code(self, ledger: str, signature: str, signatory: str) -> SentCode | None:
        """See `Signing`."""
        return self._codes.get((ledger, signature, signatory))

    def drop_code(self, ledger: str, signature: str, signatory: str) -> None:
        """See `Signing`."""
        with self._lock:
            self._codes.pop((ledger, signature, signatory), None)

    def drop_codes(self, ledger: str, before: str) -> int:
        """See `Signing`."""
        with self._lock:
            gone = [key for key, code in self._codes.items() if key[0] == ledger and code.expires_at < before]
            for key in gone:
                del self._codes[key]
            return len(gone)

    def put_file(self, file: KeptFile) -> bool:
        """See `Signing`."""
        with self._lock:
            key = file.ledger, file.about, file.digest
            if key in self._files:
                return False
            self._files[key] = file
            return True

    def file(self, ledger: str, about: str, digest: str) -> KeptFile | None:
        """See `Signing`."""
        return self._files.get((ledger, about, digest))

    def files(self, ledger: str) -> list[tuple[str, str, str]]:
        """See `Signing`."""
        with self._lock:
            return [
                (about, digest, f.kept_at) for (of, about, digest), f in sorted(self._files.items()) if of == ledger
            ]

    def files_of(self, ledger: str, about: str) -> list[FileFacts]:
        """See `Signing`."""
        with self._lock:
            found = [f for key, f in sorted(self._files.items()) if key[:2] == (ledger, about)]
        return [FileFacts(file.digest, file.kind, file.size_bytes) for file in found]

    def drop_file(self, ledger: str, about: str, digest: str) -> None:
        """See `Signing`."""
        with self._lock:
            self._files.pop((ledger, about, digest), None)

    def drop_files(self, ledger: str, about: str) -> int:
        """See `Signing`."""
        with self._lock:
            gone = [key for key in self._files if key[:2] == (ledger, about)]
            for key in gone:
                del self._files[key]
            return len(gone)
