"""Reads what belongs to one link from a ledger, and nothing else: the streams that lead from what it is about.

Every id that is followed comes from a stream that the link opens; none comes from whoever holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from api.signing.comments import Comment, comments_of, derived_id
from api.signing.links import OpenLink
from ledger.domain.events.common import Party
from ledger.domain.events.quotes import QuoteWithdrawn, SignatureAttached
from ledger.domain.events.signatures import SignatureRequested
from ledger.domain.streams.credit_note import CREDIT_NOTE, CreditNoteState
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.issuer import ISSUER, IssuerState
from ledger.domain.streams.payment import PAYMENT, PaymentState
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.receipt import RECEIPT, ReceiptState
from ledger.domain.streams.signature import SIGNATURE, SignatureState
from ledger.shell.closing import days_of
from ledger.shell.errors import LedgerUnknown
from ledger.shell.service import Service
from ledger.shell.signing import FileFacts

ANNOUNCEMENTS = 5
"""Announcements of one payment that are looked for: each after the one before was found not to come."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A transfer that the client said is on its way, and its place among those for one document."""

    rank: int
    payment: PaymentState


@dataclass(slots=True)
class Gathered:
    """What was read. By id, in the order of the business."""

    link: OpenLink
    today: str
    now: str
    kind: str  # live | training
    issuer: IssuerState
    quotes: dict[str, QuoteState] = field(default_factory=dict)  # the contract first, then its change orders
    fingerprints: dict[str, str] = field(default_factory=dict)  # of the version in force, by quote
    withdrawn: dict[str, QuoteWithdrawn] = field(default_factory=dict)  # how the client gave it up, by quote
    attached: dict[str, dict[str, FileFacts]] = field(default_factory=dict)  # its files that are kept, by quote
    signature_id: str | None = None
    signature: SignatureState | None = None
    parties: tuple[Party, ...] = ()  # of the signature, by rank; empty when they were erased
    deposits: dict[str, DepositState] = field(default_factory=dict)
    quoted: dict[str, str] = field(default_factory=dict)  # by deposit, the number of the quote it is asked for on
    invoices: dict[str, InvoiceState] = field(default_factory=dict)
    allowed: dict[str, str] = field(default_factory=dict)  # by invoice, the first day to pay (C. conso L221-10)
    credit_notes: dict[str, CreditNoteState] = field(default_factory=dict)
    receipts: dict[str, ReceiptState] = field(default_factory=dict)
    announced: dict[str, Announced] = field(default_factory=dict)  # by what it is for
    comments: tuple[Comment, ...] = ()


def gather(service: Service, link: OpenLink) -> Gathered:
    """Read what belongs to a link.

    Raises:
        LedgerUnknown: the ledger is not there any more.
        StreamPurged: a stream lies in an archive: the archive is named.
    """
    register = service.register(link.ledger)
    issuer = service.state(link.ledger, ISSUER, "self")
    if issuer is None:
        raise LedgerUnknown(link.ledger)
    now = service.clock.now()
    today = days_of(register).of(now)
    found = Gathered(
        link=link, today=today.isoformat(), now=f"{now:%Y-%m-%dT%H:%M:%S.%fZ}", kind=register.kind, issuer=issuer
    )
    match link.about_kind:
        case "quote" | "contract":
            _quote(service, found, link.about)
        case "signature":
            _signature(service, found, link.about)
            thing = found.signature.thing if found.signature is not None else None
            if thing is not None and thing.quote is not None:
                _quote(service, found, thing.quote)
        case "deposit":
            _deposit(service, found, link.about)
        case "invoice":
            _invoice(service, found, link.about)
    about = next(iter(found.quotes), link.about)
    found.comments = comments_of(service, link.ledger, about)
    return found


def announcement_id(about: str, rank: int) -> str:
    """Give the id of the payment that a client announces for a document, so that it is found again."""
    return derived_id("announcement", about, rank)


