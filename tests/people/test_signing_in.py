"""Signing in: what lets somebody in, what does not, what it costs, and what the chain says of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from api.people.naming import normal_email
from api.people.records import SignedIn
from ledger.shell.people import Failures
from ledger.shell.service import Service
from tests.people.scene import ADDRESS, PASSWORD, Scene, code_of
from tests.shell.business import service_over

SIGNED_IN, FAILED = "access.signed_in/1", "access.sign_in_failed/1"


def test_a_password_opens_a_session_of_a_user_without_authenticator(world: Scene) -> None:
    ledger = world.ledger()
    user = world.user(atelier="owner")
    made = world.in_(" ADA@Example.COM ")
    session = world.people.session(made.token)
    assert session is not None
    assert (session.user, session.name, session.language, session.method) == (user, "Ada Lovelace", "fr", "password")
    assert dict(session.roles) == {ledger: "owner"}
    assert not session.must_enrol
    assert session.checked
    assert session.actor == f"user:{user}"


def test_a_live_ledger_asks_for_an_authenticator(world: Scene) -> None:
    world.ledger("vrai", "live")
    world.user(vrai="auditor")
    made = world.in_()
    assert made.must_enrol
    session = world.people.session(made.token)
    assert session is not None
    assert session.must_enrol
    world.enrol(made.token)
    session = world.people.session(made.token)
    assert session is not None
    assert not session.must_enrol
    assert session.enrolled


def test_the_code_of_the_authenticator_is_the_second_step(world: Scene) -> None:
    ledger = world.ledger()
    user = world.user(atelier="owner")
    secret, _ = world.enrol(world.in_().token)
    world.later(minutes=1)
    step = world.step()
    assert world.people.session(step.token) is None
    assert code_of(world.people.second_step(step.token, "000000", address=ADDRESS)) == "CODE_OF_DEVICE_WRONG"
    made = world.people.second_step(step.token, world.code(secret), address=ADDRESS)
    assert isinstance(made, SignedIn)
    session = world.people.session(made.token)
    assert session is not None
    assert session.method == "password_totp"
    told = world.entries(ledger, SIGNED_IN)
    assert [(one.subject, one.method, one.role) for one in told] == [
        (f"user:{user}", "password", "owner"), (f"user:{user}", "password_totp", "owner"),
    ]  # fmt: skip


def test_an_unknown_address_and_a_wrong_password_say_and_cost_the_same(world: Scene) -> None:
    world.user()
    closed = world.user("bob@example.com", "Bob")
    world.people.close_user(closed, actor="cli:local")
    world.first("nobody@example.com", "warms up the hash of nobody")
    said, costs = [], []
    for email in ("ada@example.com", "nobody@example.com", "bob@example.com", "no address", ""):
        before = world.hasher.costs
        said.append(asdict(world.first(email, "pas le bon mot de passe")))
        costs.append(world.hasher.costs - before)
    assert costs == [1] * 5
    assert all(one == said[0] for one in said)
    assert said[0]["code"] == "SIGN_IN_WRONG"


def test_the_right_password_costs_one_hash_too(world: Scene) -> None:
    world.user()
    before = world.hasher.costs
    world.in_()
    assert world.hasher.costs - before == 1


def test_a_user_who_has_chosen_no_password_cannot_sign_in(world: Scene) -> None:
    world.people.add_user(email="ada@example.com", name="Ada")
    for password in ("", "the password of nobody", PASSWORD):
        assert code_of(world.first(password=password)) == "SIGN_IN_WRONG"


def test_a_hash_of_yesterday_s_parameters_is_made_anew_at_sign_in(world: Scene) -> None:
    user = world.user()
    world.people.change(user, password=PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD))
    world.in_()
    stored = world.people.user(user)
    assert stored is not None
    assert "t=1" in stored.password
    world.in_()


def test_failures_are_counted_by_the_minute_in_every_ledger_of_the_user(world: Scene) -> None:
    one, two, other = world.ledger("un"), world.ledger("deux"), world.ledger("autre")
    user = world.user(un="owner", deux="auditor")
    for _ in range(3):
        world.first(password="faux, trois fois")
    world.first("nobody@example.com", "faux")
    assert world.people.journal_failures() == 0  # the minute is not over
    world.later(minutes=1)
    world.first(password="faux, plus tard")
    assert world.people.journal_failures() == 2
    world.people.journal_failures()
    for ledger in (one, two):
        told = world.entries(ledger, FAILED)
        assert [(each.subject, each.method, each.count) for each in told] == [(f"user:{user}", "password", 3)]
    assert world.entries(other, FAILED) == []
    world.later(minutes=1)
    world.beside().tidy()
    assert [each.count for each in world.entries(one, FAILED)] == [3, 1]


def test_failures_told_and_not_settled_are_told_once(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    world.first(password="faux")
    world.later(minutes=1)
    found = world.people.store.failures("9999")[0]
    assert isinstance(found, Failures)
    world.people._journal_failures(found)  # killed here: the entry is there, the count too
    world.people.journal_failures()
    assert len(world.entries(ledger, FAILED)) == 1


def test_no_entry_names_anybody(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    world.in_()
    world.first(password="faux")
    world.later(minutes=1)
    world.people.tidy()
    lines = b"".join(bytes(line.line) for line in world.service.store.lines(ledger))
    assert b"sign_in_failed" in lines
    for personal in (b"ada@", b"Lovelace", b"192.0.2"):
        assert personal not in lines


def test_a_ledger_without_its_keys_keeps_nobody_out_of_the_others(world: Scene) -> None:
    lost, kept = world.ledger("perdu"), world.ledger("garde")
    world.user(perdu="owner", garde="owner")
    world.service.stop()
    (world.folder / "keys" / lost / "ledger.json").rename(world.folder / "away.json")
    again = service_over(world.service.store, world.folder / "keys", world.clock)
    world.people.service = again
    made = world.in_()
    session = world.people.session(made.token)
    assert session is not None
    assert set(session.roles) == {lost, kept}
    assert [one.method for one in again_entries(again, kept)] == ["password"]
    again.stop()


def again_entries(service: Service, ledger: str) -> list[Any]:
    return [event.record for event in service.entries(ledger, types=(SIGNED_IN,))]


# Limits


def test_tries_on_one_account_are_limited_and_the_wait_is_told(world: Scene) -> None:
    world.user()
    for at in range(10):
        assert code_of(world.first(password="faux", address=f"192.0.2.{at}")) == "SIGN_IN_WRONG"
    before = world.hasher.costs
    refused = world.first(address="192.0.2.99")
    assert code_of(refused) == "TRY_LATER"
    assert dict(refused.facts)["wait_seconds"] == 60
    assert "60 secondes" in refused.words
    assert world.hasher.costs == before  # it costs nothing
    assert code_of(world.first("ADA@example.com", address="192.0.2.98")) == "TRY_LATER"
    world.later(seconds=60)
    assert isinstance(world.first(address="192.0.2.97"), SignedIn)


def test_an_address_that_nobody_has_is_limited_the_same(world: Scene) -> None:
    found = [code_of(world.first("nobody@example.com", address=f"192.0.2.{at}")) for at in range(11)]
    assert found == ["SIGN_IN_WRONG"] * 10 + ["TRY_LATER"]


def test_tries_from_one_network_address_are_limited(world: Scene) -> None:
    found = [code_of(world.first(f"u{at}@example.com", "faux")) for at in range(31)]
    assert found == ["SIGN_IN_WRONG"] * 30 + ["TRY_LATER"]
    assert code_of(world.first("other@example.com", address="198.51.100.1")) == "SIGN_IN_WRONG"


def test_who_tries_from_elsewhere_does_not_lock_a_known_browser_out(world: Scene) -> None:
    world.user()
    device = world.in_().device
    for at in range(11):
        world.first(password="faux", address=f"198.51.100.{at}")
    assert code_of(world.first(address="198.51.100.77")) == "TRY_LATER"
    assert isinstance(world.first(device=device), SignedIn)
    for _ in range(9):
        assert code_of(world.first(password="faux", device=device)) == "SIGN_IN_WRONG"
    assert code_of(world.first(device=device)) == "TRY_LATER"  # a stolen cookie is limited too


def test_a_device_cookie_is_good_for_its_own_user_alone(world: Scene) -> None:
    world.user()
    world.user("bob@example.com", "Bob")
    device = world.in_().device
    for at in range(11):
        world.first("bob@example.com", "faux", address=f"198.51.100.{at}")
    for cookie in (device, f"{device}x", "", ".", "é.é", "a" * 5000):
        assert code_of(world.first("bob@example.com", device=cookie, address="203.0.113.1")) == "TRY_LATER"


# Addresses


@given(st.emails())
def test_an_address_has_one_form(email: str) -> None:
    form = normal_email(email)
    assert form is None or form == normal_email(form) == normal_email(f"  {email.upper()} ")


@given(st.text())
def test_any_text_is_an_address_or_is_not(text: str) -> None:
    form = normal_email(text)
    assert form is None or (form.isascii() and form.count("@") >= 1 and " " not in form)


def test_addresses_are_read_as_mail_reads_them() -> None:
    assert normal_email("Ada.Lovelace+devis@Menuiserie.Example") == "ada.lovelace+devis@menuiserie.example"
    assert normal_email("ada@café.example") == "ada@xn--caf-dma.example"
    for wrong in ("ada", "ada@", "@example.com", "a b@example.com", "ada@example", "ada@-x.example", "a..b@example.com",
                  "ada@example.com\nbcc: x@example.com", "a" * 65 + "@example.com", "ada@" + "a." * 130 + "fr",
                  "ada@exa mple.com", '"a b"@example.com', "ada@[192.0.2.1]"):  # fmt: skip
        assert normal_email(wrong) is None, wrong
