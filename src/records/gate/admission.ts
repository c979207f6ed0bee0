import type { Admission, Admitted } from '../../ports/index.js';
import { endAlerts, raise } from '../alerts/raise.js';
import type { Database, Query } from '../postgres/database.js';
import type { RequestCounts } from './request-counts.js';

export interface AdmissionLimits {
  /** Unavailable answers in a row that open the circuit. */
  readonly consecutive503: number;
  /** How long nothing is sent then, before one probe. */
  readonly openMs: number;
  readonly requestsPerMinute?: number;
}

interface Parts {
  readonly database: Database;
  readonly counts: RequestCounts;
}

type Answer = Admitted | Through;

/** The row let the request through. */
interface Through {
  readonly state: 'through';
  readonly isProbe: boolean;
  readonly failures: number;
}

const SOON_MS = 1_000;

/** The circuit and the requests of a minute of one organisation, for all workers. A healthy one costs a read a request. */
export function sharedAdmission({ database, counts }: Parts, org: string, limits: AdmissionLimits): Admission {
  // Of an outcome that cannot be written nothing may get lost but itself; who aborts the caller does not abort it.
  const note = async (work: (query: Query) => Promise<unknown>): Promise<void> => {
    const { signal } = new AbortController();
    await database.transaction('noting the circuit', signal, work).catch(() => undefined);
  };
  const done = async (through: Through, outcome: 'answered' | 'unavailable'): Promise<void> => {
    if (outcome === 'unavailable') return note((query) => noteFailure(query, org, limits));
    counts.succeeded(org);
    if (through.isProbe) return note((query) => closeCircuit(query, org));
    if (through.failures > 0) await note((query) => query(RESET, [org]));
  };
  return {
    async admit(signal) {
      const answer = await database.run('asking the circuit', signal, (query) => ask(query, org, limits));
      if (answer.state !== 'through') return answer;
      const { requestsPerMinute } = limits;
      if (requestsPerMinute === undefined) counts.sent(org);
      else {
        const waitMs = await countWithin(database, org, requestsPerMinute, signal);
        if (waitMs !== undefined) return { state: 'refused', reason: 'rate limited', retryAfterMs: waitMs };
      }
      return { state: 'admitted', done: (outcome) => done(answer, outcome) };
    },
  };
}

async function noteFailure(query: Query, org: string, { consecutive503, openMs }: AdmissionLimits): Promise<void> {
  const [opened] = await query<{ opened_at: Date | null }>(FAILED, [org, consecutive503, openMs]);
  if (opened?.opened_at == null) return;
  const at = opened.opened_at.toISOString();
  const what = `The source of ${org} did not answer ${consecutive503} times in a row: nothing but probes is sent to it`;
  await raise(
    query,
    { event: 'source.down', key: [org, at], org, what, ...DOWN, fold: [org], until: ['circuit', org] },
    at,
  );
}

async function closeCircuit(query: Query, org: string): Promise<void> {
  const [closed] = await query<{ opened_at: Date; now: Date }>(CLOSE, [org]);
  if (closed === undefined) return;
  const [down] = await query(DOWN_WAS_TOLD, [JSON.stringify(['circuit', org])]);
  const [since, at] = [closed.opened_at.toISOString(), closed.now.toISOString()];
  const what = `The source of ${org} answers again; it had not since ${since}`;
  if (down) await raise(query, { event: 'source.up', key: [org, since], org, what, ...DOWN, fold: [org, since] }, at);
  await endAlerts(query, ['circuit', org], at);
}

const DOWN = { about: {} } as const;

interface CircuitRow {
  readonly failures: number;
  readonly left_ms: number | null;
}

async function ask(query: Query, org: string, { openMs }: AdmissionLimits): Promise<Answer> {
  const [row] = await query<CircuitRow>(READ, [org]);
  const { failures = 0, left_ms: leftMs = null } = row ?? {};
  if (leftMs === null) return { state: 'through', isProbe: false, failures };
  // The next probe's time is moved on before this one is sent: a prober that dies costs one period.
  const [mine] = leftMs > 0 ? [] : await query(PROBE, [org, openMs]);
  if (mine) return { state: 'through', isProbe: true, failures };
  return { state: 'refused', reason: 'circuit open', retryAfterMs: Math.max(SOON_MS, Math.ceil(leftMs)) };
}

/** Counts the request where the last minute has room for it; else when to ask again. */
function countWithin(database: Database, org: string, most: number, signal: AbortSignal): Promise<number | undefined> {
  return database.transaction('counting requests', signal, async (query) => {
    await query(LOCK, [org]);
    const [row] = await query<{ requests: number; oldest_ms: number | null }>(LAST_MINUTE, [org]);
    if ((row?.requests ?? 0) >= most) return Math.max(SOON_MS, Math.ceil(row?.oldest_ms ?? SOON_MS));
    await query(COUNT, [org, 1]);
    return undefined;
  });
}

const LEFT = 'extract(epoch FROM open_until - clock_timestamp())::float8 * 1000';

const READ = `SELECT failures, ${LEFT} AS left_ms FROM gate_orgs WHERE org = $1`;

const PROBE = `
UPDATE gate_orgs SET open_until = clock_timestamp() + $2::float8 * interval '1 millisecond'
WHERE org = $1 AND open_until <= clock_timestamp() RETURNING org`;

/** A failure of what was sent before the circuit opened, or of a probe, does not move its end. */
const FAILED = `
INSERT INTO gate_orgs AS gate (org, failures) VALUES ($1, 1)
ON CONFLICT (org) DO UPDATE SET
  failures = gate.failures + 1,
  opened_at = CASE WHEN gate.open_until IS NULL AND gate.failures + 1 >= $2::integer
    THEN clock_timestamp() ELSE gate.opened_at END,
  open_until = CASE WHEN gate.open_until IS NULL AND gate.failures + 1 >= $2::integer
    THEN clock_timestamp() + $3::float8 * interval '1 millisecond' ELSE gate.open_until END
RETURNING opened_at`;

const CLOSE = `
UPDATE gate_orgs SET failures = 0, opened_at = NULL, open_until = NULL
FROM (SELECT org, opened_at FROM gate_orgs WHERE org = $1 FOR UPDATE) AS before
WHERE gate_orgs.org = before.org AND before.opened_at IS NOT NULL
RETURNING before.opened_at, clock_timestamp() AS now`;

const DOWN_WAS_TOLD = 'SELECT FROM alerts WHERE until = $1 AND ended_at IS NULL AND told';

/** What was sent before the circuit opened, and answered after, does not close it: a probe does. */
const RESET = 'UPDATE gate_orgs SET failures = 0 WHERE org = $1 AND open_until IS NULL';

const LOCK = `
INSERT INTO gate_orgs (org) VALUES ($1) ON CONFLICT (org) DO UPDATE SET org = EXCLUDED.org`;

/** Whole seconds are counted, one more than a minute has: no 60 s anywhere hold more than the bound. */
const LAST_MINUTE = `
SELECT coalesce(sum(requests), 0)::integer AS requests,
       extract(epoch FROM min(second) + interval '61 seconds' - clock_timestamp())::float8 * 1000 AS oldest_ms
FROM gate_requests WHERE org = $1 AND second > clock_timestamp() - interval '61 seconds'`;

const COUNT = `
INSERT INTO gate_requests AS gate (org, second, requests) VALUES ($1, date_trunc('second', clock_timestamp()), $2)
ON CONFLICT (org, second) DO UPDATE SET requests = gate.requests + EXCLUDED.requests`;
