import { LISTED_AT_MOST } from '../../contract/limits.js';
import { effectIdOf, runKeyOf } from '../../contract/values/ids.js';
import type { ReconcileResult, RunOutcome } from '../../contract/result/result.js';
import { cancellation, reportProgress } from '../interceptor.js';
import type {
  Ambient,
  AuditEntry,
  AuditTrail,
  ClosedRun,
  RunDirectory,
  RecordedRun,
  RunRecords,
} from '../../ports/index.js';

const LOOK_BACK_MS = 30 * 86_400_000;
const BATCH = 200;
/** Temporal lists a run that has ended a little later, and clocks differ. */
const SEEN_LATE_MS = 15 * 60_000;

interface Deps {
  readonly audit: AuditTrail;
  readonly runs: RunRecords;
  readonly directory: RunDirectory;
  readonly ambient: Ambient;
}

/**
 * Writes the entries that runs and redeliveries could not: of those that were ended behind our back (terminated, timed out,
 * deleted), and of those whose entry a restore of Postgres took away.
 */
export function reconcileRuns(deps: Deps) {
  return async (): Promise<ReconcileResult> => {
    const signal = cancellation();
    const now = deps.ambient.now();
    const reconciled: string[] = [];
    let checked = 0;
    const reconcile = async (closed: ClosedRun, record?: RecordedRun): Promise<void> => {
      checked += 1;
      reportProgress({ checked, reconciled: reconciled.length });
      const effectId = effectIdOf(runKeyOf(closed), 'audit');
      if (await deps.audit.has(effectId, signal)) return;
      await deps.audit.append(effectId, reconciledEntry(closed, now, record), signal);
      reconciled.push(closed.workflowId);
    };
    for (const record of await deps.runs.unaudited(new Date(now).toISOString(), BATCH, signal)) {
      const closed = await deps.directory.statusOf(record, signal);
      if (closed) await reconcile(closed, record);
    }
    const since = new Date(now - LOOK_BACK_MS).toISOString();
    for await (const closed of deps.directory.endedFromOutside(since, signal)) await reconcile(closed);
    const until = await deps.audit.comparedUntil(signal);
    for await (const closed of withoutEntry(deps, until ?? since, signal)) await reconcile(closed);
    await deps.audit.noteCompared(new Date(now - SEEN_LATE_MS).toISOString(), signal);
    return { checked, reconciled: reconciled.slice(0, LISTED_AT_MOST), reconciledCount: reconciled.length };
  };
}

/** Runs that have ended and may have no entry: a run that continued as new is looked up, because a list has not its key. */
async function* withoutEntry(
  { audit, directory }: Deps,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<ClosedRun> {
  let batch = new Map<string, ClosedRun>();
  const missing = async (): Promise<readonly ClosedRun[]> => {
    const ids = await audit.missing([...batch.keys()], signal);
    const found = [...batch].flatMap(([effectId, closed]) => (ids.has(effectId) ? [closed] : []));
    batch = new Map();
    return Promise.all(found.map((closed) => directory.firstOf(closed, signal)));
  };
  for await (const closed of directory.closedSince(since, signal)) {
    batch.set(effectIdOf(runKeyOf(closed), 'audit'), closed);
    if (batch.size === BATCH) yield* await missing();
  }
  yield* await missing();
}

function outcomeOf({ outcome, status }: ClosedRun): RunOutcome {
  if (outcome !== null && status === 'completed') return outcome;
  return status === 'unknown' ? 'terminated' : status;
}

function reconciledEntry(closed: ClosedRun, now: number, record?: RecordedRun): AuditEntry {
  const startedAt = record ? Date.parse(record.startedAt) : Date.parse(closed.closedAt);
  return {
    timestamp: new Date(now).toISOString(),
    queryId: null,
    latency_ms: Math.max(0, Date.parse(closed.closedAt) - startedAt),
    accuracy_rate: null,
    rows_processed: 0,
    status: outcomeOf(closed),
    kind: 'reconciled',
    org: record?.org ?? closed.org,
    workflowId: closed.workflowId,
    runKey: runKeyOf(closed),
    requester: record?.requester ?? 'unknown',
    queryHash: record?.queryHash ?? null,
    series: record?.series ?? null,
    report: record?.report ?? null,
    window: record?.window ?? null,
    rows: null,
    delivery: null,
    failureType: null,
    failureMessage: `found without an audit entry; Temporal says: ${closed.status}`,
  };
}
