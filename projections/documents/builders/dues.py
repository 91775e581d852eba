"""What is still due of a document, as of an entry: payment requests and reminder letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from ledger.domain.events.common import Party
from ledger.domain.events.deposits import DepositRequested
from ledger.domain.events.invoices import (
    EarlyDiscountLost,
    EarlyDiscountTaken,
    InvoiceCredited,
    InvoiceIssued,
    PenaltyCharged,
    WrittenOff,
)
from ledger.domain.events.messages import ReminderSent
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.payments import Settlement, Unsettlement
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.types import CustomerKind
from projections.documents.builders import mentions
from projections.documents.builders.desk import Desk
from projections.documents.builders.invoices import advance_kinds, ask_for, payable_words
from projections.documents.paper import Ask, Buyer, Fact, Grid, Paper, Section, Seller, Statement
from projections.documents.sources import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is still to be paid of one document, and how it came to that.

    `rows` are day, words and amount.
    """

    entry: Recorded
    number: str | None
    issued_on: str
    due_on: str
    client: Party | None
    customer_kind: CustomerKind
    open_cents: int
    rows: tuple[tuple[str, str, int], ...]
    kind: Literal["invoice", "deposit_invoice", "deposit"]
    reference: str | None = None
    payable_from: str | None = None
    late_penalty_bp: int | None = None
    recovery_indemnity_cents: int = 0
    claims: tuple[PenaltyCharged, ...] = ()
    """Penalties and indemnity claimed from a business or public customer: they come on top, with rows of their own."""

    @property
    def claimed_cents(self) -> int:
        """The penalties and indemnity claimed so far."""
        return sum(each.penalty_cents + each.indemnity_cents for each in self.claims)

    @property
    def total_cents(self) -> int:
        """What is to be paid in all."""
        return self.open_cents + self.claimed_cents

    @property
    def billed(self) -> bool:
        """Whether it is an invoice: penalties follow one, not a request."""
        return self.kind != "deposit"


def due_of(desk: Desk, about: str, upto: int) -> Due | None:
    """Give what is due of an invoice, of a deposit invoice (on its deposit) or of a deposit request, as of an entry.

    None when there is no such document, or nothing is due of it.
    """
    entries = _before(desk, f"invoice:{about}", upto)
    issued = desk.first(entries, InvoiceIssued)
    if issued is not None:
        if issued[1].kind == "deposit" and issued[1].deposit is not None:
            return _of_deposit(desk, issued[1].deposit, upto, issued, _claims(entries))
        return _of_invoice(desk, issued[0], issued[1], entries)
    return _of_deposit(desk, about, upto)


def _before(desk: Desk, stream: str, upto: int) -> tuple[Recorded, ...]:
    return tuple(each for each in desk.sources.stream(stream) if each.seq <= upto)


def _of_invoice(desk: Desk, entry: Recorded, event: InvoiceIssued, entries: tuple[Recorded, ...]) -> Due | None:
    say = desk.say
    state = INVOICE.start()
    for each in entries:
        state = INVOICE.evolve(state, each.event)
    if not state.open_cents:
        return None
    key = "row_invoice" if any(row.category == "S" for row in event.vat) else "row_invoice_untaxed"
    rows = [(event.issued_on, say(key, number=event.number), event.totals.gross_cents)]
    for one, kind in zip(event.prepaid, advance_kinds(desk, event.prepaid), strict=True):
        name = say(f"advance_{kind or 'deposit'}")
        name = f"{name} {one.number}" if one.number is not None else name
        words = say("row_prepaid", name=name, day=say.day(one.paid_on))
        rows.append((event.issued_on, words, -one.amount_cents))
        if one.interest_cents:
            rows.append((event.issued_on, say("row_interest"), -one.interest_cents))
    rows += [row for each in entries if (row := _row(desk, each)) is not None]
    return Due(
        entry=entry,
        number=event.number,
        issued_on=event.issued_on,
        due_on=event.due_on,
        client=event.client,
        customer_kind=event.customer_kind,
        open_cents=state.open_cents,
        rows=tuple(rows),
        kind="invoice",
        late_penalty_bp=event.late_penalty_bp,
        recovery_indemnity_cents=event.recovery_indemnity_cents,
        claims=_claims(entries) if event.customer_kind != "consumer" else (),
    )


