import { effectIdOf, runKeyOf } from '../../contract/ids.js';
import type { RunIdentity } from '../../contract/run.js';
import { cancellation } from '../interceptor.js';
import type { AuditEntry, AuditTrail } from '../../ports/index.js';

export interface WriteAuditInput {
  readonly identity: RunIdentity;
  readonly entry: Omit<AuditEntry, 'runKey' | 'workflowId'>;
}

/** Writes the one audit entry of a run. A second call, after a crash, finds the first one's entry and changes nothing. */
export function writeAudit(deps: { audit: AuditTrail; scrub: (text: string) => string }) {
  return ({ identity, entry }: WriteAuditInput): Promise<{ seq: number; hash: string }> => {
    const runKey = runKeyOf(identity);
    const failureMessage = entry.failureMessage === null ? null : deps.scrub(entry.failureMessage);
    const whole = { ...entry, failureMessage, runKey, workflowId: identity.workflowId };
    return deps.audit.append(effectIdOf(runKey, 'audit'), whole, cancellation());
  };
}
