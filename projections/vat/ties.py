"""Ties of others to the book: accounting journals, and the reports to the State. Each gives bridges for `reconcile`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.domain.regimes.fr.ereporting import NO_INVOICE_EXEMPTIONS
from projections.accounts.journals import JournalEntry, Journals, loss_of, moves, stands_on
from projections.book.posting import Posting
from projections.engine.contract import Body
from projections.ereporting.periods import Situations
from projections.ereporting.totals import totals_of
from projections.vat.bridge import Bridge, Step, bridge, merged
from projections.vat.periods import Period
from projections.vat.reconcile import TURNOVER, Book, Tie
from projections.vat.sweep import BASED, VAT_ACCOUNTS


def journals_tie(journals: Journals) -> Tie:
    """Tie the book to the journals, account by account: what was recorded in the period, debit less credit."""

    def tie(book: Book, period: Period, upto_seq: int) -> Iterable[Bridge]:
        booked: dict[str, tuple[int, list[int]]] = {}
        latest = ""
        for move in moves(book()):
            loss = loss_of(move)
            for each in move:
                if each.seq > upto_seq or each.currency != journals.currency or not period.holds(each.day):
                    continue
                latest = max(latest, each.day)
                year = journals.years.of(each.day)
                on = each.on if year.has(each.on) else each.day
                number = journals.chart.numbered(each, on, stands_on(each, loss, journals.method)).number
                cents, entries = booked.setdefault(number, (0, []))
                entries.append(each.seq)
                booked[number] = (cents + each.amount_cents, entries)
        written: dict[str, int] = {}
        for entry in _recorded(journals, period, latest):
            for line in entry.lines:
                written[line.number] = written.get(line.number, 0) + line.debit_cents - line.credit_cents
        for number in sorted({*booked, *written}):
            cents, entries = booked.get(number, (0, []))
            start = Step("book", (cents,), merged([entries]))
            yield bridge("journals", (number,), ("amount",), start, (), Step("journals", (written.get(number, 0),)))

    return tie


def documents_tie(documents: Iterable[tuple[str, Body]]) -> Tie:
    """Tie what the book says is owed and held to what each document leaves open, as of the ledger's end.

    `documents` are the rows of the projection of documents by their stream, as of the same entry.
    """
    opened = owed_back = on_top = held = 0
    for stream, row in documents:
        kind = stream.partition(":")[0]
        if kind == "invoice":
            opened += row["open_cents"]
        elif kind == "credit_note":
            owed_back += row["refund_due_cents"]
        elif kind == "deposit":
            held += row["held_cents"]
            on_top += row.get("indemnity_asked_cents", 0) - row.get("indemnity_paid_cents", 0)

    def tie(book: Book, period: Period, upto_seq: int) -> Iterable[Bridge]:
        del period
        client = penalties = advances = 0
        for each in book():
            if each.seq > upto_seq:
                continue
            if each.account == "client":
                client += each.amount_cents
                penalties += each.amount_cents if each.cause == "penalty" else 0
            elif each.account == "advances":
                advances -= each.amount_cents
        yield bridge(
            "debts",
            (),
            ("amount",),
            Step("client_end", (client,)),
            [Step("owed_back", (owed_back,)), Step("owed_on_top", (on_top,)), Step("penalties", (-penalties,))],
            Step("documents", (opened,)),
        )
        yield bridge("held", (), ("amount",), Step("deposits_end", (advances,)), (), Step("documents", (held,)))

    return tie


def payouts_tie(payouts: Iterable[Body]) -> Tie:
    """Tie what providers paid out by the book, and what came back, to the list of payouts, as of the ledger's end.

    `payouts` are the rows of the projection of incoming money, as of the same entry: no closure counts payouts, since
    they move money that was counted when the customer paid it.
    """
    listed: dict[str, tuple[int, int, int]] = {}
    for row in payouts:
        gross, fees, back = listed.get(row["currency"], (0, 0, 0))
        came_back = row["gross_cents"] - row["fee_cents"] if "returned_on" in row else 0
        listed[row["currency"]] = (gross + row["gross_cents"], fees + row["fee_cents"], back + came_back)

    def tie(book: Book, period: Period, upto_seq: int) -> Iterable[Bridge]:
        del period
        booked: dict[str, list[int]] = {}
        entries: dict[str, list[int]] = {}
        for each in book():
            if each.cause != "payout" or each.seq > upto_seq:
                continue
            sums = booked.setdefault(each.currency, [0, 0, 0])
            entries.setdefault(each.currency, []).append(each.seq)
            if each.account == "provider" and each.type == "provider.payout_returned/1":
                sums[2] += each.amount_cents
            elif each.account == "provider":
                sums[0] -= each.amount_cents
            elif each.account == "fees":
                sums[1] += each.amount_cents
        for currency in sorted({*booked, *listed}):
            start = Step("book", tuple(booked.get(currency, (0, 0, 0))), merged([entries.get(currency, [])]))
            end = Step("payouts", listed.get(currency, (0, 0, 0)))
            yield bridge("payouts", (currency,), ("gross", "fees", "returned"), start, (), end)

    return tie


def _recorded(journals: Journals, period: Period, latest: str) -> Iterator[JournalEntry]:
    """Give the entries that were recorded in a period, year by year, up to the year of the latest day of the book."""
    last = max(latest, journals.upto_day)
    year = journals.years.of(min(period.from_on, last))  # any day may be asked for, and no calendar goes on for ever
    while True:
        yield from (each for each in journals.of_year(year) if period.holds(each.valid_on))
        if min(period.to_on, last) <= year.last_on:
            return
        year = journals.years.after(year)


def ereporting_tie(firm: Situations) -> Tie:
    """Tie turnover to 10.3, and the services' receipts of the VAT return to 10.4, by the days that they count on."""

    def tie(book: Book, period: Period, upto_seq: int) -> Iterable[Bridge]:
        known = [each for each in book() if each.seq <= upto_seq and each.account in BASED]
        told = totals_of(known, firm, period.from_on, period.to_on)
        sold, elsewhere, exempt = _Sold(), _Sold(), _Sold()
        due, others, debits = _Sold(), _Sold(), _Sold()
        unpaid = _Sold()
        paid = {(_about(each), each.rate_bp) for each in known if _is_receipt(each, firm)}
        for each in known:
            if not period.holds(each.on):
                continue
            if each.account == "sales" or (each.account in VAT_ACCOUNTS and each.cause in TURNOVER):
                sold.add(each)
                if each.customer_kind in ("business", "public"):
                    elsewhere.add(each)
                elif _is_exempt(each):
                    exempt.add(each)
            if each.account != "vat_collected" or each.nature != "services":
                continue
            due.add(each)
            if each.customer_kind in ("business", "public") or _is_exempt(each):
                others.add(each)
            elif _is_correction(each):
                if (_about(each), each.rate_bp) not in paid and each.amount_cents + each.base_cents > 0:
                    unpaid.add(each)
            elif not _is_receipt(each, firm):
                debits.add(each)
        yield bridge(
            "ereporting_sales",
            (),
            ("base", "vat"),
            sold.turnover("book", 1),
            [elsewhere.turnover("business_customers", -1), exempt.turnover("not_reported", -1)],
            Step("ereporting", (told.base_cents, told.vat_cents)),
        )
        yield bridge(
            "ereporting_payments",
            (),
            ("amount",),
            due.gross("services_due", 1),
            [
                others.gross("business_customers", -1),
                debits.gross("debits", -1),
                unpaid.gross("credited_unpaid", -1),
                Step("taken_elsewhere", (told.taken_elsewhere_cents,)),
                Step("taken_before", (-told.taken_before_cents,)),
                Step("unplaced", (told.unplaced_cents,)),
            ],
            Step("ereporting", (told.paid_cents,)),
        )

    return tie


