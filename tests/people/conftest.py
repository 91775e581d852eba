from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people.scene import Scene, scene


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    """People of one server, in memory."""
    with scene(tmp_path) as found:
        yield found
