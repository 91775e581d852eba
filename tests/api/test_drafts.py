"""Drafts: changed by several people without anybody losing work, and issued once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.serving import Served

LINES = [{"label": "Chaise", "unit_price": "80", "nature": "goods"}]


def _make(served: Served, **members: Any) -> tuple[str, str]:
    answer = served.post("/drafts", {"kind": "invoice", "command": {"lines": LINES}} | members)
    assert answer.status_code == 201, answer.text
    return f"/drafts/{answer.json()['id']}", answer.headers["etag"]


def test_an_unfinished_draft_is_kept_and_says_what_is_missing(served: Served) -> None:
    where, _ = _make(served, command={"lines": [{"label": "Chaise", "nature": "goods"}]}, notes={"ask": ["colour", 3]})
    draft = served.get(where).json()
    assert draft["missing"] == ["/command/lines/0/unit_price"]
    assert draft["notes"] == {"ask": ["colour", 3]}
    head = served.get("/head").json()
    assert served.get("/head").json() == head, "a draft is outside the chain"


def test_who_has_not_read_the_last_version_overwrites_nothing(served: Served) -> None:
    where, etag = _make(served)
    body = {"kind": "invoice", "command": {"lines": LINES}, "notes": {"by": "Anne"}}
    assert served.request("PUT", where, json=body).json()["code"] == "IF_MATCH_REQUIRED"
    first = served.request("PUT", where, json=body, headers={"If-Match": etag})
    assert first.status_code == 200
    late = served.request("PUT", where, json={**body, "notes": {"by": "Bruno"}}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "DRAFT_CHANGED")
    assert late.headers["etag"] == first.headers["etag"]
    assert served.get(where).json()["notes"] == {"by": "Anne"}
    assert served.request("DELETE", where, headers={"If-Match": etag}).status_code == 412
    assert served.request("DELETE", where).status_code == 428
    assert served.request("DELETE", where, headers={"If-Match": first.headers["etag"]}).status_code == 204
    assert served.get(where).status_code == 404


def test_issuing_needs_the_last_version_too(served: Served) -> None:
    where, etag = _make(served)
    changed = {"kind": "invoice", "command": {"lines": LINES}, "notes": {"n": 1}}
    served.request("PUT", where, json=changed, headers={"If-Match": etag})
    assert served.post(f"{where}/issue", headers={"If-Match": etag}).status_code == 412
    assert served.post(f"{where}/issue").status_code == 428


def test_an_issued_draft_is_an_invoice_under_its_own_id_and_asking_again_is_the_same_answer(served: Served) -> None:
    where, etag = _make(served)
    issued = served.post(f"{where}/issue", headers={"If-Match": etag})
    assert issued.status_code == 201
    invoice = issued.json()["result"]["invoice"]
    assert where == f"/drafts/{invoice}"
    assert issued.headers["location"].endswith(f"/invoices/{invoice}")
    assert served.get(where).status_code == 404
    head = served.get("/head").json()
    again = served.post(f"{where}/issue", headers={"If-Match": etag})
    assert (again.status_code, again.content) == (201, issued.content)
    assert served.get("/head").json() == head


def test_a_draft_whose_deletion_was_cut_short_is_not_issued_twice(served: Served) -> None:
    where, etag = _make(served)
    ledger = served.get("").json()["ledger"]
    side = served.service.store.side()
    kept = side.draft(ledger, where.rpartition("/")[2])
    assert kept is not None
    issued = served.post(f"{where}/issue", headers={"If-Match": etag})
    side.create_draft(ledger, kept)  # as if the process had died before deleting it
    head = served.get("/head").json()
    again = served.post(f"{where}/issue", headers={"If-Match": etag})
    assert again.content == issued.content
    assert served.get("/head").json() == head
    assert served.get(where).status_code == 404


def test_an_unfinished_draft_is_refused_with_its_places_and_stays(served: Served) -> None:
    where, etag = _make(served, command={"lines": [{"label": "Chaise", "nature": "goods"}]})
    refused = served.post(f"{where}/issue", headers={"If-Match": etag})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["place"] == "/command/lines/0/unit_price"
    assert served.get(where).status_code == 200


def test_a_rule_s_no_leaves_the_draft_as_it_was(served: Served) -> None:
    where, etag = _make(served, command={"lines": LINES, "customer": str(uuid4())})
    refused = served.post(f"{where}/issue", headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["code"]) == (422, "CUSTOMER_UNKNOWN")
    assert served.get(where).headers["etag"] == etag


@pytest.mark.parametrize(
    ("kind", "command", "result"),
    [
        ("prospect", {"kind": "consumer", "party": {"name": "Dominique Exemple"}}, "customer"),
        ("invoice", {"lines": LINES}, "invoice"),
    ],
)
def test_each_kind_becomes_its_own(served: Served, kind: str, command: dict[str, Any], result: str) -> None:
    where, etag = _make(served, kind=kind, command=command)
    issued = served.post(f"{where}/issue", headers={"If-Match": etag})
    assert issued.status_code == 201, issued.text
    assert where.endswith(issued.json()["result"][result])


def test_creating_under_an_idempotency_key_makes_one_draft(served: Served) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"kind": "quote", "command": {}}
    first = served.post("/drafts", body, headers=headers)
    changed = served.request(
        "PUT", f"/drafts/{first.json()['id']}", json={"kind": "quote"}, headers={"If-Match": first.headers["etag"]}
    )
    assert changed.status_code == 200
    again = served.post("/drafts", body, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    other = served.post("/drafts", {"kind": "invoice"}, headers=headers)
    assert other.json()["code"] == "IDEMPOTENCY_MISMATCH"


def test_a_taken_id_is_told(served: Served) -> None:
    identifier = str(uuid4())
    body = {"id": identifier, "kind": "quote"}
    assert served.post("/drafts", body).status_code == 201
    assert served.post("/drafts", body).json()["code"] == "DRAFT_EXISTS"


def test_drafts_are_listed_by_kind_and_page(served: Served) -> None:
    served.open("papers")
    made = sorted(
        served.post("/drafts", {"kind": kind}, "papers").json()["id"] for kind in ("quote", "quote", "opportunity")
    )
    first = served.get("/drafts?limit=2", "papers").json()
    assert [each["id"] for each in first["items"]] == made[:2]
    rest = served.get(f"/drafts?limit=2&after={first['next']}", "papers").json()
    assert [each["id"] for each in rest["items"]] == made[2:]
    assert "next" not in rest
    assert len(served.get("/drafts?kind=quote", "papers").json()["items"]) == 2


def test_another_ledger_s_drafts_are_not_seen(served: Served) -> None:
    served.open("elsewhere")
    where, _ = _make(served)
    assert served.get(where, "elsewhere").status_code == 404


def test_the_stages_of_sales_are_a_draft_that_never_leaves_the_house(served: Served) -> None:
    stages = [{"code": "visit", "fr": "Visite", "probability_bp": 3000}]
    where, etag = _make(served, kind="pipeline", command={}, notes={"stages": stages})
    assert served.get(where).json()["missing"] == []
    assert served.get("/drafts?kind=pipeline").json()["items"][0]["notes"] == {"stages": stages}
    refused = served.post(f"{where}/issue", {}, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["place"]) == (422, "/kind")
    assert served.get(where).status_code == 200


def test_stages_that_cannot_be_used_are_not_kept(served: Served) -> None:
    wrong = served.post("/drafts", {"kind": "pipeline", "notes": {"stages": [{"code": "visit", "probability_bp": -1}]}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "REQUEST_INVALID")
    assert wrong.json()["place"] == "/notes/stages/0/probability_bp"
