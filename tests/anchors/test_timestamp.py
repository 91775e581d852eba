"""Time stamps against a real authority: `openssl ts`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.anchors.anchor import AnchorFailure
from archive.anchors.stamps import check as check_stamp
from archive.anchors.stamps import load_roots
from archive.anchors.timestamp import TimestampAnchor, request_stamp
from ledger.kernel.checkpoint import cosign, imprint
from ledger.kernel.errors import Malformed
from tests.anchors.authority import Authority, verified_by_openssl
from tests.anchors.log import Log


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("other")) as made:
        yield made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("tsa")) as made:
        yield made


@pytest.fixture
def authority(made: Authority) -> Authority:
    made.fault = None
    return made


@pytest.fixture(scope="module")
def log() -> Log:
    return Log().grow(12)


def anchor(authority: Authority) -> TimestampAnchor:
    return TimestampAnchor(authority.url, load_roots(authority.root))


def test_a_checkpoint_is_stamped_and_openssl_agrees(authority: Authority, log: Log, tmp_path: Path) -> None:
    placed = anchor(authority).put(log.target())
    stamp = check_stamp(placed.proof, log.target().own, load_roots(authority.root))
    assert stamp.at == placed.at
    assert abs(datetime.now(UTC) - stamp.at) < timedelta(minutes=1)
    assert (stamp.authority, stamp.trusted) == ("CN=Test time stamps", True)
    (tmp_path / "note").write_bytes(log.note())
    (tmp_path / "proof").write_bytes(placed.proof)
    assert verified_by_openssl(tmp_path / "note", tmp_path / "proof", authority.folder / "ca.pem")
    (tmp_path / "note").write_bytes(log.note(11))
    assert not verified_by_openssl(tmp_path / "note", tmp_path / "proof", authority.folder / "ca.pem")


def test_cosignatures_that_come_in_later_change_nothing(authority: Authority, log: Log) -> None:
    placed = anchor(authority).put(log.target())
    cosigned = cosign(log.note(), Log().signer, 1_700_000_000)
    target = log.target().__class__("x", cosigned, log.key, lambda old: ())
    assert check_stamp(placed.proof, target.own).at == placed.at
    assert imprint(cosigned, log.key) == imprint(log.note(), log.key)


def test_a_stamp_of_another_root_is_not_trusted(authority: Authority, other: Authority, log: Log) -> None:
    proof = request_stamp(other.url, log.note(), load_roots(other.root))
    assert check_stamp(proof, log.note()).trusted is False
    with pytest.raises(Malformed, match="root"):
        check_stamp(proof, log.note(), load_roots(authority.root))
    with pytest.raises(AnchorFailure, match="bad_answer"):
        TimestampAnchor(other.url, load_roots(authority.root)).put(log.target())


def test_a_stamp_of_other_bytes_is_not_ours(authority: Authority, log: Log) -> None:
    proof = request_stamp(authority.url, log.note(11))
    with pytest.raises(Malformed, match="imprint"):
        check_stamp(proof, log.note())


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("refused", "refused"),
        ("500", "refused"),
        ("redirect", "refused"),
        ("other data", "bad_answer"),
        ("replayed", "bad_answer"),
        ("garbage", "bad_answer"),
        ("empty", "bad_answer"),
        ("cut", "bad_answer"),
        ("flipped", "bad_answer"),
        ("long", "bad_answer"),
    ],
)
def test_an_answer_that_does_not_hold_is_no_anchor(authority: Authority, log: Log, fault: str, cause: str) -> None:
    authority.fault = fault
    with pytest.raises(AnchorFailure) as failed:
        anchor(authority).put(log.target())
    assert failed.value.cause == cause
    assert authority.url not in str(failed.value)


def test_an_authority_that_is_away_is_unreachable(log: Log) -> None:
    with pytest.raises(AnchorFailure) as failed:
        TimestampAnchor("http://127.0.0.1:9/tsa", timeout_seconds=0.5).put(log.target())
    assert failed.value.cause == "unreachable"


@pytest.mark.parametrize("url", ["", "tsa.example", "file:///etc/passwd", "ftp://tsa.example/", "http://"])
def test_an_address_of_no_authority_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        TimestampAnchor(url)


def test_every_byte_of_a_stamp_counts(authority: Authority, log: Log) -> None:
    proof = request_stamp(authority.url, log.note())
    roots = load_roots(authority.root)
    good = check_stamp(proof, log.note(), roots)
    for place in range(0, len(proof), 7):
        flipped = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        try:
            stamp = check_stamp(flipped, log.note(), roots)
        except Malformed:
            continue
        assert stamp == good  # a byte of the status text or of an unsigned place: what it says is the same


@pytest.mark.parametrize(("key", "digest"), [("rsa:2048", "sha512"), ("P-384", "sha384"), ("P-256", "sha256")])
def test_authorities_sign_with_keys_of_their_own(tmp_path: Path, log: Log, key: str, digest: str) -> None:
    with Authority(tmp_path / "tsa", key, digest) as authority:
        placed = anchor(authority).put(log.target())
    assert check_stamp(placed.proof, log.note(), load_roots(authority.root)).trusted


@pytest.mark.parametrize("stamp", ["clientAuth", "critical, clientAuth", "timeStamping"])
def test_a_certificate_that_is_not_for_stamping_is_none(tmp_path: Path, log: Log, stamp: str) -> None:
    with Authority(tmp_path / "tsa", usage=stamp) as authority, pytest.raises(AnchorFailure) as failed:
        anchor(authority).put(log.target())
    assert failed.value.cause in ("bad_answer", "unreachable")  # openssl itself will not stamp with some of them
