/** What runs and deliveries asked for. The settings of a series are stored once; the name is the run's own. */
export const SERIES = `
CREATE TABLE series (
  series text PRIMARY KEY,
  -- JSON as the first request had it: jsonb takes no NUL, and would forget the order of a filter's keys.
  report text NOT NULL
);
ALTER TABLE runs ADD COLUMN series text;
ALTER TABLE runs ADD COLUMN name text;
CREATE INDEX runs_by_series ON runs (series);
ALTER TABLE deliveries ADD COLUMN series text;
CREATE INDEX deliveries_by_series ON deliveries (series);
ALTER TABLE audit ADD COLUMN series text;
CREATE INDEX audit_by_series ON audit (series);
`;

/** One row a delivery: which windows there are, and how each fares, without reading every run. */
export const WINDOWS = `
CREATE TABLE windows (
  delivery_id  text PRIMARY KEY,
  org          text NOT NULL,
  source       text NOT NULL,
  series       text NOT NULL,
  destination  text NOT NULL,
  window_from  timestamptz NOT NULL,
  window_to    timestamptz NOT NULL,
  label        text NOT NULL,
  time_zone    text NOT NULL,
  name         text,
  -- The newest run, and how it ended.
  run_key      text NOT NULL,
  workflow_id  text NOT NULL,
  started_at   timestamptz NOT NULL,
  outcome      text,
  failure_type text,
  -- Of the last run that read it to its end.
  read_at      timestamptz,
  rows         bigint,
  reading      text
);
CREATE INDEX windows_by_series ON windows (org, series, destination, window_from);
CREATE INDEX windows_by_run ON windows (run_key);
INSERT INTO windows
SELECT DISTINCT ON (r.delivery_id) r.delivery_id, r.org, coalesce(s.report::json ->> 'source', 'analytics'),
  coalesce(r.series, r.query_hash), r.destination, (r.run_window ->> 'from')::timestamptz,
  (r.run_window ->> 'to')::timestamptz, r.run_window ->> 'label', r.run_window ->> 'timeZone', r.name, r.run_key,
  r.workflow_id, r.started_at, r.outcome, a.failure_type, a.timestamp, (a.rows ->> 'returned')::bigint, NULL
FROM runs r LEFT JOIN series s USING (series) LEFT JOIN audit a ON a.run_key = r.run_key AND a.kind = 'run'
ORDER BY r.delivery_id, r.started_at DESC;

-- With its report, all that a request needs to read another window of the series.
ALTER TABLE series ADD COLUMN processing text;

-- What a schedule is to read, from when until when: a change ends one and begins another. One that vanished has no end.
CREATE TABLE expectations (
  schedule_id text NOT NULL,
  since       timestamptz NOT NULL,
  until       timestamptz,
  org         text NOT NULL,
  source      text NOT NULL,
  series      text NOT NULL,
  destination text NOT NULL,
  time_zone   text NOT NULL,
  every       text NOT NULL,
  at          text NOT NULL,
  relative    text NOT NULL,
  settle_ms   bigint NOT NULL,
  PRIMARY KEY (schedule_id, series, destination, since)
);
CREATE INDEX expectations_by_series ON expectations (org, series, destination);
`;
