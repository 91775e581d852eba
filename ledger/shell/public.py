"""From settings to a running service: what `ledger.open` does."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from ledger.shell.clock import Clock
from ledger.shell.keys import KeyStore, passphrase_from
from ledger.shell.migrate import sqlite_path
from ledger.shell.service import Service, Settings
from ledger.shell.stores.open import open_store


def open(
    store: str = "sqlite:///var/sceau.db",
    *,
    keys: str | Path | None = None,
    passphrase: bytes | None = None,
    create: bool = True,
    settings: Settings | None = None,
    clock: Clock | None = None,
) -> Service:
    """Open a store and its keys, and give the service over them; close it, or use it as a context.

    Args:
        store: `sqlite:///path`, `postgresql://...` or `memory:`.
        keys: the folder of the keys; by default SCEAU_KEYS, else `keys` beside the SQLite file, or
            `var/keys-postgresql`.
        passphrase: of the keys; by default SCEAU_KEY_PASSPHRASE or the first line of SCEAU_KEY_PASSPHRASE_FILE.
            Without one, only training ledgers can be opened or written.
        create: make the file and the tables that are missing, and apply pending migrations.
        settings: how the writers group and wait.
        clock: the machine's by default.

    Raises:
        SchemaMismatch, UnsafeStore, Unavailable: see `ledger.shell.stores.open.open_store`.
        KeyMissing: the passphrase file cannot be read.
        ValueError: the URL is of no store, or the passphrase is too short.
    """
    root = Path(keys) if keys is not None else keys_folder(store)
    secret = passphrase if passphrase is not None else passphrase_from(os.environ)
    key_store = KeyStore(root, secret)
    return Service(open_store(store, create=create), key_store, settings, clock)


def tune_process() -> None:
    """Set the interpreter up for a process that serves ledgers and little else; call it once, when all is loaded.

    Cached states are many, immutable and without cycles: the garbage collector's full passes over them cost a tenth of
    the writer's time and find nothing. A short switch interval keeps an event loop and a writer from making each other
    wait 5 ms whenever one of them comes back from the disk. A library does neither behind its host's back.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(0.0005)


def keys_folder(store: str) -> Path:
    """Give where the keys of a store are when nobody says: never in the database's own backup by accident of a name."""
    named = os.environ.get("SCEAU_KEYS")
    if named:
        return Path(named)
    return sqlite_path(store).parent / "keys" if store.startswith("sqlite:") else Path("var/keys-postgresql")
