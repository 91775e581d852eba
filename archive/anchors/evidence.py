"""Anchors as evidence: which of those kept beside a chain, or given as files, hold, and who vouches for them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography import x509

from archive.anchors.anchor import own_note
from archive.anchors.stamps import check
from ledger.kernel.audit import Opening
from ledger.kernel.checkpoint import cosignature_time, open_checkpoint
from ledger.kernel.errors import Malformed
from ledger.kernel.note import VerifierKey
from ledger.kernel.stretch import Finding
from ledger.shell.anchored import Evidence, Proof
from ledger.shell.checkpoints import verifier_key
from ledger.shell.store import AnchorRow, Store

_MEMBERS = {"size": int, "kind": str, "place": str, "at": str, "proof": str, "note": str}


def anchor_of_file(data: bytes) -> tuple[AnchorRow, bytes]:
    """Read a file as docs/spec/archive.md rule 19 has it: the anchor, and the note it is about.

    Raises:
        Malformed: `anchor`.
    """
    try:
        whole: dict[str, Any] = orjson.loads(data)
        if set(whole) != set(_MEMBERS) or any(type(whole[name]) is not kind for name, kind in _MEMBERS.items()):
            raise Malformed("anchor")
        proof, note = (base64.b64decode(whole[name], validate=True) for name in ("proof", "note"))
    except (orjson.JSONDecodeError, binascii.Error, TypeError, ValueError):
        raise Malformed("anchor") from None
    return AnchorRow(whole["size"], whole["kind"], whole["place"], whole["at"], proof), note


def stored(store: Store, ledger: str) -> Iterable[tuple[AnchorRow, bytes]]:
    """Give the anchors kept beside a chain, each with its note."""
    notes = {row.size: row.note for row in store.checkpoints(ledger)}
    return ((row, notes.get(row.size, b"")) for row in store.anchors(ledger))


def evidence_of(
    anchors: Iterable[tuple[AnchorRow, bytes]],
    first: Opening,
    roots: Sequence[x509.Certificate] = (),
    witnesses: Sequence[VerifierKey] = (),
    named: Sequence[VerifierKey] = (),
) -> Evidence:
    """Check anchors of one ledger.

    Args:
        anchors: each with the note it is about.
        first: entry 1 of the ledger.
        roots: of time stamp authorities, known from outside.
        witnesses: keys known from outside.
        named: keys that only the ledger's own policy names: they contradict, and prove nothing.
    """
    key = verifier_key(first)
    proofs: list[Proof] = []
    wrong: list[Finding] = []
    for row, note in anchors:
        try:
            head = open_checkpoint(note, key)
            if head.size != row.size:
                raise Malformed("checkpoint", "size")
        except Malformed:
            words = "the checkpoint of an anchor is missing, or not signed by this ledger's key"
            wrong.append(Finding("checkpoint_foreign", row.size, words))
            continue
        if row.kind == "timestamp":
            try:
                stamp = check(row.proof, own_note(note, key), roots)
            except Malformed as fault:
                wrong.append(Finding("timestamp", row.size, f"a time stamp does not hold: {fault.place}"))
            else:
                proofs.append(Proof(head, stamp.at, row.kind, row.place, stamp.trusted))
        elif row.kind == "witness":
            try:
                at, trusted = _seen(row, note, key, witnesses, named)
            except Malformed as fault:
                wrong.append(Finding("cosignature", row.size, f"a cosignature does not hold: {fault}"))
            else:
                proofs.append(Proof(head, at, row.kind, row.place, trusted))
    return Evidence(tuple(proofs), tuple(wrong))


def _seen(
    row: AnchorRow, note: bytes, key: VerifierKey, witnesses: Sequence[VerifierKey], named: Sequence[VerifierKey]
) -> tuple[datetime, bool]:
    if own_note(row.proof, key) != own_note(note, key):
        raise Malformed("cosignature", "note")
    for trusted, keys in ((True, witnesses), (False, named)):
        for witness in keys:
            moment = cosignature_time(row.proof, witness)
            if moment is not None and moment < 2**37:
                return datetime.fromtimestamp(moment, UTC), trusted
    raise Malformed("cosignature", "witness")
