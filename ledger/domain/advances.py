"""Money paid in advance: what it is in law, how a contract's schedule is cut, what of it is held, what it earns.

C. conso L214-1 to L214-4 (arrhes, acompte, interest); CGI 269-2-a (VAT due on receipt); ISO 11649 (reference).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from ledger.domain.commands.common import InstalmentInput
from ledger.domain.days import read_any_day
from ledger.domain.events.common import Instalment, RateSplit, VatRow
from ledger.domain.events.parties import DepositRule
from ledger.domain.money import BP, apportion, div_half_up, percent_of
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.interest import LEGAL_RATES, LegalRate, advance_interest
from ledger.domain.streams.deposit import DepositState
from ledger.domain.streams.invoice import row_of
from ledger.domain.totals import add_rows, gross_total, rate_split, split_gross, subtract_rows
from ledger.domain.types import AdvanceKind, CustomerKind

InvoiceAt = Literal["never", "request", "receipt"]


# --- what an advance is


def default_kind(customer_kind: CustomerKind, special_order: bool) -> AdvanceKind:
    """Say what money paid in advance is unless the contract stipulates otherwise.

    Arrhes for a consumer (C. conso L214-1), save on a special order on quote (L214-3); else an acompte, a part
    payment of a firm contract.
    """
    return "arrhes" if customer_kind == "consumer" and not special_order else "acompte"


def default_invoice_at(customer_kind: CustomerKind, kind: AdvanceKind) -> InvoiceAt:
    """Say when a deposit invoice (386) is due unless the business says otherwise.

    For taxable and legal persons each deposit needs an invoice (CGI 289 I-1-c), at receipt by default; for a consumer
    none is.
    """
    return "receipt" if customer_kind != "consumer" and kind == "acompte" else "never"


def reference_of(number: str) -> str:
    """Make the structured creditor reference (ISO 11649) of a printed number: "P-00012" -> "RF16P00012".

    Letters and digits of the number, at most 21, behind `RF` and two check digits (ISO 7064 mod 97-10).
    """
    core = "".join(sign for sign in number.upper() if sign.isascii() and sign.isalnum())[:21]
    digits = int("".join(str(int(sign, 36)) for sign in core + "RF00"))
    return f"RF{98 - digits % 97:02d}{core}"


# --- the schedule of a contract

AFTER_A_START = frozenset({"milestone", "delivery"})
"""Triggers of money that comes once the work is under way or done: an acompte unless the contract says otherwise.

Arrhes are the price of giving up (C. conso L214-1); at delivery nothing is left to give up.
"""


def stipulated_kinds(schedule: Sequence[Instalment]) -> frozenset[AdvanceKind]:
    """Give what a schedule says money paid before any work is: arrhes, acompte, both or nothing."""
    return frozenset(each.kind for each in schedule if each.trigger not in AFTER_A_START)


def told_kind(schedule: Sequence[Instalment]) -> AdvanceKind | None:
    """Give what the quote tells of money paid in advance: of the first instalment before any work, else the first."""
    ahead = [each.kind for each in schedule if each.trigger not in AFTER_A_START]
    return ahead[0] if ahead else schedule[0].kind if schedule else None


def schedule_of(
    inputs: Sequence[InstalmentInput], customer_kind: CustomerKind, special_order: bool, place: str = "/schedule"
) -> tuple[Instalment, ...] | Refusal:
    """Complete the planned instalments with the law's defaults; shares are not amounts yet (`resolve`)."""
    planned: list[Instalment] = []
    for index, asked in enumerate(inputs):
        if (asked.share_bp is None) == (asked.amount_cents is None):
            return refuse("QUOTE_INSTALMENT_AMBIGUOUS", f"{place}/{index}")
        if (asked.trigger == "date" and asked.due_on is None) or (
            asked.trigger == "milestone" and asked.milestone is None
        ):
            return refuse("QUOTE_INSTALMENT_TRIGGER", f"{place}/{index}/trigger")
        if asked.due_on is not None:
            due = read_any_day(asked.due_on, f"{place}/{index}/due_on")
            if isinstance(due, Refusal):
                return due
        if asked.trigger == "delivery" and asked.kind == "arrhes":
            return refuse("ARRHES_AFTER_PERFORMANCE", f"{place}/{index}/kind")
        usual = "acompte" if asked.trigger in AFTER_A_START else default_kind(customer_kind, special_order)
        kind = asked.kind or usual
        planned.append(
            Instalment(
                kind=kind,
                amount_cents=asked.amount_cents or 0,
                share_bp=asked.share_bp,
                trigger=asked.trigger,
                due_on=asked.due_on,
                due_days=asked.due_days,
                milestone=asked.milestone,
                invoice_at=default_invoice_at(customer_kind, kind),
            )
        )
    return tuple(planned)


