import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Activities } from '../src/activities/index.js';
import { createWorkers } from '../src/worker/workers.js';
import { startStack } from '../stack/stack.js';
import { buildWorkflowBundle, quietRuntime } from '../test/support/workflow/workflow-bundle.js';
import { createRig } from '../test/support/workflow/workflow-rig.js';

export const BENCH_QUEUE = 'bench';

/** Activities of the yardsticks, beside the product's. */
interface Yardsticks {
  readonly nothing?: () => Promise<void>;
  readonly isReady?: (input: { readonly ageMs: number }) => Promise<boolean>;
}

export interface Server {
  readonly client: Client;
  readonly native: NativeConnection;
  readonly address: string;
  stop(): Promise<void>;
}

/** Runs the product's workflows and the yardsticks on one worker, with activities that do nothing, while `measure` runs. */
export async function withFakeWorker<T>(
  kind: 'time-skipping' | 'dev',
  activities: Activities & Yardsticks,
  measure: (server: Server) => Promise<T>,
): Promise<T> {
  const server = await (kind === 'dev' ? devServer() : timeSkippingServer());
  try {
    const workflows = fileURLToPath(new URL('workflows/index.ts', import.meta.url));
    const workers = await createWorkers(
      {
        connection: server.native,
        taskQueue: BENCH_QUEUE,
        workflowBundle: await buildWorkflowBundle(workflows),
        activities,
        workflowFailureErrorTypes: { '*': ['Error'] },
      },
      100,
    );
    const running = workers.run();
    try {
      return await measure(server);
    } finally {
      workers.shutdown();
      await running;
    }
  } finally {
    await server.stop();
  }
}

/** The server of `npm run dev`. */
async function devServer(): Promise<Server> {
  quietRuntime();
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-bench-'));
  const stack = await startStack({ home, ui: false, postgres: false });
  const address = stack.temporal?.address ?? '';
  const connection = await Connection.connect({ address, channelArgs: { 'grpc.enable_http_proxy': 0 } });
  const native = await NativeConnection.connect({ address });
  return {
    client: new Client({ connection }),
    native,
    address,
    async stop() {
      await native.close();
      await connection.close();
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function timeSkippingServer(): Promise<Server> {
  const rig = await createRig('time-skipping');
  const { client, nativeConnection: native, address: at } = rig.env;
  return { client, native, address: at, stop: () => rig.stop() };
}
