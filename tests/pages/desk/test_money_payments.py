"""Payments at the desk: recorded with a proposal, flagged, placed, taken back; statements read and applied once."""

from __future__ import annotations

import re
import zlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.payment import PAYMENT
from tests.pages.desk.money import DESK, Money, money_house, path_of
from tests.pages.kit import form_of
from tests.projections.bank.statements import Ntry, Tx, camt


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Money]:
    with money_house(tmp_path_factory.mktemp("payments")) as found:
        yield found


def record(money: Money, query: str = "", page: httpx.Response | None = None, /, **fields: Any) -> httpx.Response:
    page = page or money.owner.get(f"{DESK}/payments/new{query}")
    return money.owner.post(f"{DESK}/payments/new", {**form_of(page.text).fields, **fields})


def paid(money: Money, cents: int, invoice: str | None = None, **more: Any) -> str:
    to = [{"about": invoice, "about_kind": "invoice", "amount_cents": cents}] if invoice else []
    return str(
        money.api("/payments", means=more.pop("means", "card"), amount_cents=cents, allocations=to, **more)["payment"]
    )


def act(money: Money, path: str, **fields: Any) -> httpx.Response:
    """Look, then do."""
    looked = money.owner.fill(money.owner.get(DESK + path), **{**fields, "act": "look"})
    assert looked.status_code == 200, looked.text[looked.text.find("<main") :][:2000]
    return money.owner.fill(looked, **{**fields, "act": "do"})


# --- recording


def test_a_payment_of_an_invoice_is_proposed_explained_and_recorded_once(money: Money) -> None:
    made = money.invoice()
    before = money.entries()
    looked = record(money, f"?invoice={made['invoice']}", act="look", means="card")
    assert 'value="120,00"' in looked.text
    assert "règle un document" in looked.text
    assert money.entries() == before
    done = record(money, "", looked, act="do", means="card")
    after = money.entries()
    assert path_of(record(money, "", looked, act="do", means="card")) == path_of(done)
    assert money.entries() == after
    assert money.state(INVOICE, made["invoice"]).state == "paid"
    assert made["number"] in money.owner.get(path_of(done)).text


def test_the_only_document_of_that_amount_is_proposed(money: Money) -> None:
    made = money.invoice(price="777")
    looked = record(money, act="look", amount="932,40", means="credit_transfer")
    assert re.search(rf'name="take-invoice-{made["invoice"]}"[^>]*value="932,40"', looked.text)


def test_cash_above_the_ceiling_is_flagged_with_its_article_before_it_is_recorded(money: Money) -> None:
    made = money.invoice(price="2000")
    looked = record(money, f"?invoice={made['invoice']}", act="look", means="cash")
    assert "L112-6" in looked.text
    done = path_of(record(money, "", looked, act="do", means="cash", cash_reason=""))
    shown = money.owner.get(done)
    assert "L112-6" in shown.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "douze"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"received_on": "2030-01-01"}, "received_on"),
        ({"received_on": "31/12"}, "received_on"),
        ({"reference": "é" * 70}, "reference"),
    ],
)
def test_what_is_wrong_with_a_payment_is_said_at_its_field(money: Money, fields: dict[str, str], field: str) -> None:
    made = money.invoice()
    answer = record(money, f"?invoice={made['invoice']}", **{"act": "look", "means": "card", **fields})
    assert answer.status_code in (409, 422)
    assert f'id="w-{field}"' in answer.text


def test_an_announced_payment_is_confirmed_or_given_up(money: Money) -> None:
    made = money.invoice()
    announced = money.api(
        "/payments/announcements",
        means="credit_transfer",
        amount_cents=12_000,
        about=made["invoice"],
        about_kind="invoice",
    )["payment"]
    assert "Annoncé" in money.owner.get(f"{DESK}/payments?show=announced").text
    looked = record(money, f"?announced={announced}", act="look")
    assert path_of(record(money, "", looked, act="do")) == f"{DESK}/payments/{announced}"
    assert money.state(INVOICE, made["invoice"]).paid_cents == 12_000
    other = money.api("/payments/announcements", means="card", amount_cents=100)["payment"]
    path_of(money.owner.fill(money.owner.get(f"{DESK}/payments/{other}/fail"), cause="not_received", act="do"))
    assert money.state(PAYMENT, other).phase == "failed"


# --- afterwards


def test_what_is_left_over_is_placed_later(money: Money) -> None:
    customer = money.customer()
    made = money.invoice(customer)
    payment = paid(money, 12_000, customer=customer)
    assert f"/payments/{payment}" in money.owner.get(f"{DESK}/payments?show=unplaced").text
    field = f"take-invoice-{made['invoice']}"
    path_of(act(money, f"/payments/{payment}/place", **{field.replace("-", "__"): "120"}))
    assert money.state(INVOICE, made["invoice"]).state == "paid"
    moved = f"free-invoice-{made['invoice']}"
    path_of(act(money, f"/payments/{payment}/place", **{moved.replace("-", "__"): "20"}))
    assert money.state(INVOICE, made["invoice"]).open_cents == 2_000


