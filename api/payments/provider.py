"""What a payment provider is to Sceau: a small protocol, and the facts that it tells.

A provider's message is taken as a hint only (`Notice`): what happened is then asked of the provider itself
(`Provider.facts`), which answers everything that it knows of one payment, in order. So messages may come twice, late,
in any order, or not at all: the answer is the same. docs/decisions/online-payments.md says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from ledger.domain.events.payments import PayableKind
from ledger.domain.types import Means


class ProviderAway(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The provider did not answer, or could not: ask again later. Nothing is known of what it did."""


class ProviderRefused(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The provider answered no, for good; `reason` is its own code, without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSigned(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """A message that says it is the provider's is not, or is too old; `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Asked:
    """What a provider is asked to collect. The same `collection` asks for the same thing, however often it is asked."""

    ledger: str  # id
    collection: str  # the id of its `online_payment` stream
    about: str
    about_kind: PayableKind
    amount_cents: int
    currency: str
    title: str  # what the customer reads: the document's kind and number, never a name
    return_url: str = field(repr=False)  # holds the token of a link that opens for hours
    cancel_url: str = field(repr=False)
    language: Literal["fr", "en"]
    expires_at: datetime
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A collection at the provider: its reference there, and where the customer pays."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A hint that something happened: `collection`, `payment` or `payout`, and the provider's reference of it."""

    kind: Literal["collection", "payment", "payout"]
    reference: str


@dataclass(frozen=True, slots=True)
class Paid:
    """Money of a collection has come in. `collection` and `about` are what we had asked with."""

    payment: str  # the provider's reference
    ledger: str
    collection: str
    about: str
    about_kind: PayableKind
    amount_cents: int
    currency: str
    means: Means
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The customer has done their part and the money is on its way: the collection must not be asked again."""

    collection: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A collection came to an end without money."""

    collection: str
    outcome: Literal["failed", "expired", "cancelled"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Money of a payment went back to the customer, or was tried and came back (`failed`)."""

    refund: str
    payment: str
    amount_cents: int
    currency: str
    means: Means
    at: datetime
    about: str | None = None  # what it was for, where we had asked for it
    about_kind: Literal["deposit", "invoice", "credit_note", "payment"] | None = None
    indemnity_cents: int = 0
    failed: bool = False
    actor: str | None = None  # who had asked for it here


@dataclass(frozen=True, slots=True)
class Contested:
    """A payment is contested by the customer's bank, or that was decided."""

    chargeback: str
    payment: str
    amount_cents: int
    outcome: Literal["open", "won", "lost"]
    respond_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaidOut:
    """The provider paid what it had collected to the bank account; `gross_cents` less `fee_cents` arrived there.

    Below zero: it drew as much from that account, as what it gave back and its fees were more than what it collected.
    """

    payout: str
    currency: str
    gross_cents: int
    fee_cents: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PayoutReturned:
    """A payout failed or was drawn back; whether it had been told of as paid, the ledger knows.

    `at` is when the money stood at the provider again, where it tells.
    """

    payout: str
    at: datetime | None = None


Fact: TypeAlias = Paid | Waiting | Ended | GivenBack | Contested | PaidOut | PayoutReturned
"""What a provider tells."""


class Provider(Protocol):
    """One ledger's account with a payment provider. Methods may block for seconds; call them from any thread.

    All but `notices` ask the provider over the network, and raise `ProviderAway` or `ProviderRefused`.
    """

    name: str

    def account(self) -> str | None:
        """Ask for the provider's own id of the account; None where it does not tell, or does not let these keys ask.

        Raises nothing: who adds keys goes on without it.
        """

    def create(self, asked: Asked) -> Opened:
        """Have an amount collected; asked again for the same collection, give the same one."""

    def end(self, reference: str) -> None:
        """Let a collection take no more money; nothing happens to one that has ended."""

    def refund(self, payment: str, amount_cents: int, key: str, meant: Mapping[str, str]) -> Sequence[Fact]:
        """Give money back; the same `key` does so once. `meant` comes back in the fact."""

    def notices(self, body: bytes, signature: str | None, now: datetime) -> Sequence[Notice]:
        """Read a message of the provider; none of what we do not know.

        Raises:
            NotSigned: it is not the provider's, or not of these minutes.
        """

    def facts(self, notice: Notice) -> Sequence[Fact]:
        """Ask what happened: everything of one payment, in order; nothing of what is not ours."""

    def since(self, at: datetime) -> Sequence[Notice]:
        """Ask what messages there were from a moment on, for those that did not arrive."""
