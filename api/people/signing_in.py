"""Signing in: password, then code. What is wrong is not told apart, and costs the same."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

import orjson

from api.people.limits import (
    SECOND_FACTOR,
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_DEVICE,
    TOKEN_OPENED,
    network_of,
)
from api.people.naming import normal_email
from api.people.parts import digest_of, new_token
from api.people.passwords import check_new
from api.people.records import SECOND_STEP, Method, SecondStep, SignedIn
from api.people.refusals import refuse, try_later
from api.people.second_factor import SecondFactors, method_of
from ledger.domain.refusals import Refusal
from ledger.shell.people import Token, User

_STEP = "second_step"


class SigningIn(SecondFactors):
    """How a session begins."""

    def sign_in(
        self, email: str, password: str, *, address: str, device: str | None = None, label: str = ""
    ) -> SignedIn | SecondStep | Refusal:
        """Take the first step: the session of a user without authenticator, else the token of the second step.

        Args:
            email: as typed.
            password: as typed.
            address: the network address that asks, for its limit; it is kept nowhere.
            device: the cookie of a browser that signed in before.
            label: what the list of sessions calls this browser.
        """
        normal = normal_email(email) or ""
        user = self.store.user_by_email(normal)
        if wait := self._first_limit(normal, user, address, device):
            return try_later(wait)
        known = user is not None and not user.closed_at
        if not self.passwords.right(user.password if user is not None and known else "", password) or user is None:
            self.count_failure(user.user if user is not None and known else "", "password")
            return refuse("SIGN_IN_WRONG")
        if self.passwords.outdated(user.password):
            self.change(user.user, password=self.passwords.hash(password))
        if not user.totp:
            return self._let_in(user, "password", label)
        token, now = new_token(), self.now()
        facts = orjson.dumps({"label": label[:100]})
        expires = self.text(now + SECOND_STEP)
        self.store.add_token(Token(digest_of(token), _STEP, user.user, "", facts, self.text(now), expires))
        return SecondStep(token)

    def second_step(self, token: str, code: str, *, address: str) -> SignedIn | Refusal:
        """Take the second step: a code of the authenticator, or a recovery code."""
        if wait := self.limits.take(TOKEN_OPENED, network_of(address)):
            return try_later(wait)
        step = self.store.token(digest_of(token))
        user = self.store.user(step.user) if step is not None and step.purpose == _STEP else None
        lapsed = step is None or user is None or step.expires_at <= self.text(self.now())
        if step is None or user is None or lapsed or user.closed_at or not user.totp:
            return refuse("STEP_LAPSED")
        if wait := self.limits.take(SECOND_FACTOR, user.user):
            return try_later(wait)
        method = method_of(code)
        if not self._spend(user, code):
            self.count_failure(user.user, method)
            return refuse("CODE_OF_DEVICE_WRONG", "/code")
        if not self.store.spend_token(step.token):
            return refuse("STEP_LAPSED")
        self.limits.forget(SECOND_FACTOR, user.user)
        return self._let_in(user, method, orjson.loads(step.facts)["label"])

    def change_password(self, token: str, old: str, new: str) -> Refusal | None:
        """Change the password of who is signed in; all other sessions and open links to reset it end."""
        session = self.session(token)
        user = self.store.user(session.user) if session is not None else None
        if session is None or user is None:
            return refuse("STEP_LAPSED")
        if wait := self.limits.take(SECOND_FACTOR, user.user):
            return try_later(wait)
        if not self.passwords.right(user.password, old):
            self.count_failure(user.user, "password")
            return refuse("PASSWORD_WRONG", "/old")
        if refused := check_new(new, user.name, user.email, place="/new"):
            return refused
        self.limits.forget(SECOND_FACTOR, user.user)
        return self._set_password(user.user, new, keep=session.session)

    def _set_password(self, user: str, password: str, keep: str = "") -> Refusal | None:
        if self.change(user, password=self.passwords.hash(password)) is None:
            return refuse("USER_UNKNOWN")
        self.store.drop_tokens(user, ("reset", "set_up", _STEP))
        self.end_sessions(user, keep=keep)
        return None

    def _first_limit(self, email: str, user: User | None, address: str, device: str | None) -> int:
        """Take a try: of a browser that this user signed in with before, else of the account and the address."""
        if user is not None and device is not None and (nonce := self._known_device(user.user, device)):
            return self.limits.take(SIGN_IN_BY_DEVICE, user.user, nonce)
        by_address = self.limits.take(SIGN_IN_BY_ADDRESS, network_of(address))
        return by_address or self.limits.take(SIGN_IN_BY_ACCOUNT, email)

    def _let_in(self, user: User, method: Method, label: str) -> SignedIn:
        self.limits.forget(SIGN_IN_BY_ACCOUNT, user.email)
        self.journal_sign_in(user.user, method)
        token = self._begin(user.user, method, label)
        session = self.session(token)
        return SignedIn(user.user, token, self._device(user.user), session is not None and session.must_enrol)

    def _device(self, user: str) -> str:
        """Make the cookie of a browser that has signed in: it opens nothing, it only has a limit of its own."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._device_mark(user, nonce)}"

    def _known_device(self, user: str, device: str) -> str | None:
        nonce, _, mark = device[:200].partition(".")
        same = hmac.compare_digest(self._device_mark(user, nonce).encode(), mark.encode("utf-8", "replace"))
        return nonce if same else None

    def _device_mark(self, user: str, nonce: str) -> str:
        message = f"{user}\n{nonce}".encode("utf-8", "replace")
        return hmac.new(self.vault.subkey("devices"), message, sha256).hexdigest()
