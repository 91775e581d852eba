-- What is written stays written. INSERT OR REPLACE deletes without firing a DELETE trigger (unless recursive_triggers
-- is on, which a stranger's connection need not set), hence the BEFORE INSERT triggers.

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE ledger_id = NEW.ledger_id AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM entries WHERE ledger_id = NEW.ledger_id AND stream = NEW.stream AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TRIGGER seals_no_update BEFORE UPDATE ON seals
BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END;

CREATE TRIGGER seals_no_delete BEFORE DELETE ON seals
BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END;

CREATE TRIGGER seals_no_replace BEFORE INSERT ON seals
WHEN EXISTS (SELECT 1 FROM seals WHERE ledger_id = NEW.ledger_id AND last_seq = NEW.last_seq)
BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END;

CREATE TRIGGER disclosures_no_update BEFORE UPDATE ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures are append-only'); END;

CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures are append-only'); END;

CREATE TRIGGER disclosures_no_replace BEFORE INSERT ON disclosures
WHEN EXISTS (
  SELECT 1 FROM disclosures WHERE ledger_id = NEW.ledger_id AND seq = NEW.seq AND path = NEW.path
)
BEGIN SELECT RAISE(ABORT, 'disclosures are append-only'); END;
