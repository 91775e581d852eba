"""Makes the columns of docs/spec/archive-tables.md: run it, and the page is as the software writes tables.

.venv/bin/python -m tests.docs.tables_page
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from archive.sealed.tables.columns import CLEAR, PRIVATE, Table

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "spec" / "archive-tables.md"

MARK: Final = "## Columns\n\n"


def make_page() -> str:
    """Give the page: what was written by hand up to the columns, then these."""
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return head + mark + "\n".join(_table(table) for table in (*CLEAR, *PRIVATE))


def _table(table: Table) -> str:
    rows = [f"| `{one.name}` | {one.form} | {one.english} | {one.french} |" for one in table.columns]
    head = f"### {table.name}\n\n{table.english}\n\n| column | form | | |\n|---|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(CLEAR) + len(PRIVATE)} tables\n")
