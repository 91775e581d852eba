"""A real shop's sales, replayed through the real commands and a real store: the book is its closures'."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ledger.shell.closing import closures
from ledger.shell.stores.open import open_store
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.book.reading import TABLE, postings_of
from tests.api.test_replay import DECEMBER
from tests.cli.running import told
from tests.projections.book.checking import balance_differences, closure_differences
from tests.projections.kit import entries_of, rows_of

LINES = 6_000
"""As many lines of the file are replayed: some five days."""


def book_of(folder: Path) -> tuple[list[Posting], list[str]]:
    """The book of the ledger in a folder, and how it differs from the closures."""
    store = open_store(f"sqlite:///{folder}/var/sceau.db")
    try:
        ledger = store.ledgers()[0].ledger
        kept = rows_of(BOOK, entries_of(store, ledger))[TABLE]
        found = [each for key in sorted(kept) for each in postings_of(kept[key])]
        return found, closure_differences([each.event for each in closures(store, ledger)], found)
    finally:
        store.close()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(not DECEMBER.exists(), reason="the sales file is not here")
def test_the_book_of_a_real_shop_is_its_closures(tmp_path: Path) -> None:
    with gzip.open(DECEMBER, "rt", encoding="utf-8-sig", errors="replace") as file:
        rows = [next(file) for _ in range(LINES)]
    (tmp_path / "file.csv").write_text("".join(rows), encoding="utf-8")
    told(tmp_path, "replay", "file.csv", "--ledger", "shop")
    found, differences = book_of(tmp_path)
    assert len(found) > 1_000
    assert balance_differences(found) == []
    assert differences == []
