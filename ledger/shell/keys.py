"""The keys of ledgers, beside the database and never in it: seal key, checkpoint key, pinned facts, high-water mark.

One folder per ledger: `seal-<first 16 of its id>.pem`, `checkpoint.pem` (both PKCS#8, encrypted, 0600), the seal keys'
public halves (`.pub`), `ledger.json` (public facts, the pin), `mark` (`ledger.shell.mark`) and, for a ledger that was
found behind its mark, `closed.json`. A key service takes the place of the seal key's file: see `KeyStore(load=...)`.
The recovery key is written once, to a file to be moved away; only its public hash stays. See docs/keys.md.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ledger.kernel import checkpoint, note, seal
from ledger.kernel.errors import Break
from ledger.shell.errors import KeyMissing
from ledger.shell.mark import Mark, MarkFile, MarkKeeper, sync_folder
from ledger.shell.sealing import Facts, LedgerKeys, check_genesis, key_of_last_seal
from ledger.shell.store import Head, Store

MIN_PASSPHRASE: Final = 12
"""A passphrase has at least this many characters: PKCS#8 stretches it little."""

_LEDGER: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class FreshKeys:
    """Keys just made for a ledger that does not exist yet, in a folder of their own."""

    folder: Path
    kind: str
    origin: str
    seal_key: str
    seal_public_key: str  # SubjectPublicKeyInfo, base64
    recovery_key: str
    checkpoint_key: str
    recovery_file: Path


