"""Recording what a provider tells: each fact once, whatever was told before, and in whatever order.

Ids are made from the provider's references, so a fact that comes again meets its own id. Money that has come in is
recorded whatever became of its document (law requirement 77): then it is unallocated, with a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from api.payments.present import Present
from api.payments.provider import Contested, Ended, Fact, GivenBack, Paid, PaidOut, PayoutReturned, Waiting
from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import (
    CloseChargeback,
    EndOnlinePayment,
    OpenChargeback,
    OpenOnlinePayment,
    RecordPayment,
    RecordPayout,
    RecordPayoutReturn,
    RefundPayment,
)
from ledger.domain.events.payments import Allocation
from ledger.domain.refusals import Refusal
from ledger.domain.streams.online_payment import ONLINE_PAYMENT
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.provider import PROVIDER, payout_id
from ledger.domain.streams.refund import REFUND
from ledger.shell.service import Service

# What a second telling of the same fact meets: it is recorded already, perhaps a moment ago by another process.
_AGAIN: Final = frozenset(
    {
        "ALREADY_EXISTS", "ONLINE_PAYMENT_ENDED", "CHARGEBACK_ALREADY_OPEN", "CHARGEBACK_NOT_OPEN",
        "PAYMENT_ALREADY_REVERSED", "PAYOUT_ALREADY_RECORDED", "PAYOUT_ALREADY_RETURNED",
    }
)  # fmt: skip


class NotRecorded(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The ledger does not take a fact, as it is closed for instance: ask again when it does."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"not recorded: {refusal.code}")
        self.refusal = refusal


def made_id(*parts: str) -> str:
    """Give the id of what is known by other people's words: in the form of a UUIDv4."""
    made = sha256("\n".join(("sceau-online-payment/1", *parts)).encode()).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def payment_id(provider: str, reference: str) -> str:
    """Give the id under which a provider's payment is recorded."""
    return made_id("payment", provider, reference)


def refund_id(provider: str, reference: str) -> str:
    """Give the id under which a provider's refund is recorded."""
    return made_id("refund", provider, reference)


