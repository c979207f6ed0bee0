import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { runSimulator, type RunningSimulator, type RunSimulatorOptions } from '../../../simulator/main.js';
import { createActivities } from '../../../src/activities/index.js';
import { activityInterceptor } from '../../../src/activities/interceptor.js';
import { readConfig } from '../../../src/config/config.js';
import { createScrubber } from '../../../src/observability/log.js';
import type { Directory } from '../../../src/ports/index.js';
import { openRecords, type Records } from '../../../src/records/open-records.js';
import { openDependencies } from '../../../src/composition/dependencies.js';
import { temporalRunDirectory } from '../../../src/composition/directory/run-directory.js';
import { temporalScheduleDirectory } from '../../../src/composition/directory/schedule-directory.js';
import { inOrder } from '../sources/between.js';
import type { Rig, RigSession } from './workflow-rig.js';

/** The whole product on workflow time: real activities, real Postgres, simulator and receiver, and days that pass in seconds. */
export interface ProductInTime {
  readonly simulator: RunningSimulator;
  readonly records: Records;
  /** Workflow time, as the activities, the simulator and the receiver have it. */
  readonly now: () => number;
  /** Runs a worker with the real activities while `test` runs; replays what it started. */
  run<T>(test: (session: RigSession) => Promise<T>): Promise<T>;
}

/** @param databaseUrl an empty database; everything else is gone with the test */
export async function startProductInTime(
  t: TestContext,
  {
    rig,
    databaseUrl,
    between = (directory) => directory,
    ...options
  }: {
    rig: Rig;
    databaseUrl: string;
    /** Comes between the activities and the organisations that are configured. */
    between?: (directory: Directory) => Directory;
  } & RunSimulatorOptions,
): Promise<ProductInTime> {
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-in-time-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const clock = workflowClock(rig);
  const { now } = clock;
  const simulator = await runSimulator({
    cxone: { ...options.cxone, now },
    receiver: { ...options.receiver, now },
  });
  t.after(() => simulator.stop());
  const config = readConfig({
    ...simulator.environment,
    DATABASE_URL: databaseUrl,
    DATASET_URL: pathToFileURL(join(home, 'datasets')).href,
    JOURNEY_METRICS_HOME: home,
    TASK_QUEUE: `queue-${randomUUID()}`,
  }).worker();
  const ambient = { now, random: Math.random };
  const scrubber = createScrubber();
  const signal = AbortSignal.timeout(60_000);
  const runDirectory = temporalRunDirectory(rig.env.client, config.taskQueue, now);
  const scheduleDirectory = temporalScheduleDirectory(rig.env.client, config.taskQueue);
  const opened = await openDependencies(config, {
    ambient,
    scrubber,
    runDirectory,
    scheduleDirectory,
    version: 'test',
    signal,
    circuit: 'own',
  });
  t.after(() => opened.close());
  const records = await openRecords({ url: databaseUrl, now, signal });
  t.after(() => records.close());
  const interceptors = [clock.interceptor, activityInterceptor({ random: Math.random, scrub: scrubber.scrub })];
  const { directory } = opened.dependencies;
  const activities = createActivities({ ...opened.dependencies, directory: between(inOrder(directory)) });
  return {
    simulator,
    records,
    now,
    run: (test) => rig.run(activities, test, { interceptors: { activity: interceptors } }),
  };
}

/** The server's clock, set before each activity attempt; between two of them it runs like any clock. */
function workflowClock({ env }: Rig): { now: () => number; interceptor: ActivityInterceptorsFactory } {
  let aheadMs = 0;
  const interceptor: ActivityInterceptorsFactory = () => ({
    inbound: {
      async execute(input, next) {
        aheadMs = (await env.currentTimeMs()) - Date.now();
        return next(input);
      },
    },
  });
  return { now: () => Date.now() + aheadMs, interceptor };
}
