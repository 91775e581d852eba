"""Which entry calls for which message: a pure function from one entry, and what it names, to what is wanted.

What is wanted says to whom by side, never by name: who that is, and in which words, is found when it is queued. The
occasion is made from the entry, so that reading it twice wants the same message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

from ledger.domain.events.common import EventRecord
from ledger.domain.events.deposits import DepositRequested, ReceiptIssued
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceSent
from ledger.domain.events.messages import CommentAdded
from ledger.domain.events.parties import ObserverAdded
from ledger.domain.events.payments import DepositPaid, InvoicePaid, PaymentAnnounced
from ledger.domain.events.quotes import QuoteDeclined, QuoteSent, QuoteSigned, QuoteViewed, QuoteWithdrawn
from ledger.domain.events.signatures import (
    SignatureCompleted,
    SignatureGiven,
    SignatureRefused,
    SignatureRequested,
)
from projections.documents.paper import DocumentKind

Whom: TypeAlias = Literal["client", "signatory", "signatories", "observers", "observer", "business"]
LinkPurpose: TypeAlias = Literal["read", "sign", "pay", "observe"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is followed: where it stands, and its event with the private values at hand."""

    seq: int
    about: str  # the identifier of its stream
    record: EventRecord


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that goes along: its kind, what it is of, the entry it stands for (the last one by default)."""

    kind: DocumentKind
    about: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """One message that an entry calls for."""

    template: str
    occasion: str
    whom: Whom
    about: str
    about_kind: str
    party: str = ""  # of `signatory` and `observer`: which
    link: LinkPurpose | None = None
    papers: tuple[Paper, ...] = ()
    file: str = ""  # the digest of a file that was signed and goes along
    facts: Mapping[str, str] = field(default_factory=dict)
    cents: Mapping[str, tuple[int, str]] = field(default_factory=dict)  # variable -> amount, currency ("": ours)
    days: Mapping[str, str] = field(default_factory=dict)  # variable -> day
    at: Mapping[str, str] = field(default_factory=dict)  # variable -> moment: `chain.at` of the entry when empty
    means: str = ""
    news: str = ""  # of a copy for observers: what is new, a key of `NEWS`


class Known(Protocol):
    """What following an entry may ask of the ledger as it stands."""

    def is_quote(self, signature: str) -> str | None:
        """The quote that a request for signatures is about, or None for a file."""

    def file_of(self, signature: str) -> str | None:
        """The digest of the file that is to be signed, or None."""

    def turn(self, signature: str) -> tuple[str, ...]:
        """The signatories, but the business's own, whose turn it is now."""

    def first_client(self, signature: str) -> str | None:
        """The first signatory on the client's side."""

    def receipt_of(self, payment: str, about: str) -> str | None:
        """The receipt for a payment of a document, if one was issued."""


NEWS: Final[Mapping[str, tuple[str, str]]] = {
    "sent": ("le document a été envoyé", "the document has been sent"),
    "signed": ("tout le monde a signé", "everybody has signed"),
    "declined": ("le devis a été refusé", "the quote has been declined"),
    "withdrawn": ("le client s'est rétracté", "the customer has withdrawn"),
    "asked": ("un paiement est demandé", "a payment is asked for"),
    "paid": ("un paiement a été reçu", "a payment has come in"),
    "credited": ("un avoir a été émis", "a credit note has been issued"),
    "answered": ("l'entreprise a répondu à une question", "the business has answered a question"),
    "reminded": ("une relance est partie", "a reminder went out"),
}
"""What is new, in French and English."""

TYPES: Final = (
    QuoteSent, QuoteViewed, SignatureRequested, SignatureGiven, SignatureCompleted, SignatureRefused, QuoteSigned,
    QuoteDeclined, QuoteWithdrawn, CommentAdded, DepositRequested, PaymentAnnounced, DepositPaid, InvoicePaid,
    ReceiptIssued, InvoiceSent, CreditNoteIssued, ObserverAdded,
)  # fmt: skip
"""Every event that may call for a message."""


