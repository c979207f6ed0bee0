import { runSimulator, type RunningSimulator, type RunSimulatorOptions } from '../../simulator/main.js';
import { chooseGatewayPlace, startGatewayNear } from './gateway-process.js';
import { tenantFile, tenantVariables } from './simulated-tenant.js';
import { startStack, updateStackFile, type Stack } from '../stack.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

export interface ProductOptions {
  readonly home: string;
  /** What the product is told; what it does not name is embedded. */
  readonly env: NodeJS.ProcessEnv;
  /** Present: CXone and the receiver are simulated. */
  readonly simulator?: RunSimulatorOptions;
  /** The simulated tenant of real CXone: in place of the analytics API, or as a further organisation. */
  readonly contacts?: 'only' | 'beside';
  /** Whether there is an HTTP gateway, too. */
  readonly gateway?: boolean;
  readonly onStatus: (text: string) => void;
  readonly onLog: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Stack, simulator, worker and gateway, up and taking runs. */
export interface RunningProduct {
  readonly stack: Stack;
  readonly simulator?: RunningSimulator;
  /** Without a slash at its end. */
  readonly gatewayUrl?: string;
  /** What a client or another worker needs to be part of it. */
  readonly env: NodeJS.ProcessEnv;
  /** Rejects when it cannot be kept up; never resolves. */
  readonly failed: Promise<never>;
  /** Drains gateway and worker, then stops the servers: within 8 s. */
  stop(): Promise<void>;
}

const DRAIN_WITHIN_MS = 4_500;
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
  let worker: KeptProcess | undefined;
  let gateway: KeptGateway | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([gateway?.stop(), worker?.stop()]);
    await simulator?.stop();
    await stack.stop();
  };
  try {
    simulator = options.simulator && (await runSimulator(options.simulator));
    const tenant = simulator && (await tenantOf(options, simulator));
    const env = { ...given, ...(simulator && simulated(simulator, given)), ...tenant, ...embedded(stack) };
    await updateStackFile(stack.home, { org: env['CXONE_ORG_ID'] ?? null });
    onStatus('starting the worker');
    const worlds = { ...options, env };
    worker = await keep('worker', () => startWorkerProcess(worlds), options.onError, failure.reject);
    // After the worker, which brings the schema of the records up to date.
    gateway = options.gateway === true ? await keepGateway(worlds, stack.home, failure.reject) : undefined;
    return {
      stack,
      env,
      failed: failure.promise,
      stop,
      ...(simulator && { simulator }),
      ...(gateway && { gatewayUrl: gateway.url }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function tenantOf(
  { home, contacts, env }: ProductOptions,
  simulator: RunningSimulator,
): Promise<NodeJS.ProcessEnv> {
  if (contacts === 'only') return tenantVariables(simulator);
  // A file of somebody's own is kept.
  return contacts === 'beside' && !env['CXONE_ORGS_FILE'] ? tenantFile(home, simulator) : {};
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

interface KeptProcess {
  stop(): Promise<void>;
}

/** A process that is started again when it crashes, but not when it refuses its configuration. */
async function keep(
  what: string,
  startOne: () => Promise<WorkerProcess>,
  onError: (text: string) => void,
  onFailure: (error: Error) => void,
): Promise<KeptProcess> {
  let stopping = false;
  let kept: WorkerProcess;
  const start = async (): Promise<void> => {
    kept = await startOne();
    void kept.exited.then(again);
  };
  const again = async (code: number | null): Promise<void> => {
    if (stopping) return;
    onError(`the ${what} ended (${code ?? 'killed'}); starting another\n`);
    await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
    await start().catch(onFailure);
  };
  await start();
  return {
    stop: () => {
      stopping = true;
      return kept.stop(DRAIN_WITHIN_MS);
    },
  };
}

type KeptGateway = KeptProcess & { readonly url: string };

async function keepGateway(
  options: Pick<ProductOptions, 'env' | 'onLog' | 'onError' | 'onStatus'>,
  home: string,
  onFailure: (error: Error) => void,
): Promise<KeptGateway> {
  options.onStatus('starting the gateway');
  let place = await chooseGatewayPlace(options.env['GATEWAY_PORT']);
  const startOne = async (): Promise<WorkerProcess> => {
    const started = await startGatewayNear(options, place);
    place = started.place;
    await updateStackFile(home, { gateway: { url: place.url } });
    return started.process;
  };
  const kept = await keep('gateway', startOne, options.onError, onFailure);
  return { ...kept, url: place.url };
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
