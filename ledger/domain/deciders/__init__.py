"""Which function decides which command: one for each, written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.messages import (
    CreateLink,
    QueueMessage,
    RecordMessageFailed,
    RecordMessageSent,
    RecordReminder,
)
from ledger.domain.commands.periods import ClosePeriod
from ledger.domain.deciders import (
    chargebacks,
    contract_end,
    contract_invoices,
    credit_notes,
    deliveries,
    deposit_end,
    deposit_invoices,
    deposits,
    exports,
    history,
    invoices,
    journal,
    messages,
    notes,
    online_payments,
    parties,
    payments,
    periods,
    quotes,
    receipts,
    refunds,
    signatures,
    signing,
    statements,
    subscriptions,
)
from ledger.domain.decision import Outcome, World
from ledger.domain.refusals import refuse

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
    *chargebacks.DECIDERS,
    *statements.DECIDERS,
    *periods.DECIDERS,
    *messages.DECIDERS,
    *exports.DECIDERS,
    *history.DECIDERS,
)
"""Each theme's table, one after the other."""

_MAIL = (QueueMessage, RecordMessageSent, RecordMessageFailed, RecordReminder, CreateLink)
_JOURNAL = frozenset((*(command for command, _ in journal.DECIDERS), ClosePeriod, *_MAIL))
"""What the software itself writes, whoever sits before it."""


def _guarded(decide: Decide, by_anybody: bool) -> Decide:
    """Ask first what every command must respect: an open ledger and, where it is for training, somebody who acts.

    Simulated operations name the operator in charge (BOI-TVA-DECLA-30-10-30 §150).
    """

    def guarded(command: Any, world: World) -> Outcome:
        register = world.register
        if register.kind != "live" or register.closed:
            if not register.kind:
                return refuse("LEDGER_NOT_OPENED")
            if register.closed and not isinstance(command, ClosePeriod):  # its last periods end after it
                return refuse("LEDGER_CLOSED")
            if world.actor == "system" and not by_anybody:
                return refuse("OPERATOR_MISSING")
        return decide(command, world)

    return guarded


DECIDERS: Mapping[type[Command], Decide] = {
    command: _guarded(decide, command in _JOURNAL) for command, decide in ALL_DECIDERS
}
"""The decider of each command."""
