import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Activities } from '../../../src/activities/index.js';
import type { BackfillRequest } from '../../../src/contract/request/backfill.js';
import type { BackfillResult } from '../../../src/contract/result/backfill-result.js';
import { AGGREGATE_WORKFLOW, BACKFILL_WORKFLOW, SEARCH_ATTRIBUTES } from '../../../src/contract/values/names.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';
import { createWorkers, type Workers } from '../../../src/worker/workers.js';
import { findTemporal, findTestServer } from '../../../stack/servers/temporal-binary.js';
import { familyHistories, replay, type RecordedHistory } from './history-chain.js';
import { openRun } from './open-runs.js';
import { buildWorkflowBundle, quietRuntime, workflowBundle } from './workflow-bundle.js';
import { sharedServers, type SharedServers } from '../shared-servers.js';
import { waitingFor } from '../waits.js';
import { REQUEST } from './fake-activities.js';

type Handle = WorkflowHandle<(request: AggregateRequest) => Promise<AggregateResult>>;
export type BackfillHandle = WorkflowHandle<(request: BackfillRequest) => Promise<BackfillResult>>;

interface Start {
  readonly type?: string;
  readonly workflowId?: string;
  readonly args?: readonly unknown[];
  readonly memo?: Readonly<Record<string, unknown>>;
}

/** What a test gets: a worker with its activities, on a task queue of its own. */
export interface RigSession {
  readonly env: TestWorkflowEnvironment;
  readonly taskQueue: string;
  /** Drains the worker, does what is to be done meanwhile, and starts another one, which knows nothing of the runs. */
  readonly withoutWorker: <T>(meanwhile: () => Promise<T>) => Promise<T>;
  readonly start: (request?: unknown, options?: Start) => Promise<Handle>;
  readonly backfill: (request: unknown, options?: Start) => Promise<BackfillHandle>;
}

export interface Rig {
  readonly env: TestWorkflowEnvironment;
  readonly bundle: WorkflowBundleWithSourceMap;
  /** Runs a worker while `test` runs; then replays every execution that it started: the whole continue-as-new chain, and children. */
  run<T>(activities: Activities, test: (session: RigSession) => Promise<T>, worker?: WorkerChoices): Promise<T>;
  /** Histories of every execution so far. */
  readonly recorded: readonly RecordedHistory[];
  stop(): Promise<void>;
}

export type WorkerChoices = Pick<
  WorkerOptions,
  'interceptors' | 'maxConcurrentActivityTaskExecutions' | 'maxCachedWorkflows'
>;

/** `workflowsPath`: other workflows than the product's. `ownServers`: why the dev server of the test run does not do. */
export type RigOptions = { readonly workflowsPath?: string } & (
  | { readonly ownServers: string; readonly dynamicConfig?: readonly string[] }
  | { readonly ownServers?: never; readonly dynamicConfig?: never }
);

const TRANSFERS = 100;

/** How long a test may wait for its runs: then it fails, with what they wait for. Two quiet cores need a tenth of it. */
const LIMIT_MS = 480_000;

/**
 * A server, a bundle, and replay that nobody has to remember. The time-skipping server is always the file's own: whoever
 * waits there moves the clock of all its runs.
 */
export async function createRig(kind: 'time-skipping' | 'dev', options: RigOptions = {}): Promise<Rig> {
  quietRuntime();
  const { workflowsPath, ownServers, dynamicConfig = [] } = options;
  const time = kind === 'dev' ? 'real' : 'skipped';
  const bundle = workflowsPath === undefined ? await workflowBundle(time) : await buildWorkflowBundle(workflowsPath);
  const shared = ownServers === undefined ? sharedServers() : undefined;
  const env = kind === 'dev' ? await devServer(shared, dynamicConfig) : await timeSkippingServer();
  const recorded: RecordedHistory[] = [];
  return {
    env,
    bundle,
    recorded,
    async run(activities, test, choices = {}) {
      const taskQueue = `test-${randomUUID()}`;
      const started: WorkflowHandle[] = [];
      const worker = await keepWorker(() => createWorker({ env, bundle, taskQueue, activities, choices }));
      const launch = async (standard: string, request: unknown, options: Start = {}): Promise<WorkflowHandle> => {
        const { type = standard, workflowId = `test-${randomUUID()}`, args = [request], memo = {} } = options;
        const handle = await env.client.workflow.start(type, { workflowId, taskQueue, args: [...args], memo });
        started.push(handle);
        return handle;
      };
      const session: RigSession = {
        env,
        taskQueue,
        withoutWorker: (meanwhile) => worker.without(meanwhile),
        start: async (request = REQUEST, options) => (await launch(AGGREGATE_WORKFLOW, request, options)) as Handle,
        backfill: async (request, options) => (await launch(BACKFILL_WORKFLOW, request, options)) as BackfillHandle,
      };
      const waits = (): Promise<string[]> =>
        Promise.all(started.map(({ workflowId }) => openRun(env.client, workflowId)));
      const answer = await withinLimit(test(session), waits).finally(() => worker.stop());
      for (const handle of started) {
        const family = await familyHistories(env.client, handle.workflowId, firstRunId(handle));
        await replay(bundle, family);
        recorded.push(...family);
      }
      return answer;
    },
    stop: () => env.teardown(),
  };
}

