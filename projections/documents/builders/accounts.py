"""A customer's statement of account: documents, money and the running balance, as of an entry.

It goes over the ledger by types, because no stream holds a customer's account: it costs the ledger, not the customer,
until a projection keeps accounts. Purged entries are not in it.

Debit is what the customer is asked for or was given back; credit is what they paid or were credited. Deposits count
when money comes in, so the final invoice counts whole; a deposit invoice (386) moves nothing. What a credit note
neither settles nor refunds (deposits it frees, sums given up before) is taken off it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ledger.domain.advances import reference_of
from ledger.domain.events.common import Party
from ledger.domain.events.deposits import DepositForfeited, DepositRefundDue, DepositReleased, DepositRequested
from ledger.domain.events.invoices import (
    CreditNoteIssued,
    EarlyDiscountLost,
    EarlyDiscountTaken,
    InvoiceIssued,
    PenaltyCharged,
    WrittenOff,
)
from ledger.domain.events.parties import CustomerRegistered, CustomerUpdated, ProfileSet
from ledger.domain.events.payments import (
    CreditNoteRefunded,
    DepositPaid,
    DepositUnpaid,
    InvoicePaid,
    InvoiceUnpaid,
    PaymentAllocated,
    PaymentReceived,
    PaymentRefunded,
    PaymentReversed,
    Settlement,
    Unsettlement,
)
from ledger.shell.errors import StreamPurged
from projections.documents.builders.desk import Desk
from projections.documents.builders.dues import due_of
from projections.documents.builders.mentions import statements_of
from projections.documents.paper import Fact, Grid, Paper, Section
from projections.documents.sources import Recorded
from projections.documents.words.formats import NBSP

TYPES: Final = tuple(
    each.TYPE
    for each in (
        InvoiceIssued,
        CreditNoteIssued,
        DepositRequested,
        InvoicePaid,
        InvoiceUnpaid,
        DepositPaid,
        DepositUnpaid,
        DepositForfeited,
        DepositRefundDue,
        DepositReleased,
        EarlyDiscountTaken,
        EarlyDiscountLost,
        WrittenOff,
        PenaltyCharged,
        CreditNoteRefunded,
        PaymentReceived,
        PaymentAllocated,
        PaymentRefunded,
        PaymentReversed,
    )
)
"""What an account is read from."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the account: above zero is debit, below is credit."""

    on: str
    words: str
    cents: int


@dataclass(slots=True)
class Account:
    """A customer's account while the entries are read: their documents, what of their payments is put to nothing."""

    customer: str
    numbers: dict[str, str] = field(default_factory=dict)  # streams of their documents, with the printed number
    payments: dict[str, int] = field(default_factory=dict)  # streams of their payments, with what is unallocated
    moves: list[Move] = field(default_factory=list)

    @property
    def balance_cents(self) -> int:
        """What the customer owes; below zero, what is held for them."""
        return sum(move.cents for move in self.moves)


def account_of(desk: Desk, customer: str, upto: int) -> Account:
    """Read a customer's account as of an entry."""
    account = Account(customer)
    for each in desk.sources.of_types(TYPES):
        if each.seq > upto:
            break
        for on, words, cents in _moves(desk, account, each):
            if cents:
                account.moves.append(Move(on, words, cents))
    return account


def _moves(desk: Desk, account: Account, each: Recorded) -> list[tuple[str, str, int]]:
    event = each.event
    if isinstance(event, (InvoiceIssued, CreditNoteIssued, DepositRequested)):
        return _document(desk, account, each)
    if each.stream.startswith("payment:"):
        return _unallocated(desk, account, each)
    number = account.numbers.get(each.stream)
    return [] if number is None else _of_document(desk, each, number)