def wants(entry: Entry, known: Known) -> tuple[Want, ...]:
    """Give what one entry calls for."""
    match entry.record:
        case QuoteSent() | QuoteViewed() | QuoteDeclined() | QuoteWithdrawn():
            return _of_quote(entry)
        case SignatureRequested() | SignatureGiven() | SignatureCompleted() | SignatureRefused():
            return _of_signature(entry, known)
        case DepositRequested() | PaymentAnnounced() | DepositPaid() | InvoicePaid() | ReceiptIssued():
            return _of_money(entry, known)
        case InvoiceSent() | CreditNoteIssued():
            return _of_invoice(entry)
        case CommentAdded() | ObserverAdded():
            return _of_people(entry)
        case _:
            return ()


def _copy(entry: Entry, about: str, kind: str, news: str, papers: tuple[Paper, ...] = ()) -> Want:
    occasion = f"observer_copy:{entry.seq}"
    return Want("observer_copy", occasion, "observers", about, kind, link="observe", papers=papers, news=news)


def _of_quote(entry: Entry) -> tuple[Want, ...]:
    quote, seq, event = entry.about, entry.seq, entry.record
    match event:
        case QuoteSent(by="email", message=None):
            papers = (Paper("quote", quote),)
            return (
                Want("quote_sent", f"quote_sent:{seq}", "client", quote, "quote", link="sign", papers=papers),
                _copy(entry, quote, "quote", "sent", papers),
            )
        case QuoteSent(by="email"):  # somebody wrote the message themselves: the observers have none yet
            return (_copy(entry, quote, "quote", "sent", (Paper("quote", quote),)),)
        case QuoteViewed(by="client"):
            occasion = f"quote_viewed:{quote}:{event.document_version}"  # once for each version
            return (Want("quote_viewed", occasion, "business", quote, "quote"),)
        case QuoteDeclined():
            said = event.texts.notes or "" if event.texts is not None else ""
            facts = {"words": said} | ({"reason": event.reason} if event.reason is not None else {})
            return (
                Want("declined", f"declined:{seq}", "business", quote, "quote", facts=facts),
                _copy(entry, quote, "quote", "declined"),
            )
        case QuoteWithdrawn():
            cents = {"refund_amount": (event.refund_cents, "")} if event.refund_cents else {}
            days = {"refund_by": event.refund_due_on} if event.refund_cents else {}
            at = {"withdrawn_at": ""}
            return (
                Want("withdrawal_acknowledged", f"withdrawal_acknowledged:{seq}", "client", quote, "quote",
                     cents=cents, days=days, at=at),
                Want("withdrawal_business", f"withdrawal_business:{seq}", "business", quote, "quote",
                     cents=cents, days=days, at=at),
                _copy(entry, quote, "quote", "withdrawn"),
            )  # fmt: skip
    return ()


def _of_signature(entry: Entry, known: Known) -> tuple[Want, ...]:
    signature, seq, event = entry.about, entry.seq, entry.record
    quote = known.is_quote(signature)
    match event:
        case SignatureRequested():
            # The first client of a quote gets it with the accompanying message (`quote_sent`).
            spared = known.first_client(signature) if quote is not None else None
            return tuple(_turn(signature, one) for one in known.turn(signature) if one != spared)
        case SignatureGiven():
            return tuple(_turn(signature, one) for one in known.turn(signature) if one != event.signatory)
        case SignatureCompleted():
            return _signed(entry, quote, known.file_of(signature))
        case SignatureRefused() if quote is None:
            said = event.texts.notes or "" if event.texts is not None else ""
            facts = {"words": said} | ({"reason": event.reason} if event.reason is not None else {})
            return (Want("declined", f"declined:{seq}", "business", signature, "signature", facts=facts),)
    return ()


def _turn(signature: str, signatory: str) -> Want:
    occasion = f"signature_requested:{signature}:{signatory}"  # once for each, however often it is looked at
    return Want("signature_requested", occasion, "signatory", signature, "signature", party=signatory, link="sign")


