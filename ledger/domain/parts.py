"""Lines cut by amount: what of each line an invoice, a situation or a credit note takes.

A line's effective amount is what it is worth in the price basis after every discount, the document's included; those of
one rate add up to its base (HT) or gross (TTC). Parts are cut from effective amounts, so that parts taken one after the
other give the whole back to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.domain.events.common import Discount, Line, VatRow
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.money import allocate, decimal_of, div_half_up, parse_decimal, product_cents
from ledger.domain.streams.invoice import InvoiceState
from ledger.domain.totals import PricedLine, Rate, Rated, gross_of, rate_of
from ledger.domain.types import PriceBasis

MILLION = 1_000_000
"""Quantities are compared in millionths: six decimals are the most they have."""


def effective_amounts(document: InvoiceIssued) -> list[int]:
    """Give what each line of an invoice is worth in its price basis after all discounts, in cents."""
    if document.basis == "net":
        return [line.net_cents for line in document.lines]
    amounts = [line.amount_cents for line in document.lines]
    members: dict[Rate, list[int]] = {}
    for index, line in enumerate(document.lines):
        members.setdefault(rate_of(line), []).append(index)
    for row in document.vat:
        ranks = members.get(rate_of(row), [])
        off = sum(amounts[i] for i in ranks) - gross_of(row)
        if off:  # a discount on the document, spread as pricing spread it
            for i, part in zip(ranks, allocate(off, [amounts[i] for i in ranks]), strict=True):
                amounts[i] -= part
    return amounts


@dataclass(frozen=True, slots=True)
class Left:
    """What of one line of an invoice is not credited yet: amount in the price basis, HT, millionths of its quantity."""

    amount_cents: int
    net_cents: int
    millionths: int


def left_of(invoice: InvoiceState) -> tuple[Left, ...]:
    """Give what of each line of an invoice may still be credited, in their order."""
    document = invoice.issued
    left = [
        Left(amount, line.net_cents, millionths(line.quantity))
        for amount, line in zip(effective_amounts(document), document.lines, strict=True)
    ]
    for credit in invoice.credited_lines:
        one = left[credit.rank - 1]
        left[credit.rank - 1] = Left(
            one.amount_cents - credit.amount_cents,
            one.net_cents - credit.net_cents,
            one.millionths - millionths(credit.quantity),
        )
    return tuple(left)


def by_amount(lines: Sequence[Rated], amounts: Sequence[int]) -> list[PricedLine]:
    """Write lines so that each is priced at exactly its amount: once (or minus once) that amount."""
    return [
        PricedLine(
            "1" if amount >= 0 else "-1",
            plain_decimal(abs(amount)),
            line.nature,
            line.rate_bp,
            line.category,
            line.exemption,
        )
        for line, amount in zip(lines, amounts, strict=True)
    ]


def line_worth(line: Line, amount_cents: int, net_cents: int, quantity: str) -> Line:
    """Write a line so that quantity x unit price less its discount is exactly this amount.

    The unit price is kept when the amount is at most quantity x price; otherwise the line reads once the amount.
    """
    full = product_cents(parse_decimal(quantity), parse_decimal(line.unit_price))
    off = abs(full) - abs(amount_cents)
    plain = replace(
        line, quantity=quantity, amount_cents=amount_cents, net_cents=net_cents, choice=None, choice_group=None
    )
    if off == 0 and full == amount_cents:
        return replace(plain, discount=None)
    if off > 0 and full * amount_cents > 0:
        return replace(plain, discount=Discount(amount_cents=off))
    return replace(
        plain,
        quantity="1" if amount_cents >= 0 else "-1",
        unit="C62",
        unit_price=plain_decimal(abs(amount_cents)),
        discount=None,
        performed_bp=None,
    )


def without_nothing(rows: Iterable[VatRow]) -> tuple[VatRow, ...]:
    """Leave out the VAT rows that hold nothing."""
    return tuple(row for row in rows if row.base_cents or row.vat_cents)


def share_of(amount_cents: int, part: int, whole: int) -> int:
    """Give a share of an amount, half-up; a whole of zero gives nothing."""
    return div_half_up(amount_cents * part * (1 if whole > 0 else -1), abs(whole)) if whole else 0


def basis_amount(basis: PriceBasis, net_cents: int, gross_cents: int) -> int:
    """Give the amount that counts in a price basis."""
    return net_cents if basis == "net" else gross_cents


def millionths(quantity: str) -> int:
    """Read a quantity as whole millionths."""
    units, scale = parse_decimal(quantity)
    return units * MILLION // int(10**scale)


def quantity_of(count: int) -> str:
    """Write whole millionths as a quantity."""
    sign, digits = ("-", -count) if count < 0 else ("", count)
    whole, tail = divmod(digits, MILLION)
    fraction = f"{tail:06d}".rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def plain_decimal(cents: int) -> str:
    """Write cents as a unit price: no trailing zeros."""
    text = decimal_of(cents)
    return text.rstrip("0").rstrip(".")
