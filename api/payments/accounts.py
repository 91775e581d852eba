"""A ledger's accounts with payment providers: their keys, kept encrypted, and what may use them.

A test key serves training ledgers only, a live key live ledgers only. That a provider may tell of payments is an entry
of the technical journal, as for an API key, under the subject `provider:<name>`; its keys never are.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock
from typing import Final

import orjson

from api.payments import stripe
from api.payments.provider import Provider
from api.settings import Settings
from api.vault import Vault
from ledger.domain.commands.parties import JournalAccess
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.types import Means
from ledger.kernel.entry import format_at
from ledger.shell.collections import ACCOUNT_MARK, Account
from ledger.shell.errors import KeyMissing
from ledger.shell.service import Service

_PURPOSE: Final = "payment-provider"
_MARKS: Final = "payment-provider-marks"
_KEPT_SECRETS: Final = 2


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """One provider that Sceau speaks to: what its keys look like, and how it is opened."""

    name: str
    ways: Mapping[str, Means]
    is_test_key: Callable[[str], bool | None]
    is_webhook_secret: Callable[[str], bool]
    make: Callable[[str, Sequence[str], Settings], Provider]


def _stripe(secret_key: str, webhook_secrets: Sequence[str], settings: Settings) -> Provider:
    return stripe.Stripe(secret_key, webhook_secrets, api_base=settings.stripe_api)


KINDS: Final[Mapping[str, ProviderKind]] = {
    "stripe": ProviderKind("stripe", stripe.WAYS, stripe.is_test_key, stripe.is_webhook_secret, _stripe),
}
"""Every provider there is."""


class Accounts:
    """The accounts of a service's ledgers. Methods may be called from several threads; each may block."""

    def __init__(self, service: Service, settings: Settings) -> None:
        """Keep accounts beside the ledgers of `service`."""
        self._service = service
        self._settings = settings
        self._rows = service.store.side().collections()
        self._open: dict[tuple[str, str], tuple[bytes, Provider]] = {}
        self._lock = Lock()

    def add(
        self,
        ledger: str,
        provider: str,
        secret_key: str,
        webhook_secret: str,
        *,
        ways: Sequence[str] = ("card",),
        actor: str,
    ) -> Account | Refusal:
        """Keep a provider's keys, in place of those before; messages signed by the secret before are still believed.

        Keys of an account that another ledger has are refused. The provider is asked which account they are of; where
        it does not tell (`Account.account_known`), only the same keys are found.

        Args:
            ledger: id.
            provider: one of `KINDS`.
            secret_key: what Sceau asks with.
            webhook_secret: what the provider signs with.
            ways: what customers are offered, of the kind's `ways`.
            actor: who asks.

        Raises:
            KeyMissing: the ledger's keys or their passphrase are not here.
        """
        kind = KINDS.get(provider)
        if kind is None:
            return refuse("PROVIDER_UNKNOWN", "/provider")
        refused = self._unfit(ledger, kind, secret_key, webhook_secret, ways)
        if refused is not None:
            return refused
        marks = self._marks(provider, secret_key, webhook_secret)
        if self._elsewhere(ledger, provider, marks):
            return refuse("PROVIDER_KEYS_ELSEWHERE", "/secret_key")
        account_mark = self._account_mark(kind.make(secret_key, (), self._settings), secret_key)
        if account_mark is not None:
            self._learn(ledger, kind)
            marks = (*marks, account_mark)
            if self._elsewhere(ledger, provider, marks):
                return refuse("PROVIDER_KEYS_ELSEWHERE", "/secret_key")
        offered = tuple(dict.fromkeys(ways))
        before = self._rows.account(ledger, provider)
        signing = [webhook_secret]
        if before is not None:
            signing += [each for each in self._read(before)[1] if each != webhook_secret]
        held = {"secret_key": secret_key, "webhook_secrets": signing[:_KEPT_SECRETS]}
        closed = Vault(self._service.keys, ledger).close(_PURPOSE, provider, orjson.dumps(held))
        outcome = self._service.execute(
            ledger, JournalAccess(subject=f"provider:{provider}", role="operator"), actor=actor
        )
        if isinstance(outcome, Refusal) and outcome.code != "NOTHING_TO_CHANGE":
            return outcome
        now = format_at(self._service.clock.now())
        if before is None:
            test_mode = bool(kind.is_test_key(secret_key))
            account = Account(ledger, provider, test_mode, offered, closed, now, swept_at=now, marks=marks)
            if self._rows.add_account(account):
                return account
            before = self._rows.account(ledger, provider)
        while before is not None:
            account = replace(before, ways=offered, secrets=closed, revision=before.revision + 1, marks=marks)
            if self._rows.put_account(account, before.revision):
                return account
            before = self._rows.account(ledger, provider)
        return refuse("PROVIDER_UNKNOWN", "/provider")  # somebody removed it meanwhile

    def _elsewhere(self, ledger: str, provider: str, marks: Sequence[str]) -> bool:
        others = (one for one in self._rows.accounts() if one.ledger != ledger and one.provider == provider)
        return any(set(marks) & set(one.marks) for one in others)

    def _account_mark(self, asking: Provider, secret_key: str) -> str | None:
        """Make what finds another key of the same account; None where the provider does not tell which it is.

        One account's test and live keys are of two modes that share no money: each may serve a ledger of its kind.
        """
        account = asking.account()
        if account is None:
            return None
        mode = "test" if KINDS[asking.name].is_test_key(secret_key) else "live"
        return ACCOUNT_MARK + self._marks(f"{asking.name} account {mode}", account)[0]

    def _learn(self, ledger: str, kind: ProviderKind) -> None:
        """Ask which accounts other ledgers' keys are of, where nobody could tell when they were added."""
        for one in self._rows.accounts():
            if one.ledger == ledger or one.provider != kind.name or one.account_known:
                continue
            try:
                asking, secret_key = self.open(one.ledger, one.provider), self._read(one)[0]
            except KeyMissing:  # that ledger's keys are not here: its own keys are its mark
                continue
            mark = self._account_mark(asking, secret_key) if asking is not None else None
            if mark is not None:
                self._rows.put_account(replace(one, marks=(*one.marks, mark), revision=one.revision + 1), one.revision)

    def _marks(self, provider: str, *keys: str) -> tuple[str, ...]:
        """Make what finds the same keys in another ledger: keyed digests, which tell nobody the keys."""
        secret = Vault.of_server(self._service.keys).subkey(_MARKS)
        return tuple(hmac.new(secret, f"{provider}\n{key}".encode(), sha256).hexdigest() for key in keys)

    def _unfit(
        self, ledger: str, kind: ProviderKind, secret_key: str, webhook_secret: str, ways: Sequence[str]
    ) -> Refusal | None:
        test = kind.is_test_key(secret_key)
        if test is None:
            return refuse("PROVIDER_KEY_UNFIT", "/secret_key", reason="secret_key")
        if not kind.is_webhook_secret(webhook_secret):
            return refuse("PROVIDER_KEY_UNFIT", "/webhook_secret", reason="webhook_secret")
        training = self._service.register(ledger).kind == "training"
        if test and not training:
            return refuse("PROVIDER_TEST_ON_LIVE", "/secret_key")
        if not test and training:
            return refuse("PROVIDER_LIVE_ON_TRAINING", "/secret_key")
        if not test and self._settings.stripe_api is not None:  # a live key is told to nobody but Stripe
            return refuse("PROVIDER_KEY_UNFIT", "/secret_key", reason="SCEAU_STRIPE_API")
        unknown = next((each for each in ways if each not in kind.ways), None)
        if unknown is not None or not ways:
            return refuse("PROVIDER_WAY_UNKNOWN", "/ways", way=(unknown or "")[:32])
        return None

    def all(self, ledger: str) -> list[Account]:
        """Give a ledger's accounts, by provider."""
        return self._rows.accounts(ledger)

    def everywhere(self) -> list[Account]:
        """Give the accounts of all ledgers."""
        return self._rows.accounts()

    def one(self, ledger: str, provider: str) -> Account | None:
        """Give a ledger's account with a provider."""
        return self._rows.account(ledger, provider)

    def remove(self, ledger: str, provider: str, *, actor: str) -> Refusal | None:
        """Forget a provider's keys; refused while it may still take money that nobody would hear of."""
        if self._rows.account(ledger, provider) is None:
            return refuse("PROVIDER_UNKNOWN", "/provider")
        if any(each.provider == provider for each in self._rows.collections(ledger)):
            return refuse("PROVIDER_IN_USE", "/provider")
        self._rows.delete_account(ledger, provider)
        # A closed ledger takes no entry; its provider goes all the same.
        self._service.execute(ledger, JournalAccess(subject=f"provider:{provider}"), actor=actor)
        return None

    def open(self, ledger: str, provider: str) -> Provider | None:
        """Give what speaks for the ledger's account with a provider; None where it has none.

        Raises:
            KeyMissing: the ledger's keys or their passphrase are not here.
        """
        account = self._rows.account(ledger, provider)
        kind = KINDS.get(provider)
        if account is None or kind is None:
            return None
        with self._lock:
            held = self._open.get((ledger, provider))
            if held is not None and held[0] == account.secrets:
                return held[1]
        secret_key, webhook_secrets = self._read(account)
        if not account.test_mode and self._settings.stripe_api is not None:
            return None  # a live key is told to nobody but Stripe
        opened = kind.make(secret_key, webhook_secrets, self._settings)
        with self._lock:
            self._open[ledger, provider] = account.secrets, opened
        return opened

    def _read(self, account: Account) -> tuple[str, list[str]]:
        held = orjson.loads(Vault(self._service.keys, account.ledger).open(_PURPOSE, account.provider, account.secrets))
        return held["secret_key"], held["webhook_secrets"]
