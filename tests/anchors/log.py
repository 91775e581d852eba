"""A log made from the kernel alone: leaves, checkpoints, proofs, as many histories as a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.anchors.anchor import Target
from ledger.kernel.checkpoint import sign_checkpoint
from ledger.kernel.merkle import Tree
from ledger.kernel.note import ED25519, LocalNoteSigner, VerifierKey

LEDGER = "c6a12145-79c1-814c-a429-e531e5364f9c"
ORIGIN = f"sceau.example/{LEDGER}"


@dataclass
class Log:
    """One history under one key."""

    tree: Tree = field(default_factory=Tree)
    signer: LocalNoteSigner = field(default_factory=lambda: LocalNoteSigner(ORIGIN, Ed25519PrivateKey.generate()))

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.signer.name, ED25519, self.signer.public)

    def grow(self, count: int, mark: bytes = b"") -> Log:
        for place in range(self.tree.size, self.tree.size + count):
            self.tree.append(mark.ljust(24, b"\0") + place.to_bytes(8, "big"))
        return self

    def fork(self) -> Log:
        """Another history of the same length under the same key."""
        return Log(signer=self.signer).grow(self.tree.size, b"fork")

    def note(self, size: int | None = None) -> bytes:
        size = self.tree.size if size is None else size
        return sign_checkpoint(size, self.tree.root(size), self.signer)

    def proof(self, old: int, size: int | None = None) -> Sequence[bytes]:
        return self.tree.consistency(old, size) if old else ()

    def target(self, size: int | None = None, since: int = 0) -> Target:
        return Target(LEDGER, self.note(size), self.key, lambda old: self.proof(old, size), since)
