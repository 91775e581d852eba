"""Makes ledgers and archives, good and bad, from the pages of docs/spec alone: what attacks on verifiers are made of.

It shares no code with the writer but for the tables, has every key in its hands, and lays out whatever bytes it is told
to: an outsider's edits, an insider's rewriting with the real keys, a ZIP that two programs read differently.
"""

from __future__ import annotations

import base64
import datetime
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509.oid import NameOID

from archive.sealed.tables import columns, rows
from archive.verifiers import verify

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ZEROS = "0" * 64
ORIGIN = "sceau.example"
SERIES = "11111111-2222-4333-8444-555555555555"
Body = dict[str, Any]


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def spki(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def p256(key: ec.EllipticCurvePrivateKey, text: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + min(s, N - s).to_bytes(32, "big")


# --- the tree


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """All levels of the tree over a list of leaves, so that roots and proofs are quick."""

    def __init__(self, prints: list[str]) -> None:
        level = [sha256(b"\x00" + bytes.fromhex(one)).digest() for one in prints]
        self.levels = [level]
        while len(level) > 1:
            level = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            self.levels.append(level)

    def span(self, start: int, end: int) -> bytes:
        """The root over leaves start..end, where start is a multiple of the span's greatest power of two."""
        size = end - start
        if size == 0:
            return sha256(b"").digest()
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self.levels[level][start >> level]
        k = 1 << (size - 1).bit_length() - 1
        return node(self.span(start, start + k), self.span(start + k, end))

    def root(self, size: int) -> bytes:
        return self.span(0, size)

    def peaks(self, size: int) -> list[str]:
        out, start = [], 0
        for bit in reversed(range(size.bit_length())):
            if size >> bit & 1:
                out.append(self.span(start, start + (1 << bit)).hex())
                start += 1 << bit
        return out

    def inclusion(self, index: int, start: int, end: int) -> list[str]:
        if end - start == 1:
            return []
        k = 1 << (end - start - 1).bit_length() - 1
        if index < start + k:
            return [*self.inclusion(index, start, start + k), self.span(start + k, end).hex()]
        return [*self.inclusion(index, start + k, end), self.span(start, start + k).hex()]

    def consistency(self, old: int, start: int, end: int, whole: bool = True) -> list[str]:
        if old == end:
            return [] if whole else [self.span(start, end).hex()]
        k = 1 << (end - start - 1).bit_length() - 1
        if old <= start + k:
            return [*self.consistency(old, start, start + k, whole), self.span(start + k, end).hex()]
        return [*self.consistency(old, start + k, end, False), self.span(start, start + k).hex()]


# --- the ledger


@dataclass
class Keys:
    seal: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    recovery: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    archive: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    checkpoint: ed25519.Ed25519PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)


def seal_text(ledger: Ledger, first: object, last: int, prev: str, key: object) -> bytes:
    return (
        f"sceau-seal/1\nledger {ledger.id}\ngenesis {ledger.genesis}\nfirst {first}\nlast {last}\n"
        f"head {ledger.prints[last - 1]}\nprev {prev}\nkey {key}\n"
    ).encode()


class Ledger:
    """Entries, seals and disclosures in memory; nothing is refused."""

    def __init__(self, kind: str = "live", keys: Keys | None = None, **more: object) -> None:
        self.keys = keys or Keys()
        self.lines: list[bytes] = []
        self.prints: list[str] = []
        self.seals: list[Body] = []
        self.seal_digest = ZEROS
        self.versions: dict[str, int] = {}
        self.clock = 0
        self.n = 0
        self.public = {digest(spki(self.keys.seal)): spki(self.keys.seal)}
        self.disclosures: list[Body] = []
        self.context = [1]
        raw = b"\x01" + spki(self.keys.checkpoint)[12:]
        body = {
            "checkpoint_key": f"{ORIGIN}+{sha256(ORIGIN.encode() + bytes([10]) + raw).hexdigest()[:8]}+{b64(raw)}",
            "currency": "EUR",
            "kind": kind,
            "origin": ORIGIN,
            "perimeter": "5" * 64,
            "recovery_key": digest(spki(self.keys.recovery)),
            "seal_key": digest(spki(self.keys.seal)),
            "siren": "123456782",
            "software": "forge",
            **more,
        }
        member: Body = {"actor": "system", "body": body, "salt": "ab" * 16, "stream": "ledger:self"}
        member |= {"type": "ledger.opened/1", "version": 1}
        made = bytearray(sha256(b"sceau-ledger/1\n" + canonical(member)).digest()[:16])
        made[6], made[8] = 0x80 | made[6] & 15, 0x80 | made[8] & 63
        text = bytes(made).hex()
        self.id = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
        self.add("ledger.opened/1", "ledger:self", body, salt="ab" * 16, actor="system")
        self.genesis = self.prints[0]
        self.seal()
        opened = {"first": 1, "prefix": "F", "use": "invoice", "width": 5, "yearly": False}
        self.add("series.opened/1", f"series:{SERIES}", opened)
        self.seal()

    @property
    def last(self) -> int:
        return len(self.lines)

    def add(self, kind: str, stream: str, body: Body, **members: object) -> int:
        """Add one entry; `members` of its chain or entry may be set to anything."""
        self.clock += 1
        at = datetime.datetime(2026, 11, 2, 8, tzinfo=datetime.UTC) + datetime.timedelta(seconds=self.clock)
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        prev = self.prints[-1] if self.prints else ZEROS
        chain: Body = {
            "at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
            "ledger": self.id,
            "prev": prev,
            "seq": self.last + 1,
            "v": 1,
        }
        entry: Body = {"actor": "user:ada", "body": body, "salt": "cd" * 16, "stream": stream, "type": kind}
        entry["version"] = version
        for name, value in members.items():
            (chain if name in chain else entry)[name] = value
        self.put(canonical({"chain": chain, "entry": entry}))
        return self.last

    def put(self, line: bytes) -> None:
        self.lines.append(line)
        self.prints.append(digest(line))

    def seal(self, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        """Seal what is not sealed yet."""
        key = key or self.keys.seal
        first, identity = int(self.seals[-1]["last"]) + 1 if self.seals else 1, digest(spki(key))
        text = seal_text(self, first, self.last, self.seal_digest, identity)
        signature = p256(key, text)
        self.seals.append({"first": first, "key": identity, "last": self.last, "signature": signature.hex()})
        self.seal_digest = digest(text + signature)

    def disclose(self, path: str, value: object, salt: str = "ef" * 16) -> Body:
        """A commitment for the entry to come, its disclosure kept."""
        self.disclosures.append({"path": path, "salt": salt, "seq": self.last + 1, "value": value})
        return {"$c": digest(canonical(["sceau-commit/1", self.id, path, salt, value]))}

    def invoice(self, cents: int = 12000, n: int | None = None, **more: object) -> int:
        """An invoice of one line and its payment, in one append."""
        self.n = self.n + 1 if n is None else n
        net = cents * 5 // 6
        row = {"base_cents": net, "category": "S", "rate_bp": 2000, "vat_cents": cents - net}
        row |= {"goods_base_cents": 0, "goods_vat_cents": 0}
        body: Body = {
            "client": self.disclose("/client", {"name": f"Client {self.n}"}),
            "currency": "EUR",
            "issued_on": "2026-11-02",
            "kind": "ordinary",
            "n": self.n,
            "number": f"F{self.n:05d}",
            "series": SERIES,
            "totals": {"discount_cents": 0, "gross_cents": cents, "net_cents": net, "vat_cents": cents - net},
            "type_code": "380",
            "vat": [row],
        }
        seq = self.add("invoice.issued/1", f"invoice:{self.stream(self.last)}", body | more)
        paid = {"amount_cents": cents, "currency": "EUR", "means": "card", "received_on": "2026-11-02"}
        paid |= {"till": "main", "unallocated_cents": cents}
        self.add("payment.received/1", f"payment:{self.stream(self.last)}", paid)
        self.seal()
        return seq

    @staticmethod
    def stream(n: int) -> str:
        text = sha256(str(n).encode()).hexdigest()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"

    def close(self, first: int, last: int, gross: int, invoices: int, **more: object) -> int:
        """The closure of the day over these entries."""
        net = gross * 5 // 6
        numbers = [json.loads(line)["entry"]["body"].get("number") for line in self.lines[first - 1 : last]]
        given = [one for one in numbers if one]
        body: Body = {
            "absolute_cents": gross,
            "advances": {},
            "automatic": True,
            "currency": "EUR",
            "credit_notes": 0,
            "ended_at": "2026-11-02T23:00:00.000000Z",
            "entries": last - first + 1,
            "first_seq": first,
            "from_on": "2026-11-02",
            "gross_cents": gross,
            "head": self.prints[last - 1],
            "invoices": invoices,
            "last_seq": last,
            "means": [{"means": "card", "received_cents": gross, "refunded_cents": 0, "reversed_cents": 0}],
            "net_cents": net,
            "opened_at": "2026-11-01T23:00:00.000000Z",
            "period": "day",
            "perpetual_absolute_cents": gross,
            "perpetual_cents": gross,
            "rank": 1,
            "rates": [{"base_cents": net, "category": "S", "rate_bp": 2000, "vat_cents": gross - net}],
            "root": Tree(self.prints[:last]).root(last).hex(),
            "series": [{"count": len(given), "first": given[0], "last": given[-1], "series": SERIES}],
            "to_on": "2026-11-02",
            "training": False,
            "vat_cents": gross - net,
            "year_gross_cents": gross,
        }
        seq = self.add("period.closed/1", "period:self", body | more)
        self.seal()
        return seq

    def change_key(self, by: str = "outgoing", **more: object) -> None:
        """Replace the seal key, signed as the format says."""
        new, old = ec.generate_private_key(ec.SECP256R1()), self.keys.seal
        signer = old if by == "outgoing" else self.keys.recovery
        text = (
            f"sceau-key/1\nledger {self.id}\ngenesis {self.genesis}\nrole seal\nold {digest(spki(old))}\n"
            f"new {digest(spki(new))}\nsize 0\nroot {digest(b'')}\n"
        ).encode()
        body: Body = {
            "authorised_by": by,
            "authorising_public_key": b64(spki(signer)),
            "new_key": digest(spki(new)),
            "new_public_key": b64(spki(new)),
            "old_key": digest(spki(old)),
            "reason": "routine",
            "role": "seal",
            "root": digest(b""),
            "signature_authorising": b64(p256(signer, text)),
            "signature_new": b64(p256(new, text)),
            "size": 0,
        }
        self.context.append(self.add("key.changed/1", "ledger:self", body | more))
        self.keys.seal = new
        self.public[digest(spki(new))] = spki(new)
        self.seal()

    def reverse(self, cents: int, means: str = "card") -> int:
        """Money that the bank took back, and a means put right."""
        stream = f"payment:{self.stream(self.last)}"
        body: Body = {"amount_cents": cents, "cause": "unpaid", "currency": "EUR", "means": means}
        self.add("payment.reversed/1", stream, body | {"reversed_on": "2026-11-02"})
        corrected: Body = {"amount_cents": 500, "currency": "EUR", "means": "cash", "means_before": means}
        seq = self.add("payment.means_corrected/1", stream, corrected)
        self.seal()
        return seq

    def note(self, size: int | None = None, root: bytes | None = None) -> bytes:
        """A signed checkpoint."""
        size = self.last if size is None else size
        name = f"{ORIGIN}/{self.id}"
        text = f"{name}\n{size}\n{b64(root or Tree(self.prints).root(size))}\n"
        raw = b"\x01" + spki(self.keys.checkpoint)[12:]
        identity = sha256(name.encode() + b"\n" + raw).digest()[:4]
        return f"{text}\n\u2014 {name} {b64(identity + self.keys.checkpoint.sign(text.encode()))}\n".encode()


class Witness:
    """Who cosigns checkpoints that it has seen grow."""

    def __init__(self, name: str = "witness.example") -> None:
        self.name, self.key = name, ed25519.Ed25519PrivateKey.generate()
        self.raw = b"\x04" + spki(self.key)[12:]
        self.id = sha256(name.encode() + b"\n" + self.raw).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(self.raw)}"

    def cosign(self, note: bytes, moment: int) -> bytes:
        """The note with one more line."""
        text = note.decode().rpartition("\n\n")[0] + "\n"
        signature = self.key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
        line = b64(self.id + moment.to_bytes(8, "big") + signature)
        return note + f"\u2014 {self.name} {line}\n".encode()


# --- the archive


@dataclass
class Archive:
    """The files of an archive, to be changed at will before they are put into a ZIP."""

    ledger: Ledger
    files: dict[str, bytes]
    manifest: Body
    certificate: x509.Certificate

    def bytes(
        self,
        key: ec.EllipticCurvePrivateKey | None = None,
        sign: bool = True,
        change: Callable[[dict[str, bytes]], object] | None = None,
    ) -> bytes:
        """The ZIP, listed and signed anew, as who has the archive key can; `change` alters the files after that."""
        self.manifest["files"] = [
            {"name": name, "sha256": digest(self.files[name]), "size": len(self.files[name])}
            for name in sorted(self.files)
        ]
        manifest = canonical(self.manifest)
        out = {"manifest.json": manifest}
        if sign:
            builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
            builder = builder.add_signer(self.certificate, key or self.ledger.keys.archive, hashes.SHA256())
            options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
            out["manifest.p7s"] = builder.sign(Encoding.DER, [*options, pkcs7.PKCS7Options.NoCapabilities])
        out |= self.files
        if change:
            change(out)
        return zipped(out)


def certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "archive of the forge")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    return builder.not_valid_after(datetime.datetime(2036, 1, 1, tzinfo=datetime.UTC)).sign(key, hashes.SHA256())