class KeyStore:
    """The folder of all ledgers' keys. Safe for threads and for several processes."""

    def __init__(
        self,
        root: Path,
        passphrase: bytes | None = None,
        *,
        mark_delay_seconds: float = 0.5,
        load: Callable[[Path], seal.Signer] | None = None,
    ) -> None:
        """Keep keys under `root`, encrypted under `passphrase`.

        Args:
            root: made when the first key is.
            passphrase: at least 12 characters; without one only training ledgers can be made or written.
            mark_delay_seconds: how often a mark is made durable at most.
            load: gives the signer of a `seal-*.pem` another way, for a key service.

        Raises:
            ValueError: the passphrase is too short.
        """
        if passphrase is not None and len(passphrase) < MIN_PASSPHRASE:
            raise ValueError(f"a key passphrase has at least {MIN_PASSPHRASE} characters")
        self.root = root
        self._passphrase = passphrase
        self._keeper = MarkKeeper(mark_delay_seconds)
        self._load = load or self._load_seal_key

    @property
    def failure(self) -> OSError | None:
        """Why a mark could not be made durable lately, or None."""
        return self._keeper.failure

    def ledgers(self) -> list[str]:
        """Give the ids of the ledgers whose keys are here."""
        return sorted(path.parent.name for path in self.root.glob("*/ledger.json"))

    def facts(self, ledger: str) -> Facts:
        """Give a ledger's public facts; `facts(ledger).genesis` is the pin.

        Raises:
            KeyMissing: they are not here.
        """
        try:
            return Facts(**orjson.loads((self._folder(ledger) / "ledger.json").read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise KeyMissing(f"no keys of ledger {ledger} are here") from error

    def mark(self, ledger: str) -> Mark:
        """Give a ledger's high-water mark.

        Raises:
            KeyMissing: it is not here.
        """
        file = MarkFile(self._folder(ledger) / "mark")
        try:
            return file.read()
        finally:
            file.close()

    def closed(self, ledger: str) -> str | None:
        """Tell why a ledger was closed for good, or None."""
        path = self._folder(ledger) / "closed.json"
        try:
            words: str = orjson.loads(path.read_bytes())["words"]
        except FileNotFoundError:
            return None
        return words

    def make(self, kind: str, origin: str, recovery_file: Path | None = None) -> FreshKeys:
        """Make the keys of a new ledger; `adopt` gives them to it once entry 1 has named it.

        The recovery key goes to `recovery_file` (default: beside the others, under a name that says to move it away).

        Raises:
            KeyMissing: there is no passphrase and the ledger is not for training.
            FileExistsError: `recovery_file` exists.
        """
        guard = self._guard(kind)
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self.root / f".new-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        seal_key = ec.generate_private_key(ec.SECP256R1())
        recovery = ec.generate_private_key(ec.SECP256R1())
        checkpoint_key = ed25519.Ed25519PrivateKey.generate()
        signer = seal.LocalSigner(seal_key)
        seal_id, seal_public = signer.key_id, base64.b64encode(signer.public_der).decode()
        recovery_id = seal.LocalSigner(recovery).key_id
        recovery_file = recovery_file or folder / f"MOVE-AWAY-recovery-{recovery_id[:16]}.pem"
        for path, key in (
            (folder / _seal_name(seal_id), seal_key),
            (folder / "checkpoint.pem", checkpoint_key),
            (recovery_file, recovery),
        ):
            _write_once(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, guard))
        _write_public(folder, seal_key.public_key())
        vkey = note.VerifierKey(origin, note.ED25519, note.LocalNoteSigner(origin, checkpoint_key).public)
        return FreshKeys(folder, kind, origin, seal_id, seal_public, recovery_id, str(vkey), recovery_file)

    def adopt(self, fresh: FreshKeys, ledger: str, genesis: str) -> LedgerKeys:
        """Give fresh keys to the ledger whose entry 1 names them; durable when this returns, before entry 1 is kept."""
        facts = Facts(ledger, genesis, fresh.kind, fresh.recovery_key, fresh.checkpoint_key, fresh.origin)
        _write_once(fresh.folder / "ledger.json", orjson.dumps(asdict(facts), option=orjson.OPT_INDENT_2))
        MarkFile.create(fresh.folder / "mark", Mark(ledger))
        folder = self._folder(ledger)
        fresh.folder.rename(folder)
        sync_folder(self.root)
        signer = self.seal_signer(ledger, fresh.seal_key)
        return LedgerKeys(self, facts, signer, MarkFile(folder / "mark"), self._keeper)

    def discard(self, fresh: FreshKeys) -> None:
        """Throw fresh keys away: the ledger was not opened."""
        for path in (*fresh.folder.iterdir(), fresh.recovery_file):
            path.unlink(missing_ok=True)
        fresh.folder.rmdir()

    def abandon(self, ledger: str) -> None:
        """Remove the keys of a ledger that the store has refused to open; nothing was ever sealed under them.

        Raises:
            Break: the mark says that something was.
        """
        if self.mark(ledger).seq:
            raise Break("keys_in_use", "keys that have sealed are not removed")
        folder = self._folder(ledger)
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()

    def recovery_file_of(self, fresh: FreshKeys, ledger: str) -> Path:
        """Give where an adopted ledger's recovery key is, until it is moved away."""
        inside = fresh.recovery_file.parent == fresh.folder
        return self._folder(ledger) / fresh.recovery_file.name if inside else fresh.recovery_file

    def open(self, ledger: str, store: Store, signer: seal.Signer | None = None) -> LedgerKeys:
        """Open the keys of a ledger, with the seal key in force: the one that the store's last seal names.

        Args:
            ledger: its id.
            store: where its seals are.
            signer: sign with this key instead, which the next append puts in force.

        Raises:
            KeyMissing: the key, its passphrase or its mark is not here.
        """
        facts = self.facts(ledger)
        file = MarkFile(self._folder(ledger) / "mark")
        if signer is not None:
            return LedgerKeys(self, facts, signer, file, self._keeper, changing=True)
        head = store.head(ledger)
        if head is None:
            raise KeyMissing(f"ledger {ledger} is not in this store")
        in_force = self.seal_signer(ledger, key_of_last_seal(store, ledger, head))
        return LedgerKeys(self, facts, in_force, file, self._keeper)

    def add_seal_key(self, ledger: str) -> seal.Signer:
        """Make another seal key for a ledger, to be put in force by a `key.changed/1` entry."""
        key = ec.generate_private_key(ec.SECP256R1())
        signer = seal.LocalSigner(key)
        guard = self._guard(self.facts(ledger).kind)
        path = self._folder(ledger) / _seal_name(signer.key_id)
        _write_once(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, guard))
        _write_public(path.parent, key.public_key())
        return signer

    def make_recovery_key(self, ledger: str, file: Path) -> seal.Signer:
        """Make another recovery key for a ledger, in `file`, to be put in force by a `key.changed/1` entry."""
        key = ec.generate_private_key(ec.SECP256R1())
        guard = self._guard(self.facts(ledger).kind)
        _write_once(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, guard))
        return seal.LocalSigner(key)

    def retire(self, ledger: str, key_id: str) -> None:
        """Destroy a seal key that is no longer in force; its public half stays."""
        folder = self._folder(ledger)
        (folder / _seal_name(key_id)).unlink(missing_ok=True)
        sync_folder(folder)

    def public_keys(self, ledger: str) -> dict[str, bytes]:
        """Give the public halves of all seal keys a ledger ever had (key id -> SubjectPublicKeyInfo).

        No passphrase is needed: this is what `verify` checks seals with.
        """
        keys = [load_pem_public_key(path.read_bytes()) for path in self._folder(ledger).glob("seal-*.pub")]
        forms = [key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in keys]
        return {seal.key_id(form): form for form in forms}

    def recovery_signer(self, file: Path, passphrase: bytes | None = None) -> seal.Signer:
        """Read the offline recovery key back, for a key change.

        Raises:
            KeyMissing: the file is not there or the passphrase does not open it.
        """
        return _seal_signer(file, passphrase or self._passphrase)

    def close_for_good(self, ledger: str, words: str, found: Head) -> None:
        """Keep for good that this ledger takes nothing more, and where it was found."""
        plain = {"words": words, "seq": found.seq, "head": found.fingerprint}
        path = self._folder(ledger) / "closed.json"
        if not path.exists():
            _write_once(path, orjson.dumps(plain, option=orjson.OPT_INDENT_2))

    def accept_head(self, ledger: str, store: Store) -> Mark:
        """Make a lost mark anew from the store's head: the operator vouches that this store is not an old backup.

        Raises:
            FileExistsError: the mark is there.
        """
        facts = self.facts(ledger)
        head = store.head(ledger)
        if head is None:
            raise KeyMissing(f"ledger {ledger} is not in this store")
        check_genesis(facts, store)
        mark = Mark(ledger, head.seq, head.fingerprint, head.seal)
        MarkFile.create(self._folder(ledger) / "mark", mark)
        return mark

    def sync(self) -> None:
        """Make every mark durable, and end the thread that does."""
        self._keeper.stop()

    def seal_signer(self, ledger: str, key_id: str) -> seal.Signer:
        """Give the signer of one of a ledger's seal keys.

        Raises:
            KeyMissing: the key is not here, or the passphrase does not open it.
        """
        signer = self._load(self._folder(ledger) / _seal_name(key_id))
        if signer.key_id != key_id:
            raise KeyMissing("the seal key in the file is not the one in force")
        return signer

    def _load_seal_key(self, path: Path) -> seal.Signer:
        return _seal_signer(path, self._passphrase)

    def checkpoint_signer(self, facts: Facts) -> note.NoteSigner:
        """Give the signer of a ledger's checkpoints; its name is the ledger's origin."""
        key = _private_key(self._folder(facts.ledger) / "checkpoint.pem", self._passphrase)
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise KeyMissing("the checkpoint key is not Ed25519")
        return note.LocalNoteSigner(checkpoint.origin(facts.origin, facts.ledger), key)

    def other_key(self, ledger: str, name: str) -> object | None:
        """Read another private key of a ledger's folder (`ledger.shell.archive_keys`); None if it is not there.

        Raises:
            KeyMissing: the passphrase does not open it.
        """
        path = self._folder(ledger) / name
        return _private_key(path, self._passphrase) if path.exists() else None

    def keep_other_key(self, ledger: str, name: str, key: PrivateKeyTypes) -> None:
        """Write another private key into a ledger's folder, encrypted as the others are.

        Raises:
            FileExistsError: there is one of that name.
            KeyMissing: there is no passphrase and the ledger is not for training.
        """
        guard = self._guard(self.facts(ledger).kind)
        path = self._folder(ledger) / name
        _write_once(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, guard))

    def public_file(self, ledger: str, name: str) -> bytes | None:
        """Read a public file of a ledger's folder; None if it is not there."""
        try:
            return (self._folder(ledger) / name).read_bytes()
        except FileNotFoundError:
            return None

    def keep_public_file(self, ledger: str, name: str, data: bytes) -> None:
        """Write a public file into a ledger's folder.

        Raises:
            FileExistsError: there is one of that name.
        """
        _write_once(self._folder(ledger) / name, data)

    def destroy_other_key(self, ledger: str, name: str) -> None:
        """Remove another private key of a ledger's folder, for good."""
        folder = self._folder(ledger)
        (folder / name).unlink(missing_ok=True)
        sync_folder(folder)

    def server_key(self, *, make: bool = False) -> object | None:
        """Read the key of what belongs to no ledger (`server.pem` beside the ledgers' folders); None if there is none.

        `make` makes it: 32 random bytes in the container of an X25519 key. Without a passphrase it is kept in clear, as
        training ledgers' keys are, and is encrypted the first time it is read with one.

        Raises:
            KeyMissing: the passphrase does not open it.
        """
        path = self.root / "server.pem"
        if make and not path.exists():
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._link_new(path, x25519.X25519PrivateKey.from_private_bytes(secrets.token_bytes(32)))
        if not path.exists():
            return None
        key = _private_key(path, self._passphrase)
        if self._passphrase is not None and b"ENCRYPTED PRIVATE KEY" not in path.read_bytes():
            self._link_new(path, key, replace=True)  # type: ignore[arg-type] # what the loader gives is a private key
        return key

    def _link_new(self, path: Path, key: PrivateKeyTypes, *, replace: bool = False) -> None:
        """Give a key its name only when it is whole and durable: another process may read that name at any moment."""
        beside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        guard = BestAvailableEncryption(self._passphrase) if self._passphrase is not None else NoEncryption()
        _write_once(beside, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, guard))
        try:
            if replace:
                beside.replace(path)
            else:
                with suppress(FileExistsError):  # another process was first: its key is the one
                    os.link(beside, path)
        finally:
            beside.unlink(missing_ok=True)
            sync_folder(path.parent)

    def _guard(self, kind: str) -> KeySerializationEncryption:
        if self._passphrase is not None:
            return BestAvailableEncryption(self._passphrase)
        if kind != "training":
            raise KeyMissing("a live ledger's keys are encrypted: set SCEAU_KEY_PASSPHRASE or _FILE")
        return NoEncryption()

    def _folder(self, ledger: str) -> Path:
        if _LEDGER.fullmatch(ledger) is None:
            raise KeyMissing("that is no ledger id")
        return self.root / ledger


