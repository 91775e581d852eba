"""The contract, in memory."""

from __future__ import annotations

import pytest

from ledger.shell.stores.memory import MemoryStore, Shelf
from tests.stores.contract import Open, StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def open_another(self) -> Open:
        shelf = Shelf()
        return lambda: MemoryStore(shelf)
