"""What every store keeps of messages: one suite, three stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from ledger.shell.outbox import SERVER, KeptTemplate, MessageSettings, Outbox, Outgoing, State
from ledger.shell.stores.open import open_store

LEDGER, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ONE = Outgoing(LEDGER, "m1", "code", "fr", "client", "about", b"\x00\xff", "2026-01-01", again_at="2026-01-02")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def outbox(request: pytest.FixtureRequest) -> Iterator[Outbox]:
    urls = {"memory": "memory:", "sqlite": "sqlite_url", "postgresql": "postgres_url"}
    name = urls[request.param]
    url = name if name == "memory:" else str(request.getfixturevalue(name))
    store = open_store(url, create=True)
    yield store.side().outbox()
    store.close()


def test_a_message_is_kept_once_and_as_it_was_given(outbox: Outbox) -> None:
    every = replace(
        ONE, message="m2", state="sending", attempts=3, last_at="a", last_cause="b", digest="c", expires_at="d",
        revision=9,
    )  # fmt: skip
    assert outbox.create(ONE)
    assert not outbox.create(replace(ONE, template="other"))
    assert outbox.create(every)
    assert outbox.create(replace(ONE, ledger=SERVER))
    assert (outbox.get(LEDGER, "m1"), outbox.get(LEDGER, "m2"), outbox.get(OTHER, "m1")) == (ONE, every, None)


def test_a_message_changes_only_from_the_revision_that_was_read(outbox: Outbox) -> None:
    outbox.create(ONE)
    second = replace(ONE, state="waiting", body=b"", revision=2)
    assert outbox.put(second, 1)
    assert not outbox.put(replace(ONE, state="failed", revision=2), 1)
    assert outbox.get(LEDGER, "m1") == second


def test_what_is_due_is_open_and_its_time_has_come_longest_first(outbox: Outbox) -> None:
    for n, state in enumerate(get_args(State)):
        row = replace(ONE, message=f"m{n}", again_at=f"2026-01-0{9 - n}")
        outbox.create(row)
        outbox.put(replace(row, state=state, revision=2), 1)
    assert [one.message for one in outbox.due("2026-01-08")] == ["m3", "m2", "m1"]
    assert [one.message for one in outbox.due("2026-01-09", 2)] == ["m3", "m2"]
    kept = [row.message for row in outbox.holding(LEDGER)]
    assert kept == ["m0", "m1", "m2", "m3", "m5"]  # all but what was sent or dropped
    assert outbox.counts() == {(LEDGER, state): 1 for state in ("prepared", "waiting", "sending", "handed")}


def test_the_latest_come_first_and_settled_ones_are_forgotten_in_time(outbox: Outbox) -> None:
    for n in range(4):
        state: State = "sent" if n < 3 else "waiting"
        outbox.create(replace(ONE, message=f"m{n}", created_at=f"2026-01-0{n + 1}", state=state))
    outbox.create(replace(ONE, ledger=OTHER))
    assert [one.message for one in outbox.latest(LEDGER)] == ["m3", "m2", "m1", "m0"]
    assert [one.message for one in outbox.latest(LEDGER, "2026-01-03", 1)] == ["m1"]
    assert outbox.prune("2026-01-03") == 2
    assert [one.message for one in outbox.latest(LEDGER)] == ["m3", "m2"]


def test_templates_are_kept_by_revision_and_let_go(outbox: Outbox) -> None:
    kept = KeptTemplate(LEDGER, "code", "fr", "Objet", "Texte", "2026-01-01", 1)
    assert outbox.template(LEDGER, "code", "fr") is None
    assert outbox.put_template(kept, 0)
    assert not outbox.put_template(kept, 0)
    second = replace(kept, words="Autre", revision=2)
    assert outbox.put_template(second, 1)
    assert not outbox.put_template(second, 1)
    assert (outbox.template(LEDGER, "code", "fr"), outbox.templates(LEDGER), outbox.templates(OTHER)) == (
        second, [second], [],
    )  # fmt: skip
    assert outbox.delete_template(LEDGER, "code", "fr")
    assert not outbox.delete_template(LEDGER, "code", "fr")


def test_settings_are_the_default_ones_until_somebody_keeps_others(outbox: Outbox) -> None:
    assert outbox.settings(LEDGER) == MessageSettings(LEDGER)
    kept = MessageSettings(LEDGER, "on", 8, "2026-01-01", 41, 1)
    assert outbox.put_settings(kept, 0)
    assert not outbox.put_settings(replace(kept, enabled="off"), 0)
    assert outbox.put_settings(replace(kept, enabled="off", revision=2), 1)
    assert outbox.settings(LEDGER) == replace(kept, enabled="off", revision=2)
