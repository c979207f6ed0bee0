import type { Database } from '../postgres/database.js';

/** Requests and their last answers, counted in the process and written now and then: for people, not for a bound. */
export interface RequestCounts {
  sent(org: string): void;
  succeeded(org: string): void;
  /** Writes what is outstanding. */
  close(): Promise<void>;
}

interface Outstanding {
  requests: number;
  hasSucceeded: boolean;
}

const WRITE_AFTER_MS = 5_000;

export function requestCounts(database: Database): RequestCounts {
  let outstanding = new Map<string, Outstanding>();
  let timer: NodeJS.Timeout | undefined;

  const of = (org: string): Outstanding => {
    timer ??= setTimeout(() => void write(), WRITE_AFTER_MS).unref();
    const known = outstanding.get(org) ?? { requests: 0, hasSucceeded: false };
    outstanding.set(org, known);
    return known;
  };
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const entries = [...outstanding];
    outstanding = new Map();
    if (entries.length === 0) return;
    const values = [
      entries.map(([org]) => org),
      entries.map(([, { requests }]) => requests),
      entries.map(([, { hasSucceeded }]) => hasSucceeded),
    ];
    const { signal } = new AbortController();
    await database
      .transaction('counting requests', signal, async (query) => {
        // First the rows of the organisations, which others lock first, too.
        await query(NOTE_SUCCESS, [values[0], values[2]]);
        await query(ADD_REQUESTS, values.slice(0, 2));
        await query(FORGET, [values[0]]);
      })
      .catch(() => {
        for (const [org, { requests, hasSucceeded }] of entries) {
          const again = of(org);
          again.requests += requests;
          again.hasSucceeded ||= hasSucceeded;
        }
      });
  };
  return {
    sent(org) {
      of(org).requests += 1;
    },
    succeeded(org) {
      of(org).hasSucceeded = true;
    },
    async close() {
      await write();
      clearTimeout(timer);
    },
  };
}

const ADD_REQUESTS = `
INSERT INTO gate_requests AS gate (org, second, requests)
SELECT org, date_trunc('second', clock_timestamp()), requests FROM unnest($1::text[], $2::integer[]) AS new (org, requests)
WHERE requests > 0 ORDER BY org
ON CONFLICT (org, second) DO UPDATE SET requests = gate.requests + EXCLUDED.requests`;

const NOTE_SUCCESS = `
INSERT INTO gate_orgs (org, last_success_at)
SELECT org, clock_timestamp() FROM unnest($1::text[], $2::boolean[]) AS new (org, succeeded)
WHERE succeeded ORDER BY org
ON CONFLICT (org) DO UPDATE SET last_success_at = EXCLUDED.last_success_at`;

const FORGET = `
DELETE FROM gate_requests WHERE org = ANY($1::text[]) AND second < clock_timestamp() - interval '2 hours'`;
