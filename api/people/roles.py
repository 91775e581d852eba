"""Roles of users in ledgers: given, changed, taken away; each an entry, and never the last owner's."""

from __future__ import annotations

from api.people.records import Member
from api.people.refusals import refuse
from api.people.signing_in import SigningIn
from ledger.domain.commands.parties import JournalAccess
from ledger.domain.refusals import Refusal
from ledger.domain.streams.access import ACCESS
from ledger.shell.people import RoleHeld, User, UserRole

NOTHING_TO_CHANGE = "NOTHING_TO_CHANGE"


class Roles(SigningIn):
    """Who may do what."""

    def give_role(
        self, ledger: str, user: str, role: UserRole, *, actor: str, until: str | None = None
    ) -> Refusal | None:
        """Give a user a role in a ledger, in place of any other; their sessions end.

        The old role stops, then the entry is written, then the new one works: a process killed on the way leaves less
        than the chain says, and doing it again mends it.

        Args:
            ledger: its id.
            user: whom.
            role: which.
            actor: who gives it, an opaque id.
            until: when it ends, in UTC with six decimals; None: never.
        """
        if until is not None and until <= self.text(self.now()):
            return refuse("UNTIL_PAST", "/until")
        wanted = RoleHeld(ledger, user, role, until)
        with self.alone(f"roles:{ledger}"):
            known = self.store.user(user)
            if known is None or known.closed_at:
                return refuse("USER_UNKNOWN")
            before = self._role(ledger, user)
            if not _lasts(wanted) and self._is_last_owner(ledger, user):
                return refuse("LAST_OWNER", "/role")
            if before is not None and before != wanted:
                self.store.drop_role(ledger, user)
            try:
                refused = self._journal_role(wanted, role, actor)
            except BaseException:
                if before is not None:  # nothing was written: it is as it was
                    self.store.set_role(before)
                raise
            if refused is not None:
                if before is not None:
                    self.store.set_role(before)
                return refused
            self.store.set_role(wanted)
        if before is not None and before != wanted:
            self.end_sessions(user)
        self.forget()
        return None

    def take_role(self, ledger: str, user: str, *, actor: str) -> Refusal | None:
        """Take a user's role in a ledger away; their sessions end."""
        with self.alone(f"roles:{ledger}"):
            before = self._role(ledger, user)
            if before is None and not self._chain_has(ledger, user):
                return refuse("ROLE_MISSING")
            if self._is_last_owner(ledger, user):
                return refuse("LAST_OWNER")
            self.end_sessions(user)  # while the ledger is still one of theirs: it is told
            self.store.drop_role(ledger, user)
            self.forget()
            return self._journal_role(RoleHeld(ledger, user, "auditor"), None, actor)

    def users_of(self, ledger: str) -> list[Member]:
        """Give the users of a ledger by name, those whose time is over left out."""
        held = self.held(self.store.roles_of_ledger(ledger))
        owners = [one for one in held if _lasts(one)]
        found: list[Member] = []
        for one in held:
            user = self.store.user(one.user)
            if user is not None and not user.closed_at:
                last = owners == [one]
                found.append(Member(one.user, user.email, user.name, one.role, one.until, bool(user.totp), last))
        return sorted(found, key=lambda member: (member.name.casefold(), member.user))

    def user(self, user: str) -> User | None:
        """Give a user, with what is personal."""
        return self.store.user(user)

    def close_user(self, user: str, *, actor: str) -> Refusal | None:
        """End a user's access for good, in every ledger; refused, and nothing done, for the last owner of one.

        Name and address stay, so that a ledger's people know who `user:<id>` was; see `erase_user`.
        """
        roles = self.store.roles_of_user(user)
        if any(self._is_last_owner(one.ledger, user) for one in roles):
            return refuse("LAST_OWNER")
        for one in roles:
            refused = self.take_role(one.ledger, user, actor=actor)
            if refused is not None and refused.code != "ROLE_MISSING":
                return refused
        if self.change(user, closed_at=self.text(self.now()), password="", totp=b"", totp_next=b"") is None:
            return refuse("USER_UNKNOWN")
        self.store.set_codes(user, ())
        self.store.drop_tokens(user, ("reset", "set_up", "second_step"))
        self.end_sessions(user)
        return None

    def erase_user(self, user: str) -> Refusal | None:
        """Forget the name and address of a user whose access has ended (GDPR article 17); entries never had them."""
        found = self.store.user(user)
        if found is None or not found.closed_at:
            return refuse("USER_UNKNOWN")
        self.change(user, email=f"{user}@erased.invalid", name="-")  # `.invalid` is nobody's (RFC 2606 section 2)
        return None

    def _role(self, ledger: str, user: str) -> RoleHeld | None:
        return next((one for one in self.store.roles_of_user(user) if one.ledger == ledger), None)

    def _is_last_owner(self, ledger: str, user: str) -> bool:
        owners = {one.user for one in self.store.roles_of_ledger(ledger) if _lasts(one)}
        return owners == {user}

    def _journal_role(self, held: RoleHeld, role: UserRole | None, actor: str) -> Refusal | None:
        command = JournalAccess(subject=f"user:{held.user}", role=role, until=held.until if role else None)
        outcome = self.service.execute(held.ledger, command, actor=actor)
        if isinstance(outcome, Refusal) and outcome.code != NOTHING_TO_CHANGE:  # the chain says so already
            return outcome
        return None

    def _chain_has(self, ledger: str, user: str) -> bool:
        state = self.service.state(ledger, ACCESS, "self")
        return state is not None and f"user:{user}" in state.grants


def _lasts(held: RoleHeld) -> bool:
    return held.role == "owner" and held.until is None
