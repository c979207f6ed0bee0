import { ALERT_TABLES } from '../alerts/alert-tables.js';
import { GATE } from '../gate/gate-tables.js';
import { DEFINITIONS, DELIVERIES_OF_A_RUN } from './definitions-schema.js';
import { EXPLAIN } from './explain-schema.js';
import { OUTSTANDING } from './figures-migration.js';
import { RESTORE } from './restore-migration.js';
import { SERIES, WINDOWS } from './windows-schema.js';

/**
 * The schema, forward only. A migration that was released is never edited (its hash is on record): what it got wrong
 * the next one fixes. Each must leave the tables usable by the version before it, because workers are replaced one by one.
 */
export interface Migration {
  /** What it brings, for `schema_migrations`. Its version is its place in the list, from 1. */
  readonly name: string;
  readonly sql: string;
  /** Version of the oldest program that may still use the schema once this one is applied: an older one is refused. */
  readonly oldest: number;
}

const RUNS_AND_SUBMISSIONS = `
CREATE TABLE runs (
  run_key                text PRIMARY KEY,
  workflow_id            text NOT NULL,
  first_execution_run_id text NOT NULL,
  org                    text NOT NULL,
  requester              text NOT NULL,
  query_hash             text NOT NULL,
  run_window             jsonb NOT NULL,
  destination            text NOT NULL,
  delivery_id            text NOT NULL,
  started_at             timestamptz NOT NULL,
  finished_at            timestamptz,
  outcome                text
);
CREATE INDEX runs_open ON runs (started_at) WHERE finished_at IS NULL;
CREATE INDEX runs_by_workflow ON runs (workflow_id);

CREATE TABLE submissions (
  run_key           text NOT NULL,
  generation        integer NOT NULL,
  state             text NOT NULL CHECK (state IN ('pending', 'refused', 'unknown', 'submitted')),
  idempotency_key   text NOT NULL,
  suspected_orphans integer NOT NULL DEFAULT 0,
  location          text,
  begun_at          timestamptz NOT NULL,
  submitted_at      timestamptz,
  changed_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_key, generation),
  CHECK ((state = 'submitted') = (location IS NOT NULL AND submitted_at IS NOT NULL))
);

-- Queries that may run upstream without anybody waiting for them: what an operator looks for there.
CREATE TABLE submission_orphans (
  orphan_no       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_key         text NOT NULL,
  generation      integer NOT NULL,
  idempotency_key text NOT NULL,
  reason          text NOT NULL CHECK (reason IN ('crashed', 'no-answer', 'second-location')),
  location        text,
  recorded_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX submission_orphans_by_run ON submission_orphans (run_key, generation);
`;

const DELIVERIES = `
CREATE TABLE deliveries (
  delivery_id text PRIMARY KEY,
  org         text NOT NULL,
  destination text NOT NULL,
  first_at    timestamptz NOT NULL
);

CREATE TABLE delivery_revisions (
  delivery_id     text NOT NULL REFERENCES deliveries,
  revision        integer NOT NULL CHECK (revision > 0),
  content_hash    text NOT NULL,
  query_id        text NOT NULL,
  delivery_window jsonb NOT NULL,
  claimed_by      text NOT NULL,
  claimed_at      timestamptz NOT NULL,
  delivered_by    text,
  delivered_at    timestamptz,
  PRIMARY KEY (delivery_id, revision),
  CHECK ((delivered_by IS NULL) = (delivered_at IS NULL))
);

-- Which revision each run got, so that a run that asks again gets the same one, whatever came after.
CREATE TABLE delivery_claims (
  claim_no    bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  delivery_id text NOT NULL,
  run_key     text NOT NULL,
  revision    integer NOT NULL,
  workflow_id text NOT NULL,
  claimed_at  timestamptz NOT NULL,
  PRIMARY KEY (delivery_id, run_key),
  FOREIGN KEY (delivery_id, revision) REFERENCES delivery_revisions
);
CREATE INDEX delivery_claims_by_workflow ON delivery_claims (workflow_id);

CREATE TABLE delivery_parts (
  delivery_id  text NOT NULL,
  revision     integer NOT NULL,
  part         integer NOT NULL CHECK (part >= 0),
  webhook_id   text NOT NULL UNIQUE,
  body_scope   text NOT NULL,
  body_sha256  text NOT NULL,
  body_bytes   bigint NOT NULL,
  row_count    bigint NOT NULL,
  delivered_at timestamptz,
  PRIMARY KEY (delivery_id, revision, part),
  FOREIGN KEY (delivery_id, revision) REFERENCES delivery_revisions
);
CREATE INDEX delivery_parts_outstanding ON delivery_parts (delivery_id, revision) WHERE delivered_at IS NULL;

CREATE TABLE delivery_answers (
  delivery_id    text NOT NULL,
  revision       integer NOT NULL,
  run_key        text NOT NULL,
  attempt        integer NOT NULL,
  part           integer NOT NULL,
  status         integer,
  reason         text NOT NULL,
  retry_after_ms bigint,
  permanent      boolean NOT NULL,
  answered_at    timestamptz NOT NULL,
  PRIMARY KEY (delivery_id, revision, run_key, attempt, part),
  FOREIGN KEY (delivery_id, revision, part) REFERENCES delivery_parts
);
`;

