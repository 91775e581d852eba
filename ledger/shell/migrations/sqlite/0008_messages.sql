-- Messages: what waits to be mailed, in the words of which template, by which settings. Mutable, outside the chain: the
-- entries `message.queued/1`, `message.sent/1` and `message.failed/1` tell what happened. `body` is encrypted under a
-- key of the key folder and emptied once a message has left: it holds links and codes. Ledger 00000000-... is the
-- server's own post (passwords), which belongs to no ledger.

CREATE TABLE outbox (
  ledger_id  TEXT    NOT NULL,
  message_id TEXT    NOT NULL,
  template   TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  side       TEXT    NOT NULL,
  about      TEXT    NOT NULL,
  body       BLOB    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('prepared', 'waiting', 'sending', 'handed', 'sent', 'failed', 'dropped')),
  created_at TEXT    NOT NULL,
  expires_at TEXT    NOT NULL,
  attempts   INTEGER NOT NULL,
  again_at   TEXT    NOT NULL,
  last_at    TEXT    NOT NULL,
  last_cause TEXT    NOT NULL,
  digest     TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_open ON outbox (again_at) WHERE state IN ('prepared', 'waiting', 'sending', 'handed');

CREATE INDEX outbox_latest ON outbox (ledger_id, created_at);

CREATE TABLE message_templates (
  ledger_id  TEXT    NOT NULL,
  template   TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  subject    TEXT    NOT NULL,
  words      TEXT    NOT NULL,
  updated_at TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  PRIMARY KEY (ledger_id, template, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_settings (
  ledger_id   TEXT    NOT NULL,
  enabled     TEXT    NOT NULL CHECK (enabled IN ('default', 'on', 'off')),
  digest_hour INTEGER NOT NULL,
  digest_on   TEXT    NOT NULL,
  digest_seq  INTEGER NOT NULL,
  revision    INTEGER NOT NULL,
  PRIMARY KEY (ledger_id)
) STRICT, WITHOUT ROWID;
