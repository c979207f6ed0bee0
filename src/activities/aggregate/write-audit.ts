import { effectIdOf, runKeyOf } from '../../contract/values/ids.js';
import type { RunIdentity } from '../../contract/run.js';
import { cancellation } from '../interceptor.js';
import type { AuditEntry, AuditTrail, NewAlert, RunRecords } from '../../ports/index.js';
import { wholeReport } from './store-payloads.js';

export interface WriteAuditInput {
  readonly identity: RunIdentity;
  readonly entry: Omit<AuditEntry, 'runKey' | 'workflowId'>;
  /** Of the entry of one of several deliveries of a run. Absent: the entry is the run's own. */
  readonly deliveryId?: string;
  /** What the journeys do not explain, where that is beyond the tolerance. */
  readonly unexplained?: string;
}

/** Writes the audit entry of a run, or that of one of its deliveries. A second call, after a crash, finds the first one's entry and changes nothing. */
export function writeAudit(deps: {
  audit: Pick<AuditTrail, 'append'>;
  runs: Pick<RunRecords, 'reportOf'>;
  scrub: (text: string) => string;
}) {
  return async ({
    identity,
    entry,
    deliveryId,
    unexplained,
  }: WriteAuditInput): Promise<{ seq: number; hash: string }> => {
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
    const alerts = unexplained === undefined ? [] : reconciliationOff(whole, unexplained);
    const { seq, hash } = await deps.audit.append(effectId, whole, cancellation(), alerts);
    return { seq, hash };
  };
}

function reconciliationOff({ org, series, window, report, workflowId }: AuditEntry, what: string): readonly NewAlert[] {
  if (series === null || window === null) return [];
  const about = { workflowId, series, window, ...(report && { source: report.source }) };
  const key = [org ?? '', series, window.from, window.to];
  const named = `${org ?? 'an unknown organisation'} for ${window.label} (${window.timeZone})`;
  return [{ event: 'reconciliation.off', key, org, what: `${what}: ${named}`, about, fold: [org ?? '', series] }];
}
