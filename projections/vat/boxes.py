"""The boxes of the VAT returns that a seller's figures go into: form 3310-CA3, and 3517-S (CA12) once a year.

Sceau knows sales and no purchases: deductible VAT, acquisitions and imports are for the accountant to add. Box numbers,
words and the codes of electronic filing follow the forms in use since 2022; they were read in published software for
these forms, not on the tax office's own pages ("quoted"). What the forms' notices say of corrections and of rounding is
recalled where no source is named. A form that changes is one more row with its dates.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.domain.regimes.fr.dated import Dated, in_force
from ledger.domain.types import SupplyPlace, VatCategory
from ledger.kernel.frozen import frozen
from projections.reports.contract import Words

FormName = Literal["CA3", "CA12"]


@frozen
class Box:
    """One line of a form: its number as printed, its code for electronic filing, its words.

    `taxed` boxes have a base and a tax; the others a base only.
    """

    number: str
    code: str
    words: Words
    taxed: bool


@frozen
class Form:
    """One form: which box a sale goes into, and where corrections and totals stand.

    `rates` is by (place group, rate in basis points); `others` takes every taxed rate that has no box of its own.
    """

    name: FormName
    title: Words
    rates: dict[tuple[str, int], Box]
    others: Box
    untaxed: dict[VatCategory, Box]
    sales_total: Box | None  # sum of the taxed bases
    vat_total: Box
    correction_base: Box | None
    correction_vat: Box
    correction_untaxed: Box | None
    paid_back: Box  # a correction taken back: VAT deducted before and due again


def _box(number: str, code: str, fr: str, en: str, taxed: bool = True) -> Box:
    return Box(number, code, Words(fr, en), taxed)


_GROUPS: dict[SupplyPlace, str] = {
    "FR": "metropole", "FR-20R": "corsica", "GP": "overseas", "MQ": "overseas", "RE": "overseas",
}  # fmt: skip

_08 = _box("08", "FP/GP", "Taux normal 20 %", "Standard rate 20 %")
_09 = _box("09", "FB/GB", "Taux réduit 5,5 %", "Reduced rate 5.5 %")

_CA3_E2 = _box("E2", "DB", "Autres opérations non imposables", "Other supplies not taxed", taxed=False)

CA3 = Form(
    name="CA3",
    title=Words("Déclaration 3310-CA3", "Form 3310-CA3"),
    rates={
        ("metropole", 2000): _08,
        ("metropole", 550): _09,
        ("metropole", 1000): _box("9B", "FR/GR", "Taux réduit 10 %", "Reduced rate 10 %"),
        ("metropole", 210): _box("T6", "MF/ME", "France continentale, taux 2,1 %", "Mainland France, 2.1 %"),
        ("corsica", 2000): _08,
        ("corsica", 550): _09,
        ("corsica", 1300): _box("P2", "GU/GV", "Taux 13 % sur les produits pétroliers", "13 % on petroleum products"),
        ("corsica", 1000): _box("T3", "BS/CS", "Corse, taux 10 %", "Corsica, 10 %"),
        ("corsica", 210): _box("T4", "BF/MC", "Corse, taux 2,1 %", "Corsica, 2.1 %"),
        ("corsica", 90): _box("T5", "BE/MA", "Corse, taux 0,9 %", "Corsica, 0.9 %"),
        ("overseas", 850): _box("10", "FM/GM", "DOM, taux normal 8,5 %", "Overseas departments, 8.5 %"),
        ("overseas", 210): _box("11", "FN/GN", "DOM, taux réduit 2,1 %", "Overseas departments, 2.1 %"),
        ("overseas", 175): _box("T1", "BQ/CQ", "DOM, taux 1,75 %", "Overseas departments, 1.75 %"),
        ("overseas", 105): _box("T2", "BP/CP", "DOM, taux 1,05 %", "Overseas departments, 1.05 %"),
    },
    others=_box("13", "FC/GC", "Anciens taux", "Former rates"),
    untaxed={
        "G": _box("E1", "DA", "Exportations hors UE", "Exports outside the EU", taxed=False),
        "K": _box("F2", "DC", "Livraisons intracommunautaires", "Supplies within the EU", taxed=False),
        "E": _CA3_E2,
        "Z": _CA3_E2,
        "AE": _CA3_E2,
        "O": _CA3_E2,
    },
    sales_total=_box("A1", "CA", "Ventes, prestations de services", "Sales of goods and services", taxed=False),
    vat_total=_box("16", "GH", "Total de la TVA brute due", "Total VAT due before deduction"),
    correction_base=_box("B5", "CE", "Régularisations, opérations taxées", "Corrections, taxed supplies", taxed=False),
    correction_vat=_box(
        "21",
        "HC/HH",
        "Autre TVA à déduire, dont régularisation de TVA collectée",
        "Other VAT to deduct, of which correction of VAT collected",
    ),
    correction_untaxed=_box("F8", "DE", "Régularisations, non taxées", "Corrections, supplies not taxed", taxed=False),
    paid_back=_box("15", "GG", "TVA antérieurement déduite à reverser", "VAT deducted before, due again"),
)

_CA12_09 = _box("09", "0950", "Taux particulier", "Special rate")
_CA12_5A = _box("5A", "0207", "Taux normal 20 %", "Standard rate 20 %")
_CA12_06 = _box("06", "0105", "Taux réduit 5,5 %", "Reduced rate 5.5 %")
_CA12_03 = _box("03", "0033", "Autres opérations non imposables", "Other supplies not taxed", taxed=False)

CA12 = Form(
    name="CA12",
    title=Words("Déclaration 3517-S (CA12)", "Form 3517-S (CA12)"),
    rates={
        ("metropole", 2000): _CA12_5A,
        ("metropole", 550): _CA12_06,
        ("metropole", 1000): _box("6C", "0151", "Taux réduit 10 %", "Reduced rate 10 %"),
        ("metropole", 210): _CA12_09,
        ("corsica", 2000): _CA12_5A,
        ("corsica", 550): _CA12_06,
        ("corsica", 1300): _box("9A", "0152", "Taux 13 % sur les produits pétroliers", "13 % on petroleum products"),
        ("corsica", 1000): _CA12_09,
        ("corsica", 210): _CA12_09,
        ("corsica", 90): _CA12_09,
        ("overseas", 850): _box("07", "0201", "DOM, taux normal 8,5 %", "Overseas departments, 8.5 %"),
        ("overseas", 210): _box("08", "0100", "DOM, taux réduit 2,1 %", "Overseas departments, 2.1 %"),
        ("overseas", 175): _CA12_09,
        ("overseas", 105): _CA12_09,
    },
    others=_box("10", "0900", "Anciens taux", "Former rates"),
    untaxed={
        "G": _box("02", "0032", "Exportations hors UE", "Exports outside the EU", taxed=False),
        "K": _box("04", "0034", "Livraisons intracommunautaires", "Supplies within the EU", taxed=False),
        "E": _CA12_03,
        "Z": _CA12_03,
        "AE": _CA12_03,
        "O": _CA12_03,
    },
    sales_total=None,
    vat_total=_box("16", "", "Total de la taxe due", "Total VAT due"),
    correction_base=None,
    correction_vat=_box("25", "", "Autre TVA à déduire", "Other VAT to deduct"),
    correction_untaxed=None,
    paid_back=_box("18", "0600", "TVA antérieurement déduite à reverser", "VAT deducted before, due again"),
)

FORMS: tuple[Dated[Form], ...] = (
    Dated(CA3, date(2022, 1, 1), None, "CGI art. 287 ; formulaire 3310-CA3-SD", "quoted"),
    Dated(CA12, date(2022, 1, 1), None, "CGI art. 287-3 ; formulaire 3517-S-SD", "quoted"),
)
"""Which form was in use when; the newest row of a name that holds on the last day of the period is taken.

CA12 has its last years when the simplified regime ends (`projections.vat.periods.SIMPLIFIED_UNTIL`).
"""


def form_on(name: FormName, on: date) -> Form | None:
    """Give a form as it stands on the last day of a period; None before our first version of it."""
    found = [row.value for row in in_force(FORMS, on) if row.value.name == name]
    return found[-1] if found else None


def box_of(form: Form, category: VatCategory, rate_bp: int, place: SupplyPlace) -> Box:
    """Give the box that a sale's base goes into."""
    if category != "S":
        return form.untaxed[category]
    return form.rates.get((_GROUPS.get(place, ""), rate_bp), form.others)


def euros_of(cents: int) -> int:
    """Round to the euro, a half counting as one on the absolute value, as returns are written (CGI art. 1724)."""
    whole = (abs(cents) + 50) // 100
    return whole if cents >= 0 else -whole