def test_taking_a_payment_back_says_what_is_to_be_paid_again(money: Money) -> None:
    made = money.invoice()
    payment = paid(money, 12_000, made["invoice"], means="cheque")
    path = f"{DESK}/payments/{payment}/reverse"
    looked = money.owner.fill(money.owner.get(path), cause="unpaid", act="look")
    assert "redeviennent à payer" in looked.text
    path_of(money.owner.fill(looked, cause="unpaid", act="do"))
    assert money.state(INVOICE, made["invoice"]).open_cents == 12_000
    again = money.owner.fill(money.owner.get(path), cause="unpaid", act="look")
    assert again.status_code == 409
    assert 'role="alert"' in again.text


def test_the_means_of_a_payment_are_corrected(money: Money) -> None:
    payment = paid(money, 500)
    path_of(money.owner.fill(money.owner.get(f"{DESK}/payments/{payment}/means"), means="cheque", act="do"))
    assert money.state(PAYMENT, payment).means == "cheque"


def test_a_contest_is_noted_and_a_lost_one_takes_the_money(money: Money) -> None:
    made = money.invoice()
    payment = paid(money, 12_000, made["invoice"])
    path = f"{DESK}/payments/{payment}/contest"
    path_of(money.owner.fill(money.owner.get(path), reference="dp_1", act="do"))
    assert f"/payments/{payment}" in money.owner.get(f"{DESK}/payments?show=contested").text
    path_of(act(money, f"/payments/{payment}/contest", outcome="lost"))
    assert money.state(INVOICE, made["invoice"]).open_cents == 12_000


def test_money_is_given_back_for_a_credit_note_and_more_than_due_is_flagged(money: Money) -> None:
    made = money.invoice()
    paid(money, 12_000, made["invoice"])
    note = money.api(f"/invoices/{made['invoice']}/credit-notes", cause="return")["credit_note"]
    path = f"{DESK}/refunds/new?credit_note={note}"
    looked = money.owner.fill(money.owner.get(path), act="look", amount="150")
    assert "de plus que ce qui était à rendre" in looked.text
    page = money.owner.get(path)
    looked = money.owner.fill(page, act="look")
    path_of(money.owner.fill(looked, act="do"))
    assert (
        "Rien n&#39;est à rendre" in money.owner.get(path).text or "Rien n'est à rendre" in money.owner.get(path).text
    )


# --- deposits


def asked(money: Money, kind: str = "arrhes", cents: int = 20_000) -> str:
    return str(
        money.api("/deposits", customer=money.customer(), amount_cents=cents, kind=kind, rate_bp=2000)["deposit"]
    )


def test_a_payment_without_a_quote_is_asked_for(money: Money) -> None:
    path = f"{DESK}/deposits/new?customer={money.customer('Paul Exemple')}"
    looked = money.owner.fill(money.owner.get(path), act="look", amount="300", kind="arrhes", title="Réservation")
    assert "C. conso L214-1" in looked.text
    done = path_of(money.owner.fill(looked, act="do", amount="300", kind="arrhes", title="Réservation"))
    assert "Paul Exemple" in money.owner.get(done).text
    assert done.rpartition("/")[2] in money.owner.get(f"{DESK}/deposits").text


@pytest.mark.parametrize(
    ("by", "outcome", "words"), [("issuer", "refund", "en double"), ("client", "forfeit", "indemnité")]
)
def test_what_becomes_of_arrhes_is_explained_by_the_law_before(money: Money, by: str, outcome: str, words: str) -> None:
    deposit = asked(money)
    money.api(
        "/payments",
        means="card",
        amount_cents=20_000,
        allocations=[{"about": deposit, "about_kind": "deposit", "amount_cents": 20_000}],
    )
    before = money.entries()
    path = f"{DESK}/deposits/{deposit}/settle"
    looked = money.owner.fill(money.owner.get(path), by=by, outcome=outcome, act="look")
    assert words in looked.text
    assert "L214-1" in looked.text
    assert money.entries() == before
    path_of(money.owner.fill(looked, by=by, outcome=outcome, act="do"))
    state = money.state(DEPOSIT, deposit)
    assert (state.indemnity_due_cents, state.forfeited_cents) == ((20_000, 0) if by == "issuer" else (0, 20_000))


def test_keeping_an_acompte_is_refused_in_words_at_its_field(money: Money) -> None:
    deposit = asked(money, "acompte")
    money.api(
        "/payments",
        means="card",
        amount_cents=20_000,
        allocations=[{"about": deposit, "about_kind": "deposit", "amount_cents": 20_000}],
    )
    path = f"{DESK}/deposits/{deposit}/settle"
    answer = money.owner.fill(money.owner.get(path), by="client", outcome="forfeit", act="look")
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text
    assert re.search(r'<p class="law">', answer.text)


