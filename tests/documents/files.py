"""A small drawn page, its paper and an XML, for tests of what is done to files; pages have tests of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from projections.documents.finish import Attachment, finish
from projections.documents.paper import Brand, Paper, Postal, Proof, Seller

LEDGER: Final = "00000000-0000-8000-8000-00000000d0c5"
FINGERPRINT: Final = "5a" * 32
XML: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice '
    b'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">'
    + b"<!-- a line of the invoice -->" * 200
    + b"</rsm:CrossIndustryInvoice>\n"
)
EVIDENCE: Final = Attachment(
    name="preuve de signature – devis.pdf",
    data=b"%PDF-1.7 not read by anybody",
    media_type="application/pdf",
    description="Dossier de preuve de la signature",
)


def paper(**members: Any) -> Paper:
    seller = Seller(
        name="Menuiserie Élan & Fils SARL",
        trade_name=None,
        address=Postal(
            lines=("12 rue des Tilleuls",), postcode="35000", city="Rennes", country="FR", country_name="France"
        ),
        siren="552100554",
        siret=None,
        vat_number=None,
        legal_form="sarl",
        form_words=None,
        trade_register=None,
        sole_trader=False,
        email=None,
        phone=None,
        website=None,
        iban=None,
        bic=None,
        footer=None,
    )
    whole = Paper(
        kind="invoice",
        language="fr",
        title="Facture",
        number="FA-2026-0042",
        issued_on=date(2026, 3, 12),
        proof=Proof(ledger=LEDGER, seq=42, fingerprint=FINGERPRINT, recorded_at="2026-03-12T09:15:00.123Z"),
        seller=seller,
        brand=Brand(),
    )
    return replace(whole, **members)


@cache
def drawn(lines: int = 20, pages: int = 1) -> bytes:
    """A page as reportlab leaves it, with its empty transition and its filters in arrays."""
    face = (files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf").read_bytes()
    pdfmetrics.registerFont(TTFont("TestFace", BytesIO(face)))
    made = BytesIO()
    canvas = Canvas(made, pagesize=(595, 842), invariant=1, initialFontName="TestFace")  # type: ignore[arg-type] # wrong in the stubs
    for _ in range(pages):
        canvas.setFont("TestFace", 12)
        canvas.setFillColorRGB(0.1, 0.2, 0.4)
        for rank in range(lines):
            canvas.drawString(60, 780 - rank * 16, f"Ligne {rank} : pose d'un évier, 1 234,56 €")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def finished(attachments: Sequence[Attachment] = (), **members: Any) -> bytes:
    return finish(drawn(), paper(**members), XML, "en16931", attachments)
