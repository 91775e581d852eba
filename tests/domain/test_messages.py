"""Messages, reminders, comments, links and copies."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.commands.messages import (
    AddComment,
    CreateLink,
    MakeCopy,
    QueueMessage,
    RecordMessageFailed,
    RecordMessageSent,
    RecordReminder,
    RevokeLink,
)
from ledger.domain.commands.parties import AddObserver, RemoveObserver, SetReminderPolicy
from ledger.domain.commands.quotes import RequestSignature, SignatoryInput
from ledger.domain.events.common import Party
from ledger.domain.events.invoices import InvoiceDisputed, NoteIssued
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.messages import (
    Addressee,
    CommentAdded,
    CopyMade,
    LinkCreated,
    LinkRevoked,
    MessageFailed,
    MessageQueued,
    MessageSent,
    ReminderSent,
)
from ledger.domain.events.parties import ReminderStep
from ledger.domain.events.payments import DepositPaid, InvoicePaid
from ledger.domain.streams.message import message_id
from tests.domain.documents import a_deposit, an_invoice
from tests.domain.world import CONSUMER, SERIES, FixedWorld, opened

INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
DEPOSIT_INVOICE = "cccccccc-0000-4000-8000-000000000002"
DEPOSIT_ID = "dddddddd-0000-4000-8000-000000000001"
PAYMENT_ID = "eeeeeeee-0000-4000-8000-000000000001"
LINK_ID = "99999999-0000-4000-8000-000000000001"
OBSERVER_ID = "99999999-0000-4000-8000-000000000002"
SIGNATURE_ID = "99999999-0000-4000-8000-000000000003"
SIGNATORY_ID = "99999999-0000-4000-8000-000000000004"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"

MESSAGE = QueueMessage(
    purpose="invoice",
    occasion=f"invoice.issued {INVOICE_ID}",
    template="invoice_fr",
    about=INVOICE_ID,
    addressee=Addressee(name="Camille Roseau", address="camille@roseau.test"),
)


@pytest.fixture
def sale() -> FixedWorld:
    return opened().given_in(INVOICE_ID, an_invoice()).given_in(DEPOSIT_ID, a_deposit())


# --- messages


def test_one_occasion_never_gets_two_messages(sale: FixedWorld) -> None:
    first = sale.play(MESSAGE)["message"]
    again = replace(MESSAGE, template="other", by="sms")
    refusal = sale.refusal(again)
    assert (refusal.code, refusal.place) == ("MESSAGE_OCCASION_TAKEN", "/occasion")
    second = sale.play(replace(MESSAGE, occasion=f"invoice.reminder 1 {INVOICE_ID}"))["message"]
    assert first != second
    assert [each.occasion for each in sale.all_of(MessageQueued)] == [
        MESSAGE.occasion,
        f"invoice.reminder 1 {INVOICE_ID}",
    ]


def test_an_occasion_stays_taken_when_its_message_was_sent_or_given_up(sale: FixedWorld) -> None:
    message = sale.play(MESSAGE)["message"]
    sale.play(RecordMessageFailed(message=message, cause="mailbox_unknown", final=True))
    assert sale.refusal(MESSAGE).code == "MESSAGE_OCCASION_TAKEN"


@given(st.text(min_size=1, max_size=300))
def test_the_id_of_a_message_has_the_form_that_streams_ask_for(occasion: str) -> None:
    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(pattern, message_id(occasion))


def test_the_id_of_a_message_never_changes_for_an_occasion() -> None:
    # printf 'sceau-message/1\ninvoice.issued 1' | sha256sum: a136c5b1b3a4 f232 6c25 9bc87481d70c, with the bits of a v4
    assert message_id("invoice.issued 1") == "a136c5b1-b3a4-4232-ac25-9bc87481d70c"


def test_a_message_is_tried_again_until_it_is_sent(sale: FixedWorld) -> None:
    message = sale.play(MESSAGE)["message"]
    sale.play(RecordMessageFailed(message=message, cause="timeout"))
    assert sale.play(RecordMessageSent(message=message, reference="250 2.0.0"))["attempt"] == 2
    assert (sale.last(MessageFailed).attempt, sale.last(MessageSent).attempt) == (1, 2)
    refusal = sale.refusal(RecordMessageSent(message=message))
    assert (refusal.code, dict(refusal.facts)) == ("MESSAGE_NOT_OPEN", {"state": "sent"})
    assert sale.refusal(RecordMessageFailed(message=UNKNOWN, cause="timeout")).code == "REFERENCE_UNKNOWN"


def test_a_message_that_cannot_be_delivered_asks_somebody_to_act(sale: FixedWorld) -> None:
    message = sale.play(MESSAGE)["message"]
    sale.play(RecordMessageFailed(message=message, cause="timeout"))
    assert sale.all_of(TaskOpened) == ()
    sale.play(RecordMessageFailed(message=message, cause="recipient_refused", final=True))
    assert [(one.code, one.about) for one in sale.all_of(TaskOpened)] == [("message_undelivered", message)]


@pytest.mark.parametrize("cause", ["not_due", "expired"])
def test_a_message_whose_purpose_has_passed_asks_nobody_to_act(sale: FixedWorld, cause: str) -> None:
    message = sale.play(MESSAGE)["message"]
    sale.play(RecordMessageFailed(message=message, cause=cause, final=True))
    assert sale.all_of(TaskOpened) == ()


# --- reminders

REMIND = RecordReminder(about=INVOICE_ID, about_kind="invoice", step=1, tone="friendly")


def test_each_step_of_the_reminders_goes_out_once(sale: FixedWorld) -> None:
    sale.play(REMIND)
    assert (sale.last(ReminderSent).due_on, sale.last(ReminderSent).step) == ("2026-12-23", 1)
    refusal = sale.refusal(REMIND)
    assert (refusal.code, dict(refusal.facts)) == ("REMINDER_ALREADY_SENT", {"step": 1})
    sale.play(replace(REMIND, step=2, tone="firm"))
    sale.play(RecordReminder(about=DEPOSIT_ID, about_kind="deposit", step=1, tone="friendly"))


def test_what_is_paid_is_not_reminded_of(sale: FixedWorld) -> None:
    came = {"payment": PAYMENT_ID, "amount_cents": 12_000, "received_on": "2026-11-23"}
    sale.given_in(INVOICE_ID, InvoicePaid(means="card", **came))  # type: ignore[arg-type] # members by name
    sale.given_in(DEPOSIT_ID, DepositPaid(means="card", **came))  # type: ignore[arg-type] # the same
    assert sale.refusal(REMIND).code == "REMINDER_NOTHING_DUE"
    assert sale.refusal(replace(REMIND, about=DEPOSIT_ID, about_kind="deposit")).code == "REMINDER_NOTHING_DUE"


def test_a_contested_invoice_is_left_alone_until_the_matter_is_settled(sale: FixedWorld) -> None:
    sale.given_in(INVOICE_ID, InvoiceDisputed(state="opened"))
    assert sale.refusal(REMIND).code == "REMINDER_DISPUTED"
    sale.given_in(INVOICE_ID, InvoiceDisputed(state="settled"))
    sale.play(REMIND)


def test_a_reminder_within_the_seven_days_would_ask_for_payment() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(payable_from="2026-12-01"))
    refusal = sale.refusal(replace(REMIND, about=DEPOSIT_ID, about_kind="deposit"))
    assert refusal.code == "PAYMENT_WITHIN_SEVEN_DAYS"


def test_a_deposit_invoice_is_reminded_of_by_what_its_deposit_leaves_to_pay(sale: FixedWorld) -> None:
    sale.given_in(DEPOSIT_INVOICE, an_invoice(kind="deposit", type_code="386", deposit=DEPOSIT_ID, n=2))
    sale.play(replace(REMIND, about=DEPOSIT_INVOICE))
    assert sale.last(ReminderSent).due_on == "2026-12-01"


def test_a_step_beyond_the_policy_is_refused(sale: FixedWorld) -> None:
    sale.play(SetReminderPolicy(about="invoice", steps=(ReminderStep(days=5, tone="friendly"),)))
    sale.play(REMIND)
    refusal = sale.refusal(replace(REMIND, step=2))
    assert (refusal.code, dict(refusal.facts)) == ("REMINDER_STEP_UNKNOWN", {"steps": 1})


def test_a_reminder_names_known_things(sale: FixedWorld) -> None:
    assert sale.refusal(replace(REMIND, message=UNKNOWN)).place == "/message"
    for kind in ("quote", "deposit", "invoice"):
        unknown = RecordReminder(about=UNKNOWN, about_kind=kind, step=1, tone="firm")
        assert sale.refusal(unknown).code == "REFERENCE_UNKNOWN"


# --- comments and links


def test_a_comment_keeps_its_words_private(sale: FixedWorld) -> None:
    sale.play(AddComment(about=INVOICE_ID, about_kind="invoice", by="client", question=True, words="Et la TVA ?"))
    added = sale.last(CommentAdded)
    assert added.texts is not None
    assert (added.question, added.texts.notes, "texts" in CommentAdded.PRIVATE) == (True, "Et la TVA ?", True)
    lost = AddComment(about=UNKNOWN, about_kind="payment", by="issuer", words="?")
    assert sale.refusal(lost).code == "REFERENCE_UNKNOWN"


LINK = CreateLink(id=LINK_ID, about=INVOICE_ID, about_kind="invoice", purpose="pay", token_digest="a" * 64)


def test_a_link_is_made_and_revoked_once(sale: FixedWorld) -> None:
    sale.play(LINK)
    assert sale.last(LinkCreated).token_digest == "a" * 64
    sale.play(RevokeLink(link=LINK_ID))
    assert sale.last(LinkRevoked).cause == "asked"
    assert sale.refusal(RevokeLink(link=LINK_ID)).code == "LINK_REVOKED"
    assert sale.refusal(RevokeLink(link=UNKNOWN)).code == "REFERENCE_UNKNOWN"


def test_a_link_serves_what_its_document_allows(sale: FixedWorld) -> None:
    assert sale.refusal(replace(LINK, purpose="sign")).code == "LINK_PURPOSE_UNFIT"
    assert sale.refusal(replace(LINK, about=UNKNOWN)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(replace(LINK, expires_at="2026-11-23T07:59:59.999999Z")).code == "EXPIRY_IN_PAST"
    sale.play(replace(LINK, purpose="observe", expires_at="2026-12-23T08:00:00.000000Z"))


def test_a_link_of_an_observer_is_that_of_one_who_follows_this_document(sale: FixedWorld) -> None:
    watch = AddObserver(id=OBSERVER_ID, about=INVOICE_ID, about_kind="invoice", party=Party(name="Dominique Laurier"))
    sale.play(watch)
    mine = replace(LINK, purpose="observe", party=OBSERVER_ID)
    sale.play(mine)
    assert sale.last(LinkCreated).party == OBSERVER_ID
    other = replace(mine, id=None, about=DEPOSIT_ID, about_kind="deposit")
    assert (sale.refusal(other).code, sale.refusal(other).place) == ("REFERENCE_UNKNOWN", "/party")
    assert sale.refusal(replace(mine, id=None, purpose="pay")).place == "/party"
    sale.play(RemoveObserver(observer=OBSERVER_ID))
    assert sale.refusal(replace(mine, id=None)).place == "/party"


def test_a_link_of_a_signatory_is_that_of_one_who_signs_this_document(sale: FixedWorld) -> None:
    signatory = SignatoryInput(id=SIGNATORY_ID, party=Party(name="Camille Roseau", email="camille@roseau.test"))
    ask = RequestSignature(id=SIGNATURE_ID, file="e" * 64, bytes=1000, role="contract", signatories=(signatory,))
    sale.play(ask)
    mine = CreateLink(
        about=SIGNATURE_ID, about_kind="signature", purpose="sign", token_digest="b" * 64, party=SIGNATORY_ID
    )
    sale.play(mine)
    assert sale.last(LinkCreated).party == SIGNATORY_ID
    assert sale.refusal(replace(mine, party=UNKNOWN)).place == "/party"
    assert sale.refusal(replace(LINK, id=None, party=SIGNATORY_ID)).place == "/party"


# --- copies


def test_copies_of_a_document_are_counted_from_one(sale: FixedWorld) -> None:
    for by in ("print", "email", "download"):
        sale.play(MakeCopy(about=INVOICE_ID, kind="invoice", by=by))
    assert [each.copy for each in sale.all_of(CopyMade)] == [1, 2, 3]
    assert sale.play(MakeCopy(about=DEPOSIT_ID, kind="deposit_request", by="print"))["copy"] == 1


def test_a_duplicate_needs_an_original(sale: FixedWorld) -> None:
    refusal = sale.refusal(MakeCopy(about=INVOICE_ID, kind="note", by="print"))
    assert (refusal.code, refusal.law) == ("COPY_OF_NOTHING", "BOI-TVA-DECLA-30-10-30 §130")
    note = NoteIssued(
        kind="services",
        series=SERIES["note"],
        n=1,
        number="N-00001",
        issued_on="2026-11-23",
        issuer_version=1,
        performed_on="2026-11-23",
        currency="EUR",
        totals=an_invoice().totals,
    )
    sale.given_in(INVOICE_ID, note).play(MakeCopy(about=INVOICE_ID, kind="note", by="print"))


def test_a_customer_can_be_commented_on(sale: FixedWorld) -> None:
    sale.play(AddComment(about=CONSUMER, about_kind="customer", by="issuer", words="Rappeler lundi."))
    assert sale.last(CommentAdded).about == CONSUMER
