"""The figures of a contract's invoices: what it is, what stands invoiced of it, what is left, what a situation takes.

All lists go by the contract's lines: those of its signed version with the options chosen, then those of its signed
change orders. What stands invoiced plus what is left is the contract to the cent, at each rate
(docs/decisions/final-invoice.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.domain.contracts import price_counted
from ledger.domain.deciders.acts import read_issuer
from ledger.domain.deciders.deposit_room import contract_rows, invoiced_with
from ledger.domain.deciders.invoicing import vat_terms
from ledger.domain.decision import World
from ledger.domain.events.common import Discount, Line, VatRow
from ledger.domain.money import BP
from ledger.domain.parts import basis_amount, by_amount, effective_amounts, line_worth, share_of, without_nothing
from ledger.domain.pricing import Priced, treat
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.totals import LineAmounts, add_rows, price_document, subtract_rows, totals_of


@dataclass(frozen=True, slots=True)
class Contract:
    """A signed contract with its change orders, priced; all lists go by its lines.

    `wholes` are the lines' amounts in the price basis and `nets` their HT, both after all discounts.
    """

    identifier: str
    quote: QuoteState
    lines: tuple[Line, ...]
    labels: tuple[str, ...]
    wholes: tuple[int, ...]
    nets: tuple[int, ...]
    rows: tuple[VatRow, ...]
    discount: Discount | None  # on the document, when there is no change order


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What stands invoiced of a contract, credit notes taken off."""

    amounts: tuple[int, ...]
    nets: tuple[int, ...]
    rows: tuple[VatRow, ...]
    invoices: tuple[tuple[str, InvoiceState], ...]


# --- reading the contract


def read_contract(world: World, identifier: str, place: str = "/quote") -> Contract | Refusal:
    """Give a contract that can be invoiced, its lines still bearable under today's VAT."""
    quote = world.state(QUOTE, identifier)
    if quote is None:
        return refuse("REFERENCE_UNKNOWN", place)
    if not quote.signed or quote.contract is None:
        return refuse("QUOTE_NOT_SIGNED", place)
    if quote.current.amends is not None and not _comes_after_final(world, identifier, quote.current.amends):
        return refuse("AMENDMENT_INVOICED_WITH_CONTRACT", place)
    parts = [quote, *invoiced_with(world, quote, ended=True)]
    lines: list[Line] = []
    labels: list[str] = []
    wholes: list[int] = []
    nets: list[int] = []
    for part in parts:
        refusal = _add_part(part, quote, len(parts) > 1, lines, labels, wholes, nets)
        if refusal is not None:
            return refusal
    refusal = _check_rates(world, quote, lines, place)
    if refusal is not None:
        return refusal
    discount = quote.current.discount if len(parts) == 1 else None
    rows = contract_rows(world, quote)
    return Contract(identifier, quote, tuple(lines), tuple(labels), tuple(wholes), tuple(nets), rows, discount)


NOTHING = LineAmounts(0, 0, 0, 0, 0, 0)
"""A line that is worth nothing any more."""


def _comes_after_final(world: World, amendment: str, original: str) -> bool:
    """Say whether a change order came after its contract's last invoice: it is then invoiced by itself."""
    quote = world.state(QUOTE, original)
    last = [part for part in quote.invoices if part.kind != "progress" and not part.undone] if quote else []
    return bool(last) and amendment not in last[-1].covers


def _add_part(
    part: QuoteState,
    base: QuoteState,
    several: bool,
    lines: list[Line],
    labels: list[str],
    wholes: list[int],
    nets: list[int],
) -> Refusal | None:
    """Add the lines that count of the contract or of one change order."""
    document = part.current
    counted = [document.lines[rank - 1] for rank in part.counted]
    if not counted:
        return None
    if document.texts is None:
        return refuse("CUSTOMER_ERASED", "/quote")
    chosen = part.contract.chosen if part.contract is not None else ()
    priced = price_counted(document.lines, document.basis, document.discount, chosen)
    if isinstance(priced, Refusal):
        return priced
    for rank, line, figures in zip(part.counted, counted, priced.lines, strict=True):
        whole = basis_amount(base.current.basis, figures.net_cents, figures.gross_cents)
        if not part.signed and part is not base:  # withdrawn from, and still on an invoice: worth nothing now
            figures, whole = NOTHING, 0
        plain = replace(
            line, amount_cents=figures.amount_cents, net_cents=figures.net_cents, choice=None, choice_group=None
        )
        other_basis = document.basis != base.current.basis
        if other_basis or (several and whole != figures.amount_cents):
            quantity = "1" if other_basis else line.quantity
            plain = line_worth(line, whole, figures.net_cents, quantity)
        lines.append(plain)
        labels.append(document.texts.lines[rank - 1])
        wholes.append(whole)
        nets.append(figures.net_cents)
    return None


