"""PostgreSQL's append: one statement, built of the parts an append has, and its parameters."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, LiteralString
from uuid import UUID

from ledger.shell.store import Append, Head
from ledger.shell.stores.arrays import ByteaArray, Int4Array, Int8Array, TextArray

COPY_ENTRIES: Final[LiteralString] = (
    "COPY entries (ledger_id, seq, version, fingerprint, stream, type, line) FROM STDIN (FORMAT BINARY)"
)
_ROWS_IN_CHUNK: Final = 100  # some 64 KiB: what psycopg and the socket take in one go
_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_FIXED: Final = struct.Struct("!hi16siqiii32si")  # seven members; each after its length, and the length of the fifth
_LENGTH: Final = struct.Struct("!i")


@lru_cache(maxsize=32)
def append_statement(lines: int, needed: bool, seals: int, disclosures: bool, operations: bool) -> LiteralString:
    """The append as one statement: what is inserted is joined to the head row taken, or to nothing.

    It ends with the entries, and its row count is theirs (counting them in SQL would take the server a tenth longer);
    without entries, with one row if the head was taken. `lines` and `seals` are 0, 1 or 2 for more: a single row
    travels as plain values, which the server unpacks in two thirds of the time that arrays of one take.
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
    if lines == 1:
        text += (
            " INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
            " SELECT head.ledger_id, %b, %b, %b, %b::int4, %b, %b FROM head"
        )
    elif lines:
        text += (
            " INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
            " SELECT head.ledger_id, %b + n.place, n.fingerprint, n.stream, n.version, n.type, n.line FROM head,"
            " unnest(%b, %b, %b, %b, %b) WITH ORDINALITY AS n(fingerprint, stream, version, type, line, place)"
        )
    else:
        text += " SELECT FROM head"
    return text


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
    seals = append.seals
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
    lines = append.lines
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
    return params


def packed_entries(append: Append) -> Iterator[bytes]:
    """The entries of an append as `COPY ... (FORMAT BINARY)` takes them (PostgreSQL, `COPY`, Binary Format)."""
    ledger = UUID(append.ledger).bytes
    fixed, length, from_hex = _FIXED.pack, _LENGTH.pack, bytes.fromhex
    lines = append.lines
    types = {type_: length(len(type_.encode())) + type_.encode() for type_ in {line.type for line in lines}}
    yield _SIGNATURE
    for at in range(0, len(lines), _ROWS_IN_CHUNK):
        parts: list[bytes] = []
        for seq, fingerprint, stream, version, type_, line in lines[at : at + _ROWS_IN_CHUNK]:
            name = stream.encode()
            parts += (
                fixed(7, 16, ledger, 8, seq, 4, version, 32, from_hex(fingerprint), len(name)),
                name,
                types[type_],
                length(len(line)),
                line,
            )
        yield b"".join(parts)
    yield _TRAILER
