"""`sceau user`: who signs in at the desk, with which role; links for those who begin or lost their way in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.people.access import People, people_of
from api.people.naming import normal_email
from api.people.records import Letter
from api.settings import Settings
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import format_at
from ledger.shell.people import User

app = typer.Typer(help="Users of the desk: who signs in, and in which role.", no_args_is_help=True)
Role = Literal["owner", "operator", "accountant", "auditor"]

UserArgument = Annotated[str, typer.Argument(help="e-mail address or id")]
LedgerOption = Annotated[str, typer.Option("--ledger", help="name or id")]
RoleOption = Annotated[Role, typer.Option(help="owner: all; operator: the sale; others: read")]
UntilOption = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="when the access ends, UTC; never by default"),
]


@dataclass(frozen=True, slots=True)
class _Desk:
    people: People
    given: Settings

    def find(self, named: str) -> User:
        found = self.people.store.user_by_email(normal_email(named) or "") or self.people.user(named)
        if found is None:
            output.fail("nobody has that address or id: `sceau user list` shows them", output.FINDINGS)
        return found

    def link(self, letter: Letter) -> dict[str, Any]:
        return {"link": self.given.link_base + letter.path, "expires_at": letter.expires_at}


@contextmanager
def _desk(store: str | None, *, create: bool = False) -> Iterator[_Desk]:
    given = settings(store)
    with service(given, create=create) as opened:
        yield _Desk(people_of(opened), given)


def _ok(outcome: Refusal | None) -> None:
    if outcome is not None:
        output.fail(refusal_words(outcome), output.FINDINGS)


def _say_link(members: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.emit(members)
    else:
        output.say(members["link"])
        output.aside(f"works once, until {members['expires_at'][:16]}Z; whoever has it gets in")


@app.command("first")
def first(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Print the address at which the first owner of a server is created; it works once, for 24 hours."""
    with _desk(store, create=True) as desk:
        letter = desk.people.first_letter()
        if letter is None:
            output.fail("this server has users: an owner invites others", output.FINDINGS)
        members = desk.link(letter)
    _say_link(members, as_json)


@app.command("add")
def add(
    email: Annotated[str, typer.Option("--email", help="their address")],
    name: Annotated[str, typer.Option("--name", help="how the desk calls them")],
    ledger: Annotated[str | None, typer.Option("--ledger", help="name or id")] = None,
    role: RoleOption = "operator",
    owner: Annotated[bool, typer.Option("--owner", help="the same as --role owner")] = False,
    until: UntilOption = None,
    opens: Annotated[bool, typer.Option("--opens-ledgers", help="may open ledgers in the browser")] = False,
    language: Annotated[Literal["fr", "en"], typer.Option(help="of the desk and of mail")] = "fr",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a user, and print the link at which they choose a password; it works once, for three days."""
    with _desk(store, create=True) as desk:
        row = desk.people.service.find(ledger) if ledger is not None else None
        made = desk.people.add_user(email=email, name=name, language=language, provisions=opens)
        if isinstance(made, Refusal):
            output.fail(refusal_words(made), output.FINDINGS)
        user, letter = made
        if row is not None:
            _ok(desk.people.give_role(row.ledger, user.user, "owner" if owner else role, actor=ACTOR, until=_at(until)))
        members = {"user": user.user, "ledger": row.ledger if row else None, **desk.link(letter)}
    _say_link(members, as_json)


@app.command("link")
def link(user: UserArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Print another link at which a user chooses a password; the authenticator stays in force."""
    with _desk(store) as desk:
        found = desk.find(user)
        if found.closed_at:
            output.fail("this user's access has ended", output.FINDINGS)
        members = {"user": found.user, **desk.link(desk.people.set_up_letter(found))}
    _say_link(members, as_json)


@app.command("list")
def list_users(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the users and their roles."""
    with _desk(store) as desk:
        names = {row.ledger: row.name for row in desk.people.service.ledgers()}
        found: list[dict[str, Any]] = [
            {
                "user": user.user,
                "email": user.email,
                "name": user.name,
                "state": "closed" if user.closed_at else "active" if user.password else "invited",
                "second_factor": bool(user.totp),
                "roles": [
                    {"ledger": names.get(one.ledger, one.ledger), "role": one.role, "until": one.until}
                    for one in desk.people.store.roles_of_user(user.user)
                ],
            }
            for user in desk.people.store.users()
        ]
    if as_json:
        output.emit({"users": found})
        return
    rows = [
        [
            str(one["user"]),
            str(one["email"]),
            str(one["name"]),
            ", ".join(f"{held['ledger']}: {held['role']}{_until(held['until'])}" for held in one["roles"]),
            "TOTP" if one["second_factor"] else "",
            str(one["state"]),
        ]
        for one in found
    ]
    output.table("", ("user", "email", "name", "roles", "", "state"), rows)


@app.command("role")
def role_of(
    user: UserArgument,
    ledger: LedgerOption,
    role: RoleOption,
    until: UntilOption = None,
    store: StoreOption = None,
) -> None:
    """Give a user a role in a ledger, in place of any other; their sessions end."""
    with _desk(store) as desk:
        found, row = desk.find(user), desk.people.service.find(ledger)
        _ok(desk.people.give_role(row.ledger, found.user, role, actor=ACTOR, until=_at(until)))
    output.say(f"user {found.user} is {role} of {row.name}")


@app.command("remove")
def remove(user: UserArgument, ledger: LedgerOption, store: StoreOption = None) -> None:
    """Take a user's role in a ledger away; refused for its last owner."""
    with _desk(store) as desk:
        found, row = desk.find(user), desk.people.service.find(ledger)
        _ok(desk.people.take_role(row.ledger, found.user, actor=ACTOR))
    output.say(f"user {found.user} has no role in {row.name}")


@app.command("close")
def close(
    user: UserArgument,
    forget: Annotated[bool, typer.Option("--forget", help="erase name and address too")] = False,
    store: StoreOption = None,
) -> None:
    """End a user's access for good, in every ledger; refused for the last owner of one."""
    with _desk(store) as desk:
        found = desk.find(user)
        if not found.closed_at:
            _ok(desk.people.close_user(found.user, actor=ACTOR))
        if forget:
            _ok(desk.people.erase_user(found.user))
    output.say(f"user {found.user} has no access any more")


@app.command("sign-out")
def sign_out(user: UserArgument, store: StoreOption = None) -> None:
    """End all of a user's sessions."""
    with _desk(store) as desk:
        count = desk.people.end_sessions(desk.find(user).user)
    output.say(f"{count} sessions ended")


@app.command("drop-totp")
def drop_totp(user: UserArgument, store: StoreOption = None) -> None:
    """Take the authenticator of a user away who lost it with all recovery codes; their sessions end."""
    with _desk(store) as desk:
        found = desk.find(user)
        _ok(desk.people.drop_second_factor(found.user))
    output.say(f"user {found.user} signs in by password and enrols anew")


def _at(until: datetime | None) -> str | None:
    return None if until is None else format_at(until.replace(tzinfo=UTC))


def _until(until: str | None) -> str:
    return f" until {until[:16]}Z" if until else ""
