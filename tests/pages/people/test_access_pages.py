"""Signing in, the account, users and the auditor's room, by the pages alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Event

import httpx
import pyotp
import pytest

from ledger.shell.outbox import SERVER
from tests.pages.people.walk import PASSWORD, Street, Walker, csrf, street
from tests.shell.business import opened


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Street]:
    with street(tmp_path) as found:
        yield found


def later(town: Street, **time: float) -> None:
    town.clock.pass_by(timedelta(**time))
    town.people.forget()


def link_in(page: httpx.Response) -> str:
    found = re.search(r'id="link">([^<]+)<', page.text)
    assert found is not None, page.text
    return "/welcome/" + unescape(found[1]).rpartition("/")[2]


def invited(town: Street, walker: Walker, name: str, **fields: str) -> str:
    """Invite somebody; give the link's path."""
    page = walker.get(f"/desk/{name}/users/new")
    members = {"name": "Bob", "email": "bob@example.com", "role": "operator", "until": ""}
    return link_in(walker.fill(page, f"/desk/{name}/users/new", **(members | fields)))


def test_signing_in_and_out(town: Street) -> None:
    owner, name = town.training()
    owner.send("/sign-out", {"csrf": csrf(owner)})
    assert "sceau" not in owner.client.cookies
    wrong = owner.sign_in(password="pas le bon mot de passe")
    assert wrong.status_code == 422
    assert "pas le bon" in wrong.text
    assert 'value="ada@example.com"' in wrong.text
    assert owner.sign_in().url.path == f"/desk/{name}"
    assert owner.get("/sign-in").url.path == f"/desk/{name}"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town: Street) -> None:
    owner, _ = town.training()
    answer = owner.send("/sign-out", {"csrf": csrf(owner)}, follow=False)
    assert answer.status_code == 303
    page = owner.get("/sign-in")
    signed = owner.send("/sign-in", {"email": "ada@example.com", "password": PASSWORD}, follow=False)
    assert page.status_code == 200
    cookies = signed.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"sceau", "sceau-device", "sceau-step"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie for cookie in cookies)


def test_under_tls_the_session_s_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    with street(tmp_path, public_url="https://sceau.example") as town:
        walker = town.walker()
        letter = town.first()
        page = walker.get(letter)
        assert page.status_code == 200
        made = walker.send(
            letter, {"email": "ada@example.com", "name": "Ada", "language": "fr", "password": PASSWORD}, follow=False
        )
        session = next(cookie for cookie in made.headers.get_list("set-cookie") if "sceau=" in cookie)
        assert session.startswith("__Host-sceau=")
        assert "Secure" in session


def test_the_second_step_asks_for_a_code(town: Street) -> None:
    owner, name = town.training()
    secret = owner.enrol(town.clock)
    owner.send("/sign-out", {"csrf": csrf(owner)})
    later(town, minutes=1)
    step = owner.sign_in()
    assert step.url.path == "/sign-in/code"
    assert owner.get("/account").url.path == "/sign-in"  # not in yet
    step = owner.get("/sign-in/code")
    wrong = owner.fill(step, "/sign-in/code", code="000000")
    assert "Ce code" in wrong.text
    assert owner.fill(wrong, "/sign-in/code", code=pyotp.TOTP(secret).at(town.clock.wall)).url.path == f"/desk/{name}"


def test_the_account_shows_and_closes_sessions_and_changes_name_language_and_password(town: Street) -> None:
    owner, _ = town.training()
    phone = town.walker()
    phone.client.headers["User-Agent"] = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    phone.sign_in()
    page = owner.get("/account")
    assert "Firefox · Android" in page.text
    owner.send("/account/sessions", {"csrf": csrf(owner), "session": ""})
    assert phone.get("/account").url.path == "/sign-in"
    saved = owner.fill(owner.get("/account"), "/account", name="Ada King", language="en")
    assert "My account" in saved.text
    assert "Ada King" in saved.text
    owner.get("/account?lang=fr")
    changed = owner.fill(
        owner.get("/account/password"), "/account/password", old=PASSWORD, new="une autre phrase longue"
    )
    assert "Le mot de passe est changé" in changed.text
    assert phone.sign_in().status_code == 422
    assert phone.sign_in(password="une autre phrase longue").status_code == 200