def archive(
    ledger: Ledger,
    first: int = 1,
    last: int | None = None,
    previous: Body | None = None,
    private: Body | None = None,
    per_file: int = 100_000,
    table_rows: int = 1_000_000,
) -> Archive:
    """The archive of entries `first` to `last`; `first - 1` and `last` must be ends of seals."""
    last = ledger.last if last is None else last
    tree, size = Tree(ledger.prints), ledger.last
    context = [seq for seq in ledger.context if seq < first]
    digests = seal_digests(ledger)
    given = [i for i, one in enumerate(ledger.seals) if first <= one["first"] <= last]
    seals = [ledger.seals[i] for i in given]
    proofs = [{"proof": tree.inclusion(seq - 1, 0, size), "seq": seq} for seq in context]
    signer = certificate(ledger.keys.archive)
    files = {
        "LISEZMOI.txt": "Archive d’essai.\n".encode(),
        "archive-certificate.pem": signer.public_bytes(Encoding.PEM),
        "checkpoint.txt": ledger.note(),
        "context.jsonl": b"".join(ledger.lines[seq - 1] + b"\n" for seq in context),
        "context-proofs.jsonl": b"".join(canonical(one) + b"\n" for one in proofs),
        "seals.jsonl": b"".join(canonical(one) + b"\n" for one in seals),
        "seal-keys.jsonl": b"".join(canonical({"key": k, "public": b64(p)}) + b"\n" for k, p in ledger.public.items()),
    }
    for start in range(first, last + 1, per_file):
        lines = ledger.lines[start - 1 : min(start + per_file - 1, last)]
        files[f"entries/{start:012d}.jsonl"] = b"\n".join(lines) + b"\n"
    files |= tables(ledger, first, last, table_rows)
    consistency = tree.consistency(last, 0, size) if last < size else []
    manifest = {
        "archive_key": digest(spki(ledger.keys.archive)),
        "checkpoint": {"consistency": consistency, "root": tree.root(size).hex(), "size": size},
        "context": context,
        "files": [],
        "first": first,
        "format": "sceau-archive/1",
        "genesis": ledger.genesis,
        "head": ledger.prints[last - 1],
        "kind": json.loads(ledger.lines[0])["entry"]["body"]["kind"],
        "last": last,
        "ledger": ledger.id,
        "perimeter": "5" * 64,
        "period": {"from_on": "2026-11-01", "kind": "month", "to_on": "2026-11-30"},
        "prev": ledger.prints[first - 2] if first > 1 else ZEROS,
        "previous": previous,
        "private": private,
        "seals": {
            "count": len(seals),
            "key": ledger.seals[max(given[0] - 1, 0)]["key"],
            "last": digests[given[-1]],
            "prev": digests[given[0] - 1] if given[0] else ZEROS,
        },
        "siren": "123456782",
        "software": "forge",
        "tree": {"peaks": tree.peaks(first - 1), "root": tree.root(last).hex()},
    }
    return Archive(ledger, files, manifest, signer)


