import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { JourneyMetricsError } from '../../../src/client/error.js';
import { forecastOf } from '../../../src/client/backfills/forecast.js';
import { resolveBackfill, type ResolvedBackfill } from '../../../src/client/backfills/resolve-backfill.js';
import { retryRequestOf } from '../../../src/client/backfills/retry-backfill.js';
import type { BackfillRequest } from '../../../src/contract/request/backfill.js';
import type { BackfillResult } from '../../../src/contract/result/backfill-result.js';
import type { RequestProblem } from '../../../src/contract/failures.js';

const NOW = Date.UTC(2026, 10, 9, 6, 30);
const MINUTE_MS = 60_000;

const REQUEST: BackfillRequest = {
  org: 'acme',
  query: { metric: ['journeyCompletionRate'] },
  from: '2026-03-01',
  to: '2026-04-01',
  timeZone: 'Europe/Berlin',
};

function resolve(change: Partial<BackfillRequest> = {}, org?: string): ResolvedBackfill {
  return resolveBackfill({ ...REQUEST, ...change }, { org, destination: 'bi' }, NOW);
}

function problemsOf(change: Record<string, unknown>): readonly string[] {
  const problems: string[] = [];
  assert.throws(
    () => resolveBackfill({ ...REQUEST, ...change }, { org: undefined, destination: 'bi' }, NOW),
    (error: unknown) => {
      assert.ok(error instanceof JourneyMetricsError && error.type === 'InvalidRequest', String(error));
      const [{ problems: found }] = error.details as [{ problems: readonly RequestProblem[] }];
      problems.push(...found.map(({ path, message }) => `${path}: ${message}`));
      return true;
    },
  );
  return problems;
}

