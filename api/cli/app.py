"""The list of `sceau`'s commands, and what every one of them does with a failure.

A command's page is loaded when the command is called: what one of them needs (drawing, PostgreSQL, a server) is no part
of another's start.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from api.cli.output import USAGE
from ledger.kernel.errors import SceauError

COMMANDS: Final[Mapping[str, str]] = {
    "init": "api.cli.ledgers:init",
    "migrate": "api.cli.ledgers:migrate_store",
    "serve": "api.cli.serve:serve",
    "demo": "api.cli.demo:demo",
    "apply": "api.cli.apply:apply",
    "show": "api.cli.show:show",
    "replay": "api.cli.replay:replay",
    "verify": "api.cli.verify:verify",
    "rebuild": "api.cli.rebuild:rebuild",
    "report": "api.cli.report:report",
    "explain": "api.cli.report:explain_figure",
    "reconcile": "api.cli.reconcile:reconcile",
    "vat": "api.cli.reconcile:vat",
    "close": "api.cli.close:close",
    "checkpoint": "api.cli.checkpoint:checkpoint",
    "prove": "api.cli.prove:prove",
    "purge": "api.cli.purge:purge",
    "erase": "api.cli.erase:erase",
    "restore": "api.cli.restore:restore",
    "witness": "api.cli.witness:witness",
    "about": "api.cli.about:about_software",
    "attest": "api.cli.attest:attest",
    "import": "api.cli.history:import_history",
    "journal": "api.cli.accounts:journal",
    "fec": "api.cli.accounts:app",
    "archive": "api.cli.archive:app",
    "document": "api.cli.document:app",
    "ereport": "api.cli.ereport:app",
    "statement": "api.cli.statement:app",
    "anchor": "api.cli.anchor:app",
    "register": "api.cli.register:app",
    "keys": "api.cli.keys:app",
    "webhook": "api.cli.webhook:app",
    "message": "api.cli.message:app",
    "provider": "api.cli.provider:app",
    "access": "api.cli.access:app",
    "user": "api.cli.user:app",
    "bench": "api.cli.bench:app",
}
"""Each command, in the order of `sceau --help`, and where it is written: a function, or a `typer.Typer` of several."""
ASKING: Final = frozenset({"report", "explain"})
"""Reports name what may be asked of them."""


class Commands(TyperGroup):
    """The commands of the table, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as it is called
        """Give the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give one command; for a name that is none, load them all, to say which of them it is like."""
        if cmd_name not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        elif cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)


app = typer.Typer(
    name="sceau",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 110},
)


@app.callback(
    help="Append-only, chained and sealed invoicing ledger. Exit codes: 0 done, 1 something was found or refused, "
    "2 the call was not understood or could not be carried out."
)
def sceau() -> None:
    """Take the call; the command does the rest."""


def _load(name: str) -> Any:
    """Make one command of the table."""
    page, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(page), attribute)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.callback()(sceau)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        asking = {"allow_extra_args": True, "ignore_unknown_options": True} if name in ASKING else None
        alone.command(name, context_settings=asking)(found)
    group: Any = typer.main.get_command(alone)
    return group.commands[name]


def main() -> None:
    """Run `sceau`; a failure is said in words, never as a traceback."""
    try:
        app()
    except (SceauError, ValueError, OSError) as failure:  # of the settings too: a `SettingsError` is a `ValueError`
        from api.cli.common import speak_of

        sys.stderr.write(f"sceau: {speak_of(failure)}\n")
        raise SystemExit(USAGE) from None
