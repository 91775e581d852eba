"""PostgreSQL's append: one statement, built of the parts an append has, and its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, LiteralString
from uuid import UUID

from ledger.shell.store import Append, Head
from ledger.shell.stores.arrays import ByteaArray, Int4Array, Int8Array, TextArray


@lru_cache(maxsize=32)
def append_statement(lines: int, needed: bool, seals: int, disclosures: bool, operations: bool) -> LiteralString:
    """The append as one statement: what is inserted is joined to the head row taken, or to nothing.

    `lines` and `seals` are 0, 1 or 2 for more: a single row travels as plain values, which the server unpacks in two
    thirds of the time that arrays of one take.
    """
    text: LiteralString = (
        "WITH head AS (UPDATE heads SET seq = %b, fingerprint = %b, at = %b, seal = %b, register = %b"
        " WHERE ledger_id = %b AND seq = %b AND fingerprint = %b"
    )
    if needed:
        text += (
            " AND (SELECT count(*) FROM unnest(%b, %b) AS n(stream, version) JOIN entries AS e"
            ' ON e.ledger_id = %b AND e.stream = n.stream COLLATE "C" AND e.version = n.version) = %b'
        )
    text += " RETURNING ledger_id)"
    if lines == 1:
        text += (
            ", lines AS (INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
            " SELECT head.ledger_id, %b, %b, %b, %b::int4, %b, %b FROM head RETURNING 1)"
        )
    elif lines:
        text += (
            ", lines AS (INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
            " SELECT head.ledger_id, %b + n.place, n.fingerprint, n.stream, n.version, n.type, n.line FROM head,"
            " unnest(%b, %b, %b, %b, %b) WITH ORDINALITY AS n(fingerprint, stream, version, type, line, place)"
            " RETURNING 1)"
        )
    if seals == 1:
        text += (
            ", seals AS (INSERT INTO seals (ledger_id, first_seq, last_seq, text, signature)"
            " SELECT head.ledger_id, %b, %b, %b, %b FROM head)"
        )
    elif seals:
        text += (
            ", seals AS (INSERT INTO seals (ledger_id, first_seq, last_seq, text, signature)"
            " SELECT head.ledger_id, n.* FROM head, unnest(%b, %b, %b, %b) AS n)"
        )
    if disclosures:
        text += (
            ", disclosures AS (INSERT INTO disclosures (ledger_id, seq, path, salt, value)"
            " SELECT head.ledger_id, n.* FROM head, unnest(%b, %b, %b, %b) AS n)"
        )
    if operations:
        text += (
            ", operations AS (INSERT INTO operations (ledger_id, key, digest, first_seq, last_seq, outcome)"
            " SELECT head.ledger_id, n.* FROM head, unnest(%b, %b, %b, %b, %b) AS n)"
        )
    written: LiteralString = "(SELECT count(*) FROM lines)" if lines else "0::bigint"
    return text + " SELECT (SELECT count(*) FROM head), " + written  # noqa: S608 - constants only


def append_parameters(append: Append, expected: Head, needed: Sequence[tuple[str, int]]) -> list[Any]:
    """The values of `append_statement` for an append, in its order; `needed` as `checks.check` gives it."""
    ledger = UUID(append.ledger)
    head = append.head
    from_hex = bytes.fromhex
    params: list[Any] = [
        *(head.seq, from_hex(head.fingerprint), head.at, from_hex(head.seal), head.register),
        *(ledger, expected.seq, from_hex(expected.fingerprint)),
    ]
    if needed:
        params += (TextArray([s for s, _ in needed]), Int4Array([v for _, v in needed]), ledger, len(needed))
    lines, seals = append.lines, append.seals
    if len(lines) == 1:
        (line,) = lines
        params += (line.seq, from_hex(line.fingerprint), line.stream, line.version, line.type, line.line)
    elif lines:
        params += (
            expected.seq,
            ByteaArray([from_hex(line.fingerprint) for line in lines]),
            TextArray([line.stream for line in lines]),
            Int4Array([line.version for line in lines]),
            TextArray([line.type for line in lines]),
            ByteaArray([line.line for line in lines]),
        )
    if len(seals) == 1:
        (seal,) = seals
        params += (seal.first, seal.last, seal.text, seal.signature)
    elif seals:
        params += (
            Int8Array([seal.first for seal in seals]),
            Int8Array([seal.last for seal in seals]),
            ByteaArray([seal.text for seal in seals]),
            ByteaArray([seal.signature for seal in seals]),
        )
    if disclosures := append.disclosures:
        params += (
            Int8Array([one.seq for one in disclosures]),
            TextArray([one.path for one in disclosures]),
            ByteaArray([from_hex(one.salt) for one in disclosures]),
            ByteaArray([one.value for one in disclosures]),
        )
    if operations := append.operations:
        params += (
            TextArray([one.key for one in operations]),
            ByteaArray([from_hex(one.digest) for one in operations]),
            Int8Array([one.first for one in operations]),
            Int8Array([one.last for one in operations]),
            ByteaArray([one.outcome for one in operations]),
        )
    return params
