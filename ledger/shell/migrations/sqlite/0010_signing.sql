-- Signing: one-time codes on their way (as keyed hashes, for minutes), and files kept for those who sign (encrypted
-- under a key of the key folder, found by the SHA-256 of what they are in clear). Mutable, outside the chain.

CREATE TABLE signing_codes (
  ledger_id    TEXT NOT NULL,
  signature_id TEXT NOT NULL,
  signatory_id TEXT NOT NULL,
  document     TEXT NOT NULL,
  hash         BLOB NOT NULL,
  sent_at      TEXT NOT NULL,
  expires_at   TEXT NOT NULL,
  PRIMARY KEY (ledger_id, signature_id, signatory_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_files (
  ledger_id TEXT    NOT NULL,
  about     TEXT    NOT NULL,
  digest    TEXT    NOT NULL,
  kind      TEXT    NOT NULL CHECK (kind IN ('pdf', 'drawing')),
  bytes     INTEGER NOT NULL,
  data      BLOB    NOT NULL,
  kept_at   TEXT    NOT NULL,
  PRIMARY KEY (ledger_id, about, digest)
) STRICT;
