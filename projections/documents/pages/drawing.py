"""From a paper to the bytes of its pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName
from reportlab.pdfgen.canvas import Canvas

from projections.documents.pages import furniture
from projections.documents.pages.faces import EmbeddedFont, Subset
from projections.documents.pages.flow import Sheet, Slab, paginate, tied
from projections.documents.pages.ink import DrawnText, Ink, Node
from projections.documents.pages.labels import labels
from projections.documents.pages.lines import line_slabs, option_slabs
from projections.documents.pages.logo import Picture, picture
from projections.documents.pages.masthead import Masthead, masthead
from projections.documents.pages.objects import packed, stream
from projections.documents.pages.payment import payment_slabs, schedule_slabs
from projections.documents.pages.proofs import proof_slabs
from projections.documents.pages.prose import fact_slabs, section_slabs, signature_slabs, statement_slabs
from projections.documents.pages.setting import Setting, run
from projections.documents.pages.structure import tag
from projections.documents.pages.style import BODY_TOP, BOTTOM, LEFT, PAGE_HEIGHT, PAGE_WIDTH, WIDTH, palette
from projections.documents.pages.totals import due_band, prepaid_slabs, total_slabs
from projections.documents.paper import Paper

_FONTS: Final = {"regular": "Sceau regular", "semibold": "Sceau semibold"}
_EFFORT: Final = 4
"""zlib's level: pages a tenth larger than at its usual 6, in half the time."""
_LANGUAGES: Final = {"fr": "fr-FR", "en": "en-GB"}


def draw(paper: Paper) -> bytes:
    """Lay a paper out on A4 pages: a tagged PDF with embedded fonts, plain RGB colours and no data of its own.

    The same paper gives the same bytes. Title, dates and identifiers of the file are left to `finish.py`.

    Raises:
        UnusableLogo: the business's logo is no PNG or JPEG picture.
    """
    setting, head, sheets, lines = lay_out(paper)
    canvas = _canvas(paper)
    document = canvas._doc
    subsets = {style: _subset(document, name) for style, name in _FONTS.items()}
    marks = []
    for at, sheet in enumerate(sheets):
        ink = Ink(at, subsets)
        furniture.behind(setting, ink)
        if at == 0:
            head.paint(ink)
        else:
            furniture.running_head(setting, ink)
        for strip in sheet.strips:
            strip.paint(ink, strip.top)
        furniture.foot(setting, ink, lines, at + 1, len(sheets))
        canvas.drawText(DrawnText(ink.stream()))
        canvas.showPage()
        marks.append(ink.marks)
        _dress(document, at, setting.picture if at == 0 else None)
    for name in _FONTS.values():
        document.sceau_subsets[name].settle(document)
    tag(document, setting.root, marks, [f"Page{at + 1}" for at in range(len(sheets))])
    made: bytes = canvas.getpdfdata()
    return made


def lay_out(paper: Paper) -> tuple[Setting, Masthead, list[Sheet], tuple[str, ...]]:
    """Give every strip its page and place, without drawing."""
    made = _lay_out(paper)
    if any(_poor(sheet) for sheet in made[2][1:]):
        for small_proof in (False, True):
            again = _lay_out(paper, dense=True, small_proof=small_proof)
            if len(again[2]) < len(made[2]):
                return again
    if any(_proof_alone(sheet) for sheet in made[2]):
        return _lay_out(paper, tied_proof=True)
    return made


def _proof_alone(sheet: Sheet) -> bool:
    return bool(sheet.strips) and all(strip.foot for strip in sheet.strips)


def _poor(sheet: Sheet) -> bool:
    """Say whether a page has so little on it that sparing white elsewhere may do without it."""
    return sum(strip.height for strip in sheet.strips) < (BODY_TOP - BOTTOM) * 0.35


def _lay_out(
    paper: Paper, *, dense: bool = False, small_proof: bool = False, tied_proof: bool = False
) -> tuple[Setting, Masthead, list[Sheet], tuple[str, ...]]:
    shown = picture(paper.brand.logo) if paper.brand.logo else None
    setting = Setting(
        paper, labels(paper.language), palette(paper.brand.accent), Node("Document"), shown, dense, small_proof
    )
    head = masthead(setting)
    lines = furniture.foot_lines(setting)
    squeeze = 0.4 if dense else 1.0
    sheets = paginate(_slabs(setting, head, tied_proof), head.low, BODY_TOP, furniture.foot_top(lines), squeeze)
    return setting, head, sheets, lines


_WITH_OPTIONS: Final = "options"
"""The section that stands under the table of options: what they cost a consumer, tax included."""
_COMPANY: Final = 4
"""How many strips go with the proof or the boxes to sign in, where these would begin a page alone."""


def _slabs(setting: Setting, head: Masthead, tied_proof: bool) -> list[Slab]:
    paper = setting.paper
    slabs = [*fact_slabs(setting, head.rest), *_subject(setting)]
    for section in paper.sections_before:
        slabs += section_slabs(setting, section)
    slabs += line_slabs(setting)
    slabs += total_slabs(setting)
    slabs += prepaid_slabs(setting)
    slabs += due_band(setting)
    slabs += payment_slabs(setting)
    slabs += option_slabs(setting)
    beside = [section for section in paper.sections_after if section.code == _WITH_OPTIONS]
    for section in beside:
        slabs += section_slabs(setting, section)
    slabs += schedule_slabs(setting)
    pages = [section for section in paper.sections_after if section.own_page]
    for section in paper.sections_after:
        if not section.own_page and section.code != _WITH_OPTIONS:
            slabs += section_slabs(setting, section)
    slabs += statement_slabs(setting)
    if paper.signature_boxes and not paper.signatures:
        slabs = tied(slabs, _COMPANY)
    slabs += signature_slabs(setting)
    slabs = tied(slabs, _COMPANY) if tied_proof else slabs
    slabs += proof_slabs(setting)
    for section in pages:
        slabs += section_slabs(setting, section)
    return slabs


def _subject(setting: Setting) -> list[Slab]:
    if not setting.paper.subject:
        return []
    node = setting.root.add("P")
    words = run(setting.t(setting.paper.subject), LEFT, WIDTH, size=11.4, style="semibold", node=node)
    return [Slab(words.height + 6, words.put, keep=True)]


def _canvas(paper: Paper) -> Any:
    _register()
    return Canvas(
        BytesIO(),
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageCompression=0,
        invariant=1,
        initialFontName=_FONTS["regular"],  # type: ignore[arg-type] # the stubs take a name for a number
        lang=_LANGUAGES[paper.language],
        pdfVersion=(1, 7),
    )


def _register() -> None:
    for style, name in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(EmbeddedFont(style))


def _subset(document: Any, name: str) -> tuple[str, Subset]:
    internal: str = document.getInternalFontName(name)
    return internal, document.sceau_subsets[name].subset


def _dress(document: Any, at: int, shown: Picture | None) -> None:
    """Give a page what reportlab has no words for: its place in the structure; and take its empty transition away."""
    page = document.idToObject[f"Page{at + 1}"]
    page.Trans = None
    page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
    page.StructParents, page.Tabs = at, PDFName("S")
    page.Contents = stream(page.stream.encode("ascii"), effort=_EFFORT)
    if shown:
        entries = (
            f"/Type /XObject /Subtype /Image /Width {shown.wide} /Height {shown.high} /ColorSpace /DeviceRGB "
            "/BitsPerComponent 8"
        )
        page.XObjects = PDFDictionary({"Logo": document.Reference(packed(shown.pixels, entries), "Logo")})
        page.hasImages = 1
