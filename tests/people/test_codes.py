"""Authenticator and recovery codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.people.codes import enrolment, recovery_code, recovery_hash, step_of

SECRET = b"12345678901234567890"  # RFC 6238 appendix B
SECRETS = st.binary(min_size=20, max_size=20)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
     (2_000_000_000, "279037"), (20_000_000_000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert step_of(SECRET, code, at(seconds), -1) == seconds // 30


def test_a_code_is_of_now_or_one_step_off() -> None:
    now = at(1_111_111_111)
    for off, accepted in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        moment = now + timedelta(seconds=off)
        assert (step_of(SECRET, "050471", moment, -1) is not None) == accepted


def test_a_code_of_a_step_that_was_taken_is_none() -> None:
    step = 1_111_111_111 // 30
    assert step_of(SECRET, "050471", at(1_111_111_111), step - 1) == step
    assert step_of(SECRET, "050471", at(1_111_111_111), step) is None


@pytest.mark.parametrize("typed", ["050 471", " 050471 ", "05 04 71"])
def test_spaces_in_a_code_do_not_matter(typed: str) -> None:
    assert step_of(SECRET, typed, at(1_111_111_111), -1) is not None


@given(st.text())
def test_no_text_breaks_the_comparison(typed: str) -> None:
    assert step_of(SECRET, typed, at(1_111_111_111), -1) in (None, 37_037_036, 37_037_037, 37_037_038)


@pytest.mark.parametrize("typed", ["०५०४७१", "-50471", "0504710", "", "+50471"])
def test_only_six_plain_digits_are_a_code(typed: str) -> None:
    assert step_of(SECRET, typed, at(1_111_111_111), -1) is None


def test_the_qr_code_says_what_the_authenticator_needs(tmp_path: Any) -> None:
    import segno
    import zxingcpp
    from PIL import Image

    made = enrolment(SECRET, "ada@example.com", "Sceau")
    assert made.secret == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert made.uri.startswith("otpauth://totp/Sceau:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert made.svg.startswith("<svg")
    assert "<script" not in made.svg
    assert " style=" not in made.svg
    out = BytesIO()
    segno.make(made.uri, error="m", micro=False).save(out, kind="png", scale=5, border=4)
    assert zxingcpp.read_barcodes(Image.open(out))[0].text == made.uri
    assert made.secret not in repr(made)


@given(st.binary(min_size=10, max_size=10), SECRETS)
def test_a_recovery_code_is_known_however_it_is_typed(random: bytes, secret: bytes) -> None:
    code = recovery_code(random)
    assert len(code) == 19
    kept = recovery_hash(secret, "u", code)
    assert kept is not None
    for typed in (code.upper(), code.replace("-", ""), f"  {code} ", code.replace("0", "O").replace("1", "I")):
        assert recovery_hash(secret, "u", typed) == kept
    assert recovery_hash(secret, "another", code) != kept
    assert recovery_hash(secret + b"x", "u", code) != kept


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_two_recovery_codes_are_one_only_if_made_of_the_same_bytes(one: bytes, other: bytes) -> None:
    assert (recovery_code(one) == recovery_code(other)) == (one == other)


@pytest.mark.parametrize("typed", ["", "123456", "abcd-abcd-abcd-abc", "abcd-abcd-abcd-abcu", "é" * 16])
def test_what_is_no_recovery_code_has_no_hash(typed: str) -> None:
    assert recovery_hash(b"k", "u", typed) is None
