"""How a contract is formed and undone: who is protected, what is chosen, when money may be taken, until when one may
withdraw.

C. conso L221-1 to L221-28 (distance and off-premises contracts), L214-1 (arrhes); C. civ. 1113 to 1122.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, Protocol

from ledger.domain.events.common import Discount, Line
from ledger.domain.events.quotes import EarlyPaymentException, QuoteDocument
from ledger.domain.pricing import reduced_works
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import payment_allowed_from, withdrawal_last_day
from ledger.domain.streams.quote import QuoteState, counted_ranks
from ledger.domain.totals import DocumentTotals, LineAmounts, price_document, totals_of
from ledger.domain.types import Channel, CustomerKind, PriceBasis

Withdrawal = Literal["applies", "bespoke", "urgent_repair", "outside"]
SignatureEnd = Literal["revised", "expired", "refused", "asked"]


# --- protection


def is_protected(kind: CustomerKind, small_business: bool, channel: Channel) -> bool:
    """Say whether the rules on distance and off-premises contracts protect this customer.

    Consumers; and, off premises only, a business of up to five employees outside its main activity (L221-3).
    """
    return kind == "consumer" or (kind == "business" and small_business and channel == "off_premises")


def withdrawal_status(
    protected: bool, channel: Channel, *, urgent_repair: bool, special_order: bool, lines: Sequence[Line]
) -> Withdrawal:
    """Say whether the client may withdraw within fourteen days, or why not.

    `bespoke` (L221-28 3°) speaks of goods made to the client's specifications: it is taken only where every line is
    goods. A service on special order keeps its fourteen days.
    """
    if not protected or channel == "premises":
        return "outside"
    if urgent_repair:
        return "urgent_repair"
    if special_order and all(line.nature == "goods" for line in lines):
        return "bespoke"
    return "applies"


def payment_from(
    protected: bool, channel: Channel, exception: EarlyPaymentException | None, concluded_on: date
) -> date | None:
    """Give the first day on which money may be taken, or None where no ban holds (L221-10: off premises alone)."""
    if not protected or channel != "off_premises" or exception is not None:
        return None
    return payment_allowed_from(concluded_on)


def is_sale(lines: Sequence[Line]) -> bool:
    """Say whether the withdrawal period runs from delivery: goods are sold, services beside them or not (L221-1 II)."""
    return any(line.nature == "goods" for line in lines)


def last_day_to_withdraw(quote: QuoteState) -> date | None:
    """Give the last day on which the client may withdraw; None while goods are still to be delivered.

    For goods, works beside them or not (L221-1 II), the period has one start: the last complete delivery, for a
    recurring delivery the first (L221-18); where none is recorded, the acceptance of the work, which holds the goods.
    """
    contract, document = quote.contract, quote.current
    if contract is None or document.withdrawal != "applies":
        return None
    if contract.withdrawal_until is not None:
        return date.fromisoformat(contract.withdrawal_until)
    deliveries = [each for each in quote.deliveries if each.kind == "delivery"]
    if document.recurring is not None and deliveries:
        return withdrawal_last_day(date.fromisoformat(min(each.on for each in deliveries)))
    start = quote.delivered_on or quote.accepted_on
    return withdrawal_last_day(date.fromisoformat(start)) if start is not None else None


def may_withdraw(quote: QuoteState, today: date) -> bool:
    """Say whether the right of withdrawal is open today."""
    if quote.contract is None or quote.current.withdrawal != "applies" or was_fully_performed(quote):
        return False
    last = last_day_to_withdraw(quote)
    return last is None or today <= last


def was_fully_performed(quote: QuoteState) -> bool:
    """Say whether a service was performed in full at the client's request, the loss acknowledged (L221-28 1°)."""
    contract = quote.contract
    if contract is None or is_sale(counted_lines(quote.current, contract.chosen)):
        return False
    return contract.early_start_requested and contract.loss_acknowledged and quote.accepted_on is not None


# --- choices


def counted_lines(document: QuoteDocument, chosen: tuple[int, ...]) -> tuple[Line, ...]:
    """Give the lines that count for a choice, in order."""
    return tuple(document.lines[rank - 1] for rank in counted_ranks(document.lines, chosen))


