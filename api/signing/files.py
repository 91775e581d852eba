"""Files kept for signing: PDFs to be signed and drawn signatures, found by their SHA-256, encrypted at rest.

They are kept for the stream of their signature, as long as the names in its first entry are (docs/retention.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Final

from api.rendering.tasks import Done, Inspect, Task
from api.signing.pdf import MOST_PAGES
from api.vault import Vault
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import add_months
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from ledger.shell.signing import FileKind, KeptFile

MOST_BYTES: Final = 20 << 20
PURGED_YEARS: Final = 12
"""Ten years from performance, which an archived year no longer tells: two more."""
_PURPOSE: Final = "signing-file"
_UNUSED: Final = timedelta(days=1)
_CHUNK: Final = 500


class Files:
    """The files of a service's ledgers. Methods may be called from several threads."""

    def __init__(self, service: Service, run: Callable[[Task], Done]) -> None:
        """Keep files of `service`; `run` has a process of the pool look at a stranger's PDF (`Documents.run`)."""
        self._service = service
        self._run = run
        self._kept = service.store.side().signing()
        self._vaults: dict[str, Vault] = {}

    def keep_pdf(self, ledger: str, signature: str, data: bytes) -> str | Refusal:
        """Look whether a PDF can be signed and keep it for a request; give its digest.

        Raises:
            NotRendered, Overloaded: it could not be looked at (`api.rendering.errors`, `ledger.shell.errors`).
            KeyMissing: the ledger's keys are not here.
        """
        if len(data) > MOST_BYTES:
            return refuse("FILE_OVERSIZE", "/file", most=MOST_BYTES >> 20)
        found = self._run(Inspect(data)).facts
        if "pages" not in found:
            return _refused(str(found.get("wrong")))
        return self._keep(ledger, signature, "pdf", data)

    def keep_drawing(self, ledger: str, signature: str, data: bytes) -> str:
        """Keep a drawn signature that was looked at (`drawing.read_drawing`); give its digest."""
        return self._keep(ledger, signature, "drawing", data)

    def read(self, ledger: str, signature: str, digest: str) -> bytes | None:
        """Give a file kept for a signature; None if it is not there.

        Raises:
            KeyMissing: the ledger's keys are not here, or it was changed in the store.
        """
        kept = self._kept.file(ledger, SIGNATURE.stream(signature), digest)
        if kept is None:
            return None
        data = self._vault(ledger).open(_PURPOSE, f"{kept.about} {digest}", kept.data)
        return data if sha256(data).hexdigest() == digest else None

    def forget_erased(self, ledger: str) -> int:
        """Let go the files whose signature's names were erased; how many. Run after an erasure or purge.

        A purge takes no signed bytes: no archive has them, and the law wants them kept (C. conso L213-1, D213-2). Of a
        purged signature they go `PURGED_YEARS` after they were kept.
        """
        gone, today = 0, self._service.clock.now().date()
        for about, kept_at in {about: at for about, _, at in self._kept.files(ledger)}.items():
            kept_until = add_months(parse_at(kept_at).date(), 12 * PURGED_YEARS)
            if self._is_gone(ledger, about, today > kept_until):
                gone += self._kept.drop_files(ledger, about)
        return gone

    def sweep(self, ledger: str) -> int:
        """Let go the files of a day ago that no request came of (somebody was stopped in between); how many."""
        now = self._service.clock.now()
        old = {about for about, _, kept_at in self._kept.files(ledger) if now - parse_at(kept_at) > _UNUSED}
        wanted, gone = sorted(old), 0
        for at in range(0, len(wanted), _CHUNK):
            some = wanted[at : at + _CHUNK]
            there = self._service.store.versions(ledger, some)
            gone += sum(self._kept.drop_files(ledger, about) for about in some if not there.get(about))
        return gone

    def _keep(self, ledger: str, signature: str, kind: FileKind, data: bytes) -> str:
        digest, about = sha256(data).hexdigest(), SIGNATURE.stream(signature)
        sealed = self._vault(ledger).close(_PURPOSE, f"{about} {digest}", data)
        at = format_at(self._service.clock.now())
        self._kept.put_file(KeptFile(ledger, about, digest, kind, len(data), sealed, at))
        return digest

    def _is_gone(self, ledger: str, about: str, old: bool) -> bool:
        try:
            first = next(iter(self._service.stream(ledger, about)), None)
        except StreamPurged:
            return old
        return first is not None and getattr(first.record, "parties", ()) is None

    def _vault(self, ledger: str) -> Vault:
        return self._vaults.setdefault(ledger, Vault(self._service.keys, ledger))


def _refused(wrong: str) -> Refusal:
    """Refuse a file for what `pdf.inspect` found."""
    match wrong:
        case "encrypted":
            return refuse("FILE_LOCKED", "/file")
        case "active":
            return refuse("FILE_ACTIVE", "/file")
        case "no_page" | "too_long":
            return refuse("FILE_PAGES", "/file", most=MOST_PAGES)
        case _:
            return refuse("FILE_NOT_PDF", "/file")
