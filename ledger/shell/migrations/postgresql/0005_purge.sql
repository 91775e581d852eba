-- Two ways out of "append-only", each only after an entry that says so: a line is emptied where `entries.purged/1`
-- covers it, a disclosure goes where `data.erased/1` lists it or where its line is empty. Nothing here runs on INSERT
-- into the chain's own tables. docs/decisions/purge.md

-- What purge entries say, in columns: a guard that parsed JSON for every line would take hours.
CREATE TABLE purges (
  ledger_id uuid   NOT NULL,
  seq       bigint NOT NULL,
  first_seq bigint NOT NULL,
  last_seq  bigint NOT NULL,
  PRIMARY KEY (ledger_id, seq)
);

-- The places that erasure entries list.
CREATE TABLE erased (
  ledger_id uuid   NOT NULL,
  seq       bigint NOT NULL,
  path      text COLLATE "C" NOT NULL,
  by_seq    bigint NOT NULL,
  PRIMARY KEY (ledger_id, seq, path)
);

CREATE FUNCTION sceau_purge_is_said() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE said jsonb;
BEGIN
  SELECT convert_from(line, 'UTF8')::jsonb -> 'entry' INTO said FROM entries
  WHERE ledger_id = NEW.ledger_id AND seq = NEW.seq AND stream = 'archive:self' AND type = 'entries.purged/1';
  IF said IS NULL OR said ->> 'type' <> 'entries.purged/1' OR NEW.last_seq >= NEW.seq
    OR (said #>> '{body,first_seq}')::bigint IS DISTINCT FROM NEW.first_seq
    OR (said #>> '{body,last_seq}')::bigint IS DISTINCT FROM NEW.last_seq THEN
    RAISE EXCEPTION 'no entry says this purge' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER said BEFORE INSERT ON purges FOR EACH ROW EXECUTE FUNCTION sceau_purge_is_said();

CREATE FUNCTION sceau_erasure_is_said() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM added AS n WHERE n.seq >= n.by_seq OR NOT EXISTS (
      SELECT 1 FROM entries AS e
      WHERE e.ledger_id = n.ledger_id AND e.seq = n.by_seq AND e.stream LIKE 'erasure:%' AND e.type = 'data.erased/1'
        AND convert_from(e.line, 'UTF8')::jsonb #>> '{entry,type}' = 'data.erased/1'
        AND convert_from(e.line, 'UTF8')::jsonb #> '{entry,body,places}'
          @> jsonb_build_array(jsonb_build_object('seq', n.seq, 'path', n.path))
    )
  ) THEN
    RAISE EXCEPTION 'no entry says this erasure' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER said AFTER INSERT ON erased REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_erasure_is_said();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON purges
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON erased
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

DROP TRIGGER append_only ON entries;

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

CREATE FUNCTION sceau_only_purge() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF octet_length(NEW.line) = 0 AND OLD.seq > 1
    AND (NEW.ledger_id, NEW.seq, NEW.stream, NEW.version, NEW.type, NEW.fingerprint)
      IS NOT DISTINCT FROM (OLD.ledger_id, OLD.seq, OLD.stream, OLD.version, OLD.type, OLD.fingerprint)
    AND split_part(OLD.stream, ':', 1) NOT IN
      ('ledger', 'period', 'checkpoint', 'archive', 'erasure', 'issuer', 'series', 'customer', 'register')
    AND EXISTS (
      SELECT 1 FROM purges AS p WHERE p.ledger_id = OLD.ledger_id AND OLD.seq BETWEEN p.first_seq AND p.last_seq
    ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'entries are append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER only_purge BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION sceau_only_purge();

DROP TRIGGER append_only ON disclosures;

CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON disclosures
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

CREATE FUNCTION sceau_only_erase() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM erased AS e WHERE e.ledger_id = OLD.ledger_id AND e.seq = OLD.seq AND e.path = OLD.path
  ) OR EXISTS (
    SELECT 1 FROM entries AS e WHERE e.ledger_id = OLD.ledger_id AND e.seq = OLD.seq AND octet_length(e.line) = 0
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'disclosures are append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER only_erase BEFORE DELETE ON disclosures FOR EACH ROW EXECUTE FUNCTION sceau_only_erase();

ALTER TABLE purges ENABLE ALWAYS TRIGGER said;
ALTER TABLE purges ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE erased ENABLE ALWAYS TRIGGER said;
ALTER TABLE erased ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE entries ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE entries ENABLE ALWAYS TRIGGER only_purge;
ALTER TABLE disclosures ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE disclosures ENABLE ALWAYS TRIGGER only_erase;

-- The application's role may INSERT and SELECT only. These two run with the rights of who made the tables, for whom the
-- triggers above hold as well.
CREATE FUNCTION sceau_purge(ledger uuid, by_entry bigint, seqs bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE gone bigint;
BEGIN
  INSERT INTO purges (ledger_id, seq, first_seq, last_seq)
  SELECT e.ledger_id, e.seq, (said #>> '{body,first_seq}')::bigint, (said #>> '{body,last_seq}')::bigint
  FROM entries AS e, LATERAL (SELECT convert_from(e.line, 'UTF8')::jsonb -> 'entry' AS said) AS read
  WHERE e.ledger_id = ledger AND e.seq = by_entry AND e.type = 'entries.purged/1'
  ON CONFLICT DO NOTHING;
  UPDATE entries SET line = ''
  WHERE ledger_id = ledger AND seq = ANY (seqs) AND octet_length(line) > 0;
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM disclosures WHERE ledger_id = ledger AND seq = ANY (seqs);
  RETURN gone;
END
$$;

CREATE FUNCTION sceau_erase(ledger uuid, by_entry bigint, seqs bigint[], paths text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE gone bigint;
BEGIN
  INSERT INTO erased (ledger_id, seq, path, by_seq)
  SELECT ledger, n.seq, n.path, by_entry FROM unnest(seqs, paths) AS n(seq, path)
  ON CONFLICT DO NOTHING;
  DELETE FROM disclosures AS d USING unnest(seqs, paths) AS n(seq, path)
  WHERE d.ledger_id = ledger AND d.seq = n.seq AND d.path = n.path COLLATE "C";
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;

REVOKE ALL ON FUNCTION sceau_purge(uuid, bigint, bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION sceau_erase(uuid, bigint, bigint[], text[]) FROM PUBLIC;
