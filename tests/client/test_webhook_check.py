"""The client's check of webhooks takes ours and the official library's, and nothing that was touched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from api.client import Unverified, verify_webhook
from api.webhooks.signing import headers_of, new_secret, public_key

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
BODY = b'{"specversion":"1.0","type":"invoice.issued/1"}'
MESSAGE = "0e8f3a4a-0000-4000-8000-000000000001:12"


def test_what_the_server_signs_is_verified_under_either_scheme() -> None:
    for scheme in ("v1", "v1a"):
        secret = new_secret("v1a" if scheme == "v1a" else "v1")
        headers = headers_of([secret], MESSAGE, NOW, BODY)
        found = verify_webhook(headers, BODY, public_key(secret) or secret, now_seconds=AT)
        assert (found.id, found.event["type"]) == (MESSAGE, "invoice.issued/1")


def test_what_the_official_library_signs_is_verified() -> None:
    secret = new_secret("v1")
    signature = Webhook(secret).sign(MESSAGE, NOW, BODY.decode())
    headers = {"Webhook-Id": MESSAGE, "Webhook-Timestamp": str(AT), "Webhook-Signature": f"v9,xx {signature}"}
    assert verify_webhook(headers, BODY, secret, now_seconds=AT).id == MESSAGE


def test_during_a_rotation_either_side_may_have_two_secrets() -> None:
    old, new, other = (new_secret("v1") for _ in range(3))
    headers = headers_of([new, old], MESSAGE, NOW, BODY)
    for secrets in (old, new, [other, old]):
        verify_webhook(headers, BODY, secrets, now_seconds=AT)
    with pytest.raises(Unverified, match="signature"):
        verify_webhook(headers, BODY, other, now_seconds=AT)


@pytest.mark.parametrize(
    ("changed", "body", "later", "cause"),
    [
        ({}, BODY + b" ", 0, "signature"),
        ({"webhook-id": "other:1"}, BODY, 0, "signature"),
        ({"webhook-timestamp": str(AT + 1)}, BODY, 0, "signature"),
        ({}, BODY, 301, "time"),
        ({}, BODY, -301, "time"),
        ({"webhook-timestamp": "soon"}, BODY, 0, "headers"),
        ({"webhook-timestamp": "٣"}, BODY, 0, "headers"),
        ({"webhook-id": ""}, BODY, 0, "headers"),
        ({"webhook-signature": ""}, BODY, 0, "headers"),
        ({"webhook-signature": "v1,not base64"}, BODY, 0, "signature"),
        ({"webhook-signature": "v1a,AAAA"}, BODY, 0, "signature"),
        ({"webhook-signature": "v1"}, BODY, 0, "signature"),
    ],
)
def test_what_was_touched_is_old_or_is_not_whole_is_refused(
    changed: dict[str, str], body: bytes, later: int, cause: str
) -> None:
    secret = new_secret("v1")
    headers = {**headers_of([secret], MESSAGE, NOW, BODY), **changed}
    with pytest.raises(Unverified) as refused:
        verify_webhook(headers, body, secret, now_seconds=AT + later)
    assert refused.value.cause == cause


def test_a_body_that_is_no_object_is_refused_even_if_it_is_signed() -> None:
    secret = new_secret("v1")
    for body in (b"[]", b"nothing"):
        with pytest.raises(Unverified, match="body"):
            verify_webhook(headers_of([secret], MESSAGE, NOW, body), body, secret, now_seconds=AT)
