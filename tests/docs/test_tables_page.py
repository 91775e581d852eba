"""The page of archive tables is as the software writes them."""

from __future__ import annotations

from tests.docs.tables_page import PAGE, make_page


def test_the_page_of_tables_tells_every_column_there_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), ".venv/bin/python -m tests.docs.tables_page"
