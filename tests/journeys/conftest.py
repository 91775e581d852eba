"""A browser for each file of journeys, and a stage of its own for each journey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.stage import PATIENCE_SECONDS, Stage, staged
from tests.pages.looking import browsing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, the one that every browser test uses (docs/decisions/browser-tests.md).

    For one module: while Playwright runs, its event loop is this thread's, and no other test could have one.
    """
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with browsing() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def stage(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    """A stage on SQLite; on PostgreSQL in the long suite."""
    if request.param == "sqlite":
        store = f"sqlite:///{tmp_path / 'sceau.db'}"
    else:
        store = request.getfixturevalue("empty_postgres_url")
    marker = request.node.get_closest_marker("stripe")
    behind = 1 if request.node.name.startswith("test_a_day") else 0  # a day is closed when it is over
    with staged(tmp_path, store, browser, stripe=marker is not None, days_behind=behind) as ready:
        yield ready
