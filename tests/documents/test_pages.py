"""The pages say all that the paper says, look as the design wants, and are the same bytes each time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest

from projections.documents.pages import draw
from projections.documents.pages.drawing import lay_out
from projections.documents.pages.labels import labels
from projections.documents.pages.lines import counted
from projections.documents.pages.numbers import amount, money
from projections.documents.pages.prose import blank
from projections.documents.pages.style import MM, PAGE_HEIGHT, RIGHT, SMALLEST, contrast, palette
from projections.documents.pages.text import typeset
from projections.documents.paper import Paper
from tests.documents import papers, reading, sales

MADE: dict[str, Callable[[], Paper]] = {
    **papers.ALL,
    **{f"sale_{name}": make for name, make in sales.PAPERS.items()},
    **{
        f"sale_{name}_en": partial(sales.paper, name, "en")
        for name in ("quote_off_premises", "invoice_b2b", "evidence", "reminder_final_b2b", "statement")
    },
}
"""Papers made by hand for the design, and those of real sales."""
NAMES = sorted(MADE)


@cache
def made(name: str) -> tuple[Paper, bytes]:
    paper = MADE[name]()
    return paper, draw(paper)


@cache
def read(name: str) -> str:
    return reading.text(made(name)[1])


@cache
def pieces(name: str) -> list[reading.Piece]:
    return reading.pieces(made(name)[1])


def says(name: str, words: str) -> bool:
    return reading.plain(typeset(words, made(name)[0].language)) in read(name)


def amounts(paper: Paper) -> list[int]:
    """Every amount that a paper's pages must show."""
    found = [line.amount_cents for line in paper.lines]
    found += [part for row in paper.vat for part in (row.base_cents, row.vat_cents) if papers_has_vat(paper)]
    found += [one.amount_cents for one in paper.schedule]
    found += [-one.amount_cents for one in paper.prepaid]
    found += [part.vat_cents for one in paper.prepaid for part in one.split if part.rate_bp]
    found += [cents for cents in (paper.gross_cents, paper.due_cents) if cents is not None]
    found += [cents for cents in (paper.settles_cents, paper.refund_cents) if cents]
    if papers_has_vat(paper):
        found += [cents for cents in (paper.net_cents, paper.vat_cents) if cents is not None]
    return found + ([paper.ask.amount_cents] if paper.ask else [])


def papers_has_vat(paper: Paper) -> bool:
    return any(row.exemption != "VATEX-FR-FRANCHISE" for row in paper.vat)


@pytest.mark.parametrize("name", NAMES)
def test_every_amount_is_on_the_page(name: str) -> None:
    paper = made(name)[0]
    for cents in amounts(paper):
        assert reading.plain(amount(cents, paper.language)) in read(name), cents


@pytest.mark.parametrize("name", NAMES)
def test_every_label_and_sentence_is_on_the_page(name: str) -> None:
    paper = made(name)[0]
    words = [paper.title, paper.seller.name, paper.number or "", paper.subject or "", *paper.signature_boxes]
    words += [line.label for line in paper.lines]
    words += [part for fact in paper.heads for part in (fact.label, fact.value)]
    words += [part for one in paper.statements for part in (one.words.rstrip("."), one.law or "")]
    words += [one.words for one in paper.prepaid] + [one.words for one in paper.schedule]
    words += [part for one in paper.signatures for part in (one.name, one.at, one.words)]
    for section in (*paper.sections_before, *paper.sections_after):
        words += [section.heading or "", *section.paragraphs]
        words += [part for fact in section.facts for part in (fact.label, fact.value) if not blank(part)]
        if section.grid:
            words += [
                *section.grid.head,
                *(cell for row in section.grid.rows for cell in row),
                *(section.grid.total or ()),
            ]
    if paper.buyer:
        words += [paper.buyer.name, *(paper.buyer.address.lines if paper.buyer.address else ())]
    missing = [one for one in words if not says(name, one)]
    assert not missing


