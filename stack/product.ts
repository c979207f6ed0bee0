import { runSimulator, type RunningSimulator, type RunSimulatorOptions } from '../simulator/main.js';
import { startStack, updateStackFile, type Stack } from './stack.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

export interface ProductOptions {
  readonly home: string;
  /** What the product is told; what it does not name is embedded. */
  readonly env: NodeJS.ProcessEnv;
  /** Present: CXone and the receiver are simulated. */
  readonly simulator?: RunSimulatorOptions;
  readonly onStatus: (text: string) => void;
  readonly onLog: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Stack, simulator and worker, up and taking runs. */
export interface RunningProduct {
  readonly stack: Stack;
  readonly simulator?: RunningSimulator;
  /** What a client or another worker needs to be part of it. */
  readonly env: NodeJS.ProcessEnv;
  /** Rejects when it cannot be kept up; never resolves. */
  readonly failed: Promise<never>;
  /** Drains the worker, then stops the servers: within 8 s. */
  stop(): Promise<void>;
}

const WORKER_DRAINS_WITHIN_MS = 4_500;
const RESTART_AFTER_MS = 1_000;

/** Starts everything that is not named by the environment, in the order in which it is needed. */
export async function startProduct(options: ProductOptions): Promise<RunningProduct> {
  const { home, env: given, onStatus, signal } = options;
  const failure = rejectable();
  const stack = await startStack({
    home,
    temporal: !given['TEMPORAL_ADDRESS'],
    postgres: !given['DATABASE_URL'] && !given['DATABASE_URL_FILE'],
    onStatus,
    onFailure: failure.reject,
    signal,
  });
  let simulator: RunningSimulator | undefined;
  let worker: KeptWorker | undefined;
  const stop = async (): Promise<void> => {
    await worker?.stop();
    await simulator?.stop();
    await stack.stop();
  };
  try {
    simulator = options.simulator && (await runSimulator(options.simulator));
    const env = { ...given, ...(simulator && simulated(simulator, given)), ...embedded(stack) };
    await updateStackFile(stack.home, { org: env['CXONE_ORG_ID'] ?? null });
    onStatus('starting the worker');
    worker = await keepWorker({ ...options, env }, failure.reject);
    return { stack, env, failed: failure.promise, stop, ...(simulator && { simulator }) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A receiver that is named is kept: somebody tries his own against simulated data. */
function simulated({ environment }: RunningSimulator, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!given['BI_WEBHOOK_URL']) return environment;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('CXONE_')));
}

/** Where the worker and the CLI find what this stack runs. */
function embedded({ home, temporal, database }: Stack): NodeJS.ProcessEnv {
  return {
    JOURNEY_METRICS_HOME: home,
    ...(temporal && { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace }),
    ...(database && { DATABASE_URL: database.url }),
  };
}

interface KeptWorker {
  stop(): Promise<void>;
}

/** A worker that is started again when it crashes, but not when it refuses its configuration. */
async function keepWorker(
  options: Parameters<typeof startWorkerProcess>[0],
  onFailure: (error: Error) => void,
): Promise<KeptWorker> {
  let stopping = false;
  let worker: WorkerProcess;
  const start = async (): Promise<void> => {
    worker = await startWorkerProcess(options);
    void worker.exited.then(again);
  };
  const again = async (code: number | null): Promise<void> => {
    if (stopping) return;
    options.onError(`the worker ended (${code ?? 'killed'}); starting another\n`);
    await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
    await start().catch(onFailure);
  };
  await start();
  return {
    stop: () => {
      stopping = true;
      return worker.stop(WORKER_DRAINS_WITHIN_MS);
    },
  };
}

/** A promise that only ever rejects. */
function rejectable(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, reject };
}
