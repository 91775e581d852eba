"""A bank's file against a real ledger: what is certain is recorded once, and a person does the rest."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.bank import Applied, Bank, Reading
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.payments import RecordPayout, RecordPayoutReturn
from ledger.domain.commands.sales import IssueInvoice, RequestDeposit
from ledger.domain.events.common import Address, Party
from ledger.domain.events.payments import PaymentReceived, StatementImported
from ledger.domain.refusals import Refusal
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.open import open_store
from projections.engine.engine import Engine
from projections.engine.rows.memory import MemoryRows
from tests.projections.bank.statements import Ntry, Tx, camt
from tests.shell.business import PRICE_CENTS, HandClock, answered, invoice, opened, payment, service_over

PRICE = f"{PRICE_CENTS / 100:.2f}"
DAY = "2026-11-23"


class Shop:
    """A business with open documents and a bank."""

    def __init__(self, store: Any, keys: Path) -> None:
        self.service: Service = service_over(store, keys, HandClock())
        self.ledger = opened(self.service).row.ledger
        self.engine = Engine(store, MemoryRows(), self.service.clock.now)
        self.bank = Bank(self.service, self.engine)
        party = Party(
            name="Camille Exemple", address=Address(lines=("3 quai du Lierre",), postcode="69005", city="Lyon")
        )
        self.customer = self.run(RegisterCustomer(kind="consumer", party=party))["customer"]

    def run(self, command: Any) -> dict[str, Any]:
        return dict(answered(self.service.execute(self.ledger, command, actor="user:owner")).result)

    def invoice(self, **members: Any) -> dict[str, Any]:
        asked: IssueInvoice = invoice(client=None, customer=self.customer, **members)
        return self.run(asked)

    def apply(self, data: bytes, **asked: Any) -> Applied:
        done = self.bank.apply(self.ledger, data, actor="user:owner", **asked)
        assert isinstance(done, Applied), done
        return done

    def open_cents(self, identifier: str) -> int:
        state = self.service.state(self.ledger, INVOICE, identifier)
        assert state is not None
        return state.open_cents

    def events(self, *types: str) -> list[Any]:
        return [each.record for each in self.service.entries(self.ledger, types=types)]

    def close(self) -> None:
        self.engine.close()
        self.service.close()


@pytest.fixture(params=["memory", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    store = MemoryStore() if request.param == "memory" else open_store(f"sqlite:///{tmp_path}/s.db", create=True)
    made = Shop(store, tmp_path / "keys")
    yield made
    made.close()


def verdicts(done: Applied | Reading) -> list[str]:
    reading = done.reading if isinstance(done, Applied) else done
    return [each.verdict for each in reading.proposals]


def credit(amount: str = PRICE, **words: Any) -> Ntry:
    return Ntry(amount=amount, booked=DAY, value=DAY, parts=(Tx(amount=amount, **words),))


def test_reading_says_what_lines_may_be_and_writes_nothing(shop: Shop) -> None:
    number = shop.invoice()["number"]
    before = shop.service.store.head(shop.ledger)
    found = shop.bank.read(shop.ledger, camt(credit(text=number), credit("1.00")))
    assert isinstance(found, Reading)
    assert verdicts(found) == ["certain", "unknown"]
    assert shop.service.store.head(shop.ledger) == before


def test_what_is_certain_is_recorded_with_its_value_date_reference_and_file(shop: Shop) -> None:
    made = shop.invoice()
    deposit = shop.run(RequestDeposit(customer=shop.customer, amount_cents=12_000, rate_bp=2000, nature="services"))
    data = camt(
        credit(text=f"Facture {made['number']}", end_to_end="E2E-7", payer="Camille Exemple"),
        credit("120.00", structured=deposit["reference"]),
    )
    done = shop.apply(data)
    assert verdicts(done) == ["certain", "certain"]
    assert shop.open_cents(made["invoice"]) == 0
    state = shop.service.state(shop.ledger, DEPOSIT, deposit["deposit"])
    assert state is not None
    assert state.paid_cents == 12_000
    first, second = shop.events(PaymentReceived.TYPE)
    assert (first.received_on, first.reference, first.means) == (DAY, "E2E-7", "credit_transfer")
    assert first.statement == done.reading.file.digest == second.statement
    assert first.payer is not None
    assert first.payer.name == "Camille Exemple"
    (told,) = shop.events(StatementImported.TYPE)
    assert (told.entries, told.matched, told.ambiguous, told.statement_reference) == (2, 2, 0, "REL-1")


def test_no_name_or_text_of_the_bank_stands_in_an_entry_in_clear(shop: Shop) -> None:
    number = shop.invoice()["number"]
    shop.apply(camt(credit(text=f"{number} Zebulon", payer="Melchior Zebulon"), credit("3.00", payer="Zebulon")))
    assert all(b"Zebulon" not in line.line for line in shop.service.store.lines(shop.ledger))


def test_the_same_lines_are_recorded_once_from_whatever_file(shop: Shop) -> None:
    made = shop.invoice()
    shop.invoice()  # another of the same amount stays open
    entry = Ntry(
        amount=PRICE, booked=DAY, value=DAY, bank_reference="BNK-9", parts=(Tx(amount=PRICE, text=made["number"]),)
    )
    assert verdicts(shop.apply(camt(entry, message="054", version="02"))) == ["certain"]
    for data in (camt(entry, message="054", version="02"), camt(entry), camt(entry, version="13", identifier="REL-2")):
        assert verdicts(shop.apply(data, likely=True)) == ["recorded"]
    assert len(shop.events(PaymentReceived.TYPE)) == 1


def test_two_who_apply_the_same_file_at_once_record_it_once(shop: Shop) -> None:
    numbers = [shop.invoice()["number"] for _ in range(6)]
    data = camt(*(credit(text=number) for number in numbers))
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: shop.bank.apply(shop.ledger, data, actor="user:owner"), range(4)))
    assert all(isinstance(each, Applied) for each in done)
    assert len(shop.events(PaymentReceived.TYPE)) == 6
    assert sum(each.amount_cents for each in shop.events(PaymentReceived.TYPE)) == 6 * PRICE_CENTS


def test_a_run_cut_short_is_finished_by_the_next(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [shop.invoice()["number"] for _ in range(4)]
    data = camt(*(credit(text=number) for number in numbers))
    execute = shop.service.execute
    asked = 0

    def breaks(*words: Any, **named: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise RuntimeError("the power went")
        return execute(*words, **named)

    with monkeypatch.context() as patched:
        patched.setattr(shop.service, "execute", breaks)
        with pytest.raises(RuntimeError):
            shop.apply(data)
    assert verdicts(shop.apply(data)) == ["recorded", "recorded", "certain", "certain"]
    assert len(shop.events(PaymentReceived.TYPE)) == 4
    (told,) = shop.events(StatementImported.TYPE)
    assert (told.entries, told.matched) == (4, 4)


def test_what_is_likely_waits_for_a_word(shop: Shop) -> None:
    made = shop.invoice()
    data = camt(credit(payer="EXEMPLE CAMILLE"))
    assert verdicts(shop.apply(data)) == ["likely"]
    assert shop.open_cents(made["invoice"]) == PRICE_CENTS
    shop.apply(data, likely=True)
    assert shop.open_cents(made["invoice"]) == 0
    assert [(each.matched, each.ambiguous) for each in shop.events(StatementImported.TYPE)] == [(0, 1), (1, 0)]


def test_a_person_chooses_between_two_that_fit(shop: Shop) -> None:
    first, second = shop.invoice(), shop.invoice()
    data = camt(credit(payer="Camille Exemple"))
    assert verdicts(shop.apply(data, likely=True)) == ["ambiguous"]
    shop.apply(data, chosen={1: second["number"]})
    assert (shop.open_cents(first["invoice"]), shop.open_cents(second["invoice"])) == (PRICE_CENTS, 0)


@pytest.mark.parametrize(
    ("chosen", "code"), [({9: "F-00001"}, "STATEMENT_LINE_UNKNOWN"), ({1: "F-99999"}, "STATEMENT_CHOICE_NOT_OPEN")]
)
def test_a_choice_that_is_none_is_refused_and_nothing_is_recorded(
    shop: Shop, chosen: dict[int, str], code: str
) -> None:
    number = shop.invoice()["number"]
    refused = shop.bank.apply(shop.ledger, camt(credit(text=number)), actor="user:owner", chosen=chosen)
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert shop.events(PaymentReceived.TYPE, StatementImported.TYPE) == []


def test_more_than_is_due_is_recorded_when_asked_for_and_flagged(shop: Shop) -> None:
    made = shop.invoice()
    more = f"{(PRICE_CENTS + 1_000) / 100:.2f}"
    done = shop.apply(camt(credit(more, structured=made["number"])), likely=True)
    assert verdicts(done) == ["likely"]
    assert done.recorded[0].flags == ("overpaid",)
    (received,) = shop.events(PaymentReceived.TYPE)
    assert (received.unallocated_cents, shop.open_cents(made["invoice"])) == (1_000, 0)


def test_money_recorded_by_hand_is_seen_and_not_recorded_again(shop: Shop) -> None:
    made = shop.invoice()
    hand = payment(made["invoice"])
    shop.run(type(hand)(means="credit_transfer", amount_cents=hand.amount_cents, allocations=hand.allocations))
    assert verdicts(shop.apply(camt(credit(text=made["number"])), likely=True)) == ["seen"]
    assert len(shop.events(PaymentReceived.TYPE)) == 1


def test_what_the_provider_paid_out_drew_and_gave_back_is_seen_and_not_recorded_again(shop: Shop) -> None:
    for reference, gross, fee in (("po_1", 12_000, 0), ("po_2", -5_000, 245)):
        shop.run(RecordPayout(provider="stripe", provider_reference=reference, gross_cents=gross, fee_cents=fee))
        shop.run(RecordPayoutReturn(provider="stripe", provider_reference=reference))
    moves = (("120.00", True), ("120.00", False), ("52.45", False), ("52.45", True), ("52.46", False))
    entries = (
        Ntry(amount=amount, credit=came, booked=DAY, value=DAY, parts=(Tx(amount=amount),)) for amount, came in moves
    )
    found = shop.bank.read(shop.ledger, camt(*entries))
    assert isinstance(found, Reading)
    assert verdicts(found) == ["seen", "seen", "seen", "seen", "paid_out"]


def test_a_rejected_debit_takes_its_payment_back_once(shop: Shop) -> None:
    made = shop.invoice()
    came = Ntry(amount=PRICE, booked=DAY, value=DAY, family="IDDT",
                parts=(Tx(amount=PRICE, text=made["number"], end_to_end="SDD-1"),))  # fmt: skip
    back = Ntry(amount=PRICE, booked=DAY, value=DAY, credit=False, family="IDDT",
                parts=(Tx(amount=PRICE, end_to_end="SDD-1", reason="AM04"),))  # fmt: skip
    shop.apply(camt(came))
    assert shop.open_cents(made["invoice"]) == 0
    done = shop.apply(camt(back, identifier="REL-2"))
    assert verdicts(done) == ["returned"]
    assert done.recorded[0].reversed_payment is not None
    assert shop.open_cents(made["invoice"]) == PRICE_CENTS
    assert verdicts(shop.apply(camt(back, identifier="REL-2"))) == ["recorded"]
    assert len(shop.events("payment.reversed/1")) == 1