@pytest.mark.parametrize("name", NAMES)
def test_only_embedded_fonts_are_used(name: str) -> None:
    for font in reading.fonts(made(name)[1]):
        assert re.fullmatch(r"/[A-Z]{6}\+SourceSansPro-(Regular|Semibold)", font.name)
        assert font.kind == "/CIDFontType2"
        assert font.embedded
        assert font.readable


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_only_plain_rgb_and_nothing_hidden(name: str) -> None:
    document = pikepdf.open(BytesIO(made(name)[1]))
    assert not document.is_encrypted
    for found in document.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            assert not {"/Trans", "/SMask", "/JS", "/OpenAction", "/AA", "/ExtGState", "/Group"} & set(found.keys())
    operators = {str(step.operator) for page in document.pages for step in pikepdf.parse_content_stream(page)}
    assert not operators & {"k", "K", "g", "G", "cs", "CS", "scn", "SCN", "gs", "sh", "BI"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stands_outside_the_margins_nor_is_too_small(name: str) -> None:
    assert reading.outside(pieces(name)) == []
    assert min(piece.size for piece in pieces(name)) >= SMALLEST


@pytest.mark.parametrize("name", NAMES)
def test_no_text_lies_over_other_text(name: str) -> None:
    assert reading.overlaps(pieces(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_page_says_whose_it_is_and_how_many_there_are(name: str) -> None:
    paper, data = made(name)
    say = labels(paper.language)
    found = reading.pages(data)
    for at, words in enumerate(found):
        assert reading.plain(say.page.format(at + 1, len(found))) in reading.plain(words)
        assert reading.plain(typeset(paper.seller.name, paper.language)) in reading.plain(words)
        if paper.number:
            assert reading.plain(paper.number) in reading.plain(words)
        if paper.copy:
            assert reading.plain(say.copy.format(paper.copy)) in reading.plain(words)


@pytest.mark.parametrize("name", NAMES)
def test_figures_of_a_column_end_on_one_edge(name: str) -> None:
    paper = made(name)[0]
    mine = {amount(line.amount_cents, paper.language) for line in paper.lines if counted(line)}
    edges = {round(piece.right) for piece in pieces(name) if piece.words in mine and piece.right > RIGHT - 40}
    assert len(edges) == bool(mine)


@pytest.mark.parametrize("name", NAMES)
def test_the_proof_is_given_in_full(name: str) -> None:
    paper = made(name)[0]
    for words in (paper.proof.short, paper.proof.fingerprint, str(paper.proof.seq), paper.proof.ledger):
        assert reading.plain(words) in read(name)
    assert paper.proof.short in reading.told(made(name)[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_reader_gets_a_title_tables_with_heads_and_codes_in_words(name: str) -> None:
    paper, data = made(name)
    spoken = reading.spoken(data)
    roles = [role for role, _ in spoken]
    assert roles[0] == "/Document"
    assert roles.count("/H1") == 1
    assert roles.index("/H1") == 1
    if paper.lines:
        assert roles.count("/TH") >= 5
    alts = [alt for role, alt in spoken if role == "/Figure"]
    assert all(alts)
    assert any((paper.proof.address or paper.proof.fingerprint) in alt for alt in alts)
    root = pikepdf.open(BytesIO(data))
    assert str(root.Root.Lang) == {"fr": "fr-FR", "en": "en-GB"}[paper.language]
    assert root.Root.MarkInfo.Marked


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_reader_joins_lines_into_the_sentences_of_the_paper(name: str) -> None:
    paper, data = made(name)
    told = " ".join(" ".join(reading.told(data)).split())
    sentences = [line.label for line in paper.lines] + [one.words.rstrip(".") for one in paper.statements]
    sentences += [words for section in paper.sections_after for words in section.paragraphs]
    for words in sentences:
        assert " ".join(typeset(words, paper.language).split()) in told


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_a_table_have_one_number_of_columns(name: str) -> None:
    for columns in reading.tables(made(name)[1]):
        assert len(set(columns)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_drawn_is_in_the_structure_or_an_artifact(name: str) -> None:
    document = pikepdf.open(BytesIO(made(name)[1]))
    tree = document.Root.StructTreeRoot.ParentTree.Nums
    for at, page in enumerate(document.pages):
        depth, marks = 0, []
        for step in pikepdf.parse_content_stream(page):
            operator = str(step.operator)
            if operator in ("BDC", "BMC"):
                assert depth == 0
                depth = 1
                if operator == "BDC":
                    marks.append(int(step.operands[1].MCID))
                else:
                    assert step.operands[0] == "/Artifact"
            elif operator == "EMC":
                depth = 0
            elif operator in ("Tj", "TJ", "Do", "f", "S", "re"):
                assert depth == 1
        assert marks == list(range(len(marks)))
        assert int(page.StructParents) == at
        assert len(tree[2 * at + 1]) == len(marks)


@pytest.mark.parametrize("name", ["long_invoice", "many_rates"])
def test_carried_totals_add_up(name: str) -> None:
    paper, data = made(name)
    say = labels(paper.language)
    lines = [line for line in paper.lines if counted(line)]
    found = [reading.plain(page) for page in reading.pages(data)]
    done, carried = 0, 0
    for at, words in enumerate(found):
        if at and done < len(lines):
            brought = reading.plain(say.carried_in + amount(carried, paper.language))
            assert brought in words
        while done < len(lines) and reading.plain(typeset(lines[done].label, paper.language)) in words:
            carried += lines[done].amount_cents
            done += 1
        if done < len(lines):
            assert reading.plain(say.carried_out + amount(carried, paper.language)) in words
    assert done == len(lines)


@pytest.mark.parametrize("count", range(1, 60, 2))
def test_no_page_holds_totals_alone(count: int) -> None:
    paper = papers.long_invoice(count)
    found = [reading.plain(page) for page in reading.pages(draw(paper))]
    say = labels("fr")
    total = reading.plain(say.gross + money(paper.gross_cents or 0, "EUR", "fr"))
    page = next(words for words in found if total in words)
    for line in paper.lines[-2:]:
        assert reading.plain(typeset(line.label, "fr")) in page


def test_what_is_due_is_the_largest_figure() -> None:
    figures = [piece for piece in pieces("invoice") if re.search(r"\d,\d\d\s€", piece.words)]
    largest = max(figures, key=lambda piece: piece.size)
    assert largest.words == money(papers.invoice().due_cents or 0, "EUR", "fr")


def test_the_customer_stands_in_the_window_and_nothing_else_does() -> None:
    for name in ("invoice", "full_issuer", "business_invoice"):
        paper = made(name)[0]
        assert paper.buyer
        assert paper.buyer.address
        window = [
            piece
            for piece in pieces(name)
            if piece.page == 0
            and piece.right > 110 * MM
            and PAGE_HEIGHT - piece.top > 45 * MM
            and PAGE_HEIGHT - piece.bottom < 85 * MM
        ]
        shown = reading.plain("".join(piece.words for piece in window))
        wanted = [paper.buyer.name, *([f"{labels('fr').to} {paper.buyer.contact}"] if paper.buyer.contact else [])]
        wanted += [*paper.buyer.address.lines, f"{paper.buyer.address.postcode} {paper.buyer.address.city}"]
        assert shown == reading.plain(typeset("".join(wanted), "fr"))


def test_training_papers_say_so_behind_every_page() -> None:
    paper = replace(papers.long_invoice(40), training=True)
    found = reading.pieces(draw(paper))
    for page in {piece.page for piece in found}:
        turned = [piece.words.strip() for piece in found if piece.page == page and not piece.upright]
        assert turned == ["FACTICE", "SIMULATION"]


def test_a_real_paper_has_nothing_behind_it() -> None:
    assert all(piece.upright for piece in pieces("invoice"))
    assert "FACTICE" not in read("invoice")


def test_a_copy_differs_from_its_original_by_the_mark_alone() -> None:
    one, other = read("invoice"), read("copy")
    assert other.replace(reading.plain("DUPLICATA n° 3"), "") == one


def test_options_left_out_stand_apart_from_what_is_counted() -> None:
    words = read("quote")
    title = reading.plain(labels("fr").options_title)
    total = reading.plain(labels("fr").quote_total)
    assert words.index(total) < words.index(title)
    for line in papers.quote().lines:
        label = reading.plain(typeset(line.label, "fr"))
        assert (words.index(label) > words.index(title)) == (not counted(line))


def test_a_section_with_its_own_page_has_it() -> None:
    found = [reading.plain(page) for page in reading.pages(made("quote")[1])]
    form = reading.plain(papers.WITHDRAWAL.heading or "")
    (page,) = [words for words in found if form in words]
    assert reading.plain("Conditions") not in page.replace(form, "")
    assert reading.plain(papers.PROOF.short) not in page


@pytest.mark.parametrize("accent", ["#1f4e79", "#ffd400", "#ffffff", "#000000", "#00ff88", "#7c4a1e"])
def test_text_in_any_accent_keeps_its_contrast(accent: str) -> None:
    colours = palette(accent)
    assert contrast(colours.text_code, "#ffffff") >= 4.5
    assert contrast(colours.text_code, colours.tint_code) >= 4.5


def test_the_same_paper_gives_the_same_bytes_in_another_process() -> None:
    wanted = {name: sha256(made(name)[1]).hexdigest() for name in ("invoice", "quote", "statement")}
    program = (
        "from hashlib import sha256\nfrom projections.documents.pages import draw\nfrom tests.documents import papers\n"
        "for name in ('statement', 'quote', 'invoice'): print(name, sha256(draw(papers.ALL[name]())).hexdigest())"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert dict(line.split() for line in out.splitlines()) == wanted


def test_every_kind_is_laid_out() -> None:
    from typing import get_args

    from projections.documents.paper import DocumentKind

    assert {make().kind for make in papers.ALL.values()} == set(get_args(DocumentKind))


def test_a_paper_that_nearly_fits_a_page_is_made_to_fit() -> None:
    for paper in (papers.business_invoice(), papers.final_invoice()):
        setting, _, sheets, _ = lay_out(paper)
        assert setting.dense
        assert len(sheets) == 1
