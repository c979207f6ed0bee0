import { TRANSFER } from '../profiles.js';
import { refuseUpkeep } from './refuse-upkeep.js';
import { step } from '../aggregate/run.js';

/** Verifies the whole audit trail. The worker keeps a schedule of it. */
export async function checkAudit(...given: readonly never[]): Promise<{ readonly brokenAt: number | null }> {
  await refuseUpkeep(given);
  return step(TRANSFER, 'verify the audit trail').checkAudit();
}
