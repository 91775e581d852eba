"""Health, metrics, logs without personal data, failures of the world, and a stop that loses nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from api.http.context import Context
from api.http.problem_kinds import PROBLEMS
from api.http.problems import language_of
from api.http.routes.table import operations
from api.settings import Settings, SettingsError
from ledger.domain.refusals import REFUSALS
from ledger.kernel.errors import Break
from ledger.shell import errors
from ledger.shell.migrate import migrate
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, bearer, serving

INVOICE = {"lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}
NAME = "Jean-Personne"


@contextmanager
def _failing(context: Context, failure: Exception) -> Iterator[None]:
    """Let every command of a server fail this way."""

    class Failing:
        def __getattr__(self, name: str) -> Any:
            return getattr(service, name)

        async def execute_async(self, *_: Any, **__: Any) -> Any:
            raise failure

    service = context.service
    context.service = Failing()  # type: ignore[assignment] # stands in for one method
    try:
        yield
    finally:
        context.service = service


def test_health_and_readiness_need_no_key(served: Served) -> None:
    assert served.client.get("/healthz").json() == {"status": "ok"}
    assert served.client.get("/readyz").json() == {"status": "ready"}


def test_a_server_whose_keys_are_gone_is_not_ready(tmp_path: Path, settings: Settings) -> None:
    own = replace(settings, store=f"sqlite:///{tmp_path}/s.db", keys=str(tmp_path / "keys"))
    with serving(own) as served:
        served.open("atelier")
        (tmp_path / "keys").rename(tmp_path / "gone")
        answer = served.client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
        assert "atelier" not in answer.text
        (tmp_path / "gone").rename(tmp_path / "keys")


def test_metrics_count_requests_and_commands_and_name_nobody(served: Served) -> None:
    served.post("/invoices", {**INVOICE, "client": {"name": NAME}})
    served.get("/invoices/nonsense")
    text = served.client.get("/metrics").text
    assert 'sceau_commands_total{command="invoice.issue",outcome="done"}' in text
    assert 'route="/v1/ledgers/{ledger}/invoices/{invoice}",status="404"' in text
    assert "atelier" not in text
    assert NAME not in text
    assert "nonsense" not in text


def test_metrics_may_ask_for_a_key_of_their_own(tmp_path: Path, settings: Settings) -> None:
    own = replace(settings, store="memory:", keys=str(tmp_path), metrics_key="m" * 32)
    with serving(own) as served:
        assert served.client.get("/metrics").status_code == 401
        assert served.client.get("/metrics", headers=bearer("x" * 32)).status_code == 401
        assert served.client.get("/metrics", headers=bearer("m" * 32)).status_code == 200


def test_a_log_line_is_json_with_the_route_s_template_and_nothing_of_the_request(served: Served) -> None:
    before = served.get("/invoices/none")
    assert served.lines.hears(before.json()["instance"])  # the lines of earlier requests are all there
    served.lines.clear()
    invoice = served.post(f"/invoices?{NAME}=1", {**INVOICE, "client": {"name": NAME}}, headers={"User-Agent": NAME})
    second = served.post("/invoices", {**INVOICE, "client": {"name": NAME, "email": 7}})
    last = served.get(f"/invoices/{NAME}")
    for answer in (invoice, second, last):
        assert served.lines.hears(answer.json()["instance"])
    lines = [json.loads(line) for line in served.lines]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/v1/ledgers/{ledger}/invoices", 400),
        ("/v1/ledgers/{ledger}/invoices", 422),
        ("/v1/ledgers/{ledger}/invoices/{invoice}", 404),
    ]
    assert lines[0]["instance"] == invoice.json()["instance"], "a problem can be found in the log"
    text = "".join(served.lines)
    assert NAME not in text
    assert "atelier" not in text
    assert served.keys["atelier"] not in text


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (errors.Overloaded(NAME), 503, "OVERLOADED"),
        (errors.Unavailable(NAME), 503, "STORE_UNAVAILABLE"),
        (errors.InDoubt(NAME), 503, "STORE_UNAVAILABLE"),
        (errors.HeadMoved(NAME), 503, "OVERLOADED"),
        (errors.KeyMissing(NAME), 503, "SEAL_KEY_MISSING"),
        (errors.BehindMark(NAME), 409, "LEDGER_BEHIND_MARK"),
        (errors.LedgerClosed(NAME), 409, "LEDGER_CLOSED"),
        (errors.LedgerUnknown(NAME), 404, "LEDGER_UNKNOWN"),
        (Break("fork", NAME), 503, "LEDGER_STOPPED"),
        (RuntimeError(NAME), 500, "INTERNAL"),
    ],
)
def test_a_failure_of_the_world_is_a_problem_without_its_words(
    served: Served, failure: Exception, status: int, code: str
) -> None:
    with _failing(served.app.context, failure):
        answer = served.post("/invoices", INVOICE)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (status == 503) == ("retry-after" in answer.headers)
    assert NAME not in answer.text
    assert not any(NAME in line for line in served.lines)
    assert served.lines.hears(answer.json()["instance"])


def test_a_refusal_is_a_problem_with_its_article_in_the_reader_s_language(served: Served) -> None:
    body = {"lines": [{"label": "Vis", "unit_price": "1", "rate_bp": 1234, "nature": "goods"}]}
    french = served.post("/invoices", body)
    english = served.post("/invoices", body, headers={"Accept-Language": "en-GB,en;q=0.9,fr;q=0.8"})
    for answer, language in ((french, "fr"), (english, "en")):
        assert answer.headers["content-language"] == language
        problem = answer.json()
        assert problem["code"] == "VAT_RATE_NOT_IN_FORCE"
        assert problem["law"].startswith("CGI")
        assert problem["place"] == "/lines/0/rate_bp"
        assert served.client.get(problem["type"]).json()["code"] == problem["code"]
    assert french.json()["detail"] != english.json()["detail"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fr"),
        (b"", "fr"),
        (b"en", "en"),
        (b"de, en;q=0.5", "en"),
        (b"fr;q=0.4, en;q=0.5", "en"),
        (b"en;q=0", "fr"),
        (b"*", "fr"),
        (b"en;q=nonsense", "fr"),
        (b"\xff\xfe", "fr"),
    ],
)
def test_the_language_is_the_one_wanted_most(header: bytes | None, language: str) -> None:
    assert language_of(header) == language


def test_every_code_has_a_page_of_its_own(served: Served) -> None:
    codes = [kind.code for kind in PROBLEMS] + [kind.code for kind in REFUSALS]
    assert len({kind.code for kind in PROBLEMS}) == len(PROBLEMS)
    statuses = {kind.code: kind.status for kind in REFUSALS}
    assert all(statuses.get(kind.code, kind.status) == kind.status for kind in PROBLEMS), "one code, one status"
    for code in codes:
        page = served.client.get(f"/problems/{code}").json()
        assert page["code"] == code
        assert page["words"]["fr"]
        assert page["words"]["en"]
    assert served.client.get("/problems/NO_SUCH_CODE").status_code == 404


def test_the_page_at_docs_shows_every_operation_and_loads_nothing(served: Served) -> None:
    answer = served.client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for operation in operations():
        assert f"<code>{operation.template}</code>" in answer.text
    assert not re.findall(r"(?:src|href)='(?!/openapi\.json)", answer.text)


def test_a_stop_answers_what_is_under_way_and_keeps_what_it_answered(tmp_path: Path, settings: Settings) -> None:
    own = replace(settings, store=f"sqlite:///{tmp_path}/s.db", keys=str(tmp_path / "keys"))
    acknowledged: list[str] = []
    others: list[int] = []

    def sell(port: int, key: str) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=bearer(key), timeout=30) as client:
            while True:
                try:
                    answer = client.post("/v1/ledgers/atelier/invoices", json=INVOICE)
                except httpx.TransportError:
                    return  # the listening socket is closed: nothing was answered
                if answer.status_code == 201:
                    acknowledged.append(answer.json()["result"]["number"])
                else:
                    others.append(answer.status_code)

    with serving(own) as served:
        served.open("atelier")
        threads = [Thread(target=sell, args=(served.port, served.keys["atelier"])) for _ in range(6)]
        for thread in threads:
            thread.start()
        while len(acknowledged) < 20:
            time.sleep(0.01)
        served.server.should_exit = True
        for thread in threads:
            thread.join(30)
    assert set(others) <= {503}
    assert json.loads(served.lines[-1])["event"] == "stopped"
    with serving(own) as again:
        items = again.client.get("/v1/ledgers/atelier/head", headers=bearer(served.keys["atelier"]))
        assert items.status_code == 200
        again.keys.update(served.keys)
        kept = [each["body"]["number"] for each in again.get("/invoices?limit=1000").json()["items"]]
        assert set(acknowledged) <= set(kept)
        assert kept == [f"F-{n:05d}" for n in range(1, len(kept) + 1)], "no gap, no double"
        assert again.get("/verification").json()["ok"]


def test_a_stop_does_not_wait_for_long_polls(tmp_path: Path, settings: Settings) -> None:
    own = replace(settings, store=f"sqlite:///{tmp_path}/s.db", keys=str(tmp_path / "keys"))
    with serving(own) as served:
        served.open("atelier")
        with socket.create_connection(("127.0.0.1", served.port)) as one:
            one.sendall(
                b"GET /v1/ledgers/atelier/events?after=1000&wait=60 HTTP/1.1\r\nHost: x\r\n"
                b"Authorization: Bearer " + served.keys["atelier"].encode() + b"\r\n\r\n"
            )
            while not served.app.context.metrics.under_way._value.get():
                time.sleep(0.01)
            started = time.monotonic()
            served.server.should_exit = True
            served.thread.join(60)
            assert time.monotonic() - started < 50  # the poll would wait for 60
            assert one.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_order(tmp_path: Path, number: signal.Signals) -> None:
    environment = {"PATH": os.environ["PATH"], "SCEAU_STORE": f"sqlite:///{tmp_path}/s.db", "SCEAU_PORT": "0"}
    migrate("sqlite:///" + str(tmp_path / "s.db"))
    program = "import os; from api.http.app import serve; from api.settings import Settings; "
    program += "serve(Settings.from_environment(os.environ), ready=lambda port: print(port, flush=True))"
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=20).status_code == 200
        process.send_signal(number)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    assert json.loads(log.splitlines()[-1])["event"] == "stopped"


@pytest.mark.postgres
def test_the_same_server_runs_on_postgresql(tmp_path: Path, settings: Settings, postgres_url: str) -> None:
    own = replace(settings, store=postgres_url, keys=str(tmp_path / "keys"))
    with serving(own) as served:
        served.open("atelier")
        key = {"Idempotency-Key": "one"}
        first = served.post("/invoices", INVOICE, headers=key)
        assert first.status_code == 201
        assert served.post("/invoices", INVOICE, headers=key).content == first.content
        draft = served.post("/drafts", {"kind": "invoice", "command": INVOICE})
        issued = served.post(f"/drafts/{draft.json()['id']}/issue", headers={"If-Match": draft.headers["etag"]})
        assert issued.json()["result"]["number"] == "F-00002"
        assert len(served.get("/invoices").json()["items"]) == 2
        assert served.client.get("/v1/key", headers=bearer(served.key("auditor"))).status_code == 200
        for path in ("/v1/ledgers/%00/head", "/v1/ledgers/atelier/invoices/%00"):
            answer = served.client.get(path, headers=bearer(served.keys["atelier"]))
            assert answer.status_code == 404
        assert served.post("/keys", {"label": "a\x00b", "role": "owner"}).status_code == 422
        assert served.get("/verification").json()["ok"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SCEAU_PORT", "http"),
        ("SCEAU_PORT", "65536"),
        ("SCEAU_PORT", "-1"),
        ("SCEAU_POOL_SIZE", "0"),
        ("SCEAU_PROVISIONING_KEY", "short"),
        ("SCEAU_METRICS_KEY", "é" * 40),
        ("SCEAU_LOG_LEVEL", "chatty"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name_and_without_its_value(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({variable: value})
    assert variable in str(refused.value)
    assert refused.value.__cause__ is None
    if "KEY" in variable:
        assert value not in str(refused.value)


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse battery staple\nand a second line\n")
    found = Settings.from_environment(
        {
            "SCEAU_STORE": "postgresql://db/sceau",
            "SCEAU_PORT": "9000",
            "SCEAU_PROVISIONING_KEY": PROVISIONING,
            "SCEAU_KEY_PASSPHRASE_FILE": str(secret),
            "SCEAU_HOST": "",
        }
    )
    assert (found.store, found.port, found.host) == ("postgresql://db/sceau", 9000, "127.0.0.1")
    assert found.passphrase == b"correct horse battery staple"
