"""What is kept beside the chain: working papers (drafts) and access keys. No ledger rule lives here.

Drafts are mutable and conflict-checked by revision. Access keys are kept as the SHA-256 of their secret; one key may be
granted several ledgers. Instants arrive as text, made by the caller: nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final, Protocol

from ledger.shell.collections import Collections, MemoryCollections, SqlCollections
from ledger.shell.hooks import Hooks, MemoryHooks, SqlHooks
from ledger.shell.outbox import MemoryOutbox, Outbox, SqlOutbox
from ledger.shell.people import PeopleStore, SqlPeople
from ledger.shell.people_memory import MemoryPeople
from ledger.shell.signing import MemorySigning, Signing, SqlSigning

NEVER: Final = "9999-12-31T23:59:59Z"


@dataclass(frozen=True, slots=True)
class Draft:
    """One working paper; `revision` grows by one with each change and is what an ETag carries."""

    draft: str
    kind: str
    revision: int
    body: bytes  # JSON, opaque here
    updated_at: str


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One API key. `secret` is the SHA-256 (64 hex) of what its holder sends; `provisions` lets it open ledgers."""

    key: str
    secret: str
    label: str
    provisions: bool
    created_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """One key's role in one ledger."""

    ledger: str
    key: str
    role: str


class Side(Protocol):
    """Drafts and access of one store. Methods may be called from several threads."""

    def create_draft(self, ledger: str, draft: Draft) -> bool:
        """Keep a new draft at its revision; False if the id is taken."""

    def draft(self, ledger: str, draft: str) -> Draft | None:
        """The draft of that id."""

    def put_draft(self, ledger: str, draft: Draft, expected: int) -> bool:
        """Replace body, kind and revision if the stored revision is `expected`; False, and nothing kept, if not."""

    def delete_draft(self, ledger: str, draft: str, expected: int | None = None) -> bool:
        """Delete a draft (of that revision, if one is given); False if there was none."""

    def drafts(self, ledger: str, kind: str | None = None, after: str = "", limit: int = 100) -> list[Draft]:
        """Drafts with an id > after, in order of id, of one kind if given."""

    def create_key(self, key: AccessKey) -> bool:
        """Keep a new access key; False if its id or secret is taken."""

    def key_by_secret(self, secret: str) -> AccessKey | None:
        """The key whose secret has this SHA-256, revoked or not: the caller looks at `revoked_at`."""

    def keys(self) -> list[AccessKey]:
        """Every access key, by (created_at, id)."""

    def revoke_key(self, key: str, at: str) -> bool:
        """Mark a key revoked, once; False if it is unknown or was already."""

    def grant(self, grant: Grant) -> bool:
        """Give a key this role in a ledger, in place of any other; False if there is no such key."""

    def ungrant(self, ledger: str, key: str) -> bool:
        """Take a key's role in a ledger away; False if it had none."""

    def grants_of_key(self, key: str) -> list[Grant]:
        """A key's roles, by ledger."""

    def grants_of_ledger(self, ledger: str) -> list[Grant]:
        """Who may do what in a ledger, by key."""

    def take_lease(self, name: str, holder: str, now: str, until: str, never: str = NEVER) -> bool:
        """Take or prolong a lease; False while another holder's has not lapsed. Instants: RFC 3339 with Z.

        One that says it lapses after `never` was taken by a clock that is wrong, and holds nobody up.
        """

    def drop_lease(self, name: str, holder: str) -> bool:
        """Give a lease back; False if it is not this holder's."""

    def hooks(self) -> Hooks:
        """What is kept of webhooks."""

    def collections(self) -> Collections:
        """What is kept of online payments."""

    def people(self) -> PeopleStore:
        """What is kept of users, sessions and limits."""

    def outbox(self) -> Outbox:
        """What is kept of messages."""

    def signing(self) -> Signing:
        """What is kept of signing: codes on their way, files."""


