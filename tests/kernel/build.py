"""Small whole ledgers for the tests: lines, columns, seals and disclosures, made by the kernel itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ledger.kernel import audit, canonical, commitment, entry, merkle, seal, segment
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.note import ED25519, LocalNoteSigner, VerifierKey

START = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
SEAL_KEY = seal.LocalSigner(ec.derive_private_key(0xC0FFEE, ec.SECP256R1()))
OTHER_KEY = seal.LocalSigner(ec.derive_private_key(0xBADBAD, ec.SECP256R1()))
RECOVERY_KEY = seal.LocalSigner(ec.derive_private_key(0x5AFE, ec.SECP256R1()))
NOTE_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True)
class Row:
    seq: int
    fingerprint: str
    stream: str
    version: int
    type: str
    line: bytes


@dataclass(frozen=True)
class SealRow:
    first: int
    last: int
    text: bytes
    signature: bytes


@dataclass(frozen=True)
class Disclosure:
    seq: int
    path: str
    salt: str
    value: bytes


@dataclass
class Ledger:
    """A ledger under construction; everything random is drawn from a counter."""

    ledger: str = ""
    genesis: str = ""
    rows: list[Row] = field(default_factory=list)
    seals: list[SealRow] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)
    key: seal.LocalSigner = SEAL_KEY
    versions: dict[str, int] = field(default_factory=dict)
    now: datetime = START

    def add(
        self,
        stream: str,
        type_: str,
        body: dict[str, Json],
        private: dict[str, Json] | None = None,
        actor: str = "user:ada",
    ) -> Row:
        seq = len(self.rows) + 1
        self.versions[stream] = self.versions.get(stream, 0) + 1
        for name, value in (private or {}).items():
            salt = digest(f"private {seq} {name}")[:32]
            hidden = commitment.commit(self.ledger, f"/{name}", salt, value)
            body = {**body, name: commitment.committed(hidden)}
            self.disclosures.append(Disclosure(seq, f"/{name}", salt, canonical.encode(value)))
        salt = digest(f"salt {seq}")[:32]
        tail = entry.entry_tail(stream, self.versions[stream], type_, actor, body, salt)
        if seq == 1:
            self.ledger = entry.ledger_id(tail)
        prev = self.rows[-1].fingerprint if self.rows else entry.NO_PREVIOUS
        self.now += timedelta(milliseconds=7)
        line, fingerprint = entry.link(self.ledger, seq, prev, entry.format_at(self.now), tail)
        self.genesis = self.genesis or fingerprint
        row = Row(seq, fingerprint, stream, self.versions[stream], type_, line)
        self.rows.append(row)
        return row

    def seal(self) -> SealRow:
        first = self.seals[-1].last + 1 if self.seals else 1
        prev = seal.seal_digest(self.seals[-1].text, self.seals[-1].signature) if self.seals else seal.NO_SEAL
        head = self.rows[-1]
        text = seal.seal_text(self.ledger, self.genesis, first, head.seq, head.fingerprint, prev, self.key.key_id)
        self.seals.append(SealRow(first, head.seq, text, self.key.sign(text)))
        return self.seals[-1]

    def relink(self, start: int) -> None:
        """Link again every row from seq `start` on, as somebody without the key could."""
        for position in range(start - 1, len(self.rows)):
            row = self.rows[position]
            parsed = entry.parse(row.line)
            prev = self.rows[position - 1].fingerprint
            tail = row.line[row.line.index(b'"entry":') :]
            line, fingerprint = entry.link(self.ledger, row.seq, prev, parsed.at, tail)
            self.rows[position] = replace(row, line=line, fingerprint=fingerprint)

    def reseal(self) -> None:
        """Seal again every range, as only somebody with the key could."""
        ranges = [row.last for row in self.seals]
        rows, self.seals = self.rows, []
        for last in ranges:
            self.rows = rows[:last]
            self.seal()
        self.rows = rows

    def root(self, size: int) -> bytes:
        return merkle.root(bytes.fromhex(row.fingerprint) for row in self.rows[:size])

    def verify(
        self,
        *,
        columns: bool = True,
        genesis: str | None = "own",
        head: audit.Mark | None = None,
        mark: audit.Mark | None = None,
        checkpoints: tuple[Checkpoint, ...] = (),
        versions_key: bytes | None = None,
        index: list[tuple[str, int, int]] | None = None,
        opened: audit.Opening | None = None,
        disclosed: bool = True,
    ) -> audit.Verdict:
        opened = opened or audit.opening(self.rows[0].line)
        pin = self.genesis if genesis == "own" else genesis
        outside = audit.Outside(genesis=pin, mark=mark, checkpoints=checkpoints)
        plan = audit.plan_for(opened, outside, [SEAL_KEY.public_der], versions_key)
        rows = segment.stored(self.rows) if columns else segment.bare(row.line for row in self.rows)
        shown = self.disclosures if disclosed else None
        return audit.audit(rows, self.seals, shown, plan, opened, outside, head=head, index=index)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def stream_id(kind: str, number: int) -> str:
    text = digest(f"{kind} {number}")
    return f"{kind}:{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def opening_body() -> dict[str, Json]:
    public = LocalNoteSigner("sceau.example", NOTE_KEY).public
    return {
        "kind": "training",
        "clock": "simulated",
        "seal_key": SEAL_KEY.key_id,
        "recovery_key": RECOVERY_KEY.key_id,
        "checkpoint_key": str(VerifierKey("sceau.example", ED25519, public)),
        "origin": "sceau.example",
    }


def ledger(entries: int = 12, per_seal: int = 3) -> Ledger:
    """A ledger of `entries` entries over a few streams, sealed every `per_seal`."""
    made = Ledger()
    made.add("ledger:self", audit.OPENED, opening_body())
    for number in range(2, entries + 1):
        made.add(
            stream_id("invoice", number % 4),
            "invoice.noted/1",
            {"n": number, "total_cents": number * 100, "rates": [{"rate_bp": 2000}]},
            {"client": {"name": f"Zoé {number}"}} if number % 3 == 0 else None,
        )
        if number % per_seal == 0 or number == entries:
            made.seal()
    return made