def tables(ledger: Ledger, first: int, last: int, most: int = 1_000_000) -> dict[str, bytes]:
    """The tables as our writer makes them; an entry that is none gives no row."""
    book = rows.Book("Europe/Paris")
    for seq in range(first, last + 1):
        line = ledger.lines[seq - 1]
        try:
            entry = json.loads(line)["entry"]
            book.enter([(seq, ledger.prints[seq - 1], entry["stream"], entry["version"], entry["type"], line)])
        except (KeyError, TypeError, ValueError):
            continue
    out = {}
    for table in columns.CLEAR:
        made = book.rows[table.name]
        for start in range(0, max(len(made), 1), most):
            name = f"tables/{table.name}-{start // most + 1}.csv" if start else f"tables/{table.name}.csv"
            out[name] = table.header + "".join(made[start : start + most]).encode()
    return out


def seal_digests(ledger: Ledger) -> list[str]:
    out: list[str] = []
    for one in ledger.seals:
        text = seal_text(ledger, one["first"], one["last"], out[-1] if out else ZEROS, one["key"])
        out.append(digest(text + bytes.fromhex(one["signature"])))
    return out


def private(ledger: Ledger, first: int, last: int) -> tuple[bytes, Body]:
    """The second file in clear, and what the manifest of the archive says of it."""
    shown = [one for one in ledger.disclosures if first <= one["seq"] <= last]
    shown.sort(key=lambda one: (one["seq"], one["path"]))
    lines = b"".join(canonical(one) + b"\n" for one in shown)
    files = {"disclosures.jsonl": lines, **_named(ledger, shown)}
    listed = [{"name": name, "sha256": digest(data), "size": len(data)} for name, data in sorted(files.items())]
    said: Body = {"files": listed, "first": first, "format": "sceau-archive-private/1", "genesis": ledger.genesis}
    data = zipped({"manifest.json": canonical(said | {"last": last}), **files})
    named = {"iv": "0" * 32, "key": "1" * 64, "name": "forge.private.enc", "plain_sha256": digest(data)}
    return data, named | {"sha256": "2" * 64, "size": len(data)}


