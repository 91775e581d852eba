"""One request against servers that behave badly: it ends, in time, and nothing of theirs is taken in."""

from __future__ import annotations

import datetime
import ipaddress
import resource
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from api.webhooks.sending import Sender
from tests.webhooks.receiver import (
    HERE,
    Answering,
    closes,
    closes_in_the_body,
    drips,
    hangs,
    pours,
    receiving,
    sender,
    status,
)

HOLD = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("code", "cause"),
    [(200, "delivered"), (204, "delivered"), (299, "delivered"), (304, "redirect"), (400, "refused"), (410, "gone"),
     (429, "throttled"), (500, "server_error"), (503, "server_error")],
)  # fmt: skip
def test_the_status_is_the_answer(code: int, cause: str) -> None:
    with receiving(status(code)) as receiver:
        outcome = sender().post(receiver.url, b"{}", HOLD)
    assert (outcome.status, outcome.cause) == (code, cause)
    assert outcome.delivered == (cause == "delivered")


def test_a_redirect_is_not_followed() -> None:
    with receiving() as other, receiving(status(307, {"Location": other.url})) as receiver:
        outcome = sender().post(receiver.url, b"{}", HOLD)
        assert (outcome.status, outcome.cause) == (307, "redirect")
        assert other.got == []


@pytest.mark.parametrize(("wait", "seconds"), [("120", 120), ("99999999999", 0), ("soon", 0), ("999999999", 86_400)])
def test_what_the_endpoint_asks_to_wait_is_bounded(wait: str, seconds: int) -> None:
    with receiving(status(503, {"Retry-After": wait})) as receiver:
        assert sender().post(receiver.url, b"{}", HOLD).retry_after == seconds


@pytest.mark.parametrize(("answer", "cause"), [(closes, "connection"), (hangs, "timeout"), (drips, "timeout")])
def test_who_breaks_off_hangs_or_drips_is_given_up_in_time(answer: Answering, cause: str) -> None:
    with receiving(answer) as receiver:
        started = time.monotonic()
        outcome = sender(timeout_seconds=30 if answer is closes else 0.5).post(receiver.url, b"{}", HOLD)
        assert time.monotonic() - started < 29
    assert (outcome.status, outcome.cause) == (0, cause)


def test_what_is_taken_is_taken_even_if_the_body_of_the_answer_breaks_off() -> None:
    with receiving(closes_in_the_body) as receiver:
        assert sender().post(receiver.url, b"{}", HOLD).delivered


def test_a_bomb_without_end_is_not_read() -> None:
    with receiving(pours) as receiver:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        assert sender().post(receiver.url, b"{}", HOLD).delivered
        assert time.monotonic() - started < 29
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_nobody_there_is_a_failed_connection() -> None:
    with receiving() as receiver:
        url = receiver.url
    assert sender().post(url, b"{}", HOLD).cause == "connection"


def test_a_name_that_is_none_is_said() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert Sender(HERE, unknown).post("https://hooks.example/", b"{}", HOLD).cause == "name_unknown"


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def test_a_certificate_is_checked_against_roots_and_name(tmp_path: Path) -> None:
    certificate, private = _certificate(tmp_path, "hooks.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, private)
    trusting = ssl.create_default_context(cafile=str(certificate))

    def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with receiving(tls=server) as receiver:
        good, other = (f"https://{name}:{receiver.port}/" for name in ("hooks.example", "other.example"))
        assert Sender(HERE, here, 5, lambda: trusting).post(good, b"{}", HOLD).delivered
        assert Sender(HERE, here, 5, lambda: trusting).post(other, b"{}", HOLD).cause == "certificate"
        assert Sender(HERE, here, 5).post(good, b"{}", HOLD).cause == "certificate"
        assert len(receiver.got) == 1


def test_a_server_that_never_ends_its_handshake_is_given_up() -> None:
    with receiving(hangs) as receiver:  # it speaks no TLS, and waits for a request that does not come
        started = time.monotonic()
        outcome = sender(timeout_seconds=0.5).post(f"https://127.0.0.1:{receiver.port}/", b"{}", HOLD)
        assert outcome.cause in ("timeout", "tls", "connection")
        assert time.monotonic() - started < 29
