import { LISTED_AT_MOST } from '../../contract/limits.js';
import { effectIdOf, runKeyOf } from '../../contract/ids.js';
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

interface Deps {
  readonly audit: AuditTrail;
  readonly runs: RunRecords;
  readonly directory: RunDirectory;
  readonly ambient: Ambient;
}

/** Finds runs that were ended behind our back (terminated, timed out, deleted) and writes the entry that they could not. */
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
    return { checked, reconciled: reconciled.slice(0, LISTED_AT_MOST), reconciledCount: reconciled.length };
  };
}

function outcomeOf(status: ClosedRun['status']): RunOutcome {
  if (status === 'unknown') return 'terminated';
  return status;
}

function reconciledEntry(closed: ClosedRun, now: number, record?: RecordedRun): AuditEntry {
  const startedAt = record ? Date.parse(record.startedAt) : Date.parse(closed.closedAt);
  return {
    timestamp: new Date(now).toISOString(),
    queryId: null,
    latency_ms: Math.max(0, Date.parse(closed.closedAt) - startedAt),
    accuracy_rate: null,
    rows_processed: 0,
    status: outcomeOf(closed.status),
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
