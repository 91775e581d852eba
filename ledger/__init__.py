"""Sceau's ledger: append-only, chained and sealed invoicing for French businesses.

    import ledger

    with ledger.open("sqlite:///var/sceau.db", passphrase=b"...") as service:
        opened = service.open_ledger(ledger.OpenLedger(name="atelier", profile=...))
        shop = service.ledger("atelier")
        outcome = shop.execute(ledger.commands.IssueInvoice(...), key="order-4711")

`execute` returns an `Answer` after COMMIT, or a `Refusal`; it raises what `ledger.shell.errors` and
`ledger.kernel.errors` name. Nothing below this page is loaded before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.domain import commands as commands
    from ledger.domain.opening import OpenLedger as OpenLedger
    from ledger.domain.refusals import Refusal as Refusal
    from ledger.shell.calls import Answer as Answer
    from ledger.shell.opening import Opened as Opened
    from ledger.shell.public import open as open
    from ledger.shell.service import LedgerHandle as LedgerHandle
    from ledger.shell.service import Service as Service
    from ledger.shell.service import Settings as Settings

_PUBLIC = {
    "Answer": "ledger.shell.calls",
    "LedgerHandle": "ledger.shell.service",
    "OpenLedger": "ledger.domain.opening",
    "Opened": "ledger.shell.opening",
    "Refusal": "ledger.domain.refusals",
    "Service": "ledger.shell.service",
    "Settings": "ledger.shell.service",
    "open": "ledger.shell.public",
}

__all__ = [
    "Answer",
    "LedgerHandle",
    "OpenLedger",
    "Opened",
    "Refusal",
    "Service",
    "Settings",
    "commands",
    "open",
]


def __getattr__(name: str) -> Any:
    # Kernel and domain stay free of what the shell imports (a test holds it), so nothing is imported here up front.
    if name == "commands":
        return import_module("ledger.domain.commands")
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(name)
