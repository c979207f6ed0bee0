import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { DatasetStore, TransformInput } from '../../../src/ports/index.js';
import { LISTED_AT_MOST } from '../../../src/contract/limits.js';
import type { TransformOutput } from '../../../src/contract/result/dataset.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { idle, RUN_KEY, sealed, TAKE, temporaryStore } from './datasets-fixtures.js';
import { buckets, LABELS, numberIn, rawRow, reference } from './transform-reference.js';

const SETTINGS = {
  ...{ runKey: RUN_KEY, aggregates: false, dateKey: 'date' },
  metrics: ['a', 'b'],
  dimensions: ['journeyId'],
  processing: { maxRows: 5_000, outliers: 'remove', outlierMetrics: ['a', 'b'] },
  partLimits: { maxRows: 1_000, maxBytes: 500_000 },
  buckets,
} as const;

type Settings = Partial<Omit<TransformInput, 'dataset'>>;

interface Delivered {
  readonly output: TransformOutput;
  /** Text of every part. */
  readonly parts: readonly string[];
}

let takes = 1;
async function deliver(
  store: DatasetStore,
  pages: readonly (readonly string[])[],
  settings: Settings = {},
  withSidecars = true,
): Promise<Delivered> {
  const keys = withSidecars ? { ...SETTINGS, ...settings } : undefined;
  const dataset = await sealed(store, pages, { ...TAKE, take: (takes += 1) }, keys);
  const pipeline = createRowPipeline(store);
  const output = await pipeline.transform({ ...SETTINGS, dataset, ...settings }, idle, () => undefined);
  const parts: string[] = [];
  for await (const { rows, json } of pipeline.parts(output, idle)) {
    const text = Buffer.concat(json).toString();
    assert.equal((JSON.parse(text) as unknown[]).length, rows);
    parts.push(text);
  }
  assert.equal(parts.length, output.parts);
  return { output, parts };
}

const rowsOf = (texts: readonly string[]): string => `[${texts.join(',')}]`;
const good = (a: number | string, date = 'd0'): string => `{"date":"${date}","journeyId":"j","a":${a},"b":1}`;

const onePage = (t: TestContext, rows: readonly string[], settings: Settings = {}): Promise<Delivered> =>
  temporaryStore(t).then((store) => deliver(store, [rows], settings));

test('delivers the very bytes that the reference pipeline delivers on objects, in any paging', async (t) => {
  const store = await temporaryStore(t);
  const mode = fc.constantFrom('remove' as const, 'flag' as const, 'off' as const);
  // The first row has every key, so that no page is refused as another API's.
  const pages = fc.array(
    fc.array(rawRow, { maxLength: 25 }).map((rows) => [good(3), ...rows]),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(
      pages,
      mode,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (given, outliers, maxRows, perPart, withSidecars) => {
        const rows = given.flat();
        const processing = { ...SETTINGS.processing, outliers, maxRows };
        const partLimits = { maxRows: perPart, maxBytes: 500_000 };
        const { output, parts } = await deliver(store, given, { processing, partLimits }, withSidecars);
        const expected = reference({ rows, metrics: ['a', 'b'], mode: outliers, maxRows });
        const chunks = Array.from({ length: Math.ceil(expected.delivered.length / perPart) }, (_, part) =>
          rowsOf(expected.delivered.slice(part * perPart, (part + 1) * perPart)),
        );
        assert.deepEqual(parts, chunks);
        assert.deepEqual(output.rows, {
          returned: rows.length,
          kept: expected.kept,
          delivered: expected.delivered.length,
        });
        assert.deepEqual(output.accuracyRate, (expected.delivered.length / rows.length) * 100);
      },
    ),
    { numRuns: 60 },
  );
});

/** Rows whose number has more digits than a double holds: of those that are made here, twenty. */
function countTexts(texts: readonly string[], key: string): number {
  return texts.filter((text) => new RegExp(`"${key}"\\s*:\\s*1234567890123456789[01]`).test(text)).length;
}