const AUDIT = `
CREATE TABLE audit (
  seq             bigint PRIMARY KEY CHECK (seq > 0),
  effect_id       text NOT NULL UNIQUE,
  -- The entry itself: canonical JSON. The columns below mirror it, for queries; audit verify compares them.
  entry           text NOT NULL,
  prev_hash       text NOT NULL,
  hash            text NOT NULL,
  recorded_at     timestamptz NOT NULL,
  timestamp       timestamptz NOT NULL,
  query_id        text,
  latency_ms      double precision NOT NULL,
  accuracy_rate   double precision,
  rows_processed  bigint NOT NULL,
  status          text NOT NULL,
  kind            text NOT NULL,
  org             text,
  workflow_id     text NOT NULL,
  run_key         text NOT NULL,
  requester       text NOT NULL,
  query_hash      text,
  window_from     timestamptz,
  window_to       timestamptz,
  rows            jsonb,
  delivery_id     text,
  revision        integer,
  delivery        jsonb,
  failure_type    text,
  failure_message text
);
CREATE INDEX audit_by_run ON audit (run_key);
CREATE INDEX audit_by_workflow ON audit (workflow_id);
CREATE INDEX audit_by_time ON audit (timestamp);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
-- Also in a session that plays the replica, where ordinary triggers rest.
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only;
`;

/** What the source called a query when it accepted it: a result that is another query's is not one. */
const QUERY_ID = 'ALTER TABLE submissions ADD COLUMN query_id text';

const EXPIRY = `
-- When the bytes of a revision were given up. Not delivered by then, it never will be: a later claim gets another one.
ALTER TABLE delivery_revisions ADD COLUMN expired_at timestamptz;
`;

const IDEMPOTENCY_KEYS = `
-- Which request a caller of the gateway sent under a key, and which run came of it. The request is kept until that is known.
CREATE TABLE idempotency_keys (
  principal   text NOT NULL,
  key         text NOT NULL,
  body_hash   text NOT NULL,
  workflow_id text NOT NULL,
  request     text,
  run_id      text,
  claimed_at  timestamptz NOT NULL,
  PRIMARY KEY (principal, key),
  CHECK ((run_id IS NULL) = (request IS NOT NULL))
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (claimed_at);
`;

/** Renames, which a version before could not use: none was released. */
const PARTS_AND_TICKETS = `
ALTER TABLE submissions RENAME COLUMN location TO ticket;
ALTER TABLE submission_orphans RENAME COLUMN location TO ticket;
ALTER TABLE submission_orphans DROP CONSTRAINT submission_orphans_reason_check;
UPDATE submission_orphans SET reason = 'second-ticket' WHERE reason = 'second-location';
ALTER TABLE submission_orphans ADD CONSTRAINT submission_orphans_reason_check
  CHECK (reason IN ('crashed', 'no-answer', 'second-ticket'));

-- Whether a part was delivered is what its destination says; an HTTP status is one way to say it.
ALTER TABLE delivery_parts RENAME COLUMN webhook_id TO part_id;
ALTER TABLE delivery_answers ADD COLUMN delivered boolean;
UPDATE delivery_answers SET delivered = coalesce(status BETWEEN 200 AND 299, false);
ALTER TABLE delivery_answers ALTER COLUMN delivered SET NOT NULL;
`;

/** Written ahead of a second submission that only asks for the name of the query, and taken back with its answer. */
const NAMING = 'ALTER TABLE submissions ADD COLUMN naming boolean NOT NULL DEFAULT false';

/** A claim compares what was asked for, or the rows' bytes: a revision has both hashes. */
const ROW_HASH = 'ALTER TABLE delivery_revisions ADD COLUMN row_hash text';

const FIRST = RUNS_AND_SUBMISSIONS + DELIVERIES + AUDIT;

export const MIGRATIONS: readonly Migration[] = [
  { name: 'runs, submissions, deliveries and the audit trail', sql: FIRST, oldest: 1 },
  { name: 'the query id of a submission', sql: QUERY_ID, oldest: 1 },
  { name: 'when the bytes of a revision were given up', sql: EXPIRY, oldest: 1 },
  { name: 'idempotency keys of the gateway', sql: IDEMPOTENCY_KEYS, oldest: 1 },
  { name: 'parts and tickets in place of webhooks and locations', sql: PARTS_AND_TICKETS, oldest: 5 },
  { name: 'submissions that ask for a name', sql: NAMING, oldest: 5 },
  { name: "the hash of a revision's rows", sql: ROW_HASH, oldest: 5 },
  { name: 'what runs and deliveries asked for', sql: SERIES, oldest: 5 },
  { name: 'fences, and how far upkeep has looked', sql: RESTORE, oldest: 5 },
  { name: 'versions of definitions', sql: DEFINITIONS, oldest: 5 },
  { name: 'windows, and what schedules are to read', sql: WINDOWS, oldest: 5 },
  { name: 'several deliveries of a run', sql: DELIVERIES_OF_A_RUN, oldest: 5 },
  { name: 'the gate of each organisation', sql: GATE, oldest: 5 },
  { name: 'alerts', sql: ALERT_TABLES, oldest: 5 },
  { name: 'causes of revisions, and shapes of series', sql: EXPLAIN, oldest: 5 },
  { name: 'an index of what is outstanding', sql: OUTSTANDING, oldest: 5 },
];
