"""The figures of a VAT return: what fell due in a period, per rate and box, from the book's postings.

Everything is read from the account `vat_collected`: a posting counts on the day on which its VAT fell due (`on`): the
receipt of money for services and deposits, the delivery for goods, the invoice under the option for debits (CGI art.
269-2). Corrections count on their own day (CGI art. 272). The same postings give the same figures, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ledger.domain.types import SupplyPlace, VatCategory, VatRegime
from ledger.kernel.frozen import frozen
from projections.book.posting import Posting
from projections.vat.boxes import Box, Form, FormName, box_of, euros_of, form_on
from projections.vat.periods import SIMPLIFIED_UNTIL, Period

FORM_OF_REGIME: dict[VatRegime, FormName | None] = {
    "normal_monthly": "CA3",
    "normal_quarterly": "CA3",
    "simplified": "CA12",
    "franchise": None,  # no return: there is no tax (CGI art. 293 B)
}
"""Which form a regime is returned on; `form_of` knows until when."""


def form_of(regime: VatRegime, period: Period) -> FormName | None:
    """Give the form that a period is returned on: the simplified regime's until it ends (`SIMPLIFIED_UNTIL`)."""
    name = FORM_OF_REGIME[regime]
    return "CA3" if name == "CA12" and period.from_on >= SIMPLIFIED_UNTIL else name


class FigureKey(NamedTuple):
    """What the figures of a return are kept apart by; empty text where a posting says nothing."""

    currency: str
    category: VatCategory
    rate_bp: int
    exemption: str
    supply_place: SupplyPlace
    nature: str
    due_by: str


@frozen
class Figure:
    """Base and VAT of one key, in cents; what was credited or fell away counts as minus."""

    key: FigureKey
    base_cents: int
    vat_cents: int
    last_seq: int  # the last entry behind it


@frozen
class BoxFigure:
    """One box: exact cents, and the euros that the form takes; None where the box has no base, or no tax."""

    box: Box
    base_cents: int | None
    vat_cents: int | None
    base_euros: int | None
    vat_euros: int | None


@frozen
class VatReturn:
    """A period's figures as of one entry.

    `figures` are all that counts in the period; `late` is what of it was recorded after `declared_on`, the day on which
    the period was declared. Other currencies have figures and no box: the return is in the ledger's currency, at a rate
    that the ledger does not know. `form` is None under the small-business exemption.
    """

    period: Period
    currency: str
    upto_seq: int
    declared_on: str
    form: Form | None
    figures: tuple[Figure, ...]
    late: tuple[Figure, ...]
    boxes: tuple[BoxFigure, ...]
    below_zero: frozenset[str] = frozenset()  # numbers of boxes whose figures went into those for corrections

    @property
    def base_cents(self) -> int:
        """All bases in the ledger's currency, taxed or not."""
        return sum(one.base_cents for one in self.figures if one.key.currency == self.currency)

    @property
    def vat_cents(self) -> int:
        """All VAT that fell due in the ledger's currency, corrections taken off."""
        return sum(one.vat_cents for one in self.figures if one.key.currency == self.currency)


def key_of(posting: Posting) -> FigureKey:
    """Give what a posting on a VAT account or on `sales` is summed by."""
    return FigureKey(
        posting.currency,
        posting.category or "O",
        posting.rate_bp or 0,
        posting.exemption or "",
        posting.supply_place,
        posting.nature or "",
        posting.due_by or "",
    )


def counting(postings: Iterable[Posting], period: Period, upto_seq: int) -> Iterator[Posting]:
    """Give the postings behind a return: VAT that fell due in the period, as recorded up to one entry."""
    for each in postings:
        if each.account == "vat_collected" and each.seq <= upto_seq and period.holds(each.on):
            yield each


def vat_return(
    postings: Iterable[Posting],
    period: Period,
    *,
    regime: VatRegime,
    currency: str,
    upto_seq: int,
    declared_on: str | None = None,
) -> VatReturn:
    """Make a period's return.

    `declared_on` is the day on which the period was declared; when none is given, the last day on which it may be.
    """
    name = form_of(regime, period)
    form = form_on(name, date.fromisoformat(period.to_on)) if name is not None else None
    declared = declared_on or due_day(name, period)
    sums: dict[FigureKey, list[int]] = {}
    late: dict[FigureKey, list[int]] = {}
    for each in counting(postings, period, upto_seq):
        key = key_of(each)
        for into in (sums, late) if each.day > declared else (sums,):
            sums_of = into.setdefault(key, [0, 0, 0])
            sums_of[0] -= each.base_cents
            sums_of[1] -= each.amount_cents
            sums_of[2] = max(sums_of[2], each.seq)
    figures = _figures(sums)
    own = [one for one in figures if one.key.currency == currency]
    boxes, below = _boxes(form, own) if form is not None else ((), frozenset())
    return VatReturn(
        period=period,
        currency=currency,
        upto_seq=upto_seq,
        declared_on=declared,
        form=form,
        figures=figures,
        late=_figures(late),
        boxes=boxes,
        below_zero=below,
    )


