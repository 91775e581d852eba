"""One business per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.signing.scene import Scene, scene


@pytest.fixture
def sale(tmp_path: Path) -> Iterator[Scene]:
    """A business with a customer, over SQLite."""
    with scene(tmp_path) as one:
        yield one
