"""Roles: given and taken, each an entry; the last owner stays; an end by itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.domain.streams.access import ACCESS
from ledger.kernel.entry import format_at
from ledger.shell.errors import KeyMissing
from ledger.shell.people import RoleHeld
from ledger.shell.stores.open import open_store
from tests.people.scene import ACTOR, Scene, code_of, scene

GRANTED, REVOKED = "access.granted/1", "access.revoked/1"


def test_a_role_given_is_an_entry_by_who_gave_it(world: Scene) -> None:
    ledger = world.ledger()
    ada = world.user(atelier="owner")
    bob = world.user("bob@example.com", "Bob")
    until = format_at(world.clock.wall + timedelta(days=30))
    assert world.people.give_role(ledger, bob, "auditor", actor=f"user:{ada}", until=until) is None
    event = list(world.service.entries(ledger, types=(GRANTED,)))[-1]
    assert event.actor == f"user:{ada}"
    assert (event.record.subject, event.record.role, event.record.until) == (f"user:{bob}", "auditor", until)
    members = [(one.name, one.role, one.until, one.last_owner) for one in world.people.users_of(ledger)]
    assert members == [("Ada Lovelace", "owner", None, True), ("Bob", "auditor", until, False)]


def test_a_role_ends_by_itself_while_the_session_goes_on(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    bob = world.user("bob@example.com", "Bob")
    until = format_at(world.clock.wall + timedelta(hours=1))
    assert world.give("atelier", bob, "auditor", until=until) is None
    token = world.in_("bob@example.com").token
    session = world.people.session(token)
    assert session is not None
    assert dict(session.roles) == {ledger: "auditor"}
    assert dict(session.ends) == {ledger: until}
    world.later(hours=1)
    session = world.people.session(token)
    assert session is not None
    assert not session.roles
    assert [one.name for one in world.people.users_of(ledger)] == ["Ada Lovelace"]


def test_an_end_in_the_past_is_refused(world: Scene) -> None:
    world.ledger()
    bob = world.user("bob@example.com", "Bob")
    assert code_of(world.give("atelier", bob, "auditor", until="2020-01-01T00:00:00.000000Z")) == "UNTIL_PAST"


def test_changing_a_role_ends_the_user_s_sessions(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    bob = world.user("bob@example.com", "Bob", atelier="operator")
    token = world.in_("bob@example.com").token
    assert world.give("atelier", bob, "accountant") is None
    assert world.people.session(token) is None
    assert [one.cause for one in world.entries(ledger, "access.signed_out/1")] == ["revoked"]


def test_a_role_taken_away_stops_at_once_and_is_an_entry(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    bob = world.user("bob@example.com", "Bob", atelier="operator")
    token = world.in_("bob@example.com").token
    assert world.people.take_role(ledger, bob, actor=ACTOR) is None
    assert world.people.session(token) is None
    assert [one.subject for one in world.entries(ledger, REVOKED)] == [f"user:{bob}"]
    assert [one.cause for one in world.entries(ledger, "access.signed_out/1")] == ["revoked"]
    assert code_of(world.people.take_role(ledger, bob, actor=ACTOR)) == "ROLE_MISSING"


def test_the_last_owner_can_neither_go_nor_become_less(world: Scene) -> None:
    ledger = world.ledger()
    ada = world.user(atelier="owner")
    until = format_at(world.clock.wall + timedelta(days=30))
    bob = world.user("bob@example.com", "Bob")
    world.give("atelier", bob, "owner", until=until)  # one who ends is not counted
    assert code_of(world.people.take_role(ledger, ada, actor=ACTOR)) == "LAST_OWNER"
    assert code_of(world.give("atelier", ada, "operator")) == "LAST_OWNER"
    assert code_of(world.give("atelier", ada, "owner", until=until)) == "LAST_OWNER"
    assert code_of(world.people.close_user(ada, actor=ACTOR)) == "LAST_OWNER"
    assert world.people.store.roles_of_user(ada) == [RoleHeld(ledger, ada, "owner")]
    assert world.give("atelier", bob, "owner") is None
    assert world.people.take_role(ledger, ada, actor=ACTOR) is None


def test_a_role_is_given_to_users_who_are_there(world: Scene) -> None:
    ledger = world.ledger()
    assert code_of(world.give("atelier", "nobody", "owner")) == "USER_UNKNOWN"
    world.user(atelier="owner")
    bob = world.user("bob@example.com", "Bob")
    world.people.close_user(bob, actor=ACTOR)
    assert code_of(world.give("atelier", bob, "owner")) == "USER_UNKNOWN"
    assert len(world.entries(ledger, GRANTED)) == 1


def test_giving_again_what_the_chain_says_already_mends_what_a_kill_left(world: Scene) -> None:
    ledger = world.ledger()
    ada = world.user(atelier="owner")
    world.people.store.drop_role(ledger, ada)  # killed after the entry, before the role worked
    assert world.give("atelier", ada, "owner") is None
    assert world.people.store.roles_of_user(ada) == [RoleHeld(ledger, ada, "owner")]
    assert len(world.entries(ledger, GRANTED)) == 1
    bob = world.user("bob@example.com", "Bob", atelier="operator")
    world.people.store.drop_role(ledger, bob)  # killed after the role stopped, before the entry
    assert world.people.take_role(ledger, bob, actor=ACTOR) is None
    state = world.service.state(ledger, ACCESS, "self")
    assert state is not None
    assert set(state.grants) == {f"user:{ada}"}


def test_a_role_whose_entry_cannot_be_written_is_as_it_was(world: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    bob = world.user("bob@example.com", "Bob", atelier="operator")

    def fails(*_: object, **__: object) -> None:
        raise KeyMissing("no keys")

    monkeypatch.setattr(world.service, "execute", fails)
    with pytest.raises(KeyMissing):
        world.give("atelier", bob, "auditor")
    assert world.people.store.roles_of_user(bob) == [RoleHeld(ledger, bob, "operator")]


def test_a_closed_user_is_out_everywhere_and_can_be_forgotten(world: Scene) -> None:
    one, two = world.ledger("un"), world.ledger("deux")
    world.user(un="owner", deux="owner")
    bob = world.user("bob@example.com", "Bob", un="operator", deux="accountant")
    token = world.in_("bob@example.com").token
    assert code_of(world.people.erase_user(bob)) == "USER_UNKNOWN"  # first the access, then the name
    assert world.people.close_user(bob, actor=ACTOR) is None
    assert world.people.session(token) is None
    assert code_of(world.first("bob@example.com")) == "SIGN_IN_WRONG"
    for ledger in (one, two):
        assert [each.subject for each in world.entries(ledger, REVOKED)] == [f"user:{bob}"]
    assert world.people.erase_user(bob) is None
    stored = world.people.user(bob)
    assert stored is not None
    assert "bob" not in stored.email.replace(bob, "")
    assert stored.name == "-"
    world.user("bob@example.com", "Bob, encore")  # the address is free again


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def many(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    urls = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}
    url = "memory:" if request.param == "memory" else str(request.getfixturevalue(urls[request.param]))
    with scene(tmp_path, open_store(url, create=True)) as found:
        yield found


def test_of_owners_who_take_each_other_away_at_once_one_stays(many: Scene) -> None:
    ledger = many.ledger()
    owners = [many.user(f"u{at}@example.com", f"U{at}", atelier="owner") for at in range(3)]
    processes = [many.people, many.beside(), many.beside()]
    with ThreadPoolExecutor(3) as pool:
        pool.map(lambda at: processes[at].take_role(ledger, owners[(at + 1) % 3], actor=ACTOR), range(3))
    left = many.people.users_of(ledger)
    assert [one.last_owner for one in left] == [True]
    state = many.service.state(ledger, ACCESS, "self")
    assert state is not None
    assert set(state.grants) == {f"user:{left[0].user}"}
