"""The pages that were looked at are all the pages there are: `docs/pages-checklist.md` names each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from api.pages.table import PAGES
from tests.pages.desk.test_sale_quotes import owner, whole
from tests.pages.kit import Visitor, form_of

CHECKLIST: Final = Path(__file__).parents[2] / "docs" / "pages-checklist.md"
FILES: Final = re.compile(r"/(file|pdf|xml|logo|private|preview|chart|evidence|brand\.css|export|back|\{file\})$")
"""How addresses end that answer a file, or lead on, and show no page."""

__all__ = ["owner"]


def looked_at() -> list[str]:
    """Give the addresses of the table."""
    return re.findall(r"^\| `(/[^`]*)`", CHECKLIST.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_page_stands_once_in_the_table_of_pages_looked_at() -> None:
    pages = [page.template for page in PAGES if page.method == "GET" and not FILES.search(page.template)]
    assert sorted(looked_at()) == sorted(pages)


def test_a_step_that_is_added_is_one_of_your_own(owner: Visitor) -> None:
    draft = whole(owner)
    page = owner.get(f"{draft}?steps=1")
    assert form_of(page.text, draft).fields["schedule_mode"] == "own"
