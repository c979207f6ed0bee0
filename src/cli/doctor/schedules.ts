import type { Client } from '@temporalio/client';
import { AGGREGATE_WORKFLOW } from '../../contract/names.js';
import { ok, warn, type Check } from './check.js';

/** Schedules that are looked at; more would take longer than anybody waits for a doctor. */
const LOOKED_AT_MOST = 200;

/** Schedules of aggregations that let a window go when the one before it still runs: `SKIP`, which is Temporal's default. */
export async function checkSchedules({ schedule: schedules }: Client): Promise<Check> {
  const name = 'schedules';
  const skipping: string[] = [];
  let lookedAt = 0;
  for await (const { scheduleId, action } of schedules.list()) {
    if (action?.type !== 'startWorkflow' || action.workflowType !== AGGREGATE_WORKFLOW) continue;
    if (lookedAt === LOOKED_AT_MOST) break;
    lookedAt += 1;
    const { policies } = await schedules.getHandle(scheduleId).describe();
    if (policies.overlap === 'SKIP') skipping.push(scheduleId);
  }
  if (lookedAt === 0) return ok(name, `none starts ${AGGREGATE_WORKFLOW}`);
  if (skipping.length === 0) return ok(name, `${lookedAt}, none skips a window`);
  return warn(
    name,
    `${skipping.join(', ')}: a window is never read when the run before it still goes on (overlap policy SKIP)`,
    'give them the overlap policy BufferAll or AllowAll',
  );
}
