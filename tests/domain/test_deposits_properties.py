"""What holds for every schedule and every cut of a deposit: sums to the cent."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.advances import available_split, resolve, split_of_payment
from ledger.domain.commands.common import InstalmentInput
from ledger.domain.commands.sales import RequestDeposit
from ledger.domain.contracts import cheapest_choice, check_choice, price_counted
from ledger.domain.events.common import Instalment, Line
from ledger.domain.events.deposits import DepositRequested
from ledger.domain.events.payments import DepositPaid
from ledger.domain.events.quotes import QuoteIssued, QuoteSigned
from ledger.domain.money import percent_of
from ledger.domain.refusals import Refusal
from ledger.domain.streams.deposit import DEPOSIT
from tests.domain.sales import QUOTE_ID, quote, quote_state, signed, works
from tests.domain.world import CONSUMER, only, opened

SHARES = st.lists(st.integers(1, 5000), min_size=1, max_size=6).filter(lambda shares: sum(shares) <= 10_000)
CENTS = st.integers(100, 10**9)
RATES = st.sampled_from((550, 1000, 2000))


def planned(share_bp: int) -> Instalment:
    """Give an instalment that is a share."""
    return Instalment(kind="arrhes", amount_cents=0, share_bp=share_bp, trigger="signature")


@given(CENTS, SHARES)
def test_the_shares_of_a_schedule_add_up_to_the_share_of_the_total(gross_cents: int, shares: list[int]) -> None:
    resolved = resolve([planned(share) for share in shares], gross_cents)
    assert not isinstance(resolved, Refusal)
    assert sum(each.amount_cents for each in resolved) == percent_of(gross_cents, sum(shares))
    assert all(
        abs(each.amount_cents * 10_000 - gross_cents * share) < 10_000
        for each, share in zip(resolved, shares, strict=True)
    )


@given(CENTS, st.lists(st.integers(1, 9), min_size=2, max_size=7))
def test_a_schedule_of_the_whole_gives_the_total_to_the_cent(gross_cents: int, weights: list[int]) -> None:
    shares = [10_000 * weight // sum(weights) for weight in weights]
    shares[-1] += 10_000 - sum(shares)
    resolved = resolve([planned(share) for share in shares], gross_cents)
    assert not isinstance(resolved, Refusal)
    assert sum(each.amount_cents for each in resolved) == gross_cents


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 500_000), RATES), min_size=1, max_size=4),
    st.lists(st.integers(1, 4000), min_size=1, max_size=4).filter(lambda shares: sum(shares) <= 10_000),
)
def test_the_deposits_of_a_contract_and_its_rest_are_its_vat_rows(
    lines: list[tuple[int, int]], shares: list[int]
) -> None:
    world = opened()
    items = [works(f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip("."), rate) for cents, rate in lines]
    schedule = tuple(InstalmentInput(share_bp=share) for share in shares)
    signed(world, quote(*items, schedule=schedule))
    contract = world.last(QuoteSigned)
    asked = world.all_of(DepositRequested)
    left = contract.totals.gross_cents - sum(each.amount_cents for each in asked)
    if left:
        world.play(RequestDeposit(quote=QUOTE_ID, amount_cents=left))
        asked = world.all_of(DepositRequested)
    for row in contract.vat:
        parts = [each for request in asked for each in request.split if each.rate_bp == row.rate_bp]
        assert sum(each.net_cents for each in parts) == row.base_cents
        assert sum(each.vat_cents for each in parts) == row.vat_cents
    for request in asked:
        assert sum(each.gross_cents for each in request.split) == request.amount_cents
    assert sum(link.amount_cents for link in quote_state(world).deposits) == contract.totals.gross_cents


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 34_000), min_size=1, max_size=5), st.integers(0, 200_000))
def test_payments_in_any_parts_give_the_split_of_the_request_back(payments: list[int], taken: int) -> None:
    world = opened(customers=(CONSUMER,))
    signed(world, quote(schedule=(InstalmentInput(amount_cents=sum(payments)),)))
    request = world.last(DepositRequested)
    state = world.state(DEPOSIT, quote_state(world).deposits[0].deposit)
    assert state is not None
    for rank, amount in enumerate(payments):
        split = split_of_payment(state, amount)
        assert sum(each.gross_cents for each in split) == amount
        paid = DepositPaid(
            payment=f"{rank:08x}-1111-4000-8000-000000000000",
            amount_cents=amount,
            means="card",
            received_on="2026-11-23",
            split=split,
        )
        state = DEPOSIT.evolve(state, paid)
    assert available_split(state) == request.split
    part = available_split(state, taken)
    assert sum(each.gross_cents for each in part) == min(taken, sum(payments))
    assert all(each.net_cents + each.vat_cents == each.gross_cents for each in part)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 90_000), min_size=2, max_size=4),
    st.lists(st.integers(1, 90_000), min_size=0, max_size=3),
    st.data(),
)
def test_no_choice_costs_less_than_the_cheapest(variants: list[int], options: list[int], data: st.DataObject) -> None:
    lines = (
        works("1000", 2000),
        *(works(str(price), 2000, choice="variant", choice_group="bois") for price in variants),
        *(works(str(price), 2000, choice="option") for price in options),
    )
    issued = only(opened(customers=(CONSUMER,)).when(quote(*lines)), QuoteIssued)
    cheapest = cheapest_choice(issued.lines)
    assert check_choice(issued.lines, cheapest) is None
    variant = data.draw(st.integers(2, 1 + len(variants)))
    ranks = range(2 + len(variants), 2 + len(variants) + len(options))
    extra = data.draw(st.sets(st.sampled_from(ranks))) if options else set()
    chosen = tuple(sorted({variant, *extra}))
    assert check_choice(issued.lines, chosen) is None
    assert total(issued.lines, cheapest) <= total(issued.lines, chosen)


def total(lines: tuple[Line, ...], chosen: tuple[int, ...]) -> int:
    """Give the total (TTC) of a choice."""
    figures = price_counted(lines, "net", None, chosen)
    assert not isinstance(figures, Refusal)
    mirror = price_counted(
        [replace(line, quantity=f"-{line.quantity}", amount_cents=-line.amount_cents) for line in lines],
        "net",
        None,
        chosen,
    )
    assert not isinstance(mirror, Refusal)
    assert mirror.totals.gross_cents == -figures.totals.gross_cents
    return figures.totals.gross_cents