def price_counted(
    lines: Sequence[Line], basis: PriceBasis, discount: Discount | None, chosen: tuple[int, ...]
) -> DocumentTotals | Refusal:
    """Price the lines that count for a choice, in order; nothing counts for nothing until it is chosen.

    A change order may take away more than it adds: it is then priced in the mirror, so that it undoes to the cent what
    the same lines would add.
    """
    counted = [lines[rank - 1] for rank in counted_ranks(tuple(lines), chosen)]
    if not counted:
        return DocumentTotals((), (), totals_of(()))
    if discount is None and sum(line.amount_cents for line in counted) < 0:
        mirror = price_document([mirrored_line(line) for line in counted], basis)
        return mirror if isinstance(mirror, Refusal) else _mirrored(mirror)
    return price_document(counted, basis, discount)


class Choosable(Protocol):
    """A line that may be a choice, as typed or as priced."""

    @property
    def choice(self) -> Literal["option", "variant"] | None: ...  # noqa: D102 - named by the class
    @property
    def choice_group(self) -> str | None: ...  # noqa: D102 - named by the class


def check_groups_of(lines: Sequence[Choosable], place: str = "/lines") -> Refusal | None:
    """Refuse a variant without a group of at least two, and a group on any other line."""
    members: dict[str, int] = {}
    for line in lines:
        if line.choice == "variant" and line.choice_group is not None:
            members[line.choice_group] = members.get(line.choice_group, 0) + 1
    for index, line in enumerate(lines):
        group = line.choice_group
        if (group is not None) != (line.choice == "variant") or (group is not None and members[group] < 2):
            return refuse("QUOTE_VARIANT_GROUP", f"{place}/{index}/choice_group")
    return None


def check_choice(lines: Sequence[Choosable], chosen: tuple[int, ...]) -> Refusal | None:
    """Refuse a choice that is not exactly one variant of each group, and options that are offered."""
    offered = {rank for rank, line in enumerate(lines, 1) if line.choice is not None}
    if len(set(chosen)) != len(chosen) or not set(chosen) <= offered:
        return refuse("QUOTE_CHOICE_INVALID", "/chosen")
    groups = {line.choice_group for line in lines if line.choice == "variant"}
    taken = [lines[rank - 1].choice_group for rank in chosen if lines[rank - 1].choice == "variant"]
    if len(taken) != len(groups) or set(taken) != groups:
        return refuse("QUOTE_CHOICE_INVALID", "/chosen")
    return None


def cheapest_choice(lines: Sequence[Line]) -> tuple[int, ...]:
    """Give the choice that makes the lowest total: of each group the cheapest variant, and no option that adds."""
    best: dict[str, int] = {}
    for rank, line in enumerate(lines, 1):
        group = line.choice_group
        if group is not None and (group not in best or line.amount_cents < lines[best[group] - 1].amount_cents):
            best[group] = rank
    less = [rank for rank, line in enumerate(lines, 1) if line.choice == "option" and line.amount_cents < 0]
    return tuple(sorted((*best.values(), *less)))


# --- change orders that take away more than they add


def negated(quantity: str) -> str:
    """Turn the sign of an exact decimal."""
    if quantity == "0":
        return quantity
    return quantity[1:] if quantity.startswith("-") else f"-{quantity}"


def mirrored_line(line: Line) -> Line:
    """Turn the sign of a line."""
    return replace(line, quantity=negated(line.quantity), amount_cents=-line.amount_cents, net_cents=-line.net_cents)


def _mirrored(priced: DocumentTotals) -> DocumentTotals:
    lines = tuple(
        LineAmounts(
            -each.amount_cents,
            -each.discount_cents,
            -each.listed_net_cents,
            -each.net_cents,
            -each.vat_cents,
            -each.gross_cents,
        )
        for each in priced.lines
    )
    rows = tuple(
        replace(
            row,
            base_cents=-row.base_cents,
            vat_cents=-row.vat_cents,
            goods_base_cents=-row.goods_base_cents,
            goods_vat_cents=-row.goods_vat_cents,
        )
        for row in priced.vat
    )
    return DocumentTotals(lines, rows, totals_of(rows))


# --- reduced rates


def needs_reduced_rate_statement(document: QuoteDocument, chosen: tuple[int, ...]) -> bool:
    """Say whether the client must state that the reduced rates on works are due (LF 2025 art. 41)."""
    lines, on = counted_lines(document, chosen), date.fromisoformat(document.issued_on)
    return reduced_works(lines, document.trades, document.supply_place, on)
