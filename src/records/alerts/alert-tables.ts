/** What somebody must be told of. A row is written with its cause; a workflow sends it. */
export const ALERT_TABLES = `
CREATE TABLE alerts (
  id        text PRIMARY KEY,
  event     text NOT NULL,
  org       text,
  what      text NOT NULL,
  -- JSON as it was raised.
  about     text NOT NULL,
  -- Which repetition of one matter it is, and whether it is told or folded into the others.
  number    integer NOT NULL,
  told      boolean NOT NULL,
  raised_at timestamptz NOT NULL,
  -- What ends it, and when that was.
  until     text,
  ended_at  timestamptz,
  -- When the workflow that sends it was started.
  handed_at timestamptz
);
CREATE INDEX alerts_by_time ON alerts (raised_at);
CREATE INDEX alerts_waiting ON alerts (raised_at) WHERE told AND handed_at IS NULL;
CREATE INDEX alerts_open ON alerts (until) WHERE ended_at IS NULL;

CREATE TABLE alert_folds (
  fold    text PRIMARY KEY,
  number  integer NOT NULL,
  last_at timestamptz NOT NULL,
  told_at timestamptz NOT NULL
);

-- What came of sending an alert to one receiver.
CREATE TABLE alert_sends (
  alert_id text NOT NULL REFERENCES alerts,
  receiver text NOT NULL,
  attempts integer NOT NULL,
  reason   text NOT NULL,
  tried_at timestamptz NOT NULL,
  sent_at  timestamptz,
  PRIMARY KEY (alert_id, receiver)
);
`;
