"""From the lines a business types to the lines, VAT rows and totals of a document, or the rule that says no.

It adds what a craftsman leaves out (the rate and category that the place of supply, the date and the issuer's regime
give) and refuses what the law does: VAT under the franchise or where there is none, a rate that is not in force, a
reduced rate on works without the client's statement. The arithmetic is `ledger.domain.totals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ledger.domain.commands.common import LineInput
from ledger.domain.events.common import Discount, Line, Totals, VatRow
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr import vat as law
from ledger.domain.totals import DocumentTotals, price_document
from ledger.domain.types import CustomerKind, Nature, PriceBasis, SupplyPlace, VatCategory, VatRegime
from ledger.kernel.frozen import frozen

Treatment = tuple[VatCategory, int, str | None]
"""How VAT treats a line: category, rate in basis points, exemption code."""


@frozen
class Priced:
    """A document's figures as its event holds them, and the labels of its lines (private) at the same ranks."""

    lines: tuple[Line, ...]
    vat: tuple[VatRow, ...]
    totals: Totals
    labels: tuple[str, ...]


class _RatedLine(NamedTuple):
    """A line to price; a tuple, because one is made for every line of every invoice."""

    quantity: str
    unit_price: str
    nature: Nature
    category: VatCategory
    rate_bp: int
    exemption: str | None
    discount: Discount | None


@frozen
class VatTerms:
    """What decides how VAT treats the lines of one document.

    `works` says that the trade does works on dwellings (`does_works`), `untold` that no trade is known, when labour
    counts as works; `statement` that the client stated what a reduced rate asks for (LF 2025 art. 41).
    `customer_kind` None: not known, and not checked.
    """

    place: SupplyPlace
    regime: VatRegime
    on: date
    works: bool = False
    statement: bool = False
    customer_kind: CustomerKind | None = None
    untold: bool = False


def price(
    lines: Sequence[LineInput],
    basis: PriceBasis,
    terms: VatTerms,
    discount: Discount | None = None,
    pointer: str = "/lines",
) -> Priced | Refusal:
    """Price the lines of a document, HT (`net`) or TTC (`gross`), or say what is wrong with them.

    `pointer` is the JSON Pointer of the lines in the command. A line without a rate takes the standard rate of the
    place and day, or none where there is none.
    """
    treatments: list[Treatment] = []
    rated: list[_RatedLine] = []
    seen: dict[tuple[int | None, VatCategory | None, str | None], Treatment] = {}
    for index, line in enumerate(lines):
        key = (line.rate_bp, line.category, line.exemption)
        treatment = seen.get(key)
        if treatment is None:
            found = _known(*key, terms)
            if isinstance(found, Refusal):
                return replace(found, place=f"{pointer}/{index}{found.place}")
            treatment = seen[key] = found
        if not terms.statement and _works_below_standard(line, treatment, terms):
            return refuse("REDUCED_RATE_STATEMENT_MISSING", f"{pointer}/{index}/rate_bp")
        treatments.append(treatment)
        rated.append(_RatedLine(line.quantity, line.unit_price, line.nature, *treatment, line.discount))
    figures = price_document(rated, basis, discount, pointer)
    if isinstance(figures, Refusal):
        return figures
    return Priced(
        _event_lines(lines, treatments, figures), figures.vat, figures.totals, tuple([line.label for line in lines])
    )


def _event_lines(
    lines: Sequence[LineInput], treatments: Sequence[Treatment], figures: DocumentTotals
) -> tuple[Line, ...]:
    return tuple(
        [
            Line(
                item=line.item,
                nature=line.nature,
                purpose=line.purpose,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                discount=line.discount,
                category=category,
                rate_bp=rate_bp,
                exemption=exemption,
                amount_cents=amounts.amount_cents,
                net_cents=amounts.net_cents,
                choice=line.choice,
                choice_group=line.choice_group,
            )
            for line, (category, rate_bp, exemption), amounts in zip(lines, treatments, figures.lines, strict=True)
        ]
    )


def treat(
    rate_bp: int | None, category: VatCategory | None, exemption: str | None, terms: VatTerms
) -> Treatment | Refusal:
    """Say how VAT treats a line that asks for this, or why it may not be; the place is within the line."""
    franchise = terms.regime == "franchise"
    usual = law.default_treatment(terms.place, franchise, terms.on)
    category, rate_bp, exemption = _completed(rate_bp, category, exemption, usual)
    refusal = law.check_vat(
        category=category,
        rate_bp=rate_bp,
        exemption=exemption,
        supply_place=terms.place,
        franchise=franchise,
        customer_kind=terms.customer_kind or "business",
        on=terms.on,
        place="",
    )
    if refusal is not None:
        return refusal
    if exemption == law.FRANCHISE_EXEMPTION and not franchise:
        return refuse("FRANCHISE_EXEMPTION_UNDER_VAT", "/exemption")
    if category == "S" and exemption is not None:
        return refuse("VAT_CATEGORY_RATE", "/exemption", category=category, rate_bp=rate_bp)
    if category != "S" and exemption is None:
        return refuse("VAT_EXEMPTION_REFERENCE_MISSING", "/exemption")
    return category, rate_bp, exemption


_known = lru_cache(maxsize=1024)(treat)
"""The same answer for the same question: a shop asks it of every line of the day."""


def _completed(rate_bp: int | None, category: VatCategory | None, exemption: str | None, usual: Treatment) -> Treatment:
    """Fill in what a line leaves out from what is usual at its place, on its day, under its regime."""
    if category is None and rate_bp:
        category = "S"
    if category is None and (rate_bp == 0 or exemption is not None) and usual[0] == "S":
        category = "E"
    if category is None:
        category = usual[0]
    if rate_bp is None:
        rate_bp = usual[1] if category == "S" else 0
    exemption = exemption or _EXEMPTIONS.get(category)
    if exemption is None and category == usual[0]:
        exemption = usual[2]
    return category, rate_bp, exemption


def does_works(trades: Sequence[str]) -> bool:
    """Say whether one of the trades does works on dwellings, whose reduced rates need the client's statement."""
    return not _WORKS_TRADES.isdisjoint(trades)


def reduced_works(lines: Iterable[Line], trades: Sequence[str], place: SupplyPlace, on: date) -> bool:
    """Say whether a line is works below the standard rate, which rests on the client's statement (LF 2025 art. 41)."""
    terms = VatTerms(place, "normal_monthly", on, does_works(trades), untold=not trades)
    return any(_works_below_standard(line, (line.category, line.rate_bp, line.exemption), terms) for line in lines)


def _works_below_standard(line: LineInput | Line, treatment: Treatment, terms: VatTerms) -> bool:
    """Say whether a line is works below the standard rate: any line of a trade that does works.

    Where the issuer declared no trade, labour is taken for works: the reduced rates on labour are those on dwellings.
    """
    category, rate_bp, _ = treatment
    works = terms.works or (terms.untold and line.purpose in _LABOUR)
    return works and category == "S" and rate_bp < law.default_treatment(terms.place, False, terms.on)[1]


_WORKS_TRADES = frozenset({"building", "energy_renovation", "maintenance", "home_equipment", "repair"})
"""Trades whose work on dwellings may bear a reduced rate; repairs of the house are among them (order of 24/01/2017)."""

_LABOUR = frozenset({"labour_hourly", "labour_flat"})

_EXEMPTIONS: dict[VatCategory, str] = {
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}
"""What says why there is no VAT where the category alone says it (EN 16931 BR-AE-10, BR-IC-10, BR-G-10, BR-O-10)."""
