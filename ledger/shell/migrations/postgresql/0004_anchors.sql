-- Checkpoints and the proofs that they were placed elsewhere. They can be made again or asked for again: `verify`
-- recomputes every root and believes no column here. Insert-only all the same, so that a copy is not lost by mistake.

CREATE TABLE checkpoints (
  ledger_id uuid   NOT NULL,
  size      bigint NOT NULL,
  root      bytea  NOT NULL,
  frontier  bytea  NOT NULL,
  note      bytea  NOT NULL,
  PRIMARY KEY (ledger_id, size)
);

CREATE TABLE anchors (
  ledger_id uuid   NOT NULL,
  size      bigint NOT NULL,
  kind      text COLLATE "C" NOT NULL,
  place     text COLLATE "C" NOT NULL,
  at        text COLLATE "C" NOT NULL,
  proof     bytea  NOT NULL,
  PRIMARY KEY (ledger_id, size, kind, place)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON anchors
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE anchors ENABLE ALWAYS TRIGGER append_only;

-- Which process does the recurring work: a row lapses by itself. What it guards is safe to do twice.
CREATE TABLE leases (
  name   text COLLATE "C" NOT NULL PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  until  text COLLATE "C" NOT NULL
);

-- A third kind of ledger: the register of the others.
ALTER TABLE ledgers DROP CONSTRAINT ledgers_kind_check;
ALTER TABLE ledgers ADD CONSTRAINT ledgers_kind_check CHECK (kind IN ('live', 'training', 'register'));
