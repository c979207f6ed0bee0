import type { ExpireResult } from '../../contract/result/result.js';
import { TRANSFER } from '../profiles.js';
import { step } from '../aggregate/run.js';

/** Deletes what is older than the retention and needed by nobody. The worker keeps a schedule of it. */
export async function expireDatasets(): Promise<ExpireResult> {
  return step(TRANSFER, 'delete expired datasets').deleteExpired();
}
