"""What is kept of online payments beside the chain: accounts with providers, and collections that have not ended.

No ledger rule lives here. Keys of accounts and what is private of a collection arrive encrypted (`api/vault.py`). There
is one collection of a document at a time; one that has ended is forgotten here, the chain knows it.
Instants arrive as text, made by the caller: nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final, Literal, Protocol, TypeAlias

CollectionState: TypeAlias = Literal["asked", "open", "waiting"]
"""`asked`: the provider may know it, the customer does not; `open`: it can be paid; `waiting`: money is on its way."""

ACCOUNT_MARK: Final = "account:"
"""What the mark of an account begins with; those of keys have nothing before their digest."""


@dataclass(frozen=True, slots=True)
class Account:
    """One ledger's account with one provider; `revision` grows by one with each change."""

    ledger: str
    provider: str
    test_mode: bool
    ways: tuple[str, ...]
    secrets: bytes  # encrypted
    created_at: str
    swept_at: str = ""  # messages up to here were asked for; empty: never
    revision: int = 1
    marks: tuple[str, ...] = ()  # keyed digests of its keys and account, to find the same ones in another ledger

    @property
    def account_known(self) -> bool:
        """Whether the provider told which account these keys are of; else only the same keys are recognised."""
        return any(each.startswith(ACCOUNT_MARK) for each in self.marks)


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection that has not ended; `revision` grows by one with each change."""

    ledger: str
    collection: str
    provider: str
    about: str
    about_kind: str
    amount_cents: int
    currency: str
    created_at: str
    expires_at: str
    private: bytes  # encrypted: where the customer goes, and comes back to
    state: CollectionState = "asked"
    reference: str = ""
    revision: int = 1


class Collections(Protocol):
    """Online payments of one store. Methods may be called from several threads."""

    def add_account(self, account: Account) -> bool:
        """Keep a new account; False if the ledger has one with that provider."""

    def account(self, ledger: str, provider: str) -> Account | None:
        """The ledger's account with a provider."""

    def accounts(self, ledger: str | None = None) -> list[Account]:
        """The accounts of a ledger, or of all, by (ledger, provider)."""

    def put_account(self, account: Account, expected: int) -> bool:
        """Replace an account whose stored revision is `expected`; False, and nothing kept, if not."""

    def delete_account(self, ledger: str, provider: str) -> bool:
        """Delete an account; False if there was none."""

    def create(self, collection: Collection) -> bool:
        """Keep a new collection; False if its id is taken or its document has one."""

    def collection(self, ledger: str, collection: str) -> Collection | None:
        """The collection of that id."""

    def of_document(self, ledger: str, about: str) -> Collection | None:
        """The collection of a document."""

    def collections(self, ledger: str | None = None) -> list[Collection]:
        """The collections of a ledger, or of all, the oldest first."""

    def put(self, collection: Collection, expected: int) -> bool:
        """Replace a collection whose stored revision is `expected`; False, and nothing kept, if not."""

    def delete(self, ledger: str, collection: str) -> bool:
        """Forget a collection; False if there was none."""


