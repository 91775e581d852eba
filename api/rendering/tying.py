"""What a ledger knows of its files, for `projections.documents.verify`: those of an entry, or of a digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from api.rendering.subjects import number_of
from ledger.domain.events.messages import DocumentRendered, DocumentSealed
from ledger.shell.store import Line, Store
from projections.documents.verify import Belonging, Claim, Identity, State, Tie, belongs

WHOLE: Final[frozenset[State]] = frozenset({"issued", "sealed"})
"""Not one byte differs."""


@dataclass(frozen=True, slots=True)
class Tied:
    """What a file is to a ledger: `state` is one of those of docs/sealing.md.

    `recorded` is the entry that tells the digest of the file, or of what is unchanged of it (`extended`: its first
    `kept_bytes`). The document's own facts are there where an entry records it or the claimed one is there.
    """

    state: State
    digest: str
    bytes: int
    claim: Claim | None = None
    claim_holds: bool | None = None
    recorded: int | None = None
    kept_bytes: int | None = None
    expected: tuple[str, ...] = ()
    first_difference: int | None = None
    about: str | None = None
    about_seq: int | None = None
    kind: str | None = None
    number: str | None = None
    language: str | None = None
    copy: int | None = None


class Ties:
    """`projections.documents.verify.Lookup` over a store, for one file.

    The files of the entry that it claims are looked at first; only where they are others, every one of the ledger is.
    """

    def __init__(self, store: Store, ledger: str, identity: Identity) -> None:
        """Look for what `identity` may be."""
        self._store = store
        self._ledger = ledger
        self._wanted = {identity.digest, *(digest for _, digest in identity.earlier)}
        self._ties: dict[str, Tie] = {}
        self._rendered: dict[str, DocumentRendered] = {}
        claim = identity.claim
        self._claimed: tuple[Tie, ...] = ()
        if claim is not None and claim.ledger == ledger:
            self._claimed = tuple(self._of_entry(claim.seq))
            self._ties = {one.digest: one for one in self._claimed}
        self._all_read = False

    @property
    def ledger(self) -> str:
        """The ledger's id."""
        return self._ledger

    def by_digest(self, digest: str) -> Tie | None:
        """The entry that records a file of this digest."""
        if digest not in self._ties and not self._all_read:
            self._all_read = True
            lines = self._store.lines(self._ledger, types=(DocumentRendered.TYPE, DocumentSealed.TYPE))
            wanted = [one.encode() for one in self._wanted]
            near = (line for line in lines if any(one in line.line for one in wanted))
            for stream in {line.stream for line in near}:
                for one in self._read(self._store.stream(self._ledger, stream)):
                    self._ties.setdefault(one.digest, one)
        return self._ties.get(digest)

    def of_entry(self, seq: int) -> Sequence[Tie]:
        """Every file recorded of the document of an entry."""
        return [one for one in self._claimed if one.about_seq == seq]

    def fingerprint(self, seq: int) -> str | None:
        """The fingerprint of an entry, None where there is none."""
        line = self.line(seq)
        return None if line is None else line.fingerprint

    def line(self, seq: int) -> Line | None:
        """One entry."""
        return next(iter(self._store.lines(self._ledger, seq - 1, seq)), None)

    def rendered(self, tie: Tie) -> DocumentRendered | None:
        """The event of the file that a tie is of, before its seal."""
        return self._rendered.get(tie.rendered or tie.digest)

    def _of_entry(self, seq: int) -> Iterator[Tie]:
        line = self.line(seq)
        if line is not None:
            about = line.stream.partition(":")[2]
            files = self._store.stream(self._ledger, f"document:{about}")
            yield from (one for one in self._read(files) if one.about_seq == seq)

    def _read(self, lines: Iterable[Line]) -> Iterator[Tie]:
        for line in lines:
            if not line.line:
                continue
            body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
            if line.type == DocumentRendered.TYPE:
                self._rendered.setdefault(body["digest"], DocumentRendered(**body))
                yield Tie("rendered", line.seq, body["about_seq"], body["digest"])
            elif line.type == DocumentSealed.TYPE and body["rendered"] in self._rendered:
                of = self._rendered[body["rendered"]]
                yield Tie("sealed", line.seq, of.about_seq, body["digest"], body["rendered"])


def tie(store: Store, ledger: str, identity: Identity) -> Tied:
    """Say which entry of a ledger a file belongs to, if any, and whether one byte differs."""
    ties = Ties(store, ledger, identity)
    found = belongs(identity, ties)
    seq, event = _document_of(found, ties)
    sure = found.tie is not None  # else it may have been any of the entry's files: only what they share is told
    line = None if seq is None else ties.line(seq)
    return Tied(
        state=found.state,
        digest=identity.digest,
        bytes=identity.bytes,
        claim=identity.claim,
        claim_holds=found.claim_holds,
        recorded=None if found.tie is None else found.tie.seq,
        kept_bytes=found.kept_bytes if found.state == "extended" else None,
        expected=found.expected,
        about=(event.about or "self") if event is not None else None,
        about_seq=seq,
        kind=event.kind if event is not None else None,
        number=None if line is None else number_of(line),
        language=event.language if event is not None and (sure or _one_language(found, ties)) else None,
        copy=event.copy if event is not None and sure else None,
    )


def _document_of(found: Belonging, ties: Ties) -> tuple[int | None, DocumentRendered | None]:
    """Give the entry that the file stands for, and the file that was recorded of it, as far as either is sure."""
    if found.tie is not None:
        return found.tie.about_seq, ties.rendered(found.tie)
    claim = found.identity.claim
    if claim is None or not found.claim_holds:
        return None, None
    files = _files(claim, ties)
    originals = [one for one in files if one.copy is None]
    return claim.seq, next(reversed(originals or files), None)


def _files(claim: Claim, ties: Ties) -> list[DocumentRendered]:
    """Give the files recorded of a claimed entry: of the kind that is claimed, where there are some."""
    events = [ties.rendered(one) for one in ties.of_entry(claim.seq) if one.kind == "rendered"]
    files = [one for one in events if one is not None]
    return [one for one in files if one.kind == claim.kind] or files


def _one_language(found: Belonging, ties: Ties) -> bool:
    claim = found.identity.claim
    return claim is not None and len({one.language for one in _files(claim, ties)}) == 1


def identity_of(facts: Mapping[str, Any]) -> Identity:
    """Read what a worker said of a file.

    Raises:
        KeyError, TypeError, ValueError: it is not of its form.
    """
    claim = facts["claim"]
    return Identity(
        int(facts["bytes"]),
        str(facts["digest"]),
        tuple((int(length), str(digest)) for length, digest in facts["earlier"]),
        None
        if claim is None
        else Claim(str(claim["ledger"]), int(claim["seq"]), str(claim["fingerprint"]), str(claim["kind"])),
    )
