"""Event types by what they are about, written out, so that a projection can name what it ignores.

Every type stands in one group (`tests/projections/business/test_types.py`). A new type belongs to a group only once
somebody has looked at what it does to each projection here: until then it stops them, loudly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

JOURNAL: Final = frozenset(
    {
        "access.granted/1", "access.revoked/1", "access.sign_in_failed/1", "access.signed_in/1",
        "access.signed_out/1", "anchor.policy_set/1", "attestation.issued/1", "clock.stepped/1",
        "drawer.counted/1", "integrity.failed/1", "key.changed/1", "ledger.closed/1", "ledger.opened/1",
        "offline.ended/1", "offline.started/1", "register.head_noted/1", "register.ledger_added/1",
        "software.changed/1", "store.restored/1", "task.closed/1", "task.opened/1",
    }
)  # fmt: skip
"""The ledger's own life, its technical journal and its tasks."""

HISTORY: Final = frozenset(
    {
        "history.document_imported/1", "history.import_begun/1", "history.imported/1", "history.part_imported/1",
    }
)  # fmt: skip
"""Documents of another software: labelled as such, in no figure of ours (docs/import.md)."""

PARTIES: Final = frozenset(
    {
        "customer.consent_recorded/1", "customer.registered/1", "customer.updated/1", "issuer.brand_set/1",
        "issuer.profile_set/1", "observer.added/1", "observer.removed/1", "policy.deposits_set/1",
        "policy.reminders_set/1", "series.closed/1", "series.opened/1",
    }
)  # fmt: skip
"""The issuer, its settings and series, its customers."""

QUOTES: Final = frozenset(
    {
        "delivery.recorded/1", "quote.amended/1", "quote.cancelled/1", "quote.declined/1", "quote.delivered/1",
        "quote.deposit_requested/1", "quote.expired/1", "quote.invoiced/1", "quote.issued/1",
        "quote.milestone_reached/1", "quote.revised/1", "quote.sent/1", "quote.signature_requested/1",
        "quote.signed/1", "quote.uninvoiced/1", "quote.viewed/1", "quote.withdrawn/1", "work.accepted/1",
    }
)  # fmt: skip
"""Quotes, contracts, deliveries."""

SIGNATURES: Final = frozenset(
    {
        "attachment.added/1", "signature.cancelled/1", "signature.code_checked/1", "signature.code_sent/1",
        "signature.completed/1", "signature.given/1", "signature.refused/1", "signature.requested/1",
    }
)  # fmt: skip
"""Signatures and what is attached."""

DEPOSITS: Final = frozenset(
    {
        "deposit.applied/1", "deposit.cancelled/1", "deposit.forfeited/1", "deposit.invoiced/1", "deposit.paid/1",
        "deposit.receipted/1", "deposit.refund_due/1", "deposit.released/1", "deposit.requested/1",
        "deposit.unpaid/1", "receipt.issued/1",
    }
)  # fmt: skip
"""Deposits and receipts."""

INVOICES: Final = frozenset(
    {
        "credit_note.issued/1", "credit_note.refunded/1", "invoice.credited/1", "invoice.delivered/1",
        "invoice.disputed/1", "invoice.early_discount_lost/1", "invoice.early_discount_taken/1", "invoice.issued/1",
        "invoice.paid/1", "invoice.penalty_charged/1", "invoice.replaced/1", "invoice.sent/1", "invoice.unpaid/1",
        "invoice.viewed/1", "invoice.written_off/1", "note.issued/1",
    }
)  # fmt: skip
"""Invoices, credit notes and notes."""

SUBSCRIPTIONS: Final = frozenset(
    {
        "subscription.changed/1", "subscription.invoiced/1", "subscription.paused/1", "subscription.started/1",
        "subscription.stopped/1",
    }
)  # fmt: skip
"""Recurring billing."""

PAYMENTS: Final = frozenset(
    {
        "chargeback.closed/1", "chargeback.opened/1", "online_payment.ended/1", "online_payment.opened/1",
        "payment.allocated/1", "payment.announced/1", "payment.failed/1", "payment.means_corrected/1",
        "payment.received/1", "payment.receipted/1", "payment.refunded/1", "payment.reversed/1",
        "provider.paid_out/1", "provider.payout_returned/1", "refund.paid/1", "statement.imported/1",
    }
)  # fmt: skip
"""Money that came and went."""

MESSAGES: Final = frozenset(
    {
        "comment.added/1", "copy.made/1", "document.rendered/1", "document.sealed/1", "ereport.sent/1",
        "export.made/1", "link.created/1", "link.revoked/1", "message.failed/1", "message.queued/1",
        "message.sent/1", "reminder.sent/1",
    }
)  # fmt: skip
"""What was said, drawn and sent."""

PERIODS: Final = frozenset(
    {
        "anchor.failed/1", "anchor.placed/1", "archive.created/1", "archive.key_destroyed/1", "archive.restored/1",
        "archive.verified/1", "checkpoint.made/1", "data.erased/1", "entries.purged/1", "erasure.refused/1",
        "period.closed/1", "period.year_end_set/1",
    }
)  # fmt: skip
"""Closures, checkpoints, anchors, archives, purge and erasure."""

GROUPS: Final = (
    JOURNAL, HISTORY, PARTIES, QUOTES, SIGNATURES, DEPOSITS, INVOICES, SUBSCRIPTIONS, PAYMENTS, MESSAGES, PERIODS,
)  # fmt: skip
"""Every group."""


def others(handles: Mapping[str, object], groups: Iterable[frozenset[str]] = GROUPS) -> frozenset[str]:
    """Name the types of the groups that a projection does not handle: what it ignores."""
    return frozenset().union(*groups) - frozenset(handles)
