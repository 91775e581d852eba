"""What every store keeps of webhooks: one suite, three stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.shell.hooks import KEPT_TRIES, DeadLetter, Endpoint, Hooks, Try
from ledger.shell.stores.open import open_store

LEDGER, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ONE = Endpoint(LEDGER, "e1", "https://hooks.example/", "till", ("invoice.issued/1",), "v1", b"\x00\xff", "2026-01-01")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def hooks(request: pytest.FixtureRequest) -> Iterator[Hooks]:
    urls = {"memory": "memory:", "sqlite": "sqlite_url", "postgresql": "postgres_url"}
    name = urls[request.param]
    url = name if name == "memory:" else str(request.getfixturevalue(name))
    store = open_store(url, create=True)
    yield store.side().hooks()
    store.close()


def test_an_endpoint_is_kept_as_it_was_given(hooks: Hooks) -> None:
    every = replace(ONE, endpoint="e2", types=(), state="disabled", reason="gone", seq=7, attempts=3, again_at="a",
                    last_at="b", last_cause="c", revision=9)  # fmt: skip
    assert hooks.create(ONE)
    assert hooks.create(every)
    assert not hooks.create(replace(ONE, url="https://other.example/"))
    assert hooks.endpoint(LEDGER, "e1") == ONE
    assert hooks.endpoint(LEDGER, "e2") == every
    assert hooks.endpoint(OTHER, "e1") is None


def test_an_endpoint_changes_only_from_the_revision_that_was_read(hooks: Hooks) -> None:
    hooks.create(ONE)
    second = replace(ONE, seq=5, revision=2)
    assert hooks.put(second, 1)
    assert not hooks.put(replace(ONE, seq=1, revision=2), 1)
    assert hooks.endpoint(LEDGER, "e1") == second


def test_endpoints_are_listed_of_one_ledger_or_all(hooks: Hooks) -> None:
    hooks.create(replace(ONE, endpoint="b"))
    hooks.create(replace(ONE, endpoint="a", created_at="2026-01-02"))
    hooks.create(replace(ONE, ledger=OTHER))
    assert [one.endpoint for one in hooks.endpoints(LEDGER)] == ["b", "a"]
    assert [one.ledger for one in hooks.endpoints()] == [LEDGER, LEDGER, OTHER]


def test_the_latest_tries_are_kept_newest_first(hooks: Hooks) -> None:
    hooks.create(ONE)
    for seq in range(1, KEPT_TRIES + 60):
        hooks.tried(LEDGER, "e1", Try(seq, 1, "2026-01-01", 200, "delivered", 5))
    found = hooks.tries(LEDGER, "e1", 1000)
    assert [one.seq for one in found[:2]] == [KEPT_TRIES + 59, KEPT_TRIES + 58]
    assert len(found) == KEPT_TRIES
    assert hooks.tries(LEDGER, "e1", 1) == found[:1]


def test_dead_letters_are_kept_once_asked_for_again_and_buried(hooks: Hooks) -> None:
    hooks.create(ONE)
    for seq in (3, 1, 2):
        hooks.give_up(LEDGER, "e1", DeadLetter(seq, "invoice.issued/1", "2026-01-01", 10, 500, "server_error"))
    hooks.give_up(LEDGER, "e1", DeadLetter(2, "invoice.issued/1", "2026-01-02", 11, 0, "timeout"))
    assert [(one.seq, one.attempts) for one in hooks.dead(LEDGER, "e1")] == [(1, 10), (2, 11), (3, 10)]
    assert [one.seq for one in hooks.dead(LEDGER, "e1", after=1, limit=1)] == [2]
    assert hooks.count_dead() == {(LEDGER, "e1"): 3}
    assert hooks.ask_again(LEDGER, "e1") == 3
    assert all(one.again for one in hooks.dead(LEDGER, "e1"))
    assert hooks.bury(LEDGER, "e1", 1, 1) == 1
    assert hooks.bury(LEDGER, "e1", 3) == 1
    assert [one.seq for one in hooks.dead(LEDGER, "e1")] == [2]


def test_an_endpoint_that_goes_takes_along_all_that_is_told_of_it(hooks: Hooks) -> None:
    hooks.create(ONE)
    hooks.tried(LEDGER, "e1", Try(1, 1, "2026-01-01", 0, "timeout", 5))
    hooks.give_up(LEDGER, "e1", DeadLetter(1, "invoice.issued/1", "2026-01-01", 10, 0, "timeout"))
    assert hooks.delete(LEDGER, "e1")
    assert not hooks.delete(LEDGER, "e1")
    assert hooks.tries(LEDGER, "e1") == []
    assert hooks.dead(LEDGER, "e1") == []
    assert hooks.count_dead() == {}