test('counts missing keys, wrong types, nulls, numeric strings and buckets as a plain reading of the rows does', async (t) => {
  const store = await temporaryStore(t);
  await fc.assert(
    fc.asyncProperty(fc.array(rawRow, { maxLength: 30 }), fc.boolean(), async (some, withSidecars) => {
      const texts = [good(3), ...some];
      const rows = texts.map((text) => JSON.parse(text) as Record<string, unknown>);
      const { quality, completeness } = (await deliver(store, [texts], {}, withSidecars)).output;
      const count = (matches: (row: Record<string, unknown>) => boolean): number => rows.filter(matches).length;
      const expected = {
        'missing-key date': count((row) => !('date' in row)),
        'missing-key a': count((row) => !('a' in row)),
        'missing-key b': count((row) => !('b' in row)),
        'missing-key journeyId': count((row) => !('journeyId' in row)),
        'wrong-type date': count((row) => 'date' in row && typeof row['date'] !== 'string'),
        'wrong-type a': count((row) => 'a' in row && row['a'] !== null && numberIn(row['a']) === undefined),
        'wrong-type b': count((row) => 'b' in row && row['b'] !== null && numberIn(row['b']) === undefined),
        'wrong-type journeyId': count((row) => typeof row['journeyId'] === 'object' && row['journeyId'] !== null),
        'rounded a': countTexts(texts, 'a'),
        'rounded b': countTexts(texts, 'b'),
        'unstorable-text ': texts.filter((text) => text.includes('\\ud800') || text.includes('\\u0000')).length,
        'no-readable-date ': rows.every(({ date }) => date !== 'outside' && !LABELS.includes(String(date)))
          ? rows.length
          : 0,
        'outside-window date': count((row) => row['date'] === 'outside'),
        'ambiguous-hour date': count((row) => row['date'] === 'd4'),
        'unreadable-date date': count((row) => row['date'] === 'when?'),
      };
      const found = quality.warnings.map(({ kind, key, count: times }) => [`${kind} ${key ?? ''}`, times] as const);
      const wanted = Object.entries(expected).filter(([, times]) => times > 0);
      assert.deepEqual([...found].sort(), wanted.sort());
      for (const metric of ['a', 'b']) {
        assert.equal(
          quality.nulls[metric],
          count((row) => row[metric] === null),
        );
        const isNumericString = (row: Record<string, unknown>): boolean =>
          typeof row[metric] === 'string' && numberIn(row[metric]) !== undefined;
        assert.equal(quality.numericStrings[metric], count(isNumericString));
        const empty = LABELS.filter((label) => {
          const inBucket = rows.filter((row) => row['date'] === label);
          return inBucket.length > 0 && inBucket.every((row) => numberIn(row[metric]) === undefined);
        });
        assert.equal(completeness.nullBuckets[metric], empty.length);
      }
      const missing = LABELS.filter((label) => !rows.some((row) => row['date'] === label));
      assert.deepEqual(
        [completeness.expected, completeness.missing, completeness.missingCount],
        [5, missing, missing.length],
      );
    }),
    { numRuns: 60 },
  );
});

test('seed: completeness lists every missing bucket', async (t) => {
  const { output } = await onePage(t, [good(1, 'd0'), good(2, 'd3')]);
  assert.deepEqual(output.completeness.missing, ['d1', 'd2', 'd4']);
});

test('cuts the list of missing buckets in the output, and keeps it whole in the report', async (t) => {
  const labels = Array.from({ length: 250 }, (_, index) => `h${index}`);
  const store = await temporaryStore(t);
  const buckets = { labels, indexOf: () => 0, isAmbiguous: () => false };
  const { output } = await deliver(store, [[good(1, 'h0')]], { buckets });
  assert.deepEqual(output.completeness.missing, labels.slice(1, 1 + LISTED_AT_MOST));
  assert.equal(output.completeness.missingCount, 249);
  const report = JSON.parse(Buffer.from(await store.get(output.manifest, idle)).toString()) as {
    report: TransformOutput;
  };
  assert.deepEqual(report.report.completeness.missing, labels.slice(1));
});

