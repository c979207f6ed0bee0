import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { prepareNamespace } from '../../../stack/servers/temporal-namespace.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { cli } from '../../support/cli/cli.js';
import { startWorker } from '../../support/own-worker.js';
import { startSuite, type OwnSuite, type Product } from '../../support/product.js';
import { auditedProduct, type AuditedProduct } from '../../support/records/audited-product.js';
import { backUp } from '../../support/records/set-back.js';
import { until } from '../../support/until.js';

/** Each is done as docs/recovery.md says; then the auditor, which knows nothing of the product, judges what is left. */
describe('a recovery drill', () => {
  let suite: OwnSuite;
  before(async () => {
    suite = await startSuite({ ownServers: 'Temporal is killed, and forgets everything', inMemory: true });
  });
  after(() => suite.stop());

  const drill = (t: TestContext, worker = true): Promise<AuditedProduct> =>
    auditedProduct(t, suite, { worker, simulator: { cxone: { data: { rows: 45, seed: 'first' } } } });

  const day = (product: Product, of: number): AggregateRequest => {
    const [dateFrom, dateTo] = [of, of + 1].map((each) => `2026-11-${String(each).padStart(2, '0')}`) as [
      string,
      string,
    ];
    return product.request({ query: { ...product.request().query, dateFrom, dateTo } });
  };

  for (const lost of [true, false]) {
    it(`Postgres ${lost ? 'lost' : 'set back'}: every number stays right`, async (t) => {
      const { product, start, verdict } = await drill(t);
      const url = String(product.env['DATABASE_URL']);
      const first = lost ? undefined : await (await start(day(product, 1))).result();
      const restore = await backUp(url);
      const forgotten = await (await start(day(product, 2))).result();
      assert.equal(forgotten.delivery.revision, 1);
      await restore();

      const reconciled = await cli(['audit', 'reconcile', '--json'], product.env);
      assert.equal(reconciled.code, 0, reconciled.stderr);
      assert.equal((await cli(['audit', 'verify'], product.env)).code, 0);
      const again = await (await start(day(product, 2), 'completed', true)).result();
      assert.deepEqual([again.outcome, again.delivery.revision], ['completed', 2]);
      // Of what the backup did not have, its own records are gone; of everything else nothing is missing.
      const unknown = [forgotten.workflowId, forgotten.delivery.deliveryId, forgotten.queryId];
      const findings = await verdict();
      assert.deepEqual(withoutAny(findings, unknown), []);
      assert.ok(
        findings.some((line) => line.includes('has an entry of kind reconciled')),
        findings.join('\n'),
      );
      assert.equal(first?.outcome ?? 'completed', 'completed');
      await product.stop();
    });
  }

  it('the dataset store lost: BI keeps its numbers, and what was not delivered is read again behind a fence', async (t) => {
    const { product, start, verdict } = await drill(t);
    const done = await start(day(product, 1));
    await done.result();
    product.simulator.receiver.faults.add({ script: [{ on: 'webhook', fault: '503' }] });
    const open = await start(day(product, 2), 'any');
    await refusedOnce(product);
    await rename(join(product.home, 'datasets'), join(product.home, 'lost'));
    await assert.rejects(open.result(), { type: 'DatasetExpired' });

    assert.equal((await cli(['records', 'fence'], product.env)).code, 0);
    const { outcome, delivery } = await (await start(day(product, 2), 'completed', true)).result();
    assert.deepEqual([outcome, delivery.revision], ['completed', 1_001]);
    const redelivered = await cli(['runs', 'redeliver', done.workflowId, '--all'], product.env);
    assert.match(redelivered.stderr, /was deleted: start a new run with --again/);
    const fence = 'audit: records-fence has an audit entry, and is not among the runs';
    assert.deepEqual(withoutAny(await verdict(), [fence]), []);
    await product.stop();
  });

  it('Temporal lost: schedules come from a file, and a run that was open is started again', async (t) => {
    const { product, start, verdict } = await drill(t, false);
    const first = await startWorker(suite, product.temporal, product.env, {});
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const { metric, dimension } = product.request().query;
    const request = { org, query: { metric, dimension }, window: { relative: 'yesterday' } };
    const file = join(product.home, 'schedules.json');
    await writeFile(file, JSON.stringify({ schedules: [{ id: `nightly-${org}`, request, at: '05:30' }] }));
    assert.equal((await cli(['schedules', 'apply', '-f', file, '--yes'], product.env)).code, 0);
    await (await start(day(product, 1))).result();
    product.simulator.receiver.faults.add({ script: [{ on: 'webhook', fault: '503' }] });
    const open = await start(day(product, 2));
    await refusedOnce(product);
    await first.stop();
    await loseTemporal(suite);

    const worker = await startWorker(suite, product.temporal, product.env, {});
    t.after(() => worker.stop());
    assert.equal((await cli(['schedules', 'diff', '-f', file], product.env)).code, 5);
    assert.equal((await cli(['schedules', 'apply', '-f', file, '--yes'], product.env)).code, 0);
    assert.deepEqual((await product.client.reconcile()).reconciled, [open.workflowId]);
    const again = await product.client.start(day(product, 2));
    const { outcome, delivery } = await again.result();
    assert.deepEqual([outcome, delivery.revision], ['completed', 1], 'the ledger knows the revision of the lost run');
    const same = await (await product.client.start(day(product, 1), { again: true })).result();
    assert.equal(same.outcome, 'unchanged');
    // Temporal has one run of each id, the trail two: that is all that the auditor finds.
    const findings = await verdict();
    assert.deepEqual(
      findings.filter((line) => !/^audit: .* has 2 audit entries for 1 runs$/.test(line)),
      [],
    );
    assert.equal(findings.length, 2);
  });
});

/** Until the receiver has refused the second delivery that it got. */
async function refusedOnce({ simulator }: Product): Promise<void> {
  const refused = (): boolean =>
    simulator.receiver.journal.entries({ operation: 'webhook' }).some(({ status }) => status === 503);
  await until('a refused delivery', () => Promise.resolve(refused()), Boolean);
}

/** Ends Temporal, which keeps nothing, and makes the one that comes after it ready for the product. */
async function loseTemporal({ stack: { temporal } }: OwnSuite): Promise<void> {
  assert.ok(temporal);
  const { pid } = temporal;
  process.kill(pid, 'SIGKILL');
  const present = (): Promise<number> => Promise.resolve(temporal.pid);
  await until('another Temporal', present, (now) => now !== pid && now !== 0);
  await prepareNamespace(temporal.address, 'default');
}

/** Findings about anything else. */
function withoutAny(findings: readonly string[], subjects: readonly string[]): readonly string[] {
  return findings.filter((line) => !subjects.some((subject) => line.includes(subject)));
}