suite('the request of a backfill, as a client resolves it', () => {
  test('has instants for dates, in the zone, and its organisation', () => {
    const { org, request, range, slices, timeZone } = resolve({ org: undefined }, 'umbrella');
    assert.deepEqual([org, request.org, timeZone], ['umbrella', 'umbrella', 'Europe/Berlin']);
    assert.deepEqual(range, { from: '2026-02-28T23:00:00Z', to: '2026-03-31T22:00:00Z' });
    assert.deepEqual({ from: request.from, to: request.to }, range);
    assert.equal(slices.length, 31);
    assert.deepEqual(slices[28], { from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' }, 'a day of 23 hours');
  });

  test('is the same backfill however its dates are written, and whatever its width', () => {
    const written = resolve({ from: '2026-02-28T23:00:00Z', to: '2026-04-01T00:00+02:00', width: 7 });
    assert.equal(written.workflowId(), resolve().workflowId());
    assert.match(resolve().workflowId(), /^backfill-acme-20260228T2300Z-20260331T2200Z-[0-9a-f]{8}$/);
    assert.notEqual(resolve({ sliceBy: 'week' }).workflowId(), resolve().workflowId());
  });

  test('is the same backfill when it is resolved again', () => {
    const once = resolve();
    const twice = resolveBackfill(once.request, { org: undefined, destination: 'bi' }, NOW);
    assert.deepEqual([twice.workflowId(), twice.request], [once.workflowId(), once.request]);
  });

  test('lists the windows of a lookback, so that a later day makes no others of them', () => {
    const { from, to, timeZone, ...asked } = REQUEST;
    const window = { relative: 'yesterday', timeZone: 'Asia/Kolkata', settle: '2 hours' };
    const { request, slices, range } = resolveBackfill(
      { ...asked, window, lookback: 2 },
      { org: undefined, destination: 'bi' },
      NOW,
    );
    assert.deepEqual(request.slices, [
      { from: '2026-11-07T18:30:00Z', to: '2026-11-08T18:30:00Z' },
      { from: '2026-11-06T18:30:00Z', to: '2026-11-07T18:30:00Z' },
    ]);
    assert.deepEqual(slices, request.slices);
    assert.deepEqual(range, { from: '2026-11-06T18:30:00Z', to: '2026-11-08T18:30:00Z' });
    assert.deepEqual([request.window, request.timeZone], [{ settle: '2 hours' }, 'Asia/Kolkata']);
    assert.deepEqual([request.lookback, request.from], [undefined, undefined]);
  });

  test('is refused with every problem by its path', () => {
    const { org, ...nobody } = REQUEST;
    assert.match(problemsOf({ timeZone: 'Mars/Olympus' }).join(), /^timeZone: "Mars\/Olympus" is not a time zone/);
    assert.match(problemsOf({ to: '2026-03-01' }).join(), /^to: is from: the range is empty/);
    assert.match(problemsOf({ to: '2026-02-01' }).join(), /^to: is before from/);
    assert.match(problemsOf({ to: '2026-11-10' }).join(), /^to: ends in the future/);
    assert.match(problemsOf({ width: 21 }).join(), /^width: /);
    const both = problemsOf({ ...nobody, org: undefined, to: '2026-02-01' });
    assert.deepEqual(
      both.map((problem) => problem.split(':')[0]),
      ['org', 'to'],
    );
    const several = problemsOf({ query: { metric: [] }, width: 0, extra: 1 });
    assert.deepEqual(several.map((problem) => problem.split(':')[0]).sort(), ['', 'query.metric', 'width']);
  });
});

suite('a forecast', () => {
  test('names every slice by its local day, and counts the calls', () => {
    const forecast = forecastOf(resolve({ width: 5 }), []);
    assert.equal(forecast.workflowId, resolve().workflowId());
    assert.deepEqual(
      [forecast.total, forecast.slices.length, forecast.slices[0]?.label, forecast.slices.at(-1)?.label],
      [31, 31, '2026-03-01', '2026-03-31'],
    );
    // Of a query of a minute: at 2, 4, … 20 s, then each a tenth later.
    assert.deepEqual(forecast.calls, { tokens: 1, submissions: 31, polls: 31 * 22, deliveries: 31 });
  });

  test('assumes a minute a slice where nothing is known, and says so', () => {
    const { estimate } = forecastOf(resolve({ width: 5 }), []);
    assert.deepEqual(estimate, { sliceMs: MINUTE_MS, totalMs: 7 * MINUTE_MS, runs: 0 });
  });

  test('goes by the median of what runs took, so that one that waited for days does not count', () => {
    const { estimate, calls } = forecastOf(resolve({ width: 1 }), [4_000, 3 * 86_400_000, 2_000]);
    assert.deepEqual(estimate, { sliceMs: 4_000, totalMs: 31 * 4_000, runs: 3 });
    assert.equal(calls.polls, 2 * 31);
  });

  test('counts a token for every hour', () => {
    const { calls, estimate } = forecastOf(resolve({ width: 1 }), [10 * MINUTE_MS]);
    assert.deepEqual([estimate.totalMs, calls.tokens], [310 * MINUTE_MS, 6]);
  });
});

suite('the request of a retry', () => {
  const day = (from: string, to: string): { from: string; to: string } => ({
    from: `2026-03-${from}T00:00:00Z`,
    to: `2026-03-${to}T00:00:00Z`,
  });
  const result: BackfillResult = {
    workflowId: 'backfill-1',
    runId: 'run-1',
    outcome: 'incomplete',
    timeZone: 'Europe/Berlin',
    range: day('01', '31'),
    slices: {
      total: 30,
      completed: 10,
      unchanged: 0,
      undelivered: 1,
      failed: 1,
      running: 0,
      waiting: 18,
      halved: 0,
    },
    rows: { returned: 100, delivered: 100, sent: 100 },
    findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
    failures: [
      { ...day('02', '03'), workflowId: 'journey-1', type: 'QueryFailed', message: 'it failed' },
      { ...day('05', '06'), workflowId: 'journey-2', type: 'Undelivered', message: 'receiver answered 410' },
    ],
    left: { slices: [day('10', '11')], range: day('13', '31') },
    partsOfBuckets: 0,
  };
  const asked: BackfillRequest = {
    ...REQUEST,
    sliceBy: 'week',
    width: 4,
    window: { settle: '1 hour', timeZone: 'UTC' },
  };

  test('is about what failed and what was left, and otherwise the same', () => {
    const { from, to, ...same } = asked;
    assert.deepEqual(retryRequestOf(asked, result), {
      ...same,
      timeZone: 'Europe/Berlin',
      window: { settle: '1 hour' },
      slices: [day('02', '03'), day('05', '06'), day('10', '11')],
      ...day('13', '31'),
    });
  });

  test('lists nothing but what failed, also where it came from a lookback', () => {
    const { from, to, ...same } = asked;
    const lookback: BackfillRequest = { ...same, window: { relative: 'yesterday' }, lookback: 3 };
    const retried = retryRequestOf(lookback, { ...result, left: { slices: [] } });
    assert.deepEqual(retried.slices, [day('02', '03'), day('05', '06')]);
    for (const key of ['from', 'to', 'lookback', 'window']) assert.ok(!(key in retried), key);
  });

  test('is refused where everything has arrived', () => {
    assert.throws(
      () => retryRequestOf(asked, { ...result, failures: [], left: { slices: [] } }),
      (error: unknown) => error instanceof JourneyMetricsError && error.type === 'NothingToRetry',
    );
  });
});
