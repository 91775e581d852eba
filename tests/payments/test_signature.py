"""A message is the provider's when it is signed with its secret, over its bytes, within five minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from api.payments.provider import NotSigned
from api.payments.stripe import check_signature, is_test_key, is_webhook_secret
from tests.payments.signing import sign

SECRET, OTHER = "whsec_0123456789abcdef", "whsec_fedcba9876543210"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
BODY = b'{"object": "event"}'


def reason(header: str | None, body: bytes = BODY, now: datetime = NOW, secrets: tuple[str, ...] = (SECRET,)) -> str:
    with pytest.raises(NotSigned) as found:
        check_signature(body, header, secrets, now)
    return found.value.reason


def test_what_stripe_signs_is_taken_with_any_of_our_secrets_and_any_of_its_signatures() -> None:
    check_signature(BODY, sign(SECRET, BODY, AT), [SECRET], NOW)
    check_signature(BODY, sign(SECRET, BODY, AT), [OTHER, SECRET], NOW)
    rolled = sign(OTHER, BODY, AT) + "," + sign(SECRET, BODY, AT).partition(",")[2] + ",v0=abc"
    check_signature(BODY, rolled, [SECRET], NOW)


def test_stripes_own_library_agrees() -> None:
    at = int(datetime.now(UTC).timestamp())
    assert stripe.WebhookSignature.verify_header(BODY.decode(), sign(SECRET, BODY, at), SECRET, 300)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "missing"),
        ("", "malformed"),
        ("t=1", "malformed"),
        ("v1=00", "malformed"),
        (f"t={AT},t={AT},v1=00", "malformed"),
        ("t=٣,v1=00", "malformed"),
        ("t=-1,v1=00", "malformed"),
        (f"t={AT},v1=é", "malformed"),
        ("t=1,v1=" + "0" * 3000, "malformed"),
        (f"t={AT},v0=00", "malformed"),
        (f"t={AT},v1=00", "wrong"),
        ("t=999999999999,v1=00", "wrong"),
        (sign(OTHER, BODY, AT), "wrong"),
    ],
)
def test_anything_else_is_not(header: str | None, expected: str) -> None:
    assert reason(header) == expected


def test_a_message_is_taken_for_five_minutes_before_and_after() -> None:
    header = sign(SECRET, BODY, AT)
    for late in (timedelta(minutes=5), -timedelta(minutes=5)):
        check_signature(BODY, header, [SECRET], NOW + late)
        assert reason(header, now=NOW + late * 1.01) == "too_old"
    assert reason(sign(SECRET, BODY, 999_999_999_999)) == "too_old"


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_no_other_bytes_pass_under_a_signature(signed: bytes, sent: bytes) -> None:
    if signed != sent:
        assert reason(sign(SECRET, signed, AT), sent) == "wrong"


def test_keys_are_told_apart_by_their_mode() -> None:
    assert is_test_key("sk_test_0123456789") is True
    assert is_test_key("rk_live_0123456789") is False
    for none in (
        "",
        "pk_test_0123456789",
        "sk_test_",
        "sk_other_0123456789",
        "sk_test_01234 6789",
        "sk_live_é123456789",
    ):
        assert is_test_key(none) is None
    assert is_webhook_secret(SECRET)
    assert not is_webhook_secret("sk_test_0123456789")
