import { effectIdOf, runKeyOf } from '../../contract/values/ids.js';
import type { RunIdentity } from '../../contract/run.js';
import { cancellation } from '../interceptor.js';
import type { AuditEntry, AuditTrail, RunRecords } from '../../ports/index.js';
import { wholeReport } from './store-payloads.js';

export interface WriteAuditInput {
  readonly identity: RunIdentity;
  readonly entry: Omit<AuditEntry, 'runKey' | 'workflowId'>;
  /** Of the entry of one of several deliveries of a run. Absent: the entry is the run's own. */
  readonly deliveryId?: string;
}

/** Writes the audit entry of a run, or that of one of its deliveries. A second call, after a crash, finds the first one's entry and changes nothing. */
export function writeAudit(deps: {
  audit: AuditTrail;
  runs: Pick<RunRecords, 'reportOf'>;
  scrub: (text: string) => string;
}) {
  return async ({ identity, entry, deliveryId }: WriteAuditInput): Promise<{ seq: number; hash: string }> => {
    const runKey = runKeyOf(identity);
    const failureMessage = entry.failureMessage === null ? null : deps.scrub(entry.failureMessage);
    const { series, report } = entry;
    // The settings of a series that was lost cost an entry its filter, never the entry.
    const asked =
      series !== null && report
        ? await wholeReport(deps.runs, { series, report }, cancellation()).catch(() => report)
        : report;
    const whole = { ...entry, report: asked, failureMessage, runKey, workflowId: identity.workflowId };
    const effectId = effectIdOf(runKey, deliveryId === undefined ? 'audit' : `audit ${deliveryId}`);
    const { seq, hash } = await deps.audit.append(effectId, whole, cancellation());
    return { seq, hash };
  };
}
