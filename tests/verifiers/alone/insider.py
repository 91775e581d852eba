"""Somebody with every key: a whole ledger written anew, linked, sealed, listed and signed as it should be.

Where a test then bends one thing, only what the entries add up to can show it. Written from docs/spec alone, with
`cryptography` for the signatures; tables are made by the verifier's own hand, as they are not what is tested here.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from archive.verifiers import verify
from tests.verifiers.alone import forge

Tree = dict[str, Any]
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class SealKey:
    """A P-256 key that signs as docs/spec/seal.md says."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        self.public = self.key.public_key().public_bytes(serialization.Encoding.DER, form)
        self.id = hashlib.sha256(self.public).hexdigest()

    def sign(self, message: bytes) -> bytes:
        r, s = utils.decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


class NoteKey:
    """An Ed25519 key that signs notes."""

    def __init__(self, name: str, kind: int = 1) -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.kind = kind
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        self.public = self.key.public_key().public_bytes(*raw)
        self.name = name

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def line(self, signature: bytes) -> str:
        return f"— {self.name} {base64.b64encode(self.id + signature).decode()}\n"

    def sign(self, text: str) -> str:
        return self.line(self.key.sign(text.encode()))

    def cosign(self, text: str, moment: int) -> str:
        message = f"cosignature/v1\ntime {moment}\n{text}".encode()
        return self.line(moment.to_bytes(8, "big") + self.key.sign(message))


def peaks(leaves: list[bytes]) -> list[str]:
    found, at = [], 0
    for height in range(len(leaves).bit_length() - 1, -1, -1):
        if len(leaves) >> height & 1:
            found.append(forge.root(leaves[at : at + (1 << height)]).hex())
            at += 1 << height
    return found


