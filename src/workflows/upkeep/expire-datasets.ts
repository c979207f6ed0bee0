import type { ExpireResult } from '../../contract/result/result.js';
import { TRANSFER } from '../profiles.js';
import { refuseUpkeep } from './refuse-upkeep.js';
import { step } from '../aggregate/run.js';

/** Deletes what is older than the retention and needed by nobody. The worker keeps a schedule of it. */
export async function expireDatasets(...given: readonly never[]): Promise<ExpireResult> {
  await refuseUpkeep(given);
  return step(TRANSFER, 'delete expired datasets').deleteExpired();
}
