"""Invoices at the desk: from a working paper to an issued one, sent, corrected by a credit note and replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.invoice import INVOICE
from tests.pages.desk.money import DESK, Money, money_house, path_of
from tests.pages.kit import Visitor, form_of

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Money]:
    with money_house(tmp_path_factory.mktemp("invoices")) as found:
        yield found


def draft(money: Money, customer: str = "") -> tuple[str, str]:
    """Begin a working paper; its address and id."""
    begin = money.owner.get(f"{DESK}/invoices/new?customer={customer}" if customer else f"{DESK}/invoices/new")
    path = path_of(money.owner.fill(begin, f"{DESK}/invoices/new", customer=customer))
    return path, path.rpartition("/")[2]


def fill(money: Money, path: str, act: str, page: httpx.Response | None = None, /, **fields: Any) -> httpx.Response:
    """Send the paper's own form, the one that holds its lines."""
    page = page or money.owner.get(path)
    return money.owner.post(path, {**editor(page), "act": act, **fields})


def editor(page: httpx.Response) -> dict[str, Any]:
    """Give the fields of the form with the lines: other forms of the page undo and throw away."""
    main = page.text[page.text.index("<main") :]
    whole = next(each for each in re.findall(r"<form\b.*?</form>", main, re.DOTALL) if "revision" in each)
    return form_of(f"<main>{whole}</main>").fields


LINE = {"lines-0-label": "Table en chêne", "lines-0-quantity": "2", "lines-0-unit_price": "1 250,50"}


def issue(money: Money, **fields: Any) -> str:
    """Issue an invoice by its pages; its id."""
    path, identifier = draft(money, money.customer())
    looked = fill(money, path, "look", **{**LINE, **fields})
    assert "Émettre la facture" in looked.text, looked.text[looked.text.find("<main") :][:2000]
    assert path_of(fill(money, path, "do", looked)) == f"{DESK}/invoices/{identifier}"
    return identifier


# --- a new invoice


def test_a_paper_becomes_an_invoice_once_it_was_looked_at(money: Money) -> None:
    path, identifier = draft(money, money.customer())
    before = money.entries()
    looked = fill(money, path, "look", **LINE)
    assert "3\u202f001,20\xa0€" in looked.text  # 2 x 1 250,50 and 20 % of VAT
    assert money.entries() == before
    assert path_of(fill(money, path, "do", looked)) == f"{DESK}/invoices/{identifier}"
    shown = money.owner.get(f"{DESK}/invoices/{identifier}")
    assert "Table en chêne" in shown.text
    assert "avoir" in shown.text


def test_an_invoice_sent_twice_is_issued_once(money: Money) -> None:
    path, identifier = draft(money, money.customer())
    looked = fill(money, path, "look", **LINE)
    first = fill(money, path, "do", looked)
    after = money.entries()
    second = fill(money, path, "do", looked)
    assert path_of(first) == path_of(second) == f"{DESK}/invoices/{identifier}"
    assert money.entries() == after


def test_what_was_changed_after_the_look_is_shown_again_and_not_issued(money: Money) -> None:
    path, _ = draft(money, money.customer())
    looked = fill(money, path, "look", **LINE)
    before = money.entries()
    again = fill(money, path, "do", looked, **{"lines-0-unit_price": "99"})
    assert again.status_code == 200
    assert "Quelque chose a changé" in again.text
    assert money.entries() == before


def test_two_people_do_not_overwrite_each_others_paper(money: Money) -> None:
    path, _ = draft(money, money.customer())
    mine = money.owner.get(path)
    fill(money, path, "save", **{**LINE, "title": "A"})
    answer = fill(money, path, "save", mine, **{**LINE, "title": "B"})
    assert answer.status_code == 409
    assert "Quelqu&#39;un d&#39;autre" in answer.text
    assert 'value="B"' in answer.text


