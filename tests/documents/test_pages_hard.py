"""Pages of hostile and extreme papers: never an exception, never a lost word, never a box over another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped] # it has no types
import pytest
import segno
import zxingcpp
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from projections.documents.pages import UnusableLogo, draw, lacking, numbers, qr
from projections.documents.pages.codes import proof_payload, transfer_payload
from projections.documents.pages.text import clean, typeset, wrap
from projections.documents.paper import Brand, DocumentKind, Fact, Grid, Paper, Postal, Section, Statement
from tests.documents import papers, reading


def text_of(paper: Paper) -> str:
    return reading.text(draw(paper))


def labelled(label: str) -> Paper:
    return papers.with_totals(papers.invoice(), [papers.line(1, label)])


# words


def test_a_word_without_spaces_is_cut_at_the_column() -> None:
    word = "abcdefghij" * 30
    paper = labelled(word)
    data = draw(paper)
    assert word in reading.text(data)
    cells = [
        piece
        for piece in reading.pieces(data)
        if set(piece.words.strip()) <= set("abcdefghij") and len(piece.words) > 8
    ]
    assert len(cells) == 5
    assert max(piece.right for piece in cells) < 320


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("tab\there", "tab here"),
        ("e\u0301te\u0301", "été"),
        ("bell\x07 nul\x00 del\x7f", "bell nul del"),
        ("half\ud83d pair", "half pair"),
        ("soft\u00adhyphen", "softhyphen"),
        ("line\r\nline\u2028line", "line\nline\nline"),
    ],
)
def test_what_has_no_shape_is_dropped(given_: str, shown: str) -> None:
    assert clean(given_) == shown


@pytest.mark.parametrize("word", ["晴れの日", "🪚 scie", "مرحبا", "हिन्दी", "\U0001f1eb\U0001f1f7", "a\u0337\u20dd"])
def test_a_character_that_the_typeface_lacks_is_boxed_listed_and_still_copied(word: str) -> None:
    paper = labelled(f"Modèle {word}, pose comprise")
    missing = lacking(paper)
    assert missing
    words = text_of(paper)
    for letter in missing:
        assert f"U+{ord(letter):04X}" in words
        assert letter in words


def test_a_paper_of_europe_lacks_nothing() -> None:
    assert lacking(labelled("Łódź, Δελφοί, Москва, Ærø, Sigtún, ¿Qué?, œuvre, İstanbul, Ță, 1ʳᵉ")) == ()


@pytest.mark.parametrize(
    ("french", "shown"),
    [
        ("Prix : 12 €", "Prix\u00a0: 12\u00a0€"),
        ("Vraiment ? Oui ! Bien ; merci", "Vraiment\u202f? Oui\u202f! Bien\u202f; merci"),
        ("« l'été »", "«\u00a0l’été\u00a0»"),
        ("http://a.fr/?x=1;y", "http://a.fr/?x=1;y"),
        ("14:32:07", "14:32:07"),
        ("art. 293 B", "art.\u00a0293 B"),
        ("10 000 €", "10\u00a0000\u00a0€"),
    ],
)
def test_french_words_have_french_spaces(french: str, shown: str) -> None:
    assert typeset(french, "fr") == shown


def test_english_words_have_none() -> None:
    assert typeset("Really? Yes; the client's", "en") == "Really? Yes; the client’s"


@given(st.text(max_size=200), st.floats(20, 400))
def test_wrapping_loses_nothing_and_keeps_to_its_column(words: str, width: float) -> None:
    from projections.documents.pages.faces import face

    shown = clean(words)
    lines = wrap(shown, width, "regular", 9.0)
    assert reading.plain("".join(lines)) == reading.plain(shown)
    for line in lines:
        assert face("regular").width(line.rstrip(" "), 9.0) <= width + 0.02 or len(line.rstrip(" ")) <= 1


# sizes


def test_notes_of_20000_characters_flow_over_pages() -> None:
    words = " ".join(f"mot{at}" for at in range(2900))
    assert len(words) > 20_000
    paper = replace(papers.quote(), sections_after=(Section(heading="Notes", paragraphs=(words,), code="notes"),))
    data = draw(paper)
    assert len(reading.pages(data)) >= 4
    assert reading.plain(
        "".join(piece.words for piece in reading.pieces(data) if "mot" in piece.words)
    ) == reading.plain(words)


def test_a_line_taller_than_a_page_is_cut_between_lines_of_text() -> None:
    label = " ".join(f"pièce{at}" for at in range(900))
    paper = papers.with_totals(
        papers.invoice(), [papers.line(1, "avant"), papers.line(2, label), papers.line(3, "après")]
    )
    data = draw(paper)
    shown = [piece.words for piece in reading.pieces(data) if "pièce" in piece.words]
    assert reading.plain("".join(shown)) == reading.plain(label)


def test_a_paper_without_lines_is_drawn() -> None:
    words = text_of(
        replace(
            papers.invoice(),
            lines=(),
            vat=(),
            net_cents=None,
            vat_cents=None,
            gross_cents=None,
            due_cents=None,
            ask=None,
        )
    )
    assert "FA20260017" in words


def test_huge_and_negative_amounts_keep_their_columns() -> None:
    lines = [
        papers.line(1, "Immense", "999999999.999", "m³", "99999999.999999"),
        papers.line(2, "Rendu", "-3", "u", "120.00"),
        papers.line(3, "Majoration", "1", "u", "10.00", share_bp=-500),
    ]
    data = draw(replace(papers.with_totals(papers.invoice(), lines), ask=None))
    words = reading.text(data)
    assert reading.plain(numbers.amount(lines[0].amount_cents, "fr")) in words
    assert "−360,00" in words
    whole = {piece.words.strip() for piece in reading.pieces(data)}
    assert {numbers.amount(lines[0].amount_cents, "fr"), numbers.decimal("99999999.999999", "fr")} <= whole
    assert max(piece.right for piece in reading.pieces(data)) < 545


def test_a_long_address_keeps_to_the_window_and_is_not_lost() -> None:
    lines = tuple(f"Bâtiment {at}, escalier {at}, appartement {at}, résidence des Grands Chênes" for at in range(9))
    assert papers.invoice().buyer is not None
    buyer = replace(
        papers.CONSUMER,
        address=Postal(lines=lines, postcode="38100", city="Grenoble", country="FR", country_name="France"),
    )
    words = text_of(replace(papers.invoice(), buyer=buyer))
    for line in lines:
        assert reading.plain(line) in words
    assert "38100Grenoble" in words


def test_a_footer_of_2000_characters_leaves_room_for_the_page() -> None:
    footer = " ".join(f"mention{at}" for at in range(220))
    data = draw(replace(papers.invoice(), seller=replace(papers.SELLER, footer=footer)))
    shown = [piece for piece in reading.pieces(data) if "mention" in piece.words and piece.size > 7.2]
    assert reading.plain("".join(piece.words for piece in shown)) == reading.plain(footer)
    assert reading.outside(reading.pieces(data)) == []
    assert reading.overlaps(reading.pieces(data)) == []


def _in_place(data: bytes) -> None:
    found = reading.pieces(data)
    assert reading.outside(found) == []
    assert reading.overlaps(found) == []


def test_many_long_facts_go_on_in_the_body() -> None:
    heads = tuple(Fact(label=f"Fait {at}", value=f"valeur{at} " + "longue " * 40) for at in range(40))
    data = draw(replace(papers.invoice(), heads=heads))
    assert all(f"valeur{at}" in reading.text(data) for at in range(40))
    _in_place(data)


def test_reasons_of_a_page_each_do_not_push_totals_off_it() -> None:
    paper = papers.invoice()
    vat = tuple(replace(row, reason=" ".join(f"motif{row.rate_bp}x{at}" for at in range(300))) for row in paper.vat)
    data = draw(replace(paper, vat=vat))
    for row in vat:
        shown = [piece.words for piece in reading.pieces(data) if f"motif{row.rate_bp}x" in piece.words]
        assert reading.plain("".join(shown)) == reading.plain(row.reason or "")
    _in_place(data)


def test_a_signature_of_many_words_goes_over_pages() -> None:
    (one, *_) = papers.signed_quote().signatures
    words = " ".join(f"engagement{at}" for at in range(1500))
    data = draw(replace(papers.signed_quote(), signatures=(replace(one, words=words),) * 2))
    shown = [piece.words for piece in reading.pieces(data) if "engagement" in piece.words]
    assert reading.plain("".join(shown)) == reading.plain(words) * 2
    _in_place(data)


def test_names_over_several_lines_have_one_in_the_running_head() -> None:
    paper = papers.long_invoice(40)
    seller = replace(papers.SELLER, name="Menuiserie\nLefèvre")
    data = draw(replace(paper, title="Facture\nde\nsituation", seller=seller))
    assert "☐" not in reading.text(data)
    assert all("Facturedesituation" in reading.plain(page) for page in reading.pages(data))


# codes


@pytest.mark.parametrize("version", range(1, 21))
def test_codes_are_those_of_segno(version: int) -> None:
    payload = ("é" * 400).encode()[: qr._capacity(version) // 2 * 2].decode() + "a" * (qr._capacity(version) % 2)
    wanted = segno.make_qr(payload, mode="byte", encoding="utf-8", error="M", mask=3, boost_error=False)
    assert wanted.version == version
    assert [bytes(row) for row in qr.matrix(payload)] == [bytes(row) for row in wanted.matrix]


@pytest.mark.parametrize("make", [papers.invoice, papers.english_invoice, papers.training, papers.final_invoice])
def test_a_scanner_reads_the_codes_off_the_page(make: Callable[[], Paper]) -> None:
    paper = make()
    page = pypdfium2.PdfDocument(draw(paper))[0].render(scale=2).to_pil()
    found = sorted(code.text for code in zxingcpp.read_barcodes(page))
    assert found == sorted(one for one in (transfer_payload(paper), proof_payload(paper)) if one)


def test_a_short_message_is_ended_and_padded_as_the_standard_wants() -> None:
    assert qr._words(b"abc", 1)[:16].hex() == "4036162630ec11ec11ec11ec11ec11ec"


def test_a_message_too_long_for_a_code_is_refused_by_name() -> None:
    with pytest.raises(qr.TooLong):
        qr.matrix("x" * 700)


def test_the_transfer_code_says_what_the_standard_wants() -> None:
    paper = papers.invoice()
    assert transfer_payload(paper) == "\n".join(
        [
            "BCD",
            "002",
            "1",
            "SCT",
            "AGRIFRPP",
            "Menuiserie Lefèvre",
            "FR7630006000011234567890189",
            "EUR7137.11",
            "",
            "RF18FA20260017",
        ]
    )


@pytest.mark.parametrize(
    ("cents", "currency", "training", "there"),
    [
        (1, "EUR", False, True),
        (0, "EUR", False, False),
        (99_999_999_999, "EUR", False, True),
        (100_000_000_000, "EUR", False, False),
        (100, "USD", False, False),
        (100, "EUR", True, False),
    ],
)
def test_a_transfer_code_is_drawn_only_for_what_it_can_hold(
    cents: int, currency: str, training: bool, there: bool
) -> None:
    paper = papers.invoice()
    assert paper.ask
    paper = replace(paper, ask=replace(paper.ask, amount_cents=cents), currency=currency, training=training)
    assert (transfer_payload(paper) is not None) == there
    figures = [alt for role, alt in reading.spoken(draw(paper)) if role == "/Figure"]
    assert len(figures) == 2 + there


def test_a_name_with_line_ends_puts_nothing_else_into_the_transfer_code() -> None:
    paper = papers.invoice()
    assert paper.ask
    paper = replace(
        paper, ask=replace(paper.ask, beneficiary="Untel\nFR0000000000000000000000000\nEUR1.00", reference="x\ny")
    )
    payload = transfer_payload(paper)
    assert payload
    assert payload.split("\n")[6] == papers.SELLER.iban
    assert len(payload.split("\n")) == 11


def test_without_an_address_the_proof_code_names_the_entry() -> None:
    paper = papers.english_invoice()
    assert proof_payload(paper) == f"sceau:{paper.proof.ledger}/{paper.proof.seq}#{paper.proof.fingerprint}"


# logos


def _noise() -> bytes:
    made = BytesIO()
    Image.effect_noise((60, 60), 80).save(made, "PNG")
    return made.getvalue()


def _logo(mode: str, size: tuple[int, int], kind: str, **more: Any) -> bytes:
    made = BytesIO()
    image = Image.new(mode, size, 1 if mode in ("P", "1", "L", "I;16") else None)
    image.save(made, kind, **more)
    return made.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(mode, "PNG") for mode in ("RGBA", "RGB", "P", "L", "LA", "1", "I;16")]
    + [(mode, "JPEG") for mode in ("CMYK", "L", "RGB")],
)
def test_a_logo_of_any_colours_is_made_rgb(mode: str, kind: str) -> None:
    paper = replace(papers.invoice(), brand=Brand(logo=_logo(mode, (120, 40), kind)))
    document = pikepdf.open(BytesIO(draw(paper)))
    shown = document.pages[0].Resources.XObject.Logo
    assert str(shown.ColorSpace) == "/DeviceRGB"
    assert len(shown.read_bytes()) == int(shown.Width) * int(shown.Height) * 3


@pytest.mark.parametrize("size", [(5000, 40), (40, 3000), (1, 1), (3000, 2500)])
def test_a_logo_of_any_shape_fits_its_box(size: tuple[int, int]) -> None:
    paper = replace(papers.invoice(), brand=Brand(logo=_logo("RGB", size, "PNG")))
    document = pikepdf.open(BytesIO(draw(paper)))
    shown = document.pages[0].Resources.XObject.Logo
    assert int(shown.Width) <= 740
    assert int(shown.Height) <= 240
    words = reading.text(draw(paper))
    assert "MenuiserieLefèvre" in words


@pytest.mark.parametrize(
    "data",
    [
        b"not a picture",
        _noise()[:900],
        b"GIF89a" + bytes(60),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"\xff\xd8\xff\xe0" + bytes(30),
    ],
)
def test_a_logo_that_is_no_picture_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(UnusableLogo):
        draw(replace(papers.invoice(), brand=Brand(logo=data)))


def test_a_logo_of_too_many_pixels_is_refused_before_it_is_opened() -> None:
    with pytest.raises(UnusableLogo, match="pixels"):
        draw(replace(papers.invoice(), brand=Brand(logo=_logo("1", (9000, 9000), "PNG"))))


# anything


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("1234.5", "1\u202f234,5", "1,234.5"),
        ("-0.50", "−0,5", "−0.5"),
        ("1000000", "1\u202f000\u202f000", "1,000,000"),
        ("0.000001", "0,000001", "0.000001"),
        ("12.00", "12", "12"),
    ],
)
def test_figures_have_the_marks_of_their_language(value: str, french: str, english: str) -> None:
    assert numbers.decimal(value, "fr") == french
    assert numbers.decimal(value, "en") == english


def test_money_has_the_sign_where_its_language_wants_it() -> None:
    assert numbers.money(-123456, "EUR", "fr") == "−1\u202f234,56\u00a0€"
    assert numbers.money(-123456, "EUR", "en") == "−€1,234.56"
    assert numbers.money(5, "CHF", "en") == "CHF\u00a00.05"
    assert numbers.percent(550, "fr") == "5,5\u00a0%"
    assert numbers.day(date(2026, 3, 1)) == "01/03/2026"
    assert numbers.day(date(2027, 2, 6), "en") == "6\u00a0February\u00a02027"
    assert numbers.instant("2026-03-12T23:59:59.999999Z", "en") == "12\u00a0March\u00a02026 at 23:59:59\u00a0UTC"


LETTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.text(LETTERS, max_size=60) | st.text(st.characters(codec="latin-1"), max_size=300)
SOLID = WORDS.map(lambda words: f"a{words}z")


@st.composite
def some_papers(draw_: st.DrawFn) -> Paper:
    lines = [
        papers.line(
            at + 1,
            draw_(SOLID),
            draw_(st.sampled_from(["1", "-2", "0.333", "12500"])),
            draw_(st.sampled_from(["u", "m²", "forfait journalier de chantier"])),
            draw_(st.sampled_from(["0.01", "1234567.89", "-5", "0.123456"])),
            draw_(st.sampled_from([0, 210, 550, 1000, 2000])),
            share_bp=draw_(st.sampled_from([None, 500, -250])),
            choice=draw_(st.sampled_from([None, None, "option", "variant"])),
            chosen=draw_(st.sampled_from([None, True, False])),
            item=draw_(st.none() | WORDS),
        )
        for at in range(draw_(st.integers(0, 7)))
    ]
    kind: DocumentKind = draw_(st.sampled_from(["invoice", "quote", "credit_note", "receipt", "note", "reminder"]))
    paper = replace(
        papers.invoice(),
        kind=kind,
        language=draw_(st.sampled_from(["fr", "en"])),
        title=draw_(SOLID),
        subject=draw_(st.none() | WORDS),
        seller=replace(
            papers.SELLER,
            name=draw_(SOLID),
            trade_name=draw_(st.none() | WORDS),
            footer=draw_(st.none() | WORDS),
            email=draw_(st.none() | WORDS),
        ),
        buyer=draw_(
            st.none()
            | st.builds(
                lambda name, lines, contact: replace(
                    papers.CONSUMER,
                    name=name,
                    contact=contact,
                    address=Postal(lines=lines, postcode="75001", city="Paris", country="FR", country_name="France"),
                ),
                SOLID,
                st.tuples(WORDS, WORDS),
                st.none() | WORDS,
            )
        ),
        currency=draw_(st.sampled_from(["EUR", "CHF"])),
        prepaid=draw_(st.sampled_from([(), papers.final_invoice().prepaid])),
        schedule=draw_(st.sampled_from([(), papers.quote().schedule])),
        signatures=draw_(st.sampled_from([(), papers.signed_quote().signatures])),
        signature_boxes=draw_(st.sampled_from([(), ("a", "b", "c")])),
        copy=draw_(st.none() | st.integers(1, 99)),
        training=draw_(st.booleans()),
        heads=tuple(Fact(label=draw_(WORDS), value=draw_(WORDS)) for _ in range(draw_(st.integers(0, 6)))),
        statements=tuple(Statement(code="x", words=draw_(SOLID), law=draw_(st.none() | WORDS)) for _ in range(2)),
        sections_after=(
            Section(
                heading=draw_(st.none() | WORDS),
                paragraphs=(draw_(WORDS),),
                grid=Grid(head=("a", "b"), rows=((draw_(WORDS), draw_(WORDS)),), align="lr", widths=(1, 2)),
                own_page=draw_(st.booleans()),
            ),
        ),
    )
    return (
        papers.with_totals(paper, lines)
        if any(line.choice is None or line.chosen for line in lines)
        else replace(paper, lines=tuple(lines))
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(some_papers())
@example(papers.invoice())
def test_any_paper_is_drawn_with_all_its_labels_in_their_places(paper: Paper) -> None:
    data = draw(paper)
    words = reading.text(data)
    found = [piece for piece in reading.pieces(data) if piece.words.isascii()]
    assert reading.outside(found) == []
    assert reading.overlaps(found) == []
    for line in paper.lines:
        assert _letters(typeset(line.label, paper.language)) in _letters(words)


def _letters(words: str) -> str:
    """Give the letters and figures alone: marks that combine are read back in an order of the reader's own."""
    return "".join(letter for letter in reading.plain(words) if letter.isascii() and letter.isalnum())
