"""`sceau webhook`: every verb, against a real receiver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.cli.running import sceau, told
from tests.webhooks.receiver import Receiver, receiving, status

ALLOWED: dict[str, Any] = {"SCEAU_WEBHOOKS_PRIVATE": "on", "SCEAU_WEBHOOKS_HTTP": "on"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    return tmp_path


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def test_an_endpoint_is_added_pinged_listed_rotated_paused_resumed_replayed_and_removed(
    shop: Path, receiver: Receiver
) -> None:
    made = told(shop, "webhook", "add", "shop", receiver.url, "--type", "invoice.issued/1", **ALLOWED)
    name = made["id"]
    pinged = sceau(shop, "webhook", "ping", "shop", name, **ALLOWED)
    assert pinged.returncode == 0, pinged.stderr
    assert pinged.stdout.startswith("delivered (204)")
    Webhook(made["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)
    listed = sceau(shop, "webhook", "list", "shop").stdout
    assert name in listed
    assert made["secret"] not in listed
    assert "secret" not in told(shop, "webhook", "list", "shop")["webhooks"][0]
    assert told(shop, "webhook", "rotate", "shop", name, "--overlap", "0")["secret"] != made["secret"]
    assert told(shop, "webhook", "pause", "shop", name)["state"] == "paused"
    assert told(shop, "webhook", "resume", "shop", name)["state"] == "active"
    assert told(shop, "webhook", "replay", "shop", name, "--after", "0")["seq"] == 0
    assert sceau(shop, "webhook", "replay", "shop", name, "--dead").returncode == 0
    assert told(shop, "webhook", "deliveries", "shop", name)["deliveries"] == []
    assert sceau(shop, "webhook", "dead", "shop", name).returncode == 0
    assert sceau(shop, "webhook", "remove", "shop", name).returncode == 0
    assert told(shop, "webhook", "list", "shop")["webhooks"] == []


def test_what_cannot_be_is_said_in_words(shop: Path, receiver: Receiver) -> None:
    for words, said in (
        (("add", "shop", "http://hooks.example/"), "SCEAU_WEBHOOKS_HTTP"),
        (("add", "shop", "https://127.0.0.1/"), "SCEAU_WEBHOOKS_PRIVATE"),
        (("add", "shop", "https://hooks.example/", "--type", "x/1"), "/v1/schemas/events"),
        (("pause", "shop", "0e8f3a4a-0000-4000-8000-000000000001"), "sceau webhook list"),
    ):
        run = sceau(shop, "webhook", *words)
        assert run.returncode == 1
        assert said in run.stderr
    assert sceau(shop, "webhook", "replay", "shop", "x").returncode == 2


def test_a_ping_that_is_not_taken_is_exit_code_1(shop: Path, receiver: Receiver) -> None:
    receiver.answer = status(500)
    made = told(shop, "webhook", "add", "shop", receiver.url, "--scheme", "v1a", **ALLOWED)
    assert made["public_key"].startswith("whpk_")
    assert "secret" not in made
    run = sceau(shop, "webhook", "ping", "shop", made["id"], **ALLOWED)
    assert (run.returncode, run.stdout[:18]) == (1, "server_error (500)")
    assert sceau(shop, "webhook", "ping", "shop", made["id"]).stdout.startswith("forbidden_")
