"""What a document adds up to: lines, discounts, VAT per rate, totals; and the same cut into parts.

The method, once and for every document (CIBS L131-2; EN 16931 BR-CO-10 to -17):

1. A line is quantity x unit price, rounded once, less its own discount, rounded once.
2. A discount on the document is spread over the rates, then over their lines, pro rata, by largest remainder.
3. Prices without tax (`net`, HT): the VAT of a rate is its base x the rate, half-up. Prices with tax
   (`gross`, TTC): the VAT of a rate is extracted from its gross total, so that 3 x 9.99 stays 29.97.
4. Lines are then given their part of base and VAT by largest remainder: lines always add up to their rate,
   rates to the document.

A quantity may be negative (a return, a deduction inside a sale); a unit price may not (EN 16931 BR-27), nor
may the document's total: that would be a credit note. Parts of a document (deposits, payments, credits,
progress invoices) are cut so that the parts, taken together, give the document back to the cent, at each rate
and for goods and services.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.domain.events.common import Discount, RateSplit, Totals, VatRow
from ledger.domain.money import (
    BP,
    MAX_CENTS,
    allocate,
    apportion,
    div_half_up,
    net_of_gross,
    parse_decimal,
    percent_of,
    product_cents,
)
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.types import Nature, PriceBasis, VatCategory
from ledger.kernel.errors import Malformed
from ledger.kernel.frozen import frozen

MAX_LINES = 2_000
"""Most lines of one document."""

Rate = tuple[str, int, str]
"""What VAT is totalled by: category, rate in basis points, exemption code or ""."""


class Rated(Protocol):
    """Anything that has a VAT treatment: `PricedLine`, the `Line` of an event."""

    @property
    def nature(self) -> Nature: ...  # noqa: D102 - named by the class
    @property
    def category(self) -> VatCategory: ...  # noqa: D102 - named by the class
    @property
    def rate_bp(self) -> int: ...  # noqa: D102 - named by the class
    @property
    def exemption(self) -> str | None: ...  # noqa: D102 - named by the class


class Priced(Rated, Protocol):
    """Anything that can be priced: `PricedLine`, the `Line` of an event or of a command."""

    @property
    def quantity(self) -> str: ...  # noqa: D102 - named by the class
    @property
    def unit_price(self) -> str: ...  # noqa: D102 - named by the class
    @property
    def discount(self) -> Discount | None: ...  # noqa: D102 - named by the class


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line to price: exact decimal strings, and its VAT treatment."""

    quantity: str
    unit_price: str
    nature: Nature
    rate_bp: int
    category: VatCategory = "S"
    exemption: str | None = None
    discount: Discount | None = None


@frozen
class LineAmounts:
    """One line priced, in cents.

    `amount_cents` is what is printed: quantity x price less the line's `discount_cents`, in the price basis,
    before any discount on the document. `listed_net_cents` is the same without tax (EN 16931 BT-131).
    `net_cents`, `vat_cents` and `gross_cents` are the line after all discounts; these add up to the
    document's totals.
    """

    amount_cents: int
    discount_cents: int
    listed_net_cents: int
    net_cents: int
    vat_cents: int
    gross_cents: int


@frozen
class DocumentTotals:
    """A document priced: its lines in their order, its VAT rows in order of `rate_of`, its totals.

    `totals.discount_cents` is the discount on the document alone, in the price basis.
    """

    lines: tuple[LineAmounts, ...]
    vat: tuple[VatRow, ...]
    totals: Totals


def rate_of(line: Rated | VatRow) -> Rate:
    """Say which VAT row a line belongs to."""
    return (line.category, line.rate_bp, line.exemption or "")


# --- pricing


