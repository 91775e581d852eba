"""Revocation lists travel in the stamp, and a revoked authority's stamp does not hold: `openssl ca` and `ts` agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp  # type: ignore[import-untyped] # it has no types
from cryptography import x509

from archive.anchors.anchor import AnchorFailure
from archive.anchors.revocation import revoked
from archive.anchors.stamps import chain_of, check, load_roots, with_lists
from archive.anchors.timestamp import TimestampAnchor
from archive.verifiers.verify import open_stamp
from ledger.kernel.errors import Malformed
from tests.anchors.authority import Authority, verified_by_openssl
from tests.anchors.log import Log


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    with Authority(tmp_path / "tsa", crl=True) as made:
        yield made


@pytest.fixture(scope="module")
def log() -> Log:
    return Log().grow(12)


def carried(proof: bytes) -> int:
    return len(tsp.TimeStampResp.load(proof)["time_stamp_token"]["content"]["crls"] or ())


def test_the_list_travels_in_the_stamp_and_everybody_still_reads_it(
    authority: Authority, log: Log, tmp_path: Path
) -> None:
    roots = load_roots(authority.root)
    anchor = TimestampAnchor(authority.url, roots)
    placed = anchor.put(log.target())
    assert carried(placed.proof) == 1
    assert check(placed.proof, log.target().own, roots).at == placed.at
    (tmp_path / "note").write_bytes(log.note())
    (tmp_path / "proof").write_bytes(placed.proof)
    assert verified_by_openssl(tmp_path / "note", tmp_path / "proof", authority.folder / "ca.pem")
    assert open_stamp(placed.proof).signed.holds is True  # the program that travels with archives
    anchor.put(log.target(11))
    assert authority.lists == 1  # once an hour


@pytest.mark.parametrize("fault", ["garbage", "long", "500"])
def test_a_list_that_cannot_be_had_never_fails_the_stamp(authority: Authority, log: Log, fault: str) -> None:
    authority.list_fault = fault
    placed = TimestampAnchor(authority.url, load_roots(authority.root)).put(log.target())
    assert carried(placed.proof) == 0


def test_nobody_is_asked_for_the_sake_of_an_authority_that_is_not_known(authority: Authority, log: Log) -> None:
    TimestampAnchor(authority.url).put(log.target())
    assert authority.lists == 0


def test_a_revoked_authority_stamps_nothing_any_more(authority: Authority, log: Log) -> None:
    authority.revoke("superseded")
    with pytest.raises(AnchorFailure, match="bad_answer: revoked"):
        TimestampAnchor(authority.url, load_roots(authority.root)).put(log.target())


@pytest.mark.parametrize(("reason", "bad"), [("superseded", False), ("keyCompromise", True), (None, True)])
def test_a_revocation_after_the_stamp_counts_only_for_some_reasons(
    authority: Authority, log: Log, reason: str | None, bad: bool
) -> None:
    roots = load_roots(authority.root)
    proof = TimestampAnchor(authority.url, roots).put(log.target()).proof
    authority.revoke(reason)
    chain, lists = chain_of(proof, log.target().own, roots), [authority.crl()]
    now = datetime.now(UTC)
    assert revoked(chain, lists, now - timedelta(minutes=5)) is bad  # RFC 3161 section 4
    assert revoked(chain, lists, now + timedelta(minutes=5)) is True
    assert revoked(chain, [], now + timedelta(minutes=5)) is False


def test_a_list_of_somebody_else_says_nothing_and_a_carried_one_is_heeded(
    authority: Authority, log: Log, tmp_path: Path
) -> None:
    roots = load_roots(authority.root)
    authority.list_fault = "500"
    proof = TimestampAnchor(authority.url, roots).put(log.target()).proof
    with Authority(tmp_path / "other", crl=True) as other:
        (folder := other.folder).joinpath("tsa.pem").write_bytes((authority.folder / "tsa.pem").read_bytes())
        other.revoke("keyCompromise")  # names the same certificate, signed by another root of the same name
        forged = other.crl()
        assert folder.exists()
    serial = x509.load_pem_x509_certificate((authority.folder / "tsa.pem").read_bytes()).serial_number
    assert x509.load_der_x509_crl(forged).get_revoked_certificate_by_serial_number(serial) is not None
    assert check(with_lists(proof, [forged]), log.target().own, roots).trusted
    authority.revoke("keyCompromise")
    with pytest.raises(Malformed, match="revoked"):
        check(with_lists(proof, [forged, authority.crl()]), log.target().own, roots)
