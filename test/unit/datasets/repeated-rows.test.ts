import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { countRepeatedRows } from '../../../src/datasets/store/repeated-rows.js';
import { digested } from '../../../src/pages/row-digests.js';
import { scanPage } from '../../../src/pages/scan-page.js';
import { idle, sealed, temporaryStore } from './datasets-fixtures.js';
import { buckets, OF_ONE_METRIC } from './transform-reference.js';

type Pages = readonly (readonly string[])[];

function digestsOf(rows: readonly string[]): Uint32Array {
  const page = Buffer.from(`{"data":[${rows.join(',')}]}`);
  const columns = scanPage(page, { metrics: [], texts: [], others: [] }, new Set())?.columns;
  assert.ok(columns);
  return digested(page, columns).digests;
}

function counted(pages: Pages, atOnce?: number): Promise<number> {
  const digests = pages.map((rows) => () => Promise.resolve(digestsOf(rows)));
  return countRepeatedRows(digests, pages.flat().length, atOnce);
}

/** Of each page the rows that a page before it has. */
function plainly(pages: Pages): number {
  return pages.reduce((sum, rows, page) => {
    const before = new Set(pages.slice(0, page).flat());
    return sum + rows.filter((row) => before.has(row)).length;
  }, 0);
}

suite('rows that come again', () => {
  test('are those that a page repeats from one before it, in any number of goes', async () => {
    const row = fc.nat({ max: 12 }).map((id) => `{"id":${id}}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { maxLength: 8 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        async (pages, atOnce) => {
          assert.equal(await counted(pages, atOnce), plainly(pages));
        },
      ),
    );
  });

  test('are none where equal rows stand on one page', async () => {
    assert.equal(
      await counted([
        ['{"a":1}', '{"a":1}'],
        ['{"a":2}', '{"a":2}'],
      ]),
      0,
    );
    assert.equal(await counted([['{"a":1}', '{"a":1}']]), 0);
  });

  test('are counted when a dataset is sealed, and become a warning of the result', async (t) => {
    const store = await temporaryStore(t);
    const twice = '{"date":"d1","a":1}';
    const pages = [
      [twice, '{"date":"d2","a":2}'],
      ['{"date":"d3","a":3}', twice],
    ];
    const dataset = await sealed(store, pages);
    assert.equal(dataset.repeatedRows, 1);
    const input = {
      ...OF_ONE_METRIC,
      dataset,
      processing: { maxRows: 5_000, outliers: 'off' as const, outlierMetrics: [] },
    };
    const { quality, rows } = await createRowPipeline(store).transform(input, idle, () => undefined);
    assert.deepEqual(rows, { returned: 4, kept: 4, delivered: 4 });
    assert.deepEqual(
      quality.warnings.map(({ kind, count }) => [kind, count]),
      [['repeated-rows', 1]],
    );
    assert.match(quality.warnings[0]?.message ?? '', /^1 of 4 rows came again, byte for byte, on a later page/);
  });
});

suite('a result that says nothing', () => {
  const warned = async (t: Parameters<typeof temporaryStore>[0], rows: readonly string[]) => {
    const store = await temporaryStore(t);
    const processing = { maxRows: 5_000, outliers: 'off' as const, outlierMetrics: [] };
    const input = { ...OF_ONE_METRIC, processing };
    const dataset = await sealed(store, [rows]);
    const { quality } = await createRowPipeline(store).transform({ ...input, dataset }, idle, () => undefined);
    return quality.warnings.map(({ kind, count }) => [kind, count]);
  };

  test('warns of no rows', async (t) => {
    assert.deepEqual(await warned(t, []), [['no-rows', 0]]);
  });

  test('is one empty part', async (t) => {
    const store = await temporaryStore(t);
    const pipeline = createRowPipeline(store);
    const processing = { maxRows: 5_000, outliers: 'remove' as const, outlierMetrics: ['a'] };
    const input = { ...OF_ONE_METRIC, processing };
    const output = await pipeline.transform({ ...input, dataset: await sealed(store, [[]]) }, idle, () => undefined);
    const parts: string[] = [];
    for await (const { json } of pipeline.parts(output, idle)) parts.push(Buffer.concat(json).toString());
    assert.deepEqual(parts, ['[]']);
    assert.deepEqual([output.accuracyRate, output.rows], [100, { returned: 0, kept: 0, delivered: 0 }]);
    assert.equal(output.completeness.missingCount, buckets.labels.length);
  });

  test('warns where no date can be read', async (t) => {
    assert.deepEqual(await warned(t, ['{"date":"when?","a":1}', '{"date":17,"a":1}', '{"a":1}']), [
      ['no-readable-date', 3],
      ['missing-key', 1],
      ['wrong-type', 1],
      ['unreadable-date', 1],
    ]);
    assert.deepEqual(await warned(t, ['{"date":"outside","a":1}']), [['outside-window', 1]]);
  });

  test('warns of text that other stores refuse', async (t) => {
    const rows = ['\\u0000', '\\ud800', '\\udc00x', 'x\\ud83d\\ude00', '\\\\u0000', 'plain'].map(
      (text) => `{"date":"d1","a":1,"note":"${text}"}`,
    );
    assert.deepEqual(await warned(t, rows), [['unstorable-text', 3]]);
  });
});
