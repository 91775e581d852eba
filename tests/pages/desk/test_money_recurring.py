"""Reminders, subscriptions, contracts' invoices and the provider's keys at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.http.examples import ids
from api.http.examples.bodies import BODIES
from api.payments.stripe import Stripe
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.subscription import SUBSCRIPTION
from tests.pages.desk.money import DESK, Money, money_house, path_of
from tests.pages.kit import form_of


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Money]:
    with money_house(tmp_path_factory.mktemp("recurring")) as found:
        yield found


def signed(money: Money, number: int) -> str:
    """A signed kitchen of 4 200 and 16 x 48, with a deposit asked for at signature."""
    identifier = f"aaaaaaaa-0000-4000-8000-00000000{number:04d}"
    customer = money.customer()
    body = {**BODIES["quote.issue"], "id": identifier, "customer": customer}
    answer = money.house.served.post("/quotes", body).json()
    fingerprint = next(e["fingerprint"] for e in answer["entries"] if e["type"] == "quote.issued/1")
    money.api(
        f"/quotes/{identifier}/signature",
        document_version=1,
        fingerprint=fingerprint,
        evidence=BODIES["quote.sign"]["evidence"],
    )
    return identifier


def two_steps(money: Money, path: str, **fields: Any) -> str:
    looked = money.owner.fill(money.owner.get(DESK + path), **{**fields, "act": "look"})
    assert looked.status_code == 200, looked.text[looked.text.find("<main") :][:3000]
    return path_of(money.owner.fill(looked, **{**fields, "act": "do"}))


# --- contracts


def test_a_final_invoice_shows_its_deductions_before_it_is_issued(money: Money) -> None:
    quote = signed(money, 101)
    page = money.owner.get(f"{DESK}/deposits?show=due")
    deposit = re.findall(r"/desk/atelier/deposits/([0-9a-f-]{36})", page.text)[-1]
    money.api(
        "/payments",
        means="card",
        amount_cents=100_000,
        allocations=[{"about": deposit, "about_kind": "deposit", "amount_cents": 100_000}],
    )
    shown = money.owner.get(f"{DESK}/invoices/final/{quote}")
    assert "Acompte déduit" in shown.text
    done = two_steps(money, f"/invoices/final/{quote}")
    invoice = money.state(INVOICE, done.rpartition("/")[2])
    assert invoice.issued.due_cents == invoice.gross_cents - 100_000
    again = money.owner.get(f"{DESK}/invoices/final/{quote}")
    assert 'role="alert"' in again.text


def test_a_progress_invoice_takes_what_is_done_of_each_line(money: Money) -> None:
    quote = signed(money, 102)
    path = f"/invoices/progress/{quote}"
    wrong = money.owner.fill(money.owner.get(DESK + path), performed__0="beaucoup", performed__1="50", act="look")
    assert 'id="w-performed-0"' in wrong.text
    done = two_steps(money, path, performed__0="50", performed__1="0")
    assert money.state(INVOICE, done.rpartition("/")[2]).issued.totals.net_cents == 210_000
    assert "Déjà facturé : 50" in money.owner.get(DESK + path).text or "50 %" in money.owner.get(
        DESK + path
    ).text.replace("\u202f", " ")
    less = money.owner.fill(money.owner.get(DESK + path), performed__0="20", performed__1="0", act="look")
    assert less.status_code in (409, 422)
    assert 'role="alert"' in less.text


def test_a_note_is_given_for_a_service(money: Money) -> None:
    fields = {
        "kind": "services",
        "client_name": "Léa Roche",
        "client_line": "1 rue Exemple",
        "client_city": "Lyon",
        "lines__0__label": "Réglage",
        "lines__0__quantity": "1",
        "lines__0__unit_price": "60",
        "lines__0__nature": "services",
    }
    done = two_steps(money, "/notes/new", **fields)
    assert "Réglage" in money.owner.get(done).text


# --- subscriptions


def test_a_subscription_is_begun_invoiced_changed_paused_and_stopped(money: Money) -> None:
    customer = money.customer("Abonné Exemple")
    fields = {
        "customer": customer,
        "every": "month",
        "starts_on": "2026-10-05",
        "basis": "net",
        "lines__0__label": "Entretien",
        "lines__0__quantity": "1",
        "lines__0__unit_price": "40",
        "lines__0__nature": "services",
    }
    done = two_steps(money, f"/subscriptions/new?customer={customer}", **fields)
    identifier = done.rpartition("/")[2]
    assert "Abonné Exemple" in money.owner.get(f"{DESK}/subscriptions").text
    invoice = two_steps(money, f"/subscriptions/{identifier}/invoice")
    assert money.state(INVOICE, invoice.rpartition("/")[2]).gross_cents == 4_800
    early = money.owner.fill(money.owner.get(f"{DESK}/subscriptions/{identifier}/invoice"), act="look")
    assert early.status_code in (409, 422)
    assert (
        two_steps(money, f"/subscriptions/{identifier}/change", from_on="2026-11-05", lines__0__unit_price="45") == done
    )
    page = money.owner.get(f"{DESK}/subscriptions/{identifier}/pause")
    path_of(money.owner.fill(page, on="2026-12-05", act="do"))
    assert money.state(SUBSCRIPTION, identifier).paused
    two_steps(money, f"/subscriptions/{identifier}/stop", on="2026-12-31", by="client")
    assert money.state(SUBSCRIPTION, identifier).stopped
    assert "Abonné Exemple" in money.owner.get(f"{DESK}/subscriptions?show=stopped").text


def test_a_subscription_without_lines_or_days_is_refused_at_its_fields(money: Money) -> None:
    answer = money.owner.fill(
        money.owner.get(f"{DESK}/subscriptions/new"),
        act="look",
        starts_on="",
        lines__0__label="x",
        lines__0__unit_price="",
    )
    assert answer.status_code == 422
    assert 'id="w-lines-0-unit_price"' in answer.text


# --- reminders


def policy(money: Money, about: str, act: str, **fields: str) -> Any:
    page = money.owner.get(f"{DESK}/reminders")
    csrf = re.search(r'name="csrf" value="([^"]*)"', page.text)
    assert csrf is not None
    data = {"csrf": csrf[1], "key": uuid4().hex, "act": act, **fields}
    return money.owner.post(f"{DESK}/reminders/{about}", data)


def test_the_offered_policy_is_adopted_changed_and_dropped(money: Money) -> None:
    assert "Aucune relance n'est réglée" in money.owner.get(f"{DESK}/reminders").text
    path_of(policy(money, "invoice", "ready"))
    assert [one.days for one in money.state(ISSUER, "self").reminders["invoice"]] == [-3, 5, 15, 30]
    made = money.invoice(due_on="2026-10-20")
    page = money.owner.get(f"{DESK}/reminders")
    assert made["number"] in page.text
    assert "17/10/2026" in page.text
    fields = {
        "invoice-0-days": "10",
        "invoice-0-when": "after",
        "invoice-0-tone": "firm",
        "invoice-0-to": "client",
        "invoice-1-days": "2",
        "invoice-1-when": "before",
        "invoice-1-tone": "friendly",
        "invoice-1-to": "client",
    }
    path_of(policy(money, "invoice", "set", **fields))
    assert [one.days for one in money.state(ISSUER, "self").reminders["invoice"]] == [-2, 10]
    wrong = policy(money, "invoice", "set!", **{"invoice-0-days": "bientôt"})
    assert wrong.status_code == 422
    assert 'id="w-invoice-0-days"' in wrong.text
    path_of(policy(money, "invoice", "none"))
    assert money.state(ISSUER, "self").reminders["invoice"] == ()


def test_nobody_is_reminded_of_an_invoice_in_dispute(money: Money) -> None:
    path_of(policy(money, "invoice", "ready"))
    made = money.invoice(due_on="2026-10-21")
    assert made["number"] in money.owner.get(f"{DESK}/reminders").text
    money.api(f"/invoices/{made['invoice']}/disputes", state="opened")
    assert made["number"] not in money.owner.get(f"{DESK}/reminders").text


# --- the provider


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"secret_key": "hunter2", "webhook_secret": "whsec_0123456789abcdef"}, "secret_key"),
        ({"secret_key": "sk_test_0123456789abcdef", "webhook_secret": "whsec_0123456789abcdef"}, "secret_key"),
        ({"secret_key": "sk_live_0123456789abcdef", "webhook_secret": "nothing"}, "webhook_secret"),
    ],
)
def test_keys_that_do_not_fit_are_refused_and_never_repeated(money: Money, fields: dict[str, str], field: str) -> None:
    page = money.owner.get(f"{DESK}/providers")
    answer = money.owner.post(f"{DESK}/providers", {**form_of(page.text).fields, **fields, "act": "add"})
    assert answer.status_code in (409, 422)
    assert f'id="w-{field}"' in answer.text
    assert fields["secret_key"] not in answer.text
    assert not any(fields["secret_key"] in line for line in money.house.served.lines)


def test_keys_are_kept_and_never_shown(money: Money, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stripe, "account", lambda _: None)  # Stripe itself would be asked
    page = money.owner.get(f"{DESK}/providers")
    secret = "sk_live_0123456789abcdefABCDEF"
    data = {**form_of(page.text).fields, "secret_key": secret, "webhook_secret": "whsec_0123456789abcdef", "act": "add"}
    path_of(money.owner.post(f"{DESK}/providers", data))
    shown = money.owner.get(f"{DESK}/providers")
    assert "En service" in shown.text
    assert "de quel compte sont ces clés" in shown.text
    assert secret not in shown.text
    csrf = re.search(r'name="csrf" value="([^"]*)"', shown.text)
    assert csrf is not None
    path_of(money.owner.post(f"{DESK}/providers", {"csrf": csrf[1], "provider": "stripe", "act": "remove"}))
    assert "En service" not in money.owner.get(f"{DESK}/providers").text


def test_a_provider_nobody_knows_is_no_page_of_its_own(money: Money) -> None:
    assert money.owner.get(f"{DESK}/subscriptions/{ids.SERIES}").status_code == 404
