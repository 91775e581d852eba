"""`sceau bench pages` asks for every page it names and tells each; nothing here asserts a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.bench import pages
from api.bench.sizes import SMOKE


@pytest.mark.long
def test_every_page_is_asked_for_and_a_kept_ledger_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(pages.FOLDER, str(tmp_path))
    for _ in range(2):
        rows = list(pages.rows(SMOKE, None))
        assert len(rows) == len(pages.DESK) + len(pages.CUSTOMER) + 1
        assert all(row.value > 0 and row.unit == "ms" for row in rows)
        assert [row.goal is None for row in rows] == [False] * (len(rows) - 1) + [True]
