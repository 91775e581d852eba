-- Checkpoints and the proofs that they were placed elsewhere. They can be made again or asked for again: `verify`
-- recomputes every root and believes no column here. Insert-only all the same, so that a copy is not lost by mistake.

CREATE TABLE checkpoints (
  ledger_id TEXT    NOT NULL,
  size      INTEGER NOT NULL,
  root      BLOB    NOT NULL,
  frontier  BLOB    NOT NULL,
  note      BLOB    NOT NULL,
  PRIMARY KEY (ledger_id, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE anchors (
  ledger_id TEXT    NOT NULL,
  size      INTEGER NOT NULL,
  kind      TEXT    NOT NULL,
  place     TEXT    NOT NULL,
  at        TEXT    NOT NULL,
  proof     BLOB    NOT NULL,
  PRIMARY KEY (ledger_id, size, kind, place)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE ledger_id = NEW.ledger_id AND size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE TRIGGER anchors_no_update BEFORE UPDATE ON anchors
BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;

CREATE TRIGGER anchors_no_delete BEFORE DELETE ON anchors
BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;

CREATE TRIGGER anchors_no_replace BEFORE INSERT ON anchors
WHEN EXISTS (
  SELECT 1 FROM anchors
  WHERE ledger_id = NEW.ledger_id AND size = NEW.size AND kind = NEW.kind AND place = NEW.place
)
BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;

-- Which process does the recurring work: a row lapses by itself. What it guards is safe to do twice.
CREATE TABLE leases (
  name   TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A third kind of ledger: the register of the others. SQLite cannot change a CHECK, so the table is made again, and
-- the one that refers to it with it; a rename carries the reference along.
CREATE TABLE ledgers_of_three_kinds (
  ledger_id TEXT NOT NULL PRIMARY KEY CHECK (length(ledger_id) = 36),
  name      TEXT NOT NULL UNIQUE,
  kind      TEXT NOT NULL CHECK (kind IN ('live', 'training', 'register'))
) STRICT, WITHOUT ROWID;

CREATE TABLE heads_moved (
  ledger_id   TEXT    NOT NULL PRIMARY KEY REFERENCES ledgers_of_three_kinds (ledger_id),
  seq         INTEGER NOT NULL,
  fingerprint TEXT    NOT NULL,
  at          TEXT    NOT NULL,
  seal        TEXT    NOT NULL,
  register    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO ledgers_of_three_kinds (ledger_id, name, kind) SELECT ledger_id, name, kind FROM ledgers;
INSERT INTO heads_moved (ledger_id, seq, fingerprint, at, seal, register)
  SELECT ledger_id, seq, fingerprint, at, seal, register FROM heads;
DROP TABLE heads;
DROP TABLE ledgers;
ALTER TABLE ledgers_of_three_kinds RENAME TO ledgers;
ALTER TABLE heads_moved RENAME TO heads;
