"""Documents as files: found or made, kept, recorded; copied, checked, tied to the chain.

Why it is so: docs/decisions/rendering.md. Nothing here runs in a writer's thread: papers are made in the caller's,
pages in the processes of the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from api.rendering.cache import Cache
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.files import PDF, File, Made, file_name, file_of, kept_file, paper_data
from api.rendering.pool import Pool
from api.rendering.recording import files_of, record, stream_id
from api.rendering.renderer import renderer, software_of
from api.rendering.subjects import AS_OF, Subject, as_of
from api.rendering.tasks import Check, Done, Draw, Embedded, Identify, Task, WriteXml
from api.rendering.telling import language_of, salt_for
from api.rendering.tying import Tied, identity_of, tie
from api.settings import Settings, proof_address
from archive.job import RenderedFile
from ledger.domain.commands.messages import MakeCopy
from ledger.domain.events.messages import DocumentRendered, DocumentSealed
from ledger.domain.events.periods import DataErased
from ledger.domain.events.quotes import QuoteSigned
from ledger.domain.events.signatures import SignatureCompleted
from ledger.domain.refusals import Refusal
from ledger.domain.streams.copies import COPIES
from ledger.domain.streams.document import Rendering
from ledger.shell.errors import BehindMark, KeyMissing, StreamPurged
from ledger.shell.migrate import sqlite_path
from ledger.shell.purged import purges
from ledger.shell.service import Service
from ledger.shell.store import Store
from projections.documents.builders import Wanted, paper_of
from projections.documents.paper import FACTURX_KINDS, DocumentKind, Language, Paper
from projections.documents.sources import NoDocument, StoreSources
from projections.documents.verify import first_difference

if TYPE_CHECKING:
    from projections.documents.seal import Sealed  # its library takes a second to load

_MIB: Final = 1 << 20
_IDLE_SECONDS: Final = 300.0
_UNRECORDED_SECONDS: Final = 3600.0
_LANGUAGES: Final[dict[str, Language]] = {"fr": "fr", "en": "en"}
_SELF_KINDS: Final[frozenset[DocumentKind]] = frozenset({"closure_report", "attestation"})


def _always() -> bool:
    return True


class Documents:
    """The documents of a service's ledgers. Methods may be called from several threads."""

    def __init__(self, service: Service, settings: Settings, pool: Pool | None = None) -> None:
        """Serve the documents of `service`; `close` ends the processes that draw."""
        self.service = service
        self.renderer = renderer(settings.proof_url)
        self.cache = Cache(documents_folder(settings), settings.documents_megabytes * _MIB, self.renderer)
        self._proof_url = settings.proof_url
        self._pool = pool or Pool(settings.documents_workers, settings.documents_queue, settings.documents_seconds)

    def close(self) -> None:
        """End the processes that draw."""
        self._pool.close()

    def rest(self) -> None:
        """End the processes that have drawn nothing for a while; they start again when there is something to draw."""
        self._pool.rest(_IDLE_SECONDS)

    # ---- one document

    def paper(self, ledger: str, subject: Subject, language: Language | None = None, copy: int | None = None) -> Paper:
        """Say what a document says, in its customer's language unless one is asked for.

        Raises:
            DocumentUnknown: there is none.
            DocumentErased: its names were erased.
            StreamPurged: one of its entries was purged; its archive is named.
        """
        sources = StoreSources(self.service.store, ledger)
        if subject.seq is None and subject.kind in AS_OF:
            subject = replace(subject, seq=as_of(self.service.store, ledger, subject))
        said = language or language_of(sources, subject)
        paper = self._paper(sources, subject, said, copy)
        if self._proof_url is not None:
            proof = paper.proof
            address = proof_address(self._proof_url, ledger, proof.seq, proof.fingerprint)
            paper = self._paper(sources, subject, said, copy, address)
        entry = sources.entry(paper.proof.seq)
        if (entry is not None and entry.gone) or (paper.buyer is not None and paper.buyer.erased):
            raise DocumentErased(paper.kind)
        return (
            paper
            if paper.salt is not None
            else replace(paper, salt=salt_for(self.service.store, ledger, subject, paper.proof.seq))
        )

    def file(
        self,
        ledger: str,
        subject: Subject,
        language: Language | None = None,
        copy: int | None = None,
        *,
        actor: str = "system",
        reads: bool = False,
    ) -> File:
        """Give a document as a file: the recorded one, from the cache or made again; else made and recorded now.

        Args:
            ledger: its id.
            subject: which document.
            language: the customer's, by default.
            copy: k of DUPLICATA n° k, which `copy.made/1` must have given out; None is the original.
            actor: who asks, if it is recorded now.
            reads: whoever asks may only read: what no entry issued (`AS_OF`) is given and not recorded, as there is no
                end of entries as of which a statement may be asked for.

        Raises:
            DocumentUnknown, DocumentErased, StreamPurged: as `paper`.
            NotRendered: it cannot be drawn, or is not valid: nothing was recorded.
            Overloaded: too many are being drawn.
            DocumentRefused: the same renderer has made other bytes of this document before.
        """
        if copy is not None and copy > self._copies(ledger, subject):
            raise DocumentUnknown("no_such_copy")
        paper = self.paper(ledger, subject, language, copy)
        about = _about(subject)
        files = files_of(self.service.store, ledger, about)
        known = files.state.last(paper.kind, paper.proof.seq, paper.language, copy)
        if known is not None:
            data = self.cache.get(ledger, about, known.digest)
            if data is not None:
                return kept_file(data, paper, subject, known, files)
        made = self.make(ledger, subject, paper)
        if reads and known is None and subject.kind in AS_OF:
            return made.file
        return self._recorded(ledger, made, actor)

    def make(self, ledger: str, subject: Subject, paper: Paper) -> Made:
        """Draw a paper and keep the file; it is not recorded yet.

        Raises:
            NotRendered, Overloaded: as `file`.
            DocumentErased: its names were erased meanwhile.
        """
        done = self._draw(Draw(paper, self._embedded(ledger, subject, paper)))
        digest = sha256(done.data).hexdigest()
        about = _about(subject)
        self.cache.put(ledger, about, digest, done.data)
        # Erased while it was drawn: who erased has looked for files before this one was there.
        entry = StoreSources(self.service.store, ledger).entry(paper.proof.seq)
        if entry is not None and entry.gone:
            self.cache.forget(ledger, about)
            raise DocumentErased(paper.kind)
        event = DocumentRendered(
            about=None if about == "self" else about,
            kind=paper.kind,
            about_seq=paper.proof.seq,
            digest=digest,
            bytes=len(done.data),
            media_type=str(done.facts.get("media_type", PDF)),
            language=paper.language,
            copy=paper.copy,
            profile=done.facts.get("profile"),
            software=software_of(self.renderer),
        )
        file = file_of(done.data, paper, subject, digest, event.media_type, event.profile)
        return Made(file, about, event)

    def keep(self, ledger: str, made: Sequence[Made], actor: str = "system") -> list[int | Refusal]:
        """Record drawn documents in one transaction; see `recording.record`."""
        return record(self.service, ledger, [(one.about, one.event) for one in made], actor)

    def shown(
        self, ledger: str, subject: Subject, language: Language | None = None, copy: int | None = None
    ) -> dict[str, Any]:
        """Give all that a document says as JSON values; a logo by its type alone, the salt not at all.

        Raises:
            DocumentUnknown, DocumentErased, StreamPurged: as `paper`.
        """
        if copy is not None and copy > self._copies(ledger, subject):
            raise DocumentUnknown("no_such_copy")
        return paper_data(self.paper(ledger, subject, language, copy))

    def xml(self, ledger: str, subject: Subject, language: Language | None = None) -> tuple[bytes, str]:
        """Give the machine-read invoice (CII) and its profile.

        Raises:
            DocumentUnknown: it is a document that has none (`no_xml`), and as `paper`.
            NotRendered: it is not valid.
        """
        paper = self.paper(ledger, subject, language)
        if paper.kind not in FACTURX_KINDS:
            raise DocumentUnknown("no_xml")
        done = self._draw(WriteXml(paper))
        return done.data, str(done.facts.get("profile", ""))

    def copy(
        self,
        ledger: str,
        subject: Subject,
        by: Literal["print", "email", "download"],
        language: Language | None = None,
        *,
        actor: str,
        key: str | None = None,
    ) -> File | Refusal:
        """Number a copy (DUPLICATA n° k) and give its file; asked again with the same key, the same one.

        Raises:
            As `file`. A number that was given stays given: ask for its file again.
        """
        self.paper(ledger, subject, language)  # a number is not spent on what cannot be shown
        command = MakeCopy(about=subject.about, kind=subject.kind, by=by)
        outcome = self.service.execute(ledger, command, key=key, actor=actor)
        if isinstance(outcome, Refusal):
            return outcome
        return self.file(ledger, subject, language, int(outcome.result["copy"]), actor=actor)

    def seal(
        self,
        ledger: str,
        subject: Subject,
        make: Callable[[bytes], Sealed],
        language: Language | None = None,
        *,
        actor: str,
    ) -> File:
        """Seal a document's file with the issuer's certificate (PAdES), keep it for good and record its digest.

        Args:
            ledger: its id.
            subject: which document.
            make: seals the file (`projections.documents.seal.seal`, with a key): it may take seconds.
            language: the customer's, by default.
            actor: who asks.

        Raises:
            As `file`; what `make` raises.
            KeyMissing, BehindMark: nothing can be recorded now: nothing was sealed.
            OSError: the sealed file cannot be kept, and could not be made again: nothing was recorded.
        """
        file = self.file(ledger, subject, language, actor=actor)
        if file.recorded is None:
            raise KeyMissing("the ledger takes no entry now: a seal must be recorded")
        sealed = make(file.data)
        about = _about(subject)
        if not self.cache.put(ledger, about, sealed.digest, sealed.data, for_good=True):
            raise OSError("the sealed file cannot be kept: is the folder of documents there, with room on its disk?")
        event = DocumentSealed(
            rendered=file.digest,
            digest=sealed.digest,
            bytes=len(sealed.data),
            level=sealed.level,
            certificate=sealed.certificate,
        )
        (answer,) = record(self.service, ledger, [(about, event)], actor)
        if isinstance(answer, Refusal):
            raise DocumentRefused(answer)
        return replace(file, data=sealed.data, digest=sealed.digest, recorded=answer, sealed=True, made=True)

    def sealed(self, ledger: str, subject: Subject, language: Language | None = None, copy: int | None = None) -> File:
        """Give the last sealed file of a document.

        Raises:
            DocumentUnknown: it was not sealed (`not_sealed`), or the sealed file is not kept here (`not_kept`).
            DocumentErased, StreamPurged: as `paper`.
        """
        paper = self.paper(ledger, subject, language, copy)
        about = _about(subject)
        files = files_of(self.service.store, ledger, about)
        known = files.state.last(paper.kind, paper.proof.seq, paper.language, copy)
        if known is None or not known.sealed:
            raise DocumentUnknown("not_sealed")
        data = self.cache.get(ledger, about, known.sealed[-1])
        if data is None:
            raise DocumentUnknown("not_kept")
        file = kept_file(data, paper, subject, known, files)
        digest = known.sealed[-1]
        return replace(file, digest=digest, recorded=files.seqs[digest], sealed=True)

    def check(self, data: bytes) -> dict[str, Any]:
        """Check anybody's Factur-X file or CII invoice; give the report.

        Raises:
            NotRendered: it could not be read through in time.
            Overloaded: too many are being drawn.
        """
        return self._draw(Check(data)).facts

    def verify(self, ledger: str, data: bytes) -> Tied:
        """Say which entry a file belongs to, and whether one byte of it differs.

        Raises:
            NotRendered: it is no PDF (`not_pdf`), too long, or could not be read through.
            Overloaded: too many are being drawn.
        """
        try:
            identity = identity_of(self._draw(Identify(data)).facts)
        except (KeyError, TypeError, ValueError) as error:
            raise NotRendered("died") from error
        if identity.digest != sha256(data).hexdigest():  # what read it is believed for the rest only
            raise NotRendered("died")
        tied = tie(self.service.store, ledger, identity)
        if tied.state != "altered" or tied.about is None:
            return tied
        issued = (self.cache.get(ledger, tied.about, digest) for digest in tied.expected)
        places = [place for each in issued if each is not None and (place := first_difference(each, data)) is not None]
        return replace(tied, first_difference=max(places)) if places else tied

    def run(self, task: Task) -> Done:
        """Have the pool do a task.

        Raises:
            NotRendered, Overloaded: as `file`.
        """
        return self._draw(task)

    # ---- what the job asks

    def is_recorded(self, ledger: str, subject: Subject) -> bool:
        """Tell whether a file of this document was recorded, in whatever language, by whatever renderer."""
        state = files_of(self.service.store, ledger, _about(subject)).state
        return any((one.kind, one.about_seq, one.copy) == (subject.kind, subject.seq, None) for one in state.renderings)

    def forget_gone(self, ledger: str, still: Callable[[], bool] = _always) -> int:
        """Let kept files go after an erasure or purge; how many things they were of.

        An erasure takes every file of a thing. A purge takes those alone whose own recording lies in a purged range:
        the archive's second file has them. What was recorded later may be in no archive, and cannot be made again.

        Raises:
            OSError: a file is still there.
        """
        gone = 0
        ranges = [(one.first, one.last) for one in purges(self.service.store, ledger)]
        erased = _erased_entries(self.service.store, ledger)
        for about in self.cache.abouts(ledger):
            if not still():
                break
            gone += self._let_go(ledger, about, ranges, erased)
        return gone

    def archived(self, ledger: str) -> Callable[[RenderedFile], bytes | None]:
        """Give what an archive asks for a ledger's recorded files: kept, or made again by the renderer that made them.

        Nothing is recorded by it.
        """

        def fetch(file: RenderedFile) -> bytes | None:
            data = self.cache.get(ledger, file.about, file.digest)
            if data is not None or file.sealed or file.software != software_of(self.renderer):
                return data
            kind: Any = file.kind
            subject = Subject(kind, file.about, file.about_seq)
            try:
                paper = self.paper(ledger, subject, _LANGUAGES[file.language], file.copy)
                made = self.make(ledger, subject, paper).file
            except (DocumentErased, DocumentUnknown, NotRendered, StreamPurged):
                return None
            return made.data if made.digest == file.digest else None

        return fetch

    # ---- inside

    def _let_go(self, ledger: str, about: str, ranges: list[tuple[int, int]], erased: set[int]) -> bool:
        """Let the files of one thing go that may not or need not be kept; whether there were any."""
        files = files_of(self.service.store, ledger, about)
        fates = [(one, self._fate(ledger, about, one, erased)) for one in files.state.renderings]
        if not fates or any(fate == "erased" for _, fate in fates):  # none recorded: it can be made again
            self.cache.forget(ledger, about)
            return True
        purged = [one for one, fate in fates if fate == "purged"]
        archived = {
            digest
            for one in purged
            for digest in (one.digest, *one.sealed)
            if any(low <= files.seqs[digest] <= high for low, high in ranges)
        }
        if purged:  # left by a process that was killed before it recorded them; a younger one may be about to
            archived |= {
                digest
                for digest, age in self.cache.kept(ledger, about).items()
                if digest not in files.seqs and age > _UNRECORDED_SECONDS
            }
        gone = [digest for digest in sorted(archived) if self.cache.let_go(ledger, about, digest)]
        return bool(gone)

    def _fate(self, ledger: str, about: str, one: Rendering, erased: set[int]) -> Literal["erased", "purged", "there"]:
        kind: Any = one.kind
        if one.about_seq in erased:
            return "erased"
        try:
            self.paper(ledger, Subject(kind, about, one.about_seq), _LANGUAGES[one.language])
        except DocumentErased:
            return "erased"
        except StreamPurged:
            return "purged"
        except DocumentUnknown:  # this version does not make it any more: all the more reason to keep it
            return "there"
        return "there"

    def _paper(
        self, sources: StoreSources, subject: Subject, language: Language, copy: int | None, proof: str | None = None
    ) -> Paper:
        wanted = Wanted(
            kind=subject.kind,
            about=subject.about,
            seq=subject.seq,
            language=language,
            copy=copy,
            proof_address=proof,
        )
        try:
            return paper_of(sources, wanted)
        except NoDocument as nothing:
            raise DocumentUnknown(nothing.reason) from nothing
        except LookupError as error:
            raise DocumentUnknown("kind") from error

    def _recorded(self, ledger: str, made: Made, actor: str) -> File:
        if self.service.register(ledger).closed:
            return made.file
        try:
            (answer,) = self.keep(ledger, [made], actor)
        except (KeyMissing, BehindMark):
            return made.file
        if isinstance(answer, Refusal):
            raise DocumentRefused(answer)
        return replace(made.file, recorded=answer)

    def _draw(self, task: Task) -> Done:
        done = self._pool.run(task)
        failed = done.facts.get("failed")
        if failed is not None:
            raise NotRendered(str(failed), [str(one) for one in done.facts.get("details", ())])
        return done

    def _embedded(self, ledger: str, subject: Subject, paper: Paper) -> tuple[Embedded, ...]:
        """Give the files that travel in a document: in a signed quote, the evidence of its signature."""
        if paper.kind != "quote" or not paper.signatures:
            return ()
        sources = StoreSources(self.service.store, ledger, paper.proof.seq)
        events = [one.event for one in sources.stream(f"quote:{subject.about}")]
        signature = next((one.signature for one in reversed(events) if isinstance(one, QuoteSigned)), None)
        entries = StoreSources(self.service.store, ledger).stream(f"signature:{signature}")
        done = next((one.seq for one in entries if isinstance(one.event, SignatureCompleted)), None)
        if signature is None or done is None:
            return ()
        file = self._of_this_renderer(ledger, Subject("evidence", signature, done), paper.language)
        words = "Dossier de preuve de la signature" if paper.language == "fr" else "Evidence of the signature"
        return (Embedded(file.name, file.data, file.media_type, words),)

    def _of_this_renderer(self, ledger: str, subject: Subject, language: Language) -> File:
        """Give a file as the present renderer makes it: what embeds an older one could not be made again."""
        paper = self.paper(ledger, subject, language)
        files = files_of(self.service.store, ledger, _about(subject))
        known = files.state.last(paper.kind, paper.proof.seq, paper.language)
        if known is not None and known.software == software_of(self.renderer):
            data = self.cache.get(ledger, _about(subject), known.digest)
            if data is not None:
                return kept_file(data, paper, subject, known, files)
        return self.make(ledger, subject, paper).file

    def _copies(self, ledger: str, subject: Subject) -> int:
        state = self.service.state(ledger, COPIES, subject.about) if subject.about != "self" else None
        return 0 if state is None else state.last.get(subject.kind, 0)


def _erased_entries(store: Store, ledger: str) -> set[int]:
    """Give the entries of which something was erased: a purge after it takes away what an entry itself would tell."""
    bodies = (orjson.loads(line.line)["entry"]["body"] for line in store.lines(ledger, types=(DataErased.TYPE,)))
    return {place["seq"] for body in bodies for place in body["places"]}


def documents_folder(settings: Settings) -> Path:
    """Give where rendered documents are kept: `SCEAU_DOCUMENTS`, else `documents` beside the SQLite file."""
    if settings.documents is not None:
        return Path(settings.documents)
    if settings.store.startswith("sqlite:"):
        return sqlite_path(settings.store).parent / "documents"
    return Path("var/documents")


def _about(subject: Subject) -> str:
    return "self" if subject.kind in _SELF_KINDS else stream_id(subject.about)


__all__ = ["Documents", "File", "Made", "documents_folder", "file_name"]
