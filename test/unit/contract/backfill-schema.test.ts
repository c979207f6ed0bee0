import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseBackfillRequest } from '../../../src/contract/request/backfill-schema.js';

const QUERY = { metric: ['journeyCompletionRate'] };
const RANGE = { from: '2024-11-01', to: '2026-11-01' };
const RELATIVE = { window: { relative: 'yesterday' }, lookback: 3 };
const SLICE = { from: '2026-11-01', to: '2026-11-02' };

function problemsOf(input: unknown): string[] {
  const parsed = parseBackfillRequest(input);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('the request of a backfill', () => {
  it('gets the documented defaults', () => {
    const parsed = parseBackfillRequest({ query: QUERY, ...RANGE });
    assert.deepEqual(parsed.ok && parsed.request, {
      query: {
        ...QUERY,
        reportType: 'journey-execution',
        dimension: [],
        filter: {},
        timeGroupBy: 'day',
        limit: 10_000,
      },
      ...RANGE,
      sliceBy: 'day',
      width: 3,
      processing: {},
      poll: { deadline: '6 hours' },
    });
  });

  const taken: Readonly<Record<string, object>> = {
    'from and to': RANGE,
    'a relative window and a lookback': RELATIVE,
    'slices alone': { slices: [SLICE] },
    'slices, and a range after them': { slices: [SLICE], ...RANGE },
    'a zone and time to settle beside from and to': {
      ...RANGE,
      window: { timeZone: 'Europe/Berlin', settle: '2 hours' },
    },
    'months, 20 at a time': { ...RANGE, sliceBy: 'month', width: 20 },
  };
  for (const [name, dates] of Object.entries(taken)) {
    it(`may have ${name}`, () => {
      assert.deepEqual(problemsOf({ query: QUERY, ...dates }), []);
    });
  }

  const refused: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'no object': ['months', /^: /],
    'an unknown key': [{ query: QUERY, ...RANGE, sliceby: 'week' }, /^: has unknown keys: sliceby$/],
    'dates in the query': [
      { query: { ...QUERY, dateFrom: '2026-11-01' }, ...RANGE },
      /^query: has unknown keys: dateFrom$/,
    ],
    'no dates at all': [{ query: QUERY }, /^from: give either from and to, or window\.relative and lookback$/],
    'from without to': [{ query: QUERY, from: RANGE.from }, /^to: from and to go together$/],
    'to without from': [{ query: QUERY, to: RANGE.to }, /^from: from and to go together$/],
    'a relative window without lookback': [
      { query: QUERY, window: RELATIVE.window },
      /^lookback: window\.relative and lookback go together$/,
    ],
    'a lookback without a relative window': [
      { query: QUERY, ...RANGE, lookback: 3 },
      /^window\.relative: window\.relative and lookback go together$/,
    ],
    'a range and a relative window': [{ query: QUERY, ...RANGE, ...RELATIVE }, /^from: give either/],
    'slices and a relative window': [{ query: QUERY, slices: [SLICE], ...RELATIVE }, /^from: give either/],
    'no slice in the list': [{ query: QUERY, slices: [] }, /^slices: /],
    '121 slices in the list': [{ query: QUERY, slices: Array.from({ length: 121 }, () => SLICE) }, /^slices: /],
    'a slice without an end': [{ query: QUERY, slices: [{ from: SLICE.from }] }, /^slices\.0\.to: /],
    'a lookback of 0': [{ query: QUERY, ...RELATIVE, lookback: 0 }, /^lookback: /],
    'a lookback of 61': [{ query: QUERY, ...RELATIVE, lookback: 61 }, /^lookback: /],
    'a width of 0': [{ query: QUERY, ...RANGE, width: 0 }, /^width: /],
    'a width of 21': [{ query: QUERY, ...RANGE, width: 21 }, /^width: /],
    'slices of a year': [{ query: QUERY, ...RANGE, sliceBy: 'year' }, /^sliceBy: /],
    'a weight metric that is not asked for': [
      { query: QUERY, ...RANGE, processing: { weightMetric: 'x' } },
      /^processing\.weightMetric: "x" is not one of query\.metric$/,
    ],
    'more than 8 KiB': [
      { query: { ...QUERY, filter: { x: 'x'.repeat(8_200) } }, ...RANGE },
      /^: is larger than 8192 bytes$/,
    ],
  };
  for (const [name, [input, problem]] of Object.entries(refused)) {
    it(`with ${name} is refused, by path`, () => {
      const problems = problemsOf(input);
      assert.equal(problems.length, 1, problems.join(' | '));
      assert.match(problems[0] ?? '', problem);
    });
  }

  it('lists every problem, not the first', () => {
    assert.equal(problemsOf({ query: { ...QUERY, limit: 0 }, ...RANGE, width: 0, org: '-' }).length, 3);
  });
});
