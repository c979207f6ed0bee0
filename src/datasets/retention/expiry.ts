import type { DatasetRetention, RetentionRecords, ScopeFacts } from '../../ports/index.js';
import { LISTED_AT_MOST } from '../../contract/limits.js';
import type { BlobStore, StoredScope } from '../blobs/blob-store.js';
import { isExpired, keptFor, standingsOf, type DatasetStanding, type KeptFor } from './retention.js';

const ASKED_AT_ONCE = 500;

interface Deps {
  readonly blobs: Pick<BlobStore, 'scopes' | 'remove'>;
  readonly records: RetentionRecords;
  readonly kept: KeptFor;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface DatasetExpiry extends DatasetRetention {
  /** What there is, and how long it stays. */
  survey(signal: AbortSignal): Promise<readonly DatasetStanding[]>;
  /** Deletes one scope unless it is needed by now; says whether it is gone. */
  expire(standing: DatasetStanding, signal: AbortSignal): Promise<boolean>;
}

/** Holds the store against the records. Where either cannot be asked, nothing is deleted. */
export function datasetExpiry({ blobs, records, kept, now }: Deps): DatasetExpiry {
  const survey = async (signal: AbortSignal): Promise<readonly DatasetStanding[]> => {
    // The store first: what is in it now has had its record for longer.
    const scopes: StoredScope[] = [];
    for await (const scope of blobs.scopes(signal)) scopes.push(scope);
    const facts = new Map<string, ScopeFacts>();
    for (let from = 0; from < scopes.length; from += ASKED_AT_ONCE) {
      const asked = scopes.slice(from, from + ASKED_AT_ONCE).map(({ scope }) => scope);
      for (const [scope, known] of await records.facts(asked, signal)) facts.set(scope, known);
    }
    return standingsOf(scopes, facts, kept);
  };

  const expire = async ({ scope, state }: DatasetStanding, signal: AbortSignal): Promise<boolean> => {
    const at = now();
    const judged = state === 'unknown' ? undefined : state;
    if (!(await records.release(scope, judged, new Date(at).toISOString(), signal))) return false;
    // What has come since is not what was judged: a later revision of the same delivery, or a zombie's.
    await blobs.remove(scope, signal, at - keptFor(scope, kept));
    return true;
  };

  return {
    survey,
    expire,
    async deleteExpired(signal, onProgress) {
      const standings = await survey(signal);
      const deleted: string[] = [];
      let deletedBytes = 0;
      for (const standing of standings) {
        if (!isExpired(standing, now()) || !(await expire(standing, signal))) continue;
        deleted.push(standing.scope);
        deletedBytes += standing.bytes;
        onProgress(deleted.length);
      }
      return {
        looked: standings.length,
        deletedCount: deleted.length,
        deletedBytes,
        deleted: deleted.slice(0, LISTED_AT_MOST),
      };
    },
  };
}
