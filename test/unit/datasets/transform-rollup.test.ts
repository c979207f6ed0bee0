import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DatasetStore, TransformInput } from '../../../src/ports/index.js';
import { headerOf } from '../../../src/activities/aggregate/store-payloads.js';
import { payloadBytes } from '../../../src/destinations/webhook/payload.js';
import type { TransformOutput } from '../../../src/contract/result/dataset.js';
import type { DimensionValue, Rollup, RollupGroup, RollupWithTable } from '../../../src/contract/result/rollup.js';
import { createRowPipeline } from '../../../src/datasets/transform/row-pipeline.js';
import { idle, RUN_KEY, sealed, TAKE, temporaryStore } from './datasets-fixtures.js';
import { figuresOf, grouped, type ReferenceRow } from '../domain/rollup-reference.js';
import { buckets, LABELS, numberIn } from './transform-reference.js';
import { REPORT } from '../../support/workflow/fake-activities.js';

const METRICS = ['a', 'b'];

interface Made {
  readonly output: TransformOutput;
  /** As the payload has it. */
  readonly rollup: Rollup | undefined;
  readonly table: readonly RollupGroup[];
}

let takes = 1;

async function made(
  store: DatasetStore,
  pages: readonly (readonly string[])[],
  change: Partial<TransformInput['processing']> = {},
  dimensions: readonly string[] = ['journeyId'],
): Promise<Made> {
  const keys = { dateKey: 'date', metrics: METRICS, dimensions };
  const dataset = await sealed(store, pages, { ...TAKE, take: (takes += 1) }, keys);
  const processing = { maxRows: 5_000, outliers: 'off' as const, outlierMetrics: METRICS, ...change };
  const partLimits = { maxRows: 1_000, maxBytes: 500_000 };
  const pipeline = createRowPipeline(store);
  const input = { runKey: RUN_KEY, aggregates: false, dataset, ...keys, processing, partLimits, buckets };
  const output = await pipeline.transform(input, idle, () => undefined);
  const rollup = await pipeline.rollup(output, idle);
  return { output, rollup, table: output.rollup ? await tableOf(store, output.rollup) : [] };
}

async function tableOf(store: DatasetStore, { table }: RollupWithTable): Promise<RollupGroup[]> {
  const lines = Buffer.from(await store.get(table, idle)).toString();
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RollupGroup);
}

const whole = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -9, max: 9 }).map(String) },
  fc.constantFrom('null', '"7"', '" -3 "', '"n/a"', '{}', 'true', '1e999'),
);
/** Several spellings of one value among them. */
const dimension = fc.constantFrom(
  '"j1"',
  '"j\\u0031"',
  '"j2"',
  '1',
  '1.0',
  '"1"',
  'true',
  'null',
  '[1]',
  '"ü"',
  '1e999',
  '9007199254740993',
  '9007199254740992',
);
const date = fc.constantFrom(...LABELS.map((label) => `"${label}"`), '"outside"', '"when?"', '17');
const rawRow = fc.record({ date, a: whole, b: whole, journeyId: dimension }, { requiredKeys: [] }).map(
  (row) =>
    `{${Object.entries(row)
      .map(([key, value]) => `"${key}":${value}`)
      .join(',')}}`,
);

function referenceOf(raw: string): ReferenceRow {
  const row = JSON.parse(raw) as Record<string, unknown>;
  const { journeyId = null, date: of } = row;
  const isScalar = typeof journeyId !== 'object';
  // What a double would change stands as it was written.
  const [, beyondDouble] = /"journeyId":(1e999|9007199254740993)/.exec(raw) ?? [];
  return {
    bucket: LABELS.includes(String(of)) ? String(of) : null,
    dimensions: [beyondDouble ?? (isScalar ? (journeyId as DimensionValue) : null)],
    values: METRICS.map((metric) => numberIn(row[metric]) ?? null),
  };
}

const FIRST = '{"date":"d0","journeyId":"j1","a":1,"b":2}';

