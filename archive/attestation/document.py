"""The attestation as a PDF of two pages, one per part; the same facts give the same bytes.

The typeface is Source Sans Pro (SIL Open Font License), embedded: a paper kept for years names no font that a later
machine must have, and its glyphs cover the names of Europe.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from archive.attestation.statement import (
    CRIME,
    KEEP,
    MODEL,
    Attestation,
    first_part,
    french_day,
    one_line,
    second_part,
    spaced,
)

_INK: Final = HexColor("#1c2430")
_SOFT: Final = HexColor("#5b6675")
_ACCENT: Final = HexColor("#1f4e79")
_RULE: Final = HexColor("#c9d2dc")
_PALE: Final = HexColor("#f2f5f8")
_FONTS: Final = {"Sceau": "Regular", "Sceau-Bold": "Semibold", "Sceau-Italic": "It"}
_TIED: Final = re.compile(r" [:;»]|« |art\. (?=[0-9L])|286 I 3° bis|articles? (?=[0-9L])|L\. (?=[0-9])")
"""Where French does not break a line: before high punctuation, inside guillemets, inside an article's number."""
_MARGIN: Final = 20 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN


class MissingGlyph(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """A name has a character that the typeface lacks: spell it in Latin, Greek or Cyrillic letters."""


@cache
def _fonts() -> frozenset[int]:
    """Register the fonts; give the characters that every one of the upright ones has."""
    folder = files("font_source_sans_pro") / "files"
    known: list[set[int]] = []
    for name, style in _FONTS.items():
        font = TTFont(name, BytesIO((folder / f"SourceSansPro-{style}.ttf").read_bytes()))
        pdfmetrics.registerFont(font)
        if style != "It":
            known.append(set(font.face.charToGlyph))
    return frozenset(set.intersection(*known))


def _style(name: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    given = {"fontName": "Sceau", "fontSize": size, "leading": leading, "textColor": _INK}
    return ParagraphStyle(name, **{**given, **more})


_BODY: Final = _style("body", 10, 14.2, alignment=TA_JUSTIFY, spaceAfter=3 * mm)
_FILL: Final = _style("fill", 10.5, 21, spaceAfter=3 * mm)
_CELL: Final = _style("cell", 9.6, 12.6)
_LABEL: Final = _style("label", 8.6, 12.6, textColor=_SOFT)
_HEAD: Final = _style("head", 10, 13, fontName="Sceau-Bold", textColor=_ACCENT)
_TITLE: Final = _style("title", 20, 24, fontName="Sceau-Bold", textColor=_ACCENT)
_UNDER: Final = _style("under", 10.2, 13.5, textColor=_SOFT, spaceAfter=5 * mm)
_PART: Final = _style("part", 11.5, 15, fontName="Sceau-Bold", textColor=HexColor("#ffffff"))
_NOTE: Final = _style("note", 8.4, 11, textColor=_SOFT)


def render(one: Attestation) -> bytes:
    """Lay an attestation out.

    Raises:
        MissingGlyph: a name cannot be printed.
    """
    known = _fonts()
    addresses = (one_line(one.holder.address), one_line(one.editor.address))
    names = (one.holder.name, one.editor.name, one.signed_by, one.capacity, one.place, one.licence or "")
    for text in (*names, *addresses, one.holder.legal_form, one.editor.legal_form):
        if lacking := sorted({letter for letter in text if ord(letter) not in known}):
            raise MissingGlyph("no glyph for " + ", ".join(f"U+{ord(letter):04X}" for letter in lacking))
    made = BytesIO()
    layout = BaseDocTemplate(
        made,
        pagesize=A4,
        title=f"Attestation individuelle {one.reference}",
        author=one.editor.name,
        subject=f"{one.software}, périmètre {one.perimeter}",
        keywords=[f"salt:{one.salt}", f"perimeter:{one.perimeter}"],
        creator="Sceau",
        lang="fr-FR",
        invariant=1,
    )

    def dress(canvas: Canvas, page: Any) -> None:
        _dress(canvas, page.page, one)

    room = Frame(_MARGIN, 19 * mm, _WIDTH, A4[1] - 36 * mm, 0, 0, 0, 0)
    layout.addPageTemplates([PageTemplate("page", [room], onPage=dress)])
    layout.build([*_page_one(one), PageBreak(), *_page_two(one)])
    return made.getvalue()


def _dress(canvas: Canvas, page: int, one: Attestation) -> None:
    """Draw what stands on every page: the foot, and the day in the file's own data."""
    stamp = f"D:{one.on:%Y%m%d}000000Z"
    canvas.setDateFormatter(lambda *_: stamp)
    canvas.saveState()
    canvas.setStrokeColor(_RULE)
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, 15 * mm, A4[0] - _MARGIN, 15 * mm)
    canvas.setFillColor(_SOFT)
    canvas.setFont("Sceau", 7.8)
    canvas.drawString(_MARGIN, 11 * mm, f"Attestation {one.reference} · {one.software} · {one.on:%d/%m/%Y}")
    canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, f"page {page}")
    canvas.drawString(
        _MARGIN,
        7.6 * mm,
        _set(MODEL),
    )
    canvas.restoreState()


def _set(words: str) -> str:
    """Set French words: the apostrophe, and spaces that do not break."""
    words = words.replace("'", "’")
    return _TIED.sub(lambda found: found[0].replace(" ", "\u00a0"), words)