def price_document(
    lines: Sequence[Priced], basis: PriceBasis, discount: Discount | None = None, place: str = "/lines"
) -> DocumentTotals | Refusal:
    """Price a whole document, or say what is wrong with it.

    `place` is the JSON Pointer of the lines in the command; that of the discount is `/discount`. Refuses a
    number that is none, an amount beyond `MAX_CENTS`, a discount larger than what it is taken from, a rate
    that does not go with its category, a negative unit price and a negative total. Dated rates are checked by
    `regimes.fr.vat`.
    """
    if not lines:
        return refuse("LINES_MISSING", place)
    if len(lines) > MAX_LINES:
        return refuse("LINES_TOO_MANY", place, limit=MAX_LINES)
    amounts: list[int] = []
    discounts: list[int] = []
    for index, line in enumerate(lines):
        priced = _price_line(line, index, place)
        if isinstance(priced, Refusal):
            return priced
        amounts.append(priced[0])
        discounts.append(priced[1])
    total = sum(amounts)
    if total < 0:
        return refuse("TOTAL_NEGATIVE", place, total_cents=total)
    off = _document_discount(total, discount)
    if isinstance(off, Refusal):
        return off
    listed, nets, vats, rows = _rates(lines, amounts, off, basis)
    totals = totals_of(rows, off)
    lowest = min(totals.net_cents, totals.gross_cents)
    if lowest < 0:  # returns at another rate than the sales: the lines alone add up to nothing or more
        return refuse("TOTAL_NEGATIVE", place, total_cents=lowest)
    if max(totals.gross_cents, totals.net_cents) > MAX_CENTS:
        return refuse("AMOUNT_TOO_LARGE", place, limit_cents=MAX_CENTS)
    priced_lines = tuple(
        LineAmounts(amount, discounted, listed_net, net, vat, net + vat)
        for amount, discounted, listed_net, net, vat in zip(amounts, discounts, listed, nets, vats, strict=True)
    )
    return DocumentTotals(priced_lines, rows, totals)


def _price_line(line: Priced, index: int, place: str) -> tuple[int, int] | Refusal:
    """Give the line's amount in the price basis and the discount taken off it."""
    try:
        quantity = parse_decimal(line.quantity, "quantity")
        unit_price = parse_decimal(line.unit_price, "unit_price")
    except Malformed as wrong:
        return refuse("DECIMAL_MALFORMED", f"{place}/{index}/{wrong.place}")
    if unit_price[0] < 0:
        return refuse("UNIT_PRICE_NEGATIVE", f"{place}/{index}/unit_price")
    if (line.category == "S") != (line.rate_bp > 0):
        return refuse("VAT_CATEGORY_RATE", f"{place}/{index}/rate_bp", category=line.category, rate_bp=line.rate_bp)
    full = product_cents(quantity, unit_price)
    if abs(full) > MAX_CENTS:
        return refuse("AMOUNT_TOO_LARGE", f"{place}/{index}", limit_cents=MAX_CENTS)
    if line.discount is None:
        return full, 0
    off = _discount_of(abs(full), line.discount)
    if off is None:
        return refuse("DISCOUNT_AMBIGUOUS", f"{place}/{index}/discount")
    if not 0 <= off <= abs(full):
        return refuse("DISCOUNT_TOO_LARGE", f"{place}/{index}/discount", amount_cents=abs(full))
    off = off if full >= 0 else -off  # a discount shrinks a return as it shrinks a sale
    return full - off, off


def _discount_of(amount_cents: int, discount: Discount) -> int | None:
    """Give the discount on a positive amount, or None if it is not either a share or an amount."""
    if (discount.share_bp is None) == (discount.amount_cents is None):
        return None
    if discount.share_bp is not None:
        return percent_of(amount_cents, discount.share_bp)
    return discount.amount_cents


def _document_discount(total: int, discount: Discount | None) -> int | Refusal:
    if discount is None:
        return 0
    off = _discount_of(total, discount)
    if off is None:
        return refuse("DISCOUNT_AMBIGUOUS", "/discount")
    if not 0 <= off <= total:
        return refuse("DISCOUNT_TOO_LARGE", "/discount", amount_cents=total)
    return off


def _rates(
    lines: Sequence[Rated], amounts: Sequence[int], off: int, basis: PriceBasis
) -> tuple[list[int], list[int], list[int], tuple[VatRow, ...]]:
    """Total per rate: listed net, net and VAT of each line, and the VAT rows."""
    groups = _groups(lines)
    group_off = [0] * len(groups)
    if off:
        group_off = allocate(off, [sum(amounts[i] for i in members) for members in groups.values()])
    listed = [0] * len(lines)
    nets = [0] * len(lines)
    vats = [0] * len(lines)
    rows: list[VatRow] = []
    for (rate, members), taken in zip(groups.items(), group_off, strict=True):
        before = [amounts[i] for i in members]
        after = _less(before, taken)
        line_nets, line_vats = _tax(after, rate[1], basis)
        line_listed = line_nets if not taken else _tax(before, rate[1], basis)[0]
        for position, i in enumerate(members):
            listed[i], nets[i], vats[i] = line_listed[position], line_nets[position], line_vats[position]
        rows.append(_row(rate, [lines[i] for i in members], line_nets, line_vats))
    return listed, nets, vats, tuple(rows)