def _check_rates(world: World, quote: QuoteState, lines: Sequence[Line], place: str) -> Refusal | None:
    """Refuse to invoice at a rate that has ended since the signature: a change order brings the new one."""
    found = read_issuer(world)
    if isinstance(found, Refusal):
        return found
    document = quote.current
    terms = vat_terms(found[1], document.supply_place, world.today, document.customer_kind, statement=True)
    for line in lines:
        treatment = treat(line.rate_bp, line.category, line.exemption, terms)
        if isinstance(treatment, Refusal):
            return replace(treatment, place=place)
    return None


def read_invoiced(world: World, contract: Contract) -> Invoiced:
    """Give what stands invoiced of a contract, line by line."""
    amounts = [0] * len(contract.lines)
    nets = [0] * len(contract.lines)
    rows: list[Sequence[VatRow]] = []
    standing: list[tuple[str, InvoiceState]] = []
    for part in contract.quote.invoices:
        state = world.state(INVOICE, part.invoice)
        if state is None or part.undone:
            continue
        standing.append((part.invoice, state))
        rows.append(state.creditable_rows())
        document = state.issued
        for index, (amount, line) in enumerate(zip(effective_amounts(document), document.lines, strict=True)):
            amounts[index] += amount
            nets[index] += line.net_cents
        for credit in state.credited_lines:
            amounts[credit.rank - 1] -= credit.amount_cents
            nets[credit.rank - 1] -= credit.net_cents
    return Invoiced(tuple(amounts), tuple(nets), add_rows(*rows), tuple(standing))


def standing_final(quote: QuoteState) -> bool:
    """Say whether the contract was invoiced to its end by an invoice that still stands."""
    return any(part.kind != "progress" and not part.undone for part in quote.invoices)


# --- pricing what is left, or a situation


def rest_of(contract: Contract, before: Invoiced) -> Priced | Refusal:
    """Price everything of the contract that is not invoiced yet."""
    if not before.invoices:
        return _priced(contract, contract.lines, contract.rows, contract.discount)
    lines = [
        _part_of(line, whole - done, net - done_net, BP)
        for line, whole, net, done, done_net in zip(
            contract.lines, contract.wholes, contract.nets, before.amounts, before.nets, strict=True
        )
    ]
    rows = without_nothing(subtract_rows(contract.rows, before.rows))
    if not any(line.amount_cents for line in lines) and not rows:
        return refuse("QUOTE_FULLY_INVOICED", "/quote")
    return _priced(contract, lines, rows, None)


def situation_of(contract: Contract, before: Invoiced, performed_bp: Sequence[int]) -> Priced | Refusal:
    """Price a progress invoice: what is performed now, cumulated, less what stands invoiced."""
    if len(performed_bp) != len(contract.lines):
        return refuse("PROGRESS_LINES", "/performed_bp", lines=len(contract.lines))
    now = [share_of(whole, share, BP) for whole, share in zip(contract.wholes, performed_bp, strict=True)]
    for index, (later, earlier, whole) in enumerate(zip(now, before.amounts, contract.wholes, strict=True)):
        if (later < earlier) if whole >= 0 else (later > earlier):
            return refuse("PROGRESS_DECREASES", f"/performed_bp/{index}", line=index + 1)
    if tuple(now) == before.amounts:
        return refuse("PROGRESS_NOTHING", "/performed_bp")
    if tuple(now) == contract.wholes:
        return rest_of(contract, before) if before.invoices else _all_of(contract)
    figures = price_document(by_amount(contract.lines, now), contract.quote.current.basis)
    if isinstance(figures, Refusal):
        return replace(figures, place="/performed_bp")
    lines = [
        _part_of(line, later - earlier, amounts.net_cents - net, share)
        for line, later, earlier, amounts, net, share in zip(
            contract.lines, now, before.amounts, figures.lines, before.nets, performed_bp, strict=True
        )
    ]
    return _priced(contract, lines, without_nothing(subtract_rows(figures.vat, before.rows)), None)


def _all_of(contract: Contract) -> Priced | Refusal:
    lines = [
        _part_of(line, whole, net, BP)
        for line, whole, net in zip(contract.lines, contract.wholes, contract.nets, strict=True)
    ]
    return _priced(contract, lines, contract.rows, None)


def _part_of(line: Line, amount_cents: int, net_cents: int, performed_bp: int) -> Line:
    """Write what a situation takes of a line; quantity and price stay the contract's, the share says how far it is."""
    return replace(line, discount=None, amount_cents=amount_cents, net_cents=net_cents, performed_bp=performed_bp)


def _priced(
    contract: Contract, lines: Sequence[Line], rows: tuple[VatRow, ...], discount: Discount | None
) -> Priced | Refusal:
    off = 0
    if discount is not None:
        off = sum(line.amount_cents for line in lines) - sum(contract.wholes)
    totals = totals_of(rows, off)
    if totals.gross_cents < 0:
        return refuse("TOTAL_NEGATIVE", "/quote", total_cents=totals.gross_cents)
    return Priced(tuple(lines), rows, totals, contract.labels)
