-- The ledgers of one database. Every table a ledger owns begins its key with ledger_id, and every hot statement names
-- one ledger. `ledgers` is the directory: the one table where a name is unique across ledgers.

CREATE TABLE ledgers (
  ledger_id uuid NOT NULL PRIMARY KEY,
  name      text COLLATE "C" NOT NULL UNIQUE,
  kind      text COLLATE "C" NOT NULL CHECK (kind IN ('live', 'training'))
);

-- One row per ledger, rewritten by every append: half-empty pages and no index on what changes keep the update HOT.
CREATE TABLE heads (
  ledger_id   uuid   NOT NULL PRIMARY KEY REFERENCES ledgers (ledger_id),
  seq         bigint NOT NULL,
  fingerprint bytea  NOT NULL,
  at          text COLLATE "C" NOT NULL,
  seal        bytea  NOT NULL,
  register    bytea  NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);

-- `line` is the truth, verbatim; the other columns repeat parts of it for look-ups, and `verify` compares them.
CREATE TABLE entries (
  ledger_id   uuid    NOT NULL,
  seq         bigint  NOT NULL,
  version     integer NOT NULL,
  stream      text COLLATE "C" NOT NULL,
  type        text COLLATE "C" NOT NULL,
  fingerprint bytea   NOT NULL,
  line        bytea   NOT NULL,
  PRIMARY KEY (ledger_id, seq),
  UNIQUE (ledger_id, stream, version) INCLUDE (seq) -- the whole of what `verify` reads in order of stream
);

CREATE TABLE seals (
  ledger_id uuid   NOT NULL,
  last_seq  bigint NOT NULL,
  first_seq bigint NOT NULL,
  text      bytea  NOT NULL,
  signature bytea  NOT NULL,
  PRIMARY KEY (ledger_id, last_seq)
);

-- Personal data stand here and nowhere else: an entry holds their commitment only.
CREATE TABLE disclosures (
  ledger_id uuid   NOT NULL,
  seq       bigint NOT NULL,
  path      text COLLATE "C" NOT NULL,
  salt      bytea  NOT NULL,
  value     bytea  NOT NULL,
  PRIMARY KEY (ledger_id, seq, path)
);

CREATE TABLE operations (
  ledger_id uuid   NOT NULL,
  key       text COLLATE "C" NOT NULL,
  digest    bytea  NOT NULL,
  first_seq bigint NOT NULL,
  last_seq  bigint NOT NULL,
  outcome   bytea  NOT NULL,
  PRIMARY KEY (ledger_id, key)
);

-- How far each reader of a ledger has come.
CREATE TABLE tracking (
  ledger_id uuid   NOT NULL,
  reader    text COLLATE "C" NOT NULL,
  position  bigint NOT NULL,
  PRIMARY KEY (ledger_id, reader)
) WITH (fillfactor = 50);