def _groups(lines: Sequence[Rated]) -> dict[Rate, list[int]]:
    """Put the ranks of the lines under their rates, rates in order."""
    groups: dict[Rate, list[int]] = {}
    for index, line in enumerate(lines):
        groups.setdefault(rate_of(line), []).append(index)
    return groups if len(groups) < 2 else dict(sorted(groups.items()))


def _less(amounts: list[int], taken: int) -> list[int]:
    if not taken:
        return amounts
    return [amount - part for amount, part in zip(amounts, allocate(taken, amounts), strict=True)]


def _tax(amounts: Sequence[int], rate_bp: int, basis: PriceBasis) -> tuple[list[int], list[int]]:
    """Give net and VAT of each line of one rate; the tax is that of their total, the lines share it."""
    total = sum(amounts)
    if rate_bp == 0:
        return list(amounts), [0] * len(amounts)
    if basis == "net":
        return list(amounts), apportion([amount * rate_bp for amount in amounts], BP, percent_of(total, rate_bp))
    nets = apportion([amount * BP for amount in amounts], BP + rate_bp, net_of_gross(total, rate_bp))
    return nets, [amount - net for amount, net in zip(amounts, nets, strict=True)]


def _row(rate: Rate, lines: Sequence[Rated], nets: Sequence[int], vats: Sequence[int]) -> VatRow:
    goods = [index for index, line in enumerate(lines) if line.nature == "goods"]
    return VatRow(
        category=lines[0].category,
        rate_bp=rate[1],
        exemption=rate[2] or None,
        base_cents=sum(nets),
        vat_cents=sum(vats),
        goods_base_cents=sum(nets[i] for i in goods),
        goods_vat_cents=sum(vats[i] for i in goods),
    )


# --- VAT rows as quantities: adding, subtracting, summing


def gross_of(row: VatRow) -> int:
    """Give the gross (TTC) of a VAT row, in cents."""
    return row.base_cents + row.vat_cents


def gross_total(rows: Iterable[VatRow]) -> int:
    """Give the gross (TTC) of VAT rows taken together, in cents."""
    return sum(row.base_cents + row.vat_cents for row in rows)


def totals_of(rows: Iterable[VatRow], discount_cents: int = 0) -> Totals:
    """Sum VAT rows into a document's totals."""
    net = vat = 0
    for row in rows:
        net += row.base_cents
        vat += row.vat_cents
    return Totals(net_cents=net, vat_cents=vat, gross_cents=net + vat, discount_cents=discount_cents)


def rate_split(row: VatRow) -> RateSplit:
    """Write a VAT row as the split of a payment or deposit."""
    return RateSplit(
        category=row.category,
        rate_bp=row.rate_bp,
        exemption=row.exemption,
        net_cents=row.base_cents,
        vat_cents=row.vat_cents,
        gross_cents=gross_of(row),
        goods_gross_cents=row.goods_base_cents + row.goods_vat_cents,
    )


def add_rows(*parts: Sequence[VatRow]) -> tuple[VatRow, ...]:
    """Add VAT rows rate by rate; rows of zero are kept, in order of `rate_of`."""
    sums: dict[Rate, VatRow] = {}
    for row in (row for part in parts for row in part):
        known = sums.get(rate_of(row))
        sums[rate_of(row)] = row if known is None else _plus(known, row, 1)
    return tuple(sums[rate] for rate in sorted(sums))


def subtract_rows(whole: Sequence[VatRow], *parts: Sequence[VatRow]) -> tuple[VatRow, ...]:
    """Take parts off a whole, rate by rate: what is left, also where it is zero.

    Deposits off a contract give what the final invoice adds; credit notes off an invoice give what may still
    be credited. A rate that only a part has comes out negative.
    """
    left = {rate_of(row): row for row in whole}
    for row in (row for part in parts for row in part):
        rate = rate_of(row)
        left[rate] = _plus(left[rate], row, -1) if rate in left else _mirror(row)
    return tuple(left[rate] for rate in sorted(left))