def _claims(entries: Sequence[Recorded]) -> tuple[PenaltyCharged, ...]:
    """Give the penalties and indemnity already claimed: they come on top, no payment is put to them."""
    return tuple(each.event for each in entries if isinstance(each.event, PenaltyCharged))


def _row(desk: Desk, each: Recorded) -> tuple[str, str, int] | None:
    """Give the row of what moved the amount due, or None."""
    say, event = desk.say, each.event
    on = desk.local_day(each.at).isoformat()
    match event:
        case Settlement():
            return event.received_on, say("row_paid", means=say(f"means_{event.means}")), -event.amount_cents
        case Unsettlement():
            return event.on, say(f"row_unpaid_{event.cause}"), event.amount_cents
        case InvoiceCredited():
            return on, say("row_credited", number=event.number), -event.settles_cents
        case EarlyDiscountTaken():
            return on, say("row_early_discount"), -event.amount_cents
        case EarlyDiscountLost():
            return on, say("row_early_discount_lost"), event.amount_cents
        case WrittenOff():
            return on, say("row_written_off"), -event.amount_cents
        case _:
            return None


def _of_deposit(
    desk: Desk,
    deposit: str,
    upto: int,
    invoiced: tuple[Recorded, InvoiceIssued] | None = None,
    claims: tuple[PenaltyCharged, ...] = (),
) -> Due | None:
    say = desk.say
    entries = _before(desk, f"deposit:{deposit}", upto)
    found = desk.first(entries, DepositRequested)
    if found is None:
        return None
    entry, asked = found
    state = DEPOSIT.start()
    for each in entries:
        state = DEPOSIT.evolve(state, each.event)
    if not state.to_pay_cents or state.cancelled:
        return None
    number, issued_on, client = asked.number, asked.issued_on, asked.client
    bill = invoiced[1] if invoiced is not None else None
    if invoiced is not None and bill is not None:
        entry, number, issued_on, client = invoiced[0], bill.number, bill.issued_on, bill.client
    words = say("row_deposit", kind=say(f"advance_{asked.kind}"), number=number or "")
    rows = [(issued_on, words, asked.amount_cents)]
    rows += [row for each in entries if (row := _row(desk, each)) is not None]
    return Due(
        entry=entry,
        number=number,
        issued_on=issued_on,
        due_on=asked.due_on,
        client=client,
        customer_kind=asked.customer_kind,
        open_cents=state.to_pay_cents,
        rows=tuple(rows),
        kind="deposit_invoice" if bill is not None else "deposit",
        reference=asked.reference,
        payable_from=asked.payable_from,
        late_penalty_bp=bill.late_penalty_bp if bill is not None else None,
        recovery_indemnity_cents=bill.recovery_indemnity_cents if bill is not None else 0,
        claims=claims if asked.customer_kind != "consumer" else (),
    )


def grid_of(desk: Desk, due: Due) -> Grid:
    """Give the table of what is due: how the principal came about, by day, then what was claimed on top."""
    say = desk.say
    rows = [(say.day(on), words, say.money(cents)) for on, words, cents in sorted(due.rows, key=lambda row: row[0])]
    if due.claims:
        rows.append(("", say("row_principal"), say.money(due.open_cents)))
    for each in due.claims:
        if each.penalty_cents:
            late = say("days_one" if each.days_late == 1 else "days_many", count=say.number(each.days_late))
            words = say("row_penalty", rate=say.percent(each.rate_bp), days=late)
            rows.append((say.day(each.upto), words, say.money(each.penalty_cents)))
        if each.indemnity_cents:
            rows.append((say.day(each.upto), say("row_indemnity"), say.money(each.indemnity_cents)))
    return Grid(
        head=(say("col_date"), say("col_what"), say("col_amount")),
        rows=tuple(rows),
        align="llr",
        widths=(18, 60, 22),
        total=("", say("total_due" if due.claims else "still_due"), say.money(due.total_cents)),
    )


# --- the payment request


