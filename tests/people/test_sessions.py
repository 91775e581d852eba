"""Sessions: how long they live, who ends them, what the chain says, and what a second process sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.people.access import People
from api.people.passwords import Passwords
from api.people.records import SignedIn
from ledger.shell.stores.open import open_store
from tests.people.scene import ADDRESS, PASSWORD, Scene, code_of, scene
from tests.shell.business import service_over

SIGNED_OUT = "access.signed_out/1"


def test_a_session_lives_while_it_is_used_and_seven_days_at_most(world: Scene) -> None:
    world.user()
    token = world.in_().token
    for _ in range(23):
        world.later(hours=7)
        assert world.people.session(token) is not None
    world.later(hours=7)
    assert world.people.session(token) is None


def test_a_session_that_is_not_used_for_a_working_day_ends(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    token = world.in_().token
    world.later(hours=8, minutes=2)
    assert world.people.session(token) is None
    assert world.people.end_lapsed() == 1
    assert world.people.end_lapsed() == 0
    assert [one.cause for one in world.entries(ledger, SIGNED_OUT)] == ["expired"]


def test_signing_out_ends_the_session_once_and_is_an_entry(world: Scene) -> None:
    ledger = world.ledger()
    user = world.user(atelier="owner")
    token = world.in_().token
    assert world.people.session(token) is not None
    world.people.sign_out(token)
    assert world.people.session(token) is None
    world.people.sign_out(token)
    assert [(one.subject, one.cause) for one in world.entries(ledger, SIGNED_OUT)] == [(f"user:{user}", "asked")]


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "a" * 101, "\x00", "../..", "' OR 1=1 --"])
def test_what_is_no_token_opens_nothing(world: Scene, token: str) -> None:
    world.user()
    world.in_()
    assert world.people.session(token) is None


def test_the_store_s_copy_of_a_session_opens_nothing(world: Scene) -> None:
    user = world.user()
    token = world.in_().token
    row = world.people.store.sessions_of(user)[0]
    assert world.people.session(row.session) is None
    assert token not in repr(row)


def test_sessions_are_listed_and_ended_one_by_one(world: Scene) -> None:
    user, other = world.user(), world.user("bob@example.com", "Bob")
    phone, desk = world.in_(label="Téléphone\n\x00"), world.in_(label="Firefox")
    here = world.people.session(desk.token)
    assert here is not None
    world.later(minutes=2)
    world.people.session(desk.token)
    shown = world.people.sessions(user, here.session)
    assert [(one.label, one.own) for one in shown] == [("Firefox", True), ("Téléphone", False)]
    assert not world.people.end_session(other, shown[1].session)  # another's is not theirs to end
    assert world.people.end_session(user, shown[1].session)
    assert not world.people.end_session(user, shown[1].session)
    assert world.people.session(phone.token) is None
    assert world.people.session(desk.token) is not None


def test_all_other_sessions_are_ended_together(world: Scene) -> None:
    user = world.user()
    tokens = [world.in_().token for _ in range(3)]
    here = world.people.session(tokens[0])
    assert here is not None
    assert world.people.end_sessions(user, keep=here.session) == 2
    assert [world.people.session(token) is not None for token in tokens] == [True, False, False]


def test_a_session_rotates_and_the_old_token_ends(world: Scene) -> None:
    world.user()
    token = world.in_().token
    before = world.people.session(token)
    fresh = world.people.rotate(token)
    assert fresh is not None
    assert world.people.session(token) is None
    after = world.people.session(fresh)
    assert before is not None
    assert after is not None
    assert before.csrf != after.csrf
    assert before.user == after.user
    assert world.people.rotate(token) is None


def test_each_sign_in_has_a_token_and_a_form_secret_of_its_own(world: Scene) -> None:
    world.user()
    found = [world.people.session(world.in_().token) for _ in range(3)]
    assert len({one.csrf for one in found if one is not None}) == 3


def test_another_process_sees_an_end_within_two_seconds_and_this_one_at_once(world: Scene) -> None:
    world.user()
    token = world.in_().token
    other = world.beside()
    assert other.session(token) is not None
    assert world.people.session(token) is not None
    world.people.sign_out(token)
    assert world.people.session(token) is None
    world.ticks[0] += 1.9
    assert other.session(token) is not None  # remembered
    world.ticks[0] += 0.1
    assert other.session(token) is None


def test_an_end_while_a_look_up_is_under_way_is_not_remembered_over(world: Scene) -> None:
    world.user()
    token = world.in_().token
    look_up = world.people._look_up

    def interrupted(digest: str, given: str) -> object:
        found = look_up(digest, given)
        world.people.sign_out(token)
        return found

    world.people.forget()
    world.people._look_up = interrupted  # type: ignore[method-assign, assignment] # stands between two steps
    assert world.people.session(token) is not None
    world.people._look_up = look_up  # type: ignore[method-assign] # as it was
    assert world.people.session(token) is None


def test_changing_the_password_ends_every_other_session(world: Scene) -> None:
    world.user()
    here, other = world.in_().token, world.in_().token
    assert code_of(world.people.change_password(here, "faux", "une autre phrase longue")) == "PASSWORD_WRONG"
    assert code_of(world.people.change_password(here, PASSWORD, "court")) == "PASSWORD_TOO_SHORT"
    assert world.people.change_password(here, PASSWORD, "une autre phrase longue") is None
    assert world.people.session(here) is not None
    assert world.people.session(other) is None
    assert code_of(world.first()) == "SIGN_IN_WRONG"
    assert isinstance(world.first(password="une autre phrase longue"), SignedIn)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]))


def test_two_processes_over_one_store_share_users_sessions_and_codes(url: str, tmp_path: Path) -> None:
    with scene(tmp_path, open_store(url, create=True)) as one:
        ledger = one.ledger()
        one.user(atelier="owner")
        other = People(
            service_over(open_store(url), tmp_path / "keys", one.clock),
            passwords=Passwords(one.hasher),
            monotonic=lambda: one.ticks[0],
        )
        with other.service:
            made = one.in_()
            secret, _ = one.enrol(made.token)
            seen = other.session(made.token)
            assert seen is not None
            assert dict(seen.roles) == {ledger: "owner"}
            one.later(minutes=1)
            first, second = one.step(), one.step()
            code = one.code(secret)
            assert isinstance(one.people.second_step(first.token, code, address=ADDRESS), SignedIn)
            assert code_of(other.second_step(second.token, code, address=ADDRESS)) == "CODE_OF_DEVICE_WRONG"
            other.sign_out(made.token)
            one.later(seconds=2)
            assert one.people.session(made.token) is None
            assert [each.cause for each in one.entries(ledger, SIGNED_OUT)] == ["asked"]
            one.later(minutes=1)
            other.tidy()
            one.people.tidy()
            assert [each.count for each in one.entries(ledger, "access.sign_in_failed/1")] == [1]
