"""`sceau erase`: personal data whose time is over, or the refusal with its law."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, documents_of, refusal_words, service, settings
from api.signing.files import Files
from archive.erasure import erase as erase_customer
from archive.erasure import erase_due
from ledger.domain.refusals import Refusal


def erase(
    ledger: Annotated[str, typer.Option("--ledger", help="name or id")],
    customer: Annotated[str | None, typer.Option(help="id of the customer")] = None,
    due: Annotated[bool, typer.Option("--due", help="everything whose time is over today")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a person's data after retention. Before, it is refused, with the law and the day (docs/retention.md)."""
    if (customer is None) == (not due):
        output.fail("give --customer ID or --due")
    given = settings(store)
    with service(given) as opened:
        found = erase_due(opened, ledger, actor=ACTOR) if customer is None else erase_customer(
            opened, ledger, customer, actor=ACTOR
        )  # fmt: skip
        if isinstance(found, Refusal):
            output.fail(refusal_words(found), output.FINDINGS)
        wiped = opened.store.reclaim() if found.places else True
        with documents_of(opened, given) as documents:  # a server's job does so too; here there may be none
            documents.forget_gone(opened.find(ledger).ledger)
            Files(opened, documents.run).forget_erased(opened.find(ledger).ledger)
    if as_json:
        output.emit(
            {"persons": found.persons, "values": found.places, "entries": list(found.entries), "space_reclaimed": wiped}
        )
        return
    output.say(f"{found.places} values of {found.persons} persons erased")
    if not wiped:
        output.aside("the freed space could not be reclaimed now: VACUUM the store at a quiet hour")
    if found.places:
        output.aside("backups and archives' clear copies are not reached: destroy those that are no longer needed")