def test_a_user_is_invited_accepts_works_and_is_taken_away(town: Street) -> None:
    owner, name = town.training()
    link = invited(town, owner, name)
    users = owner.get(f"/desk/{name}/users")
    assert "bob@example.com" in users.text
    assert link not in users.text  # shown once
    bob = town.walker()
    page = bob.get(link)
    assert "Vous êtes invité" in page.text
    assert "Opérateur" in page.text
    assert bob.fill(page, None, name="Bob B.", language="fr", password=PASSWORD).url.path == f"/desk/{name}"
    assert bob.get(link).status_code == 409
    assert bob.get(f"/desk/{name}/users").status_code == 403
    member = next(one for one in town.people.users_of(town.served.service.find(name).ledger) if one.role == "operator")
    users = owner.get(f"/desk/{name}/users")
    change = f"/desk/{name}/users/{member.user}/role"
    changed = owner.fill(users, change, role="accountant", until="")
    assert "Le rôle est changé" in changed.text
    assert bob.get("/account").url.path == "/sign-in"
    bob.sign_in("bob@example.com")
    assert bob.get("/account").status_code == 200
    gone = owner.fill(owner.get(f"/desk/{name}/users"), f"/desk/{name}/users/{member.user}/remove")
    assert "L'accès est retiré" in unescape(gone.text)
    bob.sign_in("bob@example.com")
    assert bob.get(f"/desk/{name}").status_code == 404


def test_the_last_owner_cannot_be_taken_away_by_hand(town: Street) -> None:
    owner, name = town.training()
    user = town.people.store.users()[0].user
    page = owner.get(f"/desk/{name}/users")
    assert "Dernier propriétaire" in page.text
    refused = owner.send(f"/desk/{name}/users/{user}/remove", {"csrf": csrf(owner)})
    assert refused.status_code == 409
    assert "dernier propriétaire" in refused.text


def test_an_auditor_s_room_reads_and_closes_by_itself(town: Street) -> None:
    owner, name = town.training()
    page = owner.get(f"/desk/{name}/users/new?room=room")
    assert '<option value="auditor" selected>' in page.text
    day = (town.clock.wall + timedelta(days=2)).date().isoformat()
    link = link_in(owner.fill(page, f"/desk/{name}/users/new", name="Inspectrice", email="i@example.com", until=day))
    auditor = town.walker()
    entered = auditor.fill(auditor.get(link), None, name="Inspectrice", language="fr", password=PASSWORD)
    assert entered.url.path == f"/desk/{name}"
    assert auditor.get(f"/desk/{name}/users").status_code == 403
    assert auditor.send(f"/desk/{name}/quotes/new", {"csrf": csrf(auditor)}).status_code == 403
    later(town, hours=7)
    assert auditor.get(f"/desk/{name}").status_code == 200
    for _ in range(9):
        later(town, hours=7)
        auditor.get("/account")
    assert auditor.get(f"/desk/{name}").status_code == 404
    assert "Inspectrice" not in owner_users(owner, name)


def owner_users(owner: Walker, name: str) -> str:
    owner.sign_in()
    return owner.get(f"/desk/{name}/users").text


def test_an_invitation_is_withdrawn(town: Street) -> None:
    owner, name = town.training()
    link = invited(town, owner, name)
    done = owner.fill(owner.get(f"/desk/{name}/users"), f"/desk/{name}/users/withdraw")
    assert "L'invitation est retirée" in unescape(done.text)
    assert town.walker().get(link).status_code == 409


def test_who_has_an_account_accepts_signed_in(town: Street) -> None:
    owner, name = town.training()
    made = town.people.add_user(email="bob@example.com", name="Bob")
    assert isinstance(made, tuple)
    bob = town.walker()
    bob.fill(bob.get(made[1].path), None, password=PASSWORD)
    link = invited(town, owner, name)
    assert "Connectez-vous" in town.walker().get(link).text
    refused = owner.fill(owner.get(link), None, name="Bob", language="fr", password=PASSWORD)
    assert refused.status_code == 409  # holding the link is not holding the account
    assert bob.fill(bob.get(link), None).url.path == f"/desk/{name}"


