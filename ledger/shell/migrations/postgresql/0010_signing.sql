-- Signing: one-time codes on their way (as keyed hashes, for minutes), and files kept for those who sign (encrypted
-- under a key of the key folder, found by the SHA-256 of what they are in clear). Mutable, outside the chain.

CREATE TABLE signing_codes (
  ledger_id    uuid NOT NULL,
  signature_id text COLLATE "C" NOT NULL,
  signatory_id text COLLATE "C" NOT NULL,
  document     text COLLATE "C" NOT NULL,
  hash         bytea NOT NULL,
  sent_at      text COLLATE "C" NOT NULL,
  expires_at   text COLLATE "C" NOT NULL,
  PRIMARY KEY (ledger_id, signature_id, signatory_id)
);

CREATE TABLE signing_files (
  ledger_id uuid NOT NULL,
  about     text COLLATE "C" NOT NULL,
  digest    text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL CHECK (kind IN ('pdf', 'drawing')),
  bytes     bigint NOT NULL,
  data      bytea NOT NULL,
  kept_at   text COLLATE "C" NOT NULL,
  PRIMARY KEY (ledger_id, about, digest)
);
