"""What a server says before it serves, what it logs, and how long it waits for a body."""

from __future__ import annotations

import json
import logging
import socket
import sys

import pytest

from api.http import body
from api.http.app import listen
from api.http.logs import Log, LoggerLines
from api.settings import Settings, SettingsError
from tests.api.serving import Served

SECRET = "Jean-Personne"


def test_a_taken_port_is_said_in_words_before_anything_is_opened() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(SettingsError, match=r"SCEAU_PORT.*taken"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_another_machine_is_said_in_words() -> None:
    with pytest.raises(SettingsError, match="SCEAU_HOST"):
        listen("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("store", "shown"),
    [
        ("postgresql://shop:hunter2@db:5432/sceau?password=hunter2", "postgresql://db:5432/sceau"),
        ("postgres:///sceau?user=shop&password=hunter2", "postgres:///sceau"),
        ("postgresql://shop:p@ss@db/sceau", "postgresql://db/sceau"),
        ("sqlite:///./var/sceau.db", "sqlite:///./var/sceau.db"),
    ],
)
def test_a_store_is_shown_without_its_password(store: str, shown: str) -> None:
    assert Settings(store=store).store_shown == shown


def test_what_a_library_logs_becomes_a_line_without_what_was_sent() -> None:
    written: list[str] = []
    logger = logging.Logger("library")
    logger.addHandler(LoggerLines(Log("info", written.append)))
    logger.warning("could not read %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.error("failed", exc_info=sys.exc_info(), extra={"ledger": "an id", "person": SECRET})
    first, second = map(json.loads, written)
    assert (first["level"], first["words"], first["logger"]) == ("warning", "could not read %s", "library")
    assert (second["level"], second["error"], second["ledger"]) == ("error", "ValueError", "an id")
    assert SECRET not in "".join(written)


def test_a_body_that_does_not_come_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as one:
        one.sendall(
            b"POST /v1/ledgers/atelier/invoices HTTP/1.1\r\nHost: x\r\n"
            b"Authorization: Bearer " + served.keys["atelier"].encode() + b"\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        answer = b""
        while part := one.recv(65_536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 408"), "and the connection is closed"
    assert b"BODY_TOO_SLOW" in answer


def test_a_value_that_no_entry_may_hold_is_placed_in_the_body_with_a_key_too(served: Served) -> None:
    lines = [{"label": "a\u202eb", "unit_price": "1", "nature": "goods"}]
    answer = served.post("/invoices", {"lines": lines}, headers={"Idempotency-Key": "bidi"})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALUE_NOT_RECORDABLE")
    assert answer.json()["place"] == "/lines/0/label"
    draft = served.post("/drafts", {"kind": "quote", "notes": {"text": "a\u202eb"}})
    assert draft.json()["place"] == "/notes/text"
