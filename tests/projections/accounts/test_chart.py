"""The chart of accounts: what is shipped answers for everything, what is wrong is refused in words."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, get_args

import pytest

from ledger.domain.types import Means, Nature, VatCategory
from projections.accounts.chart import Chart, load_chart, shipped_chart
from projections.accounts.fault import Fault
from projections.book.posting import Account, Cause, Posting

TEXT = (files("projections.accounts.charts") / "fr-pcg.toml").read_text()


def posting(account: str, **members: Any) -> Posting:
    """A posting of an account."""
    plain: dict[str, Any] = {
        "seq": 1, "move": 1, "rank": 1, "type": "x/1", "day": "2026-01-01", "on": "2026-01-01", "cause": "invoice",
        "account": account, "amount_cents": 1, "currency": "EUR",
    }  # fmt: skip
    return Posting(**{**plain, **members})


def number(account: str, on: str = "2026-01-01", **members: Any) -> str:
    """The number that the shipped chart gives."""
    return shipped_chart().numbered(posting(account, **members), on).number


def loaded(text: str) -> Chart | Fault:
    """Load a chart from text."""
    return load_chart(text.encode())


def place_of(text: str) -> str:
    """The place of the fault that a text must have."""
    found = loaded(text)
    assert isinstance(found, Fault)
    assert found.fr
    assert found.en
    return found.place


def test_the_shipped_chart_has_the_accounts_of_the_law() -> None:
    assert number("client") == "411000"
    assert number("advances") == "419100"
    assert number("vat_collected", rate_bp=2000) == "4457120"
    assert number("vat_collected", rate_bp=700) == "445710"
    assert number("vat_waiting").startswith("44587")
    assert number("vat_on_advances").startswith("44587")
    assert number("vat_waiting") != number("vat_on_advances")
    assert number("sales", nature="services", rate_bp=1000, category="S") == "70610"
    assert number("sales", nature="goods", rate_bp=550, category="S") == "70755"
    assert number("sales", nature="goods", rate_bp=0, category="E") == "70790"
    assert number("bank", means="cash") == "530000"
    assert number("bank", means="cheque") == "511200"
    assert number("bank", means="credit_transfer") == "512000"
    assert number("penalties") == "763100"


def test_44574_which_the_general_chart_has_not_is_not_used() -> None:
    assert not [one for one in shipped_chart().numbers() if one.number.startswith("44574")]


def test_the_chart_is_dated() -> None:
    assert number("arrhes_kept", "2024-12-31") == "771100"
    assert number("arrhes_kept", "2025-01-01") == "758100"
    assert number("indemnity", "2024-12-31", cause="refund_due") == "671100"
    assert number("indemnity", "2026-01-01", cause="refund_due") == "658100"


def test_legal_interest_deducted_from_an_invoice_is_a_financial_cost_and_no_penalty() -> None:
    assert number("indemnity", cause="invoice") == "661800"


def test_the_shipped_chart_answers_for_every_posting_there_can_be() -> None:
    chart = shipped_chart()
    for account in get_args(Account):
        for nature in (*get_args(Nature), None):
            for means in (*get_args(Means), None):
                for category in (*get_args(VatCategory), None):
                    for rate in (None, 0, 210, 2000, 1960):
                        one = posting(account, nature=nature, means=means, category=category, rate_bp=rate)
                        assert chart.numbered(one, "2026-01-01").number[:3].isdigit()
    for cause in get_args(Cause):
        assert chart.journal(cause, frozenset(), frozenset()).code in {"VE", "BQ", "CA", "OD"}


def test_only_customers_accounts_have_auxiliary_ones() -> None:
    assert {one.number for one in shipped_chart().numbers() if one.auxiliary} == {"411000", "419100"}


def test_every_shipped_account_says_where_it_is_from() -> None:
    assert TEXT.count("[[accounts]]") == TEXT.count("\nsource = ") - 1


def test_a_chart_of_ones_own_takes_the_shipped_ones_place() -> None:
    own = loaded(TEXT.replace('number = "512000"', 'number = "512100"').replace('label = "Banques"', 'label = "CIC"'))
    assert isinstance(own, Chart)
    assert own.numbered(posting("bank"), "2026-01-01").number == "512100"


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("[chart]", "[char]", ""),
        ('name = "fr-pcg"', 'name = ""', "chart.name"),
        ('title = "', 'tilte = "', "chart"),
        ('for = "client"', 'for = "clients"', "accounts[0].for"),
        ('number = "411000"', 'number = "41"', "accounts[0].number"),
        ('number = "411000"', "number = 411000", "accounts[0].number"),
        ('number = "411000"', 'number = "41A000"', "accounts[0].number"),
        ('number = "411000"', 'number = "411 000"', "accounts[0].number"),
        ('label = "Clients"', 'label = "Cli\\tents"', "accounts[0].label"),
        ("auxiliary = true", 'auxiliary = "yes"', "accounts[0].auxiliary"),
        ('means = "cash"', 'means = "gold"', "accounts[3].means"),
        ("rate_bp = 2000", "rate_bp = 20.0", "accounts[10].rate_bp"),
        ('to = "2024-12-31"', 'to = "2024-13-31"', None),
        ('means = "cash"\n', "", "accounts[4]"),
        ('number = "419100"', 'number = "411000"', "accounts[1]"),
        ('for = "rounding"', 'for = "fees"', None),
        ('code = "VE"', 'code = "ve"', "journals[0].code"),
        ('code = "CA"', 'code = "VE"', "journals[1].code"),
        ('means = ["cash"]', "", "journals"),
        ('causes = ["invoice"', 'causes = ["facture"', "journals[0].causes"),
        ('label = "Journal de caisse"', 'label = "Journal de caisse"\nlabels = "x"', "journals[1]"),
    ],
)
def test_what_is_wrong_with_a_chart_is_said_with_its_place(before: str, after: str, place: str | None) -> None:
    changed = TEXT.replace(before, after, 1)
    assert changed != TEXT
    found = place_of(changed)
    assert place is None or found == place


def test_what_is_no_text_or_no_toml_is_refused() -> None:
    for data in (b"\xff\xfe", b"= = =", b"x" * (2 << 20), b"", b"[[" * 50_000, b"chart = 1"):
        assert isinstance(load_chart(data), Fault)


def test_an_account_without_a_last_rule_is_refused() -> None:
    cut = TEXT[: TEXT.index('[[accounts]]\nfor = "rounding"')]
    found = loaded(cut)
    assert isinstance(found, Fault)
    assert "rounding" in found.en
