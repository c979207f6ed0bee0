import { effectIdOf, runKeyOf } from '../../contract/values/ids.js';
import type { AuditEntry } from '../../ports/index.js';
import { auditTrail } from '../audit/audit-trail.js';
import type { Database } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';

/** What a fence did. */
export interface Fence {
  /** The next revision of every delivery is above this number. */
  readonly above: number;
  /** Entry of the audit trail that says so. */
  readonly seq: number;
}

/** Numbers go up in steps that nobody reaches between a backup and its restore. */
const STEP = 1_000;
/** Of Postgres' `integer`, with room for the revisions behind the fence. */
const HIGHEST = 2_000_000_000;

/**
 * Raises the next revision of every delivery, also of those that the ledger does not know, and says so in the audit trail.
 * For records that were set back together with the dataset store: nobody knows which numbers have gone out since.
 */
export async function fenceDeliveries(
  database: Database,
  {
    above,
    requester,
    now,
  }: { readonly above?: number | undefined; readonly requester: string; readonly now: () => number },
  signal: AbortSignal,
): Promise<Fence> {
  const at = new Date(now()).toISOString();
  const fence = await database.transaction('fencing deliveries', signal, async (query) => {
    const [row] = await query<{ highest: number }>(HIGHEST_KNOWN);
    const highest = row?.highest ?? 0;
    const chosen = above ?? (Math.floor(highest / STEP) + 1) * STEP;
    if (chosen < highest || chosen > HIGHEST) {
      throw conflict(`a fence must be between ${highest}, the highest revision that is known, and ${HIGHEST}`);
    }
    await query('INSERT INTO fences (above, fenced_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [chosen, at]);
    return chosen;
  });
  const entry = entryOf(fence, at, requester);
  const { seq } = await auditTrail(database, now).append(effectIdOf(entry.runKey, 'audit'), entry, signal);
  return { above: fence, seq };
}

function entryOf(above: number, at: string, requester: string): AuditEntry {
  const workflowId = 'records-fence';
  return {
    timestamp: at,
    queryId: null,
    latency_ms: 0,
    accuracy_rate: null,
    rows_processed: 0,
    status: 'completed',
    kind: 'fenced',
    org: null,
    workflowId,
    runKey: runKeyOf({ workflowId, firstExecutionRunId: at }),
    requester,
    queryHash: null,
    series: null,
    report: null,
    window: null,
    rows: null,
    delivery: null,
    failureType: null,
    failureMessage: `the records were restored from a backup: the next revision of every delivery is above ${above}`,
  };
}

const HIGHEST_KNOWN = `
SELECT greatest((SELECT coalesce(max(revision), 0) FROM delivery_revisions), (SELECT coalesce(max(above), 0) FROM fences))
  AS highest`;
