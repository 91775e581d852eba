"""A real server over a real store, on a free port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.serving import Served, serving

PROVISIONING = "provisioning-key-of-the-tests-0123456789"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a server over SQLite."""
    folder = tmp_path_factory.mktemp("http")
    return Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(Path(folder) / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )


@pytest.fixture(scope="module")
def served(settings: Settings) -> Iterator[Served]:
    """A server with an open ledger, `atelier`, and its owner."""
    with serving(settings) as one:
        one.open("atelier")
        yield one
