"""Links that let somebody begin: once, for a time, and for whom they were made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.people.records import Letter, Pending, SignedIn
from ledger.kernel.entry import format_at
from ledger.shell.people import RoleHeld
from tests.people.scene import ACTOR, ADDRESS, PASSWORD, Scene, code_of, letter_of

# Invitations


def invited(world: Scene, ledger: str, **more: Any) -> Letter:
    members: dict[str, Any] = {
        "email": "Bob@Example.com", "name": "Bob", "language": "en", "role": "auditor", "actor": ACTOR,
    }  # fmt: skip
    return letter_of(world.people.invite(ledger, **(members | more)))


def accept(world: Scene, letter: Letter, **more: Any) -> Any:
    members = {"name": "Bob B.", "language": "en", "password": PASSWORD, "address": ADDRESS}
    return world.people.accept(letter.token, **(members | more))


def test_an_invitation_says_what_it_is_about_and_gives_the_role_when_accepted(world: Scene) -> None:
    ledger = world.ledger()
    ada = world.user(atelier="owner")
    until = format_at(world.clock.wall + timedelta(days=14))
    letter = invited(world, ledger, until=until, actor=f"user:{ada}")
    assert (letter.email, letter.path) == ("bob@example.com", f"/welcome/{letter.token}")
    assert "bob" not in repr(letter).lower()
    assert world.people.open_letter(letter.token, address=ADDRESS) == Pending(
        "invitation", "bob@example.com", "Bob", "en", ledger, "auditor", until
    )
    waiting = world.people.invitations(ledger)
    assert [(one.email, one.role, one.until) for one in waiting] == [("bob@example.com", "auditor", until)]
    made = accept(world, letter)
    assert isinstance(made, SignedIn)
    assert world.people.store.roles_of_user(made.user) == [RoleHeld(ledger, made.user, "auditor", until)]
    event = list(world.service.entries(ledger, types=("access.granted/1",)))[-1]
    assert (event.actor, event.record.subject, event.record.until) == (f"user:{ada}", f"user:{made.user}", until)
    assert world.people.invitations(ledger) == []
    assert code_of(accept(world, letter)) == "LINK_LAPSED"


def test_an_invitation_lapses_and_can_be_withdrawn(world: Scene) -> None:
    ledger, other = world.ledger(), world.ledger("autre")
    letter = invited(world, ledger)
    waiting = world.people.invitations(ledger)[0]
    assert not world.people.withdraw(other, waiting.invitation)
    assert world.people.withdraw(ledger, waiting.invitation)
    assert not world.people.withdraw(ledger, waiting.invitation)
    assert code_of(accept(world, letter)) == "LINK_LAPSED"
    late = invited(world, ledger)
    world.later(days=7)
    assert code_of(accept(world, late)) == "LINK_LAPSED"
    assert world.people.invitations(ledger) == []
    world.people.tidy()
    assert world.people.store.tokens_of_ledger(ledger, "invitation") == []


def test_an_invitation_does_not_outlive_its_inviter_s_role(world: Scene) -> None:
    ledger = world.ledger()
    ada = world.user(atelier="owner")
    eve = world.user("eve@example.com", "Eve", atelier="owner")
    letter = invited(world, ledger, role="owner", actor=f"user:{eve}")
    assert world.people.take_role(ledger, eve, actor=f"user:{ada}") is None
    assert code_of(accept(world, letter)) == "LINK_LAPSED"
    assert world.people.store.user_by_email("bob@example.com") is None


def test_who_has_an_account_accepts_an_invitation_signed_in(world: Scene) -> None:
    ledger = world.ledger()
    world.user()
    bob = world.user("bob@example.com", "Bob")
    letter = invited(world, ledger, role="operator")
    pending = world.people.open_letter(letter.token, address=ADDRESS)
    assert isinstance(pending, Pending)
    assert code_of(accept(world, letter)) == "EMAIL_TAKEN"  # knowing the link is not knowing the password
    ada = world.in_().token
    assert code_of(world.people.accept_as(ada, letter.token, address=ADDRESS)) == "USER_UNKNOWN"
    token = world.in_("bob@example.com").token
    assert world.people.accept_as(token, letter.token, address=ADDRESS) == ledger
    assert world.people.store.roles_of_user(bob) == [RoleHeld(ledger, bob, "operator")]
    session = world.people.session(token)
    assert session is not None
    assert dict(session.roles) == {ledger: "operator"}
    assert code_of(world.people.accept_as(token, letter.token, address=ADDRESS)) == "LINK_LAPSED"


def test_who_has_a_role_already_is_not_invited(world: Scene) -> None:
    ledger = world.ledger()
    world.user(atelier="owner")
    refused = world.people.invite(
        ledger, email="ada@example.com", name="Ada", language="fr", role="auditor", actor=ACTOR
    )
    assert code_of(refused) == "EMAIL_TAKEN"


def test_invitations_are_limited(world: Scene) -> None:
    ledger = world.ledger()
    for at in range(20):
        invited(world, ledger, email=f"u{at}@example.com")
    more = world.people.invite(ledger, email="z@example.com", name="Z", language="fr", role="auditor", actor=ACTOR)
    assert code_of(more) == "TRY_MUCH_LATER"


def test_a_letter_of_one_purpose_serves_no_other(world: Scene) -> None:
    ledger = world.ledger()
    invitation = invited(world, ledger)
    made = world.people.add_user(email="eve@example.com", name="Eve")
    assert isinstance(made, tuple)
    assert code_of(world.people.choose_password(invitation.token, PASSWORD, address=ADDRESS)) == "LINK_LAPSED"
    assert code_of(accept(world, made[1])) == "LINK_LAPSED"
    first = world.people.create_first(
        made[1].token,
        email="ada@example.com",
        name="Ada",
        language="fr",
        password=PASSWORD,
        address=ADDRESS,
        adopt=True,
    )
    assert code_of(first) == "LINK_LAPSED"
    secret_step = world.user()
    assert secret_step
    world.enrol(world.in_().token)
    step = world.step()
    assert code_of(world.people.open_letter(step.token, address=ADDRESS)) == "LINK_LAPSED"
    assert code_of(world.people.choose_password(step.token, PASSWORD, address=ADDRESS)) == "LINK_LAPSED"


# Passwords


def test_a_reset_ends_sessions_and_leaves_the_authenticator_in_force(world: Scene) -> None:
    world.user()
    token = world.in_().token
    world.enrol(token)
    letter = letter_of(world.people.ask_reset(" Ada@example.com", address=ADDRESS))
    assert letter.path.startswith("/reset/")
    assert code_of(world.people.choose_password(letter.token, "court", address=ADDRESS)) == "PASSWORD_TOO_SHORT"
    chosen = world.people.choose_password(letter.token, "une autre phrase longue", address=ADDRESS)
    assert getattr(chosen, "name", None) == "Ada Lovelace"
    assert world.people.session(token) is None
    world.step(password="une autre phrase longue")
    assert code_of(world.people.choose_password(letter.token, PASSWORD, address=ADDRESS)) == "LINK_LAPSED"


def test_only_the_latest_reset_works_for_an_hour(world: Scene) -> None:
    world.user()
    old = letter_of(world.people.ask_reset("ada@example.com", address=ADDRESS))
    new = letter_of(world.people.ask_reset("ada@example.com", address=ADDRESS))
    assert code_of(world.people.choose_password(old.token, PASSWORD, address=ADDRESS)) == "LINK_LAPSED"
    world.later(hours=1)
    assert code_of(world.people.choose_password(new.token, PASSWORD, address=ADDRESS)) == "LINK_LAPSED"


def test_a_reset_of_an_unknown_address_is_taken_like_any_other(world: Scene) -> None:
    for _ in range(3):
        assert world.people.ask_reset("nobody@example.com", address=ADDRESS) is None
    assert code_of(world.people.ask_reset("nobody@example.com", address=ADDRESS)) == "TRY_MUCH_LATER"


def test_a_user_is_renamed_and_seen_so_at_once(world: Scene) -> None:
    user = world.user()
    token = world.in_().token
    assert code_of(world.people.rename(user, name="", language="en")) == "NAME_MALFORMED"
    assert world.people.rename(user, name="Ada  King", language="en") is None
    session = world.people.session(token)
    assert session is not None
    assert (session.name, session.language) == ("Ada King", "en")


def test_links_are_opened_a_few_times_at_most(world: Scene) -> None:
    found = [code_of(world.people.open_letter(f"guess{at}", address=ADDRESS)) for at in range(21)]
    assert found == ["LINK_LAPSED"] * 20 + ["TRY_LATER"]
