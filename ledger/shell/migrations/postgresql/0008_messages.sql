-- Messages: what waits to be mailed, in the words of which template, by which settings. Mutable, outside the chain: the
-- entries `message.queued/1`, `message.sent/1` and `message.failed/1` tell what happened. `body` is encrypted under a
-- key of the key folder and emptied once a message has left: it holds links and codes. Ledger 00000000-... is the
-- server's own post (passwords), which belongs to no ledger.

CREATE TABLE outbox (
  ledger_id  uuid NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  template   text COLLATE "C" NOT NULL,
  language   text COLLATE "C" NOT NULL,
  side       text COLLATE "C" NOT NULL,
  about      text COLLATE "C" NOT NULL,
  body       bytea NOT NULL,
  state      text COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'waiting', 'sending', 'handed', 'sent', 'failed', 'dropped')),
  created_at text COLLATE "C" NOT NULL,
  expires_at text COLLATE "C" NOT NULL,
  attempts   bigint NOT NULL,
  again_at   text COLLATE "C" NOT NULL,
  last_at    text COLLATE "C" NOT NULL,
  last_cause text COLLATE "C" NOT NULL,
  digest     text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL,
  PRIMARY KEY (ledger_id, message_id)
);

CREATE INDEX outbox_open ON outbox (again_at) WHERE state IN ('prepared', 'waiting', 'sending', 'handed');

CREATE INDEX outbox_latest ON outbox (ledger_id, created_at);

CREATE TABLE message_templates (
  ledger_id  uuid NOT NULL,
  template   text COLLATE "C" NOT NULL,
  language   text COLLATE "C" NOT NULL,
  subject    text COLLATE "C" NOT NULL,
  words      text COLLATE "C" NOT NULL,
  updated_at text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL,
  PRIMARY KEY (ledger_id, template, language)
);

CREATE TABLE message_settings (
  ledger_id   uuid NOT NULL,
  enabled     text COLLATE "C" NOT NULL CHECK (enabled IN ('default', 'on', 'off')),
  digest_hour bigint NOT NULL,
  digest_on   text COLLATE "C" NOT NULL,
  digest_seq  bigint NOT NULL,
  revision    bigint NOT NULL,
  PRIMARY KEY (ledger_id)
);