def test_who_invites_is_not_told_whether_the_address_has_an_account(town: Street) -> None:
    owner, name = town.training()
    assert isinstance(town.people.add_user(email="bob@example.com", name="Bob"), tuple)
    of_a_form = re.compile(r'name="key" value="[^"]*"|[A-Za-z0-9_-]{43}|[0-9a-f]{64}|bob|eve')
    shown, opened_links = [], []
    for email in ("bob@example.com", "eve@example.com"):
        page = owner.get(f"/desk/{name}/users/new")
        said = owner.fill(page, f"/desk/{name}/users/new", name="Invité", email=email, role="operator", until="")
        shown.append(of_a_form.sub("", said.text.split('<div class="note good">')[1].split("</div>")[0]))
        opened_links.append([of_a_form.sub("", one.get(link_in(said)).text) for one in (owner, town.walker())])
    assert shown[0] == shown[1]
    assert opened_links[0] == opened_links[1]


def test_an_access_does_not_end_after_the_calendar(town: Street) -> None:
    owner, name = town.training()
    page = owner.get(f"/desk/{name}/users/new")
    for day in ("9999-12-31", "9999-02-30", "never"):
        said = owner.fill(page, f"/desk/{name}/users/new", name="Bob", email="bob@example.com", until=day)
        assert said.status_code == 422
        assert "pas une date" in said.text


def test_dangerous_acts_ask_who_it_is_after_ten_minutes(town: Street) -> None:
    owner, name = town.training()
    later(town, minutes=11)
    asked = owner.get(f"/desk/{name}/users/new")
    assert asked.url.path == "/account/confirm"
    refused = owner.send(f"/desk/{name}/users/new", {"csrf": csrf(owner), "name": "Bob", "email": "b@example.com"})
    assert refused.url.path == "/account/confirm"
    asked = owner.get(f"/desk/{name}/users/new")
    wrong = owner.fill(asked, "/account/confirm", code="faux")
    assert wrong.status_code == 422
    assert owner.fill(wrong, "/account/confirm", code=PASSWORD).url.path == f"/desk/{name}/users/new"


def test_looking_at_the_authenticator_s_page_makes_no_secret(town: Street) -> None:
    owner, _ = town.training()
    before = town.people.store.users()
    page = owner.get("/account/authenticator")
    assert 'id="secret"' not in page.text
    assert town.people.store.users() == before
    begun = owner.fill(page, "/account/authenticator/new")
    assert 'id="secret"' in begun.text
    assert owner.get("/account/authenticator").text.split('id="secret">')[1][:39] in begun.text  # the same, shown again
    other = town.walker()
    other.sign_in()
    assert 'id="secret"' not in other.get("/account/authenticator").text
    strange = owner.client.post("/account/authenticator/new", headers={"Origin": "https://evil.example"})
    assert strange.status_code == 403


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_the_page_that_asks_again_leads_nowhere_else(town: Street, onward: str) -> None:
    owner, _ = town.training()
    done = owner.send("/account/confirm", {"csrf": csrf(owner), "code": PASSWORD, "next": onward}, follow=False)
    assert done.headers["location"] == "/account"


def test_a_live_ledger_s_user_enrols_before_anything_else(town: Street) -> None:
    town.owner()
    people, service = town.people, town.served.service
    ledger = opened(service, "vrai").row.ledger
    made = people.add_user(email="bob@example.com", name="Bob")
    assert isinstance(made, tuple)
    assert people.give_role(ledger, made[0].user, "accountant", actor="cli:local") is None
    bob = town.walker()
    entered = bob.fill(bob.get(made[1].path), None, password=PASSWORD)
    assert entered.url.path == "/account/authenticator"
    assert bob.get("/desk/vrai").url.path == "/account/authenticator"
    bob.enrol(town.clock)
    assert bob.get("/desk/vrai").url.path == "/desk/vrai"


def test_recovery_codes_are_made_anew_and_one_lets_in(town: Street) -> None:
    owner, name = town.training()
    owner.enrol(town.clock)
    shown = owner.send("/account/recovery-codes", {"csrf": csrf(owner)})
    codes = re.findall(r'<li class="mono">([^<]+)</li>', shown.text)
    assert len(codes) == 10
    owner.send("/sign-out", {"csrf": csrf(owner)})
    assert owner.fill(owner.sign_in(), "/sign-in/code", code=codes[0]).url.path == f"/desk/{name}"


def test_a_forgotten_password_says_the_same_to_everybody(town: Street) -> None:
    town.training()
    stranger = town.walker()
    answers = [
        stranger.send("/forgotten", {"email": email}).text for email in ("ada@example.com", "nobody@example.com")
    ]
    key = re.compile(r'name="key" value="[^"]*"')
    assert key.sub("", answers[0]) == key.sub("", answers[1])
    assert "envoie pas de courrier" in answers[0]  # no mail is set up here, and the page does not say that one left


