"""One localstripe for the module, and a scene on each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.shell.stores.open import open_store
from tests.payments.scene import Scene, StripeServer, scene, stripe_running


@pytest.fixture(scope="module")
def server() -> Iterator[StripeServer]:
    with stripe_running() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, tmp_path: Path, server: StripeServer) -> Iterator[Scene]:
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    store = open_store(str(request.getfixturevalue(name)), create=True)
    server.happen("forget")
    with scene(tmp_path, store, server) as made:
        yield made
