import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { coloured } from '../../../src/cli/terminal/paint.js';
import { renderReport } from '../../../src/cli/runs/report.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';
import { REPORT } from '../../support/workflow/fake-activities.js';

const RESULT: AggregateResult = {
  workflowId: 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d',
  runId: '01a20827',
  outcome: 'completed',
  series: 'a1b2c3d4e5f60718',
  report: REPORT,
  queryId: 'query-1',
  window: {
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-08T00:00:00Z',
    timeZone: 'UTC',
    label: '2026-11-01..2026-11-07',
  },
  rows: { returned: 12_000, kept: 11_900, delivered: 5_000 },
  completeness: { expected: 7, missing: ['2026-11-03'], missingCount: 1, nullBuckets: { journeyDropOffRate: 2 } },
  outliers: {
    mode: 'remove',
    total: 100,
    metrics: [
      { metric: 'journeyCompletionRate', considered: 11_998, lower: 0.3, upper: 0.99, outliers: 90 },
      { metric: 'journeyDropOffRate', considered: 3, outliers: 0, skipped: 'too-few-values' },
    ],
  },
  sampling: { sampled: true, kept: 5_000, of: 11_900, maxRows: 5_000 },
  quality: {
    warnings: [{ kind: 'missing-key', key: 'journeyId', count: 3, message: '3 rows lack journeyId' }],
    nulls: { journeyCompletionRate: 2 },
    numericStrings: { journeyCompletionRate: 0 },
  },
  delivery: { deliveryId: 'd1', revision: 1, parts: 5, attempts: 2, signed: true },
  deliveries: [],
  latencyMs: 92_000,
  accuracyRate: 41.666_666,
};

const render = (change: Partial<AggregateResult> = {}, width = 120): string =>
  renderReport({ ...RESULT, ...change }, { width });

test('says what came out, with every number that decides whether it can be trusted', () => {
  const report = render();
  for (const said of [
    'completed: delivered',
    RESULT.workflowId,
    '2026-11-01..2026-11-07 (UTC)',
    'rows          5,000 of 12,000 rows delivered (sampled)\n                11,900 kept after outliers',
    '6 of 7 buckets have rows',
    'missing: 2026-11-03',
    'buckets without a value: journeyDropOffRate 2',
    '100 rows removed',
    'journeyCompletionRate: 90 of 11,998 outside 0.3 to 0.99',
    'journeyDropOffRate: not tested, fewer than 4 values',
    '5,000 of 11,900 rows, evenly spaced',
    '! 3 rows lack journeyId',
    'null values: journeyCompletionRate 2',
    'revision 1, 5 parts, 2 attempts, signed',
    'accuracyRate 41.6667 % (rows delivered / rows returned × 100)',
    'latency 1 min 32 s',
  ]) {
    assert.ok(report.includes(said), `"${said}" is not in\n${report}`);
  }
  assert.ok(!report.includes('numbers sent as text'), 'counts of nothing are left out');
});

test('warns of an unsigned delivery', () => {
  assert.match(render({ delivery: { ...RESULT.delivery, signed: false } }), /! not signed: set BI_WEBHOOK_SECRET/);
  assert.doesNotMatch(render(), /not signed/);
});

test('names the first missing buckets and counts the others', () => {
  const missing = Array.from({ length: 100 }, (_, index) => `bucket-${index}`);
  const report = render({ completeness: { expected: 700, missing, missingCount: 640, nullBuckets: {} } }, 400);
  assert.match(report, /60 of 700 buckets have rows/);
  assert.match(report, /bucket-7 and 632 more/);
});

test('says of an undelivered run why, and how to send it again', () => {
  const delivery = { ...RESULT.delivery, lastFailure: 'the receiver answered 503' };
  const report = render({ outcome: 'undelivered', delivery });
  assert.match(report, /undelivered/);
  assert.match(report, /! the receiver answered 503/);
  assert.match(report, new RegExp(`journey-metrics runs redeliver ${RESULT.workflowId}$`, 'm'));
});

test('says of an unchanged run that nothing was sent', () => {
  const report = render({ outcome: 'unchanged', delivery: { ...RESULT.delivery, attempts: 0 } });
  assert.match(report, /unchanged: .*nothing was sent/);
  assert.match(report, /5 parts, nothing sent, signed/);
});

test('names the run in the Temporal UI where one is known', () => {
  assert.match(renderReport(RESULT, { width: 40, urls: ['http://ui/run'] }), /http:\/\/ui\/run$/);
});

test('keeps to the width, all but for what is to be copied', () => {
  for (const line of render({}, 60).split('\n')) {
    const isToBeCopied = line.includes(RESULT.workflowId);
    assert.ok(isToBeCopied || line.length <= 60, line);
  }
  assert.match(render({}, 20), new RegExp(`journey-metrics report ${RESULT.workflowId} --open`));
});

test('says the same with colours as without, and lets no escape sequence of the source through', () => {
  assert.equal(stripVTControlCharacters(renderReport(RESULT, { width: 80, paint: coloured })), render({}, 80));
  assert.ok(!render({ queryId: 'q\u001B[31m\u0007' }).includes('\u001B'));
});

test('names no place to look at when the servers are about to go', () => {
  assert.match(renderReport(RESULT, { width: 80 }), /journey-metrics report journey-acme/);
  assert.doesNotMatch(renderReport(RESULT, { width: 80, gone: true }), /runs show/);
});
