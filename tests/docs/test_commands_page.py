"""docs/commands.md says what can be asked, for every command."""

from __future__ import annotations

from tests.docs import commands_page


def test_the_page_is_the_one_that_the_records_make() -> None:
    assert commands_page.PAGE.read_text(encoding="utf-8") == commands_page.make_page(), (
        "run: python -m tests.docs.commands_page"
    )
