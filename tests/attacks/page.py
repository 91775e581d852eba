"""Makes docs/security/attacks.md from the attack table.

`python -m tests.attacks.page` writes it; `test_table.py` holds it equal to the table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.attacks.rows import ATTACKERS, EVIDENCE, OUTCOMES, STORES, VERIFIERS, Row
from tests.attacks.table import BY_READING, ON_ARCHIVES, ON_STORES, ROWS

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "security" / "attacks.md"

_HEAD: Final = """# Attacks, and what shows them

Every row below is run by a test on real bytes: a real business over a real store, anchored by a real time stamp
authority and a real witness, its archives, and the verifiers as they are shipped. The same tests hold what nobody
touched to be OK, everywhere. This page is made from the table (`tests/attacks/table.py`); what nothing can show is told
as **unproven**, never as fine.

A code is the finding that must come out ([verify.md](../verify.md), [archive.md](../spec/archive.md)); the place is the
first bad one that the verdict must name, and nothing from there on may be called proven. What a checkpoint or another
archive contradicts may begin anywhere before: there the place named may come earlier, never later.
"""

_TAIL: Final = """
## What no row can show

* That what was typed in is true, and that everything was typed in.
* What whoever has database **and** keys did after the last copy outside: the verdict says up to where it reaches
  (`unproven_after`), and names the span after it.
* What stands beside the chain and proves nothing: drafts, API keys, the answers kept for repeated requests, the
  positions of readers. Whoever writes into the database can change them; no document, number or total is made from
  them.
* Copies in clear that somebody made.
* A verifier that lies: the one inside an archive is as good as who gave you the archive. Take yours from elsewhere.
"""


def make_page() -> str:
    """Give the page."""
    return "\n".join([_HEAD, *_words(), *_part("On a store: `sceau verify`", ON_STORES),
                      *_part("On an archive or a customer's proof", ON_ARCHIVES), *_read(), _TAIL])  # fmt: skip


def _words() -> Iterator[str]:
    yield "## Who attacks, what the defender holds, what comes out\n"
    for title, words in (("attacker", ATTACKERS), ("held", EVIDENCE), ("outcome", OUTCOMES)):
        yield f"| {title} | |\n|---|---|"
        yield from (f"| {name.replace('_', ' ')} | {said} |" for name, said in words.items())
        yield ""


def _part(title: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| | attacker | what is done | held | must come out | first bad place | tried with |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        cells = (row.attacker.replace("_", " "), row.done, _held(row), _out(row), _first(row), _where(row))
        yield f"| `{row.name}` | {' | '.join(cells)} |"
    yield ""


def _held(row: Row) -> str:
    return ", ".join(name.replace("_", " ") for name in row.evidence)


def _out(row: Row) -> str:
    codes = ", ".join(f"`{code}`" for code in row.finds)
    if row.outcome == "found":
        return codes
    words = row.outcome.replace("_", " ")
    return f"**{words}**" + (f": {codes}" if codes else "")


def _first(row: Row) -> str:
    if row.outcome == "unproven":
        return f"proven until: {row.first}"
    return row.first or "the whole"


def _where(row: Row) -> str:
    if row.on_stores == STORES:
        return "every store"
    return ", ".join({"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(each, each) for each in row.where)


def _read() -> Iterator[str]:
    yield "## By reading alone\n"
    yield "| | what is done | must come out |"
    yield "|---|---|---|"
    yield from (f"| `{row.name}` | {row.done} | **nothing learned** |" for row in BY_READING)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(make_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(ROWS)} rows, {len(VERIFIERS)} ways to check\n")
