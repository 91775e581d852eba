"""Lines, VAT, reductions and deposits as a paper shows them: the entry's own figures, never calculated anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from ledger.domain.events.common import Discount, Line, RateSplit, Texts, VatRow
from ledger.domain.events.invoices import Prepaid
from ledger.domain.money import parse_decimal, product_cents
from ledger.domain.regimes.fr.statements import franchise_wording, statement_words
from ledger.domain.regimes.fr.vat import EXCLUDED_EXEMPTION, FRANCHISE_EXEMPTION
from ledger.domain.types import AdvanceKind, PriceBasis
from projections.documents.paper import PaperLine, PaperPrepaid, PaperSplit, PaperVat, Reduction
from projections.documents.words import Words, tied
from projections.documents.words.legal import STATEMENTS_EN, VATEX_REASONS


def lines_of(
    lines: Sequence[Line], texts: Texts | None, say: Words, chosen: Iterable[int] | None = None
) -> tuple[PaperLine, ...]:
    """Give the lines with their labels; erased labels say so. `chosen` are ranks of options once there is a choice."""
    labels = texts.lines if texts is not None else ()
    taken = None if chosen is None else frozenset(chosen)
    return tuple(
        PaperLine(
            rank=rank,
            label=labels[rank - 1] if rank <= len(labels) else say("erased_label"),
            item=line.item,
            nature=line.nature,
            purpose=line.purpose,
            quantity=line.quantity,
            unit=line.unit,
            unit_words=say.unit(line.unit),
            unit_price=line.unit_price,
            discount=_line_discount(line),
            category=line.category,
            rate_bp=line.rate_bp,
            exemption=line.exemption,
            amount_cents=line.amount_cents,
            net_cents=line.net_cents,
            choice=line.choice,
            choice_group=line.choice_group,
            chosen=None if line.choice is None or taken is None else rank in taken,
            performed_bp=line.performed_bp,
        )
        for rank, line in enumerate(lines, 1)
    )


def _line_discount(line: Line) -> Reduction | None:
    if line.discount is None:
        return None
    full = product_cents(parse_decimal(line.quantity), parse_decimal(line.unit_price))
    return Reduction(
        amount_cents=full - line.amount_cents, share_bp=line.discount.share_bp, reason=line.discount.reason
    )


def discount_of(
    discount: Discount | None, lines: Iterable[PaperLine], basis: PriceBasis, net_cents: int, gross_cents: int
) -> Reduction | None:
    """Give the discount on the whole document: what its lines add up to, less its total in the price basis."""
    if discount is None:
        return None
    counted = sum(line.amount_cents for line in lines if line.choice is None or line.chosen)
    total = net_cents if basis == "net" else gross_cents
    return Reduction(amount_cents=counted - total, share_bp=discount.share_bp, reason=discount.reason)


def vat_of(
    rows: Sequence[VatRow], on: date, say: Words, *, works: bool = False, country: str = "FR"
) -> tuple[PaperVat, ...]:
    """Give the VAT rows, those without tax with their reason as worded on the document's day.

    `works` (the issuer builds) and `country` (the customer's) tell which reverse charge it is.
    """
    return tuple(
        PaperVat(
            category=row.category,
            rate_bp=row.rate_bp,
            exemption=row.exemption,
            reason=None if row.category == "S" else _reason(row, on, say, works=works, country=country),
            base_cents=row.base_cents,
            vat_cents=row.vat_cents,
        )
        for row in rows
    )


def _reason(row: VatRow, on: date, say: Words, *, works: bool, country: str) -> str:
    if row.category != "AE" or row.exemption not in ("VATEX-FR-AE", None):
        return reason_of(row.category, row.exemption, on, say)
    if country != "FR":
        return say("vat_reverse_abroad")
    return say("vat_reverse_works" if works else "vat_reverse")


def reason_of(category: str, exemption: str | None, on: date, say: Words) -> str:
    """Say why a category bears no tax (CGI ann. II 242 nonies A I 12° and 13°): by its code, else by the category."""
    if exemption == FRANCHISE_EXEMPTION:
        return _french_with_meaning("FRANCHISE", franchise_wording(on), say)
    if exemption == EXCLUDED_EXEMPTION:
        return _french_with_meaning("EXCLUDED_DEPARTMENT", statement_words("EXCLUDED_DEPARTMENT", on), say)
    known = VATEX_REASONS.get(exemption or "")
    if known is not None:
        return tied(known[0]) if say.language == "fr" else known[1]
    reference = _reference(exemption, say) if exemption is not None else None
    if reference is not None:
        return say("vat_exempt_by", reference=reference)
    return say(_BY_CATEGORY.get(category, "vat_exempt"))


_BY_CATEGORY = {"AE": "vat_reverse", "K": "vat_intra", "G": "vat_export", "O": "vat_outside", "Z": "vat_zero"}


def _french_with_meaning(code: str, french: str, say: Words) -> str:
    return tied(french) if say.language == "fr" else STATEMENTS_EN[code].format(french=french)


def _reference(exemption: str, say: Words) -> str | None:
    """Read the article out of a VATEX code, where it names one (`VATEX-FR-CGI261-4`, `VATEX-EU-132-1C`)."""
    if exemption.startswith("VATEX-FR-CGI"):
        return say("vat_article", article=exemption[12:])
    parts = _DIRECTIVE.fullmatch(exemption)
    if parts is None:
        return None
    article, paragraph, point = parts.groups()
    if say.language == "fr":
        named = article + (f" § {paragraph}" if paragraph else "") + (f" {point.lower()})" if point else "")
    else:
        named = article + (f"({paragraph})" if paragraph else "") + (f"({point.lower()})" if point else "")
    return say("vat_directive", article=named)


_DIRECTIVE = re.compile(r"VATEX-EU-([0-9]+)(?:-([0-9]+)([A-Z])?)?")
"""A code of the European list that is named after its article: article, paragraph, point."""


def splits_of(split: Sequence[RateSplit]) -> tuple[PaperSplit, ...]:
    """Give an amount's parts per rate."""
    return tuple(
        PaperSplit(
            category=each.category,
            rate_bp=each.rate_bp,
            net_cents=each.net_cents,
            vat_cents=each.vat_cents,
            gross_cents=each.gross_cents,
        )
        for each in split
    )


def prepaid_of(prepaid: Sequence[Prepaid], kinds: Sequence[AdvanceKind | None], say: Words) -> tuple[PaperPrepaid, ...]:
    """Give the deposits deducted, in words: `Acompte AC-00003 du 12/03/2026, payé le 14/03/2026`."""
    return tuple(
        PaperPrepaid(
            words=_prepaid_words(each, kind, say),
            number=each.number,
            issued_on=date.fromisoformat(each.issued_on) if each.issued_on is not None else None,
            paid_on=date.fromisoformat(each.paid_on),
            amount_cents=each.amount_cents,
            interest_cents=each.interest_cents,
            split=splits_of(each.split),
        )
        for each, kind in zip(prepaid, kinds, strict=True)
    )


def _prepaid_words(each: Prepaid, kind: AdvanceKind | None, say: Words) -> str:
    name = say(f"advance_{kind or 'deposit'}")
    if each.number is not None and each.issued_on is not None:
        name = say("prepaid_named", name=name, number=each.number, day=say.day(each.issued_on))
    elif each.number is not None:
        name = f"{name} {each.number}"
    return say(f"prepaid_paid_{kind or 'deposit'}", name=name, day=say.day(each.paid_on))
