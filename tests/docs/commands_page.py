"""Makes docs/commands.md from the command records and the route table.

`python -m tests.docs.commands_page` writes it; `test_commands_page.py` holds it equal to the code.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import typing
from pathlib import Path
from typing import Any

from api.http.examples.bodies import BODIES
from api.http.routes.commands import COMMAND_ROUTES
from ledger.domain.commands import COMMANDS, common, exports, history, messages, parties, payments, quotes, sales
from ledger.domain.commands.common import Command
from tests.docs.events_page import describe, remarks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"

CHAPTERS: tuple[tuple[str, Any], ...] = (
    ("Quotes, signatures, deliveries", quotes),
    ("Deposits, invoices, credit notes, notes, recurring billing", sales),
    ("Payments and refunds", payments),
    ("Issuer, series, customers, observers, technical journal", parties),
    ("Messages, reminders, comments, links, copies", messages),
    ("Files of figures, e-reporting", exports),
    ("Documents of another software", history),
)

HEAD = """# Commands

*Made by `python -m tests.docs.commands_page` from `ledger/domain/commands/`; a test holds the two equal.*

What can be asked of a ledger, the same by every road:

* over HTTP, `POST /v1/ledgers/{ledger}` + the path below, the members as JSON body (without those in the path);
* in a file for `sceau apply`, one line `{"command": "<name>", "body": {...}, "key": "...", "as": "..."}`;
* from Python, the record of `ledger.commands`.

Amounts are whole cents, rates and shares basis points (2000 is 20 %), quantities and unit prices exact decimal texts,
days `YYYY-MM-DD`; the value types are those of [spec/events.md](spec/events.md#value-types). A member not listed is
refused. An `id` may be given (a random UUID, version 4) or is made. The answer holds the ids and numbers given and the
entries written; or a refusal: a stable code, the article, the place, words.

"""


def table(cls: type[Any]) -> list[str]:
    """Write the members of a record as a table."""
    words = remarks(cls)
    rows = ["| member | type | | |", "|---|---|---|---|"]
    types = typing.get_type_hints(cls, include_extras=True)
    for one in dataclasses.fields(cls):
        need = "" if one.default is dataclasses.MISSING else "optional"
        rows.append(f"| `{one.name}` | {describe(types[one.name])} | {need} | {words.get(one.name, '')} |")
    return [*rows, ""]


def parts() -> list[type[Any]]:
    """List the records that stand inside commands and are not commands."""
    modules = (common, *(module for _, module in CHAPTERS))
    return [
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value)
        and dataclasses.is_dataclass(value)
        and value.__module__ == module.__name__
        and value not in COMMANDS
        and not issubclass(value, Command)
    ]


def make_page() -> str:
    """Make the whole page."""
    paths = {route.command: route.path for route in COMMAND_ROUTES}
    out = [HEAD.rstrip(), "", "## Parts", ""]
    for part in parts():
        out += [f"### {part.__name__}", "", " ".join((part.__doc__ or "").split()), "", *table(part)]
    for title, module in CHAPTERS:
        out += [f"## {title}", ""]
        for each in COMMANDS:
            if each.__module__ != module.__name__:
                continue
            shown = json.dumps(BODIES[each.NAME], ensure_ascii=False, indent=1)
            out += [f"### {each.NAME}", "", " ".join((each.__doc__ or "").split()), "", f"`POST {paths[each]}`", ""]
            out += [*table(each), "```json", shown, "```", ""]
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(COMMANDS)} commands\n")
