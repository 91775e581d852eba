"""Customers, the catalogue, deals, files for signature, search, and who may do what."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.pages.desk.sale.pages import PAGES
from tests.pages.desk.test_sale_quotes import DESK, HOSTILE, issued
from tests.pages.kit import House, Visitor

CUSTOMER = {"kind": "business", "name": "Menuiserie Exemple", "siren": "123 456 782", "street": "1 rue des Copeaux",
            "postcode": "69001", "city": "Lyon", "email": "contact@example.fr"}  # fmt: skip


@pytest.fixture(scope="module")
def owner(house: House) -> Visitor:
    return house.user("owner")


def registered(visitor: Visitor, **fields: Any) -> httpx.Response:
    page = visitor.get(f"{DESK}/customers/new")
    return visitor.fill(page, f"{DESK}/customers/new", **{**CUSTOMER, **fields})


# --- customers


def test_a_customer_is_made_found_and_changed(owner: Visitor) -> None:
    path = registered(owner).headers["location"]
    page = owner.get(path).text
    assert "Menuiserie Exemple" in page
    assert "123456782" in page
    assert path in owner.get(f"{DESK}/customers?q=menuis+lyon").text
    edit = owner.get(f"{path}/edit")
    assert owner.fill(edit, f"{path}/edit", name="Menuiserie Nouvelle").status_code == 303
    assert "Menuiserie Nouvelle" in owner.get(path).text
    assert path in owner.get(f"{DESK}/customers?q=nouvelle").text


def test_a_customer_form_sent_twice_makes_one(owner: Visitor) -> None:
    page = owner.get(f"{DESK}/customers/new")
    answers = [owner.fill(page, f"{DESK}/customers/new", **{**CUSTOMER, "name": "Deux Fois"}) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert owner.get(f"{DESK}/customers?q=deux+fois").text.count("Deux Fois") == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": ""}, "name"),
        ({"siren": "123456789"}, "siren"),
        ({"siren": "12"}, "siren"),
        ({"vat_number": "FR99123456782"}, "vat_number"),
        ({"email": "nulle part"}, "email"),
        ({"city": ""}, "city"),
        ({"street": ""}, "street"),
        ({"payment_days": "mille"}, "payment_days"),
    ],
)
def test_what_is_wrong_with_a_customer_stands_at_its_field(owner: Visitor, fields: dict[str, str], name: str) -> None:
    answer = registered(owner, **fields)
    assert answer.status_code == 422
    field = re.search(rf'<(input|textarea|select)[^>]*name="{name}"[^>]*>', answer.text)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert 'value="Lyon"' in answer.text or "city" in fields


def test_consent_is_recorded(owner: Visitor) -> None:
    path = registered(owner, name="Qui Accepte").headers["location"]
    page = owner.get(path)
    csrf, key = _form(page.text)
    done = owner.post(f"{path}/consent", {"csrf": csrf, "key": key, "subject": "messages", "given": "no"})
    assert done.status_code == 303
    assert "Relances et messages</strong>\xa0: non" in owner.get(path).text


def test_a_customer_s_page_has_their_documents_and_statement(owner: Visitor) -> None:
    quote = issued(owner, name="Avec Documents")
    customer = re.search(rf'href="({DESK}/customers/[0-9a-f-]+)"', owner.get(quote).text)
    assert customer is not None
    page = owner.get(customer[1]).text
    assert quote in page
    statement = owner.get(f"{customer[1]}/statement")
    assert statement.status_code in (200, 409)


def _form(html: str) -> tuple[str, str]:
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', html)
    keys = re.findall(r'name="key" value="([0-9a-f]{32})"', html)
    assert csrf is not None
    return csrf[1], keys[-1]


# --- catalogue


def test_an_article_is_kept_looked_up_and_put_into_a_quote(owner: Visitor) -> None:
    page = owner.get(f"{DESK}/catalogue/articles/new")
    made = owner.fill(
        page, f"{DESK}/catalogue/articles/new", act="save", label="Étagère en chêne", price="95,50", type="goods",
        rate="20", code="ETAG",
    )  # fmt: skip
    assert made.status_code == 303, made.text
    found = owner.get(f"{DESK}/quotes/lookup?q=etag", headers={"X-Fragment": "1"})
    assert 'data-unitprice="95,5"' in found.text
    assert "<html" not in found.text
    csrf, key = _form(owner.get(f"{DESK}/quotes/new").text)
    draft = owner.post(f"{DESK}/quotes/new", {"csrf": csrf, "key": key, "act": "later"}).headers["location"]
    choose = owner.get(f"{draft}/articles?q=chene")
    assert owner.fill(choose, f"{draft}/articles", quantity="3").status_code == 303
    text = owner.get(draft).text
    assert 'value="Étagère en chêne"' in text
    assert 'value="95,5"' in text


def test_what_is_wrong_with_an_article_stands_at_its_field(owner: Visitor) -> None:
    page = owner.get(f"{DESK}/catalogue/articles/new")
    answer = owner.fill(page, f"{DESK}/catalogue/articles/new", act="save", label="Sans prix", price="")
    assert answer.status_code == 422
    assert "Un prix est nécessaire" in answer.text


def take(visitor: Visitor, data: bytes) -> httpx.Response:
    csrf, key = _form(visitor.get(f"{DESK}/catalogue/import").text)
    return visitor.post(
        f"{DESK}/catalogue/import", {"csrf": csrf, "key": key}, files={"file": ("a.csv", data, "text/csv")}
    )


def test_articles_come_from_a_file_and_go_back_into_one(owner: Visitor) -> None:
    text = "code;designation;type;unite;prix;tva\r\nP-1;=SOMME(A1);labour_hourly;HUR;48;10\r\nP-2;Clous;;;1,25;\r\n"
    assert take(owner, text.encode()).headers["location"] == f"{DESK}/catalogue?taken=2"
    assert take(owner, text.replace("48", "49").encode("cp1252")).status_code == 303
    out = owner.get(f"{DESK}/catalogue/articles.csv")
    assert out.headers["content-type"].startswith("text/csv")
    lines = out.content.decode("utf-8-sig").splitlines()
    assert "P-1;'=SOMME(A1);labour_hourly;HUR;49;10" in lines
    assert take(owner, out.content).status_code == 303
    assert owner.get(f"{DESK}/catalogue?q=clous").text.count("row-link") == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"code;designation;prix\nA;Bois;12\nB;Vis;cher\n", "Ligne 3"),
        (b"code;designation;prix\nA;Bois;12\nA;Vis;1\n", "déjà plus haut"),
        (b"nom;valeur\nA;1\n", "nomme les colonnes"),
        (b"", "Choisissez un fichier|pas un fichier CSV"),
        (b"\x00\x01\x02", "pas un fichier CSV"),
        (b"designation;prix\n" + b"x;1\n" * 5_001, "au plus 5 000"),
        (b'designation;prix\n"' + b"x" * 200_000 + b'";1\n', "pas un fichier CSV|trop long"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_by_line_and_nothing_is_taken(
    owner: Visitor, data: bytes, words: str
) -> None:
    answer = take(owner, data)
    assert answer.status_code == 422
    assert re.search(words, answer.text), answer.text


# --- deals


def test_an_opportunity_moves_and_becomes_a_quote(owner: Visitor) -> None:
    page = owner.get(f"{DESK}/deals/new")
    made = owner.fill(page, f"{DESK}/deals/new", act="save", title="Véranda Durand", value="12 000", name="M. Durand")
    assert made.status_code == 303
    board = owner.get(f"{DESK}/deals").text
    card = re.search(r'id="deal-([0-9a-f-]{36})"[^>]*><p><a class="strong" href="[^"]*">Véranda Durand', board)
    assert card is not None
    csrf, key = _form(board)
    moved = owner.post(f"{DESK}/deals/move", {"csrf": csrf, "key": key, "card": card[1], "stage": "qualified"})
    assert moved.status_code == 303
    path = f"{DESK}/deals/{card[1]}"
    page = owner.get(path)
    assert '<option value="qualified" selected>' in page.text
    quote = owner.fill(page, path, act="quote")
    assert "Véranda Durand" in owner.get(quote.headers["location"]).text
    assert owner.get(path).status_code == 404


def test_an_issued_quote_is_put_into_a_stage_by_hand_and_back(owner: Visitor) -> None:
    quote = issued(owner).rpartition("/")[2]
    csrf, key = _form(owner.get(f"{DESK}/deals").text)
    for stage in ("qualified", ""):
        assert owner.post(
            f"{DESK}/deals/move", {"csrf": csrf, "key": key, "card": quote, "stage": stage}
        ).status_code == 303  # fmt: skip
        board = owner.get(f"{DESK}/deals").text
        column = board[board.index('data-stage="qualified"') :].split("</section>")[0]
        assert (f'id="deal-{quote}"' in column) == (stage == "qualified")


def test_the_weighted_total_is_the_report_s(owner: Visitor) -> None:
    page = owner.get(f"{DESK}/deals/totals")
    assert page.status_code == 200
    assert "Pondérée" in page.text


def test_stages_are_renamed_added_and_refused(owner: Visitor) -> None:
    path = f"{DESK}/deals/stages"
    page = owner.get(path)
    added = owner.fill(page, path, act="add")
    empty = re.search(r'name="stages-(\d+)-code" value=""', added.text)
    assert empty is not None
    refused = owner.fill(added, path, act="save")
    assert refused.status_code == 422
    assert "Un nom est nécessaire" in refused.text
    done = owner.fill(added, path, act="save", **{f"stages__{empty[1]}__fr": "Visite faite"})
    assert done.status_code == 303, done.text
    assert "Visite faite" in owner.get(f"{DESK}/deals").text
    assert owner.fill(owner.get(path), path, act="reset").status_code == 303


def test_a_prospect_becomes_a_customer(owner: Visitor) -> None:
    path = f"{DESK}/deals/prospects/new"
    made = owner.fill(owner.get(path), path, act="save", name="Dominique Exemple", email="d@example.fr")
    assert made.status_code == 303
    found = re.search(rf'href="({DESK}/deals/prospects/[0-9a-f-]+)">Dominique', owner.get(f"{DESK}/deals").text)
    assert found is not None
    done = owner.fill(owner.get(found[1]), found[1], act="customer")
    assert "/customers/" in done.headers["location"]
    assert owner.get(found[1]).status_code == 404


# --- signatures


def ask(visitor: Visitor, data: bytes, **fields: str) -> httpx.Response:
    csrf, key = _form(visitor.get(f"{DESK}/signatures/new").text)
    given = {"csrf": csrf, "key": key, "act": "send", "role": "contract", "signatories-0-name": "Camille Exemple",
             "signatories-0-email": "camille@example.fr", "signatories-0-side": "client", "ordered": "yes"}  # fmt: skip
    return visitor.post(
        f"{DESK}/signatures/new", {**given, **fields}, files={"file": ("contrat.pdf", data, "application/pdf")}
    )


def test_a_pdf_is_sent_for_signature_and_stopped(owner: Visitor, tmp_path: Path) -> None:
    quote = issued(owner)
    data = owner.get(f"{quote}/pdf").content
    del tmp_path
    asked = ask(owner, data)
    if asked.status_code == 422:  # a file with files inside is not signed: ours carries none, others may
        pytest.fail(re.sub(r"<[^>]+>", " ", asked.text)[:2000])
    path = asked.headers["location"].partition("?")[0]
    assert path in owner.get(f"{DESK}/signatures").text
    page = owner.get(path)
    assert "À son tour" in page.text
    assert owner.get(f"{path}/file").content == data
    csrf, key = _form(page.text)
    link = owner.post(path, {"csrf": csrf, "key": key, "act": "link"})
    assert "/c/atelier/" in link.text
    refused = owner.post(path, {"csrf": csrf, "key": key, "act": "remind"})
    assert refused.status_code == 409
    stopped = owner.post(path, {"csrf": csrf, "key": key, "act": "cancel"})
    assert stopped.status_code == 303
    assert "Arrêtée" in owner.get(path).text


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7 not really"])
def test_what_is_no_pdf_is_refused_at_its_field(owner: Visitor, data: bytes) -> None:
    answer = ask(owner, data)
    assert answer.status_code == 422
    field = re.search(r'<input[^>]*name="file"[^>]*>', answer.text)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]


# --- search


def test_a_number_leads_straight_to_its_document(owner: Visitor) -> None:
    path = issued(owner, name="Trouvée Aisément")
    number = re.search(r"<title>Devis ([^<]+)</title>", owner.get(path).text)
    assert number is not None
    assert owner.get(f"{DESK}/search?q={number[1]}").headers["location"] == path
    assert "Trouvée Aisément" in owner.get(f"{DESK}/search?q=aisement").text
    assert "Rien de ce nom" in owner.get(f"{DESK}/search?q=zzzzzz").text
    assert owner.get(f"{DESK}/search").status_code == 200
    assert "<script>" not in owner.get(f"{DESK}/search", params={"q": HOSTILE}).text.replace(
        '<script type="module"', ""
    )


# --- who may do what


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.template}")
def test_who_may_not_is_kept_out(house: House, page: Any) -> None:
    path = page.template.format(**page.example)
    for role in ("accountant", "auditor"):
        visitor = house.user(role)
        answer = visitor.get(path) if page.method == "GET" else visitor.post(path)
        if role not in page.who.roles:
            assert answer.status_code == 403, path
        else:
            assert answer.status_code != 403, path
    stranger = house.stranger()
    answer = stranger.get(path) if page.method == "GET" else stranger.post(path)
    assert answer.headers["location"] == "/sign-in", path
    other = house.user(None)
    assert (other.get(path) if page.method == "GET" else other.post(path)).status_code == 404


def test_readers_see_no_button_that_acts(house: House, owner: Visitor) -> None:
    path = issued(owner)
    reader = house.user("auditor")
    for place in (
        path,
        f"{DESK}/quotes",
        f"{DESK}/customers",
        f"{DESK}/deals",
        f"{DESK}/catalogue",
        f"{DESK}/signatures",
    ):
        text = reader.get(place).text
        main = text[text.index("<main") :]
        assert 'method="post"' not in main, place
        assert "/new" not in main, place