class Run(Protocol):
    """One SQL statement with `?` placeholders, run in a transaction of its own."""

    def __call__(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        """Its rows, and how many rows it changed: 0 when a key refused it."""


_ACCOUNT: Final = "ledger_id, provider, test_mode, ways, secrets, created_at, swept_at, revision, marks"
_COLLECTION: Final = (
    "ledger_id, collection_id, provider, about, about_kind, amount_cents, currency, created_at, expires_at, state,"
    " reference, private, revision"
)


class SqlCollections:
    """`Collections` over any SQL store: the statements are plain enough to be the same everywhere."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def add_account(self, account: Account) -> bool:
        """See `Collections`."""
        places = ", ".join("?" * 9)
        sql = f"INSERT INTO provider_accounts ({_ACCOUNT}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        return self._run(sql, _account_row(account))[1] == 1

    def account(self, ledger: str, provider: str) -> Account | None:
        """See `Collections`."""
        sql = f"SELECT {_ACCOUNT} FROM provider_accounts WHERE ledger_id = ? AND provider = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, provider))
        return _account(rows[0]) if rows else None

    def accounts(self, ledger: str | None = None) -> list[Account]:
        """See `Collections`."""
        where, params = ("", ()) if ledger is None else (" WHERE ledger_id = ?", (ledger,))
        sql = f"SELECT {_ACCOUNT} FROM provider_accounts{where} ORDER BY ledger_id, provider"  # noqa: S608 - constants only
        return [_account(row) for row in self._run(sql, params)[0]]

    def put_account(self, account: Account, expected: int) -> bool:
        """See `Collections`."""
        sql = (
            "UPDATE provider_accounts SET test_mode = ?, ways = ?, secrets = ?, created_at = ?, swept_at = ?,"
            " revision = ?, marks = ? WHERE ledger_id = ? AND provider = ? AND revision = ?"
        )
        params = (*_account_row(account)[2:], account.ledger, account.provider, expected)
        return self._run(sql, params)[1] == 1

    def delete_account(self, ledger: str, provider: str) -> bool:
        """See `Collections`."""
        sql = "DELETE FROM provider_accounts WHERE ledger_id = ? AND provider = ?"
        return self._run(sql, (ledger, provider))[1] == 1

    def create(self, collection: Collection) -> bool:
        """See `Collections`."""
        places = ", ".join("?" * 13)
        sql = f"INSERT INTO online_collections ({_COLLECTION}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        return self._run(sql, _row(collection))[1] == 1

    def collection(self, ledger: str, collection: str) -> Collection | None:
        """See `Collections`."""
        sql = f"SELECT {_COLLECTION} FROM online_collections WHERE ledger_id = ? AND collection_id = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, collection))
        return _collection(rows[0]) if rows else None

    def of_document(self, ledger: str, about: str) -> Collection | None:
        """See `Collections`."""
        sql = f"SELECT {_COLLECTION} FROM online_collections WHERE ledger_id = ? AND about = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, about))
        return _collection(rows[0]) if rows else None

    def collections(self, ledger: str | None = None) -> list[Collection]:
        """See `Collections`."""
        where, params = ("", ()) if ledger is None else (" WHERE ledger_id = ?", (ledger,))
        sql = f"SELECT {_COLLECTION} FROM online_collections{where} ORDER BY created_at, ledger_id, collection_id"  # noqa: S608 - constants only
        return [_collection(row) for row in self._run(sql, params)[0]]

    def put(self, collection: Collection, expected: int) -> bool:
        """See `Collections`."""
        sql = (
            "UPDATE online_collections SET provider = ?, about = ?, about_kind = ?, amount_cents = ?, currency = ?,"
            " created_at = ?, expires_at = ?, state = ?, reference = ?, private = ?, revision = ?"
            " WHERE ledger_id = ? AND collection_id = ? AND revision = ?"
        )
        params = (*_row(collection)[2:], collection.ledger, collection.collection, expected)
        return self._run(sql, params)[1] == 1

    def delete(self, ledger: str, collection: str) -> bool:
        """See `Collections`."""
        sql = "DELETE FROM online_collections WHERE ledger_id = ? AND collection_id = ?"
        return self._run(sql, (ledger, collection))[1] == 1


def _account_row(one: Account) -> tuple[object, ...]:
    return (
        one.ledger, one.provider, int(one.test_mode), ",".join(one.ways), one.secrets, one.created_at, one.swept_at,
        one.revision, " ".join(one.marks),
    )  # fmt: skip


def _account(row: Any) -> Account:
    ways = tuple(row[3].split(",")) if row[3] else ()
    return Account(
        str(row[0]), row[1], bool(row[2]), ways, bytes(row[4]), row[5], row[6], row[7], tuple(row[8].split())
    )


def _row(one: Collection) -> tuple[object, ...]:
    return (
        one.ledger, one.collection, one.provider, one.about, one.about_kind, one.amount_cents, one.currency,
        one.created_at, one.expires_at, one.state, one.reference, one.private, one.revision,
    )  # fmt: skip


def _collection(row: Any) -> Collection:
    return Collection(
        ledger=str(row[0]), collection=row[1], provider=row[2], about=row[3], about_kind=row[4], amount_cents=row[5],
        currency=row[6], created_at=row[7], expires_at=row[8], state=row[9], reference=row[10], private=bytes(row[11]),
        revision=row[12],
    )  # fmt: skip


class MemoryCollections:
    """`Collections` in memory, for tests and trials."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._accounts: dict[tuple[str, str], Account] = {}
        self._collections: dict[tuple[str, str], Collection] = {}

    def add_account(self, account: Account) -> bool:
        """See `Collections`."""
        with self._lock:
            return self._accounts.setdefault((account.ledger, account.provider), account) is account

    def account(self, ledger: str, provider: str) -> Account | None:
        """See `Collections`."""
        return self._accounts.get((ledger, provider))

    def accounts(self, ledger: str | None = None) -> list[Account]:
        """See `Collections`."""
        with self._lock:
            return [one for key, one in sorted(self._accounts.items()) if ledger in (None, key[0])]

    def put_account(self, account: Account, expected: int) -> bool:
        """See `Collections`."""
        with self._lock:
            stored = self._accounts.get((account.ledger, account.provider))
            if stored is None or stored.revision != expected:
                return False
            self._accounts[account.ledger, account.provider] = account
            return True

    def delete_account(self, ledger: str, provider: str) -> bool:
        """See `Collections`."""
        with self._lock:
            return self._accounts.pop((ledger, provider), None) is not None

    def create(self, collection: Collection) -> bool:
        """See `Collections`."""
        with self._lock:
            key = collection.ledger, collection.collection
            if key in self._collections or self.of_document(collection.ledger, collection.about) is not None:
                return False
            self._collections[key] = collection
            return True

    def collection(self, ledger: str, collection: str) -> Collection | None:
        """See `Collections`."""
        return self._collections.get((ledger, collection))

    def of_document(self, ledger: str, about: str) -> Collection | None:
        """See `Collections`."""
        with self._lock:
            found = (one for one in self._collections.values() if (one.ledger, one.about) == (ledger, about))
            return next(found, None)

    def collections(self, ledger: str | None = None) -> list[Collection]:
        """See `Collections`."""
        with self._lock:
            found = [one for one in self._collections.values() if ledger in (None, one.ledger)]
        return sorted(found, key=lambda one: (one.created_at, one.ledger, one.collection))

    def put(self, collection: Collection, expected: int) -> bool:
        """See `Collections`."""
        with self._lock:
            key = collection.ledger, collection.collection
            stored = self._collections.get(key)
            if stored is None or stored.revision != expected:
                return False
            self._collections[key] = collection
            return True

    def delete(self, ledger: str, collection: str) -> bool:
        """See `Collections`."""
        with self._lock:
            return self._collections.pop((ledger, collection), None) is not None
