-- Working papers and access: mutable, outside the chain.

CREATE TABLE drafts (
  ledger_id  TEXT    NOT NULL,
  draft_id   TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  body       BLOB    NOT NULL,
  updated_at TEXT    NOT NULL,
  PRIMARY KEY (ledger_id, draft_id)
) STRICT;

CREATE INDEX drafts_by_kind ON drafts (ledger_id, kind, draft_id);

-- Access keys stand beside the ledgers, as one key may open several; the secret itself is never kept.
CREATE TABLE access_keys (
  key_id     TEXT NOT NULL PRIMARY KEY,
  secret     TEXT NOT NULL UNIQUE,
  label      TEXT NOT NULL,
  provisions INTEGER NOT NULL CHECK (provisions IN (0, 1)),
  created_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;

CREATE TABLE access_grants (
  ledger_id TEXT NOT NULL,
  key_id    TEXT NOT NULL REFERENCES access_keys (key_id),
  role      TEXT NOT NULL,
  PRIMARY KEY (ledger_id, key_id)
) STRICT;

CREATE INDEX access_grants_by_key ON access_grants (key_id);