def _plus(first: VatRow, second: VatRow, sign: int) -> VatRow:
    return VatRow(
        category=first.category,
        rate_bp=first.rate_bp,
        exemption=first.exemption,
        base_cents=first.base_cents + sign * second.base_cents,
        vat_cents=first.vat_cents + sign * second.vat_cents,
        goods_base_cents=first.goods_base_cents + sign * second.goods_base_cents,
        goods_vat_cents=first.goods_vat_cents + sign * second.goods_vat_cents,
    )


def _mirror(row: VatRow) -> VatRow:
    return _plus(_plus(row, row, -1), row, -1)


# --- parts of a document: deposits, payments, credits


def split_gross(gross_cents: int, room: Sequence[VatRow]) -> tuple[VatRow, ...]:
    """Cut an amount TTC (a deposit, a payment, a credit in money) over the rates of what it is for.

    `room` is what is still open: the document's rows less earlier parts (`subtract_rows`). Each rate gets its
    share pro rata of its open gross, by largest remainder; its VAT is extracted at its rate but
    never beyond what is open, and the part that closes a rate takes exactly what is left of it. So all parts
    and the rest give the document back, with no residue. Rows of zero are left out. Raises ValueError if the
    amount is below zero or above the room: the caller refuses or splits the excess off first.
    """
    open_cents = gross_total(room)
    if not 0 <= gross_cents <= open_cents:
        raise ValueError("the amount is not within what is open")
    if gross_cents == open_cents:
        return tuple(row for row in room if row.base_cents or row.vat_cents)
    shares = allocate(gross_cents, [max(0, gross_of(row)) for row in room])
    return tuple(_part_of(row, share) for row, share in zip(room, shares, strict=True) if share)


def _part_of(room: VatRow, gross_cents: int) -> VatRow:
    """Take a gross amount out of one open row; the bounds make the part that closes it take what is left."""
    vat = gross_cents - net_of_gross(gross_cents, room.rate_bp)
    vat = max(min(vat, room.vat_cents), gross_cents - room.base_cents)
    return _with_natures(room, gross_cents - vat, vat)


def _with_natures(room: VatRow, base_cents: int, vat_cents: int) -> VatRow:
    """Make the row of a part, sharing its base and VAT between goods and services as they are open."""
    goods_base = _goods_share(base_cents, room.goods_base_cents, room.base_cents)
    goods_vat = _goods_share(vat_cents, room.goods_vat_cents, room.vat_cents)
    return VatRow(
        category=room.category,
        rate_bp=room.rate_bp,
        exemption=room.exemption,
        base_cents=base_cents,
        vat_cents=vat_cents,
        goods_base_cents=goods_base,
        goods_vat_cents=goods_vat,
    )


def _goods_share(part: int, goods: int, whole: int) -> int:
    """Give the goods' share of a part, pro rata of what is open; a negative nature gets nothing."""
    weights = (max(0, goods), max(0, whole - goods))
    return allocate(part, weights)[0] if sum(weights) else 0


def fit_within(rows: Sequence[VatRow], room: Sequence[VatRow], basis: PriceBasis) -> tuple[VatRow, ...] | None:
    """Fit a credit note's rows into what may still be credited, or None if they do not fit.

    The rows are those of the credited lines, priced by themselves; roundings of several partial credits could
    drift a cent from the invoice's. A row that takes all that is open in the price basis takes exactly what
    is left of base and VAT; another's VAT is held within what is open. (CGI 289 I-5: credits never exceed the
    invoice.)
    """
    open_rows = {rate_of(row): row for row in room}
    fitted: list[VatRow] = []
    for row in rows:
        left = open_rows.pop(rate_of(row), None)
        fit = _fit_row(row, left, basis) if left else None
        if fit is None:
            return None
        fitted.append(fit)
    return tuple(fitted)


def _fit_row(row: VatRow, left: VatRow, basis: PriceBasis) -> VatRow | None:
    """Fit one row; a rate that is negative as a whole (more returns than sales) is fitted in the mirror."""
    if left.base_cents < 0:
        fit = _fit_row(_mirror(row), _mirror(left), basis)
        return fit and _mirror(fit)
    wanted, room = (row.base_cents, left.base_cents) if basis == "net" else (gross_of(row), gross_of(left))
    if wanted == room:
        return left
    if not 0 <= wanted < room:
        return None
    vat = min(row.vat_cents, left.vat_cents)
    if basis == "net":
        return _held(row, left, row.base_cents, vat)
    vat = max(vat, wanted - left.base_cents)
    return _held(row, left, wanted - vat, vat)


