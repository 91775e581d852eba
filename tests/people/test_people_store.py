"""What every store keeps of people: one suite, three stores."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ledger.shell.migrate import migrate
from ledger.shell.people import Failures, PeopleStore, RoleHeld, SessionRow, Token, User
from ledger.shell.stores.open import open_store
from tests.stores.servers import Server

LEDGER, OTHER = "11111111-1111-8111-8111-111111111111", "22222222-2222-8222-8222-222222222222"
ADA = User("a" * 32, "ada@example.com", "Ada", "fr", "2026-01-01", "hash", b"\x00\xff", b"\x01", 7, "", 3, True)
BOB = User("b" * 32, "bob@example.com", "Bob", "en", "2026-01-02")
TOKEN = Token("t1", "invitation", "", LEDGER, b'{"a":1}', "2026-01-01", "2026-01-08")
SESSION = SessionRow("s1", ADA.user, "Firefox", "password_totp", "2026-01-01T1", "2026-01-01T2", "", "2026-01-09")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def people(request: pytest.FixtureRequest) -> Iterator[PeopleStore]:
    urls = {"memory": "memory:", "sqlite": "sqlite_url", "postgresql": "postgres_url"}
    name = urls[request.param]
    url = name if name == "memory:" else str(request.getfixturevalue(name))
    store = open_store(url, create=True)
    yield store.side().people()
    store.close()


def test_a_user_is_kept_as_given_and_found_by_id_and_address(people: PeopleStore) -> None:
    assert not people.any_user()
    assert people.add_user(BOB)
    assert people.add_user(ADA)
    assert people.any_user()
    assert people.user(ADA.user) == ADA == people.user_by_email("ada@example.com")
    assert people.user("nobody") is None
    assert people.user_by_email("nobody@example.com") is None
    assert people.users() == [ADA, BOB]


def test_an_address_belongs_to_one_user(people: PeopleStore) -> None:
    people.add_user(ADA)
    people.add_user(BOB)
    assert not people.add_user(replace(BOB, user="c" * 32))
    assert not people.put_user(replace(BOB, email=ADA.email, revision=2), 1)
    assert people.user(BOB.user) == BOB


def test_a_user_changes_only_from_the_revision_that_was_read(people: PeopleStore) -> None:
    people.add_user(ADA)
    changed = replace(ADA, name="Ada L.", language="en", password="other", totp=b"", totp_next=b"x", closed_at="2026",
                      email="l@example.com", revision=4)  # fmt: skip
    assert people.put_user(changed, 3)
    assert people.user(ADA.user) == changed
    assert not people.put_user(replace(changed, name="late", revision=4), 3)
    assert people.user(ADA.user) == changed


def test_a_totp_step_is_taken_once_and_never_goes_back(people: PeopleStore) -> None:
    people.add_user(ADA)
    assert people.spend_step(ADA.user, 8)
    assert not people.spend_step(ADA.user, 8)
    assert not people.spend_step(ADA.user, 7)
    assert not people.spend_step("nobody", 9)
    people.put_user(replace(ADA, totp_step=-1, revision=4), 3)  # a change of the user does not give it back
    assert not people.spend_step(ADA.user, 8)
    assert people.spend_step(ADA.user, 9)


def test_of_many_who_take_one_step_at_once_one_has_it(people: PeopleStore) -> None:
    people.add_user(ADA)
    people.set_codes(ADA.user, ["c"])
    people.add_token(TOKEN)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: people.spend_step(ADA.user, 8), range(16))) == 1
        assert sum(pool.map(lambda _: people.spend_code(ADA.user, "c"), range(16))) == 1
        assert sum(pool.map(lambda _: people.spend_token("t1"), range(16))) == 1


def test_a_role_stands_in_place_of_the_one_before(people: PeopleStore) -> None:
    people.add_user(ADA)
    people.set_role(RoleHeld(LEDGER, ADA.user, "auditor", "2026-02-01"))
    people.set_role(RoleHeld(LEDGER, ADA.user, "owner"))
    people.set_role(RoleHeld(LEDGER, BOB.user, "operator"))
    people.set_role(RoleHeld(OTHER, ADA.user, "auditor", "2026-02-01"))
    assert people.roles_of_user(ADA.user) == [
        RoleHeld(LEDGER, ADA.user, "owner"), RoleHeld(OTHER, ADA.user, "auditor", "2026-02-01"),
    ]  # fmt: skip
    assert [held.user for held in people.roles_of_ledger(LEDGER)] == [ADA.user, BOB.user]
    assert people.drop_role(LEDGER, ADA.user)
    assert not people.drop_role(LEDGER, ADA.user)
    assert [held.user for held in people.roles_of_ledger(LEDGER)] == [BOB.user]


def test_new_recovery_codes_take_the_place_of_the_old(people: PeopleStore) -> None:
    people.set_codes(ADA.user, ["one", "two"])
    people.set_codes(ADA.user, ["three", "four"])
    assert people.count_codes(ADA.user) == 2
    assert not people.spend_code(ADA.user, "one")
    assert not people.spend_code(BOB.user, "three")
    assert people.spend_code(ADA.user, "three")
    assert not people.spend_code(ADA.user, "three")
    assert people.count_codes(ADA.user) == 1


def test_tokens_are_found_by_hash_user_and_ledger(people: PeopleStore) -> None:
    mine = Token("t2", "reset", ADA.user, "", b"{}", "2026-01-02", "2026-01-03")
    people.add_token(TOKEN)
    people.add_token(mine)
    assert people.token("t1") == TOKEN
    assert people.token("none") is None
    assert people.tokens_of_ledger(LEDGER, "invitation") == [TOKEN]
    assert people.tokens_of_ledger(OTHER, "invitation") == []
    assert people.tokens_of_user(ADA.user, "reset") == [mine]
    assert people.tokens_of_user(ADA.user, "set_up") == []
    assert people.drop_tokens(ADA.user, ("set_up",)) == 0
    assert people.drop_tokens(ADA.user, ("set_up", "reset")) == 1
    assert people.drop_lapsed_tokens("2026-01-07") == 0
    assert people.drop_lapsed_tokens("2026-01-08") == 1
    assert people.token("t1") is None


def test_a_session_is_kept_touched_and_ended_once(people: PeopleStore) -> None:
    people.add_session(SESSION)
    people.add_session(replace(SESSION, session="s2", created_at="2026-01-01T0"))
    people.add_session(replace(SESSION, session="s3", user=BOB.user))
    assert people.session("s1") == SESSION
    assert [row.session for row in people.sessions_of(ADA.user)] == ["s2", "s1"]
    assert people.touch_session("s1", "2026-01-01T5")
    assert people.touch_session("s1", "2026-01-01T4")  # another process was later: never back
    assert people.check_session("s1", "2026-01-01T6")
    assert people.session("s1") == replace(SESSION, seen_at="2026-01-01T5", checked_at="2026-01-01T6")
    assert people.end_session("s1")
    assert not people.end_session("s1")
    assert not people.touch_session("s1", "x")
    assert not people.check_session("s1", "x")
    assert people.session("s1") is None


def test_sessions_lapse_by_their_end_or_by_idleness(people: PeopleStore) -> None:
    people.add_session(SESSION)
    assert people.lapsed_sessions("2026-01-08", "2026-01-01T2") == []
    assert people.lapsed_sessions("2026-01-09", "2026-01-01T2") == [SESSION]
    assert people.lapsed_sessions("2026-01-08", "2026-01-01T3") == [SESSION]
    assert people.lapsed_sessions("2026-01-08", "2026-01-01T3", limit=0) == []


def test_failures_are_counted_by_the_minute_and_settled(people: PeopleStore) -> None:
    for _ in range(3):
        people.failed(ADA.user, "10:00", "password")
    people.failed("", "10:01", "password")
    assert people.failures("10:00") == []
    assert people.failures("10:01") == [Failures(ADA.user, "10:00", "password", 3)]
    people.failed(ADA.user, "10:00", "password")  # late: stays to be told
    people.settle(Failures(ADA.user, "10:00", "password", 3))
    assert people.failures("10:02") == [
        Failures(ADA.user, "10:00", "password", 1), Failures("", "10:01", "password", 1),
    ]  # fmt: skip
    people.settle(Failures(ADA.user, "10:00", "password", 1))
    assert [each.user for each in people.failures("10:02")] == [""]


def test_a_bucket_gives_its_tokens_and_then_one_at_a_time(people: PeopleStore) -> None:
    now = 1_900_000_000_000_000
    assert [people.take("b", now, 10, 3, 5) for _ in range(5)] == [True, True, True, False, False]
    assert people.full_at("b") == now + 30
    assert not people.take("b", now + 9, 10, 3, 5)
    assert people.take("b", now + 10, 10, 3, 5)
    assert not people.take("b", now + 10, 10, 3, 5)
    assert [people.take("b", now + 100, 10, 3, 5) for _ in range(4)] == [True, True, True, False]
    people.forget_bucket("b")
    assert people.full_at("b") is None
    assert people.take("b", now, 10, 3, 5)
    assert people.drop_full_buckets(now + 9) == 0
    assert people.drop_full_buckets(now + 10) == 1


def test_a_clock_that_was_far_ahead_locks_nobody_out(people: PeopleStore) -> None:
    now = 1_900_000_000_000_000
    for _ in range(3):
        people.take("b", now + 1_000_000, 10, 3, 5)
    assert people.take("b", now, 10, 3, 5)
    assert people.full_at("b") == now + 10


def test_of_many_who_take_from_one_bucket_at_once_as_many_pass_as_it_holds(people: PeopleStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: people.take("b", 1_900_000_000_000_000, 1_000, 5, 0), range(40))) == 5


def test_what_is_personal_or_secret_stays_out_of_repr() -> None:
    shown = f"{ADA} {TOKEN} {SESSION}"
    assert "ada@" not in shown
    assert "Ada" not in shown
    assert "hash" not in shown
    assert "t1" not in shown
    assert "s1" not in shown


@pytest.mark.postgres
def test_the_application_role_may_do_all_that_people_need(postgres_server: Server, postgres_url: str) -> None:
    with postgres_server.role(postgres_url) as (role, url):
        migrate(postgres_url, app_role=role)
        store = open_store(url)
        people = store.side().people()
        assert people.add_user(ADA)
        assert people.spend_step(ADA.user, 8)
        people.set_codes(ADA.user, ["c"])
        assert people.spend_code(ADA.user, "c")
        people.set_role(RoleHeld(LEDGER, ADA.user, "owner"))
        assert people.drop_role(LEDGER, ADA.user)
        people.add_token(TOKEN)
        assert people.spend_token("t1")
        people.add_session(SESSION)
        assert people.touch_session("s1", "2026-01-01T5")
        assert people.end_session("s1")
        people.failed("", "10:00", "password")
        people.settle(Failures("", "10:00", "password", 1))
        assert people.take("b", 10, 1, 1, 0)
        people.forget_bucket("b")
        store.close()
