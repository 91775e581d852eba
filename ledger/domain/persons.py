"""Whose personal data an entry holds, and until when the law wants it kept.

A stream belongs to the customer that its entries name, or to whom the document belongs that they speak of; a document
for a passing customer is somebody of its own. Who erases (`archive.erasure`) and who checks an erasure afterwards
(`ledger.domain.early`) go by these same rules; docs/retention.md is the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from ledger.domain.regimes.fr.retention import kept_until

ACCOUNTS: Final = frozenset(
    {
        "credit_note",
        "deposit",
        "import",
        "invoice",
        "note",
        "online_payment",
        "payment",
        "receipt",
        "refund",
        "subscription",
    }
)
"""Kinds of streams that the accounts rest on."""

CONTRACT: Final = frozenset({"quote.signed/1", "quote.delivered/1", "delivery.recorded/1", "work.accepted/1"})
"""Types of entries that make a contract or perform it."""

NOBODYS: Final = frozenset(
    {"ledger", "issuer", "series", "period", "checkpoint", "archive", "document", "erasure", "register"}
)
"""Kinds of streams that are about the ledger and its business, and about no customer.

A rendered file's entry holds its digest and commits to nothing; that we drew a page is no contact of the customer's.
"""


class Dated(Protocol):
    """When a person's data was last added to."""

    @property
    def accounts_on(self) -> date | None: ...  # noqa: D102 - last entry that the accounts rest on
    @property
    def contract_on(self) -> date | None: ...  # noqa: D102 - last entry that made or performed a contract
    @property
    def contact_on(self) -> date: ...  # noqa: D102 - last entry of all


@dataclass(frozen=True, slots=True)
class Until:
    """The last day on which a person's data must be kept, and by which article."""

    day: date
    law: str
    prospect: bool = False  # nothing obliges to keep: it may go before, when it is asked for


def until(dated: Dated, year_end: Callable[[date], date], today: date) -> Until:
    """Give until when a person's data must be kept: the longest duty that applies.

    Args:
        dated: when it was last added to.
        year_end: gives the last day of the financial year that a day lies in.
        today: the day whose law counts.
    """
    duties: list[tuple[date, str]] = []
    if dated.accounts_on is not None:
        duties.append(kept_until("tax", dated.accounts_on, today))
        duties.append(kept_until("accounts", year_end(dated.accounts_on), today))
    if dated.contract_on is not None:  # longer than the law asks where the contract was below 120 EUR
        duties.append(kept_until("contract", dated.contract_on, today))
    if duties:
        return Until(*max(duties))
    return Until(*kept_until("prospect", dated.contact_on, today), prospect=True)


def root_of(stream: str, kind: str, identifier: str, body: Mapping[str, Any], owners: Mapping[str, str]) -> str:
    """Give whose an entry is: `customer:<id>`, or the first stream of a passing customer.

    Args:
        stream: of the entry, `kind:identifier`.
        kind: of the stream.
        identifier: of the stream.
        body: of the entry.
        owners: what was given before, by the identifiers of streams.
    """
    if kind == "customer":
        return stream
    known = owners.get(identifier)
    if known is not None and known != stream:
        return known
    customer = body.get("customer")
    if isinstance(customer, str):
        return f"customer:{customer}"
    return next((owners[one] for one in texts(body) if one in owners and one != identifier), stream)


def texts(value: Any) -> Iterator[str]:
    """Give every text of a JSON value, in order; names of members are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