def _held(row: VatRow, left: VatRow, base_cents: int, vat_cents: int) -> VatRow:
    """Make the fitted row, keeping its own goods and services wherever they are open."""
    return VatRow(
        category=left.category,
        rate_bp=left.rate_bp,
        exemption=left.exemption,
        base_cents=base_cents,
        vat_cents=vat_cents,
        goods_base_cents=_own_or_share(row.goods_base_cents, base_cents, left.goods_base_cents, left.base_cents),
        goods_vat_cents=_own_or_share(row.goods_vat_cents, vat_cents, left.goods_vat_cents, left.vat_cents),
    )


def _own_or_share(own: int, part: int, goods: int, whole: int) -> int:
    if own <= goods and part - own <= whole - goods:
        return own
    return _goods_share(part, goods, whole)


# --- progress invoices (situations de travaux)


@dataclass(frozen=True, slots=True)
class Performed:
    """How much of a line is done since the start: a share, or an amount in the price basis; never both."""

    share_bp: int | None = None
    amount_cents: int | None = None


def price_progress(
    lines: Sequence[Rated],
    contract: DocumentTotals,
    basis: PriceBasis,
    now: Sequence[Performed],
    before: Sequence[Performed],
    place: str = "/performed",
) -> DocumentTotals | Refusal:
    """Price one progress invoice: what is done now, cumulated, less what was done at the one before.

    `contract` is the priced contract, `lines` its lines. Both cumulated states are priced in full and
    subtracted, so that all progress invoices together give the contract back to the cent. Amounts count after
    all discounts. Refuses more than the whole of a line, a line that goes backwards, and an invoice of
    nothing.
    """
    done: list[tuple[list[int], list[int], tuple[VatRow, ...]]] = []
    wholes = [line.net_cents if basis == "net" else line.gross_cents for line in contract.lines]
    reached: list[list[int]] = []
    for states in (now, before):
        amounts = _reached(wholes, states, place)
        if isinstance(amounts, Refusal):
            return amounts
        reached.append(amounts)
        _, nets, vats, rows = _rates(lines, amounts, 0, basis)
        done.append((nets, vats, rows))
    for index, (later, earlier, whole) in enumerate(zip(*reached, wholes, strict=True)):
        if (later - earlier) * (1 if whole >= 0 else -1) < 0:
            return refuse("PROGRESS_DECREASES", f"{place}/{index}", line=index + 1)
    if reached[0] == reached[1]:
        return refuse("PROGRESS_NOTHING", place)
    (nets_now, vats_now, rows_now), (nets_before, vats_before, rows_before) = done
    rows = subtract_rows(rows_now, rows_before)
    figures = zip(*reached, nets_now, nets_before, vats_now, vats_before, strict=True)
    priced = tuple(
        LineAmounts(later - earlier, 0, net - net0, net - net0, vat - vat0, net - net0 + vat - vat0)
        for later, earlier, net, net0, vat, vat0 in figures
    )
    return DocumentTotals(priced, rows, totals_of(rows))


def _reached(wholes: Sequence[int], states: Sequence[Performed], place: str) -> list[int] | Refusal:
    """Give each line's cumulated amount in the price basis."""
    if len(states) != len(wholes):
        return refuse("PROGRESS_LINES", place, lines=len(wholes))
    amounts: list[int] = []
    for index, (whole, state) in enumerate(zip(wholes, states, strict=True)):
        if (state.share_bp is None) == (state.amount_cents is None):
            return refuse("PROGRESS_AMBIGUOUS", f"{place}/{index}")
        if state.share_bp is not None:
            within = 0 <= state.share_bp <= BP
            amount = div_half_up(whole * state.share_bp, BP)
        else:
            amount = state.amount_cents or 0
            within = 0 <= amount <= whole or whole <= amount <= 0
        if not within:
            return refuse("PROGRESS_TOO_FAR", f"{place}/{index}", line=index + 1, whole_cents=whole)
        amounts.append(amount)
    return amounts