def schedule_of_policy(
    rules: Sequence[DepositRule],
    gross_cents: int,
    customer_kind: CustomerKind,
    risk: Literal["low", "normal", "high"],
    special_order: bool,
) -> tuple[Instalment, ...]:
    """Give the instalment that the business's own policy asks for: the first rule that matches the quote."""
    for rule in rules:
        matches = (
            gross_cents >= rule.from_cents and rule.customer_kind in (None, customer_kind) and rule.risk in (None, risk)
        )
        if not matches:
            continue
        if rule.share_bp is None and rule.amount_cents is None:
            return ()  # this kind of quote is asked nothing
        kind = rule.kind or default_kind(customer_kind, special_order)
        fixed = None if rule.share_bp is not None else rule.amount_cents
        invoice_at = default_invoice_at(customer_kind, kind)
        if rule.invoice_at != "never" and kind == "acompte":  # arrhes never have a deposit invoice
            invoice_at = rule.invoice_at
        return (
            Instalment(
                kind=kind,
                amount_cents=min(fixed or 0, gross_cents),
                share_bp=rule.share_bp,
                trigger="signature",
                due_days=rule.due_days,
                automatic=rule.automatic,
                invoice_at=invoice_at,
            ),
        )
    return ()


def resolve(
    planned: Sequence[Instalment], gross_cents: int, place: str = "/schedule"
) -> tuple[Instalment, ...] | Refusal:
    """Turn the shares of a schedule into amounts of a total (TTC); all instalments together never exceed it.

    Shares are cut by largest remainder from the rounded amount of their sum, so that shares of 100 % give the total to
    the cent.
    """
    shares = [each.share_bp or 0 for each in planned]
    numerators = [gross_cents * share for share in shares]
    parts = apportion(numerators, BP, div_half_up(sum(numerators), BP)) if gross_cents > 0 else [0] * len(shares)
    resolved = tuple(
        each if each.share_bp is None else replace(each, amount_cents=part)
        for each, part in zip(planned, parts, strict=True)
    )
    total = sum(each.amount_cents for each in resolved)
    if sum(shares) > BP or total > max(0, gross_cents):
        over = max(total, percent_of(max(0, gross_cents), sum(shares)))
        return refuse("QUOTE_SCHEDULE_TOO_LARGE", place, schedule_cents=over, gross_cents=gross_cents)
    return resolved


# --- what of a deposit is held, per VAT rate


def split_rows(splits: Sequence[RateSplit]) -> tuple[VatRow, ...]:
    """Write splits as VAT rows, added up rate by rate."""
    return add_rows(tuple(row_of(each) for each in splits))


def as_split(rows: Sequence[VatRow]) -> tuple[RateSplit, ...]:
    """Write VAT rows as a split, rates of nothing left out."""
    return tuple(rate_split(row) for row in rows if row.base_cents or row.vat_cents)


def split_of_payment(deposit: DepositState, amount_cents: int) -> tuple[RateSplit, ...]:
    """Cut a payment for a deposit over the rates of what was asked for and is not paid yet.

    `amount_cents` is at most `deposit.to_pay_cents`; the payments together give the request's split back.
    """
    paid = tuple(each for payment in deposit.payments for each in payment.split)
    returned = tuple(each for refund in deposit.refunds for each in refund.split)
    room = subtract_rows(add_rows(split_rows(deposit.split), split_rows(returned)), split_rows(paid))
    return as_split(split_gross(min(amount_cents, gross_total(room)), room))


def available_rows(deposit: DepositState) -> tuple[VatRow, ...]:
    """Give what is held for the client, per VAT rate: what was paid less what was applied, kept or given back."""
    paid = split_rows([each for payment in deposit.payments for each in payment.split])
    returned = split_rows([each for refund in deposit.refunds for each in refund.split])
    held = subtract_rows(paid, returned)
    gone = min(deposit.applied_cents + deposit.forfeited_cents, gross_total(held))
    return subtract_rows(held, split_gross(gone, held)) if gone > 0 else held


def available_split(deposit: DepositState, amount_cents: int | None = None) -> tuple[RateSplit, ...]:
    """Give the split of an amount taken out of what is held; of the whole of it when no amount is given."""
    room = available_rows(deposit)
    total = gross_total(room)
    return as_split(split_gross(total if amount_cents is None else min(amount_cents, total), room))


# --- interest on money held (C. conso L214-2)


def bears_interest(deposit: DepositState) -> bool:
    """Say whether an advance bears legal interest: a consumer's, and no special order (L214-2, L214-3)."""
    return deposit.asked.customer_kind == "consumer" and not deposit.asked.special_order


def interest_on_advance(deposit: DepositState, until: date, rates: Sequence[LegalRate] = LEGAL_RATES) -> int:
    """Give the legal interest, in cents, on what a deposit holds, until the day of delivery, performance or refund.

    Each payment earns from three months after it was received. Money that an earlier invoice deducted, that was kept
    or given back earns none here: the oldest money is taken to have gone first. The caller deducts it from the balance
    (`deposit.applied/1`) or adds it to the refund.
    """
    if not bears_interest(deposit):
        return 0
    gone = deposit.paid_cents - deposit.available_cents
    owed = 0
    for payment in sorted(deposit.payments, key=lambda each: each.received_on):
        off = min(gone, payment.amount_cents)
        gone -= off
        received = date.fromisoformat(payment.received_on)
        owed += advance_interest(payment.amount_cents - off, received, until, rates).cents
    return owed
