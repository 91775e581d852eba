from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from tests.pages.kit import House, housing


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with the ledger `atelier` open, on SQLite, for the tests of one module."""
    folder: Path = tmp_path_factory.mktemp("house")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40,
        port=0,
        documents=str(folder / "documents"),
    )
    with housing(settings) as found:
        yield found
