import type { GateReader, GateState } from '../../ports/index.js';
import type { Database } from '../postgres/database.js';

/** What people see of the gate. */
export function gateReader(database: Pick<Database, 'run'>): GateReader {
  return {
    async states(asked, signal) {
      const { orgs, states, holders } = await database.run('reading the gate', signal, async (query) => {
        const known = asked ?? (await query<{ org: string }>(ALL)).map(({ org }) => org);
        const [states, holders] = [await query<StateRow>(STATES, [known]), await query<HolderRow>(HOLDERS, [known])];
        return { orgs: known, states, holders };
      });
      return orgs.map((org) =>
        stateOf(
          org,
          states.find((each) => each.org === org),
          holders,
        ),
      );
    },
  };
}

interface StateRow {
  readonly org: string;
  readonly credential: string | null;
  readonly waiting: number;
  readonly requests: number;
  readonly failures: number;
  readonly opened_at: Date | null;
  readonly open_until: Date | null;
  readonly last_success_at: Date | null;
}

interface HolderRow {
  readonly org: string;
  readonly run_key: string;
  readonly workflow_id: string | null;
  readonly source: string;
  readonly granted_at: Date;
  readonly until: Date;
  readonly abandoned: boolean;
}

function stateOf(org: string, row: StateRow | undefined, holders: readonly HolderRow[]): GateState {
  return {
    org,
    credential: row?.credential ?? null,
    holders: holders
      .filter((each) => each.org === org)
      .map(({ run_key: runKey, workflow_id: workflowId, source, granted_at: since, until, abandoned }) => ({
        ...{ runKey, workflowId, source, abandoned },
        since: since.toISOString(),
        until: until.toISOString(),
      })),
    waiting: row?.waiting ?? 0,
    circuit: row?.open_until ? 'open' : 'closed',
    openSince: textOf(row?.opened_at),
    nextProbe: textOf(row?.open_until),
    failures: row?.failures ?? 0,
    lastSuccess: textOf(row?.last_success_at),
    requestsLastHour: row?.requests ?? 0,
  };
}

function textOf(at: Date | null | undefined): string | null {
  return at?.toISOString() ?? null;
}

const STATES = `
SELECT org, credential, coalesce(failures, 0) AS failures, opened_at, open_until, last_success_at,
  (SELECT count(*)::integer FROM gate_waiters AS waiter
    WHERE waiter.org = asked.org AND next_look > clock_timestamp() - interval '15 minutes') AS waiting,
  (SELECT coalesce(sum(requests), 0)::integer FROM gate_requests AS counted
    WHERE counted.org = asked.org AND second > clock_timestamp() - interval '1 hour') AS requests
FROM unnest($1::text[]) AS asked (org) LEFT JOIN gate_orgs USING (org)`;

const HOLDERS = `
SELECT holder.org, holder.run_key, runs.workflow_id, holder.source, granted_at, until, abandoned
FROM gate_holders AS holder LEFT JOIN runs ON runs.run_key = holder.run_key
WHERE holder.org = ANY($1::text[]) AND until > clock_timestamp() ORDER BY granted_at, holder.run_key`;

const ALL = 'SELECT org FROM gate_orgs ORDER BY org';

/** Lets everybody see which organisations a worker has, and by which credentials. */
export async function announceOrganisations(
  database: Pick<Database, 'run'>,
  credentials: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const entries = Object.entries(credentials).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = [entries.map(([org]) => org), entries.map(([, credential]) => credential)];
  await database.run('announcing organisations', signal, (query) => query(ANNOUNCE, values));
}

const ANNOUNCE = `
INSERT INTO gate_orgs AS gate (org, credential) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (org) DO UPDATE SET credential = EXCLUDED.credential
WHERE gate.credential IS DISTINCT FROM EXCLUDED.credential`;
