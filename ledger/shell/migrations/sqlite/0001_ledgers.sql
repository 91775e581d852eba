-- The ledgers of one file. Every table a ledger owns begins its key with ledger_id, and every hot statement names
-- one ledger. `ledgers` is the directory of the file: the one table where a name is unique across ledgers.
-- WITHOUT ROWID keeps each row in the tree of its key: an append dirties one page per table instead of two.

CREATE TABLE ledgers (
  ledger_id TEXT NOT NULL PRIMARY KEY CHECK (length(ledger_id) = 36),
  name      TEXT NOT NULL UNIQUE,
  kind      TEXT NOT NULL CHECK (kind IN ('live', 'training'))
) STRICT, WITHOUT ROWID;

CREATE TABLE heads (
  ledger_id   TEXT    NOT NULL PRIMARY KEY REFERENCES ledgers (ledger_id),
  seq         INTEGER NOT NULL,
  fingerprint TEXT    NOT NULL,
  at          TEXT    NOT NULL,
  seal        TEXT    NOT NULL,
  register    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- `line` is the truth, verbatim; the other columns repeat parts of it for look-ups, and `verify` compares them.
CREATE TABLE entries (
  ledger_id   TEXT    NOT NULL,
  seq         INTEGER NOT NULL,
  stream      TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  type        TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  line        BLOB    NOT NULL,
  PRIMARY KEY (ledger_id, seq)
) STRICT, WITHOUT ROWID;

-- It ends with the table's key, so (stream, version, seq) is read from it alone; written inside CREATE TABLE it would
-- refuse the same, but SQLite would look every row up for its seq.
CREATE UNIQUE INDEX entries_by_stream ON entries (ledger_id, stream, version);

CREATE TABLE seals (
  ledger_id TEXT    NOT NULL,
  last_seq  INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  text      BLOB    NOT NULL,
  signature BLOB    NOT NULL,
  PRIMARY KEY (ledger_id, last_seq)
) STRICT, WITHOUT ROWID;

-- Personal data stand here and nowhere else: an entry holds their commitment only.
CREATE TABLE disclosures (
  ledger_id TEXT    NOT NULL,
  seq       INTEGER NOT NULL,
  path      TEXT    NOT NULL,
  salt      TEXT    NOT NULL,
  value     BLOB    NOT NULL,
  PRIMARY KEY (ledger_id, seq, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE operations (
  ledger_id TEXT    NOT NULL,
  key       TEXT    NOT NULL,
  digest    TEXT    NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq  INTEGER NOT NULL,
  outcome   BLOB    NOT NULL,
  PRIMARY KEY (ledger_id, key)
) STRICT, WITHOUT ROWID;

-- How far each reader of a ledger has come.
CREATE TABLE tracking (
  ledger_id TEXT    NOT NULL,
  reader    TEXT    NOT NULL,
  position  INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, reader)
) STRICT, WITHOUT ROWID;
