import { RECORD } from '../../src/workflows/profiles.js';
import { step } from '../../src/workflows/run.js';

/** The workflow as somebody might break it: the token before the plan. */
export async function aggregateJourneyMetrics(): Promise<void> {
  await step(RECORD, 'token').fetchToken({ org: 'acme' });
  await step(RECORD, 'plan').reconcileRuns();
}