def passphrase_from(environment: Mapping[str, str]) -> bytes | None:
    """Give the passphrase that SCEAU_KEY_PASSPHRASE holds, or the first line of SCEAU_KEY_PASSPHRASE_FILE.

    Raises:
        KeyMissing: the file that the setting names cannot be read.
    """
    if words := environment.get("SCEAU_KEY_PASSPHRASE"):
        return words.encode()
    file = environment.get("SCEAU_KEY_PASSPHRASE_FILE")
    return passphrase_file(Path(file)) if file else None


def passphrase_file(path: Path, *, create: bool = False) -> bytes:
    """Give the first line of a passphrase file; `create` writes one of 256 random bits if there is none.

    Raises:
        KeyMissing: it cannot be read.
    """
    if create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, secrets.token_urlsafe(32).encode() + b"\n")
    try:
        return path.read_bytes().split(b"\n", 1)[0]
    except OSError as error:
        raise KeyMissing("the passphrase file cannot be read") from error


def _write_public(folder: Path, key: ec.EllipticCurvePublicKey) -> None:
    form = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    path = folder / _seal_name(seal.key_id(form)).replace(".pem", ".pub")
    _write_once(path, key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _seal_name(key_id: str) -> str:
    return f"seal-{key_id[:16]}.pem"


def _write_once(path: Path, data: bytes) -> None:
    """Write a file that did not exist, readable by its owner only, durable when this returns."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)
    sync_folder(path.parent)


def _seal_signer(path: Path, passphrase: bytes | None) -> seal.LocalSigner:
    key = _private_key(path, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyMissing("the seal key is not ECDSA")
    return seal.LocalSigner(key)


def _private_key(path: Path, passphrase: bytes | None) -> object:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeyMissing(f"{path.name} is not in the key store") from error
    try:
        encrypted = b"ENCRYPTED PRIVATE KEY" in data
        return load_pem_private_key(data, passphrase if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # No cause: a library's message may hold what it tried.
        raise KeyMissing(f"the passphrase does not open {path.name}") from None
