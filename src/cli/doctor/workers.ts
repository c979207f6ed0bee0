import type { Connection } from '@temporalio/client';
import { durationText } from '../../text/time-text.js';
import { judgeVersions } from './versions.js';
import { transfersQueue } from '../../contract/values/names.js';
import { checkOr, fail, ok, type Check, type ClockReading } from './check.js';

type Poller = NonNullable<Awaited<ReturnType<Connection['workflowService']['describeTaskQueue']>>['pollers']>[number];

/** Temporal answers a worker that waits for work after a minute: it asks again at least that often. */
const ASKS_EVERY_MS = 70_000;
const GONE_AFTER_MS = 2 * ASKS_EVERY_MS;

/** `TASK_QUEUE_TYPE_ACTIVITY` of the API. */
const ACTIVITIES = 2;

/** What the workers are found to be. */
export interface WorkerFindings {
  readonly checks: readonly Check[];
  readonly clocks: readonly ClockReading[];
  /** Where they run, each host once. */
  readonly hosts: readonly string[];
  /** How many there are. */
  readonly workers: number;
}

/** Whether workers ask for work. When they last did is told by Temporal's clock, so it says something about that, too. */
export async function lookForWorkers(
  connection: Connection,
  namespace: string,
  taskQueue: string,
  now: () => number,
): Promise<WorkerFindings> {
  const name = 'workers';
  let silentMs: number | undefined;
  let hosts: readonly string[] = [];
  let workers = 0;
  let versions: readonly Check[] = [];
  const check = await checkOr(name, async () => {
    const found = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
    });
    const { pollers } = found;
    versions = judgeVersions(found);
    const asked = pollers.map(lastAsked).filter((at) => at !== undefined);
    const remedy = 'start one: `npm run dev`, or `npm run worker`';
    if (asked.length === 0) return fail(name, `no worker polls the task queue "${taskQueue}"`, remedy);
    silentMs = now() - Math.max(...asked);
    if (silentMs > GONE_AFTER_MS) {
      const since = `no worker has polled "${taskQueue}" for ${durationText(silentMs)}`;
      return fail(name, since, `${remedy}; if one runs, a clock is wrong`);
    }
    // Each worker polls both; only workers of different releases can do otherwise.
    const beside = transfersQueue(taskQueue);
    const ofActivities = { namespace, taskQueue: { name: beside }, taskQueueType: ACTIVITIES } as const;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is in a package that we do not install by ourselves
    const ofTransfers = await connection.workflowService.describeTaskQueue(ofActivities);
    if (ofTransfers.pollers.length === 0) {
      return fail(name, `no worker polls the task queue "${beside}": pages and deliveries wait`, remedy);
    }
    const since = now() - GONE_AFTER_MS;
    hosts = hostsOf(pollers, since);
    workers = new Set(presentSince(pollers, since).map(({ identity }) => identity)).size;
    return ok(name, `${pollers.map(({ identity }) => identity ?? 'unnamed').join(', ')} on "${taskQueue}"`);
  });
  if (silentMs === undefined || check.status !== 'ok') {
    return { checks: [check, ...versions], clocks: [], hosts, workers };
  }
  const clock = { of: 'Temporal', behindAtLeastMs: silentMs - ASKS_EVERY_MS, behindAtMostMs: silentMs };
  return { checks: [check, ...versions], clocks: [clock], hosts, workers };
}

/** Hosts of the workers that have asked since, as they name themselves: `journey-metrics/1.0.0 4711@host`. */
export function hostsOf(pollers: readonly Poller[], since: number): readonly string[] {
  const hosts = presentSince(pollers, since).flatMap(
    ({ identity }) => /^journey-metrics\/\S+ \d+@(.+)$/.exec(identity ?? '')?.[1] ?? [],
  );
  return [...new Set(hosts)].sort();
}

function presentSince(pollers: readonly Poller[], since: number): readonly Poller[] {
  return pollers.filter((poller) => (lastAsked(poller) ?? -Infinity) >= since);
}

/** Milliseconds since the epoch, by Temporal's clock. */
function lastAsked({ lastAccessTime }: Poller): number | undefined {
  return lastAccessTime ? Number(lastAccessTime.seconds) * 1_000 + (lastAccessTime.nanos ?? 0) / 1e6 : undefined;
}
