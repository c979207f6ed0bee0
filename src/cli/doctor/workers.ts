import type { Connection } from '@temporalio/client';
import { durationText } from '../time-text.js';
import { checkOr, fail, ok, type Findings } from './check.js';

type Poller = NonNullable<Awaited<ReturnType<Connection['workflowService']['describeTaskQueue']>>['pollers']>[number];

/** Temporal answers a worker that waits for work after a minute: it asks anew at least that often. */
const ASKS_EVERY_MS = 70_000;
const GONE_AFTER_MS = 2 * ASKS_EVERY_MS;

/** Whether workers ask for work. When they last did is told by Temporal's clock, so it says something about that, too. */
export async function lookForWorkers(
  connection: Connection,
  namespace: string,
  taskQueue: string,
  now: () => number,
): Promise<Findings> {
  const name = 'workers';
  let silentMs: number | undefined;
  const check = await checkOr(name, async () => {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
    });
    const asked = pollers.map(lastAsked).filter((at) => at !== undefined);
    const remedy = 'start one: `npm run dev`, or `npm run worker`';
    if (asked.length === 0) return fail(name, `none asks for work on the task queue "${taskQueue}"`, remedy);
    silentMs = now() - Math.max(...asked);
    if (silentMs > GONE_AFTER_MS) {
      const since = `none has asked for work on "${taskQueue}" for ${durationText(silentMs)}`;
      return fail(name, since, `${remedy}; if one runs, a clock is wrong`);
    }
    return ok(name, `${pollers.map(({ identity }) => identity ?? 'unnamed').join(', ')} on "${taskQueue}"`);
  });
  if (silentMs === undefined || check.status !== 'ok') return { checks: [check] };
  const clock = { of: 'Temporal', behindAtLeastMs: silentMs - ASKS_EVERY_MS, behindAtMostMs: silentMs };
  return { checks: [check], clocks: [clock] };
}

/** Milliseconds since the epoch, by Temporal's clock. */
function lastAsked({ lastAccessTime }: Poller): number | undefined {
  return lastAccessTime ? Number(lastAccessTime.seconds) * 1_000 + (lastAccessTime.nanos ?? 0) / 1e6 : undefined;
}