def test_a_change_can_be_undone_until_the_invoice_is_issued(money: Money) -> None:
    path, _ = draft(money, money.customer())
    fill(money, path, "save", **{**LINE, "title": "Premier"})
    fill(money, path, "save", **{**LINE, "title": "Second"})
    page = money.owner.get(path)
    csrf = editor(page)["csrf"]
    money.owner.post(path, {"csrf": csrf, "key": "k" * 32, "act": "undo"})
    assert 'value="Premier"' in money.owner.get(path).text
    money.owner.post(path, {"csrf": csrf, "key": "l" * 32, "act": "drop"})
    assert money.owner.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"lines-0-unit_price": "abc"}, "lines-0-unit_price", "nombre"),
        ({"lines-0-unit_price": ""}, "lines-0-unit_price", "prix"),
        ({"lines-0-rate_bp": "777"}, "lines-0-rate_bp", "taux"),
        ({"lines-0-label": ""}, "lines-0-label", "valable"),
        ({"discount": "beaucoup"}, "discount", "taux"),
        ({"due_on": "2026-02-31"}, "due_on", "date"),
        ({"due_on": "2020-01-01"}, "due_on", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    money: Money, fields: dict[str, str], field: str, words: str
) -> None:
    path, _ = draft(money, money.customer())
    answer = fill(money, path, "look", **{**LINE, "title": "Reste là", **fields})
    assert answer.status_code in (409, 422)
    said = re.search(rf'id="w-{field}">([^<]*)', answer.text)
    assert said is not None, re.findall(r'id="w-[^<]*<', answer.text)
    assert words in said[1]
    assert 'value="Reste là"' in answer.text


def test_an_invoice_over_the_counter_needs_no_client(money: Money) -> None:
    path, identifier = draft(money)
    looked = fill(
        money, path, "look", **{**LINE, "basis": "gross", "lines-0-nature": "goods", "lines-0-unit_price": "12"}
    )
    assert "Émettre la facture" in looked.text, looked.text[looked.text.find("<main") :][:1500]
    path_of(fill(money, path, "do", looked))
    assert "comptoir" in money.owner.get(f"{DESK}/invoices/{identifier}").text


def test_lines_with_gaps_keep_their_places(money: Money) -> None:
    path, _ = draft(money, money.customer())
    fields = {"lines-0-label": "", "lines-1-label": "Deux", "lines-1-unit_price": "x", "lines-1-quantity": "1"}
    answer = fill(money, path, "look", **fields)
    assert 'id="w-lines-1-unit_price"' in answer.text


def test_the_english_page_is_english(money: Money) -> None:
    visitor = money.house.user("owner", name="english", language="en")
    page = visitor.get(f"{DESK}/invoices")
    assert 'lang="en"' in page.text
    assert "Invoices and credit notes" in page.text
    assert "Factures et avoirs" not in page.text


def test_markup_in_every_field_is_inert(money: Money) -> None:
    path, identifier = draft(money)
    hostile = {
        "lines-0-label": HOSTILE,
        "title": HOSTILE,
        "notes": HOSTILE,
        "client_name": HOSTILE,
        "client_line": HOSTILE,
        "client_city": HOSTILE,
        "client_postcode": "69001",
        "lines-0-unit_price": "10",
        "lines-0-quantity": "1",
        "lines-0-unit": HOSTILE,
        "order_reference": HOSTILE,
    }
    answer = fill(money, path, "look", **hostile)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    looked = fill(money, path, "look", **{**hostile, "lines-0-unit": "C62", "order_reference": ""})
    assert "Émettre la facture" in looked.text, looked.text[looked.text.find("<main") :][:1500]
    path_of(fill(money, path, "do", looked))
    for shown in (
        f"/invoices/{identifier}",
        f"/invoices/{identifier}/credit",
        "/invoices",
        f"/payments/new?invoice={identifier}",
    ):
        assert "<script>alert" not in money.owner.get(DESK + shown).text


