-- People: who signs in at the desk, with what, in which role, and their sessions. Mutable, outside the chain. Names and
-- e-mails stand here alone. Tokens and codes are hashes, TOTP secrets are encrypted under the server's key: a copy of
-- this database lets nobody in.

CREATE TABLE users (
  user_id    text COLLATE "C" NOT NULL PRIMARY KEY,
  email      text COLLATE "C" NOT NULL UNIQUE,
  name       text COLLATE "C" NOT NULL,
  language   text COLLATE "C" NOT NULL CHECK (language IN ('fr', 'en')),
  password   text COLLATE "C" NOT NULL,
  totp       bytea NOT NULL,
  totp_next  bytea NOT NULL,
  totp_step  bigint NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  closed_at  text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL,
  provisions bigint NOT NULL CHECK (provisions IN (0, 1))
);

CREATE TABLE user_roles (
  ledger_id uuid NOT NULL,
  user_id   text COLLATE "C" NOT NULL,
  role      text COLLATE "C" NOT NULL CHECK (role IN ('owner', 'operator', 'accountant', 'auditor')),
  until     text COLLATE "C" NOT NULL,
  PRIMARY KEY (ledger_id, user_id)
);

CREATE INDEX user_roles_by_user ON user_roles (user_id);

CREATE TABLE user_recovery_codes (
  user_id text COLLATE "C" NOT NULL,
  code    text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, code)
);

-- One-time tokens. `ledger_id` is empty where a token is of no ledger, `user_id` where its user does not exist yet.
CREATE TABLE user_tokens (
  token      text COLLATE "C" NOT NULL PRIMARY KEY,
  purpose    text COLLATE "C" NOT NULL,
  user_id    text COLLATE "C" NOT NULL,
  ledger_id  text COLLATE "C" NOT NULL,
  facts      bytea NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  expires_at text COLLATE "C" NOT NULL
);

CREATE INDEX user_tokens_by_user ON user_tokens (user_id, purpose);
CREATE INDEX user_tokens_by_ledger ON user_tokens (ledger_id, purpose);

CREATE TABLE user_sessions (
  session    text COLLATE "C" NOT NULL PRIMARY KEY,
  user_id    text COLLATE "C" NOT NULL,
  label      text COLLATE "C" NOT NULL,
  method     text COLLATE "C" NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  seen_at    text COLLATE "C" NOT NULL,
  checked_at text COLLATE "C" NOT NULL,
  expires_at text COLLATE "C" NOT NULL
);

CREATE INDEX user_sessions_by_user ON user_sessions (user_id);

-- Failed sign-ins of a minute, until they are entries. `user_id` is empty for an address that nobody has.
CREATE TABLE sign_in_failures (
  user_id text COLLATE "C" NOT NULL,
  minute  text COLLATE "C" NOT NULL,
  method  text COLLATE "C" NOT NULL,
  tries   bigint NOT NULL,
  PRIMARY KEY (user_id, minute, method)
);

-- Token buckets: `bucket` is a keyed hash, `full_at` the microsecond (since 1970) at which the bucket is full again.
CREATE TABLE rate_limits (
  bucket  text COLLATE "C" NOT NULL PRIMARY KEY,
  full_at bigint NOT NULL
);
