"""Who has access to a business: users, invitations, an auditor's room that closes by itself. For owners."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.http.access import Role
from api.http.call import Answer
from api.messages.envelope import Recipient
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.pages.people.common import OWNERS, ROLE_NAMES, ROLE_WORDS, confirm_first, get, link_of, people_of, post
from api.people.parts import digest_of
from api.people.records import Letter
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import format_at, parse_at

_ROLES: Final[tuple[Role, ...]] = ("owner", "operator", "accountant", "auditor")


def users(visit: Visit, wrong: Wrong | None = None, letter: Letter | None = None, *, mailed: bool = False) -> Answer:
    """Show who has access, and who is invited."""
    told = visit.query("done").get("done", "")
    people, ledger = people_of(visit), visit.ledger.ledger
    return visit.render(
        "people/users.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        told=told,
        members=[(one, ROLE_NAMES[one.role], _last_day(visit, one.until)) for one in people.users_of(ledger)],
        invited=[(one, ROLE_NAMES[one.role], _last_day(visit, one.until)) for one in people.invitations(ledger)],
        link=link_of(visit, letter.path) if letter is not None else "",
        to=letter.email if letter is not None else "",
        mailed=mailed,
    )


def invitation(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Ask whom to invite, in which role, until when."""
    room = "room" in visit.query("room")
    if (first := confirm_first(visit, visit.at("/users/new"))) is not None:
        return first
    today = visit.context.service.clock.now().date()
    return visit.render(
        "people/invitation.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        roles=_roles(visit),
        role="auditor" if room else "operator",
        until=(today + timedelta(days=30)).isoformat() if room else "",
        tomorrow=(today + timedelta(days=1)).isoformat(),
    )


def invite(visit: Visit) -> Answer:
    """Invite somebody: by mail where mail is on, and only else by a link to pass on."""
    if (first := confirm_first(visit, visit.at("/users/new"))) is not None:
        return first
    try:
        role = _chosen_role(visit)
        language = visit.form.choice("language", ("fr", "en"), "fr")
        until = _until(visit)
    except FieldWrong as wrong:
        return invitation(visit, of_field(wrong, visit.language))
    made = people_of(visit).invite(
        visit.ledger.ledger,
        email=visit.form.text("email"),
        name=visit.form.text("name"),
        language="en" if language == "en" else "fr",
        role=role,
        until=until,
        actor=visit.actor,
    )
    if isinstance(made, Refusal):
        return invitation(visit, of_refusal(made, visit.language))
    return users(visit, letter=made, mailed=_mail(visit, made, role))


def change_role(visit: Visit) -> Answer:
    """Give a user another role, or another end."""
    if (first := confirm_first(visit, visit.at("/users"))) is not None:
        return first
    try:
        role, until = _chosen_role(visit), _until(visit)
    except FieldWrong as wrong:
        return users(visit, of_field(wrong, visit.language))
    people, user = people_of(visit), visit.params["user"]
    if user not in {one.user for one in people.users_of(visit.ledger.ledger)}:
        raise visit.nothing_there()
    refused = people.give_role(visit.ledger.ledger, user, role, actor=visit.actor, until=until)
    if refused is not None:
        return users(visit, of_refusal(refused, visit.language))
    return visit.go(visit.at("/users?done=changed"))


def remove(visit: Visit) -> Answer:
    """Take a user's access away."""
    if (first := confirm_first(visit, visit.at("/users"))) is not None:
        return first
    refused = people_of(visit).take_role(visit.ledger.ledger, visit.params["user"], actor=visit.actor)
    if refused is not None:
        return users(visit, of_refusal(refused, visit.language))
    return visit.go(visit.at("/users?done=removed"))


def withdraw(visit: Visit) -> Answer:
    """Withdraw an invitation."""
    if (first := confirm_first(visit, visit.at("/users"))) is not None:
        return first
    people_of(visit).withdraw(visit.ledger.ledger, visit.form.text("invitation"))
    return visit.go(visit.at("/users?done=withdrawn"))


def _mail(visit: Visit, letter: Letter, role: Role) -> bool:
    sent: Any = visit.context.post.send(
        visit.ledger.ledger,
        "invitation",
        occasion=f"invitation:{digest_of(letter.token)[:32]}",
        to=Recipient(letter.email, letter.name, letter.language, "user"),
        facts={"link": link_of(visit, letter.path), "role": ROLE_NAMES[role] if letter.language == "fr" else role},
        expires_at=letter.expires_at,
        actor=visit.actor,
    )
    return isinstance(sent, str)


def _roles(visit: Visit) -> list[tuple[str, str]]:
    return [(role, visit.say(ROLE_WORDS[role])) for role in _ROLES]


def _chosen_role(visit: Visit) -> Role:
    asked = visit.form.choice("role", _ROLES)
    return next(role for role in _ROLES if role == asked)


def _until(visit: Visit) -> str | None:
    """Give the moment at which an access ends: the end of the last day, in the ledger's own time zone."""
    day = visit.form.day("until")
    if day is None:
        return None
    zone = ZoneInfo(visit.context.service.register(visit.ledger.ledger).time_zone)
    try:
        midnight = datetime.combine(datetime.fromisoformat(day).date() + timedelta(days=1), time(), zone)
    except OverflowError:  # the calendar's last day has no day after
        raise FieldWrong("until", "Ce n'est pas une date.") from None
    return format_at(midnight)


def _last_day(visit: Visit, until: str | None) -> str:
    if until is None:
        return ""
    zone = ZoneInfo(visit.context.service.register(visit.ledger.ledger).time_zone)
    return (parse_at(until).astimezone(zone) - timedelta(microseconds=1)).date().isoformat()


PAGES: Final[tuple[Page, ...]] = (
    get("/desk/{ledger}/users", users, OWNERS, "Les utilisateurs et leurs accès."),
    get("/desk/{ledger}/users/new", invitation, OWNERS, "Inviter quelqu'un."),
    post("/desk/{ledger}/users/new", invite, OWNERS, "Envoyer une invitation."),
    post("/desk/{ledger}/users/withdraw", withdraw, OWNERS, "Retirer une invitation."),
    post("/desk/{ledger}/users/{user}/role", change_role, OWNERS, "Changer le rôle d'un utilisateur."),
    post("/desk/{ledger}/users/{user}/remove", remove, OWNERS, "Retirer l'accès d'un utilisateur."),
)
