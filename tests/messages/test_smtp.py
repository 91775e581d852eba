"""The way to the mail server: encrypted where it says so, never in clear by accident; and mails nothing slips into."""

from __future__ import annotations

import email
import email.policy
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from api.messages.addresses import mail_address, masked
from api.messages.envelope import Envelope, Recipient
from api.messages.mime import MOST_BYTES, Enclosed, mail
from api.messages.schedule import MINUTES, PAUSES, delay, pause
from api.messages.smtp import Mailer, mailer_of
from api.messages.templating import one_line, printable
from api.settings import Settings, SettingsError
from archive.anchors.mail import Post as Server
from tests.anchors.test_mail_and_directory import tls as tls
from tests.messages.smtp_server import SENDER, Box
from tests.ports import free_port

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MESSAGE, LEDGER = "a136c5b1-b3a4-4232-ac25-9bc87481d70c", "11111111-1111-4111-8111-111111111111"
TLS = tuple[ssl.SSLContext, ssl.SSLContext]


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"atelier", b"pass word"), handled=False)


def envelope(**members: Any) -> Envelope:
    asked: dict[str, Any] = {
        "purpose": "test", "occasion": "test", "email": "jeanne@dupre.example", "name": "Jeanne", "language": "fr",
        "subject": "Objet", "text": "Bonjour,\n\nvoici.", "template_digest": "", "sender_name": "Atelier",
        "reply_to": "bonjour@legall.example", "footer": ("Atelier",),
    }  # fmt: skip
    return Envelope(**(asked | members))


def made(one: Envelope, *files: Enclosed) -> bytes:
    return mail(one, MESSAGE, LEDGER, SENDER, AT, files).as_bytes()


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def guarded(box: Box, tls: TLS) -> Iterator[Controller]:
    controller = Controller(
        box, hostname="localhost", port=free_port(), tls_context=tls[0], require_starttls=True,
        authenticator=authenticate, auth_required=True,
    )  # fmt: skip
    controller.start()
    yield controller
    controller.stop()


def over(port: int, tls: TLS, security: str = "smtp", password: str = "pass word") -> Mailer:
    server = Server("localhost", port, security, "atelier", password)
    return Mailer(server, SENDER, timeout_seconds=30, context=lambda: tls[1])


def send(mailer: Mailer) -> tuple[str, str]:
    outcome = mailer.send(mail(envelope(), MESSAGE, LEDGER, SENDER, AT, ()), "jeanne@dupre.example")
    mailer.rest()
    return outcome.fate, outcome.cause


def test_starttls_and_login_are_used_where_the_address_says_so(box: Box, guarded: Controller, tls: TLS) -> None:
    assert send(over(guarded.port, tls)) == ("taken", "")
    assert send(over(guarded.port, tls, password="wrong")) == ("away", "login_refused")
    stranger = Mailer(Server("localhost", guarded.port, "smtp", "atelier", "pass word"), SENDER, timeout_seconds=30)
    assert send(stranger) == ("away", "tls")  # a certificate that nobody vouches for
    assert box.to() == ["jeanne@dupre.example"]


def test_a_server_without_tls_is_sent_nothing_and_no_password(box: Box, tls: TLS) -> None:
    controller = Controller(box, hostname="localhost", port=free_port())
    controller.start()
    try:
        assert send(over(controller.port, tls)) == ("away", "no_tls_or_login")
    finally:
        controller.stop()
    assert box.came == []


def test_tls_from_the_start(box: Box, tls: TLS) -> None:
    controller = Controller(box, hostname="localhost", port=free_port(), ssl_context=tls[0])
    controller.start()
    try:
        server = Server("localhost", controller.port, "smtps")
        assert send(Mailer(server, SENDER, timeout_seconds=30, context=lambda: tls[1])) == ("taken", "")
    finally:
        controller.stop()