class Run(Protocol):
    """One SQL statement with `?` placeholders, run in a transaction of its own."""

    def __call__(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        """Its rows, and how many rows it changed: 0 when a key refused it."""


_DRAFT = "draft_id, kind, revision, body, updated_at"
_KEY = "key_id, secret, label, provisions, created_at, revoked_at"


class SqlSide:
    """`Side` over any SQL store: the statements are plain enough to be the same everywhere."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create_draft(self, ledger: str, draft: Draft) -> bool:
        """See `Side`."""
        sql = f"INSERT INTO drafts (ledger_id, {_DRAFT}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        params = (ledger, draft.draft, draft.kind, draft.revision, draft.body, draft.updated_at)
        return self._run(sql, params)[1] == 1

    def draft(self, ledger: str, draft: str) -> Draft | None:
        """See `Side`."""
        sql = f"SELECT {_DRAFT} FROM drafts WHERE ledger_id = ? AND draft_id = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, draft))
        return Draft(*rows[0]) if rows else None

    def put_draft(self, ledger: str, draft: Draft, expected: int) -> bool:
        """See `Side`."""
        sql = (
            "UPDATE drafts SET kind = ?, revision = ?, body = ?, updated_at = ?"
            " WHERE ledger_id = ? AND draft_id = ? AND revision = ?"
        )
        params = (draft.kind, draft.revision, draft.body, draft.updated_at, ledger, draft.draft, expected)
        return self._run(sql, params)[1] == 1

    def delete_draft(self, ledger: str, draft: str, expected: int | None = None) -> bool:
        """See `Side`."""
        sql = "DELETE FROM drafts WHERE ledger_id = ? AND draft_id = ?"
        if expected is None:
            return self._run(sql, (ledger, draft))[1] == 1
        return self._run(sql + " AND revision = ?", (ledger, draft, expected))[1] == 1

    def drafts(self, ledger: str, kind: str | None = None, after: str = "", limit: int = 100) -> list[Draft]:
        """See `Side`."""
        of_kind, params = ("", [ledger, after]) if kind is None else (" AND kind = ?", [ledger, after, kind])
        sql = (
            f"SELECT {_DRAFT} FROM drafts WHERE ledger_id = ? AND draft_id > ?{of_kind}"  # noqa: S608 - constants only
            " ORDER BY draft_id LIMIT ?"
        )
        rows, _ = self._run(sql, (*params, limit))
        return [Draft(*row) for row in rows]

    def create_key(self, key: AccessKey) -> bool:
        """See `Side`."""
        sql = f"INSERT INTO access_keys ({_KEY}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        params = (key.key, key.secret, key.label, int(key.provisions), key.created_at, key.revoked_at)
        return self._run(sql, params)[1] == 1

    def key_by_secret(self, secret: str) -> AccessKey | None:
        """See `Side`."""
        rows, _ = self._run(f"SELECT {_KEY} FROM access_keys WHERE secret = ?", (secret,))  # noqa: S608 - constants only
        return _key(rows[0]) if rows else None

    def keys(self) -> list[AccessKey]:
        """See `Side`."""
        rows, _ = self._run(f"SELECT {_KEY} FROM access_keys ORDER BY created_at, key_id", ())  # noqa: S608 - constants only
        return [_key(row) for row in rows]

    def revoke_key(self, key: str, at: str) -> bool:
        """See `Side`."""
        sql = "UPDATE access_keys SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL"
        return self._run(sql, (at, key))[1] == 1

    def grant(self, grant: Grant) -> bool:
        """See `Side`."""
        sql = (
            "INSERT INTO access_grants (ledger_id, key_id, role) VALUES (?, ?, ?)"
            " ON CONFLICT (ledger_id, key_id) DO UPDATE SET role = excluded.role"
        )
        return self._run(sql, (grant.ledger, grant.key, grant.role))[1] == 1

    def ungrant(self, ledger: str, key: str) -> bool:
        """See `Side`."""
        return self._run("DELETE FROM access_grants WHERE ledger_id = ? AND key_id = ?", (ledger, key))[1] == 1

    def grants_of_key(self, key: str) -> list[Grant]:
        """See `Side`."""
        sql = "SELECT ledger_id, key_id, role FROM access_grants WHERE key_id = ? ORDER BY ledger_id"
        return [Grant(str(row[0]), row[1], row[2]) for row in self._run(sql, (key,))[0]]

    def grants_of_ledger(self, ledger: str) -> list[Grant]:
        """See `Side`."""
        sql = "SELECT ledger_id, key_id, role FROM access_grants WHERE ledger_id = ? ORDER BY key_id"
        return [Grant(str(row[0]), row[1], row[2]) for row in self._run(sql, (ledger,))[0]]

    def take_lease(self, name: str, holder: str, now: str, until: str, never: str = NEVER) -> bool:
        """See `Side`."""
        sql = (
            "INSERT INTO leases (name, holder, until) VALUES (?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET holder = excluded.holder, until = excluded.until"
            " WHERE leases.holder = excluded.holder OR leases.until <= ? OR leases.until > ?"
        )
        return self._run(sql, (name, holder, until, now, never))[1] == 1

    def drop_lease(self, name: str, holder: str) -> bool:
        """See `Side`."""
        return self._run("DELETE FROM leases WHERE name = ? AND holder = ?", (name, holder))[1] == 1

    def hooks(self) -> Hooks:
        """See `Side`."""
        return SqlHooks(self._run)

    def collections(self) -> Collections:
        """See `Side`."""
        return SqlCollections(self._run)

    def people(self) -> PeopleStore:
        """See `Side`."""
        return SqlPeople(self._run)

    def outbox(self) -> Outbox:
        """See `Side`."""
        return SqlOutbox(self._run)

    def signing(self) -> Signing:
        """See `Side`."""
        return SqlSigning(self._run)


def _key(row: Any) -> AccessKey:
    return AccessKey(row[0], row[1], row[2], bool(row[3]), row[4], row[5])


class MemorySide:
    """`Side` in memory, for tests and trials."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._drafts: dict[tuple[str, str], Draft] = {}
        self._keys: dict[str, AccessKey] = {}
        self._grants: dict[tuple[str, str], Grant] = {}
        self._leases: dict[str, tuple[str, str]] = {}
        self._hooks = MemoryHooks()
        self._collections = MemoryCollections()
        self._people = MemoryPeople()
        self._outbox = MemoryOutbox()
        self._signing = MemorySigning()

    def create_draft(self, ledger: str, draft: Draft) -> bool:
        """See `Side`."""
        with self._lock:
            if (ledger, draft.draft) in self._drafts:
                return False
            self._drafts[ledger, draft.draft] = draft
            return True

    def draft(self, ledger: str, draft: str) -> Draft | None:
        """See `Side`."""
        return self._drafts.get((ledger, draft))

    def put_draft(self, ledger: str, draft: Draft, expected: int) -> bool:
        """See `Side`."""
        with self._lock:
            stored = self._drafts.get((ledger, draft.draft))
            if stored is None or stored.revision != expected:
                return False
            self._drafts[ledger, draft.draft] = draft
            return True

    def delete_draft(self, ledger: str, draft: str, expected: int | None = None) -> bool:
        """See `Side`."""
        with self._lock:
            stored = self._drafts.get((ledger, draft))
            if stored is None or (expected is not None and stored.revision != expected):
                return False
            del self._drafts[ledger, draft]
            return True

    def drafts(self, ledger: str, kind: str | None = None, after: str = "", limit: int = 100) -> list[Draft]:
        """See `Side`."""
        with self._lock:
            mine = [d for (owner, name), d in sorted(self._drafts.items()) if owner == ledger and name > after]
        return [d for d in mine if kind is None or d.kind == kind][:limit]

    def create_key(self, key: AccessKey) -> bool:
        """See `Side`."""
        with self._lock:
            if key.key in self._keys or any(other.secret == key.secret for other in self._keys.values()):
                return False
            self._keys[key.key] = key
            return True

    def key_by_secret(self, secret: str) -> AccessKey | None:
        """See `Side`."""
        with self._lock:
            return next((key for key in self._keys.values() if key.secret == secret), None)

    def keys(self) -> list[AccessKey]:
        """See `Side`."""
        with self._lock:
            return sorted(self._keys.values(), key=lambda key: (key.created_at, key.key))

    def revoke_key(self, key: str, at: str) -> bool:
        """See `Side`."""
        with self._lock:
            stored = self._keys.get(key)
            if stored is None or stored.revoked_at is not None:
                return False
            self._keys[key] = AccessKey(key, stored.secret, stored.label, stored.provisions, stored.created_at, at)
            return True

    def grant(self, grant: Grant) -> bool:
        """See `Side`."""
        with self._lock:
            if grant.key not in self._keys:
                return False
            self._grants[grant.ledger, grant.key] = grant
            return True

    def ungrant(self, ledger: str, key: str) -> bool:
        """See `Side`."""
        with self._lock:
            return self._grants.pop((ledger, key), None) is not None

    def grants_of_key(self, key: str) -> list[Grant]:
        """See `Side`."""
        with self._lock:
            return [grant for _, grant in sorted(self._grants.items()) if grant.key == key]

    def grants_of_ledger(self, ledger: str) -> list[Grant]:
        """See `Side`."""
        with self._lock:
            return [grant for _, grant in sorted(self._grants.items()) if grant.ledger == ledger]

    def take_lease(self, name: str, holder: str, now: str, until: str, never: str = NEVER) -> bool:
        """See `Side`."""
        with self._lock:
            held, lapses = self._leases.get(name, (holder, ""))
            if held != holder and now < lapses <= never:
                return False
            self._leases[name] = holder, until
            return True

    def drop_lease(self, name: str, holder: str) -> bool:
        """See `Side`."""
        with self._lock:
            if self._leases.get(name, ("", ""))[0] != holder:
                return False
            del self._leases[name]
            return True

    def hooks(self) -> Hooks:
        """See `Side`."""
        return self._hooks

    def collections(self) -> Collections:
        """See `Side`."""
        return self._collections

    def people(self) -> PeopleStore:
        """See `Side`."""
        return self._people

    def outbox(self) -> Outbox:
        """See `Side`."""
        return self._outbox

    def signing(self) -> Signing:
        """See `Side`."""
        return self._signing
