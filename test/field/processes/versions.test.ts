import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Client } from '@temporalio/client';
import { startWorkerProcess, type WorkerProcess } from '../../../stack/product/worker-process.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

interface Routing {
  readonly current?: string;
  readonly ramping?: string;
  readonly percentage?: number;
}

describe('workers that have a version', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function fleet(t: TestContext) {
    const product = await suite.product({ worker: false });
    const deploymentName = `metrics-${product.env['TASK_QUEUE'] ?? ''}`;
    const started: WorkerProcess[] = [];
    t.after(() => Promise.all(started.map((each) => each.stop(15_000))));
    const start = async (buildId: string): Promise<WorkerProcess> => {
      const names = { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId };
      const versioned = buildId === '' ? {} : { ...names, WORKER_VERSIONING: 'pinned' };
      const env = { PATH: process.env['PATH'], ...product.env, WORKER_STICKY_TIMEOUT: '1 s', ...versioned };
      const worker = await startWorkerProcess({ env, onLog: ignore, onError: ignore });
      started.push(worker);
      return worker;
    };
    const doctor = async (): Promise<string> => {
      const { stdout } = await cli(['doctor', '--json'], product.env);
      const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; found: string }[] };
      const check = checks.find(({ name }) => name === 'versions');
      return check === undefined ? '' : `${check.status} ${check.found}`;
    };
    return { product, start, doctor, route: (routing: Routing) => route(product.temporal, deploymentName, routing) };
  }

  it('hold a run to its end through an upgrade of everything and a SIGKILL, ramp, and go back', async (t) => {
    const { product, start, doctor, route: to } = await fleet(t);
    const unversioned = await start('');
    assert.equal(await doctor(), '');
    assert.equal(await versionOf(product, await ended(product, 1)), undefined);

    const first = await start('v1');
    await until('doctor to see it', doctor, (text) => text.startsWith('warn no current version'));
    await to({ current: 'v1' });
    await unversioned.stop(15_000);
    product.simulator.receiver.faults.add({ script: [{ on: 'webhook', fault: '503' }] });
    const held = await product.client.start(day(product, 2));
    await until('a refused delivery', () => Promise.resolve(refused(product)), Boolean);
    await start('v2');
    await to({ current: 'v2' });
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await start('v1');
    assert.equal((await held.result()).outcome, 'completed');
    assert.equal(await versionOf(product, held.workflowId), 'v1');
    assert.equal(await versionOf(product, await ended(product, 3)), 'v2');

    await to({ ramping: 'v1', percentage: 100 });
    assert.equal(await versionOf(product, await ended(product, 4)), 'v1');
    assert.match(await doctor(), /^ok current .*\/v2, ramping .*\/v1 at 100 %; workers of .*\/v1, .*\/v2$/);
    await to({ ramping: '', percentage: 0 });
    await to({ current: 'v1' });
    assert.equal(await versionOf(product, await ended(product, 5)), 'v1');
  });
});

function ignore(): void {
  // Nothing of it matters here.
}

function day(product: Product, of: number): ReturnType<Product['request']> {
  const [dateFrom, dateTo] = [`2026-11-0${of}`, `2026-11-0${of + 1}`] as const;
  return product.request({ query: { ...product.request().query, dateFrom, dateTo } });
}

async function ended(product: Product, of: number): Promise<string> {
  const run = await product.client.start(day(product, of));
  await run.result();
  return run.workflowId;
}

function refused({ simulator }: Product): boolean {
  return simulator.receiver.journal.entries({ operation: 'webhook' }).some(({ status }) => status === 503);
}

/** The build that did the last step of a run. */
async function versionOf({ temporal }: Product, workflowId: string): Promise<string | undefined> {
  const { raw } = await temporal.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}

/** What `temporal worker deployment` does. Temporal knows a version a moment after its worker has polled. */
async function route({ workflowService }: Client, deploymentName: string, routing: Routing): Promise<void> {
  const { current, ramping, percentage = 0 } = routing;
  const target = { namespace: 'default', deploymentName, identity: 'test', ignoreMissingTaskQueues: true };
  const set = async (): Promise<boolean> => {
    try {
      if (current !== undefined)
        await workflowService.setWorkerDeploymentCurrentVersion({ ...target, buildId: current });
      if (ramping !== undefined)
        await workflowService.setWorkerDeploymentRampingVersion({ ...target, buildId: ramping, percentage });
      return true;
    } catch {
      return false;
    }
  };
  await until(`the route ${JSON.stringify(routing)}`, set, Boolean);
}
