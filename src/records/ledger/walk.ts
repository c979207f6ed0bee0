import { AsyncLocalStorage } from 'node:async_hooks';
import type { LedgerRevision } from '../../ports/index.js';
import { lockKey } from '../postgres/advisory-lock.js';
import type { Database } from '../postgres/database.js';
import { conflict, type RecordsError } from '../postgres/errors.js';
import { readRevision, type RevisionKey } from './ledger-rows.js';
import type { Session } from '../postgres/session.js';

/** With `whole` the lock is that of the delivery. */
type WalkKey = RevisionKey & { readonly whole?: boolean };

type Walk<T> = (revision: LedgerRevision, signal: AbortSignal) => Promise<T>;

/** One walker per revision, among all processes: a session lock on a connection that does nothing else. */
export interface Walks {
  /** Runs `work` under the lock; `busy` when another holds it. Waits for `work` to end, whatever happens to the lock. */
  run<T>(key: WalkKey, work: Walk<T>, signal: AbortSignal): Promise<T | 'busy'>;
  /** Why the lock of the walk that this call is part of is gone, and with it the right to go on; null otherwise. */
  lost(): RecordsError | null;
}

export function revisionWalks(database: Database): Walks {
  const walking = new AsyncLocalStorage<Session>();
  return {
    lost: () => walking.getStore()?.lost ?? null,
    async run<T>(key: WalkKey, work: Walk<T>, signal: AbortSignal) {
      const session = await database.dedicated('walking a delivery revision', signal);
      try {
        const lock = lockKey('walk', key.deliveryId, key.whole === true ? 0 : key.revision);
        const [row] = await session.query<{ locked: boolean }>(signal, TRY_LOCK, [lock]);
        if (row?.locked !== true) return 'busy';
        let result: T;
        try {
          const revision = await readRevision((text, values) => session.query(signal, text, values), key);
          if (!revision) throw conflict(`delivery ${key.deliveryId} has no revision ${key.revision} to walk`);
          result = await walking.run(session, () => work(revision, AbortSignal.any([signal, session.lostSignal])));
        } finally {
          await unlock(session, lock);
        }
        if (session.lost) throw session.lost;
        return result;
      } finally {
        session.end();
      }
    },
  };
}

// Keepalives let the server notice within half a minute that this host is gone, where its own default is two hours of `busy`.
const TRY_LOCK = `
SELECT pg_try_advisory_lock($1) AS locked, set_config('tcp_keepalives_idle', '10', false),
  set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`;

/** Never fails, so as not to hide how the walk ended: where the lock cannot be given back its connection is closed, and that ends it. */
async function unlock(session: Session, lock: string): Promise<void> {
  const always = new AbortController().signal;
  await session.query(always, 'SELECT pg_advisory_unlock($1)', [lock]).catch(() => undefined);
}
