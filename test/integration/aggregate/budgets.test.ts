import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { startSuite, type Product, type Suite } from '../../support/product.js';

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

    const sizes = await payloadSizes(product);
    assert.ok(sizes.length > 10, 'there are payloads to measure');
    assert.ok(Math.max(...sizes) < 16 * KIB, `largest payload: ${Math.max(...sizes)} bytes`);
    const { historySize = 0 } = await product.temporal.workflow.getHandle(run.workflowId).describe();
    assert.ok(historySize > 0 && historySize < 64 * KIB, `history: ${historySize} bytes`);
    await product.stop();
  });

  it('the largest request, in the worst state of the data, keeps every payload below 16 KiB', async () => {
    const awful = {
      rows: 900,
      outliers: 0.05,
      nulls: 0.1,
      numericStrings: 0.2,
      absentKeys: 0.1,
      words: 0.1,
      oddText: 0.5,
    };
    const product = await suite.product({ simulator: { cxone: { data: awful } } });
    const { metrics, dimensions } = await catalogue();
    const filter = { [dimensions[5] ?? '']: 'x'.repeat(7_000) };
    const run = await product.client.start({
      ...product.request(),
      query: {
        metric: metrics.slice(0, 10),
        dimension: dimensions.slice(0, 4),
        timeGroupBy: 'hour',
        filter,
        dateFrom: '2026-09-01',
        dateTo: '2026-11-01',
      },
      timeZone: 'America/Argentina/ComodRivadavia',
    });
    const result = await run.result();
    assert.ok(result.completeness.missingCount > 100, `${result.completeness.missingCount} missing buckets`);
    assert.equal(result.completeness.missing.length, 100);
    const [payload] = product.simulator.receiver.windows().get(result.delivery.deliveryId)?.payloads ?? [];
    assert.deepEqual(
      { ...(payload?.['report'] as object), filter },
      payload?.['report'],
      'the receiver gets all of it',
    );
    const largest = Math.max(...(await payloadSizes(product)));
    assert.ok(largest > 7_000 && largest < 16 * KIB, `largest payload: ${largest} bytes`);
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

/** Of every payload in the product's histories, in bytes. */
async function payloadSizes(product: Product): Promise<number[]> {
  const json = (await product.histories()).map((history) => history.json).join('');
  return [...json.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) => Buffer.from(data, 'base64').length);
}

async function catalogue(): Promise<{ metrics: string[]; dimensions: string[] }> {
  const text = await readFile(new URL('../../../catalogue.json', import.meta.url), 'utf8');
  return JSON.parse(text) as { metrics: string[]; dimensions: string[] };
}
