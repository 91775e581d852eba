"""The list of `sceau`'s commands, and what every one of them does with a failure."""

from __future__ import annotations

import sys

import typer

from api.cli import access, apply, bench, demo, keys, ledgers, replay, serve, show, verify
from api.cli.common import speak_of
from api.cli.output import USAGE
from api.settings import SettingsError
from ledger.kernel.errors import SceauError

app = typer.Typer(
    name="sceau",
    help="Append-only, chained and sealed invoicing ledger. Exit codes: 0 done, 1 something was found or refused, "
    "2 the call was not understood or could not be carried out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("init")(ledgers.init)
app.command("migrate")(ledgers.migrate_store)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("apply")(apply.apply)
app.command("show")(show.show)
app.command("replay")(replay.replay)
app.command("verify")(verify.verify)
app.add_typer(keys.app, name="keys")
app.add_typer(access.app, name="access")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Run `sceau`; a failure is said in words, never as a traceback."""
    try:
        app()
    except (SceauError, SettingsError, ValueError, OSError) as failure:
        sys.stderr.write(f"sceau: {speak_of(failure)}\n")
        raise SystemExit(USAGE) from None
