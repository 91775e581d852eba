"""The composition root: from settings to a running service. Everything that opens a store or a key folder is here."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from ledger.shell.clock import Clock
from ledger.shell.keys import KeyStore
from ledger.shell.public import keys_folder
from ledger.shell.service import Service
from ledger.shell.service import Settings as ServiceSettings
from ledger.shell.stores.open import open_store
from ledger.shell.writer import WriterSettings


def compose(settings: Settings, *, create: bool = False, clock: Clock | None = None) -> Service:
    """Open the store and the keys, and serve the ledgers; `Service.close` closes both.

    `create` makes the store if it is not there and applies pending migrations.

    Raises:
        SchemaMismatch, UnsafeStore, Unavailable: see `ledger.shell.stores.open.open_store`.
        ValueError: the passphrase is too short, or the store's URL is none.
    """
    folder = Path(settings.keys) if settings.keys is not None else keys_folder(settings.store)
    keys = KeyStore(folder, settings.passphrase)
    store = open_store(settings.store, create=create, pool_size=settings.pool_size)
    writer = WriterSettings(queue_calls=settings.queue_limit)
    return Service(store, keys, ServiceSettings(writer=writer, origin=settings.origin), clock)