def test_a_form_of_two_thousand_lines_is_refused_in_words(money: Money) -> None:
    path, _ = draft(money, money.customer())
    fields = {f"lines-{n}-{name}": value for n in range(230) for name, value in (("label", "x"), ("unit_price", "1"))}
    answer = fill(money, path, "look", **fields)
    assert answer.status_code == 422
    assert "200 au plus" in answer.text


# --- what becomes of an invoice


def test_an_invoice_is_listed_found_and_shown_with_its_proof(money: Money) -> None:
    made = money.invoice()
    assert made["number"] in money.owner.get(f"{DESK}/invoices").text
    found = money.owner.get(f"{DESK}/invoices?q={made['number'].lower()}")
    assert f"/invoices/{made['invoice']}" in found.text
    assert "Aucun document de ce numéro" in money.owner.get(f"{DESK}/invoices?q=ZZZ").text
    page = money.owner.get(f"{DESK}/invoices/{made['invoice']}")
    proof = money.owner.fill(page, f"{DESK}/invoices/{made['invoice']}/proof")
    assert proof.headers["content-type"].startswith("application/json")
    assert proof.json()["format"] == "sceau-proof/1"


def test_lists_go_on_page_by_page_and_lose_nothing(money: Money) -> None:
    customer = money.customer("Page à page")
    made = {money.invoice(customer)["number"] for _ in range(30)}
    seen: list[str] = []
    path = f"{DESK}/invoices?show=open"
    for _ in range(20):
        page = money.owner.get(path)
        seen += re.findall(r'data-label="Numéro"><a href="[^"]*">([^<]*)', page.text)
        onward = re.search(r'href="([^"]*)" rel="next"', page.text)
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    assert seen == sorted(seen, reverse=True)  # the newest first


def test_an_invoice_is_sent_by_mail_only_where_there_is_an_address(money: Money) -> None:
    made = money.invoice()
    page = money.owner.get(f"{DESK}/invoices/{made['invoice']}/send")
    path_of(money.owner.fill(page, by="email", act="do"))
    assert money.state(INVOICE, made["invoice"]).sent is True
    silent = str(
        money.api(
            "/customers",
            kind="consumer",
            party={"name": "Sans adresse", "address": {"lines": ["1 rue"], "postcode": "69001", "city": "Lyon"}},
        )["customer"]
    )
    other = money.invoice(silent)
    refused = money.owner.fill(money.owner.get(f"{DESK}/invoices/{other['invoice']}/send"), by="email", act="do")
    assert refused.status_code == 422
    assert "adresse e-mail" in refused.text


def test_a_disputed_invoice_stands_in_its_list_until_it_is_settled(money: Money) -> None:
    made = money.invoice()
    path = f"{DESK}/invoices/{made['invoice']}/dispute"
    path_of(money.owner.fill(money.owner.get(path), words="La teinte n'est pas la bonne.", act="do"))
    assert made["number"] in money.owner.get(f"{DESK}/invoices?show=disputed").text
    path_of(money.owner.fill(money.owner.get(path), words="Réglé.", act="do"))
    assert made["number"] not in money.owner.get(f"{DESK}/invoices?show=disputed").text


def test_a_link_to_pay_is_shown_and_opens(money: Money) -> None:
    made = money.invoice()
    page = money.owner.get(f"{DESK}/invoices/{made['invoice']}/link")
    answer = money.owner.fill(page)
    link = re.search(r"/c/atelier/[A-Za-z0-9_-]{43}", answer.text)
    assert answer.status_code == 200
    assert link is not None


def test_writing_off_is_explained_before_it_is_done(money: Money) -> None:
    made = money.invoice()
    path = f"{DESK}/invoices/{made['invoice']}/write-off"
    before = money.entries()
    looked = money.owner.fill(money.owner.get(path), act="look")
    assert "120,00" in looked.text
    assert "CGI art. 272" in looked.text
    assert money.entries() == before
    path_of(money.owner.fill(looked, act="do"))
    assert money.state(INVOICE, made["invoice"]).written_off_cents == 12_000


