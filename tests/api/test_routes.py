"""Every address of the table, asked by whoever must not: without a key, in a wrong role, from another's ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.http.routes.operation import Operation
from api.http.routes.table import operations
from api.settings import Settings
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, bearer, serving

ROLES = ("operator", "accountant", "auditor")
OF_A_LEDGER = [each for each in operations() if "{ledger}" in each.template and each.name != "provider.tell"]
"""All that is a ledger's own; at the providers' door a signature stands for a key (tests/payments/test_http.py)."""
WILD: tuple[Any, ...] = (None, True, -1, 10**400, 1.5, "", "\x00", "x" * 70_000, [], {}, [[]], "1e999999999", "٣")


@pytest.fixture(scope="module")
def two(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with two businesses and a key of each role in the first."""
    folder = tmp_path_factory.mktemp("routes")
    with serving(replace(settings, store=f"sqlite:///{folder}/s.db", keys=str(Path(folder) / "keys"))) as served:
        served.open("atelier")
        served.open("other")
        for role in ROLES:
            served.keys[role] = served.key(role)
        yield served


def _ask(served: Served, operation: Operation, headers: dict[str, str], body: Any = None) -> httpx.Response:
    path = operation.template.format(**{"ledger": "atelier", **operation.path_example})
    more = {"If-Match": "*"} if any(each.name == "If-Match" for each in operation.parameters) else {}
    content = None
    if operation.body_media[0] != "application/json":
        content = b"%PDF-1.7"
        more["Content-Type"] = operation.body_media[0]
    elif operation.body is not None:
        content = json.dumps(body if body is not None else dict(operation.body_example)).encode()
        more["Content-Type"] = "application/json"
    return served.client.request(operation.method, path, headers={**headers, **more}, content=content)


@pytest.mark.parametrize("operation", OF_A_LEDGER, ids=lambda each: each.name)
def test_whoever_must_not_ask_is_told_so_and_nothing_else(two: Served, operation: Operation) -> None:
    assert operation.roles is not None
    assert _ask(two, operation, {}).status_code == 401
    assert _ask(two, operation, bearer("sk_invented")).status_code == 401
    assert _ask(two, operation, bearer(two.keys["other"])).status_code == 404, "another's ledger does not exist"
    for role in ROLES:
        if role not in operation.roles:
            assert _ask(two, operation, bearer(two.keys[role])).status_code == 403
    if not operation.provisioning:
        assert _ask(two, operation, bearer(PROVISIONING)).status_code == 403


@pytest.mark.parametrize("operation", [each for each in OF_A_LEDGER if each.body_example], ids=lambda each: each.name)
def test_no_member_of_any_body_makes_the_server_fail(two: Served, operation: Operation) -> None:
    for name in operation.body_example:
        for value in WILD:
            body = {**operation.body_example, name: value}
            answer = _ask(two, operation, bearer(two.keys["atelier"]), body)
            assert answer.status_code < 500, f"{name}: {answer.text}"
    assert not any('"fault"' in line for line in two.lines)
