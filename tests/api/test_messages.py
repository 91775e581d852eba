"""A server with a mail server: what happens over HTTP is mailed by itself, and the outbox can be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.http.examples.bodies import BODIES
from api.jobs import start
from api.messages.post import Recipient
from api.settings import Settings
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, bearer, serving
from tests.messages.smtp_server import SENDER, Box, mail_server


@pytest.fixture
def box() -> Iterator[Box]:
    with mail_server() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, tmp_path: Path, box: Box) -> Iterator[Served]:
    """A server and its recurring work, as `sceau serve` puts them together."""
    url = f"sqlite:///{tmp_path}/sceau.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    settings = Settings(
        store=url, keys=str(tmp_path / "keys"), passphrase=b"correct horse battery staple", port=0,
        provisioning_key=PROVISIONING, documents=str(tmp_path / "documents"), documents_job="off",
        smtp=f"smtp+plain://127.0.0.1:{box.port}", smtp_from=SENDER, public_url="https://sceau.example",
        projections=f"sqlite:///{tmp_path}/rows.db",
    )  # fmt: skip
    with serving(settings) as one:
        one.open("atelier")
        context = one.app.context
        jobs = start.scheduler_of(
            one.service, settings, documents=context.documents, engine=context.engine, post=context.post
        )
        jobs.start()
        try:
            yield one
        finally:
            jobs.stop()


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.05)


def test_a_quote_that_is_sent_over_http_is_mailed_with_its_pdf_and_listed(shop: Served, box: Box) -> None:
    party = {"name": "Jeanne Dupré", "email": "jeanne@dupre.example",
             "address": {"lines": ["1 rue du Frêne"], "postcode": "35000", "city": "Rennes"}}  # fmt: skip
    customer = shop.post("/customers", {"kind": "consumer", "party": party}).json()["result"]["customer"]
    body: dict[str, Any] = {**BODIES["quote.issue"], "customer": customer}
    body.pop("id", None)
    made = shop.post("/quotes", body)
    assert made.status_code == 201, made.text
    sent = shop.post(f"/quotes/{made.json()['result']['quote']}/sendings", {"by": "email"})
    assert sent.status_code in (200, 201), sent.text
    _until(lambda: bool(box.came))
    (mail,) = box.mails()
    assert mail["To"].addresses[0].addr_spec == "jeanne@dupre.example"
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    _until(lambda: shop.get("/outbox").json()["items"][0]["state"] == "sent")
    (listed,) = shop.get("/outbox").json()["items"]
    assert (listed["template"], listed["side"], listed["attempts"]) == ("quote_sent", "client", 1)
    assert "dupre" not in shop.get("/outbox").text
    assert not any("jeanne" in line or "/c/atelier/" in line for line in shop.lines)


def test_a_code_is_on_its_way_in_the_moment_it_is_asked_for(shop: Served, box: Box) -> None:
    post = shop.app.context.post
    asked = time.monotonic()
    message = post.send(
        "atelier", "code", occasion="code:1", to=Recipient("jeanne@dupre.example"),
        facts={"code": "203 418", "minutes": "10"},
    )  # fmt: skip
    assert isinstance(message, str)
    _until(lambda: bool(box.came))
    assert time.monotonic() - asked < 30
    assert "203 418" in str(box.mails()[0]["Subject"])


def test_who_may_read_the_outbox_and_the_templates(shop: Served) -> None:
    for path in ("/outbox", "/message-templates"):
        assert shop.get(path).status_code == 200
        for role, status in (("operator", 200), ("accountant", 403), ("auditor", 403)):
            answer = shop.client.get(f"/v1/ledgers/atelier{path}", headers=bearer(shop.key(role)))
            assert answer.status_code == status
    for before in ("x", "1" * 28, "\x00"):
        assert shop.get("/outbox", params={"before": before}).status_code == 400
    assert shop.get("/outbox", params={"before": "2026-11-23T09:00:00.000000Z"}).status_code == 200
    assert shop.get("/message-templates", params={"language": "de"}).status_code == 400
    english = shop.get("/message-templates", params={"language": "en"}).json()["items"]
    assert {"quote_sent", "digest"} <= {one["name"] for one in english}


def test_a_mail_server_that_cannot_be_used_is_said_at_the_start(shop: Served) -> None:
    from api.settings import SettingsError

    context = shop.app.context
    for wrong in (replace(shop.settings, smtp="ftp://x"), replace(shop.settings, smtp_from="nobody")):
        with pytest.raises(SettingsError, match="SCEAU_SMTP"):
            start.scheduler_of(shop.service, wrong, engine=context.engine, post=context.post)
