"""E-reporting over HTTP: what is due, making, checking, answers; by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.http.ereport import CHECKED, DUE, MADE
from api.http.examples.bodies import OPENING
from api.settings import Settings
from projections.ereporting.checking import check_report
from tests.api.conftest import PROVISIONING
from tests.api.scenario import SetClock
from tests.api.serving import Served, bearer, serving

SENDER = {"number": "0001", "name": "Plateforme Exemple"}
AT = "2026-11-30T09:00:00.000000Z"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Served, SetClock]]:
    """A firm of middle size that sold a service on 23 November 2026 and was paid at once."""
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db", keys=str(tmp_path / "keys"), passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING, port=0,
    )  # fmt: skip
    with serving(settings, clock) as served:
        assert served.open("atelier").status_code == 201
        base: Any = OPENING["profile"]
        profile = {**base, "firm_size": "mid", "vat_regime": "normal_monthly", "trades": []}
        assert served.post("/issuer", profile).status_code == 200
        line = {"label": "Pose", "unit_price": "100", "rate_bp": 2000, "nature": "services"}
        client = {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "city": "Rennes"}}
        sold = served.post("/invoices", {"basis": "net", "lines": [line], "client": client})
        assert sold.status_code == 201, sold.text
        about = {"about": sold.json()["result"]["invoice"], "about_kind": "invoice", "amount_cents": 12_000}
        paid = served.post("/payments", {"means": "card", "amount_cents": 12_000, "allocations": [about]})
        assert paid.status_code == 201, paid.text
        clock.go(days=20)
        yield served, clock


def of(schema: Any, told: dict[str, Any]) -> dict[str, Any]:
    jsonschema.Draft202012Validator(schema).validate(told)
    return told


def test_a_period_goes_from_due_to_accepted(shop: tuple[Served, SetClock]) -> None:
    served, _ = shop
    told = of(DUE, served.get("/ereports").json())
    assert [(one["flow"], one["from_on"], one["to_on"], one["due_on"], one["state"]) for one in told["periods"]] == [
        ("10.3", "2026-11-21", "2026-11-30", "2026-12-10", "to_make"),
        ("10.4", "2026-11-01", "2026-11-30", "2026-12-10", "to_make"),
    ]
    assert all(one["late"] for one in told["periods"])  # it is 13 December
    answer = served.post("/ereports", {"flow": "10.4", "from_on": "2026-11-01", "sender": SENDER, "made_at": AT})
    assert answer.status_code == 200, answer.text
    made = of(MADE, answer.json())
    assert "<DateTimeString>20261130100000</DateTimeString>" in made["xml"]  # in the ledger's zone
    assert "<Amount>120.00</Amount>" in made["xml"]
    assert check_report(made["xml"].encode()) == ()
    again = served.post(
        "/ereports",
        {"flow": "10.4", "from_on": "2026-11-01", "sender": SENDER, "made_at": AT, "upto_seq": made["upto_seq"]},
    ).json()
    assert again["xml"] == made["xml"]
    assert "seq" not in again
    for state in ("handed_over", "accepted"):
        said = served.post(f"/exports/{made['export']}/answers", {"state": state})
        assert said.status_code == 200, said.text
    assert served.get(f"/exports/{made['export']}").json()["state"]["sent"] == "accepted"
    assert [one["state"] for one in served.get("/ereports").json()["periods"]] == ["to_make", "accepted"]


def test_a_refusal_says_the_law(shop: tuple[Served, SetClock]) -> None:
    served, _ = shop
    refused = served.post("/ereports", {"flow": "10.3", "from_on": "2026-12-01", "sender": SENDER})
    assert refused.status_code == 409
    assert refused.json()["code"] == "EREPORT_NOTHING"
    unfit = served.post("/ereports", {"flow": "10.3", "from_on": "2026-11-22", "sender": SENDER})
    assert unfit.status_code == 422
    assert unfit.json()["code"] == "EREPORT_PERIOD_UNKNOWN"


def test_a_preview_is_not_recorded(shop: tuple[Served, SetClock]) -> None:
    served, _ = shop
    head = served.get("/head").json()["seq"]
    answer = served.post("/ereports", {"flow": "10.3", "from_on": "2026-11-21", "sender": SENDER, "preview": True})
    made = of(MADE, answer.json())
    assert "APERÇU" in made["xml"]
    assert served.get("/head").json()["seq"] == head


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"flow": "10.2", "from_on": "2026-11-01", "sender": SENDER}, 422),
        ({"flow": "10.3", "from_on": "2026-02-31", "sender": SENDER}, 422),
        ({"flow": "10.3", "from_on": "2026-11-21", "sender": {"number": "<>&1", "name": "x"}}, 422),
        ({"flow": "10.3", "from_on": "2026-11-21", "sender": SENDER, "made_at": "2026-13-45T99:00:00.000000Z"}, 422),
        ({"flow": "10.3", "from_on": "2026-11-21", "sender": SENDER, "made_at": "2026-02-31T09:00:00.000000Z"}, 422),
        ({"flow": "10.3", "from_on": "2026-11-21", "sender": SENDER, "made_at": "9999-12-31T23:59:59.999999Z"}, 422),
        ({"flow": "10.3", "from_on": "2026-11-21", "sender": SENDER, "made_at": "0001-01-01T00:00:00.000000Z"}, 422),
        ({"flow": "10.4", "from_on": "9999-12-31", "sender": SENDER, "preview": True}, 422),
        ({"flow": "10.3", "from_on": "2026-11-21", "sender": {"number": "0001", "name": "a\u0001"}}, 422),
    ],
)
def test_what_is_not_understood_is_refused(shop: tuple[Served, SetClock], body: dict[str, Any], status: int) -> None:
    answer = shop[0].post("/ereports", body)
    assert answer.status_code == status, answer.text


def test_anybodys_report_is_checked(shop: tuple[Served, SetClock]) -> None:
    served, _ = shop
    headers = {"Content-Type": "application/xml"}
    found = of(CHECKED, served.request("POST", "/ereports/check", content=b"<Report/>", headers=headers).json())
    assert found["valid"] is False
    assert found["findings"][0]["validator"] == "xsd"
    wrong = served.request("POST", "/ereports/check", content=b"{}", headers={"Content-Type": "application/json"})
    assert wrong.status_code == 415


def test_an_operator_reads_what_is_due_but_makes_no_report(shop: tuple[Served, SetClock]) -> None:
    served, _ = shop
    headers = bearer(served.key("operator"))
    base = f"{served.client.base_url}/v1/ledgers/atelier/ereports"
    assert served.client.get(base, headers=headers).status_code == 200
    body = {"flow": "10.3", "from_on": "2026-11-21", "sender": SENDER}
    assert served.client.post(base, json=body, headers=headers).status_code == 403