class _Sold:
    """Base and VAT of some postings, credit above zero, with their entries."""

    def __init__(self) -> None:
        self.base_cents = self.vat_cents = self.tax_base_cents = 0
        self.entries: list[int] = []

    def add(self, posting: Posting) -> None:
        if posting.account == "sales":
            self.base_cents -= posting.base_cents
        else:
            self.tax_base_cents -= posting.base_cents
            self.vat_cents -= posting.amount_cents
        self.entries.append(posting.seq)

    def turnover(self, name: str, sign: int) -> Step:
        return Step(name, (sign * self.base_cents, sign * self.vat_cents), merged([self.entries]))

    def gross(self, name: str, sign: int) -> Step:
        return Step(name, (sign * (self.tax_base_cents + self.vat_cents),), merged([self.entries]))


def _about(posting: Posting) -> str:
    return posting.settles or posting.document or ""


def _is_exempt(posting: Posting) -> bool:
    return posting.exemption is not None and posting.exemption.startswith(NO_INVOICE_EXEMPTIONS)


def _is_correction(posting: Posting) -> bool:
    noted = posting.due_by == "none" and posting.cause in ("credit_note", "deposit_credit_note")
    return posting.due_by == "credit" or noted


def _is_receipt(posting: Posting, firm: Situations) -> bool:
    """Tell whether VAT on a service fell due, or fell away, with money: not with an invoice under the debits option."""
    if posting.account != "vat_collected" or posting.nature != "services":
        return False
    if _is_correction(posting):  # what a credit note sets free for another rate comes in there
        return posting.amount_cents + posting.base_cents < 0
    if posting.due_by == "receipt":
        return True
    if posting.due_by == "deposit":
        return not firm.debits_on(posting.on)
    if posting.due_by != "none":
        return False
    # At rate 0 the option alone tells an invoice on debits from a deposit that paid more of a nature than is sold.
    held = posting.cause in ("deposit", "arrhes_kept", "invoice") or posting.type == "deposit.unpaid/1"
    return not (held and firm.debits_on(posting.on))
