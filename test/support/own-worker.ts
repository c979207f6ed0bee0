import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createActivities, type ActivityDependencies } from '../../src/activities/index.js';
import { activityInterceptor } from '../../src/activities/interceptor.js';
import { openDependencies } from '../../src/composition/dependencies.js';
import { temporalRunDirectory } from '../../src/composition/directory/run-directory.js';
import { temporalScheduleDirectory } from '../../src/composition/directory/schedule-directory.js';
import { readConfig } from '../../src/config/config.js';
import type { Env } from '../../src/config/environment.js';
import { createWorkers } from '../../src/worker/workers.js';
import { createScrubber } from '../../src/observability/log.js';

export interface OwnWorkerOptions {
  /** Of worker and client alike. Replay knows nothing of it: stop the suite, not the product. */
  readonly dataConverter?: DataConverter;
  /** Comes between the worker's activities and what they need of the world. */
  readonly between?: (dependencies: ActivityDependencies) => ActivityDependencies;
}

/** A worker in the process of the test. */
export async function startWorker(
  { native, bundle }: { readonly native: NativeConnection; readonly bundle: WorkflowBundleWithSourceMap },
  temporal: Client,
  env: Env,
  { between = (dependencies) => dependencies, dataConverter }: OwnWorkerOptions,
): Promise<{ stop(): Promise<void> }> {
  const scrubber = createScrubber();
  const config = readConfig(env, scrubber.learn).worker();
  const ambient = { now: Date.now, random: Math.random };
  const runDirectory = temporalRunDirectory(temporal, config.taskQueue, ambient.now);
  const scheduleDirectory = temporalScheduleDirectory(temporal, config.taskQueue);
  const signal = AbortSignal.timeout(60_000);
  const opened = await openDependencies(config, {
    ambient,
    scrubber,
    runDirectory,
    scheduleDirectory,
    version: 'test',
    signal,
  });
  const worker = await createWorkers(
    {
      connection: native,
      taskQueue: config.taskQueue,
      workflowBundle: bundle,
      ...(dataConverter && { dataConverter }),
      activities: createActivities(between(opened.dependencies)),
      interceptors: { activity: [activityInterceptor({ random: Math.random, scrub: scrubber.scrub })] },
      workflowFailureErrorTypes: { '*': ['Error'] },
      shutdownForceTime: '10 seconds',
    },
    config.maxTransfers,
  );
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
      await opened.close();
    },
  };
}
