/** What all workers share of an organisation: whose turn it is, its circuit, and how many requests it got. */
export const GATE = `
CREATE TABLE gate_orgs (
  org             text PRIMARY KEY,
  -- When the last submission was answered, or given up.
  last_post_at    timestamptz,
  failures        integer NOT NULL DEFAULT 0,
  opened_at       timestamptz,
  -- Until when nothing is sent; then one probe goes out, and this moves on.
  open_until      timestamptz,
  last_success_at timestamptz,
  -- Fingerprint of the credentials that a worker has for it.
  credential      text
);
CREATE TABLE gate_holders (
  run_key    text PRIMARY KEY,
  org        text NOT NULL,
  source     text NOT NULL,
  generation integer NOT NULL,
  granted_at timestamptz NOT NULL,
  until      timestamptz NOT NULL,
  posting    boolean NOT NULL,
  abandoned  boolean NOT NULL DEFAULT false,
  looked_at  timestamptz
);
CREATE INDEX gate_holders_by_org ON gate_holders (org);
CREATE TABLE gate_waiters (
  run_key   text PRIMARY KEY,
  org       text NOT NULL,
  priority  integer NOT NULL,
  since     timestamptz NOT NULL,
  next_look timestamptz NOT NULL
);
CREATE INDEX gate_waiters_by_org ON gate_waiters (org);
CREATE TABLE gate_requests (
  org      text NOT NULL,
  second   timestamptz NOT NULL,
  requests integer NOT NULL,
  PRIMARY KEY (org, second)
);
`;
