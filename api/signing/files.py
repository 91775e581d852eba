"""Files kept beside the chain: PDFs to be signed, drawn signatures, files of quotes; found by their SHA-256, encrypted.

They are kept for the stream of their signature, as long as the names in its first entry are (docs/retention.md). Those
that go with a quote are kept for its stream, which begins with the draft's id, as long as a version names the client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Final

from api.rendering.tasks import Done, Inspect, Task
from api.signing import attached
from api.signing.pdf import MOST_PAGES
from api.vault import Vault
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import add_months
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from ledger.shell.signing import FileFacts, FileKind, KeptFile

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
        return self._keep(ledger, SIGNATURE.stream(signature), "pdf", data)

    def keep_drawing(self, ledger: str, signature: str, data: bytes) -> str:
        """Keep a drawn signature that was looked at (`drawing.read_drawing`); give its digest."""
        return self._keep(ledger, SIGNATURE.stream(signature), "drawing", data)

    def read(self, ledger: str, signature: str, digest: str) -> bytes | None:
        """Give a file kept for a signature; None if it is not there.

        Raises:
            KeyMissing: the ledger's keys are not here, or it was changed in the store.
        """
        return self._read(ledger, SIGNATURE.stream(signature), digest)

    # --- files that go with a quote

    def attach(self, ledger: str, quote: str, data: bytes) -> FileFacts | Refusal:
        """Look at a file and keep it for a quote, or for the draft whose id the quote will have.

        The digest and size are of what is kept: a photo is kept without its metadata (`attached.as_kept`).

        Raises:
            NotRendered, Overloaded: a PDF could not be looked at.
            KeyMissing: the ledger's keys are not here.
        """
        kind = attached.kind_of(data)
        if isinstance(kind, Refusal):
            return kind
        if kind == "pdf":
            found = self._run(Inspect(data)).facts
            if "pages" not in found:
                return _refused(str(found.get("wrong")))
        kept = attached.as_kept(data, kind)
        if isinstance(kept, Refusal):
            return kept
        return FileFacts(self._keep(ledger, QUOTE.stream(quote), kind, kept), kind, len(kept))

    def attached(self, ledger: str, quote: str) -> dict[str, FileFacts]:
        """Give what is kept for a quote or draft, by digest."""
        return {one.digest: one for one in self._kept.files_of(ledger, QUOTE.stream(quote))}

    def read_attached(self, ledger: str, quote: str, digest: str) -> bytes | None:
        """Give a file that goes with a quote; None if it is not there.

        Raises:
            KeyMissing: the ledger's keys are not here, or it was changed in the store.
        """
        return self._read(ledger, QUOTE.stream(quote), digest)

    def to_mail(self, ledger: str, quote: str) -> tuple[tuple[str, str, bytes], ...]:
        """Give name, media type and bytes of the files of the version in force; none where they are too heavy to mail.

        Raises:
            KeyMissing: the ledger's keys are not here.
        """
        state = self._service.state(ledger, QUOTE, quote)
        if state is None or state.document is None or not state.current.attachments:
            return ()
        kept = self.attached(ledger, quote)
        wanted = [one for one in state.current.attachments if one in kept]
        if sum(kept[one].size_bytes for one in wanted) > attached.MOST_MAILED_BYTES:
            return ()
        names = (state.current.texts.attachments if state.current.texts is not None else None) or ()
        found: list[tuple[str, str, bytes]] = []
        for rank, digest in enumerate(state.current.attachments):
            data = self.read_attached(ledger, quote, digest) if digest in kept else None
            if data is not None:
                kind = kept[digest].kind
                name = names[rank] if rank < len(names) else f"annexe-{rank + 1}.{kind}"
                found.append((name, attached.MEDIA[kind], data))
        return tuple(found)

    def copy_attached(self, ledger: str, quote: str, to: str, digests: Iterable[str]) -> tuple[str, ...] | None:
        """Keep files of one quote or draft for another too; give those that are new there, None where one is missing.

        Raises:
            KeyMissing: the ledger's keys are not here.
        """
        wanted, here, there = tuple(digests), self.attached(ledger, quote), self.attached(ledger, to)
        if any(digest not in here and digest not in there for digest in wanted):
            return None
        new = tuple(digest for digest in wanted if digest not in there)
        for digest in new:
            data = self._read(ledger, QUOTE.stream(quote), digest)
            if data is None:
                return None
            self._keep(ledger, QUOTE.stream(to), here[digest].kind, data)
        return new

    def detach(self, ledger: str, quote: str, digests: Iterable[str] | None = None) -> None:
        """Let go files of a draft: all, or some. What an issued version names is never let go by this."""
        if digests is None:
            if not self._service.store.versions(ledger, [QUOTE.stream(quote)]).get(QUOTE.stream(quote)):
                self._kept.drop_files(ledger, QUOTE.stream(quote))
            return
        named = self._named(ledger, quote)
        for digest in digests:
            if digest not in named:
                self._kept.drop_file(ledger, QUOTE.stream(quote), digest)

    def _named(self, ledger: str, quote: str) -> set[str]:
        events = self._service.stream(ledger, QUOTE.stream(quote))
        versions = (event.record for event in events)
        return {digest for one in versions if isinstance(one, QuoteDocument) for digest in one.attachments}

    # --- letting go

    def _read(self, ledger: str, about: str, digest: str) -> bytes | None:
        kept = self._kept.file(ledger, about, digest)
        if kept is None:
            return None
        data = self._vault(ledger).open(_PURPOSE, f"{kept.about} {digest}", kept.data)
        return data if sha256(data).hexdigest() == digest else None

    def forget_erased(self, ledger: str) -> int:
        """Let go the files whose signature's, or quote's, names were erased; how many. Run after an erasure or purge.

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
            unused = (about for about in some if not there.get(about) and not self._drafted(ledger, about))
            gone += sum(self._kept.drop_files(ledger, about) for about in unused)
        return gone

    def _drafted(self, ledger: str, about: str) -> bool:
        kind, _, identifier = about.partition(":")
        return kind == QUOTE.prefix and self._service.store.side().draft(ledger, identifier) is not None

    def _keep(self, ledger: str, about: str, kind: FileKind, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        sealed = self._vault(ledger).close(_PURPOSE, f"{about} {digest}", data)
        at = format_at(self._service.clock.now())
        self._kept.put_file(KeptFile(ledger, about, digest, kind, len(data), sealed, at))
        return digest

    def _is_gone(self, ledger: str, about: str, old: bool) -> bool:
        try:
            events = self._service.stream(ledger, about)
        except StreamPurged:
            return old
        if about.startswith(f"{QUOTE.prefix}:"):
            versions = [event.record for event in events if isinstance(event.record, QuoteDocument)]
            return bool(versions) and all(one.client is None for one in versions)
        first = next(iter(events), None)
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
