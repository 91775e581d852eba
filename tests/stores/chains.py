"""Appends made by hand from the kernel alone, for tests of stores."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec

from ledger.kernel.commitment import commit_bytes, committed
from ledger.kernel.entry import NO_PREVIOUS, entry_tail, ledger_id, link
from ledger.kernel.seal import NO_SEAL, LocalSigner, seal_digest, seal_text
from ledger.shell.store import Append, Disclosure, Head, Line, Operation, SealRow, Store

AT = "2026-11-22T09:30:00.123456Z"
TYPE = "quote.issued/1"
SIGNER = LocalSigner(ec.generate_private_key(ec.SECP256R1()))


def stream_id(kind: str = "quote") -> str:
    return f"{kind}:{uuid4()}"


@dataclass
class Hand:
    """A writer by hand: it knows the head it believes in, and makes appends on top of it."""

    ledger: str = ""
    head: Head | None = None
    genesis: str = ""
    kept: list[Line] = field(default_factory=list)

    def make(
        self,
        members: Sequence[tuple[str, int]],
        *,
        body: dict[str, Any] | None = None,
        secret: object = None,
        operations: Sequence[tuple[str, bytes]] = (),
        types: Sequence[str] = (),
    ) -> Append:
        seq, prev = (self.head.seq, self.head.fingerprint) if self.head else (0, NO_PREVIOUS)
        lines: list[Line] = []
        disclosures: list[Disclosure] = []
        for place, (stream, version) in enumerate(members):
            seq += 1
            full = dict(body or {"n": seq})
            if secret is not None:
                salt, value = secrets.token_hex(16), json.dumps(secret).encode()
                full["client"] = committed(commit_bytes(self.ledger, "/client", salt, value))
                disclosures.append(Disclosure(seq, "/client", salt, value))
            kind = types[place] if types else TYPE
            tail = entry_tail(stream, version, kind, "system", full, secrets.token_hex(16))
            self.ledger = self.ledger or ledger_id(tail)
            line, prev = link(self.ledger, seq, prev, AT, tail)
            lines.append(Line(seq, prev, stream, version, kind, line))
        first = self.head.seq + 1 if self.head else 1
        done = [Operation(key, "ab" * 32, first, seq, outcome) for key, outcome in operations]
        if not lines and self.head:
            return Append(self.ledger, self.head, (), (), (), done, self.head)
        self.genesis = self.genesis or lines[0].fingerprint
        before = self.head.seal if self.head else NO_SEAL
        text = seal_text(self.ledger, self.genesis, first, seq, prev, before, SIGNER.key_id)
        signature = SIGNER.sign(text)
        register = json.dumps({"seq": seq}).encode()
        head = Head(seq, prev, AT, seal_digest(text, signature), register)
        seal = SealRow(first, seq, text, signature)
        return Append(self.ledger, self.head, lines, (seal,), disclosures, done, head)

    def keep(self, append: Append) -> Append:
        """Believe that `append` was kept."""
        self.head = append.head
        self.kept.extend(append.lines)
        return append

    def open(self, store: Store, name: str = "atelier", kind: str = "training") -> Append:
        append = self.make([("ledger:self", 1)])
        store.open_ledger(name, kind, append)
        return self.keep(append)

    def write(self, store: Store, *members: tuple[str, int], **more: Any) -> Append:
        append = self.make(members, **more)
        store.append(append)
        return self.keep(append)

    def again(self) -> Hand:
        """Another writer who believes the same."""
        return Hand(self.ledger, self.head, self.genesis, list(self.kept))