def _named(ledger: Ledger, shown: list[Body]) -> dict[str, bytes]:
    """The two tables of names, by the other verifier's hand."""
    rows = {table: [titles] for table, titles in verify.PRIVATE_TABLES.items()}
    for one in shown:
        stream = json.loads(ledger.lines[one["seq"] - 1])["entry"]["stream"]
        table, made = verify.private_rows(one["seq"], stream, one["path"], one["value"])
        rows[table] += [row.encode() for row in made]
    return {f"tables/{table}.csv": b"".join(made) for table, made in rows.items()}


def proof(ledger: Ledger, seq: int, **change: object) -> bytes:
    """A customer's proof of one entry."""
    tree, size, note = Tree(ledger.prints), ledger.last, ledger.note().decode()

    def one(of: int) -> str:
        path = "".join(f"{b64(bytes.fromhex(h))}\n" for h in tree.inclusion(of - 1, 0, size))
        return f"c2sp.org/tlog-proof@v1\nextra {b64(ledger.lines[of - 1])}\nindex {of - 1}\n{path}\n{note}"

    shown = [{k: d[k] for k in ("path", "salt", "value")} for d in ledger.disclosures if d["seq"] == seq]
    said = {"anchors": [], "disclosures": shown, "document": one(seq), "format": "sceau-proof/1", "opening": one(1)}
    return canonical(said | change) + b"\n"


# --- the ZIP


def zipped(
    files: dict[str, bytes],
    gap: bytes = b"",
    tail: bytes = b"",
    local: dict[str, bytes] | None = None,
    junk: dict[str, bytes] | None = None,
) -> bytes:
    """Members one after the other; the rest makes it one that two programs read differently.

    `gap` stands after each member, `tail` at the end; `local` are other names in the local headers, `junk` is what
    follows the end of a member's compressed stream.
    """
    out, central = bytearray(), bytearray()
    for name, data in files.items():
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush() + (junk or {}).get(name, b"")
        head = (20, 0, 8, 0, 0x21, zlib.crc32(data), len(packed), len(data))
        central += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *head, len(name), 0, 0, 0, 0, 0, len(out))
        central += name.encode()
        said = (local or {}).get(name, name.encode())
        out += struct.pack("<4s5H3I2H", b"PK\x03\x04", *head, len(said), 0) + said + packed
        out += gap
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(files), len(files), len(central), len(out), 0)
    return bytes(out + central + end + tail)
