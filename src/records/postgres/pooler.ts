import { Client } from 'pg';
import { within } from '../../async/abort.js';
import type { Place } from './connection.js';
import { RecordsError, tooLate, toRecordsError } from './errors.js';

/** In which order two sessions are asked: a pooler that deals in turns, or gives the one used last, is seen by it. */
const ASKED = [0, 0, 1, 0, 1, 1, 0, 0, 1] as const;
const DEADLINE_MS = 15_000;
const STEP = 'looking for a pooler';

/** Nothing is set on the way: what a pooler shares, others would get. */
const BACKEND = `SELECT pg_backend_pid() || '/' || extract(epoch FROM pg_postmaster_start_time()) AS backend`;

/**
 * Refuses a pooler that gives one connection of the server to several sessions, as PgBouncer does in transaction mode: two
 * would get one lock, and locks would stay behind. @throws RecordsError
 */
export async function refuseSharedSessions({ where, config }: Place, signal: AbortSignal): Promise<void> {
  const circumstance = { where, step: STEP };
  const sessions = [0, 1].map(() => new Client({ ...config, connectionTimeoutMillis: DEADLINE_MS }));
  try {
    const isShared = await within(
      signal,
      DEADLINE_MS,
      () => tooLate(circumstance),
      async (bound) => {
        for (const session of sessions) {
          session.on('error', () => undefined);
          await session.connect();
        }
        return sharesBackends(sessions, bound);
      },
    );
    if (isShared) throw sharedSessions(where);
  } catch (error) {
    signal.throwIfAborted();
    throw toRecordsError(error, circumstance);
  } finally {
    for (const session of sessions) session.end().catch(() => undefined);
  }
}

async function sharesBackends(sessions: readonly Client[], bound: AbortSignal): Promise<boolean> {
  const seen = new Map<number, string>();
  for (const asked of ASKED) {
    bound.throwIfAborted();
    const answer = await sessions[asked]?.query<{ backend: string }>(BACKEND);
    const backend = answer?.rows[0]?.backend ?? '';
    if ((seen.get(asked) ?? backend) !== backend || seen.get(1 - asked) === backend) return true;
    seen.set(asked, backend);
  }
  return false;
}

function sharedSessions(where: string): RecordsError {
  const message =
    `Postgres at ${where} is behind a pooler that shares connections between sessions (transaction or statement mode), ` +
    'so that locks do not hold: set pool_mode = session for this database, or name Postgres itself in DATABASE_URL';
  return new RecordsError('RecordsUnavailable', message, { code: 'pooler', misconfigured: true });
}
