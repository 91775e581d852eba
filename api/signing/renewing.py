"""A link that has expired, or was replaced, offers to mail a new one to the address on record.

Whoever asks is told the same, whether there is an address or not: a link found in an old mail tells nothing. The
new link goes to the address that the ledger has, never to one that is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from api.signing.links import AboutKind, OpenLink, Purpose, make_link
from api.signing.seams import LINK_RENEWED, LINK_RENEWED_BY_ADDRESS, UNLIMITED, Language, Limit, Mail
from ledger.domain.events.common import Party
from ledger.domain.events.signatures import SignatureRequested
from ledger.domain.refusals import Refusal
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.signature import SIGNATURE
from ledger.shell.service import Service

TEMPLATE: Final = "link_renewed"


@dataclass(frozen=True, slots=True)
class Way:
    """What a new link opens, and to whom it goes."""

    about: str
    about_kind: AboutKind
    purpose: Purpose
    party: str | None
    to: Party | None


def may_renew(link: OpenLink) -> bool:
    """Say whether a link offers to be renewed: not one that opens, nor one whose end was asked for."""
    return link.closed in ("expired", "replaced")


def renew(
    service: Service,
    mail: Mail,
    link: OpenLink,
    address_of: str,
    *,
    network: str = "",
    language: Language = "fr",
    limit: Limit = UNLIMITED,
) -> bool:
    """Mail a new link in place of one that opens no more; tell whether one was mailed, which nobody else may be told.

    Args:
        service: who serves the ledger.
        mail: mails.
        link: the old one.
        address_of: what stands before a link's path (`https://sceau.example`).
        network: whoever asks, as far as limits know them.
        language: of the mail, where the customer's own is not known.
        limit: counts.

    Raises:
        LedgerUnknown, StreamPurged, and what `Service.execute` raises.
    """
    if not may_renew(link):
        return False
    if limit.take(LINK_RENEWED, link.ledger, link.link) or limit.take(LINK_RENEWED_BY_ADDRESS, network):
        return False
    way = way_on(service, link)
    if way is None or way.to is None or way.to.email is None:
        return False
    made = make_link(service, link.ledger, way.about, way.about_kind, way.purpose, party=way.party, actor=link.actor)
    if isinstance(made, Refusal):
        return False
    mailed = mail(
        link.ledger,
        TEMPLATE,
        occasion=f"link.renewed {link.link} {uuid4().hex}",
        about=way.about,
        to=(way.to.email, way.to.name),
        language=language,
        facts={"link": address_of + made.path},
    )
    return not isinstance(mailed, Refusal)


def way_on(service: Service, link: OpenLink) -> Way | None:
    """Say what a new link would open: the contract for good, the quote while it can be signed, else what it was of."""
    if link.purpose == "observe":
        return _of_observer(service, link)
    quote_id = _quote_of(service, link)
    quote = service.state(link.ledger, QUOTE, quote_id) if quote_id is not None else None
    if quote_id is not None and quote is not None:
        return _of_quote(service, link, quote_id, quote)
    if link.about_kind == "signature":
        return _of_file(service, link)
    if link.about_kind == "deposit":
        deposit = service.state(link.ledger, DEPOSIT, link.about)
        if deposit is None:
            return None
        purpose: Purpose = "pay" if deposit.to_pay_cents else "read"
        party = deposit.asked.client or _customer(service, link.ledger, deposit.asked.customer)
        return Way(link.about, "deposit", purpose, None, party)
    invoice = service.state(link.ledger, INVOICE, link.about)
    if invoice is None:
        return None
    document = invoice.issued
    return Way(
        link.about, "invoice", "read", None, document.client or _customer(service, link.ledger, document.customer)
    )


def _of_quote(service: Service, link: OpenLink, quote_id: str, quote: QuoteState) -> Way | None:
    signatory = _party(service, link.ledger, quote.signature, link.party)
    if quote.contract is not None:
        known = link.party if signatory is not None else None
        return Way(quote_id, "contract", "read", known, signatory or quote.current.client)
    if quote.phase == "open" and link.party is not None and signatory is not None:
        return Way(quote_id, "quote", "sign", link.party, signatory)
    return Way(quote_id, "quote", "read", None, quote.current.client) if link.party is None else None


def _of_file(service: Service, link: OpenLink) -> Way | None:
    state = service.state(link.ledger, SIGNATURE, link.about)
    party = _party(service, link.ledger, link.about, link.party)
    if state is None or party is None:
        return None
    purpose: Purpose = "sign" if state.phase == "open" else "read"
    return Way(link.about, "signature", purpose, link.party, party)


def _of_observer(service: Service, link: OpenLink) -> Way | None:
    if link.party is None:
        return None
    observer = service.state(link.ledger, OBSERVER, link.party)
    if observer is None or observer.removed:
        return None
    first = service.stream(link.ledger, OBSERVER.stream(link.party))[0].record
    return Way(link.about, link.about_kind, "observe", link.party, first.party)


def _quote_of(service: Service, link: OpenLink) -> str | None:
    match link.about_kind:
        case "quote" | "contract":
            return link.about
        case "signature":
            signature = service.state(link.ledger, SIGNATURE, link.about)
            return signature.signed_thing.quote if signature is not None else None
        case "deposit":
            deposit = service.state(link.ledger, DEPOSIT, link.about)
            return deposit.asked.quote if deposit is not None else None
        case "invoice":
            invoice = service.state(link.ledger, INVOICE, link.about)
            return invoice.issued.quote if invoice is not None else None


def _party(service: Service, ledger: str, signature: str | None, signatory: str | None) -> Party | None:
    """Give who a signatory is; None when they are not of this request, or were erased."""
    if signature is None or signatory is None:
        return None
    events = service.stream(ledger, SIGNATURE.stream(signature))
    first = events[0].record if events else None
    if not isinstance(first, SignatureRequested) or first.parties is None:
        return None
    pairs = zip(first.signatories, first.parties, strict=True)
    return next((party for one, party in pairs if one.signatory == signatory), None)


def _customer(service: Service, ledger: str, customer: str | None) -> Party | None:
    state = service.state(ledger, CUSTOMER, customer) if customer is not None else None
    return state.party if state is not None else None
