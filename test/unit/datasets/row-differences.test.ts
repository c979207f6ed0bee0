import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { createBuckets } from '../../../src/calendar/buckets.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import type { BlobRef } from '../../../src/contract/result/blob-ref.js';
import { PLAN } from '../../support/workflow/fake-activities.js';
import { idle, sealed, TAKE, temporaryStore } from './datasets-fixtures.js';

const KEYS = { dateKey: 'date', metrics: ['m'], dimensions: ['d'] };

async function outputs(t: TestContext) {
  const store = await temporaryStore(t);
  const pipeline = createRowPipeline(store);
  const buckets = createBuckets({ window: PLAN.window, timeGroupBy: 'day' });
  const made = async (rows: readonly string[], take: number): Promise<BlobRef> => {
    const pages = [rows.slice(0, 3), rows.slice(3)];
    const dataset = await sealed(store, pages, { ...TAKE, take }, KEYS);
    const processing = { ...PLAN.processing, outliers: 'off' as const };
    const asked = { runKey: TAKE.runKey, ...KEYS, aggregates: true, processing, partLimits: PLAN.partLimits, buckets };
    return (await pipeline.transform({ ...asked, dataset }, idle, () => undefined)).manifest;
  };
  let take = 1;
  return async (before: readonly string[], after: readonly string[], compare: 'requested' | 'row' = 'requested') =>
    pipeline.differences(
      { before: await made(before, (take += 1)), after: await made(after, (take += 1)), compare },
      idle,
    );
}

const row = (d: string, m: unknown, more: object = {}): string =>
  JSON.stringify({ date: PLAN.window.label.slice(0, 10), d, m, ...more });

test('a row that changed counts once, one that came or went, too, and order and spelling do not count', async (t) => {
  const differences = await outputs(t);
  const before = [row('a', 1), row('b', 2), row('c', 3)];
  assert.equal((await differences(before, [row('c', 3), row('a', 1.0), row('b', 2)])).rows, 0);
  assert.equal((await differences(before, [row('a', 1), row('b', 5), row('c', 3)])).rows, 1);
  assert.equal((await differences(before, [row('a', 1), row('c', 4), row('x', 1), row('y', 1)])).rows, 4);
  assert.equal((await differences(before, [])).rows, 3);
});

test('with `row`, a field that nobody asked for makes a difference', async (t) => {
  const differences = await outputs(t);
  const [before, after] = [[row('a', 1)], [row('a', 1, { agent: 7 })]];
  assert.deepEqual([(await differences(before, after)).rows, (await differences(before, after, 'row')).rows], [0, 1]);
});

test('rows that came twice and do not any more are repaired', async (t) => {
  const differences = await outputs(t);
  const found = await differences([row('a', 1), row('b', 2), row('b', 2)], [row('a', 1), row('b', 2)]);
  assert.deepEqual(found, { rows: 1, repaired: 1 });
});

test('counts are those of a comparison key by key', async (t) => {
  const differences = await outputs(t);
  const rows = fc.uniqueArray(
    fc.tuple(fc.constantFrom(...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']), fc.nat({ max: 2 })),
    {
      selector: ([d]) => d,
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(rows, rows, async (before, after) => {
      const [old, recent] = [new Map(before), new Map(after)];
      const expected = [...new Set([...old.keys(), ...recent.keys()])].filter((d) => old.get(d) !== recent.get(d));
      const texts = (all: readonly (readonly [string, number])[]): string[] => all.map(([d, m]) => row(d, m));
      assert.equal((await differences(texts(before), texts(after))).rows, expected.length);
    }),
    { numRuns: 15 },
  );
});
