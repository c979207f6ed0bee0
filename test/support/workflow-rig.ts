import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Activities } from '../../src/activities/index.js';
import { AGGREGATE_WORKFLOW, SEARCH_ATTRIBUTES } from '../../src/contract/names.js';
import type { AggregateRequest } from '../../src/contract/request.js';
import type { AggregateResult } from '../../src/contract/result.js';
import { findTemporal, findTestServer } from '../../stack/temporal-binary.js';
import { historyChain, replay, type RecordedHistory } from './history-chain.js';
import { buildWorkflowBundle, quietRuntime } from './workflow-bundle.js';
import { REQUEST } from './fake-activities.js';

type Handle = WorkflowHandle<(request: AggregateRequest) => Promise<AggregateResult>>;

/** What a test gets: a worker with its activities, on a task queue of its own. */
export interface RigSession {
  readonly env: TestWorkflowEnvironment;
  readonly start: (
    request?: unknown,
    options?: { type?: string; workflowId?: string; args?: readonly unknown[] },
  ) => Promise<Handle>;
}

export interface Rig {
  readonly env: TestWorkflowEnvironment;
  readonly bundle: WorkflowBundleWithSourceMap;
  /** Runs a worker while `test` runs; then replays every execution that it started, the whole continue-as-new chain. */
  run<T>(activities: Activities, test: (session: RigSession) => Promise<T>): Promise<T>;
  /** Histories of every execution so far. */
  readonly recorded: readonly RecordedHistory[];
  stop(): Promise<void>;
}

/** A server, a bundle, and replay that nobody has to remember. */
export async function createRig(
  kind: 'time-skipping' | 'dev',
  { dynamicConfig = [] }: { dynamicConfig?: readonly string[] } = {},
): Promise<Rig> {
  quietRuntime();
  const bundle = await buildWorkflowBundle();
  const env = kind === 'dev' ? await devServer(dynamicConfig) : await timeSkippingServer();
  await registerSearchAttributes(env);
  const recorded: RecordedHistory[] = [];
  return {
    env,
    bundle,
    recorded,
    async run(activities, test) {
      const taskQueue = `test-${randomUUID()}`;
      const started: Handle[] = [];
      const session: RigSession = {
        env,
        async start(request = REQUEST, { type = AGGREGATE_WORKFLOW, workflowId = `test-${randomUUID()}`, args } = {}) {
          const handle = await env.client.workflow.start(type, {
            workflowId,
            taskQueue,
            args: [...(args ?? [request])],
          });
          started.push(handle as Handle);
          return handle as Handle;
        },
      };
      const worker = await Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        workflowBundle: bundle,
        activities,
        // A bug in workflow code fails the test at once instead of hanging in workflow task retries.
        workflowFailureErrorTypes: { '*': ['Error'] },
      });
      const answer = await worker.runUntil(test(session));
      for (const handle of started) {
        const chain = await historyChain(env.client, handle.workflowId, firstRunId(handle));
        await replay(bundle, chain);
        recorded.push(...chain);
      }
      return answer;
    },
    stop: () => env.teardown(),
  };
}

function firstRunId(handle: Handle): string {
  return (handle as Handle & { firstExecutionRunId: string }).firstExecutionRunId;
}

async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const { path } = await findTestServer();
  return TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
}

async function devServer(dynamicConfig: readonly string[]): Promise<TestWorkflowEnvironment> {
  const { path } = await findTemporal();
  const extraArgs = dynamicConfig.flatMap((setting) => ['--dynamic-config-value', setting]);
  return TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path }, extraArgs } });
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
