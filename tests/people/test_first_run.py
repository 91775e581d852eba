"""The first owner: at the printed link alone, once, for a day."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.people.records import SignedIn
from ledger.shell.stores.open import open_store
from tests.people.scene import ADDRESS, PASSWORD, Scene, code_of, letter_of, scene

FIRST: dict[str, Any] = {
    "email": "ada@example.com",
    "name": "Ada",
    "language": "fr",
    "password": PASSWORD,
    "address": ADDRESS,
}


def create(world: Scene, token: str, **more: Any) -> Any:
    return world.people.create_first(token, **{"adopt": True, **FIRST, **more})


def test_the_first_owner_is_created_at_the_printed_link_and_owns_what_is_there(world: Scene) -> None:
    demo = world.ledger("demo")
    assert not world.people.has_users()
    letter = world.people.first_letter()
    assert letter is not None
    assert letter.path == f"/welcome/{letter.token}"
    made = create(world, letter.token)
    assert isinstance(made, SignedIn)
    session = world.people.session(made.token)
    assert session is not None
    assert dict(session.roles) == {demo: "owner"}
    assert session.provisions
    assert [one.subject for one in world.entries(demo, "access.granted/1")] == [f"user:{session.user}"]
    assert world.people.first_letter() is None


def test_a_server_of_many_tenants_gives_the_first_user_none_of_their_ledgers(world: Scene) -> None:
    world.ledger("locataire")
    letter = letter_of(world.people.first_letter())
    made = create(world, letter.token, adopt=False)
    assert isinstance(made, SignedIn)
    session = world.people.session(made.token)
    assert session is not None
    assert not session.roles


def test_nobody_becomes_the_first_owner_without_the_link(world: Scene) -> None:
    world.people.first_letter()
    for token in ("", "guess", "a" * 43):
        assert code_of(create(world, token)) == "LINK_LAPSED"
    assert not world.people.has_users()


def test_the_link_of_the_first_run_works_a_day(world: Scene) -> None:
    letter = letter_of(world.people.first_letter())
    world.later(hours=24)
    assert code_of(create(world, letter.token)) == "LINK_LAPSED"


def test_a_wrong_field_spends_nothing(world: Scene) -> None:
    letter = letter_of(world.people.first_letter())
    for wrong, code, place in (
        ({"email": "ada"}, "EMAIL_MALFORMED", "/email"),
        ({"name": " \n "}, "NAME_MALFORMED", "/name"),
        ({"name": "x" * 101}, "NAME_MALFORMED", "/name"),
        ({"password": "motdepasse"}, "PASSWORD_COMMON", "/password"),
    ):
        refused = create(world, letter.token, **wrong)
        assert (code_of(refused), refused.place) == (code, place)
    assert isinstance(create(world, letter.token), SignedIn)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def many(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    urls = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}
    url = "memory:" if request.param == "memory" else str(request.getfixturevalue(urls[request.param]))
    with scene(tmp_path, open_store(url, create=True)) as found:
        yield found


def test_of_two_links_of_two_processes_one_makes_the_first_owner(many: Scene) -> None:
    people = [many.people, many.beside()]
    letters = [letter_of(one.first_letter()) for one in people]
    members = [{**FIRST, "email": f"u{at}@example.com", "adopt": True} for at in range(2)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda at: people[at].create_first(letters[at].token, **members[at]), range(2)))
    assert sum(isinstance(one, SignedIn) for one in found) == 1
    assert {code_of(one) for one in found if not isinstance(one, SignedIn)} <= {"SET_UP_DONE", "LINK_LAPSED"}
    assert len(many.people.store.users()) == 1