def test_a_deposit_is_invoiced_receipted_and_cancelled(money: Money) -> None:
    deposit = asked(money, "acompte")
    money.api(
        "/payments",
        means="card",
        amount_cents=5_000,
        allocations=[{"about": deposit, "about_kind": "deposit", "amount_cents": 5_000}],
    )
    assert path_of(act(money, f"/deposits/{deposit}/receipt")).startswith(f"{DESK}/invoices/")
    page = money.owner.get(path_of(act(money, f"/deposits/{deposit}/invoice")))
    assert "Facture d&#39;acompte" in page.text
    path_of(act(money, f"/deposits/{deposit}/cancel", by="issuer"))
    assert money.state(DEPOSIT, deposit).cancelled
    assert (
        deposit in money.owner.get(f"{DESK}/deposits?show=held").text
        or deposit in money.owner.get(f"{DESK}/deposits?show=cancelled").text
    )


# --- bank statements


def send(money: Money, data: bytes) -> httpx.Response:
    fields = form_of(money.owner.get(f"{DESK}/bank").text).fields
    return money.owner.post(
        f"{DESK}/bank", {**fields, "act": "look"}, files={"statement": ("releve.xml", data, "text/xml")}
    )


def apply(money: Money, page: httpx.Response, **fields: str) -> httpx.Response:
    """Send the form again, as a browser does: multipart, without a file."""
    data = {**form_of(page.text).fields, **fields, "act": "do"}
    return money.owner.post(f"{DESK}/bank", data, files={"none": ("", b"", "application/octet-stream")})


def test_a_statement_is_proposed_ticked_and_applied_once(money: Money) -> None:
    sure, other = money.invoice(price="321"), money.invoice(price="654")
    data = camt(
        Ntry(
            amount="385.20",
            booked="2026-10-05",
            value="2026-10-05",
            bank_reference="B1",
            parts=(Tx(amount="385.20", text=f"Facture {sure['number']}", payer="Léa Roche"),),
        ),
        Ntry(
            amount="784.80",
            booked="2026-10-05",
            value="2026-10-05",
            bank_reference="B2",
            parts=(Tx(amount="784.80", text="merci", payer="Quelqu'un <b>d'autre</b>"),),
        ),
        Ntry(
            amount="9.99",
            booked="2026-10-05",
            value="2026-10-05",
            bank_reference="B3",
            parts=(Tx(amount="9.99", text="inconnu"),),
        ),
    )
    before = money.entries()
    page = send(money, data)
    assert page.status_code == 200, page.text[page.text.find("<main") :][:2000]
    assert money.entries() == before
    assert "Certain" in page.text
    assert "<b>d" not in page.text
    chosen = re.search(r'name="choose-(\d+)"', page.text)
    assert chosen is not None
    done = apply(money, page, **{f"choose-{chosen[1]}": other["number"]})
    assert "2 lignes ont été enregistrées" in done.text
    assert money.state(INVOICE, sure["invoice"]).state == "paid"
    assert money.state(INVOICE, other["invoice"]).state == "paid"
    after = money.entries()
    again = apply(money, page, **{f"choose-{chosen[1]}": other["number"]})
    assert "Déjà enregistré" in again.text or again.status_code in (409, 422)
    assert "Déjà enregistré" in send(money, data).text
    assert money.entries() <= after + 1  # the statement itself may be told again; no payment is


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<a/>",
        camt(Ntry())[:-40],
        b"\x00" * 1000,
    ],
)
def test_a_broken_statement_is_refused_in_words(money: Money, data: bytes) -> None:
    before = money.entries()
    answer = send(money, data)
    assert answer.status_code == 422
    assert 'id="w-statement"' in answer.text
    assert money.entries() == before


@pytest.mark.parametrize(
    "file", ["", "***", b64encode(zlib.compress(b"x" * 60_000_000)).decode(), b64encode(b"plain").decode()]
)
def test_a_forged_file_in_the_form_is_refused(money: Money, file: str) -> None:
    fields = form_of(money.owner.get(f"{DESK}/bank").text).fields
    answer = money.owner.post(
        f"{DESK}/bank", {**fields, "act": "do", "file": file}, files={"none": ("", b"", "application/octet-stream")}
    )
    assert answer.status_code == 422


def test_a_payout_that_was_drawn_and_one_that_came_back_say_so(money: Money) -> None:
    drawn, back = ({"provider": "stripe", "provider_reference": each} for each in ("po_drawn", "po_back"))
    money.api("/payouts", **drawn, gross_cents=-5_000, fee_cents=245)
    money.api("/payouts", **back, gross_cents=7_000)
    money.api("/payouts/returns", **back)
    page = money.owner.get(f"{DESK}/payouts").text
    rows = re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2])
    assert [("prélevé" in row, "revenu le" in row) for row in rows] == [(False, True), (True, False)]
    assert "52,45" in rows[1]
