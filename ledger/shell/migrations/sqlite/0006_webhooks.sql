-- Webhooks: where events are delivered to, what was tried, what was given up. Mutable, outside the chain. `secrets` is
-- encrypted under a key of the key folder, so that a copy of this file signs nothing.

CREATE TABLE webhook_endpoints (
  ledger_id   TEXT    NOT NULL,
  endpoint_id TEXT    NOT NULL,
  url         TEXT    NOT NULL,
  label       TEXT    NOT NULL,
  types       TEXT    NOT NULL,
  scheme      TEXT    NOT NULL,
  secrets     BLOB    NOT NULL,
  created_at  TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
  reason      TEXT    NOT NULL,
  seq         INTEGER NOT NULL,
  attempts    INTEGER NOT NULL,
  again_at    TEXT    NOT NULL,
  last_at     TEXT    NOT NULL,
  last_cause  TEXT    NOT NULL,
  revision    INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, endpoint_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_tries (
  ledger_id    TEXT    NOT NULL,
  endpoint_id  TEXT    NOT NULL,
  n            INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  attempt      INTEGER NOT NULL,
  at           TEXT    NOT NULL,
  status       INTEGER NOT NULL,
  cause        TEXT    NOT NULL,
  milliseconds INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, endpoint_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_dead_letters (
  ledger_id   TEXT    NOT NULL,
  endpoint_id TEXT    NOT NULL,
  seq         INTEGER NOT NULL,
  type        TEXT    NOT NULL,
  at          TEXT    NOT NULL,
  attempts    INTEGER NOT NULL,
  status      INTEGER NOT NULL,
  cause       TEXT    NOT NULL,
  again       INTEGER NOT NULL CHECK (again IN (0, 1)),
  PRIMARY KEY (ledger_id, endpoint_id, seq)
) STRICT, WITHOUT ROWID;
