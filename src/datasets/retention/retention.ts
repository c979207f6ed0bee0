/** What of the datasets may go: rules only, no store and no clock. */
import type { ScopeFacts } from '../../ports/index.js';
import type { StoredScope } from '../blobs/blob-store.js';

/** Bytes of what was not delivered are kept at least so long, so that they can still be sent: then `DatasetExpired`. */
export const UNDELIVERED_KEPT_MS = 90 * 86_400_000;

/** `legRetentionMs` is of days of contacts, which no records know. */
export interface KeptFor {
  readonly retentionMs: number;
  readonly legRetentionMs: number;
}

/** A scope, what it is to the records, and how long it stays. */
export interface DatasetStanding extends StoredScope {
  readonly state: ScopeFacts['state'] | 'unknown';
  /** Who needs it, or did. */
  readonly workflowId: string | null;
  /** Milliseconds since the epoch; null where no age makes it go. */
  readonly expiresAt: number | null;
}

/**
 * Judges everything that a store holds. What belongs to an open run stays whatever its age; what is undelivered for 90
 * days; the rest, known or not, for its retention, counted from when it was last written.
 * Of a store of which the records know nothing at all nothing goes: they are the records of another one.
 */
export function standingsOf(
  scopes: readonly StoredScope[],
  facts: ReadonlyMap<string, ScopeFacts>,
  kept: KeptFor,
): readonly DatasetStanding[] {
  const foreign = !scopes.some(({ scope }) => facts.has(scope));
  return scopes.map((stored) => {
    const { state, workflowId } = facts.get(stored.scope) ?? ({ state: 'unknown', workflowId: null } as const);
    const retentionMs = keptFor(stored.scope, kept);
    const keptMs = state === 'undelivered' ? Math.max(UNDELIVERED_KEPT_MS, retentionMs) : retentionMs;
    const expiresAt = state === 'open' || foreign ? null : stored.writtenAt + keptMs;
    return { ...stored, state, workflowId, expiresAt };
  });
}

/** How long a scope is kept that nobody needs. */
export function keptFor(scope: string, { retentionMs, legRetentionMs }: KeptFor): number {
  return scope.startsWith('legs/') ? legRetentionMs : retentionMs;
}

/** Whether its time is over. */
export function isExpired({ expiresAt }: Pick<DatasetStanding, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt < now;
}