def _text(words: str) -> str:
    """Set words for a paragraph, whose markup they are not."""
    return escape(_set(words))


def _page_one(one: Attestation) -> list[Any]:
    editor = f"{_text(one.editor.name)} ({_text(one.editor.legal_form)})"
    contact = " · ".join(_text(part) for part in (one.editor.email, one.editor.website) if part)
    return [
        *_heading(one),
        _part("Volet 1 — à remplir par l'éditeur du logiciel"),
        _facts(
            "Le logiciel",
            [
                ("Nom et version", f"<font name='Sceau-Bold'>{_text(one.software)}</font>"),
                ("Version majeure", f"{one.major}" if one.major else "0 (développement)"),
                ("Périmètre fiscal (SHA-256)", f"{one.perimeter[:32]}<br/>{one.perimeter[32:]}"),
            ],
        ),
        _facts(
            "Le titulaire de la licence",
            [
                ("Entreprise", f"<font name='Sceau-Bold'>{_text(one.holder.name)}</font>"),
                ("Forme, numéro", f"{_text(one.holder.legal_form)} · {spaced(one.holder.number)}"),
                ("Adresse", _text(one_line(one.holder.address))),
                *([("Licence", _text(one.licence))] if one.licence else []),
                ("Registre", one.ledger),
            ],
        ),
        _facts(
            "L'éditeur",
            [
                ("Entreprise", editor),
                ("Adresse", _text(one_line(one.editor.address))),
                *([("Contact", contact)] if contact else []),
            ],
        ),
        Spacer(1, 2 * mm),
        *(Paragraph(_text(words), _BODY) for words in first_part(one)),
        _signature(
            f"Fait à {_text(one.place)}, le {french_day(one.on)}",
            f"{_text(one.signed_by)}<br/>{_text(one.capacity)}",
            "Signature de l'éditeur",
        ),
        Spacer(1, 3 * mm),
        Paragraph(_text(f"{CRIME} {KEEP}"), _NOTE),
    ]


def _page_two(one: Attestation) -> list[Any]:
    return [
        *_heading(one),
        _part("Volet 2 — à remplir par l'entreprise qui utilise le logiciel"),
        _facts(
            "Rappel du volet 1",
            [
                ("Attestation", one.reference),
                ("Logiciel", _text(one.software)),
                ("Périmètre fiscal (SHA-256)", f"{one.perimeter[:32]}<br/>{one.perimeter[32:]}"),
                ("Titulaire", f"{_text(one.holder.name)} · {spaced(one.holder.number)}"),
            ],
        ),
        Spacer(1, 4 * mm),
        *(Paragraph(_text(words), _FILL) for words in second_part(one)),
        Spacer(1, 4 * mm),
        _signature(
            "Fait à ______________________________, le ____ /____ /________",
            "Nom et qualité du signataire :",
            "Signature et cachet de l'entreprise",
        ),
        Spacer(1, 4 * mm),
        Paragraph(_text(f"{CRIME} {KEEP}"), _NOTE),
    ]


def _heading(one: Attestation) -> list[Any]:
    under = (
        "Logiciel ou système de caisse : inaltérabilité, sécurisation, conservation et archivage des données — "
        f"{one.article} ; BOI-TVA-DECLA-30-10-30"
    )
    return [Paragraph("Attestation individuelle", _TITLE), Paragraph(_text(under), _UNDER)]


def _part(words: str) -> Table:
    band = Table([[Paragraph(_text(words), _PART)]], colWidths=[_WIDTH], spaceAfter=3.5 * mm)
    band.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), _ACCENT),
                ("LEFTPADDING", (0, 0), (-1, -1), 3.5 * mm),
                ("TOPPADDING", (0, 0), (-1, -1), 1.8 * mm),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.4 * mm),
            ]
        )
    )
    return band


def _facts(head: str, rows: list[tuple[str, str]]) -> Table:
    cells: list[list[Any]] = [[Paragraph(_text(head), _HEAD), ""]]
    cells += [[Paragraph(_text(label), _LABEL), Paragraph(words, _CELL)] for label, words in rows]
    table = Table(cells, colWidths=[46 * mm, _WIDTH - 46 * mm], spaceAfter=3 * mm)
    table.setStyle(
        TableStyle(
            [
                ("SPAN", (0, 0), (-1, 0)),
                ("BACKGROUND", (0, 0), (-1, -1), _PALE),
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, _RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3.5 * mm),
                ("TOPPADDING", (0, 0), (-1, -1), 0.7 * mm),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0.9 * mm),
                ("TOPPADDING", (0, 0), (-1, 0), 1.2 * mm),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 1.4 * mm),
                ("BOTTOMPADDING", (0, -1), (-1, -1), 1.8 * mm),
            ]
        )
    )
    return table


def _signature(made: str, who: str, label: str) -> KeepTogether:
    left = [Paragraph(made, _CELL), Spacer(1, 2 * mm), Paragraph(who, _CELL)]
    box = Table(
        [[left, [Paragraph(_text(label), _LABEL)]]],
        colWidths=[_WIDTH - 72 * mm, 72 * mm],
        rowHeights=[27 * mm],
    )
    box.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BOX", (1, 0), (1, 0), 0.8, _RULE),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
                ("TOPPADDING", (1, 0), (1, 0), 1.6 * mm),
            ]
        )
    )
    return KeepTogether([box])