/** Rejects, with what the runs wait for, when a test takes too long. */
async function withinLimit<T>(test: Promise<T>, describeRuns: () => Promise<readonly string[]>): Promise<T> {
  const forget = waitingFor(describeRuns);
  const over = new AbortController();
  const limit = sleep(LIMIT_MS, undefined, { signal: over.signal, ref: false }).then(async () => {
    const runs = await describeRuns();
    throw new Error([`the test was given up after ${LIMIT_MS / 1_000} s; its runs`, ...runs].join('\n  '));
  });
  limit.catch(() => undefined); // Nobody listens once the test has ended.
  try {
    return await Promise.race([test, limit]);
  } finally {
    over.abort();
    forget();
  }
}

function createWorker(parts: {
  readonly env: TestWorkflowEnvironment;
  readonly bundle: WorkflowBundleWithSourceMap;
  readonly taskQueue: string;
  readonly activities: Activities;
  readonly choices: WorkerChoices;
}): Promise<Workers> {
  const { env, bundle, taskQueue, activities, choices } = parts;
  return createWorkers(
    {
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: bundle,
      activities,
      // A bug in workflow code fails the test at once instead of hanging in workflow task retries.
      workflowFailureErrorTypes: { '*': ['Error'] },
      // Of a test that was given up: an activity that never ends must not keep the worker.
      shutdownForceTime: '20 seconds',
      ...choices,
    },
    TRANSFERS,
  );
}

/** A worker that can be replaced. */
async function keepWorker(
  create: () => Promise<Workers>,
): Promise<{ without<T>(meanwhile: () => Promise<T>): Promise<T>; stop(): Promise<void> }> {
  let worker: Workers;
  let running = Promise.resolve();
  const start = async (): Promise<void> => {
    worker = await create();
    running = worker.run();
  };
  const stop = async (): Promise<void> => {
    worker.shutdown();
    await running;
  };
  await start();
  return { stop, without: (meanwhile) => stop().then(meanwhile).finally(start) };
}

/** Of a handle that a start has returned. */
export function firstRunId(handle: { readonly workflowId: string }): string {
  return (handle as WorkflowHandle & { firstExecutionRunId: string }).firstExecutionRunId;
}

async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const { path } = await findTestServer();
  const server = { executable: { type: 'existing-path', path } } as const;
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server });
  await registerSearchAttributes(env);
  return env;
}

async function devServer(
  shared: SharedServers | undefined,
  dynamicConfig: readonly string[],
): Promise<TestWorkflowEnvironment> {
  if (shared !== undefined)
    return TestWorkflowEnvironment.createFromExistingServer({ address: shared.temporalAddress });
  const { path } = await findTemporal();
  const extraArgs = dynamicConfig.flatMap((setting) => ['--dynamic-config-value', setting]);
  const server = { executable: { type: 'existing-path', path }, extraArgs } as const;
  const env = await TestWorkflowEnvironment.createLocal({ server });
  await registerSearchAttributes(env);
  return env;
}

const KEYWORD = 2;
const DATETIME = 6;

async function registerSearchAttributes(env: TestWorkflowEnvironment): Promise<void> {
  const types = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [
    name,
    type === 'DATETIME' ? DATETIME : KEYWORD,
  ]);
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(types) as Record<string, number>,
  });
}
