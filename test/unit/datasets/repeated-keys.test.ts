import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { createKeyCount } from '../../../src/datasets/transform/key-count.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { pageKeysOf } from '../../../src/pages/requested-keys.js';
import { atOnce } from '../../../src/pages/pace.js';
import { digested } from '../../../src/pages/row-digests.js';
import { scanPage } from '../../../src/pages/scan-page.js';
import { idle, RUN_KEY, sealed, temporaryStore } from './datasets-fixtures.js';
import { buckets } from './transform-reference.js';

const KEYS = { dateKey: 'date', metrics: ['a'], dimensions: ['channel', 'journeyId'] };

interface Row {
  readonly date: string;
  readonly channel: string | number | null;
  readonly journeyId?: string;
  readonly a: number;
}

function counted(pages: readonly (readonly Row[])[]): number {
  const count = createKeyCount(pages.flat().length);
  for (const rows of pages) {
    const page = Buffer.from(JSON.stringify({ data: rows }));
    const columns = scanPage(page, pageKeysOf(KEYS), new Set())?.columns;
    assert.ok(columns);
    count.add(digested(page, columns).keys);
  }
  return atOnce(count.repeated());
}

/** By the values themselves: a dimension compares as text, and absent is not null. */
function plainly(rows: readonly Row[]): number {
  const keys = rows.map(({ date, channel, journeyId }) =>
    JSON.stringify([date, channel === null ? null : String(channel), journeyId ?? 0]),
  );
  return rows.length - new Set(keys).size;
}

async function warned(t: TestContext, aggregates: boolean): Promise<readonly unknown[]> {
  const store = await temporaryStore(t);
  const rows = ['{"date":"d1","channel":"7","a":1}', '{"date":"d1","a":2,"channel":7}'];
  const keys = { ...KEYS, dimensions: ['channel'] };
  const dataset = await sealed(store, [rows], undefined, keys);
  const processing = { maxRows: 5_000, outliers: 'off' as const, outlierMetrics: [] };
  const partLimits = { maxRows: 1_000, maxBytes: 500_000 };
  const input = { runKey: RUN_KEY, aggregates, dataset, ...keys, processing, partLimits, buckets };
  const { quality } = await createRowPipeline(store).transform(input, idle, () => undefined);
  return quality.warnings.map(({ kind, count, message }) => [kind, count, message.slice(0, 13)]);
}

suite('rows with the date and dimensions of a row before them', () => {
  test('are counted, on one page and across pages, whatever their metrics are', () => {
    const row = fc.record(
      {
        date: fc.constantFrom('d1', 'd2'),
        channel: fc.constantFrom('voice', 'chat', '7', 7, null),
        journeyId: fc.constantFrom('x', 'xx', ''),
        a: fc.nat({ max: 3 }),
      },
      { requiredKeys: ['date', 'channel', 'a'] },
    );
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 8 }), { maxLength: 5 }), (pages) => {
        assert.equal(counted(pages), plainly(pages.flat()));
      }),
    );
  });

  test('are not seen where there are none, in 300,000 rows', () => {
    const rows = Array.from({ length: 300_000 }, (_, row) => ({
      date: `d${row % 31}`,
      channel: row % 2 === 0 ? row : `queue-${row}`,
      a: 1,
    }));
    assert.equal(counted([rows]), 0);
  });

  test('are a warning of a source whose rows sum up, and of no other', async (t) => {
    assert.deepEqual(await warned(t, true), [['repeated-keys', 1, '1 of 2 rows h']]);
    assert.deepEqual(await warned(t, false), []);
  });
});
