-- What is written stays written, whoever asks. Statement triggers: they cost one call per statement, not per row.

CREATE FUNCTION sceau_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seals
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures
  FOR EACH STATEMENT EXECUTE FUNCTION sceau_append_only();

-- A role that copies rows in (logical replication, session_replication_role = replica) must meet them too.
ALTER TABLE entries ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE seals ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE disclosures ENABLE ALWAYS TRIGGER append_only;
