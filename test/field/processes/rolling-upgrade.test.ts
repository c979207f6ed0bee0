import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { choosePort } from '../../../stack/home/ports.js';
import { startWorkerProcess, WorkerFailed, type WorkerProcess } from '../../../stack/product/worker-process.js';
import { MIGRATIONS } from '../../../src/records/postgres/migrations.js';
import type { Env } from '../../../src/config/environment.js';
import { stageProduct } from '../../support/cli/packed-product.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { auditedProduct } from '../../support/records/audited-product.js';
import { until } from '../../support/until.js';

const KNOWN = MIGRATIONS.length;

describe('a rolling upgrade of programs as they are published', () => {
  let suite: Suite;
  let folder: string;
  /** Each is the folder of a build: today's, and two of later days, the last of which allows no older program. */
  let builds: Readonly<Record<'old' | 'next' | 'closed', string>>;
  before(async () => {
    suite = await startSuite();
    folder = await mkdtemp(join(tmpdir(), 'journey-metrics-upgrade-'));
    const old = await stageProduct(folder);
    const next = await laterBuild(old, join(folder, 'next'), KNOWN);
    builds = { old, next, closed: await laterBuild(next, join(folder, 'closed'), KNOWN + 2) };
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('old programs restart within the bound of a newer schema, are refused outside of it, and nothing is lost or doubled', async (t) => {
    const { product, start, verdict } = await auditedProduct(t, suite, { worker: false });
    const { worker, gateway } = programs(t, product.env);
    const refused = (): number =>
      product.simulator.receiver.journal.entries({ operation: 'webhook' }).filter(({ status }) => status === 503)
        .length;
    let nextDay = 0;
    /** Runs that are held in delivery: each is refused once. */
    const held = async () => {
      const before = refused();
      product.simulator.receiver.faults.add({
        script: Array.from({ length: 3 }, () => ({ on: 'webhook', fault: '503' })),
      });
      const runs = await Promise.all([1, 2, 3].map(() => start(day(product, (nextDay += 1)))));
      await until(
        'three refused deliveries',
        () => Promise.resolve(refused() - before),
        (count) => count >= 3,
      );
      return runs;
    };

    const first = await worker(builds.old);
    const door = await gateway(builds.old);
    const runs = await held();
    const second = await worker(builds.next);
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const third = await worker(builds.old);
    await door.stop(15_000);
    const again = await gateway(builds.old);
    assert.equal(await again.ready(), 200, 'an old gateway starts on a schema that it may use');
    runs.push(...(await held()));
    await second.stop(15_000);
    for (const run of runs) assert.equal((await run.result()).outcome, 'completed', 'the old worker alone ends them');

    runs.push(...(await held()));
    await worker(builds.closed);
    process.kill(third.pid, 'SIGKILL');
    await third.exited;
    await again.stop(15_000);
    const tooOld = new RegExp(
      `the records at .* are of version ${KNOWN + 2} and need a program of version ${KNOWN + 2}, but this one is of version ${KNOWN}: update the program`,
    );
    for (const starting of [worker(builds.old), gateway(builds.old)]) {
      await assert.rejects(starting, (error) => {
        assert.ok(error instanceof WorkerFailed);
        assert.equal(error.exitCode, 2);
        assert.match(error.message, tooOld);
        return true;
      });
    }
    for (const run of runs) assert.equal((await run.result()).outcome, 'completed');
    assert.equal(runs.length, 9);
    assert.deepEqual(await verdict(), []);
    await product.stop();
  });
});

/** A copy of a build that knows one migration more. */
async function laterBuild(from: string, to: string, oldest: number): Promise<string> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  const migration = { name: `of ${to}`, sql: `CREATE TABLE later_${oldest} (a integer)`, oldest };
  await appendFile(
    join(to, 'dist/src/records/postgres/migrations.js'),
    `MIGRATIONS.push(${JSON.stringify(migration)});\n`,
  );
  return to;
}

function programs(t: TestContext, env: Env) {
  const start = async (command: readonly string[], name: string, own: Env): Promise<WorkerProcess> => {
    const { PATH, HOME } = process.env;
    const all = { PATH, HOME, ...env, WORKER_STICKY_TIMEOUT: '1 s', ...own };
    const started = await startWorkerProcess({ env: all, command, name, onLog: ignore, onError: ignore });
    t.after(() => started.stop(15_000));
    return started;
  };
  return {
    worker: (build: string) => start([join(build, 'dist/src/worker.js')], 'worker', {}),
    gateway: async (build: string) => {
      const port = String(await choosePort([]));
      const place = { GATEWAY_HOST: '127.0.0.1', GATEWAY_PORT: port };
      const started = await start([join(build, 'dist/src/gateway.js'), '--keyless'], 'gateway', place);
      return { ...started, ready: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status };
    },
  };
}

function day(product: Product, of: number): ReturnType<Product['request']> {
  const [dateFrom, dateTo] = [of, of + 1].map((each) => `2026-11-${String(each).padStart(2, '0')}`) as [string, string];
  return product.request({ query: { ...product.request().query, dateFrom, dateTo } });
}

function ignore(): void {
  // Nothing of it matters here.
}
