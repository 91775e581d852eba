"""Whether a stream is at rest: nothing is owed on it, nothing is awaited, no rule will ask for it again.

What a purge may take (docs/retention.md). A kind that is not in the table never rests: a new kind is kept until
somebody has thought about it. Time alone never brings a stream to rest: a quote that nobody answered is open until an
entry says that it expired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ledger.domain.streams.credit_note import CreditNoteState
from ledger.domain.streams.deposit import DepositState
from ledger.domain.streams.invoice import InvoiceState
from ledger.domain.streams.message import MessageState
from ledger.domain.streams.observer import ObserverState
from ledger.domain.streams.online_payment import OnlinePaymentState
from ledger.domain.streams.payment import PaymentState
from ledger.domain.streams.quote import QuoteState
from ledger.domain.streams.signature import SignatureState
from ledger.domain.streams.subscription import SubscriptionState
from ledger.domain.streams.task import TaskState
from ledger.kernel.stretch import KEPT


def _invoice(state: InvoiceState) -> bool:
    """Nothing is open, disputed or to be given back. A deposit invoice rests only with its contract: it stays."""
    if state.document is None or state.document.kind == "deposit" or state.disputed:
        return False
    overpaid = state.paid_cents + state.settled_cents + state.early_discount_cents + state.written_off_cents
    return state.open_cents == 0 and state.refund_cents == 0 and overpaid <= state.due_cents


def _credit_note(state: CreditNoteState) -> bool:
    return state.open_cents == 0


def _quote(state: QuoteState) -> bool:
    """It ended without a contract, or its contract is invoiced whole and performed."""
    if state.phase in ("declined", "expired", "cancelled", "withdrawn"):
        return True
    final = any(part.kind == "final" and not part.undone for part in state.invoices)
    return state.phase == "signed" and final and state.invoiced_cents >= state.gross_cents


def _deposit(state: DepositState) -> bool:
    over = state.cancelled or bool(state.uses) or bool(state.refunds) or state.forfeited_cents > 0
    left = (state.available_cents, state.to_refund_cents, state.indemnity_due_cents, state.to_pay_cents)
    return state.request is not None and over and not any(left)


def _payment(state: PaymentState) -> bool:
    """Every cent is allocated, reversed or given back, and no bank contests it."""
    if state.phase in ("failed", "reversed"):
        return not state.contested_cents
    return state.phase == "received" and not state.unallocated_cents and not state.contested_cents


def _subscription(state: SubscriptionState) -> bool:
    """It was stopped, and its last period is invoiced."""
    if not state.stopped or state.last_on is None:
        return False
    return state.period(state.next_index).start.isoformat() > state.last_on


def _signature(state: SignatureState) -> bool:
    return state.phase in ("completed", "cancelled")


def _message(state: MessageState) -> bool:
    return state.phase == "sent"


def _task(state: TaskState) -> bool:
    return state.closed


def _online_payment(state: OnlinePaymentState) -> bool:
    return state.outcome != "open"


def _observer(state: ObserverState) -> bool:
    return state.removed


def _always(_: object) -> bool:
    """A record of something that is over when it is written."""
    return True


AT_REST: Final[Mapping[str, Callable[[Any], bool]]] = {
    "invoice": _invoice,
    "credit_note": _credit_note,
    "quote": _quote,
    "deposit": _deposit,
    "payment": _payment,
    "subscription": _subscription,
    "signature": _signature,
    "message": _message,
    "task": _task,
    "online_payment": _online_payment,
    "observer": _observer,
    "note": _always,
    "receipt": _always,
    "refund": _always,
    "delivery": _always,
    "drawer": _always,
    "comment": _always,
    "reminder": _always,
    "statement": _always,
    "provider": _always,
    "access": _always,
}
"""By kind of stream, the function that tells whether one rests."""


def is_at_rest(kind: str, state: object) -> bool:
    """Tell whether a stream of a kind rests in this state; kinds that are kept for ever never do."""
    rests = AT_REST.get(kind)
    return kind not in KEPT and rests is not None and state is not None and rests(state)
