"""Requests for money in advance, and receipts: no invoices, so no VAT is told on them (CGI 283-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.domain.events.deposits import DepositRequested, ReceiptIssued
from ledger.domain.events.parties import CustomerRegistered, CustomerUpdated
from ledger.domain.events.payments import MeansCorrected, PaymentAllocated, PaymentReceived
from ledger.domain.types import AdvanceKind, CustomerKind
from ledger.shell.errors import StreamPurged
from projections.documents.builders import mentions
from projections.documents.builders.desk import Desk
from projections.documents.builders.dues import due_of
from projections.documents.builders.invoices import ask_for, entry_of, payable_words, quote_number
from projections.documents.paper import Fact, Paper, Section, Statement


def deposit_request(desk: Desk) -> Paper:
    """Say what a request for arrhes or an acompte says.

    Raises:
        NoDocument: there is none.
    """
    entry, event = desk.issued("deposit", DepositRequested)
    say, on = desk.say, date.fromisoformat(event.issued_on)
    _, profile = desk.profile_before(entry.seq)
    common = desk.common(entry, profile)
    quote = quote_number(desk, event.quote)
    asked = say.money(event.amount_cents, event.currency)
    words = (
        say(f"asks_{event.kind}_on_quote", amount=asked, number=quote)
        if quote is not None
        else say(f"asks_{event.kind}", amount=asked)
    )
    payable_from = date.fromisoformat(event.payable_from) if event.payable_from is not None else None
    ask = None
    if not desk.training:
        ask = ask_for(common["seller"], event.amount_cents, event.due_on, event.number, event.reference, payable_from)
        ask = replace(ask, when=payable_words(say, payable_from, event.due_on))
    heads = [] if payable_from is not None else [Fact(label=say("due_on"), value=say.day(event.due_on))]
    if quote is not None:
        heads.append(Fact(label=say("quote"), value=quote))
    return Paper(
        **common,
        title=say(f"title_deposit_request_{event.kind}"),
        number=event.number,
        issued_on=on,
        buyer=desk.buyer(entry, event.client, event.customer_kind),
        subject=event.texts.title if event.texts is not None else None,
        basis="gross",
        heads=tuple(heads),
        due_cents=event.amount_cents,
        ask=ask,
        statements=_statements(desk, event.kind, on, sole_trader=profile.sole_trader)
        + _ban(desk, event)
        + (Statement(code="NO_INVOICE", words=say("request_is_no_invoice")),)
        + mentions.mediator_of(profile.details, event.customer_kind, say),
        sections_before=(Section(paragraphs=(words,), code="asked"),),
        quote_number=quote,
        supply_place=event.supply_place,
    )


def _statements(desk: Desk, kind: AdvanceKind | None, on: date, *, sole_trader: bool) -> tuple[Statement, ...]:
    codes = ["TRAINING"] if desk.training else []
    codes += ["SOLE_TRADER"] if sole_trader else []
    codes += [kind.upper()] if kind is not None else []
    return mentions.statements_of(codes, on, desk.say, "consumer")


def _ban(desk: Desk, event: DepositRequested) -> tuple[Statement, ...]:
    if event.payable_from is None:
        return ()
    return (Statement(code="NO_PAYMENT_SEVEN_DAYS", words=desk.say("seven_days_until")),)


def receipt(desk: Desk) -> Paper:
    """Say what a receipt says: what came in, how, when, and what it is in law.

    Raises:
        NoDocument: there is none.
    """
    entry, event = desk.issued("receipt", ReceiptIssued)
    say, on = desk.say, date.fromisoformat(event.issued_on)
    _, profile = desk.profile_of(event.issuer_version)
    facts: list[Fact] = []
    paid = _payment(desk, event.payment)
    customer_kind: CustomerKind = "consumer"
    if paid is not None:
        received, means = paid
        customer_kind = _kind(desk, received.customer, entry.seq)
        facts.append(Fact(label=say("received_on"), value=say.day(received.received_on)))
        facts.append(Fact(label=say("means"), value=say(f"means_{means}")))
    deposit = _deposit(desk, event.deposit)
    quote = None
    if deposit is not None:
        customer_kind = deposit.customer_kind
        quote = quote_number(desk, deposit.quote)
        facts.append(Fact(label=say("received_for"), value=_named(desk, deposit)))
        if quote is not None:
            facts.append(Fact(label=say("quote"), value=quote))
    facts += _settled(desk, event, entry.seq)
    return Paper(
        **desk.common(entry, profile),
        title=say(f"title_receipt_{event.kind}" if event.kind is not None else "title_receipt"),
        number=event.number,
        issued_on=on,
        buyer=desk.buyer(entry, event.client, customer_kind),
        basis="gross",
        gross_cents=event.amount_cents,
        statements=(
            *_statements(desk, event.kind, on, sole_trader=profile.sole_trader),
            Statement(code="NO_INVOICE", words=say("receipt_is_no_invoice")),
        ),
        sections_before=(Section(facts=tuple(facts), code="received"),),
        quote_number=quote,
    )


def _settled(desk: Desk, event: ReceiptIssued, upto: int) -> list[Fact]:
    """Say which invoices the money was put to, and what remained due of each (or of the deposit) at the receipt."""
    say = desk.say
    if event.deposit is not None:
        return [Fact(label=say("receipt_remains"), value=say.money(_open(desk, event.deposit, upto), event.currency))]
    try:
        entries = desk.sources.stream(f"payment:{event.payment}")
    except StreamPurged:
        return []
    put: dict[str, int] = {}
    for each in entries:
        if each.seq < upto and isinstance(each.event, (PaymentReceived, PaymentAllocated)):
            for one in each.event.allocations:
                put[one.about] = put.get(one.about, 0) + one.amount_cents
            for one in each.event.freed if isinstance(each.event, PaymentAllocated) else ():
                put[one.about] = put.get(one.about, 0) - one.amount_cents
    facts = []
    for about in (about for about, cents in put.items() if cents > 0):
        billed = entry_of(desk, about)
        asked = _deposit(desk, about) if billed is None else None
        if asked is not None:
            facts.append(Fact(label=say("received_for"), value=_named(desk, asked)))
            facts.append(Fact(label=say("receipt_remains"), value=say.money(_open(desk, about, upto), event.currency)))
        if billed is None:
            continue
        number = say(f"subject_{'deposit_invoice' if billed[1].kind == 'deposit' else 'invoice'}",
                     number=billed[1].number)  # fmt: skip
        named = say("named_of_day", name=number, day=say.day(billed[1].issued_on))
        facts.append(Fact(label=say("received_for"), value=named))
        facts.append(Fact(label=say("receipt_remains"), value=say.money(_open(desk, about, upto), event.currency)))
    return facts


def _open(desk: Desk, about: str, upto: int) -> int:
    try:
        due = due_of(desk, about, upto)
    except StreamPurged:
        return 0
    return due.open_cents if due is not None else 0


def _named(desk: Desk, deposit: DepositRequested) -> str:
    say, name = desk.say, desk.say(f"advance_{deposit.kind}")
    if deposit.number is None:
        return name
    return say("prepaid_named", name=name, number=deposit.number, day=say.day(deposit.issued_on))


def _kind(desk: Desk, customer: str | None, before: int) -> CustomerKind:
    """Give what the payer was when the receipt was issued; somebody who is not registered is a consumer."""
    if customer is None:
        return "consumer"
    known = (each for each in reversed(desk.sources.stream(f"customer:{customer}")) if each.seq < before)
    found = next((each.event for each in known if isinstance(each.event, (CustomerRegistered, CustomerUpdated))), None)
    return found.kind if found is not None else "consumer"


def _payment(desk: Desk, payment: str) -> tuple[PaymentReceived, str] | None:
    """Give the payment and its means as corrected before the receipt; None when its entries were purged."""
    try:
        entries = desk.sources.stream(f"payment:{payment}")
    except StreamPurged:
        return None
    found = desk.first(entries, PaymentReceived)
    if found is None:
        return None
    means: str = found[1].means
    receipt_at = desk.issued("receipt", ReceiptIssued)[0].seq
    for each in entries:
        if isinstance(each.event, MeansCorrected) and each.seq < receipt_at:
            means = each.event.means
    return found[1], means


def _deposit(desk: Desk, deposit: str | None) -> DepositRequested | None:
    if deposit is None:
        return None
    try:
        found = desk.begun("deposit", deposit, DepositRequested)
    except StreamPurged:
        return None
    return found[1] if found is not None else None
