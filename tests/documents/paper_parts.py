# ruff: noqa: E501 - sentences as they are printed, one a line
"""What papers made by hand are made of: parties, lines, totals, a logo."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from projections.documents.paper import (
    Ask,
    Brand,
    Buyer,
    Paper,
    PaperLine,
    PaperVat,
    Postal,
    Proof,
    Reduction,
    Seller,
)

PROOF = Proof(
    ledger="0d9a1f3e-7c1b-4d6d-9f1b-5e2a9c7d1b40",
    seq=48213,
    fingerprint="9f2c41d07ab3e85561c0de94b7a2f318c5d0e17f6a8b29340417cc6e5b21fa9d",
    recorded_at="2026-03-12T13:32:07.418000Z",
    address="https://preuve.menuiserie-lefevre.test/e/48213#9f2c41d07ab3e855",
)


def logo(width: int = 620, height: int = 180) -> bytes:
    """Draw a logo: a plane iron and a shaving."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    unit = height / 180
    pen.rounded_rectangle((6 * unit, 20 * unit, 150 * unit, 160 * unit), 22 * unit, fill=(124, 74, 30, 255))
    pen.polygon([(40 * unit, 130 * unit), (78 * unit, 50 * unit), (116 * unit, 130 * unit)], fill=(255, 255, 255, 255))
    pen.arc((170 * unit, 30 * unit, 290 * unit, 150 * unit), 150, 420, fill=(200, 140, 60, 255), width=int(16 * unit))
    pen.arc((205 * unit, 60 * unit, 265 * unit, 120 * unit), 100, 400, fill=(200, 140, 60, 255), width=int(12 * unit))
    pen.rectangle((320 * unit, 60 * unit, width - 10, 76 * unit), fill=(60, 50, 44, 255))
    pen.rectangle((320 * unit, 100 * unit, width - 80, 112 * unit), fill=(124, 74, 30, 255))
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


SELLER = Seller(
    name="Menuiserie Lefèvre",
    trade_name=None,
    address=Postal(
        lines=("14 rue de l'Église",), postcode="38700", city="La Tronche", country="FR", country_name="France"
    ),
    siren="732829320",
    siret="73282932000074",
    vat_number="FR44732829320",
    legal_form="sarl",
    form_words="SARL au capital de 10 000 €",
    trade_register="RCS Grenoble 732 829 320",
    sole_trader=False,
    email="bonjour@menuiserie-lefevre.test",
    phone="04 76 00 00 00",
    website="menuiserie-lefevre.test",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    footer=None,
)
FULL_SELLER = replace(
    SELLER,
    name="Nathalie Roche-Delacroix EI",
    trade_name="Atelier du Vieux Moulin — menuiserie, escaliers, agencement",
    form_words=None,
    sole_trader=True,
    trade_register="RM 38 · RCS Grenoble 732 829 320",
    footer=(
        "Assurance décennale et responsabilité civile : Assurances Réunies, 12 avenue de la Paix, 75002 Paris, contrat n° 45-8812-B, "
        "France entière. Membre d'un centre de gestion agréé, le règlement par chèque est accepté. Conciliation : Médiation du "
        "Grésivaudan, mediation.test. Banque : FR76 3000 6000 0112 3456 7890 189."
    ),
)
CONSUMER = Buyer(
    name="Mme Élodie Marchand",
    kind="consumer",
    address=Postal(
        lines=("Résidence Les Glycines", "27 avenue Jean-Perrot"),
        postcode="38100",
        city="Grenoble",
        country="FR",
        country_name="France",
    ),
    email="elodie.marchand@exemple.fr",
    phone="06 00 00 00 00",
)
BUSINESS = Buyer(
    name="Hôtel des Trois Vallées SAS",
    kind="business",
    address=Postal(
        lines=("Service comptabilité", "3 place du Marché"),
        postcode="73600",
        city="Moûtiers",
        country="FR",
        country_name="France",
    ),
    delivery=Postal(
        lines=("Chantier du refuge", "Route du col"),
        postcode="73120",
        city="Courchevel",
        country="FR",
        country_name="France",
    ),
    siren="552100554",
    vat_number="FR40552100554",
    contact="Paul Garnier",
    order_reference="BC-2026-117",
)
FOREIGN = Buyer(
    name="Mrs Abigail Thornbury",
    kind="consumer",
    address=Postal(
        lines=("The Old Rectory", "5 Church Lane"),
        postcode="GL7 1AA",
        city="Cirencester",
        country="GB",
        country_name="United Kingdom",
    ),
    email="abigail@example.com",
)


