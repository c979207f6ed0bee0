import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import {
  startCanary,
  watchConnections,
  type Attempt,
  type Canary,
  type ConnectionWatch,
} from '../../support/records/connection-watch.js';
import { fakeNameService, type NameService } from '../../support/records/name-service.js';
import { rejectsWith } from '../../support/rejects-with.js';

const SMALL = { data: { rows: 30 } };

describe('the whole product', () => {
  let suite: Suite;
  let attacker: Canary;
  let watch: ConnectionWatch;
  let names: NameService;
  before(async () => {
    suite = await startSuite();
    attacker = await startCanary();
    names = fakeNameService((name) => (name.endsWith('.attacker.example') ? ['127.0.0.1'] : undefined));
  });
  beforeEach(() => {
    watch = watchConnections();
  });
  afterEach(() => {
    watch.stop();
  });
  after(async () => {
    names.stop();
    await attacker.stop();
    await suite.stop();
  });

  /** Attempts to reach anything but the servers that the product is to use. */
  function astray({ simulator, env }: Product): readonly Attempt[] {
    const own = [simulator.cxone.url, simulator.receiver.url, env['DATABASE_URL'], `tcp://${env['TEMPORAL_ADDRESS']}`];
    const ports = new Set(own.map((url) => new URL(url ?? '').port));
    return watch.attempts().filter(({ address, port }) => address !== '127.0.0.1' || !ports.has(String(port)));
  }

  const auditOf = async ({ records }: Product): Promise<unknown[]> => {
    const entries = await records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    return entries.map(({ kind, status, failureType }) => [kind, status, failureType]);
  };

  it('ends a run whose Location is hostile as InvalidLocation, audited, without having contacted it', async () => {
    const location = `http://127.0.0.1:${attacker.port}/api/v2/reporting/analytics/q-1`;
    const fault = { kind: 'location', value: location } as const;
    const faults = { script: [{ on: 'submit' as const, fault }] };
    const product = await suite.product({ simulator: { cxone: { ...SMALL, faults } } });
    const run = await product.client.start(product.request());
    const handle = product.temporal.workflow.getHandle(run.workflowId);
    const { message } = await rejectsWith(handle.result(), 'InvalidLocation', /The location was not contacted/);
    assert.ok(!message.includes(String(attacker.port)));
    const { cxone, receiver } = product.simulator;
    assert.equal(cxone.journal.count({ operation: 'poll' }) + receiver.journal.count(), 0);
    assert.deepEqual(await auditOf(product), [['run', 'failed', 'InvalidLocation']]);
    assert.deepEqual([astray(product), attacker.accepted()], [[], 0]);
    await product.stop();
  });

  it('ends a run whose webhook leads inside as undelivered, with the reason, without having connected', async () => {
    const url = `https://bi.attacker.example:${attacker.port}/hook`;
    const env = { BI_WEBHOOK_URL: url, BI_WEBHOOK_PRIVATE: '0' };
    const product = await suite.product({ simulator: { cxone: SMALL }, env });
    const { outcome, delivery } = await (await product.client.start(product.request())).result();
    assert.deepEqual(
      [outcome, delivery.attempts, delivery.lastFailure],
      ['undelivered', 1, 'address refused: 127.0.0.1'],
    );
    assert.ok(names.asked.includes('bi.attacker.example'));
    assert.deepEqual(await auditOf(product), [['run', 'undelivered', null]]);
    assert.deepEqual([astray(product), attacker.accepted()], [[], 0]);
    await product.stop();
  });
});
