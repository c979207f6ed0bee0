import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startSuite, type Suite } from '../support/product.js';

const KIB = 1_024;

describe('history stays small', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('a 10,000-row, 10-page run: every payload below 16 KiB, the whole below 64 KiB', async () => {
    const product = await suite.product({
      simulator: { cxone: { data: { rows: 10_000, outliers: 0.02, nulls: 0.01, missingDays: 0.3 } } },
    });
    const request = product.request({ processing: { maxRows: 1_000_000 } });
    const run = await product.client.start({ ...request, query: { ...request.query, limit: 1_000 } });
    const result = await run.result();
    assert.equal(result.rows.returned, 10_000);
    assert.ok(result.delivery.parts >= 9, `${result.delivery.parts} parts`);

    const [history, ...others] = await product.histories();
    assert.ok(history !== undefined && others.length === 0);
    const sizes = [...history.json.matchAll(/"data": ?"([^"]*)"/g)].map(
      ([, data = '']) => Buffer.from(data, 'base64').length,
    );
    assert.ok(sizes.length > 10, 'there are payloads to measure');
    assert.ok(Math.max(...sizes) < 16 * KIB, `largest payload: ${Math.max(...sizes)} bytes`);
    const { historySize = 0 } = await product.temporal.workflow.getHandle(run.workflowId).describe();
    assert.ok(historySize > 0 && historySize < 64 * KIB, `history: ${historySize} bytes`);
    await product.stop();
  });

  it('a poll costs less than 2 KiB', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 10 }, run: { polls: 12 } } } });
    const run = await product.client.start(product.request());
    const done = run.result();
    const ended = new AbortController();
    void done.finally(() => {
      ended.abort();
    });
    while (!ended.signal.aborted) await run.pollNow().catch(() => undefined);
    await done;
    const { historySize = 0 } = await product.temporal.workflow.getHandle(run.workflowId).describe();
    const polls = product.simulator.cxone.journal.count({ operation: 'poll' });
    assert.ok(polls >= 12, `${polls} polls`);
    const signals = await signalBytes(product.histories());
    assert.ok(historySize - signals < 64 * KIB + polls * 2 * KIB, `${historySize} bytes for ${polls} polls`);
    await product.stop();
  });
});

/** Our own impatience is no cost of a poll. */
async function signalBytes(histories: ReturnType<Awaited<ReturnType<Suite['product']>>['histories']>): Promise<number> {
  const events = (await histories).flatMap(({ events }) => events);
  return events
    .filter(({ eventType }) => eventType.includes('SIGNALED'))
    .map((event) => JSON.stringify(event).length)
    .reduce((sum, bytes) => sum + bytes, 0);
}
