"""What every store keeps of signing: one suite, three stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.shell.signing import KeptFile, SentCode, Signing
from ledger.shell.stores.open import open_store

LEDGER, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
CODE = SentCode(LEDGER, "s1", "p1", "d" * 64, b"\x00\xff" * 16, "2026-11-23T09:00:00.000000Z", "2026-11-23T09:10:00Z")
FILE = KeptFile(LEDGER, "signature:s1", "e" * 64, "pdf", 3, b"\x00\x01\xff", "2026-11-23T09:00:00.000000Z")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def kept(request: pytest.FixtureRequest) -> Iterator[Signing]:
    urls = {"memory": "memory:", "sqlite": "sqlite_url", "postgresql": "postgres_url"}
    name = urls[request.param]
    url = name if name == "memory:" else str(request.getfixturevalue(name))
    store = open_store(url, create=True)
    yield store.side().signing()
    store.close()


def test_a_signatory_has_one_code_the_last(kept: Signing) -> None:
    kept.put_code(CODE)
    kept.put_code(replace(CODE, signatory="p2"))
    newer = replace(CODE, hash=b"\x01" * 32, document="f" * 64, sent_at="b", expires_at="c")
    kept.put_code(newer)
    assert kept.code(LEDGER, "s1", "p1") == newer
    assert kept.code(LEDGER, "s1", "p2") == replace(CODE, signatory="p2")
    assert kept.code(OTHER, "s1", "p1") is None
    kept.drop_code(LEDGER, "s1", "p1")
    kept.drop_code(LEDGER, "s1", "p1")
    assert kept.code(LEDGER, "s1", "p1") is None
    assert kept.code(LEDGER, "s1", "p2") is not None


def test_codes_that_expired_go(kept: Signing) -> None:
    kept.put_code(CODE)
    kept.put_code(replace(CODE, signatory="p2", expires_at="2026-11-24"))
    assert kept.drop_codes(LEDGER, "2026-11-23T09:10:00Z") == 0
    assert kept.drop_codes(OTHER, "2026-11-23T09:10:01Z") == 0
    assert kept.drop_codes(LEDGER, "2026-11-23T09:10:01Z") == 1
    assert kept.code(LEDGER, "s1", "p2") is not None


def test_a_file_is_kept_once_for_what_it_is_of_and_goes_with_it(kept: Signing) -> None:
    assert kept.put_file(FILE)
    assert not kept.put_file(replace(FILE, data=b"other"))
    assert kept.put_file(replace(FILE, about="signature:s2"))
    assert kept.put_file(replace(FILE, ledger=OTHER, kind="drawing"))
    assert kept.file(LEDGER, "signature:s1", "e" * 64) == FILE
    assert kept.file(LEDGER, "signature:s3", "e" * 64) is None
    assert kept.files(LEDGER) == [(about, "e" * 64, FILE.kept_at) for about in ("signature:s1", "signature:s2")]
    assert kept.drop_files(LEDGER, "signature:s1") == 1
    assert kept.drop_files(LEDGER, "signature:s1") == 0
    assert kept.file(OTHER, "signature:s1", "e" * 64) == replace(FILE, ledger=OTHER, kind="drawing")
