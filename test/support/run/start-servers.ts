import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecords } from '../../../src/records/open-records.js';
import { startStack } from '../../../stack/stack.js';
import { createDatabase, QUICK_POSTGRES } from '../records/databases.js';
import type { SharedServers } from '../shared-servers.js';
import { buildWorkflowBundle, bundleForSkippedTime, quietRuntime } from '../workflow/workflow-bundle.js';

const TEMPLATE = 'journey_template';

export interface RunningServers {
  readonly shared: SharedServers;
  stop(): Promise<void>;
}

/** One Temporal, one Postgres with a template of the schema, and the bundles: for all files of a test run. */
export async function startServers(signal: AbortSignal): Promise<RunningServers> {
  quietRuntime();
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-tests-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  const stack = await startStack({ home, ui: false, inMemory: true, postgresSettings: QUICK_POSTGRES, signal }).catch(
    async (error: unknown) => {
      await remove();
      throw error;
    },
  );
  const stop = async (): Promise<void> => {
    await stack.stop();
    await remove();
  };
  try {
    const { temporal, database } = stack;
    if (temporal === undefined || database === undefined) throw new Error('a stack has both servers');
    const url = await createDatabase(database.url, TEMPLATE);
    await (await openRecords({ url, now: Date.now, signal })).close();
    const bundles = { product: join(home, 'workflows.js'), skippedTime: join(home, 'workflows-in-skipped-time.js') };
    await writeFile(bundles.product, (await buildWorkflowBundle()).code);
    signal.throwIfAborted();
    await writeFile(bundles.skippedTime, (await bundleForSkippedTime()).code);
    const shared = {
      temporalAddress: temporal.address,
      databaseUrl: database.url,
      templateDatabase: TEMPLATE,
      bundles,
    };
    return { shared, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
