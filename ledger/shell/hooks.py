"""What is kept of webhooks beside the chain: where events are delivered to, how far, what was tried, what was given up.

No ledger rule lives here, and nothing of it can be recomputed. Secrets arrive encrypted (`api/webhooks/secrets.py`).
Instants arrive as text, made by the caller: nothing here reads a clock. docs/decisions/webhooks.md says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, Final, Literal, Protocol, TypeAlias

KEPT_TRIES: Final = 200
"""Tries kept per endpoint: the latest."""

State: TypeAlias = Literal["active", "paused", "disabled"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One place that events are delivered to, and how far it has come; `revision` grows by one with each change."""

    ledger: str
    endpoint: str
    url: str
    label: str
    types: tuple[str, ...]  # empty: every type
    scheme: str  # v1 (HMAC-SHA256) | v1a (Ed25519)
    secrets: bytes  # encrypted
    created_at: str
    state: State = "active"
    reason: str = ""  # why it is disabled
    seq: int = 0  # all up to here is delivered, given up or not wanted
    attempts: int = 0  # tries of the event after that
    again_at: str = ""  # not before then; empty: at once
    last_at: str = ""  # of the latest try
    last_cause: str = ""  # `delivered`, or what went wrong
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Try:
    """One request that was made, or could not be."""

    seq: int
    attempt: int  # from 1
    at: str
    status: int  # 0: no answer
    cause: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that was given up."""

    seq: int
    type: str
    at: str
    attempts: int
    status: int
    cause: str
    again: bool = False  # asked for: to be sent once more


class Hooks(Protocol):
    """Webhooks of one store. Methods may be called from several threads."""

    def create(self, endpoint: Endpoint) -> bool:
        """Keep a new endpoint; False if its id is taken in the ledger."""

    def endpoint(self, ledger: str, endpoint: str) -> Endpoint | None:
        """The endpoint of that id."""

    def endpoints(self, ledger: str | None = None) -> list[Endpoint]:
        """The endpoints of a ledger, or of all, by (ledger, created_at, id)."""

    def put(self, endpoint: Endpoint, expected: int) -> bool:
        """Replace an endpoint whose stored revision is `expected`; False, and nothing kept, if not."""

    def delete(self, ledger: str, endpoint: str) -> bool:
        """Delete an endpoint and all that is told of it; False if there was none."""

    def tried(self, ledger: str, endpoint: str, one: Try) -> None:
        """Keep a try; of the oldest, those over `KEPT_TRIES` go."""

    def tries(self, ledger: str, endpoint: str, limit: int = 100) -> list[Try]:
        """The latest tries, newest first."""

    def give_up(self, ledger: str, endpoint: str, letter: DeadLetter) -> None:
        """Keep a dead letter, in place of one of that seq."""

    def dead(self, ledger: str, endpoint: str, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Dead letters with seq > after, in order."""

    def count_dead(self) -> dict[tuple[str, str], int]:
        """How many dead letters there are, by (ledger, endpoint)."""

    def ask_again(self, ledger: str, endpoint: str) -> int:
        """Mark every dead letter to be sent once more; how many."""

    def bury(self, ledger: str, endpoint: str, first_seq: int, last_seq: int | None = None) -> int:
        """Forget dead letters of these seqs (all from `first_seq` on without `last_seq`); how many."""


