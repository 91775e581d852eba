"""Which function decides which command: one for each, written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.deciders import (
    contract_end,
    contract_invoices,
    credit_notes,
    deliveries,
    deposit_end,
    deposit_invoices,
    deposits,
    invoices,
    journal,
    messages,
    notes,
    online_payments,
    parties,
    payments,
    quotes,
    receipts,
    refunds,
    signatures,
    signing,
    subscriptions,
)
from ledger.domain.decision import Outcome, World

Decide = Callable[[Any, World], Outcome]

ALL_DECIDERS: tuple[tuple[type[Command], Decide], ...] = (
    *parties.DECIDERS,
    *journal.DECIDERS,
    *quotes.DECIDERS,
    *contract_end.DECIDERS,
    *signatures.DECIDERS,
    *signing.DECIDERS,
    *deliveries.DECIDERS,
    *deposits.DECIDERS,
    *deposit_end.DECIDERS,
    *receipts.DECIDERS,
    *invoices.DECIDERS,
    *contract_invoices.DECIDERS,
    *credit_notes.DECIDERS,
    *deposit_invoices.DECIDERS,
    *notes.DECIDERS,
    *subscriptions.DECIDERS,
    *payments.DECIDERS,
    *refunds.DECIDERS,
    *online_payments.DECIDERS,
    *messages.DECIDERS,
)
"""Each theme's table, one after the other."""

DECIDERS: Mapping[type[Command], Decide] = dict(ALL_DECIDERS)
"""The decider of each command."""
