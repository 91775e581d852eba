"""Reminders: by the policy, once for each step, only the latest after a stop, never when nothing may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.messages.recipients import business_language
from api.messages.reminding import READY_MADE, due_step
from ledger.domain.commands.parties import AddObserver, RecordConsent, SetReminderPolicy
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.sales import DisputeInvoice, SendInvoice
from ledger.domain.events.common import Party
from ledger.domain.events.parties import ReminderStep
from ledger.domain.events.payments import Allocation
from ledger.shell.people import RoleHeld, User
from tests.messages.scene import CUSTOMER, Scene, customer, scene
from tests.messages.test_following import AUNT, BUSINESS, CLIENT, invoiced, quoted, signed, told

DUE, SET, ISSUED = date(2026, 12, 1), date(2026, 11, 1), date(2026, 11, 2)
STEPS = READY_MADE["invoice"]


def step(today: date, sent: tuple[int, ...] = (), set_on: date = SET, issued_on: date = ISSUED) -> int | None:
    return due_step(STEPS, DUE, today, set_on=set_on, issued_on=issued_on, sent=sent)


def test_each_step_comes_due_on_its_day() -> None:
    days = {date(2026, 11, 27): None, date(2026, 11, 28): 1, date(2026, 12, 5): None, date(2026, 12, 6): 2,
            date(2026, 12, 16): 3, date(2026, 12, 31): 4}  # fmt: skip
    sent: list[int] = []
    for today, wanted in days.items():
        assert step(today, tuple(sent)) == wanted
        if wanted is not None:
            sent.append(wanted)


def test_after_a_stop_only_the_latest_step_is_sent() -> None:
    assert step(date(2027, 1, 20)) == 4
    assert step(date(2027, 1, 20), (4,)) is None
    assert step(date(2026, 12, 20), (1,)) == 3


def test_what_came_before_the_policy_or_the_document_is_of_the_past() -> None:
    assert step(date(2027, 1, 20), set_on=date(2027, 1, 1)) is None
    assert step(date(2026, 11, 28), issued_on=date(2026, 11, 28)) is None


def test_a_step_before_the_due_day_is_not_sent_after_it() -> None:
    steps = (ReminderStep(days=-3, tone="friendly"),)
    assert due_step(steps, DUE, DUE, set_on=SET, issued_on=ISSUED) == 1
    assert due_step(steps, DUE, DUE + timedelta(days=1), set_on=SET, issued_on=ISSUED) is None


@given(st.lists(st.integers(-30, 60), unique=True, max_size=6), st.integers(-40, 80), st.sets(st.integers(1, 6)))
def test_no_step_is_ever_sent_twice_or_before_its_day(days: list[int], today: int, sent: set[int]) -> None:
    steps = tuple(ReminderStep(days=one, tone="friendly") for one in sorted(days))
    found = due_step(steps, DUE, DUE + timedelta(days=today), set_on=SET, issued_on=ISSUED, sent=tuple(sent))
    if found is not None:
        assert found not in sent
        assert steps[found - 1].days <= today


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        found.execute(customer())
        for about, steps in READY_MADE.items():
            found.execute(SetReminderPolicy(about=about, steps=steps))  # type: ignore[arg-type] # the three kinds
        yield found


def subjects(shop: Scene) -> list[str]:
    return [subject for to, subject in told(shop) if to != BUSINESS]


def test_an_invoice_is_reminded_of_before_and_after_its_day_until_it_is_paid(shop: Scene) -> None:
    invoice = invoiced(shop, due_on="2026-11-30")
    assert subjects(shop) == []
    shop.later(days=4)
    assert subjects(shop) == ["Facture F-00001\u00a0: échéance le 30/11/2026"]
    assert subjects(shop) == []
    shop.later(days=8)
    assert subjects(shop) == ["Rappel\u00a0: facture F-00001"]
    assert "reminder.sent/1" in shop.all_types()
    allocation = Allocation(about=invoice, about_kind="invoice", amount_cents=12_000)
    shop.execute(RecordPayment(means="card", amount_cents=12_000, allocations=(allocation,)))
    assert subjects(shop) == ["Paiement reçu\u00a0: 120,00\u00a0€"]
    shop.later(days=40)
    assert subjects(shop) == []


def test_a_reminder_names_its_message_in_the_chain(shop: Scene) -> None:
    invoice = invoiced(shop, due_on="2026-11-30")
    shop.later(days=4)
    subjects(shop)
    (event,) = [one.record for one in shop.service.stream(shop.ledger, f"reminder:{invoice}")]
    assert event.message is not None
    assert shop.row(event.message).template == "reminder_invoice_friendly"


def test_nobody_is_reminded_before_the_morning(shop: Scene) -> None:
    invoiced(shop, due_on="2026-11-30")
    shop.later(days=3, hours=16)  # 27 November, 2 h in Paris
    assert subjects(shop) == []
    shop.later(hours=8)
    assert len(subjects(shop)) == 1


def test_a_contested_invoice_is_left_alone_until_it_is_settled(shop: Scene) -> None:
    invoice = invoiced(shop, due_on="2026-11-30")
    shop.execute(DisputeInvoice(invoice=invoice, state="opened"))
    shop.later(days=13)
    assert subjects(shop) == []
    shop.execute(DisputeInvoice(invoice=invoice, state="settled"))
    shop.later(days=1)
    assert subjects(shop) == ["Rappel\u00a0: facture F-00001"]


def test_within_seven_days_of_an_off_premises_contract_no_money_is_asked_for(shop: Scene) -> None:
    quote = quoted(shop, channel="off_premises")
    signed(shop, quote)
    subjects(shop)
    shop.later(days=6)
    assert subjects(shop) == []


def test_a_quote_is_reminded_of_before_it_ends_and_not_after_it_is_signed(shop: Scene) -> None:
    quote = quoted(shop, valid_until="2026-12-10")
    other = quoted(shop, valid_until="2026-12-10")
    signed(shop, other)
    subjects(shop)
    shop.later(days=13)
    assert [one for one in subjects(shop) if "attend" in one] == ["Votre devis D-00001 vous attend"]
    del quote


def test_a_customer_who_wants_no_messages_gets_no_reminder(shop: Scene) -> None:
    invoice = invoiced(shop, due_on="2026-11-30")
    shop.execute(RecordConsent(customer=CUSTOMER, subject="messages", given=False))
    shop.later(days=4)
    assert subjects(shop) == []
    shop.execute(SendInvoice(invoice=invoice, by="email"))
    assert subjects(shop) == ["Votre facture F-00001"]


def test_observers_get_a_copy_where_the_policy_says_so(shop: Scene) -> None:
    steps = (ReminderStep(days=5, tone="firm", to="client_and_observers"),)
    shop.execute(SetReminderPolicy(about="invoice", steps=steps))
    invoice = invoiced(shop, due_on="2026-11-30")
    shop.execute(AddObserver(about=invoice, about_kind="invoice", party=Party(name="Tante Anne", email=AUNT)))
    told(shop)
    shop.later(days=12)
    assert [to for to, _ in told(shop) if to != BUSINESS] == [CLIENT, AUNT]


def test_two_processes_remind_once(shop: Scene) -> None:
    invoiced(shop, due_on="2026-11-30")
    shop.later(days=4)
    shop.follow()
    other = shop.other_follower()
    other._daily = shop.follower._daily
    other.run(lambda: True)
    assert len(subjects(shop)) == 1


def test_the_digest_is_in_the_language_of_who_reads_it(shop: Scene) -> None:
    people = shop.service.store.side().people()
    owner = User("ada", "ada@example.com", "Ada", "en", "2026-01-01T00:00:00.000000Z")
    people.add_user(owner)
    people.set_role(RoleHeld(shop.ledger, "ada", "owner"))
    quote = quoted(shop)
    told(shop)
    deposit = signed(shop, quote)["deposits"][0]
    allocation = Allocation(about=deposit, about_kind="deposit", amount_cents=33_000)
    shop.execute(RecordPayment(means="card", amount_cents=33_000, allocations=(allocation,)))
    shop.later(days=1)
    (subject,) = [subject for _, subject in told(shop) if subject.startswith("Your day")]
    assert subject == "Your day: 1 signed, 1 payment"
    words = shop.box.mails()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one
    assert "Quote signed: D-00001 (Jeanne Dupré)" in words
    assert "Received: €330.00 (1 payment)" in words
    people.add_user(replace(owner, user="leo", email="bonjour@legall.example", language="fr"))
    assert business_language(shop.service, shop.ledger, "bonjour@legall.example") == "en"  # has no role here
    people.set_role(RoleHeld(shop.ledger, "leo", "accountant"))
    assert business_language(shop.service, shop.ledger, "Bonjour@LeGall.example") == "fr"
    assert business_language(shop.service, shop.ledger, "") == "en"
    people.set_role(RoleHeld(shop.ledger, "leo", "owner"))
    assert business_language(shop.service, shop.ledger, "") == "fr"  # the owners do not agree


def test_the_digest_tells_the_day_once_and_nothing_when_there_is_nothing(shop: Scene) -> None:
    quote = quoted(shop)
    told(shop)  # the first look: what was before is no news
    deposit = signed(shop, quote)["deposits"][0]
    allocation = Allocation(about=deposit, about_kind="deposit", amount_cents=33_000)
    shop.execute(RecordPayment(means="card", amount_cents=33_000, allocations=(allocation,)))
    shop.later(days=1)
    (subject,) = [subject for _, subject in told(shop) if subject.startswith("Votre journée")]
    assert subject == "Votre journée\u00a0: 1 signé, 1 paiement"
    words = shop.box.mails()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one
    assert "Devis signé : D-00001 (Jeanne Dupré)" in words
    assert "Reçu : 330,00" in words
    assert told(shop) == []
    shop.later(days=1)
    assert [subject for _, subject in told(shop) if subject.startswith("Votre journée")] == []