def line(
    rank: int,
    label: str,
    quantity: str = "1",
    unit: str = "u",
    price: str = "100.00",
    rate_bp: int = 1000,
    *,
    basis: str = "net",
    share_bp: int | None = None,
    **more: Any,
) -> PaperLine:
    """Make a line whose amounts are worked out as the ledger does: half up, to the cent."""
    gross = _cents(Decimal(quantity) * Decimal(price) * 100)
    discount = None
    if share_bp is not None:
        discount = Reduction(amount_cents=_cents(Decimal(gross) * share_bp / 10000), share_bp=share_bp)
        gross -= discount.amount_cents
    net = gross if basis == "net" else _cents(Decimal(gross) * 10000 / (10000 + rate_bp))
    given: dict[str, Any] = {
        "rank": rank,
        "label": label,
        "item": None,
        "nature": "services",
        "purpose": "sale",
        "quantity": quantity,
        "unit": unit,
        "unit_words": unit,
        "unit_price": price,
        "discount": discount,
        "category": "S",
        "rate_bp": rate_bp,
        "exemption": None,
        "amount_cents": gross,
        "net_cents": net,
    }
    return PaperLine(**{**given, **more})


def _cents(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def with_totals(paper: Paper, lines: list[PaperLine]) -> Paper:
    """Give a paper its lines, its VAT by rate and its totals."""
    by_rate: dict[tuple[str, int, str | None], int] = defaultdict(int)
    for one in lines:
        if one.choice is None or one.chosen:
            by_rate[one.category, one.rate_bp, one.exemption] += one.amount_cents
    if paper.discount:
        first = max(by_rate, key=lambda key: by_rate[key])
        by_rate[first] -= paper.discount.amount_cents
    rows = []
    for (category, rate_bp, exemption), amount in sorted(by_rate.items(), key=str):
        if paper.basis == "gross":
            base = _cents(Decimal(amount) * 10000 / (10000 + rate_bp))
            tax = amount - base
        else:
            base, tax = amount, _cents(Decimal(amount) * rate_bp / 10000)
        rows.append(
            PaperVat(
                category=category, rate_bp=rate_bp, exemption=exemption, reason=None, base_cents=base, vat_cents=tax
            )
        )
    net, tax = sum(row.base_cents for row in rows), sum(row.vat_cents for row in rows)
    return replace(paper, lines=tuple(lines), vat=tuple(rows), net_cents=net, vat_cents=tax, gross_cents=net + tax)


def ask_for(cents: int, number: str, due: date | None = date(2026, 4, 11)) -> Ask:
    return Ask(
        amount_cents=cents,
        due_on=due,
        reference="RF18FA20260017",
        iban=SELLER.iban,
        bic=SELLER.bic,
        beneficiary=SELLER.name,
    )


def base(kind: str, title: str, number: str | None, **more: Any) -> Paper:
    """Make a paper without content."""
    given: dict[str, Any] = {
        "kind": kind,
        "language": "fr",
        "title": title,
        "number": number,
        "issued_on": date(2026, 3, 12),
        "proof": PROOF,
        "seller": SELLER,
        "brand": Brand(accent="#7c4a1e", logo=logo(), logo_type="image/png"),
        "buyer": CONSUMER,
    }
    return Paper(**{**given, **more})
