import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import { REQUEST } from '../../src/workflows/profiles.js';

const { isReady } = proxyActivities<{ isReady(input: { ageMs: number }): Promise<boolean> }>(REQUEST);

const INTERVAL = '3 seconds';
/** About 4,000 events: where Temporal suggests to continue as new. */
const POLLS_AN_EXECUTION = 370;

/** Waits for a result as most people would write it: one poll every three seconds. */
export async function pollSteadily(since?: number): Promise<void> {
  const start = since ?? workflowInfo().startTime.getTime();
  for (let poll = 0; poll < POLLS_AN_EXECUTION; poll += 1) {
    await sleep(INTERVAL);
    if (await isReady({ ageMs: Date.now() - start })) return;
  }
  await continueAsNew<typeof pollSteadily>(start);
}
