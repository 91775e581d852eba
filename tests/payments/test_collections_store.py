"""What every store keeps of online payments: one suite, three stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.shell.collections import Account, Collection, Collections
from ledger.shell.stores.open import open_store

LEDGER, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ACCOUNT = Account(
    LEDGER, "stripe", True, ("card", "sepa_debit"), b"\x00\xff", "2026-01-01", "2026-01-02", marks=("a", "b")
)
ONE = Collection(LEDGER, "c1", "stripe", "a1", "invoice", 1_200, "EUR", "2026-01-01", "2026-01-02", b"\x00\xfe")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def rows(request: pytest.FixtureRequest) -> Iterator[Collections]:
    urls = {"memory": "memory:", "sqlite": "sqlite_url", "postgresql": "postgres_url"}
    name = urls[request.param]
    store = open_store(name if name == "memory:" else str(request.getfixturevalue(name)), create=True)
    yield store.side().collections()
    store.close()


def test_an_account_is_kept_as_it_was_given_one_for_each_provider(rows: Collections) -> None:
    assert rows.add_account(ACCOUNT)
    assert not rows.add_account(replace(ACCOUNT, test_mode=False))
    assert rows.add_account(replace(ACCOUNT, ledger=OTHER, ways=()))
    assert rows.account(LEDGER, "stripe") == ACCOUNT
    assert rows.account(LEDGER, "other") is None
    assert rows.accounts(LEDGER) == [ACCOUNT]
    assert [each.ledger for each in rows.accounts()] == [LEDGER, OTHER]


def test_an_account_changes_only_from_the_revision_that_was_read(rows: Collections) -> None:
    rows.add_account(ACCOUNT)
    second = replace(ACCOUNT, swept_at="later", secrets=b"x", revision=2, marks=())
    assert rows.put_account(second, 1)
    assert not rows.put_account(replace(second, ways=()), 1)
    assert rows.account(LEDGER, "stripe") == second
    assert rows.delete_account(LEDGER, "stripe")
    assert not rows.delete_account(LEDGER, "stripe")


def test_a_document_has_one_collection_at_a_time(rows: Collections) -> None:
    assert rows.create(ONE)
    assert not rows.create(ONE)
    assert not rows.create(replace(ONE, collection="c2"))
    assert rows.create(replace(ONE, ledger=OTHER))
    assert rows.create(replace(ONE, collection="c3", about="a2", created_at="2025-01-01"))
    assert rows.of_document(LEDGER, "a1") == rows.collection(LEDGER, "c1") == ONE
    assert rows.of_document(LEDGER, "a9") is None
    assert [each.collection for each in rows.collections(LEDGER)] == ["c3", "c1"]
    assert len(rows.collections()) == 3
    assert rows.delete(LEDGER, "c1")
    assert not rows.delete(LEDGER, "c1")
    assert rows.create(replace(ONE, collection="c2"))


def test_a_collection_changes_only_from_the_revision_that_was_read(rows: Collections) -> None:
    rows.create(ONE)
    second = replace(ONE, state="open", reference="cs_" + "x" * 200, private=b"p", revision=2)
    assert rows.put(second, 1)
    assert not rows.put(replace(second, state="waiting"), 1)
    assert rows.collection(LEDGER, "c1") == second
