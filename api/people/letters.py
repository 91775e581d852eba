"""Links that let somebody begin: the first owner, the invited, those who set a password up or forgot it.

A link works once and for a time. Of its token the store has the SHA-256.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

import orjson

from api.people.limits import INVITED, RESET_BY_ACCOUNT, RESET_BY_ADDRESS, TOKEN_OPENED, network_of
from api.people.naming import normal_email, normal_name
from api.people.parts import digest_of, new_token
from api.people.passwords import check_new
from api.people.records import LIVES, Invited, Letter, Pending, Purpose, SignedIn
from api.people.refusals import refuse, try_later
from api.people.roles import Roles
from ledger.domain.refusals import Refusal
from ledger.shell.people import Language, Token, User, UserRole

PATHS: Final[dict[Purpose, str]] = {
    "first": "/welcome/",
    "invitation": "/welcome/",
    "set_up": "/welcome/",
    "reset": "/reset/",
}
"""Where each kind of link leads; its token follows."""


class Letters(Roles):
    """How somebody becomes a user, or gets back in."""

    # ---- the first owner

    def has_users(self) -> bool:
        """Tell whether anybody can sign in."""
        return self.store.any_user()

    def first_letter(self) -> Letter | None:
        """Make the link at which the first owner is created; None where there is a user."""
        return None if self.has_users() else self._write("first", "", "", {"email": "", "name": "", "language": "fr"})

    def create_first(
        self, token: str, *, email: str, name: str, language: Language, password: str, address: str, adopt: bool,
        label: str = "",
    ) -> SignedIn | Refusal:  # fmt: skip
        """Create the first user, who may open ledgers, at the link that the server printed.

        Args:
            token: of the link.
            email, name, language, password: as typed.
            address: the network address that asks.
            adopt: make them owner of every ledger that no user has: whoever reads what the server prints runs it.
            label: what the list of sessions calls this browser.
        """
        found = self._letter(token, address, "first")
        if isinstance(found, Refusal):
            return found
        made = self._new_user(email, name, language, password)
        if isinstance(made, Refusal):
            return made
        with self.alone("first"):
            if self.has_users():
                return refuse("SET_UP_DONE")
            if not self.store.spend_token(found.token):
                return refuse("LINK_LAPSED")
            user = User(**{**made, "provisions": True})
            self.store.add_user(user)
            self.store.drop_tokens("", ("first",))
        if adopt:
            self._adopt(user.user)
        return self._let_in(user, "password", label)

    # ---- invitations

    def invite(
        self, ledger: str, *, email: str, name: str, language: Language, role: UserRole, actor: str,
        until: str | None = None,
    ) -> Letter | Refusal:  # fmt: skip
        """Invite somebody into a ledger; the role is given when they accept, and is an entry then.

        `actor` is who invites; `until` ends the access, for an auditor's room.
        """
        address, called = normal_email(email), normal_name(name)
        if address is None:
            return refuse("EMAIL_MALFORMED", "/email")
        if called is None:
            return refuse("NAME_MALFORMED", "/name")
        if until is not None and until <= self.text(self.now()):
            return refuse("UNTIL_PAST", "/until")
        if address in {one.email for one in self.users_of(ledger)}:  # of this ledger's alone: no other answer differs
            return refuse("EMAIL_TAKEN", "/email")
        if wait := self.limits.take(INVITED, ledger):
            return try_later(wait)
        facts = {"email": address, "name": called, "language": language, "role": role, "until": until, "by": actor}
        return self._write("invitation", "", ledger, facts)

    def invitations(self, ledger: str) -> list[Invited]:
        """Give the invitations of a ledger that wait, the oldest first."""
        now, found = self.text(self.now()), []
        for one in self.store.tokens_of_ledger(ledger, "invitation"):
            facts = orjson.loads(one.facts)
            if one.expires_at > now:
                found.append(
                    Invited(one.token, facts["email"], facts["name"], facts["role"], facts["until"], one.expires_at)
                )
        return found

    def withdraw(self, ledger: str, invitation: str) -> bool:
        """Withdraw an invitation of a ledger; False if it is not there any more."""
        found = self.store.token(invitation)
        ours = found is not None and (found.ledger, found.purpose) == (ledger, "invitation")
        return ours and self.store.spend_token(invitation)

    def open_letter(self, token: str, *, address: str) -> Pending | Refusal:
        """Tell what a link is about, for its page; nothing is spent."""
        found = self._letter(token, address)
        if isinstance(found, Refusal):
            return found
        facts = self._facts(found)
        return Pending(
            purpose=found.purpose,  # type: ignore[arg-type] # `_letter` gives letters only
            email=facts["email"],
            name=facts["name"],
            language=facts["language"],
            ledger=found.ledger,
            role=facts.get("role"),
            until=facts.get("until"),
        )

    def accept(
        self, token: str, *, name: str, language: Language, password: str, address: str, label: str = ""
    ) -> SignedIn | Refusal:
        """Accept an invitation as a new user; somebody who has an account accepts it signed in (`accept_as`)."""
        found = self._letter(token, address, "invitation")
        if isinstance(found, Refusal):
            return found
        facts = self._facts(found)
        if not self._may_invite(found.ledger, facts["by"]):
            return refuse("LINK_LAPSED")
        made = self._new_user(facts["email"], name, language, password)
        if isinstance(made, Refusal):
            return made
        if not self.store.spend_token(found.token):
            return refuse("LINK_LAPSED")
        user = User(**made)
        if not self.store.add_user(user):
            return refuse("EMAIL_TAKEN")
        refused = self.give_role(found.ledger, user.user, facts["role"], actor=facts["by"], until=facts["until"])
        return refused or self._let_in(user, "password", label)

    def accept_as(self, session_token: str, token: str, *, address: str) -> str | Refusal:
        """Accept an invitation as who is signed in and has its address; give the ledger's id."""
        found, session = self._letter(token, address, "invitation"), self.session(session_token)
        if isinstance(found, Refusal):
            return found
        user = self.store.user(session.user) if session is not None else None
        facts = self._facts(found)
        if user is None or user.email != facts["email"]:
            return refuse("USER_UNKNOWN")
        if not self._may_invite(found.ledger, facts["by"]):
            return refuse("LINK_LAPSED")
        if not self.store.spend_token(found.token):
            return refuse("LINK_LAPSED")
        held = self._role(found.ledger, user.user)
        if held is not None and held in self.held([held]):
            return refuse("EMAIL_TAKEN")
        refused = self.give_role(found.ledger, user.user, facts["role"], actor=facts["by"], until=facts["until"])
        return refused or found.ledger

    # ---- users made by hand, and passwords

    def add_user(
        self, *, email: str, name: str, language: Language = "fr", provisions: bool = False
    ) -> tuple[User, Letter] | Refusal:
        """Make a user without a password, and the link at which they choose one."""
        address, called = normal_email(email), normal_name(name)
        if address is None:
            return refuse("EMAIL_MALFORMED", "/email")
        if called is None:
            return refuse("NAME_MALFORMED", "/name")
        user = User(secrets.token_hex(16), address, called, language, self.text(self.now()), provisions=provisions)
        if not self.store.add_user(user):
            return refuse("EMAIL_TAKEN", "/email")
        return user, self.set_up_letter(user)

    def set_up_letter(self, user: User) -> Letter:
        """Make another link at which a user chooses a password; the ones before end."""
        self.store.drop_tokens(user.user, ("set_up",))
        return self._write("set_up", user.user, "", {"email": user.email, "name": user.name, "language": user.language})

    def ask_reset(self, email: str, *, address: str) -> Letter | Refusal | None:
        """Make the link to reset a password; None where nobody has the address, which the page says to nobody."""
        return self.allow_reset(email, address=address) or self.reset_letter(email)

    def allow_reset(self, email: str, *, address: str) -> Refusal | None:
        """Take a try at a reset, the same for an address that nobody has."""
        normal = normal_email(email) or ""
        wait = self.limits.take(RESET_BY_ADDRESS, network_of(address)) or self.limits.take(RESET_BY_ACCOUNT, normal)
        return try_later(wait) if wait else None

    def reset_letter(self, email: str) -> Letter | None:
        """Make the link, if somebody has the address: to be done beside the answer, which it would make slower."""
        user = self.store.user_by_email(normal_email(email) or "")
        if user is None or user.closed_at:
            return None
        self.store.drop_tokens(user.user, ("reset",))
        return self._write("reset", user.user, "", {"email": user.email, "name": user.name, "language": user.language})

    def choose_password(self, token: str, password: str, *, address: str) -> User | Refusal:
        """Choose a password at a link to set it up or reset it; all sessions end. The authenticator stays in force."""
        found = self._letter(token, address, "set_up", "reset")
        if isinstance(found, Refusal):
            return found
        user = self.store.user(found.user)
        if user is None or user.closed_at:
            return refuse("LINK_LAPSED")
        if refused := check_new(password, user.name, user.email):
            return refused
        if not self.store.spend_token(found.token):
            return refuse("LINK_LAPSED")
        return self._set_password(user.user, password) or user

    def rename(self, user: str, *, name: str, language: Language) -> Refusal | None:
        """Change how a user is called and spoken to."""
        called = normal_name(name)
        if called is None:
            return refuse("NAME_MALFORMED", "/name")
        changed = self.change(user, name=called, language=language)
        self.forget()
        return None if changed is not None else refuse("USER_UNKNOWN")

    # ---- inside

    def _new_user(self, email: str, name: str, language: Language, password: str) -> dict[str, Any] | Refusal:
        """Check what a new user typed; give the members of their record, its password hashed."""
        address, called = normal_email(email), normal_name(name)
        if address is None:
            return refuse("EMAIL_MALFORMED", "/email")
        if called is None:
            return refuse("NAME_MALFORMED", "/name")
        if refused := check_new(password, called, address):
            return refused
        if self.store.user_by_email(address) is not None:
            return refuse("EMAIL_TAKEN", "/email")
        return {
            "user": secrets.token_hex(16),
            "email": address,
            "name": called,
            "language": language,
            "created_at": self.text(self.now()),
            "password": self.passwords.hash(password),
        }

    def _adopt(self, user: str) -> None:
        for row in self.service.ledgers():
            if row.kind in ("live", "training") and not self.store.roles_of_ledger(row.ledger):
                self.give_role(row.ledger, user, "owner", actor=f"user:{user}")

    def _write(self, purpose: Purpose, user: str, ledger: str, facts: dict[str, Any]) -> Letter:
        token, now = new_token(), self.now()
        expires = self.text(now + LIVES[purpose])
        row = Token(digest_of(token), purpose, user, ledger, orjson.dumps(facts), self.text(now), expires)
        self.store.add_token(row)
        return Letter(
            purpose=purpose,
            token=token,
            path=PATHS[purpose] + token,
            email=facts["email"],
            name=facts["name"],
            language=facts["language"],
            expires_at=expires,
            ledger=ledger,
        )

    def _letter(self, token: str, address: str, *purposes: Purpose) -> Token | Refusal:
        if wait := self.limits.take(TOKEN_OPENED, network_of(address)):
            return try_later(wait)
        found = self.store.token(digest_of(token))
        if found is None or found.expires_at <= self.text(self.now()) or found.purpose not in (purposes or PATHS):
            return refuse("LINK_LAPSED")
        return found

    def _may_invite(self, ledger: str, actor: str) -> bool:
        """Whether who invited still may: an invitation does not outlive its inviter's role."""
        kind, _, user = actor.partition(":")
        held = self._role(ledger, user)
        return kind != "user" or (held is not None and held.role == "owner" and bool(self.held([held])))

    def _facts(self, found: Token) -> dict[str, Any]:
        facts: dict[str, Any] = orjson.loads(found.facts)
        return facts
