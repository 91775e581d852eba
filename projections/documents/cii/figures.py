"""The amounts of an invoice as EN 16931 adds them up: lines, allowances and VAT breakdown, in cents.

The paper's lines after all discounts add up to the base of their rate (`ledger.domain.totals`). Where the document has
a discount of its own, the lines are shown before it and the difference, rate by rate, is an allowance (BG-20): then
BR-CO-10, -11, -13 and BR-S-08 and its like hold exactly, by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.money import (
    BP,
    MAX_SCALE,
    apportion,
    decimal_of,
    div_half_up,
    net_of_gross,
    parse_decimal,
    percent_of,
    product_cents,
    unit_price_net,
)
from projections.documents.cii.profiles import Profile
from projections.documents.paper import Paper, PaperLine, PaperVat

Rate = tuple[str, int, str]
"""Category, rate in basis points, exemption code or ""."""

_MAX_QUANTITY_SCALE = 4  # BR-FR-DEC-02


@dataclass(frozen=True, slots=True)
class Allowance:
    """A reduction without tax; share and base are given when share x base is the amount."""

    amount_cents: int
    share_bp: int | None
    base_cents: int | None
    reason: str | None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line: quantity x price, per `per` units if given, less its allowance, is `net_cents` (BT-131).

    `once`: the line's own quantity and price do not give its amount, so it is written once; its words say them.
    """

    quantity: str
    price: str
    per: str | None
    allowance: Allowance | None
    net_cents: int
    once: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One VAT breakdown (BG-23); `codes` and `reasons` of all exemptions that it adds up."""

    category: str
    rate_bp: int
    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    base_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All amounts of one document."""

    lines: tuple[LineFigures, ...]
    allowances: tuple[Allowance, ...]
    rows: tuple[Row, ...]
    lines_cents: int
    allowances_cents: int
    net_cents: int
    vat_cents: int
    gross_cents: int
    prepaid_cents: int
    due_cents: int


def figures_of(paper: Paper, profile: Profile) -> Figures:
    """Make a paper's amounts add up as EN 16931 wants them; ValueError for a paper without amounts."""
    if paper.net_cents is None or paper.vat_cents is None or paper.gross_cents is None:
        raise ValueError("this document has no amounts")
    listed = listed_nets(paper)
    allowances = _allowances(paper, listed)
    lines = tuple(
        [_line_figures(line, net, paper.basis == "gross") for line, net in zip(paper.lines, listed, strict=True)]
    )
    due = _due(paper, paper.gross_cents)
    return Figures(
        lines=lines,
        allowances=allowances,
        rows=_rows(paper.vat, merged=profile == "en16931"),
        lines_cents=sum(listed),
        allowances_cents=sum([each.amount_cents for each in allowances]),
        net_cents=paper.net_cents,
        vat_cents=paper.vat_cents,
        gross_cents=paper.gross_cents,
        prepaid_cents=paper.gross_cents - due,
        due_cents=due,
    )


def _due(paper: Paper, gross_cents: int) -> int:
    """Say what remains of a document's gross (BT-115).

    Of a credit note: what is taken off the invoice or given back. The rest are deposits that it frees again, or what
    was written off; it was settled before, as a deposit is on a final invoice (BT-113).
    """
    if paper.kind != "credit_note":
        return gross_cents if paper.due_cents is None else paper.due_cents
    if paper.settles_cents is None and paper.refund_cents is None:
        return gross_cents
    return (paper.settles_cents or 0) + (paper.refund_cents or 0)


def rate_of(part: PaperLine | PaperVat) -> Rate:
    """Say which VAT row a line belongs to."""
    return (part.category, part.rate_bp, part.exemption or "")


# --- the discount on the document


def listed_nets(paper: Paper) -> list[int]:
    """Give each line without tax before the document's discount, by the arithmetic of pricing."""
    after = [line.net_cents for line in paper.lines]
    if paper.discount is None or not paper.discount.amount_cents:
        return after
    if paper.basis == "net":
        before = [line.amount_cents for line in paper.lines]
    else:
        before = list(after)
        groups: dict[Rate, list[int]] = {}
        for index, line in enumerate(paper.lines):
            groups.setdefault(rate_of(line), []).append(index)
        for (_, rate_bp, _), members in groups.items():
            amounts = [paper.lines[index].amount_cents for index in members]
            nets = apportion([each * BP for each in amounts], BP + rate_bp, net_of_gross(sum(amounts), rate_bp))
            for index, net in zip(members, nets, strict=True):
                before[index] = net
    return before if _is_reduction(paper, before) else after


def _is_reduction(paper: Paper, before: Sequence[int]) -> bool:
    """Say whether the lines are at least the base at every rate: a discount never adds (BG-20 is above zero)."""
    over: dict[Rate, int] = {rate_of(row): -row.base_cents for row in paper.vat}
    for line, net in zip(paper.lines, before, strict=True):
        over[rate_of(line)] = over.get(rate_of(line), 0) + net
    return all(each >= 0 for each in over.values())


