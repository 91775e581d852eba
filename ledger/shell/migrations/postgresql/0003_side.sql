-- Working papers and access: mutable, outside the chain.

CREATE TABLE drafts (
  ledger_id  uuid    NOT NULL,
  draft_id   text COLLATE "C" NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  revision   bigint  NOT NULL,
  body       bytea   NOT NULL,
  updated_at text COLLATE "C" NOT NULL,
  PRIMARY KEY (ledger_id, draft_id)
);

CREATE INDEX drafts_by_kind ON drafts (ledger_id, kind, draft_id);

-- Access keys stand beside the ledgers, as one key may open several; the secret itself is never kept.
CREATE TABLE access_keys (
  key_id     text COLLATE "C" NOT NULL PRIMARY KEY,
  secret     text COLLATE "C" NOT NULL UNIQUE,
  label      text NOT NULL,
  provisions integer NOT NULL CHECK (provisions IN (0, 1)),
  created_at text COLLATE "C" NOT NULL,
  revoked_at text COLLATE "C"
);

CREATE TABLE access_grants (
  ledger_id uuid NOT NULL,
  key_id    text COLLATE "C" NOT NULL REFERENCES access_keys (key_id),
  role      text COLLATE "C" NOT NULL,
  PRIMARY KEY (ledger_id, key_id)
);

CREATE INDEX access_grants_by_key ON access_grants (key_id);