def _quote(service: Service, found: Gathered, quote_id: str) -> None:
    events = service.stream(found.link.ledger, QUOTE.stream(quote_id))
    if not events or quote_id in found.quotes:
        return
    quote = QUOTE.start()
    for event in events:
        quote = QUOTE.evolve(quote, event.record)
        if isinstance(event.record, QuoteWithdrawn):
            found.withdrawn[quote_id] = event.record
    first = not found.quotes
    found.quotes[quote_id] = quote
    found.fingerprints[quote_id] = events[quote.document_at - 1].fingerprint
    if quote.current.attachments:
        kept = service.store.side().signing().files_of(found.link.ledger, QUOTE.stream(quote_id))
        found.attached[quote_id] = {one.digest: one for one in kept}
    # After a revision there is no request yet: the last one still says who its signatories were.
    asked = [event.record.signature for event in events if isinstance(event.record, SignatureAttached)]
    if first and asked and found.signature is None:
        _signature(service, found, asked[-1])
    for each in quote.deposits:
        _deposit(service, found, each.deposit)
    for part in quote.invoices:
        _invoice(service, found, part.invoice)
    for amendment in quote.amended_by:
        _quote(service, found, amendment)


def _signature(service: Service, found: Gathered, signature_id: str) -> None:
    events = service.stream(found.link.ledger, SIGNATURE.stream(signature_id))
    state = SIGNATURE.start()
    for event in events:
        state = SIGNATURE.evolve(state, event.record)
    if events and isinstance(events[0].record, SignatureRequested):
        found.signature_id, found.signature = signature_id, state
        found.parties = events[0].record.parties or ()


def _deposit(service: Service, found: Gathered, deposit_id: str) -> None:
    deposit = service.state(found.link.ledger, DEPOSIT, deposit_id)
    if deposit is None:
        return
    found.deposits[deposit_id] = deposit
    if deposit.asked.quote is not None:  # its number alone: the contract has a link of its own
        quote = found.quotes.get(deposit.asked.quote) or service.state(found.link.ledger, QUOTE, deposit.asked.quote)
        found.quoted[deposit_id] = quote.current.number if quote is not None else ""
    _announced(service, found, deposit_id)
    for invoice in deposit.invoices:
        _invoice(service, found, invoice)
    for receipt_id, _, _ in deposit.receipts:
        receipt = service.state(found.link.ledger, RECEIPT, receipt_id)
        if receipt is not None:
            found.receipts[receipt_id] = receipt


def _invoice(service: Service, found: Gathered, invoice_id: str) -> None:
    invoice = service.state(found.link.ledger, INVOICE, invoice_id)
    if invoice is None or invoice_id in found.invoices:
        return
    found.invoices[invoice_id] = invoice
    if invoice.issued.quote is not None:  # its first day to pay alone: the contract has a link of its own
        quote = found.quotes.get(invoice.issued.quote) or service.state(found.link.ledger, QUOTE, invoice.issued.quote)
        if quote is not None and quote.contract is not None and quote.contract.payment_from is not None:
            found.allowed[invoice_id] = quote.contract.payment_from
    _announced(service, found, invoice_id)
    for note_id in invoice.credit_notes:
        note = service.state(found.link.ledger, CREDIT_NOTE, note_id)
        if note is not None:
            found.credit_notes[note_id] = note
    if invoice.pays_deposit is not None and invoice.pays_deposit not in found.deposits:
        _deposit(service, found, invoice.pays_deposit)


def _announced(service: Service, found: Gathered, about: str) -> None:
    """Find the last announcement that was neither answered nor found not to come."""
    for rank in range(1, ANNOUNCEMENTS + 1):
        payment = service.state(found.link.ledger, PAYMENT, announcement_id(about, rank))
        if payment is None:
            return
        if payment.phase == "announced":
            found.announced[about] = Announced(rank, payment)