def _allowances(paper: Paper, listed: Sequence[int]) -> tuple[Allowance, ...]:
    if paper.discount is None:
        return ()
    bases: dict[Rate, int] = {}
    for line, net in zip(paper.lines, listed, strict=True):
        bases[rate_of(line)] = bases.get(rate_of(line), 0) + net
    found: list[Allowance] = []
    for row in paper.vat:
        base = bases.get(rate_of(row), 0)
        if base != row.base_cents:
            amount = base - row.base_cents
            share = _share(paper.discount.share_bp, base, amount)
            found.append(Allowance(amount, share, base if share else None, paper.discount.reason, rate_of(row)))
    return tuple(found)


def _share(share_bp: int | None, base_cents: int, amount_cents: int) -> int | None:
    """Give a discount's share where share x base is its amount to the cent; else it is only its amount."""
    return share_bp if share_bp and percent_of(base_cents, share_bp) == amount_cents else None


# --- lines


def _line_figures(line: PaperLine, net_cents: int, gross: bool) -> LineFigures:
    quantity = parse_decimal(line.quantity)
    full = product_cents(quantity, parse_decimal(line.unit_price))
    off = full - line.amount_cents
    reads = off == 0 if line.discount is None else full >= line.amount_cents >= 0 or full <= line.amount_cents <= 0
    if not reads or quantity[1] > _MAX_QUANTITY_SCALE or (quantity[0] <= 0 and net_cents > 0):
        return _once(net_cents)
    if quantity[0] == 0:
        return LineFigures(line.quantity, _price(line, gross), None, None, 0) if not net_cents else _once(net_cents)
    if quantity[0] < 0:  # a discount on a return is in its price: an allowance would be below zero
        priced = _fitting(line, quantity, net_cents, gross)
        return LineFigures(line.quantity, *priced, None, net_cents) if net_cents <= 0 else _once(net_cents)
    off_net = div_half_up(off * BP, BP + line.rate_bp) if gross else off
    if net_cents + off_net < 0:
        return _once(net_cents)
    price, per = _fitting(line, quantity, net_cents + off_net, gross)
    if not off_net:
        return LineFigures(line.quantity, price, per, None, net_cents)
    share = _share(line.discount.share_bp if line.discount else None, net_cents + off_net, off_net)
    reason = line.discount.reason if line.discount else None
    allowance = Allowance(off_net, share, net_cents + off_net if share else None, reason)
    return LineFigures(line.quantity, price, per, allowance, net_cents)


def _once(net_cents: int) -> LineFigures:
    return LineFigures("1" if net_cents >= 0 else "-1", decimal_of(abs(net_cents)), None, None, net_cents, once=True)


def _price(line: PaperLine, gross: bool) -> str:
    return unit_price_net(line.unit_price, line.rate_bp) if gross and line.rate_bp else line.unit_price


def _fitting(line: PaperLine, quantity: tuple[int, int], amount_cents: int, gross: bool) -> tuple[str, str | None]:
    """Give a price (BT-146) which, times the quantity, is the amount to the cent; else that of the whole quantity."""
    listed = _price(line, gross)
    if product_cents(quantity, parse_decimal(listed)) == amount_cents:
        return listed, None
    units, scale = abs(quantity[0]), quantity[1]
    millionths = div_half_up(abs(amount_cents) * 10 ** (MAX_SCALE - 2 + scale), units)
    if product_cents((units, scale), (millionths, MAX_SCALE)) == abs(amount_cents):
        whole, tail = divmod(millionths, 10**MAX_SCALE)
        return f"{whole}.{str(tail).zfill(MAX_SCALE).rstrip('0').ljust(2, '0')}", None
    return decimal_of(abs(amount_cents)), line.quantity.lstrip("-")


# --- VAT breakdown


def _rows(rows: Sequence[PaperVat], merged: bool) -> tuple[Row, ...]:
    """Write the breakdown; `merged`: one row for a category and rate, whatever the exemptions (BR-E-01)."""
    found: dict[Rate, Row] = {}
    for row in rows:
        key = (row.category, row.rate_bp, "" if merged else row.exemption or "")
        known = found.get(key)
        codes = (row.exemption,) if row.exemption else ()
        reasons = (row.reason,) if row.reason else ()
        if known is None:
            found[key] = Row(row.category, row.rate_bp, codes, reasons, row.base_cents, row.vat_cents)
        else:
            found[key] = Row(
                row.category,
                row.rate_bp,
                tuple(dict.fromkeys(known.codes + codes)),
                tuple(dict.fromkeys(known.reasons + reasons)),
                known.base_cents + row.base_cents,
                known.vat_cents + row.vat_cents,
            )
    return tuple(found.values())
