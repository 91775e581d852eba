"""A customer's proof: one document under a signed checkpoint, in a small file (docs/spec/checkpoint.md 18 to 21)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson

from archive.sealed.anchors import anchor
from archive.sealed.tree import Roots, inclusion_ranges
from ledger.domain.refusals import Refusal, refuse
from ledger.kernel import canonical, checkpoint
from ledger.kernel.audit import opening
from ledger.kernel.errors import Break, Malformed
from ledger.shell.checkpoints import make_checkpoint, verifier_key
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow, CheckpointRow, Line, Store

FORMAT: Final = "sceau-proof/1"
SUFFIX: Final = ".proof.json"

DOCUMENTS: Final[dict[str, str]] = {
    "invoice": "invoice.issued/1",
    "credit_note": "credit_note.issued/1",
    "quote": "quote.issued/1",
    "receipt": "receipt.issued/1",
    "note": "note.issued/1",
    "deposit": "deposit.requested/1",
}
"""The kinds of stream whose first entry is a document that a customer holds, and its type."""

_REVISED: Final = "quote.revised/1"
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MOST_BYTES: Final = 1 << 25


@dataclass(frozen=True, slots=True)
class Proof:
    """The file, and its name: the document's number, or its id where it has none."""

    name: str
    data: bytes
    size: int  # of the checkpoint
    anchors: int


def prove(service: Service, ledger: str, document: str, *, with_names: bool = False) -> Proof | Refusal:
    """Show that a document stands in the ledger, to somebody who has the file and the ledger's identity alone.

    Args:
        service: who serves the ledger; a checkpoint is signed only if none covers the document yet.
        ledger: name or id.
        document: its id, or its printed number, for which the ledger is read through.
        with_names: with the disclosures of the entry: who gets the file can read them.

    Raises:
        LedgerUnknown, KeyMissing, StoreFailure: see `ledger.shell.errors`.
        Break: the entries do not lead to the checkpoint.
    """
    row = service.find(ledger)
    store = service.store
    line = find(store, row.ledger, document)
    if line is None:
        return refuse("DOCUMENT_UNKNOWN", "/document")
    kept, anchors = _checkpoint(service, row.ledger, line.seq)
    first = next(store.lines(row.ledger, 0, 1))
    key = verifier_key(opening(first.line))
    roots = Roots(store, row.ledger, {})
    proofs = {}
    for name, one in (("document", line), ("opening", first)):
        path = [roots.of(*part) for part in inclusion_ranges(one.seq - 1, kept.size)]
        proofs[name] = checkpoint.proof_text(one.seq - 1, path, kept.note, one.line)
        try:
            checkpoint.verify_proof(proofs[name], key)
        except Malformed as fault:
            raise Break("checkpoint_inconsistent", f"{fault}: run `sceau verify`", one.seq) from fault
    disclosures = store.disclosures_of(row.ledger, [line.seq]) if with_names else []
    whole: dict[str, Any] = {
        "anchors": [anchor(each, kept.note) for each in anchors],
        "disclosures": [{"path": d.path, "salt": d.salt, "value": orjson.loads(d.value)} for d in disclosures],
        "document": proofs["document"].decode(),
        "format": FORMAT,
        "opening": proofs["opening"].decode(),
    }
    name = _number(line) or line.stream.partition(":")[2]
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")
    return Proof(f"{safe}{SUFFIX}", canonical.encode(whole, _MOST_BYTES) + b"\n", kept.size, len(anchors))


def find(store: Store, ledger: str, document: str) -> Line | None:
    """Find the entry of a document by its id or its printed number; of a quote, its last version."""
    if _UUID.fullmatch(document):
        for kind, type_ in DOCUMENTS.items():
            lines = [x for x in store.stream(ledger, f"{kind}:{document}") if x.type in (type_, _REVISED)]
            if lines:
                return lines[-1]
        return None
    found: Line | None = None
    wanted = b'"number":' + orjson.dumps(document)
    for line in store.lines(ledger, types=(*DOCUMENTS.values(), _REVISED)):
        if wanted in line.line and _number(line) == document:
            found = line
    return found


def _number(line: Line) -> str | None:
    body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
    return body.get("number")


def _checkpoint(service: Service, ledger: str, seq: int) -> tuple[CheckpointRow, list[AnchorRow]]:
    """Give the last anchored checkpoint that covers an entry, else the last one, made now if there is none."""
    store = service.store
    anchored: dict[int, list[AnchorRow]] = {}
    for row in store.last_anchors(ledger):
        if row.size >= seq:
            anchored.setdefault(row.size, []).append(row)
    if anchored:
        size = max(anchored)
        kept = store.last_checkpoint(ledger, size)
        if kept is not None and kept.size == size:
            return kept, anchored[size]
    kept = store.last_checkpoint(ledger)
    if kept is None or kept.size < seq:
        make_checkpoint(store, service.keys, ledger)
        kept = store.last_checkpoint(ledger)
    if kept is None or kept.size < seq:
        raise Break("checkpoint_inconsistent", "no checkpoint covers the document", seq)
    return kept, []
