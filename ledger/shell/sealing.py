"""Sealing one ledger: the key in force, held to the high-water mark.

What is signed must follow the mark; the mark is raised after COMMIT and before anybody is answered. A store that is
behind its mark is an old backup: its ledger is closed for good. See docs/keys.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.kernel import checkpoint, merkle, seal
from ledger.kernel.errors import Break
from ledger.shell.errors import BehindMark, HeadMoved, KeyMissing, Unavailable
from ledger.shell.mark import Mark, MarkFile, MarkKeeper
from ledger.shell.store import Head, Store

if TYPE_CHECKING:
    from ledger.shell.keys import KeyStore


@dataclass(frozen=True, slots=True)
class Facts:
    """What is public about a ledger's keys: `ledger.json`. `genesis` pins the ledger."""

    ledger: str
    genesis: str  # fingerprint of entry 1
    kind: str  # live | training
    recovery_key: str  # key id of the offline recovery key, as in entry 1 (key changes are entries)
    checkpoint_key: str  # C2SP verifier key, as in entry 1
    origin: str  # checkpoint origin prefix


class LedgerKeys:
    """One ledger's keys in this process: the seal signer that knows its mark. Used by the ledger's writer alone."""

    def __init__(
        self,
        keys: KeyStore,
        facts: Facts,
        signer: seal.Signer,
        file: MarkFile,
        keeper: MarkKeeper,
        changing: bool = False,
    ) -> None:
        """Sign with `signer` as long as what is signed follows the mark in `file`.

        `changing`: the signer is not in force yet; it stays whatever key the store's last seal names.
        """
        self.facts = facts
        self._changing = changing
        self._keys = keys
        self._signer = signer
        self._file = file
        self._keeper = keeper
        self._mark = file.read()
        self._unwritten = False
        self._signed = (self._mark.seq, self._mark.seal)  # the end of what is signed, kept or not

    @property
    def key_id(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo."""
        return self._signer.key_id

    @property
    def public_der(self) -> bytes:
        """The SubjectPublicKeyInfo."""
        return self._signer.public_der

    @property
    def signer(self) -> seal.Signer:
        """The seal key itself, without the mark's guard: it authorises key changes."""
        return self._signer

    @property
    def mark(self) -> Mark:
        """The mark as this process knows it."""
        return self._mark

    def sign(self, message: bytes) -> bytes:
        """Sign one seal's text.

        A range that follows the mark may be signed again after a failure: what was signed first has not left. One
        append may hold several seals; each follows the one before.

        Raises:
            Break: the text is not a seal of this ledger, lies behind the mark, or does not follow it.
            Unavailable: the mark could not be raised over what was kept before.
        """
        said = seal.parse(message)
        if (said.ledger, said.genesis, said.key) != (self.facts.ledger, self.facts.genesis, self.key_id):
            raise Break("seal_foreign", "asked to seal for another ledger or key", said.first)
        before = {(self._mark.seq, self._mark.seal), self._signed}
        if (said.first - 1, said.prev) not in before:
            raise Break("seal_behind_mark", "asked to seal what does not follow the mark", said.first)
        if self._unwritten:
            try:
                self._write_mark()
            except (OSError, KeyMissing) as error:
                raise Unavailable("the high-water mark cannot be written") from error
        signature = self._signer.sign(message)
        self._signed = (said.last, seal.seal_digest(message, signature))
        return signature

    def kept(self, head: Head) -> None:
        """Raise the mark to a head that COMMIT has kept; never raises: the entries are safe already."""
        mark = Mark(self.facts.ledger, head.seq, head.fingerprint, head.seal, self._mark.size, self._mark.root)
        self._mark, self._unwritten = mark, True
        self._signed = (mark.seq, mark.seal)
        with suppress(OSError, KeyMissing):
            self._write_mark()

    def _write_mark(self) -> None:
        self._file.raise_to(self._mark)
        self._unwritten = False
        self._keeper.soon(self._file)

    def catch_up(self, store: Store) -> Head:
        """Compare the store with the mark, raise the mark over seals that it has not seen, and give the head.

        The store may be ahead: another process sealed, or this one ended between COMMIT and the mark. What lies
        between must be sealed, link by link, by the key in force. A store behind the mark closes the ledger for good.

        Raises:
            BehindMark: the store is older than the mark, or goes another way.
            Break: what lies beyond the mark is not sealed as it must be.
        """
        mark = self._file.read()  # before the head: a mark never runs ahead of a COMMIT
        head = store.head(self.facts.ledger)
        if head is None:
            raise KeyMissing(f"ledger {self.facts.ledger} is not in this store")
        check_genesis(self.facts, store)
        if words := _behind(mark, head, store):
            self._keys.close_for_good(self.facts.ledger, words, head)
            raise BehindMark(words)
        if head.seq > mark.seq:
            self._follow(store, mark, head)
        in_force = key_of_last_seal(store, self.facts.ledger, head)
        if in_force != self.key_id and not self._changing:  # another process changed the key
            self._signer = self._keys.seal_signer(self.facts.ledger, in_force)
        self._mark = mark
        self.kept(head)
        return head

    def sign_checkpoint(self, size: int, root: bytes, proof: list[bytes] | None = None) -> bytes:
        """Sign a checkpoint over durable entries that extends the last one, proven by `merkle.Tree.consistency`.

        Raises:
            Break: it is smaller than the last one, beyond what is sealed, or not consistent with it.
        """
        mark = self._file.read()
        if not mark.size <= size <= mark.seq:
            raise Break("checkpoint_behind_mark", "smaller than the last checkpoint, or beyond the last seal")
        old = bytes.fromhex(mark.root)
        if mark.size and not merkle.verify_consistency(mark.size, old, size, root, proof or []):
            raise Break("checkpoint_inconsistent", "the tree is not the one that was signed before")
        signed = checkpoint.sign_checkpoint(size, root, self._keys.checkpoint_signer(self.facts))
        self._mark = self._file.raise_to(Mark(mark.ledger, mark.seq, mark.head, mark.seal, size, root.hex()))
        self._file.sync()
        return signed

    def close(self) -> None:
        """Let go of the mark file, durable."""
        self._keeper.forget(self._file)
        try:
            self._file.sync()
        finally:
            self._file.close()

    def _follow(self, store: Store, mark: Mark, head: Head) -> None:
        last, digest, head_of_last = mark.seq, mark.seal, ""
        for row in store.seals(self.facts.ledger, mark.seq):
            if row.last > head.seq:  # appended since the head was read
                break
            said = seal.parse(row.text)
            if (said.first, said.last, said.prev, said.ledger) != (last + 1, row.last, digest, self.facts.ledger):
                raise Break("seal_gap", "the seals beyond the mark do not follow it", last + 1)
            if not seal.verify(row.text, row.signature, self._public_key(said.key)):
                raise Break("seal_invalid", "a seal beyond the mark is not of the key", said.first)
            last, digest, head_of_last = row.last, seal.seal_digest(row.text, row.signature), said.head
        if (last, digest, head_of_last) != (head.seq, head.seal, head.fingerprint):
            raise Break("seal_gap", "the head is not under the last seal", last)

    def _public_key(self, key_id: str) -> bytes:
        if key_id == self.key_id:
            return self.public_der
        found = self._keys.public_keys(self.facts.ledger).get(key_id)
        if found is None:
            raise KeyMissing(f"the public half of seal key {key_id[:16]} is not here")
        return found


class StoreMark:
    """One ledger's mark as the appender asks for it (`ledger.shell.appender.Mark`)."""

    def __init__(self, keys: LedgerKeys, store: Store) -> None:
        """Guard `store` with `keys`."""
        self._keys = keys
        self._store = store

    def check(self, ledger: str, head: Head) -> None:
        """See `ledger.shell.appender.Mark`.

        Raises:
            BehindMark, Break: see `LedgerKeys.catch_up`.
            HeadMoved: another process appended since `head` was read.
        """
        if self._keys.catch_up(self._store) != head:
            raise HeadMoved(ledger)

    def keep(self, ledger: str, head: Head) -> None:  # noqa: ARG002 - the appender's seam names the ledger
        """See `ledger.shell.appender.Mark`."""
        self._keys.kept(head)


def _behind(mark: Mark, head: Head, store: Store) -> str | None:
    """Say how the store is not what was sealed, or None."""
    if head.seq < mark.seq:
        return f"the store ends at entry {head.seq}, but entry {mark.seq} was sealed: an old backup was restored"
    if head.seq == mark.seq:
        same = (head.fingerprint, head.seal) == (mark.head, mark.seal)
    else:
        there = next(store.lines(mark.ledger, mark.seq - 1, mark.seq), None) if mark.seq else None
        same = mark.seq == 0 or (there is not None and there.fingerprint == mark.head)
    return None if same else f"entry {mark.seq} of the store is not the one that was sealed"


def check_genesis(facts: Facts, store: Store) -> None:
    """Compare entry 1 with the pin.

    Raises:
        Break: it is another one.
    """
    first = next(store.lines(facts.ledger, 0, 1), None)
    if first is None or first.fingerprint != facts.genesis:
        raise Break("genesis", "entry 1 is not the one that the key store pins", 1)


def key_of_last_seal(store: Store, ledger: str, head: Head) -> str:
    """Give the id of the key that sealed the head: the one in force.

    Raises:
        Break: the head is under no seal.
    """
    last = next(iter(store.seals(ledger, head.seq - 1)), None)
    if last is None:
        raise Break("unsealed", "the head is under no seal", head.seq)
    return seal.parse(last.text).key
