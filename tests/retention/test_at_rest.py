"""What a purge may take: streams on which nothing is owed or awaited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.at_rest import AT_REST, is_at_rest
from ledger.domain.streams import STREAM_KINDS
from ledger.domain.streams.credit_note import CreditNoteState
from ledger.domain.streams.online_payment import OnlinePaymentState
from ledger.domain.streams.payment import PaymentState
from ledger.domain.streams.quote import QuoteState
from ledger.domain.streams.task import TaskState
from ledger.kernel.stretch import KEPT


def test_kinds_that_are_kept_for_ever_and_unknown_ones_never_rest() -> None:
    prefixes = {kind.prefix for kind in STREAM_KINDS}
    assert prefixes >= AT_REST.keys()
    assert not AT_REST.keys() & KEPT
    for kind in (*KEPT, *(prefixes - AT_REST.keys()), "something_new"):
        assert not is_at_rest(kind, object())


def test_a_stream_without_a_state_does_not_rest() -> None:
    assert not any(is_at_rest(kind, None) for kind in AT_REST)


PAID = PaymentState(phase="received", amount_cents=100)


@pytest.mark.parametrize(
    ("kind", "state", "rests"),
    [
        ("payment", PAID, True),
        ("payment", replace(PAID, unallocated_cents=1), False),
        ("payment", replace(PAID, contested_cents=1), False),
        ("payment", replace(PAID, phase="announced"), False),
        ("payment", replace(PAID, phase="failed"), True),
        ("quote", QuoteState(phase="open"), False),
        ("quote", QuoteState(phase="signed"), False),
        ("quote", QuoteState(phase="declined"), True),
        ("quote", QuoteState(phase="expired"), True),
        ("credit_note", CreditNoteState(refund_cents=100), False),
        ("credit_note", CreditNoteState(refund_cents=100, refunded_cents=100), True),
        ("task", TaskState(), False),
        ("task", TaskState(closed=True), True),
        ("online_payment", OnlinePaymentState(), False),
        ("online_payment", OnlinePaymentState(outcome="expired"), True),
        ("receipt", object(), True),
    ],
)
def test_who_rests(kind: str, state: object, rests: bool) -> None:
    assert is_at_rest(kind, state) is rests
