"""What a customer can pay by: a provider's page, and a transfer with its reference and code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from api.payments.collecting import Collecting
from api.payments.ways import Online, Transfer
from api.settings import Settings
from ledger.domain.advances import reference_of
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.events.payments import Allocation, PaymentAnnounced
from ledger.domain.streams.invoice import INVOICE
from ledger.shell.stores.open import open_store
from tests.payments.scene import ACTOR, CUSTOMER, Scene
from tests.shell.business import PRICE_CENTS, answered, invoice, opened, profile, service_over

IBAN = "FR7630006000011234567890189"


def test_a_provider_and_a_transfer_are_offered_and_no_code_where_nobody_is_to_pay_for_good(shop: Scene) -> None:
    bank = profile()
    assert bank.details is not None
    with_iban = replace(bank, details=replace(bank.details, iban=IBAN, bic="AGRIFRPP"))
    answered(shop.service.execute(shop.ledger, with_iban, actor=ACTOR))
    online, transfer = shop.collecting.offers(shop.ledger, shop.about, "invoice")
    assert online == Online("stripe", ("card",), test_mode=True)
    assert isinstance(transfer, Transfer)
    assert (transfer.iban, transfer.bic, transfer.amount_cents) == (IBAN, "AGRIFRPP", PRICE_CENTS)
    assert transfer.training
    assert transfer.payload is None


def test_a_transfer_carries_the_documents_reference_and_what_the_bank_reads(tmp_path: Path, sqlite_url: str) -> None:
    bank = profile()
    assert bank.details is not None
    with_iban = replace(bank, details=replace(bank.details, iban=IBAN, bic="AGRIFRPP"))
    with service_over(open_store(sqlite_url, create=True), tmp_path / "keys") as service:
        ledger = opened(service).row.ledger
        answered(service.execute(ledger, with_iban))
        about = answered(service.execute(ledger, invoice())).result["invoice"]
        collecting = Collecting(service, Settings())
        (transfer,) = collecting.offers(ledger, about, "invoice")
        state = service.state(ledger, INVOICE, about)
        assert state is not None
        reference = reference_of(state.issued.number)
        assert isinstance(transfer, Transfer)
        assert transfer.payload == "\n".join(
            ("BCD", "002", "1", "SCT", "AGRIFRPP", bank.details.name, IBAN, "EUR439.00", "", reference)
        )
        (part,) = collecting.offers(ledger, about, "invoice", 10_000)
        assert isinstance(part, Transfer)
        assert part.payload is not None
        assert "EUR100.00" in part.payload
        (bare,) = collecting.offers(ledger)
        assert isinstance(bare, Transfer)
        assert (bare.reference, bare.payload, bare.iban) == (None, None, IBAN)


def test_without_an_iban_no_transfer_is_offered(shop: Scene) -> None:
    bank = profile()
    assert bank.details is not None
    answered(shop.service.execute(shop.ledger, replace(bank, details=replace(bank.details, iban=None)), actor=ACTOR))
    assert [each.kind for each in shop.collecting.offers(shop.ledger, shop.about, "invoice")] == ["online"]


def test_an_announced_transfer_is_announced_and_nothing_is_paid(shop: Scene) -> None:
    for _ in range(2):
        answered(shop.collecting.announce(shop.ledger, shop.about, "invoice", PRICE_CENTS, "press", CUSTOMER))
    announced = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, PaymentAnnounced)]
    assert [(each.means, each.reference) for each in announced] == [
        ("credit_transfer", reference_of(shop.invoice().issued.number))
    ]
    assert shop.invoice().open_cents == PRICE_CENTS
    payment = next(
        each.originator_id.partition(":")[2]
        for each in shop.service.entries(shop.ledger)
        if isinstance(each.record, PaymentAnnounced)
    )
    whole = Allocation(about=shop.about, about_kind="invoice", amount_cents=PRICE_CENTS)
    came = RecordPayment(announced=payment, means="credit_transfer", amount_cents=PRICE_CENTS, allocations=(whole,))
    answered(shop.service.execute(shop.ledger, came, actor=ACTOR))
    assert shop.invoice().open_cents == 0
