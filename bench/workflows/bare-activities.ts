import { REQUEST } from '../../src/workflows/profiles.js';
import { proxyActivities } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>(REQUEST);

/** As little as a workflow of so many steps can be: the yardstick of orchestration. */
export async function bareActivities(steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await nothing();
}