def _document(desk: Desk, account: Account, each: Recorded) -> list[tuple[str, str, int]]:
    say, event = desk.say, each.event
    assert isinstance(event, (InvoiceIssued, CreditNoteIssued, DepositRequested))  # noqa: S101 - says so to mypy
    if event.customer != account.customer:
        return []
    account.numbers[each.stream] = number = _number(desk, event.number or "", getattr(event, "reference", None), event)
    match event:
        case InvoiceIssued(kind="deposit"):
            return []
        case InvoiceIssued():
            interest = sum(one.interest_cents for one in event.prepaid)
            return [
                (event.issued_on, say("account_invoice", number=number), event.totals.gross_cents),
                (event.issued_on, say("account_interest", number=number), -interest),
            ]
        case CreditNoteIssued(type_code="381"):
            rest = event.totals.gross_cents - event.settles_cents - event.refund_cents
            return [
                (event.issued_on, say("account_credit_note", number=number), -event.totals.gross_cents),
                (event.issued_on, say("account_credit_rest", number=number), rest),
            ]
        case _:
            return []


def _number(desk: Desk, number: str, reference: str | None, event: object) -> str:
    """Give a document's number, with the one that another system gave it where there is one."""
    if reference is None or isinstance(event, DepositRequested):  # its reference is that of the transfer
        return number
    return desk.say("number_and_reference", number=number, reference=reference)


def _of_document(desk: Desk, each: Recorded, number: str) -> list[tuple[str, str, int]]:
    """Give what an entry in the stream of one of the customer's documents moved."""
    say, event = desk.say, each.event
    on = desk.local_day(each.at).isoformat()
    match event:
        case Settlement():
            words = say("account_paid", means=say(f"means_{event.means}"), number=number)
            return [(event.received_on, words, -event.amount_cents)]
        case DepositUnpaid():
            return [
                (event.on, say(f"account_unpaid_{event.cause}", number=number), event.amount_cents),
                (event.on, say("account_indemnity_paid", number=number), event.indemnity_cents),
            ]
        case Unsettlement():
            return [(event.on, say(f"account_unpaid_{event.cause}", number=number), event.amount_cents)]
        case EarlyDiscountTaken():
            return [(on, say("account_early_discount", number=number), -event.amount_cents)]
        case EarlyDiscountLost():
            return [(on, say("account_early_discount_lost", number=number), event.amount_cents)]
        case WrittenOff():
            return [(on, say("account_written_off", number=number), -event.amount_cents)]
        case PenaltyCharged():
            owed = event.penalty_cents + event.indemnity_cents
            return [(on, say("account_penalty", number=number), owed)]
        case DepositReleased():
            return [(on, say("account_released", number=number), -event.amount_cents)]
        case DepositForfeited():
            return [(on, say("account_forfeited", number=number), event.amount_cents)]
        case DepositRefundDue():
            owed = event.indemnity_cents + event.interest_cents
            return [(on, say("account_indemnity", number=number), -owed)]
        case CreditNoteRefunded():
            return [(event.paid_on, say("account_refunded", number=number), event.amount_cents)]
        case _:
            return []


def _unallocated(desk: Desk, account: Account, each: Recorded) -> list[tuple[str, str, int]]:
    """Give how what is put to no document changed, of a payment that the customer is named on."""
    event = each.event
    on = desk.local_day(each.at).isoformat()
    match event:
        case PaymentReceived() if event.customer == account.customer:
            before, after = 0, event.unallocated_cents
            on = event.received_on
        case PaymentAllocated() | PaymentRefunded() if each.stream in account.payments:
            before, after = account.payments[each.stream], event.unallocated_cents
        case PaymentReversed() if each.stream in account.payments:
            before = account.payments[each.stream]
            after = before - (event.amount_cents - sum(one.amount_cents for one in event.freed))
        case _:
            return []
    account.payments[each.stream] = after
    key = "account_unallocated" if after > before else "account_unallocated_less"
    return [(on, desk.say(key), before - after)]


# --- the paper


