"""Everything that can be read by its id, and how a list of it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.http.examples import ids
from ledger.domain.decision import StreamKind
from ledger.domain.streams.attachment import ATTACHMENT
from ledger.domain.streams.comment import COMMENT
from ledger.domain.streams.copies import COPIES
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.delivery import DELIVERY
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.drawer import DRAWER
from ledger.domain.streams.export import EXPORT
from ledger.domain.streams.history import IMPORT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.link import LINK
from ledger.domain.streams.message import MESSAGE
from ledger.domain.streams.note import NOTE
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.online_payment import ONLINE_PAYMENT
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.receipt import RECEIPT
from ledger.domain.streams.refund import REFUND
from ledger.domain.streams.reminder import REMINDER
from ledger.domain.streams.series import SERIES
from ledger.domain.streams.signature import SIGNATURE
from ledger.domain.streams.subscription import SUBSCRIPTION
from ledger.domain.streams.task import TASK


@dataclass(frozen=True, slots=True)
class ReadRoute:
    """GET `/<collection>/{<parameter>}` gives one stream's state.

    GET `/<collection>` gives, page by page, the entries that began such streams (`begun_by`); without `begun_by` there
    is no list. Without a parameter the ledger has one such stream, and `/<collection>` is it.
    """

    collection: str
    parameter: str | None
    kind: StreamKind[Any]
    begun_by: tuple[str, ...] = ()
    example: str = ""


READ_ROUTES: Final[tuple[ReadRoute, ...]] = (
    ReadRoute("invoices", "invoice", INVOICE, ("invoice.issued/1",), ids.INVOICE),
    ReadRoute("payments", "payment", PAYMENT, ("payment.received/1", "payment.announced/1"), ids.PAYMENT),
    ReadRoute("quotes", "quote", QUOTE, ("quote.issued/1",), ids.QUOTE),
    ReadRoute("customers", "customer", CUSTOMER, ("customer.registered/1",), ids.CUSTOMER),
    ReadRoute("deposits", "deposit", DEPOSIT, ("deposit.requested/1",), ids.DEPOSIT),
    ReadRoute("credit-notes", "credit_note", CREDIT_NOTE, ("credit_note.issued/1",), ids.CREDIT_NOTE),
    ReadRoute("refunds", "refund", REFUND, ("refund.paid/1",), ids.REFUND),
    ReadRoute("receipts", "receipt", RECEIPT, ("receipt.issued/1",), ids.RECEIPT),
    ReadRoute("notes", "note", NOTE, ("note.issued/1",), ids.NOTE),
    ReadRoute("subscriptions", "subscription", SUBSCRIPTION, ("subscription.started/1",), ids.SUBSCRIPTION),
    ReadRoute("signatures", "signature", SIGNATURE, ("signature.requested/1",), ids.SIGNATURE),
    ReadRoute("attachments", "attachment", ATTACHMENT, ("attachment.added/1",), ids.ATTACHMENT),
    ReadRoute("deliveries", "delivery", DELIVERY, ("delivery.recorded/1", "work.accepted/1"), ids.DELIVERY),
    ReadRoute("online-payments", "online_payment", ONLINE_PAYMENT, ("online_payment.opened/1",), ids.ONLINE_PAYMENT),
    ReadRoute("messages", "message", MESSAGE, ("message.queued/1",), ids.MESSAGE),
    ReadRoute("reminders", "document", REMINDER, (), ids.INVOICE_LATE),
    ReadRoute("comments", "comment", COMMENT, ("comment.added/1",), ids.COMMENT),
    ReadRoute("links", "link", LINK, ("link.created/1",), ids.LINK),
    ReadRoute("observers", "observer", OBSERVER, ("observer.added/1",), ids.OBSERVER),
    ReadRoute("tasks", "task", TASK, ("task.opened/1",), ids.TASK),
    ReadRoute("series", "series", SERIES, ("series.opened/1",), ids.SERIES),
    ReadRoute("copies", "document", COPIES, (), ids.INVOICE),
    ReadRoute("exports", "export", EXPORT, ("export.made/1",), ids.EXPORT),
    ReadRoute("imports", "imported", IMPORT, ("history.import_begun/1",), ids.IMPORT),
    ReadRoute("issuer", None, ISSUER),
    ReadRoute("drawer-counts", None, DRAWER),
)
"""One line per kind of stream that a business reads; a test checks the names of the types."""
