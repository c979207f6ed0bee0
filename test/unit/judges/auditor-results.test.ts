import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { processingOf, textbook, type Row } from '../../auditor/numbers.js';
import { markOutliers } from '../../../src/domain/statistics/outliers.js';
import { numberInText } from '../../../src/domain/numeric.js';
import { evenSample } from '../../../src/domain/statistics/sampling.js';
import { finds } from './auditor-rig.js';
import { change, drop, misreport, resend, retell } from './auditor-world.js';

const OWN_FENCES = { metric: 'rate', considered: 12, outliers: 1, lower: 4, upper: 28 };

suite('the auditor, of what was delivered', () => {
  finds('results', [
    [
      'a value that was altered on its way',
      'run-kept',
      (w) =>
        resend(w, 'msg-d1-1-1', ({ metrics: [first, ...rest] }) => ({ metrics: [{ ...first, rate: 1 }, ...rest] })),
    ],
    [
      'a number that became a string',
      'run-kept',
      (w) =>
        resend(w, 'msg-d1-1-0', ({ metrics: [first, ...rest] }) => ({ metrics: [{ ...first, rate: '10' }, ...rest] })),
    ],
    [
      'a row that is missing',
      'run-kept',
      (w) => resend(w, 'msg-d1-1-1', ({ metrics }) => ({ metrics: metrics.slice(1) })),
    ],
    [
      'a row that is there twice, also where the order does not matter',
      'run-unchanged',
      (w) => resend(w, 'msg-d1-1-1', ({ metrics }) => ({ metrics: [...metrics.slice(1), ...metrics.slice(-1)] })),
    ],
    [
      'rows in another order',
      'run-kept',
      (w) => resend(w, 'msg-d1-1-1', ({ metrics }) => ({ metrics: metrics.toReversed() })),
    ],
    ['a sample of other rows', 'run-sampled', (w) => retell(w, 'q-sampled', 7, { rate: 17.5 })],
    ['an outlier that was overlooked', 'run-kept', (w) => retell(w, 'q-kept', 0, { rate: -90 })],
    ['a part that never came', 'run-kept', (w) => drop(w.receiver, { webhookId: 'msg-d1-1-1' })],
    [
      'a part that was acknowledged and not taken in',
      'run-gone',
      (w) => change(w.receiver, { webhookId: 'msg-d3-1-0' }, { effect: false }),
    ],
    ['a newer revision that never came', 'run-restated', (w) => drop(w.receiver, { webhookId: 'msg-d2-2-0' })],
    [
      'a wrong summary',
      'run-gone',
      (w) => resend(w, 'msg-d3-1-0', () => ({ summary: { total: 1, sampled: 0, kept: 0, isSample: false } })),
    ],
    [
      'parts that contradict each other',
      'run-kept',
      (w) => resend(w, 'msg-d1-1-1', () => ({ completeness: { missing: 1 } })),
    ],
    [
      'a sample that is not called one',
      'run-sampled',
      (w) => resend(w, 'msg-d2-1-0', () => ({ sampling: { sampled: false, kept: 5, of: 5, maxRows: 5 } })),
    ],
    [
      'fences that are not right',
      'run-sampled',
      (w) =>
        resend(w, 'msg-d2-1-0', () => ({
          quality: { outliers: { mode: 'flag', total: 1, metrics: [{ ...OWN_FENCES, lower: 5 }] } },
        })),
    ],
    ['a body that says it belongs elsewhere', 'run-gone', (w) => resend(w, 'msg-d3-1-0', () => ({ revision: 2 }))],
    ['a body without rows', 'run-gone', (w) => resend(w, 'msg-d3-1-0', () => ({ metrics: null }))],
    [
      'a receiver that was given up too soon',
      'run-undelivered',
      (w) => change(w.receiver, { fault: '410' }, { status: 503 }),
    ],
  ]);
});