def payment_request(desk: Desk) -> Paper:
    """Say what is still due of an invoice or a deposit, as of an entry.

    Raises:
        NoDocument: there is no such document, or nothing is due of it (`nothing_due`).
    """
    told = desk.told()
    due = due_of(desk, desk.wanted.about, told.seq)
    if due is None:
        raise desk.nothing("nothing_due")
    _, profile = desk.profile_before(told.seq + 1)
    common = desk.common(told, profile) | {"salt": desk.salt(due.entry)}
    say, on = desk.say, desk.local_day(told.at)
    paragraphs = [say("request_words", document=_named(desk, due), day=say.day(due.issued_on))]
    if due.claims:
        paragraphs.append(say("claimed_words", amount=say.money(due.claimed_cents)))
    return Paper(
        **common,
        title=say("title_payment_request"),
        number=None,
        issued_on=on,
        buyer=_buyer(desk, due),
        subject=_subject(desk, due),
        basis="gross",
        heads=_heads(desk, due, on),
        due_cents=due.total_cents,
        ask=_ask(desk, due, common["seller"], on),
        statements=(
            *_training(desk, on),
            Statement(code="NO_INVOICE", words=say("request_is_no_invoice")),
        ),
        sections_before=(Section(paragraphs=tuple(paragraphs), grid=grid_of(desk, due), code="due"),),
    )


def _buyer(desk: Desk, due: Due) -> Buyer:
    return desk.buyer(due.entry, due.client, due.customer_kind)


def _named(desk: Desk, due: Due) -> str:
    return desk.say(f"named_{due.kind}", number=due.number or "").rstrip()


def _subject(desk: Desk, due: Due) -> str:
    """Name the document that is spoken of: its number is not this paper's."""
    words = desk.say(f"subject_{due.kind}", number=due.number or "").rstrip()
    return desk.say("named_of_day", name=words, day=desk.say.day(due.issued_on))


def _heads(desk: Desk, due: Due, on: date) -> tuple[Fact, ...]:
    say = desk.say
    late = (on - date.fromisoformat(due.due_on)).days
    heads = [] if due.payable_from is not None or late > 0 else [Fact(label=say("due_on"), value=say.day(due.due_on))]
    if late > 0:
        heads.append(Fact(label=say("days_late"), value=say("days_one" if late == 1 else "days_many", count=str(late))))
    return tuple(heads)


def _ask(desk: Desk, due: Due, seller: Seller, on: date) -> Ask | None:
    """Ask for what is due; when the due day is past, it is said to be, with a term that can still be kept."""
    if desk.training:
        return None
    payable_from = date.fromisoformat(due.payable_from) if due.payable_from is not None else None
    ask = ask_for(seller, due.total_cents, due.due_on, due.number, due.reference, payable_from)
    if date.fromisoformat(due.due_on) < on:
        return replace(ask, due_on=None, payable_from=None, when=desk.say("overdue", due=desk.say.day(due.due_on)))
    return replace(ask, when=payable_words(desk.say, payable_from, due.due_on))


def _training(desk: Desk, on: date) -> tuple[Statement, ...]:
    return mentions.statements_of(("TRAINING",), on, desk.say, "consumer") if desk.training else ()


# --- the reminder


def reminder(desk: Desk) -> Paper:
    """Say what a reminder says, in its tone; `seq` names the entry that recorded it, None the last one.

    Raises:
        NoDocument: no such reminder went out, or nothing was due (`nothing_due`).
    """
    entries = desk.read("reminder", desk.wanted.about)
    sent = next(((each, each.event) for each in reversed(entries) if isinstance(each.event, ReminderSent)), None)
    if sent is None or desk.wanted.seq not in (None, sent[0].seq):
        raise desk.nothing()
    told, event = sent
    _, profile = desk.profile_before(told.seq)
    if event.about_kind == "quote":
        return _of_quote(desk, told, event, profile)
    due = due_of(desk, event.about, told.seq)
    if due is None:
        raise desk.nothing("nothing_due")
    say, on = desk.say, desk.local_day(told.at)
    common = desk.common(told, profile) | {"salt": desk.salt(due.entry)}
    return Paper(
        **common,
        title=say(f"title_reminder_{event.tone}"),
        number=None,
        issued_on=on,
        buyer=_buyer(desk, due),
        subject=_subject(desk, due),
        basis="gross",
        heads=_heads(desk, due, on),
        due_cents=due.total_cents,
        ask=_ask(desk, due, common["seller"], on),
        statements=_training(desk, on) + _reminder_statements(desk, event, due, profile, on),
        sections_before=(
            Section(
                paragraphs=(_place(desk, common["seller"], on), *_letter(desk, event, due)),
                grid=grid_of(desk, due),
                code="letter",
            ),
        ),
        sections_after=(_regards(desk, common["seller"]),),
    )


