-- Online payments: a ledger's accounts with payment providers, and its collections that have not ended. Mutable, outside
-- the chain. `secrets` and `private` (return addresses, which hold link tokens) are encrypted under a key of the key folder.

CREATE TABLE provider_accounts (
  ledger_id  TEXT    NOT NULL,
  provider   TEXT    NOT NULL,
  test_mode  INTEGER NOT NULL CHECK (test_mode IN (0, 1)),
  ways       TEXT    NOT NULL,
  secrets    BLOB    NOT NULL,
  created_at TEXT    NOT NULL,
  swept_at   TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE online_collections (
  ledger_id     TEXT    NOT NULL,
  collection_id TEXT    NOT NULL,
  provider      TEXT    NOT NULL,
  about         TEXT    NOT NULL,
  about_kind    TEXT    NOT NULL,
  amount_cents  INTEGER NOT NULL,
  currency      TEXT    NOT NULL,
  created_at    TEXT    NOT NULL,
  expires_at    TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('asked', 'open', 'waiting')),
  reference     TEXT    NOT NULL,
  private       BLOB    NOT NULL,
  revision      INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, collection_id),
  UNIQUE (ledger_id, about)
) STRICT, WITHOUT ROWID;
