-- People: who signs in at the desk, with what, in which role, and their sessions. Mutable, outside the chain. Names and
-- e-mails stand here alone. Tokens and codes are hashes, TOTP secrets are encrypted under the server's key: a copy of
-- this file lets nobody in.

CREATE TABLE users (
  user_id    TEXT    NOT NULL PRIMARY KEY,
  email      TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL CHECK (language IN ('fr', 'en')),
  password   TEXT    NOT NULL,
  totp       BLOB    NOT NULL,
  totp_next  BLOB    NOT NULL,
  totp_step  INTEGER NOT NULL,
  created_at TEXT    NOT NULL,
  closed_at  TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  provisions INTEGER NOT NULL CHECK (provisions IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE user_roles (
  ledger_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  role      TEXT NOT NULL CHECK (role IN ('owner', 'operator', 'accountant', 'auditor')),
  until     TEXT NOT NULL,
  PRIMARY KEY (ledger_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_roles_by_user ON user_roles (user_id);

CREATE TABLE user_recovery_codes (
  user_id TEXT NOT NULL,
  code    TEXT NOT NULL,
  PRIMARY KEY (user_id, code)
) STRICT, WITHOUT ROWID;

-- One-time tokens. `ledger_id` is empty where a token is of no ledger, `user_id` where its user does not exist yet.
CREATE TABLE user_tokens (
  token      TEXT NOT NULL PRIMARY KEY,
  purpose    TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  ledger_id  TEXT NOT NULL,
  facts      BLOB NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX user_tokens_by_user ON user_tokens (user_id, purpose);
CREATE INDEX user_tokens_by_ledger ON user_tokens (ledger_id, purpose);

CREATE TABLE user_sessions (
  session    TEXT NOT NULL PRIMARY KEY,
  user_id    TEXT NOT NULL,
  label      TEXT NOT NULL,
  method     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seen_at    TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX user_sessions_by_user ON user_sessions (user_id);

-- Failed sign-ins of a minute, until they are entries. `user_id` is empty for an address that nobody has.
CREATE TABLE sign_in_failures (
  user_id TEXT    NOT NULL,
  minute  TEXT    NOT NULL,
  method  TEXT    NOT NULL,
  tries   INTEGER NOT NULL,
  PRIMARY KEY (user_id, minute, method)
) STRICT, WITHOUT ROWID;

-- Token buckets: `bucket` is a keyed hash, `full_at` the microsecond (since 1970) at which the bucket is full again.
CREATE TABLE rate_limits (
  bucket  TEXT    NOT NULL PRIMARY KEY,
  full_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