class Recorder:
    """Records facts of one provider in one ledger."""

    def __init__(self, service: Service, ledger: str, provider: str) -> None:
        """Record in a ledger, by its id, as the actor `provider:<name>`."""
        self._service = service
        self._ledger = ledger
        self._handle = service.ledger(ledger)  # which looks at each member: a provider may answer anything
        self._provider = provider
        self._actor = f"provider:{provider}"

    def record(self, facts: Sequence[Fact]) -> None:
        """Record what is new of some facts, in their order.

        Raises:
            NotRecorded: the ledger does not take one.
        """
        paid: Paid | None = None
        for fact in facts:
            match fact:
                case Paid():
                    paid = fact
                    self._paid(fact)
                case Ended():
                    self._ended(fact)
                case GivenBack():
                    self._given_back(fact, paid)
                case Contested():
                    self._contested(fact)
                case PaidOut():
                    self._paid_out(fact)
                case PayoutReturned():
                    self._payout_returned(fact)
                case Waiting():
                    pass

    def _paid(self, fact: Paid) -> None:
        payment = payment_id(self._provider, fact.payment)
        if self._service.state(self._ledger, PAYMENT, payment) is None:
            self._opened_anyway(fact)
            whole = Allocation(about=fact.about, about_kind=fact.about_kind, amount_cents=fact.amount_cents)
            command = RecordPayment(
                id=payment,
                means=fact.means,
                amount_cents=fact.amount_cents,
                currency=fact.currency,
                received_on=self._day(fact),
                allocations=(whole,),
                provider=self._provider,
                provider_reference=fact.payment,
            )
            refused = self._execute(command)
            if refused is not None:  # a document that is not there, or in another currency: the money is
                self._insist(replace(command, allocations=()))
        collection = self._service.state(self._ledger, ONLINE_PAYMENT, fact.collection)
        if collection is not None and collection.outcome != "paid":
            self._insist(EndOnlinePayment(online_payment=fact.collection, outcome="paid", payment=payment))

    def _opened_anyway(self, fact: Paid) -> None:
        """Record that a collection was begun, where we were stopped before we could; a refusal changes nothing."""
        if self._service.state(self._ledger, ONLINE_PAYMENT, fact.collection) is not None:
            return
        test_mode = self._service.register(self._ledger).kind == "training"
        command = OpenOnlinePayment(
            id=fact.collection,
            provider=self._provider,
            provider_reference=fact.payment,
            about=fact.about,
            about_kind=fact.about_kind,
            amount_cents=fact.amount_cents,
            test_mode=test_mode,
        )
        self._execute(command)

    def _ended(self, fact: Ended) -> None:
        collection = self._service.state(self._ledger, ONLINE_PAYMENT, fact.collection)
        if collection is not None and collection.outcome == "open":
            self._insist(EndOnlinePayment(online_payment=fact.collection, outcome=fact.outcome, reason=fact.reason))

    def _given_back(self, fact: GivenBack, paid: Paid | None) -> None:
        payment, refund = payment_id(self._provider, fact.payment), refund_id(self._provider, fact.refund)
        if self._service.state(self._ledger, PAYMENT, payment) is None:
            return
        known = self._service.state(self._ledger, REFUND, refund) is not None
        if fact.failed:
            if known:
                self._came_back(fact, paid)
            return
        if known:
            return
        command = RefundPayment(
            id=refund,
            means=fact.means,
            amount_cents=fact.amount_cents,
            indemnity_cents=fact.indemnity_cents,
            payment=payment,
            about=fact.about if fact.about is not None else payment,
            about_kind=fact.about_kind if fact.about is not None else "payment",
            paid_on=self._day(fact),
            provider=self._provider,
            provider_reference=fact.refund,
        )
        if self._execute(command, fact.actor) is not None:  # what it was for cannot be found: the payment can
            self._insist(replace(command, about=payment, about_kind="payment", indemnity_cents=0), fact.actor)

    def _came_back(self, fact: GivenBack, paid: Paid | None) -> None:
        """Record a refund that the customer's bank sent back: it is money received, as it is here again."""
        identifier = made_id("refund-back", self._provider, fact.refund)
        if self._service.state(self._ledger, PAYMENT, identifier) is not None:
            return
        command = RecordPayment(
            id=identifier,
            means=fact.means,
            amount_cents=fact.amount_cents,
            currency=fact.currency,
            provider=self._provider,
            provider_reference=fact.refund,
        )
        if paid is not None:
            whole = Allocation(about=paid.about, about_kind=paid.about_kind, amount_cents=fact.amount_cents)
            if self._execute(replace(command, allocations=(whole,))) is None:
                return
        self._insist(command)

    def _contested(self, fact: Contested) -> None:
        payment = payment_id(self._provider, fact.payment)
        state = self._service.state(self._ledger, PAYMENT, payment)
        if state is None:
            return
        if fact.chargeback not in state.chargebacks:
            respond_by = None
            if fact.respond_by is not None:
                respond_by = Present(self._service, self._ledger, self._actor).day_of(fact.respond_by).isoformat()
            command = OpenChargeback(
                payment=payment,
                amount_cents=min(fact.amount_cents, state.amount_cents),
                provider_reference=fact.chargeback,
                respond_by=respond_by,
            )
            self._insist(command)
            state = self._service.state(self._ledger, PAYMENT, payment)
        if fact.outcome == "open" or state is None or not state.contested_cents:
            return
        if state.chargebacks[-1] == fact.chargeback:
            self._insist(CloseChargeback(payment=payment, outcome=fact.outcome))

    def _paid_out(self, fact: PaidOut) -> None:
        if self._service.state(self._ledger, PROVIDER, payout_id(self._provider, fact.payout)) is not None:
            return
        self._insist(
            RecordPayout(
                provider=self._provider,
                provider_reference=fact.payout,
                currency=fact.currency,
                gross_cents=fact.gross_cents,
                fee_cents=fact.fee_cents,
                paid_on=self._day(fact),
            )
        )

    def _payout_returned(self, fact: PayoutReturned) -> None:
        """Take a payout back that had been recorded; of one that never was there is nothing to say.

        It came back on the day that the provider tells, and not before the day on which it was paid; where the
        provider tells none, on the day on which we hear of it.
        """
        state = self._service.state(self._ledger, PROVIDER, payout_id(self._provider, fact.payout))
        if state is None or state.returned:
            return
        on = max(self._day_at(fact.at), state.paid_on) if fact.at is not None else None
        back = RecordPayoutReturn(provider=self._provider, provider_reference=fact.payout, returned_on=on)
        self._insist(back)

    def _day(self, fact: Paid | GivenBack | PaidOut) -> str:
        return self._day_at(fact.at)

    def _day_at(self, at: datetime) -> str:
        """Give the ledger's day of a moment; today for what its clock has not reached yet."""
        present = Present(self._service, self._ledger, self._actor)
        return min(present.day_of(at), present.today).isoformat()

    def _execute(self, command: Command, actor: str | None = None) -> Refusal | None:
        """Run a command; None when it is recorded, now or before."""
        outcome = self._handle.execute(command, actor=actor or self._actor)
        return outcome if isinstance(outcome, Refusal) and outcome.code not in _AGAIN else None

    def _insist(self, command: Command, actor: str | None = None) -> None:
        refused = self._execute(command, actor)
        if refused is not None:
            raise NotRecorded(refused)
