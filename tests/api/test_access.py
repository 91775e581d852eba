"""Who may do what: 401 without a key, 404 for another's ledger, 403 in the wrong role."""

from __future__ import annotations

from hashlib import sha256

import pytest

from api.http.access import Access
from api.http.routes.commands import COMMAND_ROUTES
from api.http.routes.table import operations
from ledger.shell.side import AccessKey, Grant, MemorySide
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, bearer

INVOICE = {"lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}


@pytest.fixture(scope="module")
def two(served: Served) -> Served:
    """The same server with another business's ledger."""
    served.open("voisin")
    return served


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer sk_nobody", "Basic c2s6", "Bearer é", "sk_nobody"]
)
def test_no_valid_key_is_a_401_with_a_challenge(served: Served, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    answer = served.client.get("/v1/ledgers", headers=headers)  # type: ignore[arg-type] # httpx takes bytes as well
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "KEY_REQUIRED"


def test_every_operation_but_the_systems_asks_for_a_key(served: Served) -> None:
    for operation in operations():
        path = operation.template.format(**{"ledger": "atelier", **operation.path_example})
        answer = served.client.request(operation.method, path, json={})
        assert (answer.status_code == 401) == (operation.roles is not None), operation.name


def test_another_business_s_ledger_does_not_exist_for_this_key(two: Served) -> None:
    owner = bearer(two.keys["voisin"])
    theirs = two.client.get("/v1/ledgers/atelier/invoices", headers=owner)
    nobodys = two.client.get("/v1/ledgers/no-such-ledger/invoices", headers=owner)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()["code"] == nobodys.json()["code"] == "LEDGER_UNKNOWN"
    assert [each["name"] for each in two.client.get("/v1/ledgers", headers=owner).json()["items"]] == ["voisin"]


@pytest.mark.parametrize(
    ("role", "may_sell", "may_set", "may_draft"),
    [
        ("owner", True, True, True),
        ("operator", True, False, True),
        ("accountant", False, False, False),
        ("auditor", False, False, False),
    ],
)
def test_a_role_may_do_this_and_no_more(
    served: Served, role: str, may_sell: bool, may_set: bool, may_draft: bool
) -> None:
    headers = bearer(served.key(role))
    base = "/v1/ledgers/atelier"
    assert served.client.get(f"{base}/invoices", headers=headers).status_code == 200
    assert served.client.get(f"{base}/entries", headers=headers).status_code == 200
    sold = served.client.post(f"{base}/invoices", json=INVOICE, headers=headers)
    assert sold.status_code == (201 if may_sell else 403)
    body = {"use": "invoice", "prefix": f"{role[:3].upper()}-", "justification": "test"}
    assert served.client.post(f"{base}/series", json=body, headers=headers).status_code == (201 if may_set else 403)
    assert served.client.get(f"{base}/keys", headers=headers).status_code == (200 if may_set else 403)
    assert served.client.get(f"{base}/drafts", headers=headers).status_code == (200 if may_draft else 403)


OF_AN_ACCOUNTANT = {"export.record", "ereport.record"}
"""What leaves the house by an accountant's hand is recorded by it, as making an archive is."""


def test_every_command_is_for_the_owner_and_none_for_who_only_reads() -> None:
    for route in COMMAND_ROUTES:
        assert "owner" in route.roles
        assert "auditor" not in route.roles
        assert ("accountant" in route.roles) == (route.command.NAME in OF_AN_ACCOUNTANT)


def test_the_provisioning_key_opens_ledgers_and_sells_nothing(served: Served) -> None:
    headers = bearer(PROVISIONING)
    assert served.client.get("/v1/ledgers", headers=headers).status_code == 200
    assert served.client.get("/v1/ledgers/atelier/keys", headers=headers).status_code == 200
    assert served.client.post("/v1/ledgers/atelier/invoices", json=INVOICE, headers=headers).status_code == 403
    assert served.client.get("/v1/ledgers/atelier/invoices", headers=headers).status_code == 403


def test_an_owner_opens_no_ledger(served: Served) -> None:
    answer = served.client.post("/v1/ledgers", json={}, headers=bearer(served.keys["atelier"]))
    assert answer.status_code == 403


def test_a_taken_name_is_refused(served: Served) -> None:
    answer = served.open("atelier")
    assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_EXISTS")


def test_a_key_s_roles_are_journalled_and_its_removal_takes_effect_at_once(served: Served) -> None:
    made = served.post("/keys", {"label": "till", "role": "operator"}).json()
    assert made["secret"].startswith("sk_")
    headers = bearer(made["secret"])
    me = served.client.get("/v1/key", headers=headers).json()
    assert me["key"] == made["id"]
    assert list(me["roles"].values()) == ["operator"]
    assert served.request("PUT", f"/keys/{made['id']}", json={"role": "auditor"}).status_code == 200
    assert served.client.post("/v1/ledgers/atelier/invoices", json=INVOICE, headers=headers).status_code == 403
    assert served.request("DELETE", f"/keys/{made['id']}").status_code == 204
    assert served.client.get("/v1/key", headers=headers).status_code == 401
    assert served.request("DELETE", f"/keys/{made['id']}").status_code == 404
    events = served.get("/events?types=access.granted/1,access.revoked/1&limit=1000").json()
    mine = [(e["type"], e["data"].get("role")) for e in events if e["data"]["subject"] == f"key:{made['id']}"]
    assert mine == [("access.granted/1", "operator"), ("access.granted/1", "auditor"), ("access.revoked/1", None)]


def test_one_key_may_hold_many_ledgers(two: Served) -> None:
    made = two.post("/keys", {"label": "accounting software", "role": "accountant"}).json()
    given = two.request("PUT", f"/keys/{made['id']}", "voisin", json={"role": "auditor"})
    assert given.status_code == 200
    listed = two.client.get("/v1/ledgers", headers=bearer(made["secret"])).json()["items"]
    assert [(each["name"], each["role"]) for each in listed] == [("atelier", "accountant"), ("voisin", "auditor")]


def test_the_last_owner_cannot_lock_everybody_out(two: Served) -> None:
    (owner,) = [each for each in two.get("/keys", "voisin").json()["items"] if each["role"] == "owner"]
    assert two.request("DELETE", f"/keys/{owner['id']}", "voisin").json()["code"] == "LAST_OWNER"
    answer = two.request("PUT", f"/keys/{owner['id']}", "voisin", json={"role": "operator"})
    assert (answer.status_code, answer.json()["code"]) == (409, "LAST_OWNER")


def test_only_the_hash_of_a_key_is_kept(served: Served) -> None:
    secret = served.key("auditor")
    kept = served.service.store.side().keys()
    assert sha256(secret.encode()).hexdigest() in {each.secret for each in kept}
    assert secret not in repr(kept)
    assert not any(secret in line for line in served.lines)


def test_another_process_s_revocation_is_seen_when_the_memory_of_it_ends() -> None:
    now = [0.0]
    side = MemorySide()
    side.create_key(AccessKey("k", "d" * 64, "label", False, "2026", None))
    side.grant(Grant("l", "k", "owner"))
    access = Access(side, None, lambda: now[0])
    assert access.look_up("d" * 64) is not None
    side.revoke_key("k", "2026")
    assert access.remembered("d" * 64) is not None
    now[0] = 5.1
    assert access.remembered("d" * 64) is None
    assert access.look_up("d" * 64) is None