def _signed(entry: Entry, quote: str | None, file: str | None) -> tuple[Want, ...]:
    signature, seq = entry.about, entry.seq
    evidence = Paper("evidence", signature, seq)
    about, kind = (quote, "quote") if quote is not None else (signature, "signature")
    papers = (Paper("quote", quote), evidence) if quote is not None else (evidence,)
    return (
        Want("signed", f"signed:{seq}", "signatories", about, kind, party=signature, link="read", papers=papers,
             file=file or ""),
        Want("signed_business", f"signed_business:{seq}", "business", about, kind, papers=papers, file=file or ""),
        _copy(entry, about, kind, "signed", papers),
    )  # fmt: skip


def _of_money(entry: Entry, known: Known) -> tuple[Want, ...]:
    seq, event = entry.seq, entry.record
    match event:
        case DepositRequested():
            papers = (Paper("deposit_request", entry.about),)
            return (
                Want("deposit_requested", f"deposit_requested:{entry.about}", "client", entry.about, "deposit",
                     link="pay", papers=papers),
                _copy(entry, entry.about, "deposit", "asked", papers),
            )  # fmt: skip
        case PaymentAnnounced():
            return (
                Want("payment_announced", f"payment_announced:{seq}", "business", event.about or "",
                     event.about_kind or "", cents={"amount": (event.amount_cents, event.currency)},
                     means=event.means),
            )  # fmt: skip
        case DepositPaid() | InvoicePaid():
            kind = "deposit" if isinstance(event, DepositPaid) else "invoice"
            receipt = known.receipt_of(event.payment, entry.about)
            receipts: tuple[Paper, ...] = (Paper("receipt", receipt),) if receipt is not None else ()
            occasion = f"paid:{event.payment}:{entry.about}:{seq}"
            return (
                Want("paid", occasion, "client", entry.about, kind, link="read", papers=receipts,
                     cents={"paid_amount": (event.amount_cents, "")}, days={"paid_on": event.received_on},
                     means=event.means, party=receipt or ""),
                _copy(entry, entry.about, kind, "paid", receipts),
            )  # fmt: skip
        case ReceiptIssued():
            papers = (Paper("receipt", entry.about, seq),)
            # Left out by `following` where the mail that thanked for the money took it along.
            return (Want("receipt_sent", f"receipt:{entry.about}", "client", entry.about, "receipt", papers=papers),)
    return ()


def _of_invoice(entry: Entry) -> tuple[Want, ...]:
    about, seq, event = entry.about, entry.seq, entry.record
    match event:
        case InvoiceSent(by="email", message=None):
            papers = (Paper("invoice", about),)
            return (
                Want("invoice_sent", f"invoice_sent:{seq}", "client", about, "invoice", link="pay", papers=papers),
                _copy(entry, about, "invoice", "sent", papers),
            )
        case InvoiceSent(by="email"):
            return (_copy(entry, about, "invoice", "sent", (Paper("invoice", about),)),)
        case CreditNoteIssued():
            papers = (Paper("credit_note", about, seq),)
            return (
                Want("credit_note_sent", f"credit_note_sent:{about}", "client", about, "credit_note", papers=papers),
                _copy(entry, about, "credit_note", "credited", papers),
            )
    return ()


def _of_people(entry: Entry) -> tuple[Want, ...]:
    seq, event = entry.seq, entry.record
    match event:
        case ObserverAdded():
            return (
                Want("observer_invited", f"observer_invited:{entry.about}", "observer", event.about, event.about_kind,
                     party=entry.about, link="observe"),
            )  # fmt: skip
        case CommentAdded():
            said = {"words": event.texts.notes or "" if event.texts is not None else ""}
            about, kind = event.about, event.about_kind
            if event.by != "issuer":
                author = {"author": ""} if event.by == "client" else {"author": "observer"}
                return (Want("question_asked", f"comment:{seq}", "business", about, kind, facts=said | author),)
            return (
                Want("question_answered", f"comment:{seq}", "client", about, kind, link="read", facts=said),
                _copy(entry, about, kind, "answered"),
            )
    return ()