def test_a_reset_link_sets_a_password_and_signs_in(town: Street) -> None:
    _, name = town.training()
    letter = town.people.reset_letter("ada@example.com")
    assert letter is not None
    stranger = town.walker()
    page = stranger.get(letter.path)
    short = stranger.fill(page, None, password="court")
    assert short.status_code == 422
    assert "w-password" in short.text
    assert stranger.fill(short, None, password="une autre phrase longue").url.path == f"/desk/{name}"
    assert town.walker().get(letter.path).status_code == 409


def test_who_tries_too_often_is_told_when_to_come_back(town: Street) -> None:
    town.training()
    stranger = town.walker()
    page = stranger.get("/sign-in")
    answers = [stranger.fill(page, "/sign-in", email="ada@example.com", password="faux") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    wait = answers[-1].headers["retry-after"]
    assert f"Réessayez dans {wait} secondes" in answers[-1].text
    assert "retry-after" not in answers[0].headers
    answers = [stranger.get("/welcome/guess") for _ in range(21)]
    assert [answer.status_code for answer in answers].count(409) < 20
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_pages_speak_english_to_who_asks(town: Street) -> None:
    walker = town.walker("en")
    assert "Sign in" in walker.get("/sign-in").text
    assert "Welcome to Sceau" in walker.get(town.first()).text


def test_nothing_secret_is_in_the_log(town: Street) -> None:
    owner, name = town.training()
    link = invited(town, owner, name)
    bob = town.walker()
    bob.fill(bob.get(link), None, name="Bob", language="fr", password=PASSWORD)
    bob.get(link)
    secrets = (link.rpartition("/")[2], PASSWORD, "bob@example.com", "ada@example.com", owner.client.cookies["sceau"])
    assert town.served.lines
    assert [line for line in town.served.lines if any(secret in line for secret in secrets)] == []


@dataclass
class Mails:
    """What the post was asked to send at once."""

    town: Street
    queued: list[tuple[str, str]] = field(default_factory=list)
    came: Event = field(default_factory=Event)

    def hurry(self, ledger: str, message: str) -> None:
        self.queued.append((ledger, message))
        self.came.set()

    def text(self) -> str:
        """Give the words of the last."""
        assert self.came.wait(60)
        row = self.town.served.service.store.side().outbox().get(*self.queued[-1])
        assert row is not None
        return self.town.served.app.context.post.open(row).text


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Mails]:
    with street(tmp_path, smtp="smtp+plain://127.0.0.1:9", smtp_from="sceau@example.com") as town:
        mails = Mails(town)
        town.served.app.context.post.hurry = mails.hurry
        yield mails


def test_a_forgotten_password_is_reset_by_the_link_that_is_mailed(mailing: Mails) -> None:
    _, name = mailing.town.training()
    stranger = mailing.town.walker()
    stranger.fill(stranger.get("/forgotten"), "/forgotten", email="Ada@example.com")
    link = re.search(r"/reset/[A-Za-z0-9_-]{43}", mailing.text())
    assert link is not None
    assert mailing.queued[-1][0] == SERVER  # of no ledger: no entry says it
    page = stranger.get(link[0])
    assert stranger.fill(page, None, password="une autre phrase longue").url.path == f"/desk/{name}"


def test_an_invitation_to_a_live_business_is_mailed_with_its_link_and_role(mailing: Mails) -> None:
    town = mailing.town
    owner = town.owner()
    ledger = opened(town.served.service, "vrai").row.ledger
    user = town.people.store.users()[0].user
    assert town.people.give_role(ledger, user, "owner", actor="cli:local") is None
    owner.enrol(town.clock)
    page = owner.get("/desk/vrai/users/new")
    sent = owner.fill(page, "/desk/vrai/users/new", name="Bob", email="bob@example.com", role="accountant")
    assert "L'invitation part par courrier à bob@example.com" in unescape(sent.text)
    words = mailing.text()
    link = re.search(r"/welcome/[A-Za-z0-9_-]{43}", words)
    assert link is not None
    assert link[0] not in sent.text  # to the address alone
    assert town.walker().get(link[0]).status_code == 200
    assert "Comptable" in words
    assert mailing.queued[-1][0] == ledger
