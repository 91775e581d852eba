"""Commitments: what the vectors do not show."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel import canonical, commitment
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed
from tests.kernel.test_canonical import TEXT, VALUES

LEDGER = "c6a12145-79c1-814c-a429-e531e5364f9c"
SALT = "0123456789abcdef" * 2
DIGEST = "ab" * 32
PATHS = st.lists(TEXT.map(lambda part: part.replace("~", "~0").replace("/", "~1")), min_size=1).map(
    lambda parts: "".join(f"/{part}" for part in parts)
)


@given(PATHS, VALUES)
def test_the_digest_is_that_of_the_page(path: str, value: Json) -> None:
    expected = hashlib.sha256(rfc8785.dumps(["sceau-commit/1", LEDGER, path, SALT, value])).hexdigest()
    assert commitment.commit(LEDGER, path, SALT, value) == expected
    assert commitment.check(expected, LEDGER, path, SALT, canonical.encode(value))


def test_a_salt_makes_the_same_name_another_digest() -> None:
    other = commitment.commit(LEDGER, "/client", "f" * 32, "Zoé")
    assert other != commitment.commit(LEDGER, "/client", SALT, "Zoé")


def test_commitments_are_found_wherever_they_are() -> None:
    hidden = commitment.committed(DIGEST)
    body: dict[str, Json] = {"client": hidden, "lines": [{"a/b": hidden}, {"n": 1}], "n": 1}
    expected = [("/client", DIGEST), ("/lines/0/a~1b", DIGEST)]
    assert list(commitment.commitments(body)) == expected
    assert dict(commitment.quick_commitments(body, canonical.encode(body))) == dict(expected)


@pytest.mark.parametrize(
    "body",
    [
        {"$c": DIGEST},
        {"a": {"$c": DIGEST, "b": 1}},
        {"a": {"$c": DIGEST.upper()}},
        {"a": {"$c": DIGEST[:-1]}},
        {"a": {"$c": 1}},
        {"a": [{"$c": None}]},
    ],
)
def test_a_commitment_out_of_shape_is_refused(body: dict[str, Json]) -> None:
    with pytest.raises(Malformed, match="commitment"):
        list(commitment.commitments(body))
    with pytest.raises(Malformed, match="commitment"):
        commitment.quick_commitments(body, canonical.encode(body))


def test_text_that_speaks_of_a_commitment_is_none() -> None:
    body: dict[str, Json] = {"note": '{"$c":"x"}', "client": commitment.committed(DIGEST)}
    assert dict(commitment.quick_commitments(body, canonical.encode(body))) == {"/client": DIGEST}
