"""What the pages of being paid share: rows of pages, names, the present, and what stands in every page of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from api.http.access import BUSINESS, OWNER, READ
from api.http.call import Answer
from api.http.problems import Problem
from api.pages.desk.money.words import Words
from api.pages.desk.sale.trying import ledger_today
from api.pages.frame.forms import Form
from api.pages.frame.page import Page, Who, desk
from api.pages.frame.visit import Visit
from ledger.domain.decision import StreamKind
from ledger.domain.identifiers import is_uuid4
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.shell.errors import StreamPurged
from projections.engine.contract import View

S = TypeVar("S")
LOOK: Final = desk(*sorted(READ))
ACT: Final = desk(*sorted(BUSINESS))
OWNERS: Final = desk(*sorted(OWNER))
PAGE: Final = 25
"""Rows on one page of a list."""
_LONGEST: Final = 200
SOME_ID: Final = "00000000-0000-4000-8000-000000000000"


def get(path: str, handler: Any, who: Who, words: str, **example: str) -> Page:
    """Make the row of a page that shows."""
    return Page("GET", f"/desk/{{ledger}}{path}", handler, who, words, example=example or _example(path))


def post(path: str, handler: Any, who: Who, words: str, upload_bytes: int = 0) -> Page:
    """Make the row of a page that acts."""
    return Page("POST", f"/desk/{{ledger}}{path}", handler, who, words, upload_bytes, _example(path))


def _example(path: str) -> dict[str, str]:
    return {part[1:-1]: SOME_ID for part in path.split("/") if part.startswith("{")}


def show(visit: Visit, template: str, section: str, status: int = 200, **facts: Any) -> Answer:
    """Answer a page of this folder: `word` says codes, `section` is the open entry of the menu."""
    return visit.render(f"desk/money/{template}", status, section=section, word=Words(visit), **facts)


def today_of(visit: Visit) -> date:
    """Give the ledger's current business day."""
    return ledger_today(visit.context.service, visit.ledger.ledger)


def state_of(visit: Visit, kind: StreamKind[S], identifier: str) -> S | None:
    """Give a stream's state; None where there is none, or where it was purged."""
    if not is_uuid4(identifier):
        return None
    try:
        return visit.context.service.state(visit.ledger.ledger, kind, identifier)
    except StreamPurged:
        return None


def the_state(visit: Visit, kind: StreamKind[S], name: str) -> tuple[str, S]:
    """Give the id of the path's part and the state of its stream.

    Raises:
        Problem: `ADDRESS_UNKNOWN`; `StreamPurged` is for the frame to say.
    """
    identifier = visit.params[name]
    if not is_uuid4(identifier):
        raise visit.nothing_there()
    found = visit.context.service.state(visit.ledger.ledger, kind, identifier)
    if found is None:
        raise visit.nothing_there()
    return identifier, found


@contextmanager
def views(visit: Visit, *names: str) -> Iterator[Mapping[str, View]]:
    """Give rows of projections as of the ledger's end: who wrote an entry reads it."""
    with visit.context.engine.fresh(visit.ledger.ledger, names) as found:
        yield found


class Names:
    """Names of customers and clients for one page, each read once; nobody is named whose data were erased."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._known: dict[str, str | None] = {}

    def customer(self, identifier: str) -> str | None:
        """Give a customer's name."""
        if identifier not in self._known:
            state = state_of(self._visit, CUSTOMER, identifier)
            self._known[identifier] = state.party.name if state is not None and state.party is not None else None
        return self._known[identifier]

    def of(self, stream: str, body: Mapping[str, Any]) -> str | None:
        """Give the name for a document's row: the customer's, else the client's that stands on the document."""
        customer = body.get("customer")
        if customer is not None:
            return self.customer(customer)
        kind, _, identifier = stream.partition(":")
        if kind == "invoice":
            invoice = state_of(self._visit, INVOICE, identifier)
            client = invoice.issued.client if invoice is not None else None
        elif kind == "deposit":
            deposit = state_of(self._visit, DEPOSIT, identifier)
            client = deposit.asked.client if deposit is not None else None
        else:
            client = None
        return client.name if client is not None else None


def filled(query: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a form was sent without.

    Raises:
        Problem: `PARAMETER_INVALID`: what no document's number or list's place ever holds.
    """
    for name, value in query.items():
        if not value.isprintable() or len(value) > _LONGEST or any("\ud800" <= one <= "\udfff" for one in value):
            raise Problem("PARAMETER_INVALID", f"query {name}", reason="character")
    return {name: value.strip() for name, value in query.items() if value.strip() and name != "lang"}


def one_of(query: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    """Give a parameter that has only some values.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    value = query.get(name) or default
    if value not in choices:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="unknown")
    return value


def address(path: str, **query: str | None) -> str:
    """Write an address with a query, empty parameters left out."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def day_field(form: Form, name: str, today: date) -> str | None:
    """Give a day, or None where it is today: what commands take as the day of recording."""
    text = form.day(name)
    return None if text == today.isoformat() else text