suite('the auditor, of what was returned', () => {
  finds('results', [
    ['a wrong row count', 'run-kept', (w) => misreport(w, 'kept', { rows: { returned: 12, kept: 12, delivered: 11 } })],
    ['a wrong accuracy', 'run-kept', (w) => misreport(w, 'kept', { accuracyRate: 100 })],
    ['a wrong number of outliers', 'run-kept', (w) => misreport(w, 'kept', { outliers: { total: 2 } })],
    [
      'a wrong number of parts',
      'run-kept',
      (w) => misreport(w, 'kept', { delivery: { deliveryId: 'd1', revision: 1, parts: 1 } }),
    ],
    ['a result without its numbers', 'run-kept', (w) => misreport(w, 'kept', { outliers: null })],
    ['the query of another run', 'run-unchanged', (w) => misreport(w, 'unchanged', { queryId: 'q-kept' })],
    ['a query that leads out of the folder', 'run-kept', (w) => misreport(w, 'kept', { queryId: '../results/q-kept' })],
    [
      'a query for something else than was requested',
      'run-kept',
      (w) => change(w.cxone, { queryId: 'q-kept' }, { query: { metric: ['other'] } }),
    ],
    [
      'a query for other days than were requested',
      'run-kept',
      (w) => change(w.operator, { workflowId: 'run-kept' }, { request: { metric: ['rate'], dateFrom: '2026-11-02' } }),
    ],
  ]);
});

suite('the textbook', () => {
  const REQUEST = { query: { metric: ['a', 'b'] } };
  const rows = (...values: readonly unknown[]): readonly Row[] => values.map((a, index) => ({ index, a }));
  const indexes = (found: readonly Row[]): readonly unknown[] => found.map(({ index }) => index);

  test('fills in what a request leaves out', () => {
    const defaults = { maxRows: 5_000, outliers: 'remove', outlierMetrics: ['a', 'b'] };
    assert.deepEqual(processingOf(REQUEST), defaults);
    assert.deepEqual(processingOf(REQUEST.query), defaults);
    const processing = { maxRows: 7, outliers: 'off', outlierMetrics: ['b'] };
    assert.deepEqual(processingOf({ ...REQUEST, processing }), processing);
  });

  test('removes what lies outside the fences, and leaves what is no number', () => {
    const processing = { maxRows: 99, outliers: 'remove', outlierMetrics: ['a'] } as const;
    const found = textbook(rows(1, '2', 3, 'n/a', 4, null, 5, 50, ' -40 '), processing);
    assert.deepEqual(indexes(found.rows), [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(found.fences, [{ metric: 'a', considered: 7, outliers: 2, lower: -5, upper: 11 }]);
  });

  test('removes nothing where there is no spread, or too little to tell', () => {
    const processing = { maxRows: 99, outliers: 'remove', outlierMetrics: ['a'] } as const;
    assert.equal(textbook(rows(5, 5, 5, 5, 5, 900), processing).outliers, 0);
    assert.equal(textbook(rows(1, 2, 900), processing).outliers, 0);
  });

  test('samples at even distances, and exactly as many', () => {
    const processing = { maxRows: 4, outliers: 'off', outlierMetrics: ['a'] } as const;
    assert.deepEqual(indexes(textbook(rows(...Array<number>(10).fill(1)), processing).rows), [0, 2, 5, 7]);
    assert.deepEqual(indexes(textbook(rows(1, 2, 3, 4), processing).rows), [0, 1, 2, 3]);
  });

  test('says of any rows what the rules of the product say', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) },
      fc.constantFrom(null, true, 'n/a', '', ' 5 ', '-7.50', '1e3', '0x10', '1e999', -1e5, 99_999, Number.MAX_VALUE),
    );
    const row = fc.record({ a: value, b: value }, { requiredKeys: [] });
    const mode = fc.constantFrom('remove' as const, 'flag' as const, 'off' as const);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), mode, fc.integer({ min: 1, max: 45 }), (all, outliers, maxRows) => {
        const outlierMetrics = ['b', 'a'];
        const found = textbook(all, { maxRows, outliers, outlierMetrics });
        assert.deepEqual([found.rows, found.outliers], theProduct(all, { maxRows, outliers, outlierMetrics }));
      }),
      { numRuns: 2_000 },
    );
  });
});

function theProduct(
  rows: readonly Row[],
  { maxRows, outliers, outlierMetrics }: ReturnType<typeof processingOf>,
): readonly [readonly Row[], number] {
  const numberOf = (value: unknown): number =>
    typeof value === 'number' ? value : typeof value === 'string' ? numberInText(value) : NaN;
  const columns = outlierMetrics.map((metric) => {
    return { metric, values: Float64Array.from(rows, (row) => numberOf(row[metric])) };
  });
  const alive = new Uint8Array(rows.length).fill(1);
  const found = (outliers === 'off' ? [] : columns).map((column) => markOutliers(column, alive));
  const kept = rows.filter((_, index) => outliers === 'flag' || alive[index] === 1);
  const next = evenSample(kept.length, maxRows);
  return [kept.filter(() => next()), found.reduce((sum, metric) => sum + metric.outliers, 0)];
}
