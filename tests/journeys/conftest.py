"""One browser for the journeys of a worker, and a stage of its own for each journey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.stage import Stage, staged
from tests.verifiers import browser as browsers


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, the one that every browser test uses (docs/decisions/browser-tests.md)."""
    found = browsers.found()
    assert found is not None, browsers.HELP
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(found), args=list(browsers.FLAGS))
        yield running
        running.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def stage(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    """A stage on SQLite; on PostgreSQL in the long suite."""
    if request.param == "sqlite":
        store = f"sqlite:///{tmp_path / 'sceau.db'}"
    else:
        store = request.getfixturevalue("empty_postgres_url")
    marker = request.node.get_closest_marker("stripe")
    with staged(tmp_path, store, browser, stripe=marker is not None) as ready:
        yield ready