def due_day(form: FormName | None, period: Period) -> str:
    """Give the last day on which a period may be declared (recalled; the tax office sets each business its own).

    CA3: the 24th of the month after. CA12: the second working day after 1 May, or three months after the year's end
    where the year is not the calendar's.
    """
    ended = date.fromisoformat(period.to_on)
    following = ended + timedelta(days=1)
    if form == "CA12":
        if (following.month, following.day) != (1, 1):
            return _months_after(ended, 3).isoformat()
        day, left = date(following.year, 5, 1), 2
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day.isoformat()
    return date(following.year, following.month, 24).isoformat()


def box_for(form: Form, key: FigureKey) -> Box:
    """Give the box whose list a figure stands in: corrections of taxed supplies stand in one of their own."""
    if key.due_by == "credit" and key.category == "S":
        return form.correction_vat
    return box_of(form, key.category, key.rate_bp, key.supply_place)


def behind(made: VatReturn, postings: Iterable[Posting], number: str) -> Iterator[Posting]:
    """Give the postings behind a box by its number, also behind the boxes that are totals."""
    if made.form is None:
        return
    for each in counting(postings, made.period, made.upto_seq):
        key = key_of(each)
        if key.currency == made.currency and number in numbers_of(made.form, key, made.below_zero):
            yield each


def numbers_of(form: Form, key: FigureKey, below_zero: frozenset[str] = frozenset()) -> frozenset[str]:
    """Give the numbers of every box that a figure counts in."""
    box, taxed = box_for(form, key), key.category == "S"
    if box is form.correction_vat or (box.number in below_zero and taxed):
        found = [form.correction_base, form.correction_vat, form.paid_back]
    elif box.number in below_zero:
        found = [form.correction_untaxed]
    else:
        found = [box, form.vat_total, form.sales_total] if taxed else [box]
    return frozenset(one.number for one in found if one is not None)


def _figures(sums: dict[FigureKey, list[int]]) -> tuple[Figure, ...]:
    return tuple(Figure(key, base, vat, last) for key, (base, vat, last) in sorted(sums.items()) if base or vat)


def _boxes(form: Form, figures: Iterable[Figure]) -> tuple[tuple[BoxFigure, ...], frozenset[str]]:
    """Fill the form: no line of it is below zero, so what is goes into the boxes for corrections."""
    sums: dict[str, tuple[Box, int, int]] = {}
    corrected = [0, 0]
    for one in figures:
        box = box_for(form, one.key)
        if box is form.correction_vat:
            corrected = [corrected[0] - one.base_cents, corrected[1] - one.vat_cents]
            continue
        _, base, vat = sums.get(box.number, (box, 0, 0))
        sums[box.number] = (box, base + one.base_cents, vat + one.vat_cents)
    made: list[BoxFigure] = []
    below: set[str] = set()
    untaxed = 0
    for number in sorted(sums):
        box, base, vat = sums[number]
        if base >= 0 and vat >= 0:
            made.append(_filled(box, base, vat if box.taxed else None))
            continue
        below.add(number)
        if box.taxed:
            corrected = [corrected[0] - base, corrected[1] - vat]
        else:
            untaxed -= base
    return (*_totals(form, made), *_corrections(form, corrected[0], corrected[1], untaxed)), frozenset(below)


def _totals(form: Form, boxes: list[BoxFigure]) -> list[BoxFigure]:
    """Add the totals: in euros they are the sums of the rounded boxes, so that the form adds up."""
    taxed = [one for one in boxes if one.box.taxed]
    if not taxed:
        return boxes
    cents, euros = sum(one.vat_cents or 0 for one in taxed), sum(one.vat_euros or 0 for one in taxed)
    made = [*boxes, BoxFigure(form.vat_total, None, cents, None, euros)]
    if form.sales_total is not None:
        cents, euros = sum(one.base_cents or 0 for one in taxed), sum(one.base_euros or 0 for one in taxed)
        made.insert(0, BoxFigure(form.sales_total, cents, None, euros, None))
    return made


def _corrections(form: Form, base: int, vat: int, untaxed: int) -> list[BoxFigure]:
    made: list[BoxFigure] = []
    if base > 0 and form.correction_base is not None:
        made.append(_filled(form.correction_base, base, None))
    if vat:
        box = form.correction_vat if vat > 0 else form.paid_back
        made.append(BoxFigure(box, None, abs(vat), None, euros_of(abs(vat))))
    if untaxed and form.correction_untaxed is not None:
        made.append(_filled(form.correction_untaxed, untaxed, None))
    return made


def _filled(box: Box, base: int, vat: int | None) -> BoxFigure:
    return BoxFigure(box, base, vat, euros_of(base), None if vat is None else euros_of(vat))


def _months_after(day: date, months: int) -> date:
    following = day + timedelta(days=1)
    month = following.month - 1 + months
    return date(following.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
