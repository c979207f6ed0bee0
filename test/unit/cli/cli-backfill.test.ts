import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createBackfillLine } from '../../../src/cli/backfill/backfill-line.js';
import { exitCodeOfBackfill, renderBackfill } from '../../../src/cli/backfill/backfill-report.js';
import { backfillRequestOf } from '../../../src/cli/backfill/backfill-request.js';
import { renderForecast } from '../../../src/cli/backfill/forecast-report.js';
import { plain } from '../../../src/cli/terminal/paint.js';
import type { BackfillForecast } from '../../../src/client.js';
import type {
  BackfillProgress,
  BackfillResult,
  SliceCounts,
  SliceFailure,
} from '../../../src/contract/result/backfill-result.js';

const NONE = { completed: 0, unchanged: 0, undelivered: 0, failed: 0, running: 0, halved: 0 };
const COUNTS: SliceCounts = { ...NONE, total: 731, waiting: 731 };
const RANGE = { from: '2024-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };

suite('the line of a backfill', () => {
  const progress = (slices: Partial<SliceCounts>, phase: BackfillProgress['phase'] = 'running'): BackfillProgress => ({
    phase,
    width: 3,
    slices: { ...COUNTS, ...slices },
    rows: { returned: 0, delivered: 0, sent: 0 },
    findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
    range: RANGE,
    timeZone: 'UTC',
    running: [],
    failures: 0,
  });
  const later = progress({ completed: 50, unchanged: 10, failed: 2, running: 3, waiting: 666 });

  test('says how many are done, how fast it goes and how long it will take', () => {
    const line = createBackfillLine();
    assert.equal(line(progress({ running: 3, waiting: 728 }), 0), '0 of 731 slices · 3 under way');
    assert.equal(line(later, 120_000), '62 of 731 slices · 3 under way · 2 failed · 31 a minute · 21 min 35 s left');
  });

  test('tells a slow rate by the hour', () => {
    const line = createBackfillLine();
    line(progress({}), 0);
    const [, rate] = line(progress({ completed: 1, waiting: 730 }), 600_000).split(' · ');
    assert.equal(rate, '6 an hour');
  });

  test('counts from when it began to watch, and anew after a pause', () => {
    const line = createBackfillLine();
    assert.equal(line(later, 500_000), '62 of 731 slices · 3 under way · 2 failed', 'others have watched before');
    assert.equal(line(progress({ completed: 62, waiting: 669 }, 'paused'), 900_000), 'paused · 62 of 731 slices');
    line(progress({ completed: 62, waiting: 669 }), 1_000_000);
    assert.match(line(progress({ completed: 72, waiting: 659 }), 1_060_000), / · 10 a minute · 1 h 5 min left$/);
  });

  test('names what was halved and what did not arrive', () => {
    const seen = progress({ completed: 4, undelivered: 1, halved: 2, waiting: 726 });
    assert.equal(createBackfillLine()(seen, 0), '5 of 731 slices · 2 halved · 1 undelivered');
  });

  test('says what it does before there are slices, and when it has too many failures', () => {
    const line = createBackfillLine();
    assert.equal(line(undefined, 0), 'started');
    assert.equal(line(progress({ total: 0 }, 'planning'), 0), 'splitting the range into slices');
    assert.match(
      line(progress({ failed: 50, waiting: 681 }, 'stopping'), 0),
      /^too many failures: starting no more · 50 of/,
    );
    assert.match(line('no answer', 0), /^no worker answers/);
  });
});

const FAILED: SliceFailure = {
  from: '2024-03-04T00:00:00Z',
  to: '2024-03-05T00:00:00Z',
  workflowId: 'journey-acme-20240304T0000Z-20240305T0000Z-1a2b3c4d',
  type: 'QueryFailed',
  message: 'the query ended as FAILED',
};
const UNDELIVERED: SliceFailure = { ...FAILED, type: 'Undelivered', message: 'the receiver answered 410' };
const COMPLETED: BackfillResult = {
  workflowId: 'backfill-acme-20240101T0000Z-20260101T0000Z-1a2b3c4d',
  runId: '01a20827',
  outcome: 'completed',
  timeZone: 'UTC',
  range: RANGE,
  slices: { ...COUNTS, completed: 700, unchanged: 33, total: 733, waiting: 0, halved: 2 },
  rows: { returned: 12_000, delivered: 11_000, sent: 11_000 },
  findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
  failures: [],
  left: { slices: [] },
  partsOfBuckets: 0,
};
const withFailures = (...failures: readonly SliceFailure[]): BackfillResult => ({
  ...COMPLETED,
  outcome: 'incomplete',
  failures,
});

suite('the report of a backfill', () => {
  const render = (result: BackfillResult, columns?: number): string =>
    renderBackfill(result, { columns, paint: plain, url: undefined });

  test('ends with 0, 1 or 3, by what is wrong', () => {
    const left = { slices: [], range: RANGE };
    const results = [
      COMPLETED,
      withFailures(FAILED),
      withFailures(UNDELIVERED, FAILED),
      withFailures(UNDELIVERED),
      { ...withFailures(UNDELIVERED), left },
      { ...withFailures(UNDELIVERED), left: { slices: [RANGE] } },
    ];
    assert.deepEqual(results.map(exitCodeOfBackfill), [0, 1, 1, 3, 1, 1]);
  });

  test('counts the slices by how they ended', () => {
    const report = render(COMPLETED);
    assert.match(report, /^completed: every slice was delivered\nbackfill-acme-/);
    assert.match(report, /2024-01-01\.\.2025-12-31 \(UTC\)/);
    assert.match(report, /733 in all: 700 completed, 33 unchanged\n +2 split in two/);
    assert.match(report, /12,000 returned, 11,000 delivered/);
    assert.doesNotMatch(report, /retry|undelivered|SLICE/);
  });

  test('lists what failed with its run and why, and how to run it again', () => {
    const report = render(withFailures(FAILED, UNDELIVERED));
    assert.match(report, new RegExp(`journey-metrics backfill retry ${COMPLETED.workflowId}\\n`));
    const [head, first, second] = report.split('\n').slice(-3);
    assert.match(head ?? '', /^SLICE +TYPE +RUN +WHY$/);
    assert.match(first ?? '', new RegExp(`^2024-03-04 +QueryFailed +${FAILED.workflowId} +the query ended as FAILED$`));
    assert.match(second ?? '', /^2024-03-04 +Undelivered .* the receiver answered 410$/);
  });

  test('names what was not started', () => {
    const report = render({
      ...withFailures(FAILED),
      left: { slices: [FAILED], range: { ...RANGE, from: FAILED.to } },
    });
    assert.match(report, /! not started after too many failures: 2024-03-04, 2024-03-05\.\.2025-12-31/);
  });

  test('warns of slices shorter than a bucket, whose rates do not add up', () => {
    assert.match(render({ ...COMPLETED, partsOfBuckets: 4 }), /! 4 slices shorter than a bucket: their sums add up/);
  });

  test('says what to do of slices that only did not arrive', () => {
    assert.match(
      render(withFailures(UNDELIVERED)),
      /^incomplete: every slice was read, but the receiver did not accept/,
    );
  });

  test('keeps to the width, and lets no escape sequence through', () => {
    const report = render(withFailures({ ...FAILED, message: 'it \u001B[2J failed '.repeat(5) }), 90);
    assert.ok(!report.includes('\u001B'));
    for (const line of report.split('\n')) {
      assert.ok(line.length <= 90 || line.includes('backfill retry'), line);
    }
  });
});

suite('the report of a dry run', () => {
  const day = (index: number): { label: string; from: string; to: string } => ({
    label: `2024-01-${String(index + 1).padStart(2, '0')}`,
    from: '',
    to: '',
  });
  const forecast = (slices: number, runs = 0): BackfillForecast => ({
    workflowId: COMPLETED.workflowId,
    org: 'acme',
    timeZone: 'Europe/Berlin',
    range: { from: '2023-12-31T23:00:00Z', to: '2024-01-10T23:00:00Z' },
    width: 3,
    total: slices,
    slices: Array.from({ length: slices }, (_, index) => day(index)),
    calls: { tokens: 1, submissions: slices, polls: 22 * slices, deliveries: slices },
    estimate: { sliceMs: 60_000, totalMs: 240_000, runs },
  });
  const render = (of: BackfillForecast): string => renderForecast(of, { columns: undefined, paint: plain });

  test('names the first and the last slices, and counts those between', () => {
    const report = render(forecast(10));
    assert.match(report, /^dry run: nothing was started\nbackfill-acme-/);
    const lines = report.split('\n').map((line) => line.trim().replace('slices        ', ''));
    const at = lines.indexOf('10');
    assert.deepEqual(lines.slice(at, at + 8), [
      '10',
      '2024-01-01',
      '2024-01-02',
      '2024-01-03',
      '… 4 more …',
      '2024-01-08',
      '2024-01-09',
      '2024-01-10',
    ]);
    assert.doesNotMatch(render(forecast(7)), /more …/);
  });

  test('says what the time is based on', () => {
    assert.match(render(forecast(10)), /about 4 min, 3 in parallel\n +assumption: 1 min per slice; no run of this/);
    assert.match(render(forecast(10, 12)), /1 min per slice, the median of the latest 12 runs/);
    assert.match(render(forecast(10)), /about 10 queries, 220 polls, 1 token to the source, and 10 deliveries/);
  });
});

suite('the request of a backfill, made of a file', () => {
  const RANGE_DAYS = { from: '2024-01-01', to: '2024-02-01' };
  const query = { metric: ['journeyStarted'] };

  test('takes the range in place of its own dates', () => {
    const file = { org: 'acme', query: { ...query, dateFrom: '2026-11-01', dateTo: '2026-11-08' }, timeZone: 'UTC' };
    assert.deepEqual(backfillRequestOf(file, { ...RANGE_DAYS, width: 5 }), {
      org: 'acme',
      query,
      timeZone: 'UTC',
      window: undefined,
      ...RANGE_DAYS,
      width: 5,
    });
  });

  test('takes it in place of its window, and keeps when data have settled', () => {
    const window = { relative: 'yesterday', timeZone: 'Asia/Kolkata', settle: '2 hours' };
    const file = { query, window, lookback: 3, slices: [RANGE_DAYS] };
    assert.deepEqual(backfillRequestOf(file, RANGE_DAYS), {
      query,
      window: { timeZone: 'Asia/Kolkata', settle: '2 hours' },
      ...RANGE_DAYS,
    });
    assert.deepEqual(backfillRequestOf(file, { ...RANGE_DAYS, timeZone: 'UTC' }), {
      query,
      window: { settle: '2 hours' },
      timeZone: 'UTC',
      ...RANGE_DAYS,
    });
  });

  test('takes a query alone', () => {
    assert.deepEqual(backfillRequestOf({ ...query, dateFrom: 'x' }, RANGE_DAYS), {
      query,
      window: undefined,
      ...RANGE_DAYS,
    });
  });

  test('leaves what is no request to be refused', () => {
    assert.deepEqual(backfillRequestOf([1], RANGE_DAYS), [1]);
    assert.deepEqual(backfillRequestOf({ query: 7 }, RANGE_DAYS), { query: 7, window: undefined, ...RANGE_DAYS });
  });
});