test('seed: outliers are looked for in all rows, not in the sample', async (t) => {
  const rows = Array.from({ length: 1_000 }, (_, index) => good(index === 777 ? 1e6 : index % 10));
  const { output, parts } = await onePage(t, rows, {
    processing: { ...SETTINGS.processing, maxRows: 10, outlierMetrics: ['a'] },
  });
  assert.deepEqual(output.rows, { returned: 1_000, kept: 999, delivered: 10 });
  assert.deepEqual(output.outliers.metrics[0], {
    metric: 'a',
    considered: 1_000,
    lower: -5.5,
    upper: 14.5,
    outliers: 1,
  });
  assert.deepEqual(output.sampling, { sampled: true, kept: 10, of: 999, maxRows: 10 });
  const left = rows.filter((_, index) => index !== 777);
  assert.equal(parts[0], rowsOf(Array.from({ length: 10 }, (_, i) => left[Math.floor(i * 99.9)] ?? '')));
});

test('seed: numeric strings pass through the outlier rule like numbers, and are delivered as strings', async (t) => {
  const rows = ['"1"', '"2"', '"3"', '"4"', '"5"', '"900"'].map((a) => good(a));
  const { output, parts } = await onePage(t, rows);
  assert.equal(output.outliers.total, 1);
  assert.equal(output.quality.numericStrings['a'], 6);
  assert.equal(parts[0], rowsOf(rows.slice(0, 5)));
});

test('metrics beyond those that are in memory at once are looked at like the others', async (t) => {
  const metrics = ['a', 'b', 'c', 'd', 'e'];
  // Each metric has an outlier of its own.
  const rows = Array.from({ length: 60 }, (_, row) => {
    const values = metrics.map((metric, place) => `"${metric}":${row === place * 7 ? 1e6 : (row * (place + 3)) % 11}`);
    return `{"date":"d0","journeyId":"j",${values.join(',')}}`;
  });
  const processing = { ...SETTINGS.processing, outlierMetrics: metrics };
  const store = await temporaryStore(t);
  for (const withSidecars of [true, false]) {
    const { output, parts } = await deliver(
      store,
      [rows.slice(0, 25), rows.slice(25)],
      { metrics, processing },
      withSidecars,
    );
    const expected = reference({ rows, metrics, mode: 'remove', maxRows: 5_000 });
    assert.deepEqual(parts, [rowsOf(expected.delivered)]);
    assert.deepEqual(
      output.outliers.metrics.map(({ metric, outliers }) => [metric, outliers]),
      metrics.map((metric) => [metric, 1]),
    );
  }
});

test('flag counts exactly what remove removes, and removes nothing', async (t) => {
  const rows = [...Array.from({ length: 20 }, (_, index) => good(index)), good(500), good(-500)];
  const removed = await onePage(t, rows);
  const flagged = await onePage(t, rows, { processing: { ...SETTINGS.processing, outliers: 'flag' } });
  const off = await onePage(t, rows, { processing: { ...SETTINGS.processing, outliers: 'off' } });
  assert.deepEqual([removed.output.rows.delivered, removed.output.outliers.total], [20, 2]);
  assert.deepEqual(flagged.output.outliers, { ...removed.output.outliers, mode: 'flag' });
  assert.equal(flagged.output.rows.delivered, 22);
  assert.deepEqual(off.output.outliers, { mode: 'off', total: 0, metrics: [] });
  assert.equal(off.output.rows.delivered, 22);
});

test('numbers come out as they came, digit by digit', async (t) => {
  const rows = ['12345678901234567890', '1.0', '1e2', '-0', '0.10'].map(
    (number) => `{"date":"d0","journeyId":1,"a":${number},"b":null}`,
  );
  const processing = { ...SETTINGS.processing, outliers: 'off' as const };
  assert.equal((await onePage(t, rows, { processing })).parts[0], rowsOf(rows));
});

test('parts stay below their bytes with room for the envelope; a row that is larger has one of its own', async (t) => {
  const wide = (bytes: number): string => `{"date":"d0","journeyId":"${'x'.repeat(bytes)}","a":1,"b":1}`;
  const rows = [wide(10_000), wide(10_000), wide(10_000), wide(90_000), wide(10)];
  const { parts } = await onePage(t, rows, { partLimits: { maxRows: 1_000, maxBytes: 60_000 } });
  assert.deepEqual(
    parts.map((text) => (JSON.parse(text) as unknown[]).length),
    [2, 1, 1, 1],
  );
  for (const text of [parts[0], parts[1], parts[3]]) assert.ok((text ?? '').length <= 60_000 - 30_000);
});