def test_penalties_of_a_consumer_are_refused_with_their_article(money: Money) -> None:
    made = money.invoice()
    answer = money.owner.fill(money.owner.get(f"{DESK}/invoices/{made['invoice']}/penalty"), act="look")
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text


# --- credit notes


def credit(visitor: Visitor, invoice: str, page: httpx.Response | None = None, /, **fields: Any) -> httpx.Response:
    path = f"{DESK}/invoices/{invoice}/credit"
    page = page or visitor.get(path)
    return visitor.post(path, {**form_of(page.text).fields, **fields})


def test_a_whole_credit_note_is_explained_then_issued_once(money: Money) -> None:
    made = money.invoice()
    before = money.entries()
    looked = credit(money.owner, made["invoice"], what="whole", cause="error", act="look")
    assert "annule toute la facture" in looked.text
    assert "CGI art. 289" in looked.text
    assert money.entries() == before
    first = credit(money.owner, made["invoice"], looked, what="whole", cause="error", act="do")
    after = money.entries()
    second = credit(money.owner, made["invoice"], looked, what="whole", cause="error", act="do")
    assert path_of(first) == path_of(second)
    assert money.entries() == after
    assert "À rendre au client" in money.owner.get(path_of(first)).text
    refused = credit(money.owner, made["invoice"], what="whole", cause="error", act="look")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


def test_lines_and_quantities_are_credited(money: Money) -> None:
    made = money.invoice(price="300")
    nothing = credit(money.owner, made["invoice"], what="lines", cause="return", act="look")
    assert "Choisissez au moins une ligne" in nothing.text
    fields = {"what": "lines", "cause": "return", "credit-1-amount": "50"}
    looked = credit(money.owner, made["invoice"], act="look", **fields)
    assert "60,00" in looked.text
    path_of(credit(money.owner, made["invoice"], looked, act="do", **fields))
    assert money.state(INVOICE, made["invoice"]).credited_cents == 6_000
    above = credit(
        money.owner, made["invoice"], what="lines", cause="return", **{"credit-1-amount": "9999"}, act="look"
    )
    assert above.status_code in (409, 422)
    assert 'id="w-credit-1-' in above.text


@pytest.mark.parametrize("paid", ["move", "refund"])
def test_a_credit_note_and_its_replacement_are_one_step(money: Money, paid: str) -> None:
    made = money.invoice(price="100")
    money.api(
        "/payments",
        means="card",
        amount_cents=12_000,
        allocations=[{"about": made["invoice"], "about_kind": "invoice", "amount_cents": 12_000}],
    )
    fields = {"what": "replace", "cause": "error", "paid": paid, "lines-0-unit_price": "90"}
    looked = credit(money.owner, made["invoice"], act="look", **fields)
    assert "Émettre l'avoir et la nouvelle facture" in looked.text, looked.text[looked.text.find("<main") :][:1500]
    done = path_of(credit(money.owner, made["invoice"], looked, act="do", **fields))
    again = path_of(credit(money.owner, made["invoice"], looked, act="do", **fields))
    assert done == again
    old = money.state(INVOICE, made["invoice"])
    new = money.state(INVOICE, done.rpartition("/")[2])
    assert old.replaced_by == done.rpartition("/")[2]
    assert new.issued.texts is not None
    assert new.issued.texts.lines == ("Étagère",)
    assert new.paid_cents == (10_800 if paid == "move" else 0)
    assert money.state(CREDIT_NOTE, old.credit_notes[0]).open_cents == (1_200 if paid == "move" else 12_000)


def test_an_invoice_is_a_file_and_its_copies_are_numbered(money: Money) -> None:
    made = money.invoice()
    path = f"{DESK}/invoices/{made['invoice']}"
    pdf = money.owner.get(f"{path}/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    xml = money.owner.get(f"{path}/xml")
    assert made["number"].encode() in xml.content
    copy = money.owner.fill(money.owner.get(path), f"{path}/copies")
    assert copy.content.startswith(b"%PDF-")
    assert copy.content != pdf.content
    assert money.house.user("auditor").get(f"{path}/pdf").status_code == 200
