"""The engine of projections over a service's ledgers, with its rows where the settings say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from api.settings import Settings
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.memory import MemoryStore
from projections.engine.engine import Engine
from projections.engine.rows.open import open_rows, rows_url

ROWS_POOL = 4
"""PostgreSQL connections that rows may take in one process, beside those of the ledgers (`SCEAU_POOL_SIZE`)."""


def place_of_rows(settings: Settings) -> str:
    """Give the URL of where rows are kept: `SCEAU_PROJECTIONS`, else beside the store."""
    return settings.projections if settings.projections is not None else rows_url(settings.store)


def engine_over(store: Store, settings: Settings, now: Callable[[], datetime]) -> Engine:
    """Make the engine over a store; nothing is opened before rows are needed. `Engine.close` closes the rows.

    Raises:
        ValueError: `SCEAU_PROJECTIONS` is no URL of rows.
    """
    # A store in memory that a program brought has its rows there too, wherever the settings' own store is.
    kept = isinstance(store, MemoryStore) and settings.projections is None
    place = "memory:" if kept else place_of_rows(settings)
    return Engine(store, open_rows(place, pool_size=ROWS_POOL), now)


def engine_of(service: Service, settings: Settings) -> Engine:
    """Make the engine over a service's ledgers, with its clock; see `engine_over`."""
    return engine_over(service.store, settings, service.clock.now)
