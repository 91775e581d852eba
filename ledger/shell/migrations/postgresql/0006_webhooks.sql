-- Webhooks: where events are delivered to, what was tried, what was given up. Mutable, outside the chain. `secrets` is
-- encrypted under a key of the key folder, so that a copy of this database signs nothing.

CREATE TABLE webhook_endpoints (
  ledger_id   uuid NOT NULL,
  endpoint_id text COLLATE "C" NOT NULL,
  url         text COLLATE "C" NOT NULL,
  label       text COLLATE "C" NOT NULL,
  types       text COLLATE "C" NOT NULL,
  scheme      text COLLATE "C" NOT NULL,
  secrets     bytea NOT NULL,
  created_at  text COLLATE "C" NOT NULL,
  state       text COLLATE "C" NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
  reason      text COLLATE "C" NOT NULL,
  seq         bigint NOT NULL,
  attempts    bigint NOT NULL,
  again_at    text COLLATE "C" NOT NULL,
  last_at     text COLLATE "C" NOT NULL,
  last_cause  text COLLATE "C" NOT NULL,
  revision    bigint NOT NULL,
  PRIMARY KEY (ledger_id, endpoint_id)
);

CREATE TABLE webhook_tries (
  ledger_id    uuid NOT NULL,
  endpoint_id  text COLLATE "C" NOT NULL,
  n            bigint NOT NULL,
  seq          bigint NOT NULL,
  attempt      bigint NOT NULL,
  at           text COLLATE "C" NOT NULL,
  status       bigint NOT NULL,
  cause        text COLLATE "C" NOT NULL,
  milliseconds bigint NOT NULL,
  PRIMARY KEY (ledger_id, endpoint_id, n)
);

CREATE TABLE webhook_dead_letters (
  ledger_id   uuid NOT NULL,
  endpoint_id text COLLATE "C" NOT NULL,
  seq         bigint NOT NULL,
  type        text COLLATE "C" NOT NULL,
  at          text COLLATE "C" NOT NULL,
  attempts    bigint NOT NULL,
  status      bigint NOT NULL,
  cause       text COLLATE "C" NOT NULL,
  again       bigint NOT NULL CHECK (again IN (0, 1)),
  PRIMARY KEY (ledger_id, endpoint_id, seq)
);