test('sums up the rows as a plain reading of them does, in any paging, with and without weights', async (t) => {
  const store = await temporaryStore(t);
  const pages = fc.array(
    fc.array(rawRow, { maxLength: 15 }).map((rows) => [FIRST, ...rows]),
    { minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(pages, fc.boolean(), async (given, weighted) => {
      const { table, rollup } = await made(store, given, weighted ? { weightMetric: 'b' } : {});
      const rows = given.flat().map(referenceOf);
      const expected = grouped(rows, ({ bucket, dimensions }) => [bucket, dimensions]);
      assert.equal(table.length, expected.size);
      for (const { bucket, dimensions, metrics, rows: count } of table) {
        const its = expected.get(JSON.stringify([bucket, Object.values(dimensions)])) ?? [];
        assert.equal(count, its.length);
        for (const [place, metric] of METRICS.entries()) {
          assert.deepEqual(metrics[metric], figuresOf(its, place, weighted ? 1 : undefined));
        }
      }
      assert.deepEqual([rollup?.rows, rollup?.groupCount], [rows.length, table.length]);
      for (const [place, metric] of METRICS.entries()) {
        const sorted = rows.flatMap(({ values }) => values[place] ?? []).sort((left, right) => left - right);
        const [q1, median, q3] = [1, 2, 3].map((quarter) => sorted[Math.floor((quarter * sorted.length) / 4)]);
        assert.deepEqual(rollup?.metrics[metric], {
          ...figuresOf(rows, place, weighted ? 1 : undefined),
          q1,
          median,
          q3,
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('it is over the rows that are left after outliers, before the sample', async (t) => {
  const rows = Array.from({ length: 41 }, (_, index) => `{"date":"d1","journeyId":"j","a":${index % 10},"b":1}`);
  const store = await temporaryStore(t);
  const pages = [[...rows, '{"date":"d1","journeyId":"far","a":900,"b":1}']];
  const removed = await made(store, pages, { outliers: 'remove', maxRows: 5 });
  assert.deepEqual([removed.output.rows.kept, removed.output.rows.delivered], [41, 5]);
  assert.deepEqual([removed.rollup?.rows, removed.rollup?.metrics['a']?.max], [41, 9]);
  const flagged = await made(store, pages, { outliers: 'flag', maxRows: 5 });
  assert.deepEqual([flagged.rollup?.rows, flagged.rollup?.metrics['a']?.max], [42, 900]);
});

test('a change in rows that no sample sends is new content, with and without a rollup', async (t) => {
  const store = await temporaryStore(t);
  const rows = (last: number): string[] => [1, 2, 3, last].map((a) => `{"date":"d0","journeyId":"j","a":${a},"b":1}`);
  const hashes = await Promise.all(
    [4, 5].map(async (last) => (await made(store, [rows(last)], { maxRows: 2 })).output),
  );
  assert.notEqual(hashes[0]?.contentHash, hashes[1]?.contentHash);
  const off = { maxRows: 2, rollup: 'off' } as const;
  const without = await Promise.all([4, 5].map(async (last) => (await made(store, [rows(last)], off)).output));
  assert.notEqual(without[0]?.contentHash, without[1]?.contentHash);
});

test('a payload and a result list as many groups as they have room for, and the others together', async (t) => {
  const store = await temporaryStore(t);
  const rows = Array.from(
    { length: 3_000 },
    (_, row) => `{"date":"d${row % 5}","journeyId":"j${row % 700}","a":${row},"b":1}`,
  );
  const { output, rollup, table } = await made(store, [rows]);
  assert.equal(table.length, 700);
  for (const [found, most] of [
    [rollup, 12_000],
    [output.rollup, 5_000],
  ] as const) {
    assert.ok(found && found.groups.length > 5 && found.groups.length <= 100);
    assert.deepEqual([found.groupCount, found.groups.length + (found.other?.groups ?? 0)], [700, 700]);
    assert.equal((found.other?.rows ?? 0) + found.groups.reduce((sum, group) => sum + group.rows, 0), 3_000);
    assert.deepEqual(found.groups, table.slice(0, found.groups.length));
    assert.ok(JSON.stringify(found).length < most, `${JSON.stringify(found).length} bytes`);
  }
  assert.ok((output.rollup?.groups.length ?? 0) < (rollup?.groups.length ?? 0));
});

test('the largest rollup leaves room in a part, and in a history payload for all else', async (t) => {
  const metrics = Array.from({ length: 10 }, (_, index) => `metric${index}`.padEnd(64, 'x'));
  const rows = Array.from({ length: 600 }, (_, row) => {
    const values = metrics.map((metric) => `"${metric}":${(row + 0.1) * 1e-200 * 3 ** row}`).join(',');
    return `{"date":"d1","journeyId":"${'ü'.repeat(300)}${row}",${values}}`;
  });
  const store = await temporaryStore(t);
  const keys = { dateKey: 'date', metrics, dimensions: ['journeyId'] };
  const dataset = await sealed(store, [rows], TAKE, keys);
  const pipeline = createRowPipeline(store);
  const processing = { maxRows: 5_000, outliers: 'off' as const, outlierMetrics: [], weightMetric: metrics[3] };
  const partLimits = { maxRows: 1_000, maxBytes: 500_000 };
  const output = await pipeline.transform(
    { runKey: RUN_KEY, aggregates: false, dataset, ...keys, processing, partLimits, buckets },
    idle,
    () => undefined,
  );
  const bytes = [await pipeline.rollup(output, idle), output.rollup].map((each) =>
    Buffer.byteLength(JSON.stringify(each)),
  );
  assert.ok((bytes[0] ?? Infinity) < 18_000 && (bytes[1] ?? Infinity) < 10_000, bytes.join(', '));
});

test('many journeys an hour are too many to keep apart: it says so, and no row is lost', async (t) => {
  const store = await temporaryStore(t);
  const rows = Array.from({ length: 60_000 }, (_, row) => `{"date":"d${row % 5}","journeyId":"j${row}","a":1,"b":1}`);
  const { rollup } = await made(store, [rows.slice(0, 40_000), rows.slice(40_000)]);
  assert.deepEqual([rollup?.groupedBy, rollup?.collapsed], [['bucket'], ['journeyId']]);
  assert.deepEqual(
    rollup?.groups.map(({ bucket, rows: count }) => [bucket, count]),
    LABELS.map((label) => [label, 12_000]),
  );
});

test('the date may be a dimension as well', async (t) => {
  const { table } = await made(await temporaryStore(t), [[FIRST, FIRST, '{"date":17,"a":"3"}']], {}, ['date']);
  assert.deepEqual(
    table.map(({ bucket, dimensions, rows }) => [bucket, dimensions, rows]),
    [
      ['d0', { date: 'd0' }, 2],
      [null, { date: null }, 1],
    ],
  );
});

test('it is in the summary of every payload, and nowhere when it is off', async (t) => {
  const store = await temporaryStore(t);
  const { output, rollup } = await made(store, [[FIRST]]);
  const plan = {
    org: 'acme',
    destination: 'bi',
    window: { from: '', to: '', timeZone: 'UTC', label: '' },
    deliveryId: 'd',
    series: 's',
    report: REPORT,
  };
  const subject = { plan, output, queryId: 'q', timestamp: '' };
  const header = { ...headerOf(subject, 1, REPORT), part: 0, ...(rollup && { rollup }) };
  const payload = JSON.parse(Buffer.from(payloadBytes(header, [Buffer.from('[]')])).toString()) as {
    summary: { rollup: Rollup };
  };
  assert.deepEqual(payload.summary.rollup, rollup);
  assert.deepEqual(payload.summary.rollup.metrics['a']?.sum, 1);
  const off = await made(store, [[FIRST]], { rollup: 'off' });
  assert.deepEqual([off.output.rollup, off.rollup], [undefined, undefined]);
});
