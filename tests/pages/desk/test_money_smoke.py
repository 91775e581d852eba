"""Every money page opens over a business's autumn, in both languages, and is shut to whom its row does not let in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.http.examples import ids
from api.pages.desk.money.pages import PAGES
from tests.pages.desk.money import DESK, Money, money_house

SHOWN = {
    "invoice": (ids.INVOICE, ids.INVOICE_LATE, ids.INVOICE_LOST),
    "deposit": (ids.DEPOSIT, ids.DEPOSIT_SETTLED, ids.DEPOSIT_CANCELLED),
    "payment": (ids.PAYMENT_DEPOSIT, ids.PAYMENT_BOUNCED, ids.PAYMENT_CONTESTED),
    "quote": (ids.QUOTE,),
    "subscription": (ids.SUBSCRIPTION,),
}


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Money]:
    with money_house(tmp_path_factory.mktemp("money"), played=True) as found:
        yield found


def addresses() -> list[str]:
    found = []
    for page in PAGES:
        below = page.template.removeprefix("/desk/{ledger}")
        if page.method != "GET" or "{draft}" in below or below.endswith(("/pdf", "/xml", "/refunds/new")):
            continue
        name = below[below.index("{") + 1 : below.index("}")] if "{" in below else ""
        found += [below.replace(f"{{{name}}}", each) for each in SHOWN[name]] if name else [below]
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", addresses())
def test_every_page_opens(money: Money, address: str, language: str) -> None:
    answer = money.house.user("owner", language=language, name=f"owner-{language}").get(DESK + address)
    assert answer.status_code == 200, "\n".join(money.house.served.lines[-3:])
    assert "<main" in answer.text


@pytest.mark.parametrize(
    "shown",
    ["open", "late", "disputed", "paid", "credited", "credit_notes", "deposit_invoices", "notes", "lost", "all"],
)
def test_every_list_of_invoices_opens(money: Money, shown: str) -> None:
    assert money.owner.get(f"{DESK}/invoices?show={shown}").status_code == 200


@pytest.mark.parametrize(
    "about", [f"credit_note={ids.CREDIT_NOTE}", f"deposit={ids.DEPOSIT_SETTLED}", f"payment={ids.PAYMENT}"]
)
def test_money_can_be_given_back_for_each_ground(money: Money, about: str) -> None:
    assert money.owner.get(f"{DESK}/refunds/new?{about}").status_code == 200
    assert money.owner.get(f"{DESK}/refunds/new").status_code == 404


@pytest.mark.parametrize(
    "about",
    [
        ids.CREDIT_NOTE,
        ids.NOTE,
        ids.RECEIPT,
        ids.DEPOSIT_INVOICE,
        ids.INVOICE_FINAL,
        ids.INVOICE_PROGRESS,
        ids.SUBSCRIPTION_INVOICE,
    ],
)
def test_every_kind_of_paper_has_its_page(money: Money, about: str) -> None:
    answer = money.owner.get(f"{DESK}/invoices/{about}")
    assert answer.status_code == 200
    assert "Télécharger la preuve" in answer.text


@pytest.mark.parametrize("show", ["due", "late", "planned", "held", "refund", "done", "cancelled"])
def test_every_tab_of_the_board_of_deposits_opens(money: Money, show: str) -> None:
    assert money.owner.get(f"{DESK}/deposits?show={show}").status_code == 200


@pytest.mark.parametrize("show", ["all", "todo", "announced", "unplaced", "contested", "placed", "gone"])
def test_every_tab_of_payments_opens(money: Money, show: str) -> None:
    assert money.owner.get(f"{DESK}/payments?show={show}").status_code == 200


def test_who_only_reads_sees_no_act_and_reaches_none(money: Money) -> None:
    reader = money.house.user("auditor")
    page = reader.get(f"{DESK}/invoices/{ids.INVOICE_LATE}")
    assert page.status_code == 200
    assert "Corriger par un avoir" not in page.text
    assert reader.get(f"{DESK}/invoices/{ids.INVOICE_LATE}/credit").status_code == 403
    csrf = money.house.csrf("user-auditor-atelier")
    before = money.entries()
    assert reader.post(f"{DESK}/invoices/{ids.INVOICE_LATE}/dispute", {"csrf": csrf, "act": "do"}).status_code == 403
    assert money.house.user("operator").get(f"{DESK}/providers").status_code == 403
    assert money.entries() == before


def test_another_ledgers_documents_do_not_exist(money: Money) -> None:
    stranger = money.house.user(None)
    assert stranger.get(f"{DESK}/invoices").status_code == 404
    assert money.owner.get(f"{DESK}/invoices/{ids.SERIES}").status_code == 404
    assert money.owner.get(f"{DESK}/payments/not-a-uuid").status_code == 404


@pytest.mark.parametrize("value", ["%00", "%ed%a0%80", "%ff", "x" * 300, "%0a"])
@pytest.mark.parametrize(
    "list_of", ["/invoices?q=", "/invoices?after=", "/payments?after=", "/deposits?after=", "/invoices?customer="]
)
def test_a_hostile_place_in_a_list_is_refused_in_words(money: Money, list_of: str, value: str) -> None:
    answer = money.owner.get(f"{DESK}{list_of}{value}")
    assert answer.status_code in (200, 400, 422)
    assert "<main" in answer.text


@pytest.mark.parametrize("value", ["~", "'; DROP TABLE x; --", "9999-99-99/~", "é", "../../x"])
def test_a_place_that_is_none_is_an_empty_list(money: Money, value: str) -> None:
    for list_of in ("/invoices", "/payments", "/deposits"):
        assert money.owner.get(DESK + list_of, params={"after": value}).status_code == 200
