"""One shop for each module of tests; each test makes quotes of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.customer.shop import Shop, shopping


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A server with a builder's ledger."""
    with shopping(tmp_path_factory.mktemp("shop")) as found:
        yield found


@pytest.fixture
def aging_shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop of this test's own, for one that lets days pass: its neighbours print the day."""
    with shopping(tmp_path) as found:
        yield found
