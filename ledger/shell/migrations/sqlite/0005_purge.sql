-- Two ways out of "append-only", each only after an entry that says so: a line is emptied where `entries.purged/1`
-- covers it, a disclosure goes where `data.erased/1` lists it or where its line is empty. Nothing here runs on INSERT
-- into the chain's own tables. docs/decisions/purge.md

-- What purge entries say, in columns: a guard that parsed JSON for every line would take hours.
CREATE TABLE purges (
  ledger_id TEXT    NOT NULL,
  seq       INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq  INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER purges_say_what_entries_say BEFORE INSERT ON purges
WHEN NOT EXISTS (
  SELECT 1 FROM entries
  WHERE ledger_id = NEW.ledger_id AND seq = NEW.seq AND stream = 'archive:self' AND type = 'entries.purged/1'
    AND json_extract(CAST(line AS TEXT), '$.entry.type') = 'entries.purged/1'
    AND json_extract(CAST(line AS TEXT), '$.entry.body.first_seq') = NEW.first_seq
    AND json_extract(CAST(line AS TEXT), '$.entry.body.last_seq') = NEW.last_seq
    AND NEW.last_seq < NEW.seq
)
BEGIN SELECT RAISE(ABORT, 'no entry says this purge'); END;

CREATE TRIGGER purges_no_update BEFORE UPDATE ON purges
BEGIN SELECT RAISE(ABORT, 'purges are append-only'); END;

CREATE TRIGGER purges_no_delete BEFORE DELETE ON purges
BEGIN SELECT RAISE(ABORT, 'purges are append-only'); END;

-- The places that erasure entries list.
CREATE TABLE erased (
  ledger_id TEXT    NOT NULL,
  seq       INTEGER NOT NULL,
  path      TEXT    NOT NULL,
  by_seq    INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, seq, path)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER erased_say_what_entries_say BEFORE INSERT ON erased
WHEN NOT EXISTS (
  SELECT 1 FROM entries AS e, json_each(CAST(e.line AS TEXT), '$.entry.body.places') AS place
  WHERE e.ledger_id = NEW.ledger_id AND e.seq = NEW.by_seq AND e.stream LIKE 'erasure:%' AND e.type = 'data.erased/1'
    AND json_extract(CAST(e.line AS TEXT), '$.entry.type') = 'data.erased/1'
    AND json_extract(place.value, '$.seq') = NEW.seq AND json_extract(place.value, '$.path') = NEW.path
    AND NEW.seq < NEW.by_seq
)
BEGIN SELECT RAISE(ABORT, 'no entry says this erasure'); END;

CREATE TRIGGER erased_no_update BEFORE UPDATE ON erased
BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END;

CREATE TRIGGER erased_no_delete BEFORE DELETE ON erased
BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END;

DROP TRIGGER entries_no_update;

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
WHEN NOT (
  length(NEW.line) = 0 AND OLD.seq > 1
  AND NEW.ledger_id = OLD.ledger_id AND NEW.seq = OLD.seq AND NEW.stream = OLD.stream AND NEW.version = OLD.version
  AND NEW.type = OLD.type AND NEW.fingerprint = OLD.fingerprint
  AND substr(OLD.stream, 1, instr(OLD.stream, ':')) NOT IN
    ('ledger:', 'period:', 'checkpoint:', 'archive:', 'erasure:', 'issuer:', 'series:', 'customer:', 'register:')
  AND EXISTS (
    SELECT 1 FROM purges WHERE ledger_id = OLD.ledger_id AND first_seq <= OLD.seq AND OLD.seq <= last_seq
  )
)
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

DROP TRIGGER disclosures_no_delete;

CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures
WHEN NOT EXISTS (SELECT 1 FROM erased WHERE ledger_id = OLD.ledger_id AND seq = OLD.seq AND path = OLD.path)
  AND NOT EXISTS (SELECT 1 FROM entries WHERE ledger_id = OLD.ledger_id AND seq = OLD.seq AND length(line) = 0)
BEGIN SELECT RAISE(ABORT, 'disclosures are append-only'); END;
