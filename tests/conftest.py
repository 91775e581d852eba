"""Stores for every suite: in memory, in a SQLite file, on a real PostgreSQL server."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.order import rank_of
from tests.stores.servers import Server

# No test is timed: a busy machine must not fail one. Speed is measured by `sceau bench`. The gate tries the same
# examples on every machine and in any order, so that no change fails by luck; the long tests search at random (but not
# where CI is set), and so does all with SCEAU_TESTS_SEARCH=1.
_OURS = settings.get_profile(settings.get_current_profile_name())
_PATIENT = (HealthCheck.too_slow, *_OURS.suppress_health_check)
settings.register_profile("untimed", _OURS, deadline=None, suppress_health_check=_PATIENT)
settings.register_profile("gate", settings.get_profile("untimed"), derandomize=True, database=None)


def pytest_configure(config: pytest.Config) -> None:
    """Choose how properties are searched."""
    settings.load_profile(
        "untimed" if config.option.markexpr == "long" or "SCEAU_TESTS_SEARCH" in os.environ else "gate"
    )


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
