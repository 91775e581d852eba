"""Sales ready made for the tests of quotes, signatures and deposits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger.domain.advances import split_of_payment
from ledger.domain.commands.common import InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.quotes import IssueQuote, SignQuote
from ledger.domain.decision import Emit
from ledger.domain.events.parties import Insurance
from ledger.domain.events.payments import DepositPaid
from ledger.domain.events.signatures import Evidence
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.quote import QUOTE, QuoteState
from tests.domain.world import CONSUMER, DETAILS, PROFILE, FixedWorld

QUOTE_ID = "cccccccc-0000-4000-8000-000000000001"
OTHER_ID = "cccccccc-0000-4000-8000-000000000002"

BUILDER = replace(
    PROFILE,
    trades=("building",),
    details=replace(
        DETAILS, insurance=Insurance(insurer="Assurance du Bocage", contact="2 rue Haute, Rennes", area="France")
    ),
)
"""A profile that may quote works."""

SITE = TextsInput(performance_place="8 quai du Lierre, 35000 Rennes", waste="Benne et déchèterie : 90 € TTC")

EVIDENCE = Evidence(name_typed="Camille Roseau", consent_text="Lu et approuvé, bon pour accord")


def works(price: str = "1000", rate_bp: int = 1000, **more: Any) -> LineInput:
    """Give a line of works, HT."""
    return LineInput(label="Pose d'un escalier", unit_price=price, rate_bp=rate_bp, nature="services", **more)


def goods(price: str = "500", rate_bp: int = 2000, **more: Any) -> LineInput:
    """Give a line of goods, HT."""
    return LineInput(label="Escalier en hêtre", unit_price=price, rate_bp=rate_bp, nature="goods", **more)


def quote(*lines: LineInput, **more: Any) -> IssueQuote:
    """Give a quote to a consumer: 1 000 HT at 10 % and 500 HT at 20 %, 1 700.00 TTC, unless it says otherwise."""
    members: dict[str, Any] = {
        "id": QUOTE_ID,
        "customer": CONSUMER,
        "basis": "net",
        "channel": "premises",
        "lines": lines or (works(), replace(works("500", 2000), label="Reprise de maçonnerie")),
        "duration_days": 20,
        "schedule": (),
        "reduced_rate_justified": True,
    }
    return IssueQuote(**{**members, **more})


def share(share_bp: int, **more: Any) -> InstalmentInput:
    """Give an instalment that is a share of the total."""
    return InstalmentInput(share_bp=share_bp, **more)


def sign(world: FixedWorld, quote_id: str = QUOTE_ID, **more: Any) -> SignQuote:
    """Give the signature, on the spot, of the version in force."""
    state = quote_state(world, quote_id)
    members: dict[str, Any] = {
        "quote": quote_id,
        "document_version": state.current.document_version,
        "fingerprint": world.recorded(QUOTE.stream(quote_id), state.document_at),
        "reduced_rate_stated": True,
        "evidence": EVIDENCE,
    }
    return SignQuote(**{**members, **more})


def signed(world: FixedWorld, issue: IssueQuote | None = None, **more: Any) -> Mapping[str, Any]:
    """Issue a quote and have it signed on the spot."""
    issue = issue or quote()
    world.play(issue)
    return world.play(sign(world, issue.id or QUOTE_ID, **more))


def quote_state(world: FixedWorld, quote_id: str = QUOTE_ID) -> QuoteState:
    """Give a quote's state."""
    state = world.state(QUOTE, quote_id)
    assert state is not None
    return state


def deposit_state(world: FixedWorld, deposit: str) -> DepositState:
    """Give a deposit's state."""
    state = world.state(DEPOSIT, deposit)
    assert state is not None
    return state


def pay(world: FixedWorld, deposit: str, amount_cents: int | None = None, on: str | None = None) -> None:
    """Let money have come in for a deposit: all that is asked for, today, unless it says otherwise."""
    state = deposit_state(world, deposit)
    amount = state.to_pay_cents if amount_cents is None else amount_cents
    world.given(
        Emit(
            DEPOSIT.stream(deposit),
            DepositPaid(
                payment=world.fresh_id(),
                amount_cents=amount,
                means="credit_transfer",
                received_on=on or world.today.isoformat(),
                split=split_of_payment(state, amount),
            ),
        )
    )