class Insider:
    """The keys of a ledger of one's own, and archives of it made from another one's entries."""

    def __init__(self, witnesses: list[str] | None = None) -> None:
        self.seal, self.recovery = SealKey(), SealKey()
        self.note = NoteKey("sceau.local")
        self.witnesses = witnesses or []
        self.signer = forge.Signer()
        self.leaves: list[bytes] = []
        self.lines: list[bytes] = []
        self.ledger = ""

    @property
    def genesis(self) -> str:
        return self.leaves[0].hex()

    def write(self, source: forge.Files, change: Callable[[list[Tree]], object] = lambda _: None) -> forge.Files:
        """The entries of `source`, which begins with entry 1, changed and then made whole again.

        What `change` sets in a tree's `keep` (names of body members) is left as it is when closures are made whole.
        """
        self.note.name = "sceau.local"  # entry 1 cannot know the ledger's id
        trees = [json.loads(line) for line in forge.lines(source)]
        body = trees[0]["entry"]["body"]
        body.update(
            seal_key=self.seal.id, seal_public_key=base64.b64encode(self.seal.public).decode(),
            recovery_key=self.recovery.id, checkpoint_key=self.note.vkey,
        )  # fmt: skip
        body["anchors"]["witnesses"] = self.witnesses
        change(trees)
        self._link(trees)
        return self._files(source, len(trees))

    def _link(self, trees: list[Tree]) -> None:
        digest = bytearray(hashlib.sha256(b"sceau-ledger/1\n" + forge.canonical(trees[0]["entry"])).digest()[:16])
        digest[6], digest[8] = 0x80 | digest[6] & 0x0F, 0x80 | digest[8] & 0x3F
        text = bytes(digest).hex()
        self.ledger = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
        self.note.name = f"sceau.local/{self.ledger}"
        self.leaves, self.lines = [], []
        before: dict[str, str] = {}
        for seq, tree in enumerate(trees, 1):
            keep = tree.pop("keep", ())
            prev = self.leaves[-1].hex() if self.leaves else forge.ZEROS
            tree["chain"].update(ledger=self.ledger, prev=prev, seq=seq)
            if tree["entry"]["type"] == "period.closed/1":
                self._whole(tree["entry"]["body"], keep, before)
            if tree["entry"]["type"] == "checkpoint.made/1":
                told = tree["entry"]["body"]
                told["root"] = forge.root(self.leaves[: told["size"]]).hex()
            self.lines.append(forge.canonical(tree))
            self.leaves.append(hashlib.sha256(self.lines[-1]).digest())
            if tree["entry"]["type"] == "period.closed/1":
                before[tree["entry"]["body"]["period"]] = self.leaves[-1].hex()

    def _whole(self, body: Tree, keep: Any, before: dict[str, str]) -> None:
        there = self.leaves[: body["last_seq"]]
        made: Tree = {"head": there[-1].hex(), "root": forge.root(there).hex()}
        if "peaks" in body:
            made["peaks"] = peaks(there) if body["period"] == "day" else body["peaks"]
        if "previous" in body and body["period"] in before:
            made["previous"] = before[body["period"]]
        body.update({name: value for name, value in made.items() if name not in keep})

    def checkpoint(self, size: int) -> str:
        """The signed note over the first `size` entries."""
        root = base64.b64encode(forge.root(self.leaves[:size])).decode()
        text = f"{self.note.name}\n{size}\n{root}\n"
        return f"{text}\n{self.note.sign(text)}"

    def seals(self, last: int, step: int = 3) -> tuple[bytes, str, int]:
        """Seals over entries 1 to `last`: their lines, the digest of the last one, how many."""
        out, prev, count = [], forge.ZEROS, 0
        for first in range(1, last + 1, step):
            end = min(first + step - 1, last)
            head = self.leaves[end - 1].hex()
            text = (
                f"sceau-seal/1\nledger {self.ledger}\ngenesis {self.genesis}\nfirst {first}\nlast {end}\nhead {head}\n"
                f"prev {prev}\nkey {self.seal.id}\n"
            ).encode()
            signature = self.seal.sign(text)
            prev, count = hashlib.sha256(text + signature).hexdigest(), count + 1
            row = {"first": first, "key": self.seal.id, "last": end, "signature": signature.hex()}
            out.append(forge.canonical(row) + b"\n")
        return b"".join(out), prev, count

    def tables(self) -> forge.Files:
        book = verify.Book("Europe/Paris")
        for line, leaf in zip(self.lines, self.leaves, strict=True):
            tree = json.loads(line)
            entry, seq = tree["entry"], tree["chain"]["seq"]
            place = f"{seq};{leaf.hex()};{book.zone(tree['chain']['at'])}"
            written = forge.canonical(entry["body"])
            book.enter(seq, place, entry["stream"], entry["type"], entry["actor"], entry["body"], written)
        return {f"tables/{name}.csv": verify.TABLES[name] + "".join(rows).encode() for name, rows in book.rows.items()}

    def _files(self, source: forge.Files, last: int) -> forge.Files:
        seals, digest, count = self.seals(last)
        files = {**source, forge.entries_name(source): b"".join(line + b"\n" for line in self.lines), **self.tables()}
        files["seals.jsonl"] = seals
        public = base64.b64encode(self.seal.public).decode()
        files["seal-keys.jsonl"] = forge.canonical({"key": self.seal.id, "public": public}) + b"\n"
        files["checkpoint.txt"] = self.checkpoint(last).encode()
        root = forge.root(self.leaves).hex()

        def told(found: Tree) -> None:
            found.update(
                genesis=self.genesis, ledger=self.ledger, head=self.leaves[-1].hex(), last=last, private=None,
                checkpoint={"consistency": [], "root": root, "size": last}, tree={"peaks": [], "root": root},
                seals={"count": count, "key": self.seal.id, "last": digest, "prev": forge.ZEROS},
            )  # fmt: skip

        return self.signer.sign(forge.with_manifest(files, told))

    def again(self, files: forge.Files) -> forge.Files:
        """Signed once more, after something was put in."""
        return self.signer.sign(files)


def of_type(trees: list[Tree], name: str, rank: int = 0) -> Tree:
    """The `rank`th entry of a type."""
    return [tree for tree in trees if tree["entry"]["type"] == name][rank]


def another(tree: Tree, stream: str) -> Tree:
    """A copy of an entry, first of a stream of its own."""
    made = copy.deepcopy(tree)
    made["entry"].update(stream=stream, version=1, salt="ab" * 16)
    return made
