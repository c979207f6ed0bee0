import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  backfillIdOf,
  deliveryIdOf,
  effectIdOf,
  queryHashOf,
  retryIdOf,
  runKeyOf,
  partIdOf,
  workflowIdOf,
  type BackfillSubject,
} from '../../../src/contract/values/ids.js';

type Subject = Parameters<typeof deliveryIdOf>[0];

/** Everything as the request schema fills it in today. */
const PLAIN: Subject = {
  org: 'acme',
  destination: 'bi',
  query: {
    reportType: 'journey-execution',
    metric: ['journeyCompletionRate', 'journeyDropOffRate'],
    dimension: [],
    filter: {},
    timeGroupBy: 'day',
    dateFrom: '2026-03-01T00:00:00Z',
    dateTo: '2026-03-08T00:00:00Z',
    limit: 10_000,
  },
  processing: {
    maxRows: 5_000,
    outliers: 'remove',
    outlierMetrics: ['journeyCompletionRate', 'journeyDropOffRate'],
  },
  window: { from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z', timeZone: 'UTC' },
};

const CUSTOM: Subject = {
  org: 'umbrella',
  destination: 'lake',
  query: {
    ...PLAIN.query,
    metric: ['journeyCompletionRate'],
    dimension: ['journeyId'],
    filter: { channel: ['voice', 'chat'], region: 'eu' },
    timeGroupBy: 'hour',
  },
  processing: { maxRows: 100, outliers: 'flag', outlierMetrics: [] },
  window: { from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z', timeZone: 'Europe/Berlin' },
};

const TWO_YEARS = { from: '2024-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
const DAY = { from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z' };

const BACKFILL: BackfillSubject = {
  ...PLAIN,
  timeZone: 'UTC',
  range: TWO_YEARS,
  cut: { ...TWO_YEARS, sliceBy: 'day' },
  slices: [],
};

// Literals on purpose: with other ids every window that was ever delivered would reach BI again, as something new.
suite('identities that are in the world already', () => {
  test('a delivery with nothing but defaults keeps its id', () => {
    assert.equal(deliveryIdOf(PLAIN), '73af8ebec3789722b6d2bdb33efd7f74');
  });

  test('a delivery with nothing by default keeps its id', () => {
    assert.equal(deliveryIdOf(CUSTOM), '5297aa4c6e1e3088712cf07a9cb59661');
  });

  test('a part keeps its webhook-id', () => {
    assert.equal(partIdOf('00112233445566778899aabbccddeeff', 2, 3), 'msg_6dd6bb8566b169d0baf1c88234ab8b0e');
  });

  test('a run and its effects keep their keys', () => {
    const runKey = runKeyOf({ workflowId: 'nightly', firstExecutionRunId: '3f9a3f5e-3b5a-4b43-8e0f-1d2c3b4a5968' });
    assert.equal(runKey, '93181ee016c3f728488a9d0ba15848f0');
    assert.equal(effectIdOf(runKey, 'submit', 2), '698aa8af5c4f49bc1cad686b4bf294e3');
  });

  test('a report keeps its query hash', () => {
    assert.equal(queryHashOf(PLAIN), 'bb1099377bc97076');
  });

  test('a request keeps its workflow id', () => {
    assert.equal(workflowIdOf(PLAIN), `journey-acme-20260301T0000Z-20260308T0000Z-${deliveryIdOf(PLAIN).slice(0, 8)}`);
    assert.equal(workflowIdOf(PLAIN, 3), `${workflowIdOf(PLAIN)}-3`);
  });

  test('a backfill keeps its workflow id', () => {
    assert.equal(backfillIdOf(BACKFILL), 'backfill-acme-20240101T0000Z-20260101T0000Z-e3cd38a0');
    assert.equal(backfillIdOf(BACKFILL, 3), `${backfillIdOf(BACKFILL)}-3`);
    const listed = { ...PLAIN, timeZone: 'Europe/Berlin', range: DAY, slices: [DAY] };
    assert.equal(backfillIdOf(listed), 'backfill-acme-20260201T0000Z-20260202T0000Z-f314bd5c');
  });
});

suite('what an identity is made of', () => {
  const { query, processing, window } = PLAIN;
  const same: Readonly<Record<string, Subject>> = {
    'the size of a page': { ...PLAIN, query: { ...query, limit: 500 } },
    'how the dates of the query were written': {
      ...PLAIN,
      query: { ...query, dateFrom: 'yesterday', dateTo: 'today' },
    },
    'the order of keys in a filter': CUSTOM,
    'asking for the rollup that comes anyway': { ...PLAIN, processing: { ...processing, rollup: 'on' } },
  };
  const other: Readonly<Record<string, Subject>> = {
    'the organisation': { ...PLAIN, org: 'umbrella' },
    'the destination': { ...PLAIN, destination: 'lake' },
    'the report': { ...PLAIN, query: { ...query, reportType: 'journey-paths' } },
    'the metrics': { ...PLAIN, query: { ...query, metric: ['journeyCompletionRate'] } },
    'the dimensions': { ...PLAIN, query: { ...query, dimension: ['journeyId'] } },
    'the filter': { ...PLAIN, query: { ...query, filter: { channel: 'voice' } } },
    'the bucket': { ...PLAIN, query: { ...query, timeGroupBy: 'hour' } },
    'the sample': { ...PLAIN, processing: { ...processing, maxRows: 4_999 } },
    'the treatment of outliers': { ...PLAIN, processing: { ...processing, outliers: 'flag' } },
    'the metrics that outliers are looked for in': { ...PLAIN, processing: { ...processing, outlierMetrics: [] } },
    'doing without the rollup': { ...PLAIN, processing: { ...processing, rollup: 'off' } },
    'what means are weighted by': { ...PLAIN, processing: { ...processing, weightMetric: 'journeyDropOffRate' } },
    'the time zone': { ...PLAIN, window: { ...window, timeZone: 'Europe/Berlin' } },
    'the start of the window': { ...PLAIN, window: { ...window, from: '2026-03-02T00:00:00Z' } },
    'the end of the window': { ...PLAIN, window: { ...window, to: '2026-03-09T00:00:00Z' } },
  };

  for (const [what, subject] of Object.entries(same))
    test(`${what} is no part of a delivery`, () => {
      const reordered = { ...subject, query: { ...subject.query, filter: reversed(subject.query.filter) } };
      assert.equal(deliveryIdOf(reordered), deliveryIdOf(subject === CUSTOM ? CUSTOM : PLAIN));
    });

  for (const [what, subject] of Object.entries(other))
    test(`${what} is part of a delivery`, () => {
      assert.notEqual(deliveryIdOf(subject), deliveryIdOf(PLAIN));
    });

  const otherBackfill: Readonly<Record<string, BackfillSubject>> = {
    'the organisation': { ...BACKFILL, org: 'umbrella' },
    'the destination': { ...BACKFILL, destination: 'lake' },
    'the metrics': { ...BACKFILL, query: { ...query, metric: ['journeyCompletionRate'] } },
    'the treatment of outliers': { ...BACKFILL, processing: { ...processing, outliers: 'flag' } },
    'the time zone': { ...BACKFILL, timeZone: 'Europe/Berlin' },
    'how long a slice is': { ...BACKFILL, cut: { ...TWO_YEARS, sliceBy: 'week' } },
    'a slice that is listed': { ...BACKFILL, slices: [DAY] },
  };

  for (const [what, subject] of Object.entries(otherBackfill))
    test(`${what} is part of a backfill`, () => {
      assert.notEqual(backfillIdOf(subject), backfillIdOf(BACKFILL));
    });

  test('the retry of a backfill is named after it, and counts', () => {
    const ids = ['b', 'b-retry', 'b-retry-2', 'b-3'];
    assert.deepEqual(ids.map(retryIdOf), ['b-retry', 'b-retry-2', 'b-retry-3', 'b-3-retry']);
  });

  test('each part of each revision has a webhook-id of its own', () => {
    const ids = [partIdOf('d', 1, 0), partIdOf('d', 1, 1), partIdOf('d', 2, 0), partIdOf('e', 1, 0)];
    assert.equal(new Set(ids).size, ids.length);
  });

  test('neither slash nor name of a workflow gets into a key', () => {
    assert.match(runKeyOf({ workflowId: '../../etc/passwd', firstExecutionRunId: '' }), /^[0-9a-f]{32}$/);
  });
});

function reversed(filter: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).reverse());
}
