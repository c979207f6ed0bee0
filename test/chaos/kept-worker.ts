import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startWorkerProcess, type WorkerProcess } from '../../stack/product/worker-process.js';

/** The worker as it ships: what `npm run build` makes. No hook of a test can be in it. */
const SHIPPED = fileURLToPath(new URL('../../dist/src/worker.js', import.meta.url));

const AGAIN_AFTER_MS = 250;
const DRAINS_WITHIN_MS = 20_000;

/** A worker that is started again however it ended, as a process manager would. */
export interface KeptWorker {
  /** Of the worker that takes runs at this moment; undefined while there is none. */
  readonly pid: () => number | undefined;
  /** Drains it, and starts no other. */
  stop(): Promise<void>;
}

/** Resolves once the first one takes runs. @throws when the product has not been built, or it does not come up */
export async function keepWorker(env: NodeJS.ProcessEnv, log: (text: string) => void): Promise<KeptWorker> {
  if (!existsSync(SHIPPED)) throw new Error('there is no worker to run: build the product with `npm run build`');
  const start = (): Promise<WorkerProcess> => startWorkerProcess({ env, onLog: log, onError: log, command: [SHIPPED] });
  let present: WorkerProcess | undefined = await start();
  let stopping = false;
  const over = (): boolean => stopping;
  const keep = async (): Promise<void> => {
    while (!over()) {
      const code = await present?.exited;
      present = undefined;
      if (over()) return;
      if (code !== undefined) log(`the worker ended (${code ?? 'killed'})\n`);
      await sleep(AGAIN_AFTER_MS);
      // While a server is away a worker cannot start: it says why, and is started again.
      present = await start().catch(() => undefined);
    }
    await present?.stop(DRAINS_WITHIN_MS);
  };
  const keeping = keep();
  return {
    pid: () => present?.pid,
    async stop() {
      stopping = true;
      await present?.stop(DRAINS_WITHIN_MS);
      await keeping;
    },
  };
}
