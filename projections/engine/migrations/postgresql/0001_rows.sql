-- Rows of projections: what entries add up to. All of it can be dropped and is made again; no ledger's table names one
-- of these. Every key begins with ledger_id, so that the same tables are sharded by ledger.

-- One row per build of a projection, rewritten by every save: half-empty pages and no index on what changes.
CREATE TABLE projection_builds (
  ledger_id   uuid    NOT NULL,
  projection  text COLLATE "C" NOT NULL,
  build       integer NOT NULL,
  version     integer NOT NULL,
  state       text COLLATE "C" NOT NULL CHECK (state IN ('building', 'live', 'dropped')),
  position    bigint  NOT NULL,
  fingerprint bytea   NOT NULL,
  missing     bigint  NOT NULL,
  updated_at  text COLLATE "C" NOT NULL,
  PRIMARY KEY (ledger_id, projection, build)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX projection_one_live ON projection_builds (ledger_id, projection) WHERE state = 'live';

CREATE TABLE projection_rows (
  ledger_id  uuid    NOT NULL,
  projection text COLLATE "C" NOT NULL,
  build      integer NOT NULL,
  tbl        text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  sort       text COLLATE "C" NOT NULL,
  seq        bigint  NOT NULL,
  body       bytea   NOT NULL, -- JSON, read by nobody but who wrote it
  PRIMARY KEY (ledger_id, projection, build, tbl, key)
) WITH (fillfactor = 90);

CREATE INDEX projection_rows_sorted ON projection_rows (ledger_id, projection, build, tbl, sort, key);