def statement(desk: Desk) -> Paper:
    """Say what a customer was asked for, paid and still owes, as of an entry.

    Raises:
        NoDocument: there is no such customer.
    """
    told, say = desk.told(), desk.say
    known = [
        each
        for each in desk.sources.stream(f"customer:{desk.wanted.about}")
        if each.seq <= told.seq and isinstance(each.event, (CustomerRegistered, CustomerUpdated))
    ]
    if not known:
        raise desk.nothing()
    customer = known[-1]
    event = customer.event
    assert isinstance(event, (CustomerRegistered, CustomerUpdated))  # noqa: S101 - says so to mypy
    account = account_of(desk, desk.wanted.about, told.seq)
    _, profile = desk.profile_before(told.seq + 1)
    on = desk.local_day(told.at)
    party: Party | None = event.party
    heads = [Fact(label=say("statement_upto"), value=say.day(on))]
    if account.moves:
        first = min(move.on for move in account.moves)
        heads.insert(0, Fact(label=say("statement_from"), value=say.day(first)))
    return Paper(
        **desk.common(told, profile) | {"salt": desk.salt(customer)},
        title=say("title_statement"),
        number=None,
        issued_on=on,
        buyer=desk.buyer(customer, party, event.kind),
        heads=tuple(heads),
        due_cents=account.balance_cents if account.balance_cents > 0 else None,
        statements=statements_of(("TRAINING",), on, say, "consumer") if desk.training else (),
        sections_before=(_section(desk, account), *_open(desk, account, told.seq, profile)),
    )


def _open(desk: Desk, account: Account, upto: int, profile: ProfileSet) -> tuple[Section, ...]:
    """List what is still to be paid: each document with its due day and the reference of its transfer."""
    say, rows = desk.say, []
    for stream in account.numbers:
        kind, _, about = stream.partition(":")
        try:
            due = due_of(desk, about, upto) if kind in ("invoice", "deposit") else None
        except StreamPurged:
            continue
        if due is None or (kind == "invoice" and due.kind == "deposit_invoice"):
            continue
        reference = due.reference or (reference_of(due.number) if due.number is not None else "")
        words = say(f"subject_{due.kind}", number=account.numbers[stream]).rstrip()
        rows.append((due.due_on, (words, say.day(due.due_on), say.money(due.total_cents), reference)))
    if not rows:
        return ()
    grid = Grid(
        head=(say("col_document"), say("col_due_on"), say("col_open"), say("col_reference")),
        rows=tuple(row for _, row in sorted(rows)),
        align="llrl",
        widths=(36, 16, 20, 28),
    )
    iban = desk.seller(profile).iban
    how = () if iban is None or desk.training else (say("open_how", iban=grouped_iban(iban)),)
    return (Section(heading=say("section_open"), paragraphs=how, grid=grid, code="open"),)


def grouped_iban(iban: str) -> str:
    """Write an IBAN in groups of four that do not part."""
    return NBSP.join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _section(desk: Desk, account: Account) -> Section:
    say = desk.say
    if not account.moves:
        return Section(heading=say("section_account"), paragraphs=(say("account_empty"),), code="account")
    rows, balance, debit, credit = [], 0, 0, 0
    for move in sorted(account.moves, key=lambda one: one.on):  # stable: within a day, in the order of the entries
        balance += move.cents
        debit += max(0, move.cents)
        credit += max(0, -move.cents)
        asked = say.money(move.cents) if move.cents > 0 else ""
        paid = say.money(-move.cents) if move.cents < 0 else ""
        rows.append((say.day(move.on), move.words, asked, paid, say.money(balance)))
    grid = Grid(
        head=(say("col_date"), say("col_what"), say("col_debit"), say("col_credit"), say("col_balance")),
        rows=tuple(rows),
        align="llrrr",
        widths=(14, 38, 16, 16, 16),
        total=("", say("total"), say.money(debit), say.money(credit), say.money(balance)),
    )
    key = "balance_owed" if balance > 0 else "balance_held" if balance < 0 else "balance_nil"
    words = (say("account_words"), say(key, amount=say.money(abs(balance))))
    return Section(heading=say("section_account"), paragraphs=words, grid=grid, code="account")