class Run(Protocol):
    """One SQL statement with `?` placeholders, run in a transaction of its own."""

    def __call__(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        """Its rows, and how many rows it changed: 0 when a key refused it."""


_ENDPOINT: Final = (
    "ledger_id, endpoint_id, url, label, types, scheme, secrets, created_at, state, reason, seq, attempts, again_at,"
    " last_at, last_cause, revision"
)
_TRY: Final = "seq, attempt, at, status, cause, milliseconds"
_DEAD: Final = "seq, type, at, attempts, status, cause, again"


class SqlHooks:
    """`Hooks` over any SQL store: the statements are plain enough to be the same everywhere."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, endpoint: Endpoint) -> bool:
        """See `Hooks`."""
        places = ", ".join("?" * 16)
        sql = f"INSERT INTO webhook_endpoints ({_ENDPOINT}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        return self._run(sql, _row(endpoint))[1] == 1

    def endpoint(self, ledger: str, endpoint: str) -> Endpoint | None:
        """See `Hooks`."""
        sql = f"SELECT {_ENDPOINT} FROM webhook_endpoints WHERE ledger_id = ? AND endpoint_id = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, endpoint))
        return _endpoint(rows[0]) if rows else None

    def endpoints(self, ledger: str | None = None) -> list[Endpoint]:
        """See `Hooks`."""
        where, params = ("", ()) if ledger is None else (" WHERE ledger_id = ?", (ledger,))
        sql = f"SELECT {_ENDPOINT} FROM webhook_endpoints{where} ORDER BY ledger_id, created_at, endpoint_id"  # noqa: S608 - constants only
        return [_endpoint(row) for row in self._run(sql, params)[0]]

    def put(self, endpoint: Endpoint, expected: int) -> bool:
        """See `Hooks`."""
        sql = (
            "UPDATE webhook_endpoints SET url = ?, label = ?, types = ?, scheme = ?, secrets = ?, created_at = ?,"
            " state = ?, reason = ?, seq = ?, attempts = ?, again_at = ?, last_at = ?, last_cause = ?, revision = ?"
            " WHERE ledger_id = ? AND endpoint_id = ? AND revision = ?"
        )
        return self._run(sql, (*_row(endpoint)[2:], endpoint.ledger, endpoint.endpoint, expected))[1] == 1

    def delete(self, ledger: str, endpoint: str) -> bool:
        """See `Hooks`."""
        gone = self._run("DELETE FROM webhook_endpoints WHERE ledger_id = ? AND endpoint_id = ?", (ledger, endpoint))[1]
        for table in ("webhook_tries", "webhook_dead_letters"):
            self._run(f"DELETE FROM {table} WHERE ledger_id = ? AND endpoint_id = ?", (ledger, endpoint))  # noqa: S608 - constants only
        return gone == 1

    def tried(self, ledger: str, endpoint: str, one: Try) -> None:
        """See `Hooks`."""
        sql = (
            f"INSERT INTO webhook_tries (ledger_id, endpoint_id, n, {_TRY}) VALUES (?, ?,"  # noqa: S608 - constants only
            " (SELECT coalesce(max(n), 0) + 1 FROM webhook_tries WHERE ledger_id = ? AND endpoint_id = ?),"
            " ?, ?, ?, ?, ?, ?)"
        )
        row = (one.seq, one.attempt, one.at, one.status, one.cause, one.milliseconds)
        self._run(sql, (ledger, endpoint, ledger, endpoint, *row))
        trim = (
            "DELETE FROM webhook_tries WHERE ledger_id = ? AND endpoint_id = ? AND n <="
            " (SELECT max(n) - ? FROM webhook_tries WHERE ledger_id = ? AND endpoint_id = ?)"
        )
        if one.seq % 50 == 0 or one.attempt > 1:  # now and then is enough
            self._run(trim, (ledger, endpoint, KEPT_TRIES, ledger, endpoint))

    def tries(self, ledger: str, endpoint: str, limit: int = 100) -> list[Try]:
        """See `Hooks`."""
        sql = f"SELECT {_TRY} FROM webhook_tries WHERE ledger_id = ? AND endpoint_id = ? ORDER BY n DESC LIMIT ?"  # noqa: S608 - constants only
        return [Try(*row) for row in self._run(sql, (ledger, endpoint, min(limit, KEPT_TRIES)))[0]]

    def give_up(self, ledger: str, endpoint: str, letter: DeadLetter) -> None:
        """See `Hooks`."""
        sql = (
            f"INSERT INTO webhook_dead_letters (ledger_id, endpoint_id, {_DEAD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
            " ON CONFLICT (ledger_id, endpoint_id, seq) DO UPDATE SET at = excluded.at, attempts = excluded.attempts,"
            " status = excluded.status, cause = excluded.cause, again = excluded.again"
        )
        row = (letter.seq, letter.type, letter.at, letter.attempts, letter.status, letter.cause, int(letter.again))
        self._run(sql, (ledger, endpoint, *row))

    def dead(self, ledger: str, endpoint: str, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """See `Hooks`."""
        sql = (
            f"SELECT {_DEAD} FROM webhook_dead_letters WHERE ledger_id = ? AND endpoint_id = ? AND seq > ?"  # noqa: S608 - constants only
            " ORDER BY seq LIMIT ?"
        )
        rows, _ = self._run(sql, (ledger, endpoint, after, limit))
        return [DeadLetter(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in rows]

    def count_dead(self) -> dict[tuple[str, str], int]:
        """See `Hooks`."""
        sql = "SELECT ledger_id, endpoint_id, count(*) FROM webhook_dead_letters GROUP BY ledger_id, endpoint_id"
        return {(str(row[0]), row[1]): row[2] for row in self._run(sql, ())[0]}

    def ask_again(self, ledger: str, endpoint: str) -> int:
        """See `Hooks`."""
        sql = "UPDATE webhook_dead_letters SET again = 1 WHERE ledger_id = ? AND endpoint_id = ?"
        return self._run(sql, (ledger, endpoint))[1]

    def bury(self, ledger: str, endpoint: str, first_seq: int, last_seq: int | None = None) -> int:
        """See `Hooks`."""
        sql = "DELETE FROM webhook_dead_letters WHERE ledger_id = ? AND endpoint_id = ? AND seq >= ?"
        if last_seq is None:
            return self._run(sql, (ledger, endpoint, first_seq))[1]
        return self._run(sql + " AND seq <= ?", (ledger, endpoint, first_seq, last_seq))[1]


def _row(one: Endpoint) -> tuple[object, ...]:
    return (
        one.ledger, one.endpoint, one.url, one.label, ",".join(one.types), one.scheme, one.secrets, one.created_at,
        one.state, one.reason, one.seq, one.attempts, one.again_at, one.last_at, one.last_cause, one.revision,
    )  # fmt: skip


def _endpoint(row: Any) -> Endpoint:
    types = tuple(row[4].split(",")) if row[4] else ()
    return Endpoint(
        ledger=str(row[0]), endpoint=row[1], url=row[2], label=row[3], types=types, scheme=row[5],
        secrets=bytes(row[6]), created_at=row[7], state=row[8], reason=row[9], seq=row[10], attempts=row[11],
        again_at=row[12], last_at=row[13], last_cause=row[14], revision=row[15],
    )  # fmt: skip


class MemoryHooks:
    """`Hooks` in memory, for tests and trials."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        self._tries: dict[tuple[str, str], list[Try]] = {}
        self._dead: dict[tuple[str, str], dict[int, DeadLetter]] = {}

    def create(self, endpoint: Endpoint) -> bool:
        """See `Hooks`."""
        with self._lock:
            key = endpoint.ledger, endpoint.endpoint
            if key in self._endpoints:
                return False
            self._endpoints[key] = endpoint
            return True

    def endpoint(self, ledger: str, endpoint: str) -> Endpoint | None:
        """See `Hooks`."""
        return self._endpoints.get((ledger, endpoint))

    def endpoints(self, ledger: str | None = None) -> list[Endpoint]:
        """See `Hooks`."""
        with self._lock:
            found = [one for one in self._endpoints.values() if ledger in (None, one.ledger)]
        return sorted(found, key=lambda one: (one.ledger, one.created_at, one.endpoint))

    def put(self, endpoint: Endpoint, expected: int) -> bool:
        """See `Hooks`."""
        with self._lock:
            key = endpoint.ledger, endpoint.endpoint
            stored = self._endpoints.get(key)
            if stored is None or stored.revision != expected:
                return False
            self._endpoints[key] = endpoint
            return True

    def delete(self, ledger: str, endpoint: str) -> bool:
        """See `Hooks`."""
        with self._lock:
            self._tries.pop((ledger, endpoint), None)
            self._dead.pop((ledger, endpoint), None)
            return self._endpoints.pop((ledger, endpoint), None) is not None

    def tried(self, ledger: str, endpoint: str, one: Try) -> None:
        """See `Hooks`."""
        with self._lock:
            tries = self._tries.setdefault((ledger, endpoint), [])
            tries.append(one)
            del tries[:-KEPT_TRIES]

    def tries(self, ledger: str, endpoint: str, limit: int = 100) -> list[Try]:
        """See `Hooks`."""
        with self._lock:
            return self._tries.get((ledger, endpoint), [])[::-1][: min(limit, KEPT_TRIES)]

    def give_up(self, ledger: str, endpoint: str, letter: DeadLetter) -> None:
        """See `Hooks`."""
        with self._lock:
            self._dead.setdefault((ledger, endpoint), {})[letter.seq] = letter

    def dead(self, ledger: str, endpoint: str, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """See `Hooks`."""
        with self._lock:
            found = self._dead.get((ledger, endpoint), {})
            return [found[seq] for seq in sorted(found) if seq > after][:limit]

    def count_dead(self) -> dict[tuple[str, str], int]:
        """See `Hooks`."""
        with self._lock:
            return {key: len(found) for key, found in self._dead.items() if found}

    def ask_again(self, ledger: str, endpoint: str) -> int:
        """See `Hooks`."""
        with self._lock:
            found = self._dead.get((ledger, endpoint), {})
            for seq, letter in found.items():
                found[seq] = replace(letter, again=True)
            return len(found)

    def bury(self, ledger: str, endpoint: str, first_seq: int, last_seq: int | None = None) -> int:
        """See `Hooks`."""
        with self._lock:
            found = self._dead.get((ledger, endpoint), {})
            gone = [seq for seq in found if seq >= first_seq and (last_seq is None or seq <= last_seq)]
            for seq in gone:
                del found[seq]
            return len(gone)
