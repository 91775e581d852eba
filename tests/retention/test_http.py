"""Erasure asked for over HTTP: refused with its law, done for who never bought, and the owner's alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.conftest import PROVISIONING
from tests.api.scenario import SetClock
from tests.api.serving import Served, serving

ZOE = {"name": "Zoé Lefèvre", "address": {"lines": ["3 rue de l'Orme"], "postcode": "35000", "city": "Rennes"}}
DOOR = {"label": "Pose", "unit_price": "100", "nature": "services"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db", keys=str(tmp_path / "keys"), passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING, port=0,
    )  # fmt: skip
    with serving(settings, SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))) as one:
        one.open("atelier")
        yield one


def customer(served: Served) -> str:
    made = served.post("/customers", {"kind": "consumer", "party": ZOE})
    assert made.status_code == 201, made.text
    return str(made.json()["result"]["customer"])


def test_an_erasure_is_refused_with_its_law_or_done(served: Served) -> None:
    bought, asked = customer(served), customer(served)
    assert served.post("/invoices", {"customer": bought, "lines": [DOOR]}).status_code == 201
    early = served.post("/erasures", {"customer": bought})
    assert (early.status_code, early.json()["code"]) == (409, "ERASURE_TOO_EARLY")
    assert "L123-22" in early.text
    done = served.post("/erasures", {"customer": asked})
    assert (done.status_code, done.json()["persons"], done.json()["values"]) == (200, 1, 1), done.text
    assert served.post("/erasures", {}).json() == {"persons": 0, "values": 0, "entries": []}
    verdict = served.get("/verification").json()
    assert (verdict["ok"], verdict["not_shown"]) == (True, [])


@pytest.mark.parametrize("body", [{"customer": "x"}, {"customer": None, "all": True}, {"due": 1}])
def test_what_is_no_request_erases_nothing(served: Served, body: dict[str, object]) -> None:
    customer(served)
    assert served.post("/erasures", body).status_code == 422
    assert served.get("/customers").json()["items"][0]["body"]
