import type { ReconcileResult } from '../../contract/result/result.js';
import { TRANSFER } from '../profiles.js';
import { refuseUpkeep } from './refuse-upkeep.js';
import { step } from '../aggregate/run.js';

/** Audits the runs that were ended from outside and could not do so themselves. The worker keeps a schedule of it. */
export async function reconcileAudit(...given: readonly never[]): Promise<ReconcileResult> {
  await refuseUpkeep(given);
  return step(TRANSFER, 'compare Temporal with the audit trail').reconcileRuns();
}
