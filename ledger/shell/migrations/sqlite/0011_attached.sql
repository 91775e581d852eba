-- Pictures among the files kept: what goes with a quote may be a PDF, a JPEG or a PNG. SQLite changes no CHECK in
-- place: the table is made again and its rows are carried over.

CREATE TABLE signing_files_now (
  ledger_id TEXT    NOT NULL,
  about     TEXT    NOT NULL,
  digest    TEXT    NOT NULL,
  kind      TEXT    NOT NULL CHECK (kind IN ('pdf', 'jpeg', 'png', 'drawing')),
  bytes     INTEGER NOT NULL,
  data      BLOB    NOT NULL,
  kept_at   TEXT    NOT NULL,
  PRIMARY KEY (ledger_id, about, digest)
) STRICT;

INSERT INTO signing_files_now SELECT ledger_id, about, digest, kind, bytes, data, kept_at FROM signing_files;
DROP TABLE signing_files;
ALTER TABLE signing_files_now RENAME TO signing_files;
