"""Reconciliation over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from api.http.vat import RECONCILIATION
from api.settings import Settings
from tests.api.conftest import PROVISIONING
from tests.api.scenario import SetClock
from tests.api.serving import Served, serving


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Served]:
    """A firm that sold and was paid on 23 November 2026; it is 25 November."""
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db", keys=str(tmp_path / "keys"), passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING, port=0,
    )  # fmt: skip
    with serving(settings, clock) as served:
        assert served.open("atelier").status_code == 201
        line = {"label": "Pose", "unit_price": "100", "rate_bp": 2000, "nature": "services"}
        client = {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "city": "Rennes"}}
        sold = served.post("/invoices", {"basis": "net", "lines": [line], "client": client})
        assert sold.status_code == 201, sold.text
        about = {"about": sold.json()["result"]["invoice"], "about_kind": "invoice", "amount_cents": 12_000}
        paid = served.post("/payments", {"means": "card", "amount_cents": 12_000, "allocations": [about]})
        assert paid.status_code == 201, paid.text
        clock.go(days=2)
        yield served


def test_every_bridge_is_told_with_its_entries(shop: Served) -> None:
    answer = shop.get("/reconciliation?from=2026-11-01&to=2026-11-30")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    jsonschema.Draft202012Validator(RECONCILIATION).validate(found)
    assert found["holds"] is True
    (vat,) = [each for each in found["bridges"] if each["name"] == "vat"]
    assert vat["end"]["cents"] == [10_000, 2_000]
    assert vat["start"]["entries"]
    short = shop.get("/reconciliation?entries=0").json()
    assert all(not each["start"]["entries"] for each in short["bridges"])


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-11-31", "from=2026-12-01&to=2026-11-01", "entries=-1", "entries=x", "x=1"]
)
def test_what_cannot_be_asked_is_refused(shop: Served, query: str) -> None:
    assert shop.get(f"/reconciliation?{query}").status_code == 400


def test_the_vat_return_is_a_report_like_the_others(shop: Served) -> None:
    table = shop.get("/reports/vat?from=2026-11-01&to=2026-11-30").json()
    assert {row["box"]: row.get("vat_euros") for row in table["rows"]}["08"] == 20
    told = shop.get("/reports/vat/explain?key=08&column=vat_cents&from=2026-11-01&to=2026-11-30").json()
    assert (told["value"], told["adds_up"]) == (2_000, True)
