import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AcceptedWindow } from '../../../simulator/receiver/inbox.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { backUp } from '../../support/records/set-back.js';
import { execute } from '../../support/records/postgres.js';

const OLD = { rows: 300 } as const;
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

describe('Postgres set back to a backup', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const deliver = async ({ client, request }: Product) => {
    const run = await client.start(request(), { again: true });
    const { outcome, delivery } = await run.result();
    return { outcome, revision: delivery.revision };
  };

  const held = ({ simulator }: Product): AcceptedWindow =>
    [...simulator.receiver.windows().values()][0] ?? assert.fail('the receiver holds a window');

  /** Numbers only: revisions differ in more. */
  const numbers = (product: Product): string => JSON.stringify(held(product).rows);

  function assertNothingConflicted({ simulator }: Product): void {
    const verdicts = simulator.receiver.journal.entries({ operation: 'webhook' }).map(({ verdict }) => verdict);
    assert.ok(!verdicts.includes('conflict'), `no acknowledged id came with other bytes: ${verdicts.join(', ')}`);
  }

  /** Revision 1 before the backup, revision 2 after it; then the backup is put back. */
  async function setBack(): Promise<{ product: Product; first: string; second: string }> {
    const product = await suite.product();
    const { cxone } = product.simulator;
    cxone.setData({ ...OLD, seed: 'old' });
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 1 });
    const first = numbers(product);
    const restore = await backUp(String(product.env['DATABASE_URL']));
    cxone.setData({ ...OLD, seed: 'restated' });
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 2 });
    const second = numbers(product);
    assert.notEqual(first, second);
    await restore();
    return { product, first, second };
  }

  it('a restatement after it gets a number that was never used, and counts', async () => {
    const { product, second } = await setBack();
    product.simulator.cxone.setData({ ...OLD, seed: 'restated again' });
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 3 });
    assert.notEqual(numbers(product), second);
    assert.equal(held(product).revision, 3);
    assertNothingConflicted(product);
    assert.deepEqual(await deliver(product), { outcome: 'unchanged', revision: 3 });
    await product.stop();
  });

  it('a source that is back at the old content is no "unchanged": BI gets the old numbers again', async () => {
    const { product, first } = await setBack();
    product.simulator.cxone.setData({ ...OLD, seed: 'old' });
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 3 });
    assert.equal(numbers(product), first);
    assertNothingConflicted(product);
    await product.stop();
  });

  it('with nothing restated BI gets the same numbers under the next number', async () => {
    const { product, second } = await setBack();
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 3 });
    assert.equal(numbers(product), second);
    assertNothingConflicted(product);
    const doctor = await cli(['doctor', '--json'], product.env);
    const { checks } = JSON.parse(doctor.stdout) as { checks: { name: string; status: string; found: string }[] };
    const found = checks.find(({ name }) => name === 'restore');
    assert.equal(found?.status, 'warn');
    assert.match(found.found, /1 delivery .* revisions that Postgres does not know/);
    await product.stop();
  });

  it('runs that ended since the backup get their entry, and a checkpoint says what happened and how to go on', async () => {
    const product = await suite.product();
    await deliver(product);
    const restore = await backUp(String(product.env['DATABASE_URL']));
    product.simulator.cxone.setData({ ...OLD, seed: 'restated' });
    await deliver(product);
    const checkpoint = join(product.home, 'checkpoint.json');
    await cli(['audit', 'checkpoint', '--out', checkpoint], product.env);
    await restore();

    const cut = await cli(['audit', 'verify', '--checkpoint', checkpoint], product.env);
    assert.equal(cut.code, 1);
    assert.match(
      cut.stdout,
      /cut off .*, or Postgres was restored from an older backup: then run `journey-metrics audit/,
    );
    const { reconciled } = await product.client.reconcile();
    assert.equal(reconciled.length, 1);
    const [entry] = await product.records.auditLog.list({ limit: 1 }, signal());
    assert.deepEqual([entry?.kind, entry?.status, entry?.workflowId], ['reconciled', 'completed', reconciled[0]]);
    assert.equal((await product.client.reconcile()).reconciledCount, 0);
    const rewritten = await cli(['audit', 'verify', '--checkpoint', checkpoint], product.env);
    assert.match(rewritten.stdout, /broken at entry 2: .*another hash: .*or Postgres was restored/);
    await product.stop();
  });

  it('with the dataset store set back, too, a fence gives every delivery numbers that were never used', async () => {
    const { product } = await setBack();
    await rename(join(product.home, 'datasets', 'sent'), join(product.home, 'lost'));
    const fenced = await cli(['records', 'fence', '--json'], product.env);
    assert.deepEqual([fenced.code, JSON.parse(fenced.stdout)], [0, { above: 1_000, seq: 2 }]);
    product.simulator.cxone.setData({ ...OLD, seed: 'restated again' });
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 1_001 });
    assert.equal(held(product).revision, 1_001);
    assertNothingConflicted(product);
    assert.deepEqual(await deliver(product), { outcome: 'unchanged', revision: 1_001 });
    assert.deepEqual((await product.records.auditLog.verify({}, signal())).ok, true);
    await product.stop();
    await rm(join(product.home, 'lost'), { recursive: true, force: true });
  });

  it('a revision whose bytes the backup does not have is not sent with others', async () => {
    const product = await suite.product();
    const url = String(product.env['DATABASE_URL']);
    await deliver(product);
    // As a backup has it that was taken between the claim of revision 1 and the fixing of its bytes.
    await execute(url, 'DELETE FROM delivery_answers');
    await execute(url, 'DELETE FROM delivery_parts');
    await execute(url, 'UPDATE delivery_revisions SET delivered_by = NULL, delivered_at = NULL');
    assert.deepEqual(await deliver(product), { outcome: 'completed', revision: 2 });
    assertNothingConflicted(product);
    await product.stop();
  });
});
