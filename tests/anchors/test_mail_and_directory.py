"""A checkpoint by mail to a real SMTP server, and into a folder."""

from __future__ import annotations

import json
import smtplib
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from archive.anchors.anchor import AnchorFailure
from archive.anchors.directory import DirectoryAnchor
from archive.anchors.mail import MailAnchor, Post
from ledger.shell.store import AnchorRow
from tests.anchors.log import LEDGER, Log
from tests.ports import free_port

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FROM, TO = "sceau@atelier.example", "cabinet@comptable.example"


class Box:
    """What arrived, and how."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.secure: list[bool] = []
        self.refuse = ""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refuse == "recipient":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.refuse == "data":
            return "451 later"
        self.messages.append(envelope)
        self.secure.append(session.ssl is not None)
        return "250 OK"


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"atelier", b"pass word"))


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box, tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Controller]:
    controller = Controller(
        box, hostname="localhost", port=free_port(), tls_context=tls[0], require_starttls=True,
        authenticator=authenticate,        auth_required=True,
    )  # fmt: skip
    controller.start()
    yield controller
    controller.stop()


def anchor(server: Controller, tls: tuple[Any, ssl.SSLContext], **members: Any) -> MailAnchor:
    post = Post("localhost", server.port, "smtp", "atelier", "pass word")
    return MailAnchor(replace(post, **members), FROM, TO, lambda: NOW, timeout_seconds=30, context=tls[1])


def test_the_accountant_gets_the_note_in_french_and_nothing_personal(box: Box, server: Controller, tls: Any) -> None:
    log = Log().grow(12)
    stamp = AnchorRow(12, "timestamp", "tsa", "2026-11-22T10:00:00Z", b"\x30\x03stamp")
    placed = anchor(server, tls).put(replace(log.target(), proofs=(stamp,)))
    (envelope,) = box.messages
    assert (envelope.mail_from, envelope.rcpt_tos, box.secure) == (FROM, [TO], [True])
    message = message_from_bytes(envelope.content, policy=default)
    body = message.get_body()
    assert body is not None
    words = body.get_content()
    assert "Nombre d'écritures : 12" in words
    assert LEDGER in words
    attached = list(message.iter_attachments())
    assert [part.get_filename() for part in attached] == [f"{LEDGER}-000000000012.txt", f"{LEDGER}-000000000012.tsr"]
    assert attached[0].get_payload(decode=True) == log.note()
    assert attached[1].get_payload(decode=True) == stamp.proof
    assert placed.at == NOW
    proof = json.loads(placed.proof)
    assert proof["message_id"] == message["Message-ID"]
    assert TO.encode() not in placed.proof


def test_the_same_checkpoint_is_the_same_message(box: Box, server: Controller, tls: Any) -> None:
    log = Log().grow(3)
    proofs = [json.loads(anchor(server, tls).put(log.target(size)).proof) for size in (3, 3, 2)]
    assert proofs[0] == proofs[1]
    assert proofs[0]["message_id"] != proofs[2]["message_id"]


@pytest.mark.parametrize("refuse", ["recipient", "data"])
def test_a_server_that_says_no_is_told_without_the_address(box: Box, server: Controller, tls: Any, refuse: str) -> None:
    box.refuse = refuse
    with pytest.raises(AnchorFailure) as failed:
        anchor(server, tls).put(Log().grow(3).target())
    assert failed.value.cause == "refused"
    assert "comptable" not in str(failed.value)


def test_a_server_whose_certificate_is_not_known_gets_nothing(box: Box, server: Controller) -> None:
    post = Post("localhost", server.port, "smtp", "atelier", "pass word")
    with pytest.raises(AnchorFailure, match="unreachable"):
        MailAnchor(post, FROM, TO, lambda: NOW, timeout_seconds=30).put(Log().grow(3).target())
    assert box.messages == []


def test_nothing_goes_in_clear_where_tls_was_asked_for(box: Box) -> None:
    controller = Controller(box, hostname="localhost", port=free_port())
    controller.start()
    try:
        post = Post("localhost", controller.port, "smtp")
        with pytest.raises(AnchorFailure, match="STARTTLS"):
            MailAnchor(post, FROM, TO, lambda: NOW, timeout_seconds=30).put(Log().grow(3).target())
        assert box.messages == []
        plain = Post("localhost", controller.port, "smtp+plain")
        MailAnchor(plain, FROM, TO, lambda: NOW, timeout_seconds=30).put(Log().grow(3).target())
        assert len(box.messages) == 1
    finally:
        controller.stop()


def test_tls_from_the_start(box: Box, tls: Any) -> None:
    controller = Controller(box, hostname="localhost", port=free_port(), ssl_context=tls[0])
    controller.start()
    try:
        post = Post("localhost", controller.port, "smtps")
        MailAnchor(post, FROM, TO, lambda: NOW, timeout_seconds=30, context=tls[1]).put(Log().grow(3).target())
    finally:
        controller.stop()
    assert len(box.messages) == 1


def test_a_post_address_is_read_and_its_password_is_not_shown() -> None:
    post = Post.parse("smtps://ate%40lier:pass%20word@mail.example")
    assert (post.host, post.port, post.user, post.password) == ("mail.example", 465, "ate@lier", "pass word")
    assert "pass word" not in repr(post)
    for wrong in ("", "http://x", "smtp://", "smtp+plain://u:p@localhost"):
        with pytest.raises(ValueError, match="smtp"):
            Post.parse(wrong)
    with pytest.raises(ValueError, match="mail address"):
        MailAnchor(post, FROM, "no address", lambda: NOW)


# Folders


def test_a_folder_gets_the_note_and_its_proofs(tmp_path: Path) -> None:
    log = Log().grow(12)
    rows = (
        AnchorRow(12, "timestamp", "tsa", "2026-11-22T10:00:00Z", b"stamp"),
        AnchorRow(12, "witness", "w1.example/sceau", "2026-11-22T10:00:00Z", b"cosigned"),
        AnchorRow(12, "mail", "accountant", "2026-11-22T10:00:00Z", b"{}"),
    )
    anchor = DirectoryAnchor(tmp_path, lambda: NOW)
    placed = anchor.put(replace(log.target(), proofs=rows))
    assert anchor.put(replace(log.target(), proofs=rows)) == placed
    files = {path.name: path.read_bytes() for path in (tmp_path / LEDGER).iterdir()}
    assert files == {
        "000000000012.note": log.note(),
        "000000000012.tsa.tsr": b"stamp",
        "000000000012.w1.example_sceau.cosigned": b"cosigned",
    }
    proof = json.loads(placed.proof)
    assert proof == {"file": f"{LEDGER}/000000000012.note", "sha256": sha256(log.note()).hexdigest()}


def test_another_history_does_not_overwrite_the_first(tmp_path: Path) -> None:
    log = Log().grow(12)
    anchor = DirectoryAnchor(tmp_path, lambda: NOW)
    anchor.put(log.target())
    with pytest.raises(AnchorFailure, match="differs"):
        anchor.put(log.fork().target())
    assert (tmp_path / LEDGER / "000000000012.note").read_bytes() == log.note()
    assert len(list((tmp_path / LEDGER).iterdir())) == 1


def test_a_mount_that_is_gone_is_not_filled(tmp_path: Path) -> None:
    with pytest.raises(AnchorFailure, match="unreachable"):
        DirectoryAnchor(tmp_path / "mount", lambda: NOW).put(Log().grow(1).target())
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(AnchorFailure, match="unreachable"):
        DirectoryAnchor(tmp_path, lambda: NOW).put(Log().grow(1).target())
    assert list((tmp_path / LEDGER).iterdir()) == []


def test_smtp_errors_without_a_code_are_unreachable() -> None:
    post = Post("127.0.0.1", 9, "smtp+plain")
    with pytest.raises(AnchorFailure, match="unreachable") as failed:
        MailAnchor(post, FROM, TO, lambda: NOW, timeout_seconds=1).put(Log().grow(1).target())
    assert not isinstance(failed.value.__cause__, smtplib.SMTPResponseException)
