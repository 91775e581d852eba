"""Every kind of stream: its prefix, its state and how its events change it."""

from __future__ import annotations

from typing import Any

from ledger.domain.decision import StreamKind
from ledger.domain.streams.access import ACCESS
from ledger.domain.streams.attachment import ATTACHMENT
from ledger.domain.streams.comment import COMMENT
from ledger.domain.streams.copies import COPIES
from ledger.domain.streams.counted import (
    ARCHIVE,
    CHECKPOINT,
    ERASURE,
    REGISTER,
)
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.delivery import DELIVERY
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.document import DOCUMENT
from ledger.domain.streams.drawer import DRAWER
from ledger.domain.streams.export import EXPORT
from ledger.domain.streams.history import IMPORT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.ledger import LEDGER
from ledger.domain.streams.link import LINK
from ledger.domain.streams.message import MESSAGE
from ledger.domain.streams.note import NOTE
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.online_payment import ONLINE_PAYMENT
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.period import PERIOD
from ledger.domain.streams.provider import PROVIDER
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.receipt import RECEIPT
from ledger.domain.streams.refund import REFUND
from ledger.domain.streams.reminder import REMINDER
from ledger.domain.streams.series import SERIES
from ledger.domain.streams.signature import SIGNATURE
from ledger.domain.streams.statement import STATEMENT
from ledger.domain.streams.subscription import SUBSCRIPTION
from ledger.domain.streams.task import TASK

STREAM_KINDS: tuple[StreamKind[Any], ...] = (
    LEDGER,
    ACCESS,
    DRAWER,
    TASK,
    ISSUER,
    SERIES,
    CUSTOMER,
    OBSERVER,
    QUOTE,
    SIGNATURE,
    ATTACHMENT,
    DELIVERY,
    DEPOSIT,
    INVOICE,
    CREDIT_NOTE,
    NOTE,
    SUBSCRIPTION,
    PAYMENT,
    REFUND,
    RECEIPT,
    ONLINE_PAYMENT,
    STATEMENT,
    PROVIDER,
    MESSAGE,
    REMINDER,
    COMMENT,
    LINK,
    COPIES,
    DOCUMENT,
    EXPORT,
    PERIOD,
    CHECKPOINT,
    ARCHIVE,
    ERASURE,
    IMPORT,
    REGISTER,
)
"""One kind per stream prefix that an event names."""
