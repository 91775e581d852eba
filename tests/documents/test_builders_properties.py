"""Sales in any order: every document they leave can be told, its figures hold, and accounts agree with the domain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.payment import PAYMENT
from projections.documents.builders import NoDocument, Wanted, paper_of
from projections.documents.builders.accounts import account_of
from projections.documents.builders.desk import Desk
from projections.documents.paper import DocumentKind, Paper
from projections.documents.sources import ListedSources
from tests.documents.selling import sources_of
from tests.documents.test_builders import check_figures
from tests.domain.test_whole_sale import CHECKS, PHASES, SECRETS
from tests.domain.test_whole_sale import Sale as AnySale
from tests.domain.world import CUSTOMERS, FixedWorld

KINDS: dict[str, tuple[DocumentKind, ...]] = {
    "quote": ("quote",),
    "deposit": ("deposit_request", "payment_request"),
    "invoice": ("invoice", "deposit_invoice", "payment_request"),
    "credit_note": ("credit_note",),
    "note": ("note",),
    "receipt": ("receipt",),
    "signature": ("evidence",),
}
"""What each kind of stream may leave."""

SILENT = {"nothing_due", "other_kind"}


class PaperedSale(AnySale):
    """The domain's sale in any order, at whose end every document is told."""

    def teardown(self) -> None:
        sources = sources_of(self.sale)
        for told in documents(sources):
            check_figures(told)
            consumer = told.buyer is not None and told.buyer.kind == "consumer"
            assert not (consumer and told.recovery_indemnity_cents)
        check_accounts(self.sale, sources)


def documents(sources: ListedSources) -> Iterator[Paper]:
    """Every document of a ledger, in French and English by turns; a failure names no person."""
    streams = dict.fromkeys(each.stream for each in sources.of_types([each.event.TYPE for each in sources._entries]))
    for rank, stream in enumerate(streams):
        kind, _, about = stream.partition(":")
        for wanted in KINDS.get(kind, ()):
            try:
                yield paper_of(sources, Wanted(kind=wanted, about=about, language="en" if rank % 2 else "fr"))
            except NoDocument as none:
                if none.reason not in SILENT or any(secret in str(none) for secret in SECRETS):
                    raise


def check_accounts(world: FixedWorld, sources: ListedSources) -> None:
    """Hold each customer's balance against what the streams' own states say is owed and held."""
    for customer in CUSTOMERS:
        desk = Desk(sources, Wanted(kind="statement", about=customer))
        account = account_of(desk, customer, sources.upto)
        assert account.balance_cents == owed_by_states(world, account.numbers, account.payments)
        told = paper_of(sources, Wanted(kind="statement", about=customer))
        assert (told.due_cents or 0) == max(0, account.balance_cents)


def owed_by_states(world: FixedWorld, documents: dict[str, str], payments: dict[str, int]) -> int:
    owed = 0
    for stream in documents:
        kind, _, about = stream.partition(":")
        if kind == "invoice":
            invoice = world.state(INVOICE, about)
            assert invoice is not None
            owed += invoice.open_cents + invoice.penalty_cents + invoice.indemnity_cents
        elif kind == "deposit":
            deposit = world.state(DEPOSIT, about)
            assert deposit is not None
            owed -= deposit.available_cents + deposit.indemnity_due_cents
        else:
            note = world.state(CREDIT_NOTE, about)
            assert note is not None
            owed -= note.open_cents
    for stream in payments:
        payment = world.state(PAYMENT, stream.partition(":")[2])
        assert payment is not None
        owed -= payment.unallocated_cents
    return owed


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        PaperedSale,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=PHASES,
            suppress_health_check=CHECKS,
        ),
    )


def test_every_document_of_sales_in_any_order_is_told() -> None:
    play(examples=40, steps=30)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_document_of_sales_in_any_order_is_told_at_length() -> None:
    play(examples=600, steps=60)
