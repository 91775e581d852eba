"""The same archive from PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import reading
from tests.archive.samples import sample, sell_december, sell_november


@pytest.mark.postgres
def test_two_months_in_postgresql_are_archived_and_verify(tmp_path: Path, postgres_url: str) -> None:
    with sample(tmp_path, postgres_url) as it:
        sell_november(it)
        made = [it.archive("2026-11")]
        sell_december(it)
        made += [it.archive("2026-12"), it.archive("2026")]
        assert reading.verify([one.path for one in made], ["--genesis", it.genesis], quiet=True) == 0
        assert it.archive("2026-12", replace=True).repeated
