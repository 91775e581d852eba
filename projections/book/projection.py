"""The book: every entry that touches money, sales, VAT or advances as balanced postings. docs/projections/book.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from projections.book import credit_notes, deposits, invoices, payments, rows
from projections.book.moves import Moves
from projections.engine.contract import Change, Entry, Get, Handler, Projection


def _opened(get: Get, entry: Entry) -> Iterable[Change]:
    """Keep the ledger's currency."""
    del get
    moves = Moves(entry)
    moves.keep(rows.ISSUER, rows.LEDGER, {"currency": entry.body["currency"]})
    return moves.changes


def _profile(get: Get, entry: Entry) -> Iterable[Change]:
    """Keep whether VAT on services is paid on debits."""
    del get
    moves = Moves(entry)
    moves.keep(rows.ISSUER, rows.SELF, {"debits": bool(entry.body.get("debits_option", False))})
    return moves.changes


HANDLES: Final[Mapping[str, Handler]] = {
    "ledger.opened/1": _opened,
    "issuer.profile_set/1": _profile,
    "deposit.requested/1": deposits.requested,
    "deposit.paid/1": deposits.paid,
    "deposit.unpaid/1": deposits.unpaid,
    "deposit.forfeited/1": deposits.forfeited,
    "deposit.refund_due/1": deposits.refund_due,
    "invoice.issued/1": invoices.issued,
    "invoice.paid/1": invoices.paid,
    "invoice.unpaid/1": invoices.unpaid,
    "invoice.delivered/1": invoices.delivered,
    "quote.delivered/1": invoices.contract_delivered,
    "invoice.early_discount_taken/1": invoices.discount_taken,
    "invoice.early_discount_lost/1": invoices.discount_lost,
    "invoice.written_off/1": invoices.written_off,
    "invoice.penalty_charged/1": invoices.penalty_charged,
    "credit_note.issued/1": credit_notes.issued,
    "credit_note.refunded/1": credit_notes.refunded,
    "payment.received/1": payments.received,
    "payment.allocated/1": payments.allocated,
    "payment.reversed/1": payments.reversed_,
    "payment.refunded/1": payments.refunded,
    "payment.means_corrected/1": payments.means_corrected,
    "refund.paid/1": payments.refund_paid,
    "provider.paid_out/1": payments.paid_out,
    "provider.payout_returned/1": payments.payout_returned,
}
"""What posts, or is remembered for what posts."""

IGNORES: Final = frozenset(
    {
        "access.granted/1", "access.revoked/1", "access.sign_in_failed/1", "access.signed_in/1",
        "access.signed_out/1", "anchor.failed/1", "anchor.placed/1", "anchor.policy_set/1", "archive.created/1",
        "archive.key_destroyed/1", "archive.restored/1", "archive.verified/1", "attachment.added/1",
        "attestation.issued/1", "chargeback.closed/1", "chargeback.opened/1", "checkpoint.made/1", "clock.stepped/1",
        "comment.added/1", "copy.made/1", "customer.consent_recorded/1", "customer.registered/1",
        "customer.updated/1", "data.erased/1", "delivery.recorded/1", "deposit.applied/1", "deposit.cancelled/1",
        "deposit.invoiced/1", "deposit.receipted/1", "deposit.released/1", "document.rendered/1", "document.sealed/1",
        "drawer.counted/1", "entries.purged/1", "erasure.refused/1", "ereport.sent/1", "export.made/1",
        "history.document_imported/1", "history.import_begun/1", "history.imported/1", "history.part_imported/1",
        "integrity.failed/1", "invoice.credited/1", "invoice.disputed/1", "invoice.replaced/1", "invoice.sent/1",
        "invoice.viewed/1", "issuer.brand_set/1", "key.changed/1", "ledger.closed/1", "link.created/1",
        "link.revoked/1", "message.failed/1", "message.queued/1", "message.sent/1", "note.issued/1",
        "observer.added/1", "observer.removed/1", "offline.ended/1", "offline.started/1", "online_payment.ended/1",
        "online_payment.opened/1", "payment.announced/1", "payment.failed/1", "payment.receipted/1",
        "period.closed/1", "period.year_end_set/1", "policy.deposits_set/1", "policy.reminders_set/1",
        "quote.amended/1", "quote.cancelled/1", "quote.declined/1", "quote.deposit_requested/1", "quote.expired/1",
        "quote.invoiced/1", "quote.issued/1", "quote.milestone_reached/1", "quote.revised/1", "quote.sent/1",
        "quote.signature_requested/1", "quote.signed/1", "quote.uninvoiced/1", "quote.viewed/1", "quote.withdrawn/1",
        "receipt.issued/1", "register.head_noted/1", "register.ledger_added/1", "reminder.sent/1", "series.closed/1",
        "series.opened/1", "signature.cancelled/1", "signature.code_checked/1", "signature.code_sent/1",
        "signature.completed/1", "signature.given/1", "signature.refused/1", "signature.requested/1",
        "software.changed/1", "statement.imported/1", "store.restored/1", "subscription.changed/1",
        "subscription.invoiced/1", "subscription.paused/1", "subscription.started/1", "subscription.stopped/1",
        "task.closed/1", "task.opened/1", "work.accepted/1",
    }
)  # fmt: skip
"""What moves no money: quotes, messages, promises, the journal, closures, documents of another software."""

_REFUND: Final = (rows.REFUND, rows.LAST)


def wants(entry: Entry) -> Iterable[tuple[str, str]]:
    """Name the rows that an entry will ask for; what they name in their turn is asked for when they are read."""
    if entry.type not in HANDLES:
        return ()
    kind, about, body = entry.type, entry.about, entry.body
    if kind == "invoice.issued/1":
        held = [(rows.DEPOSIT, each["deposit"]) for each in body.get("prepaid", ())]
        quote = [(rows.QUOTE, body["quote"])] if body.get("quote") else []
        return ((rows.ISSUER, rows.SELF), *held, *quote)
    if kind == "credit_note.issued/1":
        return ((rows.INVOICE, body["preceding"][0]["invoice"]),)
    if kind == "quote.delivered/1":
        return ((rows.QUOTE, about),)
    if kind == "credit_note.refunded/1":
        return ((rows.CREDIT_NOTE, about), _REFUND)
    stream = entry.stream.partition(":")[0]
    if stream not in (rows.INVOICE, rows.DEPOSIT, rows.PAYMENT):
        return ()
    payment = [(rows.PAYMENT, body["payment"])] if "payment" in body else []
    return ((stream, about), *payment, _REFUND)


BOOK: Final = Projection(
    name="book",
    version=1,
    tables=rows.TABLES,
    handles=HANDLES,
    ignores=IGNORES,
    wants=wants,
)
"""Every entry as balanced postings."""