def _place(desk: Desk, seller: Seller, on: date) -> str:
    day = desk.say.long_day(on)
    return desk.say("letter_place", place=seller.address.city, day=day) if seller.address.city else day


def _regards(desk: Desk, seller: Seller) -> Section:
    """End a letter: the salutation, and who signs."""
    return Section(paragraphs=(desk.say("letter_regards"), seller.name), code="regards")


_PENALTY_TONES: Final = ("firm", "final")


def _letter(desk: Desk, event: ReminderSent, due: Due) -> tuple[str, ...]:
    say = desk.say
    facts = {
        "document": _named(desk, due),
        "day": say.day(due.issued_on),
        "due": say.day(due.due_on),
        "amount": say.money(due.total_cents),
    }
    reminders = desk.read("reminder", desk.wanted.about)
    early = desk.local_day(reminders[-1].at).isoformat() <= due.due_on
    opening = "letter_before_due" if early else f"letter_{event.tone}"
    if opening == "letter_firm" and len(reminders) == 1:  # no earlier reminder to speak of
        opening = "letter_firm_first"
    words = [say("letter_dear"), say(opening, **facts)]
    if event.tone == "final" and not early:
        terms = due.billed and due.customer_kind != "consumer"
        words.append(say("letter_final_next_business" if terms else "letter_final_next"))
    if due.claims:
        words.append(say("claimed_words", amount=say.money(due.claimed_cents)))
    words.append(say("letter_crossed"))
    return tuple(words)


def _reminder_statements(
    desk: Desk, event: ReminderSent, due: Due, profile: ProfileSet, on: date
) -> tuple[Statement, ...]:
    """Give what the law adds: between professionals penalties and the indemnity, to a consumer the mediator alone."""
    say, kind = desk.say, due.customer_kind
    if kind == "consumer":
        return mentions.mediator_of(profile.details, kind, say) if event.tone == "final" else ()
    if not due.billed or event.tone not in _PENALTY_TONES or on.isoformat() <= due.due_on:
        return ()
    facts = mentions.terms_facts(say, kind, due.late_penalty_bp, None, None)
    own = "_PUBLIC" if kind == "public" else ""  # CCP R2192-31 and D2192-35
    codes: tuple[str, ...] = (f"LATE_PENALTIES{own}",)
    if due.recovery_indemnity_cents:
        codes += (f"RECOVERY_INDEMNITY{own}",)
    return mentions.statements_of(codes, on, say, kind, facts)


def _of_quote(desk: Desk, told: Recorded, event: ReminderSent, profile: ProfileSet) -> Paper:
    say, on = desk.say, desk.local_day(told.at)
    found = [each for each in _before(desk, f"quote:{event.about}", told.seq) if isinstance(each.event, QuoteDocument)]
    if not found:
        raise desk.nothing()
    entry = found[-1]
    document = entry.event
    assert isinstance(document, QuoteDocument)  # noqa: S101 - says so to mypy: the list holds no other
    facts = {
        "number": document.number,
        "day": say.day(document.issued_on),
        "until": say.day(document.valid_until),
        "amount": say.money(document.totals.gross_cents),
    }
    franchise = all(row.category != "S" for row in document.vat)
    seller = desk.seller(profile)
    words = (
        _place(desk, seller, on),
        say("letter_dear"),
        say("letter_quote_untaxed" if franchise else "letter_quote", **facts),
        say("letter_quote_questions"),
    )
    return Paper(
        **desk.common(told, profile) | {"salt": desk.salt(entry)},
        title=say("title_reminder_quote"),
        number=None,
        issued_on=on,
        buyer=desk.buyer(entry, document.client, document.customer_kind),
        subject=say("named_of_day", name=say("reminder_quote_subject", number=document.number), day=facts["day"]),
        heads=(Fact(label=say("valid_until"), value=say.day(document.valid_until)),),
        statements=_training(desk, on),
        sections_before=(Section(paragraphs=words, code="letter"),),
        sections_after=(_regards(desk, seller),),
        quote_number=document.number,
    )
