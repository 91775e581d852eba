"""Journals and FEC over HTTP: who may have them, what is recorded, what is left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from api.settings import Settings
from projections.accounts.check import check_fec
from tests.api.conftest import PROVISIONING
from tests.api.scenario import SetClock
from tests.api.serving import Served, bearer, serving


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose ledger has one invoice of November."""
    folder = tmp_path_factory.mktemp("accounts-http")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db", keys=str(folder / "keys"), passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING, port=0,
    )  # fmt: skip
    with serving(settings, SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))) as served:
        served.open("atelier")
        line = {"label": "Pose", "unit_price": "100", "nature": "services"}
        client = {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "city": "Rennes"}}
        assert served.post("/invoices", {"lines": [line], "client": client}).status_code == 201
        yield served


def exports(served: Served) -> list[str]:
    """The kinds of the exports that the ledger tells of."""
    answer = served.get("/events", params={"types": "export.made/1"})
    return [one["data"]["kind"] for one in answer.json()]


def test_a_fec_is_downloaded_and_recorded_once(sold: Served) -> None:
    before = set(Path(tempfile.gettempdir()).glob("sceau-*"))
    first = sold.get("/fec", params={"year": "2026"})
    assert first.status_code == 200, first.text
    assert first.headers["content-type"] == "text/plain"
    assert 'filename="' in first.headers["content-disposition"]
    assert "FEC20261231" in first.headers["content-disposition"]
    assert first.headers["sceau-digest"] == sha256(first.content).hexdigest()
    name = first.headers["content-disposition"].partition('"')[2].rstrip('"')
    assert check_fec(first.content, name).findings == ()
    again = sold.get("/fec", params={"upto_seq": first.headers["sceau-upto"]})
    assert again.content == first.content
    assert exports(sold).count("fec") == 1
    assert set(Path(tempfile.gettempdir()).glob("sceau-*")) <= before, "nothing stays in the folder of passing files"


def test_its_description_is_there_too(sold: Served) -> None:
    answer = sold.get("/fec/description", params={"separator": "pipe"})
    assert answer.status_code == 200
    assert "journaux partiels" in answer.text
    assert "barre verticale" in answer.text


def test_a_journal_is_downloaded_for_a_software(sold: Served) -> None:
    answer = sold.get("/journal", params={"from": "2026-11-01", "to": "2026-11-30", "layout": "openconcerto"})
    assert answer.status_code == 200, answer.text
    assert answer.text.count("\n") >= 2
    assert ".csv" in answer.headers["content-disposition"]
    assert "journal-openconcerto" in exports(sold)


@pytest.mark.parametrize(("role", "status"), [("accountant", 200), ("auditor", 200), ("operator", 403)])
def test_who_may_have_them(sold: Served, role: str, status: int) -> None:
    key = sold.key(role)
    for path in ("/fec", "/fec/description", "/journal?from=2026-11-01&to=2026-11-30"):
        answer = sold.client.get(f"/v1/ledgers/atelier{path}", headers=bearer(key))
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/fec?year=1999", "query year"),
        ("/fec?year=abc", "query year"),
        ("/fec?upto_seq=99999", "query upto_seq"),
        ("/fec?upto_seq=0", "query upto_seq"),
        ("/fec?method=x", "query method"),
        ("/fec?encoding=utf-16", "query encoding"),
        ("/fec?separator=%09", "query separator"),
        ("/fec?sides=perhaps", "query sides"),
        ("/fec?chart=/etc/passwd", "query"),
        ("/journal", "query from"),
        ("/journal?from=2026-11-01", "query to"),
        ("/journal?from=2026-11-02&to=2026-11-01", "query from"),
        ("/journal?from=2026-11-31&to=2026-12-01", "query from"),
        ("/journal?from=9999-12-31&to=9999-12-31", "query from"),
        ("/journal?from=2026-11-01&to=9999-12-31", "query to"),
        ("/journal?from=0001-01-01&to=2026-12-01", "query from"),
        ("/journal?from=2026-W45-1&to=2026-12-01", "query from"),
        ("/reconciliation?from=2026-W45-1", "query from"),
        ("/reconciliation?to=9999-12-31", "query to"),
        ("/journal?from=2026-11-01&to=2026-11-01&layout=/tmp/x.toml", "query layout"),
    ],
)
def test_what_is_asked_wrongly_is_refused_by_its_place(sold: Served, path: str, place: str) -> None:
    answer = sold.get(path)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "PARAMETER_INVALID"
    assert answer.json()["place"] == place
