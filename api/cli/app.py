"""The list of `sceau`'s commands, and what every one of them does with a failure."""

from __future__ import annotations

import sys

import typer

from api.cli.about import about_software
from api.cli.access import app as access
from api.cli.accounts import app as fec
from api.cli.accounts import journal
from api.cli.anchor import app as anchor
from api.cli.apply import apply
from api.cli.archive import app as archive
from api.cli.attest import attest
from api.cli.bench import app as bench
from api.cli.checkpoint import checkpoint
from api.cli.close import close
from api.cli.common import speak_of
from api.cli.demo import demo
from api.cli.document import app as document
from api.cli.erase import erase
from api.cli.ereport import app as ereport
from api.cli.history import import_history
from api.cli.keys import app as keys
from api.cli.ledgers import init, migrate_store
from api.cli.output import USAGE
from api.cli.prove import prove
from api.cli.purge import purge
from api.cli.rebuild import rebuild
from api.cli.reconcile import reconcile, vat
from api.cli.register import app as register
from api.cli.replay import replay
from api.cli.report import explain_figure, report
from api.cli.restore import restore
from api.cli.serve import serve
from api.cli.show import show
from api.cli.statement import app as statement
from api.cli.verify import verify
from api.cli.webhook import app as webhook
from api.cli.witness import witness
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
    context_settings={"max_content_width": 110},
)
ASKING = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Reports name what may be asked of them."""

app.command("init")(init)
app.command("migrate")(migrate_store)
app.command("serve")(serve)
app.command("demo")(demo)
app.command("apply")(apply)
app.command("show")(show)
app.command("replay")(replay)
app.command("verify")(verify)
app.command("rebuild")(rebuild)
app.command("report", context_settings=ASKING)(report)
app.command("explain", context_settings=ASKING)(explain_figure)
app.command("reconcile")(reconcile)
app.command("vat")(vat)
app.command("close")(close)
app.command("checkpoint")(checkpoint)
app.command("prove")(prove)
app.command("purge")(purge)
app.command("erase")(erase)
app.command("restore")(restore)
app.command("witness")(witness)
app.command("about")(about_software)
app.command("attest")(attest)
app.command("import")(import_history)
app.command("journal")(journal)
app.add_typer(fec, name="fec")
app.add_typer(archive, name="archive")
app.add_typer(document, name="document")
app.add_typer(ereport, name="ereport")
app.add_typer(statement, name="statement")
app.add_typer(anchor, name="anchor")
app.add_typer(register, name="register")
app.add_typer(keys, name="keys")
app.add_typer(webhook, name="webhook")
app.add_typer(access, name="access")
app.add_typer(bench, name="bench")


def main() -> None:
    """Run `sceau`; a failure is said in words, never as a traceback."""
    try:
        app()
    except (SceauError, SettingsError, ValueError, OSError) as failure:
        sys.stderr.write(f"sceau: {speak_of(failure)}\n")
        raise SystemExit(USAGE) from None
