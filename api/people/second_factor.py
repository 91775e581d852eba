"""The second factor of a user: enrolled, spent, replaced; and the proof that dangerous acts ask for."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from api.people.codes import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    SECRET_BYTES,
    Enrolment,
    enrolment,
    is_recovery_code,
    recovery_code,
    recovery_hash,
    step_of,
)
from api.people.limits import SECOND_FACTOR
from api.people.records import Method
from api.people.refusals import refuse, try_later
from api.people.sessions import Sessions
from ledger.domain.refusals import Refusal
from ledger.shell.errors import KeyMissing
from ledger.shell.people import User

_TOTP: Final = "totp"
_TOTP_NEXT: Final = "totp.next"
_ISSUER: Final = "Sceau"


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Ten codes that each let their user in once, without the authenticator; shown this once."""

    codes: tuple[str, ...] = field(repr=False)


class SecondFactors(Sessions):
    """Authenticators and recovery codes."""

    def begin_enrolment(self, token: str) -> Enrolment | Refusal:
        """Make a new secret for an authenticator; it counts once a code of it was given, in this same session.

        Whoever has an authenticator proves it first (`check_again`).
        """
        session = self.session(token)
        user = self.store.user(session.user) if session is not None else None
        if session is None or user is None:
            return refuse("STEP_LAPSED")
        if user.totp and not session.checked:
            return refuse("CODE_NEEDED")
        secret = secrets.token_bytes(SECRET_BYTES)
        sealed = self.vault.close(_TOTP_NEXT, _of_session(user.user, session.session), secret)
        if self.change(user.user, totp_next=sealed) is None:
            return refuse("USER_UNKNOWN")
        return enrolment(secret, user.email, _ISSUER)

    def pending_enrolment(self, token: str) -> Enrolment | None:
        """Give the secret that `begin_enrolment` made in this session and no code has confirmed yet, to be shown again.

        One that another session was shown is not: whoever had that session may know it.
        """
        session = self.session(token)
        user = self.store.user(session.user) if session is not None else None
        secret = self._pending(user, session.session) if user is not None and session is not None else None
        return None if user is None or secret is None else enrolment(secret, user.email, _ISSUER)

    def confirm_enrolment(self, token: str, code: str) -> RecoveryCodes | Refusal:
        """Put the new secret in force by a code of it; give fresh recovery codes, and end all other sessions."""
        session = self.session(token)
        user = self.store.user(session.user) if session is not None else None
        if session is None or user is None:
            return refuse("STEP_LAPSED")
        secret = self._pending(user, session.session)
        if secret is None:
            return refuse("ENROLMENT_LAPSED")
        if user.totp and not session.checked:
            return refuse("CODE_NEEDED")
        if wait := self.limits.take(SECOND_FACTOR, user.user):
            return try_later(wait)
        step = step_of(secret, code, self.now(), -1)
        if step is None:
            return refuse("CODE_OF_DEVICE_WRONG", "/code")
        # By the revision that was read: were another secret begun meanwhile, this code would be of the wrong one.
        changed = self._with(user, totp=self.vault.close(_TOTP, user.user, secret), totp_next=b"")
        if not changed:
            return refuse("ENROLMENT_LAPSED")
        self.store.spend_step(user.user, step)
        self.limits.forget(SECOND_FACTOR, user.user)
        self.end_sessions(user.user, keep=session.session)
        self.store.check_session(session.session, self.text(self.now()))
        self.forget()
        return self._fresh_codes(user.user)

    def renew_recovery_codes(self, token: str) -> RecoveryCodes | Refusal:
        """Make new recovery codes in place of those that are left."""
        session = self.session(token)
        if session is None:
            return refuse("STEP_LAPSED")
        if not session.enrolled or not session.checked:
            return refuse("CODE_NEEDED")
        return self._fresh_codes(session.user)

    def recovery_codes_left(self, user: str) -> int:
        """Tell how many recovery codes a user has left."""
        return self.store.count_codes(user)

    def check_again(self, token: str, code: str) -> Refusal | None:
        """Take a fresh code (or, of a user without authenticator, the password) as proof for dangerous acts.

        None: `session.checked` is true for ten minutes.
        """
        session = self.session(token)
        user = self.store.user(session.user) if session is not None else None
        if session is None or user is None:
            return refuse("STEP_LAPSED")
        if wait := self.limits.take(SECOND_FACTOR, user.user):
            return try_later(wait)
        right = self._spend(user, code) if user.totp else self.passwords.right(user.password, code)
        if not right:
            self.count_failure(user.user, method_of(code) if user.totp else "password")
            return refuse("CODE_OF_DEVICE_WRONG" if user.totp else "PASSWORD_WRONG", "/code")
        self.limits.forget(SECOND_FACTOR, user.user)
        self.store.check_session(session.session, self.text(self.now()))
        self.forget()
        return None

    def drop_second_factor(self, user: str) -> Refusal | None:
        """Take a user's authenticator and recovery codes away, who has lost both; their sessions end.

        Whoever asks has made sure who they are: it is for the command line and for owners.
        """
        if self.change(user, totp=b"", totp_next=b"") is None:
            return refuse("USER_UNKNOWN")
        self.store.set_codes(user, ())
        self.end_sessions(user)
        return None

    def _pending(self, user: User, session: str) -> bytes | None:
        """Give the secret that is being enrolled in this session; None where none is, or another's session began it."""
        if not user.totp_next:
            return None
        with suppress(KeyMissing):
            return self.vault.open(_TOTP_NEXT, _of_session(user.user, session), user.totp_next)
        return None

    def _spend(self, user: User, code: str) -> bool:
        """Take a code of the authenticator or a recovery code; each is taken once, in all processes."""
        secret = self.vault.open(_TOTP, user.user, user.totp)
        step = step_of(secret, code, self.now(), user.totp_step)
        if step is not None:
            return self.store.spend_step(user.user, step)
        kept = recovery_hash(self.vault.subkey("recovery"), user.user, code)
        return kept is not None and self.store.spend_code(user.user, kept)

    def _fresh_codes(self, user: str) -> RecoveryCodes:
        key = self.vault.subkey("recovery")
        codes = tuple(recovery_code(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
        self.store.set_codes(user, [recovery_hash(key, user, code) or "" for code in codes])
        return RecoveryCodes(codes)

    def _with(self, user: User, **members: object) -> bool:
        """Change a user who is still as they were read."""
        changed = replace(user, **members, revision=user.revision + 1)  # type: ignore[arg-type] # members of User
        return self.store.put_user(changed, user.revision)


def method_of(code: str) -> Method:
    """Tell by its form which of the two was typed, right or wrong: a recovery code, else one of the authenticator.

    No code can be both: six digits, sixteen letters and digits.
    """
    return "password_recovery" if is_recovery_code(code) else "password_totp"


def _of_session(user: str, session: str) -> str:
    return f"{user}/{session}"
