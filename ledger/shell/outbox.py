"""What is kept of messages beside the chain: what waits to be mailed, the business's templates, its settings.

No ledger rule lives here. Bodies arrive encrypted (`api/vault.py`) and go once a message has left. Instants arrive as
text, made by the caller: nothing here reads a clock. docs/decisions/messages.md says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, Final, Literal, Protocol, TypeAlias

SERVER: Final = "00000000-0000-0000-0000-000000000000"
"""Stands where a ledger's id does, for messages that belong to no ledger."""

State: TypeAlias = Literal["prepared", "waiting", "sending", "handed", "sent", "failed", "dropped"]
OPEN: Final[tuple[State, ...]] = ("prepared", "waiting", "sending", "handed")
"""What somebody still has to do something about."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message; `revision` grows by one with each change. Nobody touches an open one before `again_at`.

    `prepared`: kept before its entry is; `waiting`: its entry is there; `sending`: somebody has it, until `again_at`;
    `handed`: the next server took it, the entry that says so is to come; `dropped`: what it was for has passed.
    """

    ledger: str
    message: str
    template: str
    language: str
    side: str  # client | observer | third | issuer | user
    about: str  # the document's id, or empty
    body: bytes  # encrypted; empty once settled
    created_at: str
    expires_at: str = ""  # not to be sent after; empty: three days after it was made
    state: State = "prepared"
    attempts: int = 0
    again_at: str = ""
    last_at: str = ""
    last_cause: str = ""
    digest: str = ""  # SHA-256 of what was handed over
    revision: int = 1


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """Words of the business's own for one message in one language."""

    ledger: str
    template: str
    language: str
    subject: str
    words: str
    updated_at: str
    revision: int = 1


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """How a ledger's messages go: whether at all, and when its daily digest is made (`digest_hour` -1: never).

    `digest_on` is the day of the last digest, `digest_seq` the last entry that it told of.
    """

    ledger: str
    enabled: Literal["default", "on", "off"] = "default"
    digest_hour: int = 7
    digest_on: str = ""
    digest_seq: int = 0
    revision: int = 0  # 0: never kept


class Outbox(Protocol):
    """Messages of one store. Methods may be called from several threads."""

    def create(self, one: Outgoing) -> bool:
        """Keep a new message; False if its id is taken in the ledger."""

    def get(self, ledger: str, message: str) -> Outgoing | None:
        """The message of that id."""

    def put(self, one: Outgoing, expected: int) -> bool:
        """Replace a message whose stored revision is `expected`; False, and nothing kept, if not."""

    def due(self, now: str, limit: int = 50) -> list[Outgoing]:
        """Open messages that may be touched now, over all ledgers, those that waited longest first."""

    def latest(self, ledger: str, before: str = "", limit: int = 100) -> list[Outgoing]:
        """A ledger's messages made before an instant (any, if empty), newest first."""

    def counts(self) -> dict[tuple[str, str], int]:
        """How many open messages there are, by (ledger, state)."""

    def prune(self, before: str) -> int:
        """Forget settled messages that were made before an instant; how many."""

    def holding(self, ledger: str) -> list[Outgoing]:
        """A ledger's messages whose words are still kept: open ones, and failed ones that may be sent again."""

    def template(self, ledger: str, template: str, language: str) -> KeptTemplate | None:
        """A template of the business's own."""

    def templates(self, ledger: str) -> list[KeptTemplate]:
        """Every template of the business's own, by (template, language)."""

    def put_template(self, one: KeptTemplate, expected: int) -> bool:
        """Keep a template whose stored revision is `expected` (0: there is none); False, and nothing kept, if not."""

    def delete_template(self, ledger: str, template: str, language: str) -> bool:
        """Go back to the ready-made words; False if nothing was kept."""

    def settings(self, ledger: str) -> MessageSettings:
        """A ledger's settings, or the default ones."""

    def put_settings(self, one: MessageSettings, expected: int) -> bool:
        """Keep settings whose stored revision is `expected` (0: never kept); False, and nothing kept, if not."""