def test_a_server_that_speaks_no_utf8_refuses_such_an_address_for_good(box: Box) -> None:
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    try:
        mailer = Mailer(Server("127.0.0.1", controller.port, "smtp+plain"), SENDER, timeout_seconds=30)
        outcome = mailer.send(
            mail(envelope(email="léa@dupre.example"), MESSAGE, LEDGER, SENDER, AT, ()), "léa@dupre.example"
        )
        assert (outcome.fate, outcome.cause) == ("refused", "address_unsupported")
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("members", "sender"),
    [
        ({"smtp": "smtps://u%40a.example:p@h.example"}, "u@a.example"),
        ({"smtp_url": "smtps://h.example", "smtp_from": "a@b.example"}, "a@b.example"),
        ({"smtp": "smtps://new.example", "smtp_url": "x", "smtp_from": "a@b.example"}, "a@b.example"),
    ],
)
def test_the_server_is_named_once_for_messages_and_checkpoints(members: dict[str, str], sender: str) -> None:
    found = mailer_of(Settings(**members))  # type: ignore[arg-type] # texts for members that are texts
    assert found is not None
    assert found.sender == sender


def test_a_server_or_sender_that_cannot_be_used_is_named_without_its_value() -> None:
    assert mailer_of(Settings()) is None
    for members in ({"smtp": "secret"}, {"smtp": "smtps://h"}, {"smtp": "smtps://h", "smtp_from": "secret"}):
        with pytest.raises(SettingsError, match="SCEAU_SMTP") as wrong:
            mailer_of(Settings(**members))  # type: ignore[arg-type] # as above
        assert "secret" not in str(wrong.value)


@given(
    name=st.text(max_size=80), subject=st.text(max_size=200), text=st.text(max_size=400), sender=st.text(max_size=80)
)
def test_nothing_that_anybody_is_called_or_writes_becomes_a_header(
    name: str, subject: str, text: str, sender: str
) -> None:
    one = envelope(
        name=one_line(name), subject=one_line(subject)[:200], text=printable(text), sender_name=one_line(sender)
    )
    found = email.message_from_bytes(made(one), policy=email.policy.default)
    assert sorted(found.keys()) == sorted(
        ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    assert [each.addr_spec for each in found["To"].addresses] == ["jeanne@dupre.example"]
    assert [each.addr_spec for each in found["From"].addresses] == [SENDER]
    assert [part.get_content_type() for part in found.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_same_message_is_the_same_bytes(box: Box) -> None:
    file = Enclosed("devis.pdf", "application/pdf", b"%PDF")
    assert made(envelope(), file) == made(envelope(), file)
    del box


def test_what_does_not_fit_stays_behind_the_link() -> None:
    small, large = Enclosed("a.pdf", "application/pdf", b"a"), Enclosed("b.pdf", "application/pdf", b"b" * MOST_BYTES)
    found = email.message_from_bytes(made(envelope(), small, large), policy=email.policy.default)
    assert [one.get_filename() for one in found.iter_attachments()] == ["a.pdf"]
    assert len(made(envelope(), small, large)) < MOST_BYTES


@given(st.text(max_size=60))
def test_an_address_that_is_taken_is_one_and_stays_what_it_is(text: str) -> None:
    found = mail_address(text)
    if found is not None:
        assert mail_address(found) == found
        assert found.count("@") >= 1
        assert not set(found) & set(' \r\n\t<>,;"()')


def test_what_is_shown_of_an_address_names_nobody() -> None:
    assert masked("jeanne.dupre@client.example") == "j...@client.example"
    assert repr(Recipient("jeanne@dupre.example", "Jeanne")) == "Recipient(language='fr', side='client')"
    assert "jeanne" not in repr(envelope())


def test_waiting_grows_and_never_ends_at_one_moment_for_all() -> None:
    waits = [delay(times, lambda _: 0) for times in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[-1].total_seconds() == MINUTES[-1] * 60
    assert delay(3, lambda most: most - 1) > delay(3, lambda _: 0)
    assert pause(99, lambda _: 0).total_seconds() == PAUSES[-1]
