-- Optional: the database itself refuses an entry that is not linked to the one before it. One AFTER statement trigger
-- with a transition table keeps bulk inserts fast (a row trigger halves them). It compares links only: the hash lives
-- in one place, `ledger.kernel`, and is never computed here. docs/spec/entry.md fixes the prefix, so `prev` always
-- stands at bytes 102 to 165 of a line.

CREATE OR REPLACE FUNCTION sceau_check_links() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  edge  record;
  wrong bigint;
  before bytea;
BEGIN
  SELECT count(*) INTO wrong
  FROM (
    SELECT seq - 1 IS DISTINCT FROM lag(seq, 1, seq - 1) OVER chain AS gap,
           substring(line FROM 102 FOR 64)
             IS DISTINCT FROM lag(convert_to(encode(fingerprint, 'hex'), 'UTF8'), 1, substring(line FROM 102 FOR 64))
                              OVER chain AS unlinked
    FROM added WINDOW chain AS (PARTITION BY ledger_id ORDER BY seq)
  ) AS checked
  WHERE gap OR unlinked;
  IF wrong > 0 THEN
    RAISE EXCEPTION 'entries are not linked' USING ERRCODE = 'integrity_constraint_violation';
  END IF;

  FOR edge IN
    SELECT DISTINCT ON (ledger_id) ledger_id, seq, substring(line FROM 102 FOR 64) AS prev
    FROM added ORDER BY ledger_id, seq
  LOOP
    IF edge.seq = 1 THEN
      before := decode(repeat('00', 32), 'hex');
    ELSE
      -- NULL when the entry before is missing: IS DISTINCT FROM below then finds it different.
      SELECT fingerprint INTO before FROM entries WHERE ledger_id = edge.ledger_id AND seq = edge.seq - 1;
    END IF;
    IF before IS NULL OR edge.prev IS DISTINCT FROM convert_to(encode(before, 'hex'), 'UTF8') THEN
      RAISE EXCEPTION 'entries are not linked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS linked ON entries;
CREATE TRIGGER linked AFTER INSERT ON entries REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_check_links();
