"""The ids that the examples share: random UUIDs in form, readable in fact."""

from __future__ import annotations

from typing import Final

from ledger.domain.streams.export import export_id
from ledger.domain.streams.history import import_id
from ledger.domain.streams.message import message_id


def _id(letter: str, n: int) -> str:
    return f"{letter * 8}-0000-4000-8000-{n:012d}"


CUSTOMER: Final = _id("c", 1)
QUOTE: Final = _id("a", 1)
"""The kitchen: issued, revised, sent, viewed, signed, built and invoiced."""
QUOTE_DECLINED: Final = _id("a", 2)
QUOTE_EXPIRED: Final = _id("a", 3)
QUOTE_CANCELLED: Final = _id("a", 4)
QUOTE_WITHDRAWN: Final = _id("a", 5)
QUOTE_SIGNED_REMOTELY: Final = _id("a", 6)
SERIES: Final = _id("5", 1)
OBSERVER: Final = _id("0", 1)
DELIVERY: Final = _id("d", 1)
ACCEPTANCE: Final = _id("d", 2)
SIGNATURE: Final = _id("e", 1)
SIGNATURE_REFUSED: Final = _id("e", 2)
SIGNATURE_CANCELLED: Final = _id("e", 3)
SIGNATORY: Final = _id("e", 11)
SIGNATORY_REFUSING: Final = _id("e", 12)
ATTACHMENT: Final = _id("e", 21)
DEPOSIT: Final = _id("b", 1)
DEPOSIT_CANCELLED: Final = _id("b", 2)
DEPOSIT_SETTLED: Final = _id("b", 3)
DEPOSIT_INVOICE: Final = _id("f", 1)
INVOICE: Final = _id("f", 2)
INVOICE_PROGRESS: Final = _id("f", 3)
INVOICE_FINAL: Final = _id("f", 4)
INVOICE_LATE: Final = _id("f", 5)
INVOICE_LOST: Final = _id("f", 6)
CREDIT_NOTE: Final = _id("f", 11)
RECEIPT: Final = _id("f", 21)
NOTE: Final = _id("f", 31)
SUBSCRIPTION: Final = _id("f", 41)
SUBSCRIPTION_INVOICE: Final = _id("f", 42)
PAYMENT: Final = _id("9", 1)
PAYMENT_ANNOUNCED: Final = _id("9", 2)
PAYMENT_FREE: Final = _id("9", 3)
PAYMENT_BOUNCED: Final = _id("9", 4)
PAYMENT_DEPOSIT: Final = _id("9", 5)
PAYMENT_CONTESTED: Final = _id("9", 6)
REFUND: Final = _id("9", 11)
ONLINE_PAYMENT: Final = _id("9", 21)
MESSAGE: Final = message_id("invoice-sent-1")
MESSAGE_FAILED: Final = message_id("invoice-sent-2")
COMMENT: Final = _id("8", 21)
LINK: Final = _id("8", 31)
TASK: Final = _id("7", 1)
DRAFT: Final = _id("6", 1)
WEBHOOK: Final = _id("6", 2)
KEY: Final = "9f86d081884c7d65"

DIGEST: Final = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
"""A SHA-256, of some file."""
IMPORT: Final = import_id(DIGEST)
EXPORT: Final = export_id(DIGEST)
