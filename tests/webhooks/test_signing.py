"""Signatures: what the specification's own library takes, and what nobody should."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.webhooks.signing import headers_of, new_secret, public_key

MESSAGE = "0e8f3a4a-0000-4000-8000-000000000001:12"
BODY = '{"type":"invoice.issued/1","data":{"label":"Vase en grès"}}'.encode()


def now() -> datetime:
    """The official library takes a message of the last five minutes only: a suite lasts longer."""
    return datetime.now(UTC)


def test_the_official_library_takes_our_signature() -> None:
    secret = new_secret("v1")
    headers = headers_of([secret], MESSAGE, now(), BODY)
    assert Webhook(secret).verify(BODY, headers)["type"] == "invoice.issued/1"


def test_the_signature_is_that_of_the_specification_s_example() -> None:
    # The vector of the official libraries' own tests.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = headers_of([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_after_a_rotation_the_old_secret_and_the_new_both_verify() -> None:
    old, new = new_secret("v1"), new_secret("v1")
    headers = headers_of([new, old], MESSAGE, now(), BODY)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (old, new):
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret("v1")).verify(BODY, headers)


def test_a_changed_body_id_or_time_does_not_verify() -> None:
    secret = new_secret("v1")
    headers = headers_of([secret], MESSAGE, now(), BODY)
    for body, changed in (
        (BODY + b" ", {}),
        (BODY, {"webhook-id": MESSAGE + "0"}),
        (BODY, {"webhook-timestamp": str(int(now().timestamp()) - 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, {**headers, **changed})


def test_an_ed25519_signature_verifies_under_the_public_key_alone() -> None:
    secret = new_secret("v1a")
    public = public_key(secret)
    assert public is not None
    assert public.startswith("whpk_")
    headers = headers_of([secret], MESSAGE, now(), BODY)
    version, _, signature = headers["webhook-signature"].partition(",")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    content = f"{MESSAGE}.{headers['webhook-timestamp']}.".encode() + BODY
    assert version == "v1a"
    key.verify(base64.b64decode(signature), content)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), content + b" ")


def test_a_secret_has_the_form_and_length_of_the_specification() -> None:
    assert len(base64.b64decode(new_secret("v1").removeprefix("whsec_"))) == 32
    assert new_secret("v1a").startswith("whsk_")
    assert public_key(new_secret("v1")) is None


def test_a_message_whose_id_has_a_full_stop_is_not_signed() -> None:
    with pytest.raises(ValueError, match="full stop"):
        headers_of([new_secret("v1")], "a.b", now(), BODY)
