"""Stores for every suite: in memory, in a SQLite file, on a real PostgreSQL server."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.order import rank_of
from tests.stores.servers import Server

# No test is timed: a busy machine must not fail one. Speed is measured by `sceau bench`.
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("untimed")

# Seventeen thousand tests are collected into a million objects that stay: to look through them for rubbish, again and
# again, was two fifths of collecting and a fifth of what follows. They are put aside; what tests leave is still found.
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files (tests/order.py)."""
    items.sort(key=lambda item: rank_of(item.nodeid))


def pytest_collection_finish() -> None:
    """Put what was collected out of the rubbish collector's way, and let it work again, more rarely."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for the whole run, whichever worker asks first."""
    server = Server(os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid()))
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A database of this test's own, with our tables."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: Server) -> Iterator[str]:
    """A database of this test's own, with nothing in it."""
    with postgres_server.database(migrated=False) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file of this test's own, not yet made: open it with `create=True`."""
    return f"sqlite:///{tmp_path / 'sceau.db'}"
