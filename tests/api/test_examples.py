"""Every operation of the OpenAPI page has an example, and every example is carried out on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from api.http.examples import ids
from api.http.examples.bodies import DRAFT_EXAMPLE, KEY_EXAMPLE
from api.http.openapi import document
from api.http.routes.commands import COMMAND_ROUTES
from api.http.routes.operation import Operation
from api.http.routes.reads import READ_ROUTES
from api.http.routes.table import operations
from api.settings import Settings
from ledger.domain.commands import COMMANDS
from ledger.domain.events import EVENT_TYPES
from ledger.domain.streams import STREAM_KINDS
from tests.api.conftest import PROVISIONING
from tests.api.scenario import START, Scenario, SetClock
from tests.api.serving import Served, bearer, serving

TABLE = operations()
PAGE = document(TABLE, "0")


def test_every_command_has_exactly_one_address() -> None:
    assert sorted(route.command.NAME for route in COMMAND_ROUTES) == sorted(command.NAME for command in COMMANDS)


def test_no_two_operations_share_an_address_or_a_name() -> None:
    addresses = [(operation.method, operation.template) for operation in TABLE]
    names = [operation.name for operation in TABLE]
    assert len(set(addresses)) == len(addresses)
    assert len(set(names)) == len(names)


def test_a_fixed_path_stands_before_one_that_would_take_it_for_an_id() -> None:
    templates = list(dict.fromkeys(operation.template for operation in TABLE))
    for place, template in enumerate(templates):
        for earlier in templates[:place]:
            parts = list(zip(earlier.split("/"), template.split("/"), strict=False))
            same_length = earlier.count("/") == template.count("/")
            assert not (same_length and all(a == b or a.startswith("{") for a, b in parts)), (earlier, template)


def test_lists_name_types_that_exist() -> None:
    known = {event.TYPE for event in EVENT_TYPES}
    assert known.issuperset(name for route in READ_ROUTES for name in route.begun_by)
    prefixes = {kind.prefix for kind in STREAM_KINDS}
    assert prefixes.issuperset(route.kind.prefix for route in READ_ROUTES)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    """A ledger in which everything has happened once."""
    folder = tmp_path_factory.mktemp("examples")
    clock = SetClock(START)
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(Path(folder) / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )
    with serving(settings, clock) as served:
        opened = served.open("atelier")
        assert opened.status_code == 201
        scenario = Scenario(served, clock)
        scenario.done["ledger.open"] = opened
        scenario.play()
        yield scenario


def _schema(operation: Operation, status: int) -> dict[str, Any]:
    response = PAGE["paths"][operation.template][operation.method.lower()]["responses"][str(status)]
    if "$ref" in response:
        response = PAGE["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = next(iter(response["content"].values()))
    return {**content["schema"], "components": PAGE["components"]}


def _conforms(operation: Operation, answer: httpx.Response) -> None:
    jsonschema.Draft202012Validator(_schema(operation, answer.status_code)).validate(answer.json())


_BY_OWN_TESTS = {"key.create", "draft.create", "draft.issue", "checkpoint.make", "archive.create", "erasure.make"} | {
    "document.check", "document.verify", "document.copy", "ereport.make", "ereport.check",
    "statement.read", "statement.apply",
    "webhook.create", "webhook.pause", "webhook.resume", "webhook.rotate", "webhook.replay", "webhook.ping",
    "provider.add", "provider.reconcile", "provider.tell", "draft.attach",
}  # fmt: skip
_POSTS = [each for each in TABLE if each.method == "POST" and each.name not in _BY_OWN_TESTS]


@pytest.mark.parametrize("operation", _POSTS, ids=lambda each: each.name)
def test_the_example_of_each_command_is_carried_out(played: Scenario, operation: Operation) -> None:
    answer = played.done[operation.name]
    assert answer.status_code == operation.status
    _conforms(operation, answer)
    if operation.name != "ledger.open":
        assert answer.json()["command"] == operation.name
    if "Location" in operation.headers:
        read = played.served.client.get(answer.headers["location"], headers=bearer(played.served.keys["atelier"]))
        assert read.status_code == 200, read.text


_BEGINS = {
    "system.metrics": "sceau_commands_total",
    "fec.download": "JournalCode\tJournalLib",
    "fec.describe": "DESCRIPTION DU FICHIER",
    "journal.download": "journal;",
}
"""What is in each answer that is plain text."""

_READS = [
    each
    for each in TABLE
    if each.method == "GET"
    and not each.template.endswith(
        ("/keys/{key}", "/drafts", "/drafts/{draft}", "/archives", "/webhooks", "/providers", "/outbox")
    )
    and "{manifest}" not in each.template
    and "{webhook}" not in each.template
    and not each.template.endswith(("/files", "/files/{file}"))  # tests/api/test_quote_files.py
]


@pytest.mark.parametrize("operation", _READS, ids=lambda each: each.name)
def test_the_example_of_each_reading_finds_what_the_commands_made(played: Scenario, operation: Operation) -> None:
    path = operation.template.format(**_path(played, operation))
    headers = bearer(played.served.keys["atelier"])
    if operation.name == "document.list":  # lists what was rendered: something must have been asked for
        assert played.served.client.get(f"{path}/{ids.INVOICE}/file", headers=headers).status_code == 200
    needed = {each.name: each.example for each in operation.parameters if each.required and each.where == "query"}
    answer = played.served.client.get(path, headers=headers, params=needed)
    assert answer.status_code == operation.status, answer.text
    if operation.media in ("application/pdf", "application/xml", "image/svg+xml"):
        assert answer.content.startswith((b"%PDF-1.7", b"<?xml", b"<svg"))
        return
    if operation.media == "text/plain":
        assert _BEGINS[operation.name] in answer.text
        return
    _conforms(operation, answer)
    page = answer.json()
    if isinstance(page, dict) and "items" in page:
        assert page["items"], f"{operation.name} lists nothing"


def _path(played: Scenario, operation: Operation) -> dict[str, str]:
    example = dict(operation.path_example)
    if example.get("task") == ids.TASK:
        example["task"] = played.served.get("/tasks").json()["items"][0]["id"]
    return example


def test_the_examples_of_keys_are_carried_out(played: Scenario) -> None:
    served = played.served
    made = served.post("/keys", KEY_EXAMPLE)
    assert made.status_code == 201
    key = made.json()["id"]
    assert made.headers["location"] == f"/v1/ledgers/atelier/keys/{key}"
    assert served.request("PUT", f"/keys/{key}", json={"role": "accountant"}).json()["role"] == "accountant"
    assert {each["id"] for each in served.get("/keys").json()["items"]} >= {key}
    assert served.request("DELETE", f"/keys/{key}").status_code == 204


def test_the_examples_of_drafts_are_carried_out(played: Scenario) -> None:
    served = played.served
    made = served.post("/drafts", DRAFT_EXAMPLE)
    assert made.status_code == 201
    where = f"/drafts/{ids.DRAFT}"
    assert made.headers["location"] == f"/v1/ledgers/atelier{where}"
    assert served.get("/drafts").json()["items"][0]["id"] == ids.DRAFT
    body = {name: member for name, member in DRAFT_EXAMPLE.items() if name != "id"}
    changed = served.request("PUT", where, json=body, headers={"If-Match": made.headers["etag"]})
    assert changed.status_code == 200
    assert served.get(where).headers["etag"] == changed.headers["etag"]
    issued = served.post(f"{where}/issue", headers={"If-Match": changed.headers["etag"]})
    assert issued.status_code == 201, issued.text
    assert issued.json()["result"]["invoice"] == ids.DRAFT
    assert served.get(where).status_code == 404


def test_the_whole_autumn_verifies(played: Scenario) -> None:
    genesis = played.served.get("").json()["genesis"]
    verdict = played.served.get(f"/verification?pin={genesis}").json()
    # The example of a policy promises time stamps, and no authority is there: that alone is found, as it should be.
    assert {finding["code"] for finding in verdict["findings"]} == {"anchor_gap"}
    assert verdict["trust"] == "given"


def test_the_page_is_openapi(served: Served) -> None:
    answer = served.client.get("/openapi.json")
    assert answer.status_code == 200
    page = answer.json()
    assert page["openapi"].startswith("3.1")
    assert set(page["paths"]) == {operation.template for operation in TABLE}
    for path in page["paths"].values():
        for operation in path.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                schema = {**content["schema"], "components": page["components"]}
                jsonschema.Draft202012Validator(schema).validate(content["example"])


def test_settings_keep_secrets_out_of_their_words(settings: Settings) -> None:
    words = repr(replace(settings, metrics_key="m" * 32))
    assert PROVISIONING not in words
    assert "correct horse" not in words
    assert "m" * 32 not in words
