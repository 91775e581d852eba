-- Online payments: a ledger's accounts with payment providers, and its collections that have not ended. Mutable, outside
-- the chain. `secrets` and `private` (return addresses, which hold link tokens) are encrypted under a key of the key folder.

CREATE TABLE provider_accounts (
  ledger_id  uuid NOT NULL,
  provider   text COLLATE "C" NOT NULL,
  test_mode  bigint NOT NULL CHECK (test_mode IN (0, 1)),
  ways       text COLLATE "C" NOT NULL,
  secrets    bytea NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  swept_at   text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL,
  PRIMARY KEY (ledger_id, provider)
);

CREATE TABLE online_collections (
  ledger_id     uuid NOT NULL,
  collection_id text COLLATE "C" NOT NULL,
  provider      text COLLATE "C" NOT NULL,
  about         text COLLATE "C" NOT NULL,
  about_kind    text COLLATE "C" NOT NULL,
  amount_cents  bigint NOT NULL,
  currency      text COLLATE "C" NOT NULL,
  created_at    text COLLATE "C" NOT NULL,
  expires_at    text COLLATE "C" NOT NULL,
  state         text COLLATE "C" NOT NULL CHECK (state IN ('asked', 'open', 'waiting')),
  reference     text COLLATE "C" NOT NULL,
  private       bytea NOT NULL,
  revision      bigint NOT NULL,
  PRIMARY KEY (ledger_id, collection_id),
  UNIQUE (ledger_id, about)
);
