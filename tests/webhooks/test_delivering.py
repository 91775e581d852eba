"""Delivery: in order, again until it is taken, given up in the end and told; nothing twice at once, nothing lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from api.webhooks.endpoints import NotJournalled, NotSo, Unknown
from api.webhooks.schedule import DELAYS, TRIES, delay
from api.webhooks.sending import Outcome
from ledger.domain.commands.parties import JournalAccess
from ledger.domain.refusals import refuse
from ledger.shell.errors import KeyMissing
from ledger.shell.keys import KeyStore
from ledger.shell.stores.open import open_store
from tests.shell.business import answered
from tests.webhooks.receiver import Got, Handler, closes, hangs, in_turn, receiving, sender, status
from tests.webhooks.scene import ACTOR, Scene, scene


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as one:
        yield one


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    urls = {"memory": "memory:", "sqlite": "sqlite_url", "postgresql": "postgres_url"}
    name = urls[request.param]
    url = name if name == "memory:" else str(request.getfixturevalue(name))
    with scene(tmp_path, store=open_store(url, create=True)) as one:
        yield one


def test_events_arrive_in_order_signed_once_under_a_name_that_never_changes(anywhere: Scene) -> None:
    on = anywhere
    made = on.add()
    seqs = on.sell(3)
    on.deliver(2)
    assert on.receiver.seqs == seqs
    assert [one.message for one in on.receiver.got] == [f"{on.ledger}:{seq}" for seq in seqs]
    assert made.secret is not None
    for got in on.receiver.got:
        assert got.headers["content-type"] == "application/cloudevents+json"
        at = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
        signature = Webhook(made.secret).sign(got.message, at, got.body.decode())  # `verify` has a clock of its own
        assert got.headers["webhook-signature"] == signature
        event = orjson.loads(got.body)
        assert (event["specversion"], event["type"]) == ("1.0", "invoice.issued/1")
        assert event["sequence"] == f"{got.seq:016d}"


def test_only_what_is_asked_for_arrives_and_only_from_then_on(on: Scene) -> None:
    on.sell()
    made = on.add(types=["payment.received/1"])
    every = on.add(types=[], label="every")
    on.sell()
    on.deliver()
    head = on.service.store.head(on.ledger)
    assert head is not None
    assert on.receiver.seqs == [head.seq]  # not even its own entry
    assert on.one(every).seq == head.seq
    assert on.one(made).last_at == ""


def test_an_endpoint_may_begin_at_the_beginning(on: Scene) -> None:
    on.add(types=[], after=0)
    on.deliver()
    head = on.service.store.head(on.ledger)
    assert head is not None
    assert on.receiver.seqs == list(range(1, head.seq + 1))


def test_no_private_value_and_no_secret_leaves(on: Scene, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    made = on.add(types=[], after=0)
    on.sell()
    on.receiver.answer = in_turn(status(500), status(204))
    on.deliver()
    on.later(timedelta(hours=1))
    on.deliver()
    bodies = b"".join(got.body for got in on.receiver.got)
    assert len(on.receiver.got) > 3
    assert b"Jeanne" not in bodies
    assert b"Rennes" not in bodies
    assert made.secret is not None
    secret = made.secret.removeprefix("whsec_")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for place in (bodies, kept, caplog.text.encode(), repr(made).encode(), repr(on.one(made)).encode()):
        assert secret.encode() not in place
    entries = b"".join(line.line for line in on.service.store.lines(on.ledger))
    assert on.receiver.url.encode() not in entries
    assert f"webhook:{made.endpoint.endpoint}".encode() in entries


def test_what_fails_is_tried_by_the_schedule_and_what_follows_waits(on: Scene) -> None:
    on.receiver.answer = status(500)
    made = on.add()
    first, second = on.sell(2)
    for attempt, wait in enumerate(DELAYS[:4], 1):
        on.deliver()
        assert on.receiver.seqs == [first] * attempt
        on.deliver()  # not before its time
        assert on.receiver.seqs == [first] * attempt
        assert on.one(made).attempts == attempt
        on.later(wait)
    on.receiver.answer = status(200)
    on.deliver()
    assert on.receiver.seqs == [first] * 5 + [second]
    assert on.one(made).attempts == 0
    assert on.endpoints.dead(on.ledger, made.endpoint.endpoint) == []
    tries = on.endpoints.tries(on.ledger, made.endpoint.endpoint)
    assert [(one.seq, one.attempt, one.status) for one in reversed(tries)] == [
        (first, 1, 500), (first, 2, 500), (first, 3, 500), (first, 4, 500), (first, 5, 200), (second, 1, 200)
    ]  # fmt: skip
    # The same id each time, another time stamp and hence another signature.
    assert len({got.message for got in on.receiver.got[:5]}) == 1
    assert len({got.headers["webhook-signature"] for got in on.receiver.got[:5]}) == 5


def test_the_schedule_is_that_of_the_specification_with_jitter_and_what_is_asked_for() -> None:
    none = Outcome(500, "server_error", 1)
    plain = [delay(attempt, none, lambda _: 0) for attempt in range(1, TRIES + 1)]
    assert plain == [*DELAYS, None]
    assert sum(DELAYS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    jittered = delay(2, none, lambda below: below - 1)
    assert jittered is not None
    assert timedelta(seconds=300) < jittered < timedelta(seconds=361)
    assert delay(1, Outcome(503, "server_error", 1, retry_after=90), lambda _: 0) == timedelta(seconds=90)
    assert delay(2, Outcome(503, "server_error", 1, retry_after=90), lambda _: 0) == timedelta(seconds=300)


def _exhaust(on: Scene) -> None:
    for wait in (*DELAYS, timedelta()):
        on.deliver()
        on.later(wait)


def test_an_event_that_is_refused_to_the_end_is_a_dead_letter_and_the_next_goes_on(on: Scene) -> None:
    made = on.add()
    bad, good = on.sell(2)

    def picky(handler: Handler, got: Got) -> None:
        status(422 if got.seq == bad else 200)(handler, got)

    on.receiver.answer = picky
    _exhaust(on)
    assert on.receiver.seqs == [bad] * TRIES + [good]
    dead = on.endpoints.dead(on.ledger, made.endpoint.endpoint)
    assert [(one.seq, one.type, one.attempts, one.status) for one in dead] == [(bad, "invoice.issued/1", TRIES, 422)]
    assert on.one(made).state == "active"
    assert on.job.figures.dead == 1
    # It is mended, and the dead letter sent again.
    on.receiver.answer = status(200)
    assert on.endpoints.again(on.ledger, made.endpoint.endpoint) == 1
    on.deliver()
    assert on.receiver.seqs[-1] == bad
    assert on.endpoints.dead(on.ledger, made.endpoint.endpoint) == []


def test_a_dead_letter_sent_again_in_vain_is_as_dead_as_before(on: Scene) -> None:
    on.receiver.answer = status(400)
    made = on.add()
    (bad,) = on.sell()
    _exhaust(on)
    on.endpoints.again(on.ledger, made.endpoint.endpoint)
    on.deliver(3)
    assert on.receiver.seqs == [bad] * (TRIES + 1)
    (letter,) = on.endpoints.dead(on.ledger, made.endpoint.endpoint)
    assert (letter.attempts, letter.again) == (TRIES + 1, False)


def test_an_endpoint_that_takes_nothing_for_three_days_is_disabled_and_goes_on_when_resumed(on: Scene) -> None:
    on.receiver.answer = closes
    made = on.add()
    first, second = on.sell(2)
    _exhaust(on)
    assert on.receiver.seqs == [first] * TRIES
    one = on.one(made)
    assert (one.state, one.reason, one.seq) == ("disabled", "connection", first)
    on.receiver.answer = status(200)
    on.deliver()
    assert len(on.receiver.got) == TRIES
    on.endpoints.resume(on.ledger, made.endpoint.endpoint)
    on.endpoints.again(on.ledger, made.endpoint.endpoint)
    on.deliver()
    assert on.receiver.seqs[TRIES:] == [first, second]


def test_who_says_gone_is_disabled_at_once(on: Scene) -> None:
    on.receiver.answer = status(410)
    made = on.add()
    (seq,) = on.sell()
    on.deliver(2)
    assert on.receiver.seqs == [seq]
    one = on.one(made)
    assert (one.state, one.reason, one.seq) == ("disabled", "gone", seq - 1)  # nothing is lost


def test_paused_is_silent_and_resumed_goes_on_where_it_was(on: Scene) -> None:
    made = on.add()
    on.endpoints.pause(on.ledger, made.endpoint.endpoint)
    seqs = on.sell(2)
    on.deliver()
    assert on.receiver.got == []
    assert on.endpoints.pending(on.one(made)) == 2
    on.endpoints.resume(on.ledger, made.endpoint.endpoint)
    on.deliver()
    assert on.receiver.seqs == seqs


def test_replayed_from_an_entry_all_after_it_comes_again_under_the_same_names(on: Scene) -> None:
    made = on.add()
    seqs = on.sell(3)
    on.deliver()
    on.endpoints.replay(on.ledger, made.endpoint.endpoint, seqs[0])
    on.deliver()
    assert on.receiver.seqs == [*seqs, *seqs[1:]]
    assert on.receiver.got[1].message == on.receiver.got[3].message
    assert on.receiver.got[1].body == on.receiver.got[3].body
    with pytest.raises(NotSo, match="out_of_range"):
        on.endpoints.replay(on.ledger, made.endpoint.endpoint, 10_000)


def test_a_replay_asked_for_while_an_event_is_sent_is_not_lost(on: Scene) -> None:
    made = on.add()
    first, second = on.sell(2)
    asked = Event()

    def replaying(handler: Handler, got: Got) -> None:
        if got.seq == second and not asked.is_set():
            asked.set()
            on.endpoints.replay(on.ledger, made.endpoint.endpoint, first - 1)
        status(200)(handler, got)

    on.receiver.answer = replaying
    on.deliver(2)
    assert on.receiver.seqs == [first, second, first, second]


def test_rotated_both_secrets_sign_until_the_old_one_s_time_is_over(on: Scene) -> None:
    made = on.add()
    again = on.endpoints.rotate(on.ledger, made.endpoint.endpoint, timedelta(hours=2))
    assert again.secret is not None
    assert again.secret != made.secret
    on.sell()
    on.deliver()
    on.later(timedelta(hours=3))
    on.sell()
    on.deliver()
    both, new = (got.headers["webhook-signature"].split() for got in on.receiver.got)
    assert (len(both), len(new)) == (2, 1)
    with pytest.raises(NotSo, match="out_of_range"):
        on.endpoints.rotate(on.ledger, made.endpoint.endpoint, timedelta(days=8))


def test_an_ed25519_endpoint_shows_a_public_key_and_never_a_secret(on: Scene) -> None:
    made = on.add(scheme="v1a")
    on.sell()
    on.deliver()
    assert made.secret is None
    assert made.public is not None
    assert on.endpoints.public(on.one(made)) == made.public
    assert on.receiver.got[0].headers["webhook-signature"].startswith("v1a,")


def test_a_test_event_is_sent_at_once_and_signed(on: Scene) -> None:
    made = on.add()
    outcome = on.endpoints.ping(on.ledger, made.endpoint.endpoint)
    assert outcome.delivered
    event = orjson.loads(on.receiver.got[0].body)
    assert event["type"] == "sceau.webhook.ping/1"
    assert on.receiver.got[0].headers["webhook-signature"].startswith("v1,")
    on.receiver.answer = status(500)
    assert on.endpoints.ping(on.ledger, made.endpoint.endpoint).cause == "server_error"


def test_one_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    with scene(tmp_path, hangs, timeout_seconds=60) as on, receiving() as quick:
        on.add()
        on.endpoints.add(on.ledger, quick.url, types=["invoice.issued/1"], actor=ACTOR)
        seqs = on.sell(3)
        for _ in range(60):  # a round comes back while the first still hangs; a slow machine needs some
            on.job.run(lambda: True)
            if len(quick.got) >= 3:
                break
        assert quick.seqs == seqs
        on.sell()
        for _ in range(60):
            on.job.run(lambda: True)
            if len(quick.got) >= 4:
                break
        assert len(quick.got) == 4
        assert len(on.receiver.got) == 1
        on.receiver.hold.set()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_processes_deliver_each_event_once_and_in_order(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = str(request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url"))
    with scene(tmp_path, store=open_store(url, create=True)) as on:
        on.add()
        seqs = on.sell(20)
        other = on.beside()

        def work(job: object) -> None:
            for _ in range(6):
                job.run(lambda: True)  # type: ignore[attr-defined] # both are jobs

        threads = [Thread(target=work, args=(job,)) for job in (on.job, other)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        other.end()
        assert on.receiver.seqs == seqs


def test_a_holder_that_was_killed_holds_nobody_up_for_long(on: Scene) -> None:
    made = on.add()
    on.sell()
    side, name = on.service.store.side(), f"webhooks.{made.endpoint.endpoint}"
    now = on.clock.now()
    assert side.take_lease(name, "gone", now.isoformat()[:19] + "Z", "2026-11-23T09:01:00Z", "2026-11-23T09:05:00Z")
    on.deliver()
    assert on.receiver.got == []
    on.later(timedelta(minutes=2))
    on.deliver()
    assert len(on.receiver.got) == 1


def test_purged_entries_are_passed_over(on: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made = on.add()
    first, second = on.sell(2)
    lines = on.service.store.lines

    def emptied(*args: object, **kwargs: object) -> object:
        return (
            one._replace(line=b"") if one.seq == first else one
            for one in lines(*args, **kwargs)  # type: ignore[arg-type] # as it was called
        )

    monkeypatch.setattr(on.service.store, "lines", emptied)
    on.deliver()
    assert on.receiver.seqs == [second]
    assert on.one(made).seq == second


def test_without_the_passphrase_nothing_is_sent_and_it_is_told_once(
    on: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = on.add()
    on.sell()
    monkeypatch.setattr(on.service, "keys", KeyStore(on.service.keys.root))
    with pytest.raises(KeyMissing):
        on.endpoints.ping(on.ledger, made.endpoint.endpoint)
    on.deliver(3)
    assert on.receiver.got == []
    assert caplog.text.count("does not open") == 1


def test_secrets_of_one_endpoint_do_not_open_as_another_s(on: Scene) -> None:
    one, other = on.add(), on.add()
    hooks = on.service.store.side().hooks()
    stored = on.one(other)
    hooks.put(replace(stored, secrets=on.one(one).secrets, revision=2), 1)
    with pytest.raises(KeyMissing, match="does not open"):
        on.endpoints.ping(on.ledger, other.endpoint.endpoint)


def test_an_endpoint_and_its_end_are_entries_and_it_is_unknown_afterwards(on: Scene) -> None:
    made = on.add()
    on.endpoints.remove(on.ledger, made.endpoint.endpoint, actor=ACTOR)
    types = [line.type for line in on.service.store.lines(on.ledger)]
    assert types[-2:] == ["access.granted/1", "access.revoked/1"]
    with pytest.raises(Unknown):
        on.endpoints.ping(on.ledger, made.endpoint.endpoint)
    on.sell()
    on.deliver()
    assert on.receiver.got == []


def test_what_cannot_be_is_refused_by_name(on: Scene) -> None:
    for url, cause in (("http://u:p@x.example/", "url"), ("nothing", "url")):
        with pytest.raises(NotSo, match=cause):
            on.endpoints.add(on.ledger, url, actor=ACTOR)
    with pytest.raises(NotSo, match="unknown_type"):
        on.add(types=["invoice.invented/1"])
    for _ in range(16):
        on.add()
    with pytest.raises(NotSo, match="too_many"):
        on.add()


def test_entries_that_nobody_wants_are_passed_over_and_their_end_is_kept(
    on: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.delivering._KEEP_EVERY", 5)
    made = on.add(types=["payment.received/1"])
    for _ in range(6):
        answered(on.service.execute(on.ledger, JournalAccess(subject="user:a", role="auditor")))
        answered(on.service.execute(on.ledger, JournalAccess(subject="user:a")))
    on.deliver()
    head = on.service.store.head(on.ledger)
    assert head is not None
    assert on.one(made).seq == head.seq
    assert on.job.figures.behind == 0


def test_figures_tell_how_things_stand(on: Scene) -> None:
    on.receiver.answer = in_turn(status(200), status(500))
    on.add()
    on.sell(3)
    on.deliver()
    figures = on.job.figures
    assert (figures.delivered, figures.failed, figures.failing, figures.dead, figures.behind) == (1, 1, 1, 0, 2)


def test_the_end_waits_for_what_is_under_way(tmp_path: Path) -> None:
    with scene(tmp_path, timeout_seconds=60) as on:
        begun, go = Event(), Event()

        def slow(handler: Handler, got: Got) -> None:
            begun.set()
            go.wait(60)
            status(200)(handler, got)

        on.receiver.answer = slow
        made = on.add()
        first, _ = on.sell(2)
        on.job.run(lambda: True)
        assert begun.wait(60)
        ending = Thread(target=on.job.end)
        ending.start()
        go.set()
        ending.join(60)
        assert not ending.is_alive()
        assert on.one(made).seq == first  # what was under way is kept, and the next not begun
        assert on.receiver.seqs == [first]
        assert sender().post(on.receiver.url, b"{}", {}).delivered


def test_a_ledger_that_takes_no_entry_gets_no_endpoint_and_loses_one_all_the_same(
    on: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = on.add()
    monkeypatch.setattr(on.service, "execute", lambda *_, **__: refuse("LEDGER_CLOSED"))
    with pytest.raises(NotJournalled, match="LEDGER_CLOSED"):
        on.add()
    assert [one.endpoint for one in on.endpoints.all(on.ledger)] == [made.endpoint.endpoint]
    on.endpoints.remove(on.ledger, made.endpoint.endpoint, actor=ACTOR)
    assert on.endpoints.all(on.ledger) == []