class Run(Protocol):
    """One SQL statement with `?` placeholders, run in a transaction of its own."""

    def __call__(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        """Its rows, and how many rows it changed: 0 when a key refused it."""


_ROW: Final = (
    "ledger_id, message_id, template, language, side, about, body, created_at, expires_at, state, attempts, again_at,"
    " last_at, last_cause, digest, revision"
)
_IS_OPEN: Final = "state IN ('prepared', 'waiting', 'sending', 'handed')"  # as the partial index says it
_TEMPLATE: Final = "ledger_id, template, language, subject, words, updated_at, revision"
_SETTINGS: Final = "ledger_id, enabled, digest_hour, digest_on, digest_seq, revision"


class SqlOutbox:
    """`Outbox` over any SQL store: the statements are plain enough to be the same everywhere."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, one: Outgoing) -> bool:
        """See `Outbox`."""
        places = ", ".join("?" * 16)
        sql = f"INSERT INTO outbox ({_ROW}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        return self._run(sql, _row(one))[1] == 1

    def get(self, ledger: str, message: str) -> Outgoing | None:
        """See `Outbox`."""
        sql = f"SELECT {_ROW} FROM outbox WHERE ledger_id = ? AND message_id = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, message))
        return _outgoing(rows[0]) if rows else None

    def put(self, one: Outgoing, expected: int) -> bool:
        """See `Outbox`."""
        sql = (
            "UPDATE outbox SET template = ?, language = ?, side = ?, about = ?, body = ?, created_at = ?,"
            " expires_at = ?, state = ?, attempts = ?, again_at = ?, last_at = ?, last_cause = ?, digest = ?,"
            " revision = ? WHERE ledger_id = ? AND message_id = ? AND revision = ?"
        )
        return self._run(sql, (*_row(one)[2:], one.ledger, one.message, expected))[1] == 1

    def due(self, now: str, limit: int = 50) -> list[Outgoing]:
        """See `Outbox`."""
        sql = f"SELECT {_ROW} FROM outbox WHERE {_IS_OPEN} AND again_at <= ? ORDER BY again_at LIMIT ?"  # noqa: S608 - constants only
        return [_outgoing(row) for row in self._run(sql, (now, limit))[0]]

    def latest(self, ledger: str, before: str = "", limit: int = 100) -> list[Outgoing]:
        """See `Outbox`."""
        sql = (
            f"SELECT {_ROW} FROM outbox WHERE ledger_id = ? AND created_at < ?"  # noqa: S608 - constants only
            " ORDER BY created_at DESC, message_id LIMIT ?"
        )
        return [_outgoing(row) for row in self._run(sql, (ledger, before or "9999", limit))[0]]

    def counts(self) -> dict[tuple[str, str], int]:
        """See `Outbox`."""
        sql = f"SELECT ledger_id, state, count(*) FROM outbox WHERE {_IS_OPEN} GROUP BY ledger_id, state"  # noqa: S608 - constants only
        return {(str(row[0]), row[1]): row[2] for row in self._run(sql, ())[0]}

    def prune(self, before: str) -> int:
        """See `Outbox`."""
        sql = f"DELETE FROM outbox WHERE NOT ({_IS_OPEN}) AND created_at < ?"  # noqa: S608 - constants only
        return self._run(sql, (before,))[1]

    def holding(self, ledger: str) -> list[Outgoing]:
        """See `Outbox`."""
        sql = (
            f"SELECT {_ROW} FROM outbox WHERE ledger_id = ?"  # noqa: S608 - constants only
            " AND state NOT IN ('sent', 'dropped') ORDER BY message_id"
        )
        return [one for one in map(_outgoing, self._run(sql, (ledger,))[0]) if one.body]

    def template(self, ledger: str, template: str, language: str) -> KeptTemplate | None:
        """See `Outbox`."""
        sql = f"SELECT {_TEMPLATE} FROM message_templates WHERE ledger_id = ? AND template = ? AND language = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger, template, language))
        return _template(rows[0]) if rows else None

    def templates(self, ledger: str) -> list[KeptTemplate]:
        """See `Outbox`."""
        sql = f"SELECT {_TEMPLATE} FROM message_templates WHERE ledger_id = ? ORDER BY template, language"  # noqa: S608 - constants only
        return [_template(row) for row in self._run(sql, (ledger,))[0]]

    def put_template(self, one: KeptTemplate, expected: int) -> bool:
        """See `Outbox`."""
        if not expected:
            sql = f"INSERT INTO message_templates ({_TEMPLATE}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
            row = (one.ledger, one.template, one.language, one.subject, one.words, one.updated_at, one.revision)
            return self._run(sql, row)[1] == 1
        sql = (
            "UPDATE message_templates SET subject = ?, words = ?, updated_at = ?, revision = ?"
            " WHERE ledger_id = ? AND template = ? AND language = ? AND revision = ?"
        )
        new = (one.subject, one.words, one.updated_at, one.revision)
        return self._run(sql, (*new, one.ledger, one.template, one.language, expected))[1] == 1

    def delete_template(self, ledger: str, template: str, language: str) -> bool:
        """See `Outbox`."""
        sql = "DELETE FROM message_templates WHERE ledger_id = ? AND template = ? AND language = ?"
        return self._run(sql, (ledger, template, language))[1] == 1

    def settings(self, ledger: str) -> MessageSettings:
        """See `Outbox`."""
        sql = f"SELECT {_SETTINGS} FROM message_settings WHERE ledger_id = ?"  # noqa: S608 - constants only
        rows, _ = self._run(sql, (ledger,))
        return MessageSettings(str(rows[0][0]), *rows[0][1:]) if rows else MessageSettings(ledger)

    def put_settings(self, one: MessageSettings, expected: int) -> bool:
        """See `Outbox`."""
        row = (one.ledger, one.enabled, one.digest_hour, one.digest_on, one.digest_seq, one.revision)
        if not expected:
            sql = f"INSERT INTO message_settings ({_SETTINGS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
            return self._run(sql, row)[1] == 1
        sql = (
            "UPDATE message_settings SET enabled = ?, digest_hour = ?, digest_on = ?, digest_seq = ?, revision = ?"
            " WHERE ledger_id = ? AND revision = ?"
        )
        return self._run(sql, (*row[1:], one.ledger, expected))[1] == 1


def _row(one: Outgoing) -> tuple[object, ...]:
    return (
        one.ledger, one.message, one.template, one.language, one.side, one.about, one.body, one.created_at,
        one.expires_at, one.state, one.attempts, one.again_at, one.last_at, one.last_cause, one.digest, one.revision,
    )  # fmt: skip


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(
        ledger=str(row[0]), message=row[1], template=row[2], language=row[3], side=row[4], about=row[5],
        body=bytes(row[6]), created_at=row[7], expires_at=row[8], state=row[9], attempts=row[10], again_at=row[11],
        last_at=row[12], last_cause=row[13], digest=row[14], revision=row[15],
    )  # fmt: skip


def _template(row: Any) -> KeptTemplate:
    return KeptTemplate(str(row[0]), *row[1:])


class MemoryOutbox:
    """`Outbox` in memory, for tests and trials."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._rows: dict[tuple[str, str], Outgoing] = {}
        self._templates: dict[tuple[str, str, str], KeptTemplate] = {}
        self._settings: dict[str, MessageSettings] = {}

    def create(self, one: Outgoing) -> bool:
        """See `Outbox`."""
        with self._lock:
            key = one.ledger, one.message
            if key in self._rows:
                return False
            self._rows[key] = one
            return True

    def get(self, ledger: str, message: str) -> Outgoing | None:
        """See `Outbox`."""
        return self._rows.get((ledger, message))

    def put(self, one: Outgoing, expected: int) -> bool:
        """See `Outbox`."""
        with self._lock:
            stored = self._rows.get((one.ledger, one.message))
            if stored is None or stored.revision != expected:
                return False
            self._rows[one.ledger, one.message] = one
            return True

    def due(self, now: str, limit: int = 50) -> list[Outgoing]:
        """See `Outbox`."""
        with self._lock:
            found = [one for one in self._rows.values() if one.state in OPEN and one.again_at <= now]
        return sorted(found, key=lambda one: one.again_at)[:limit]

    def latest(self, ledger: str, before: str = "", limit: int = 100) -> list[Outgoing]:
        """See `Outbox`."""
        with self._lock:
            found = [one for one in self._rows.values() if one.ledger == ledger and one.created_at < (before or "9999")]
        return sorted(sorted(found, key=lambda one: one.message), key=lambda one: one.created_at, reverse=True)[:limit]

    def counts(self) -> dict[tuple[str, str], int]:
        """See `Outbox`."""
        found: dict[tuple[str, str], int] = {}
        with self._lock:
            for one in self._rows.values():
                if one.state in OPEN:
                    found[one.ledger, one.state] = found.get((one.ledger, one.state), 0) + 1
        return found

    def prune(self, before: str) -> int:
        """See `Outbox`."""
        with self._lock:
            gone = [key for key, one in self._rows.items() if one.state not in OPEN and one.created_at < before]
            for key in gone:
                del self._rows[key]
            return len(gone)

    def holding(self, ledger: str) -> list[Outgoing]:
        """See `Outbox`."""
        with self._lock:
            found = [one for key, one in sorted(self._rows.items()) if key[0] == ledger]
        return [one for one in found if one.body and one.state not in ("sent", "dropped")]

    def template(self, ledger: str, template: str, language: str) -> KeptTemplate | None:
        """See `Outbox`."""
        return self._templates.get((ledger, template, language))

    def templates(self, ledger: str) -> list[KeptTemplate]:
        """See `Outbox`."""
        with self._lock:
            return [one for key, one in sorted(self._templates.items()) if key[0] == ledger]

    def put_template(self, one: KeptTemplate, expected: int) -> bool:
        """See `Outbox`."""
        with self._lock:
            key = one.ledger, one.template, one.language
            stored = self._templates.get(key)
            if (stored.revision if stored is not None else 0) != expected:
                return False
            self._templates[key] = one
            return True

    def delete_template(self, ledger: str, template: str, language: str) -> bool:
        """See `Outbox`."""
        with self._lock:
            return self._templates.pop((ledger, template, language), None) is not None

    def settings(self, ledger: str) -> MessageSettings:
        """See `Outbox`."""
        return self._settings.get(ledger, MessageSettings(ledger))

    def put_settings(self, one: MessageSettings, expected: int) -> bool:
        """See `Outbox`."""
        with self._lock:
            if self.settings(one.ledger).revision != expected:
                return False
            self._settings[one.ledger] = replace(one)
            return True
