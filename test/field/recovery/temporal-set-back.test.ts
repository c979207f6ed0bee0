import assert from 'node:assert/strict';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { homePaths } from '../../../stack/home/home.js';
import { prepareNamespace } from '../../../stack/servers/temporal-namespace.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { startWorker } from '../../support/own-worker.js';
import { startSuite, type OwnSuite, type Product } from '../../support/product.js';
import { auditedProduct } from '../../support/records/audited-product.js';
import { until } from '../../support/until.js';

/** Temporal forgets what came after its backup, and does again what it believes is still open. */
describe('Temporal set back to a backup', () => {
  let suite: OwnSuite;
  before(async () => {
    suite = await startSuite({ ownServers: 'the database of Temporal is put back' });
  });
  after(() => suite.stop());

  it('nothing is delivered as news twice, what it forgot is closed, and started again it is found delivered', async (t) => {
    const { product, start, verdict } = await auditedProduct(t, suite, { worker: false });
    const first = await startWorker(suite, product.temporal, product.env, {});
    const before = await (await start(day(product, 1))).result();
    refuse(product, 1);
    const held = await start(day(product, 2));
    await untilRefused(product, 1);
    const restore = await backUp(suite);
    assert.equal((await held.result()).delivery.revision, 1);
    const forgotten = await (await start(day(product, 3))).result();
    refuse(product, 2);
    const open = await start(day(product, 4));
    await untilRefused(product, 2);
    await first.stop();
    const entries = (await trail(product)).length;
    await restore();

    const worker = await startWorker(suite, product.temporal, product.env, {});
    t.after(() => worker.stop());
    const repeated = await product.client.run(held.workflowId, held.runId).result();
    assert.deepEqual([repeated.outcome, repeated.delivery.revision], ['completed', 1], 'as its audit entry says');
    assert.equal((await trail(product)).length, entries, 'a run that ends once more has its entry already');
    assert.deepEqual((await product.client.reconcile()).reconciled, [open.workflowId]);
    const again = await (await product.client.start(day(product, 4))).result();
    assert.deepEqual([again.outcome, again.delivery.revision], ['completed', 1], 'the revision of the lost run');
    const once = await (await product.client.start(day(product, 3))).result();
    assert.deepEqual([once.outcome, once.delivery.deliveryId], ['unchanged', forgotten.delivery.deliveryId]);
    const same = await (await product.client.start(day(product, 1))).result();
    assert.equal(same.queryId, before.queryId, 'what it has kept is still found');

    // Temporal has one run of each forgotten id, the trail two: that is all that the auditor finds.
    const findings = await verdict();
    assert.deepEqual(
      findings.filter((line) => !/^audit: .* has 2 audit entries for 1 runs$/.test(line)),
      [],
    );
    assert.equal(findings.length, 2, findings.join('\n'));
  });
});

function trail({ records }: Product) {
  return records.auditLog.list({ limit: 100 }, AbortSignal.timeout(60_000));
}

function refuse({ simulator }: Product, times: number): void {
  simulator.receiver.faults.add({ script: Array.from({ length: times }, () => ({ on: 'webhook', fault: '503' })) });
}

async function untilRefused({ simulator }: Product, times: number): Promise<void> {
  const refused = (): number =>
    simulator.receiver.journal.entries({ operation: 'webhook' }).filter(({ status }) => status === 503).length;
  await until(`${times} refused deliveries`, refused, (count) => count >= times);
}

function day(product: Product, of: number): AggregateRequest {
  const [dateFrom, dateTo] = [`2026-11-0${of}`, `2026-11-0${of + 1}`] as const;
  return product.request({ query: { ...product.request().query, dateFrom, dateTo } });
}

/** Copies Temporal's database while it stands still. What it answers with puts the copy back, as a restore would. */
async function backUp({ stack }: OwnSuite): Promise<() => Promise<void>> {
  const { temporal, home } = stack;
  assert.ok(temporal);
  const kept = join(home, 'backup');
  await mkdir(kept);
  const { temporalDb } = homePaths(home);
  const files = ['', '-wal'];
  process.kill(temporal.pid, 'SIGSTOP');
  for (const end of files) await copyFile(`${temporalDb}${end}`, join(kept, `db${end}`)).catch(() => undefined);
  process.kill(temporal.pid, 'SIGCONT');
  return async () => {
    const { pid } = temporal;
    // It has the old files open, whatever their names lead to; the next one finds the copy.
    for (const end of [...files, '-shm']) await rm(`${temporalDb}${end}`, { force: true });
    for (const end of files) await rename(join(kept, `db${end}`), `${temporalDb}${end}`).catch(() => undefined);
    process.kill(pid, 'SIGKILL');
    await until(
      'the next Temporal',
      () => temporal.pid,
      (now) => now !== pid && now !== 0,
    );
    await prepareNamespace(temporal.address, temporal.namespace);
  };
}
