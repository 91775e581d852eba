"""What a reader checks on a page: that figures add up and align, that what is copied is what is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from projections.documents.pages import draw
from projections.documents.pages.codes import proof_payload, qr_shape, transfer_payload
from projections.documents.pages.drawing import lay_out
from projections.documents.pages.labels import labels
from projections.documents.pages.lines import UNTAXED
from projections.documents.pages.numbers import amount, money
from projections.documents.pages.prose import _AMOUNT
from projections.documents.pages.setting import Setting
from projections.documents.pages.style import RIGHT
from projections.documents.pages.text import typeset
from projections.documents.pages.totals import _sums
from projections.documents.paper import Fact, Paper, Reduction, Section
from tests.documents import papers, reading

FR = labels("fr")


def with_tax(**more: Any) -> Paper:
    """A note whose prices hold their tax, with a discount of a tenth."""
    lines = [papers.line(1, "Réglage d'une porte", "4", "h", "120.00", 2000, basis="gross")]
    paper = replace(papers.note(), discount=Reduction(amount_cents=4800, share_bp=1000), **more)
    return papers.with_totals(paper, lines)


def without_tax(category: str, **more: Any) -> Paper:
    lines = [
        papers.line(1, "Pose d'un plancher", "10", "m²", "60.00", 0, category=category, exemption=more.get("exemption"))
    ]
    paper = papers.with_totals(replace(papers.business_invoice(), discount=None, ask=None), lines)
    return replace(paper, due_cents=paper.gross_cents)


def sums(paper: Paper) -> list[tuple[str, str]]:
    setting: Setting = lay_out(paper)[0]
    return [(one.label, one.figure) for one in _sums(setting)]


# sums


def test_a_discount_on_prices_with_tax_adds_up_to_the_total_with_tax() -> None:
    assert sums(with_tax()) == [
        (FR.lines_total_gross, "480,00\u00a0€"),
        ("Remise TTC 10\u00a0%", "−48,00\u00a0€"),
        ("Total TTC", "432,00\u00a0€"),
        ("dont HT", "360,00\u00a0€"),
        ("dont TVA", "72,00\u00a0€"),
    ]


def test_a_discount_on_prices_without_tax_adds_up_to_the_total_without_tax() -> None:
    assert [label for label, _ in sums(papers.business_invoice())] == [
        "Total des lignes",
        "Remise (fidélité)",
        "Total HT",
        "TVA",
        "Total TTC",
    ]


@pytest.mark.parametrize("category", sorted(UNTAXED))
@pytest.mark.parametrize("kind", ["invoice", "quote", "credit_note"])
def test_without_tax_no_rate_is_said_and_no_total_with_tax(category: str, kind: Any) -> None:
    paper = replace(without_tax(category), kind=kind, schedule=papers.quote().schedule)
    data = draw(paper)
    words = reading.plain("".join(reading.pages(data)))
    assert "—" in {piece.words.strip() for piece in reading.pieces(data)}
    assert "0%" not in words.replace("30%", "").replace("40%", "")
    assert "TTC" not in words
    assert sums(paper)[-1] == ("Total", "600,00\u00a0€")


def test_a_zero_rate_is_said() -> None:
    assert "0\u00a0%" in {piece.words.strip() for piece in reading.pieces(draw(without_tax("Z")))}


@pytest.mark.parametrize("kind", ["invoice", "quote", "credit_note"])
def test_a_business_without_vat_never_says_with_tax(kind: Any) -> None:
    paper = replace(papers.franchise_invoice(), kind=kind, schedule=papers.quote().schedule)
    assert "TTC" not in reading.text(draw(paper))


# what is copied


@pytest.mark.parametrize("name", sorted(papers.ALL))
def test_a_fingerprint_is_copied_as_it_is(name: str) -> None:
    paper = papers.ALL[name]()
    words = "\n".join(reading.pages(draw(paper)))
    assert paper.proof.short in words
    assert paper.proof.fingerprint in words


def test_every_hexadecimal_figure_is_copied_as_it_is() -> None:
    for digits in ("0123456789abcdef" * 4, "f" * 64, "1" * 64, "fedcba9876543210" * 4, "f1" * 32, "e7a7" * 16):
        paper = replace(papers.invoice(), proof=replace(papers.PROOF, fingerprint=digits))
        words = "\n".join(reading.pages(draw(paper)))
        assert paper.proof.short in words
        assert digits in words


def test_a_postcode_and_its_town_and_the_groups_of_a_telephone_number_are_not_parted() -> None:
    assert typeset("12 rue Neuve, 35000 Rennes", "fr") == "12\u00a0rue Neuve, 35000\u00a0Rennes"
    assert typeset("au 04 76 00 00 00, au +33 2 99 00 00 00", "fr") == (
        "au 04\u00a076\u00a000\u00a000\u00a000, au +33\u00a02\u00a099\u00a000\u00a000\u00a000"
    )
    iban = "FR76 3000 6000 0112 3456 7890 189"
    assert typeset(f"Banque : {iban}.", "en") == f"Banque : {iban}.".replace(iban, iban.replace(" ", "\u00a0"))
    seller = replace(papers.SELLER, phone="+33 2 99 00 00 00")
    shown = [piece.words for piece in reading.pieces(draw(replace(papers.invoice(), seller=seller)))]
    assert any("+33\u00a02\u00a099\u00a000\u00a000\u00a000" in words for words in shown)
    assert sum("38700\u00a0La Tronche" in words for words in shown) == 2
    assert not any("38700 " in words for words in shown)


@pytest.mark.parametrize("more", range(0, 60, 3))
def test_the_foot_parts_no_address(more: int) -> None:
    seller = replace(papers.SELLER, form_words="SARL au capital de 10 000 €" + " x" * more)
    lines = lay_out(replace(papers.invoice(), seller=seller))[3]
    assert "14\u00a0rue de l’Église, 38700\u00a0La Tronche" in "|".join(lines)
    assert all(" · " not in (line[:3], line[-3:]) for line in lines)


def test_an_article_fills_the_line_it_begins_on() -> None:
    law = "article L. 441-10 et article D. 441-5 du code de commerce"
    for count in range(60, 90):
        one = replace(papers.BUSINESS_WORDS[0], words="mots " * (count // 5) + "x" * (count % 5) + ".", law=law)
        lines = reading.pieces(draw(replace(papers.invoice(), statements=(one,))))
        own = [piece for piece in lines if piece.words.startswith("(article")]
        before = [piece for piece in lines if piece.words.startswith("mots") and piece.right < RIGHT - 60]
        assert not (own and before), count


def test_an_article_has_no_line_of_its_own_where_smaller_print_has_room() -> None:
    alone = {False: 0, True: 0}
    for count in range(105, 145):
        one = replace(papers.CONSUMER_WORDS[0], words="mots " * (count // 5) + "x" * (count % 5 + 1) + ".")
        lines = [
            piece for piece in reading.pieces(draw(replace(papers.invoice(), statements=(one,)))) if piece.size < 8
        ]
        (with_law,) = [piece for piece in lines if "L217-3" in piece.words]
        alone[not with_law.words.startswith("mots")] += 1
        assert with_law.size > 7.19
        # half of the article's width would have been needed, and smaller print gives no more than a twentieth
        if with_law.words.startswith("("):
            before = max(piece.right for piece in lines if piece.words.startswith("mots"))
            assert RIGHT - before < (with_law.right - with_law.left) * 0.75
    assert alone[False]
    assert alone[True]


# payment


def test_without_an_account_there_is_no_heading_on_how_to_pay() -> None:
    paper = papers.invoice()
    assert paper.ask
    bare = replace(paper, ask=replace(paper.ask, iban=None, bic=None, beneficiary=None))
    data = draw(bare)
    words = reading.text(data)
    assert reading.plain(FR.pay_online) not in words
    assert reading.plain(FR.payment) not in words
    assert reading.plain(FR.reference + "RF18FA20260017") in words
    assert ("/H2", "") in reading.spoken(data)
    none = draw(replace(bare, ask=replace(paper.ask, iban=None, bic=None, reference=None)))
    assert reading.plain(FR.reference) not in reading.text(none)


def test_an_address_to_pay_at_has_its_heading_without_an_account() -> None:
    paper = papers.payment_request()
    assert paper.ask
    words = reading.text(draw(replace(paper, ask=replace(paper.ask, iban=None))))
    assert words.count(reading.plain(FR.pay_online)) == 2


def _dark_right(ops: str) -> float:
    """Give where the dark modules of a code end, from its operators."""
    scale, _, _, _, left, _ = map(float, ops.split(" cm\n")[0].split("rg ")[-1].split())
    return left + scale * max(
        int(run.split()[0]) + int(run.split()[2]) for run in ops.split(" cm\n")[1].split("re") if len(run.split()) == 4
    )


def test_codes_end_on_the_right_margin_with_the_caption_under_the_code() -> None:
    paper = papers.invoice()
    for payload in (transfer_payload(paper), proof_payload(paper), "x"):
        assert payload
        assert _dark_right(qr_shape(payload, RIGHT, 100.0, 90.0)) == pytest.approx(RIGHT, abs=0.05)
    found = reading.pieces(draw(paper))
    caption = [piece for piece in found if piece.words.strip() in typeset(FR.scan_to_pay, "fr") and piece.words.strip()]
    iban = next(piece for piece in found if "FR76" in piece.words and piece.size > 10)
    assert {round(piece.right, 0) for piece in caption} == {round(RIGHT, 0)}
    assert max(piece.top for piece in caption) < iban.bottom


def _band(paper: Paper) -> str:
    return reading.text(draw(paper))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, date(2026, 4, 11), "à payer au plus tard le 11/04/2026"),
        (date(2026, 3, 20), date(2026, 4, 11), "à payer à partir du 20/03/2026, au plus tard le 11/04/2026"),
        (date(2026, 4, 11), date(2026, 4, 11), "à payer au plus tard le 11/04/2026"),
        (date(2026, 3, 20), None, "à payer à partir du 20/03/2026"),
        (None, date(2026, 3, 11), "échue le 11/03/2026"),
        (None, date(2026, 3, 12), "à payer au plus tard le 12/03/2026"),
    ],
)
def test_the_band_says_from_when_until_when_or_that_it_is_past(
    first: date | None, last: date | None, words: str
) -> None:
    paper = papers.invoice()
    assert paper.ask
    data = _band(replace(paper, ask=replace(paper.ask, payable_from=first, due_on=last)))
    assert reading.plain(FR.due + words) in data


def test_english_days_are_in_letters() -> None:
    paper = papers.english_invoice()
    assert paper.ask
    assert reading.plain("to be paid by 11 April 2026") in _band(paper)
    past = replace(paper, ask=replace(paper.ask, due_on=date(2026, 2, 6)))
    assert reading.plain("was due on 6 February 2026") in _band(past)
    assert "12/03/2026" not in _band(past)


# columns


def test_sums_carried_over_align_with_their_column() -> None:
    paper = papers.long_invoice(60)
    found = reading.pieces(draw(paper))
    carried = [piece for piece in found if piece.words.strip() in (FR.carried_out, FR.carried_in)]
    assert len(carried) >= 2
    for label in carried:
        figure = max(
            (piece for piece in found if piece.page == label.page and abs(piece.bottom - label.bottom) < 4),
            key=lambda piece: piece.right,
        )
        assert figure.words.strip()[-3] == ","
        assert figure.right == pytest.approx(RIGHT, abs=1)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("1\u00a0700,00\u00a0€", True),
        ("0,00 €", True),
        ("-12,50 €", True),
        ("−12,50 CHF", True),
        ("€1,234.50", True),
        ("CHF\u00a00.05", True),
        ("12/03/2026", False),
        ("7 649", False),
        ("40,00 € reçus", False),
        ("", False),
    ],
)
def test_an_amount_is_told_from_other_words(value: str, is_one: bool) -> None:
    assert bool(_AMOUNT.fullmatch(value)) == is_one


def test_amounts_among_facts_end_on_one_edge() -> None:
    cents = (170000, 0, -12050, 120411833)
    facts = tuple(Fact(label=f"Montant {at}", value=money(one, "EUR", "fr")) for at, one in enumerate(cents))
    facts = (*facts, Fact(label="Nombre", value="7 649"))
    paper = replace(papers.closure_report(), sections_before=(Section(heading="Cumuls", facts=facts),))
    found = reading.pieces(draw(paper))
    shown = [piece for piece in found if any(amount(one, "fr") in piece.words for one in cents) and piece.size < 11]
    assert len({round(piece.right, 0) for piece in shown}) == 1
    assert len(shown) >= 4


# last pages


def _strips(paper: Paper) -> list[int]:
    return [len(sheet.strips) for sheet in lay_out(paper)[2]]


def test_no_last_page_holds_the_proof_alone() -> None:
    small = 0
    for count in range(1, 70):
        setting, _, sheets, _ = lay_out(papers.long_invoice(count))
        assert not all(strip.foot for strip in sheets[-1].strips), count
        small += setting.small_proof
    assert small


@pytest.mark.parametrize("address", [None, papers.PROOF.address])
def test_a_small_proof_is_still_scanned_and_copied(address: str | None) -> None:
    import pypdfium2  # type: ignore[import-untyped] # it has no types
    import zxingcpp

    proof = replace(papers.PROOF, address=address)
    every = (replace(papers.long_invoice(count), proof=proof) for count in range(1, 90))
    paper = next(one for one in every if lay_out(one)[0].small_proof)
    document = pypdfium2.PdfDocument(draw(paper))
    shown = document[len(document) - 1].render(scale=300 / 72).to_pil()
    assert proof_payload(paper) in {code.text for code in zxingcpp.read_barcodes(shown)}
    assert paper.proof.fingerprint in "\n".join(reading.pages(draw(paper)))


@pytest.mark.parametrize("count", range(1, 40, 2))
def test_who_signs_a_quote_sees_its_price(count: int) -> None:
    paper = papers.with_totals(papers.quote(), list(papers.long_invoice(count).lines))
    (page,) = [
        words
        for words in map(reading.plain, reading.pages(draw(paper)))
        if reading.plain(paper.signature_boxes[0]) in words
    ]
    price = f"{FR.quote_total} : {money(paper.gross_cents or 0, 'EUR', 'fr')}"
    assert reading.plain(f"Devis n° DE-2026-0008 version 2 du 02/02/2026 · {price}") in page


def test_boxes_to_sign_in_never_stand_alone() -> None:
    for count in range(1, 40):
        paper = replace(papers.attestation(), sections_after=(Section(paragraphs=("mots " * 20,) * count),))
        head = [piece for piece in reading.pieces(draw(paper)) if piece.words.strip() == "Le client"]
        (box,) = head
        above = [
            piece
            for piece in reading.pieces(draw(paper))
            if piece.page == box.page and piece.bottom > box.top and piece.top < 770
        ]
        assert len(above) >= 3, count


def test_facts_are_not_parted_after_the_first() -> None:
    facts = tuple(Fact(label=f"Fait{at}", value=f"valeur{at}") for at in range(5))
    for count in range(1, 60):
        sections = (
            Section(paragraphs=tuple(f"mots{at}" for at in range(count))),
            Section(heading="Chaîne", facts=facts),
        )
        paper = replace(papers.closure_report(), sections_before=sections)
        pages = [reading.plain(page) for page in reading.pages(draw(paper))]
        held = [sum(f"valeur{at}" in page for at in range(5)) for page in pages]
        assert 1 not in held, count


def test_what_options_cost_with_tax_stands_under_their_table() -> None:
    told = Section(
        heading="Options, prix TTC", code="options", facts=(Fact(label="Détection", value="240 € HT, 288 € TTC"),)
    )
    paper = papers.quote()
    words = reading.text(draw(replace(paper, sections_after=(*paper.sections_after, told))))
    assert words.index(reading.plain(FR.options_title)) < words.index("Options,prixTTC") < words.index("Échéancier")


def test_heads_of_columns_have_typographic_apostrophes() -> None:
    words = reading.text(draw(papers.evidence()))
    assert "Empreintedel’écriture" in words
    assert "'" not in reading.text(draw(papers.final_invoice()))
