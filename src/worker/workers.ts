import { Worker, type WorkerOptions, type WorkerStatus } from '@temporalio/worker';
import { transfersQueue } from '../contract/values/names.js';

/** The workers of one process, which run, drain and end together. */
export interface Workers {
  /** Until both have drained. Rejects when one of them cannot go on; then the other is told to drain, too. */
  run(): Promise<void>;
  shutdown(): void;
  /** Of the one that is worse off. */
  getStatus(): WorkerStatus;
}

type SharedOptions = WorkerOptions & { readonly taskQueue: string };

/**
 * A worker of runs and of their short steps, and one of transfers, whose slots are its own: what moves bytes by the gigabyte
 * holds up no poll and no record.
 */
export async function createWorkers(options: SharedOptions, transfersAtOnce: number): Promise<Workers> {
  const { workflowBundle: _code, workflowsPath: _path, maxCachedWorkflows: _runs, ...shared } = options;
  const runs = await Worker.create(options);
  const transfers = await Worker.create({
    ...shared,
    taskQueue: transfersQueue(options.taskQueue),
    maxConcurrentActivityTaskExecutions: transfersAtOnce,
  });
  return together(runs, transfers);
}

/** Two that exist: what one of them comes to is what both come to. */
export function together(...workers: readonly [Worker, Worker]): Workers {
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    shutdown,
    async run() {
      try {
        await Promise.all(workers.map((worker) => worker.run()));
      } catch (error) {
        shutdown();
        throw error;
      }
    },
    getStatus() {
      const statuses = workers.map((worker) => worker.getStatus());
      const worse = statuses.find(hasFailed) ?? statuses.find(({ runState }) => runState !== 'RUNNING');
      return worse ?? workers[0].getStatus();
    },
  };
}

/** Whether it takes no task any more although nobody told it to drain. */
export function hasFailed({ runState, workflowPollerState, activityPollerState }: WorkerStatus): boolean {
  return [runState, workflowPollerState, activityPollerState].includes('FAILED');
}
