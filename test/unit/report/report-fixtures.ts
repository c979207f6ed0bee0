import { binsFor, createHistogram, type HistogramWish } from '../../../src/domain/statistics/histogram.js';
import type { Histogram } from '../../../src/domain/statistics/histogram.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';
import { coverageOf } from '../../../src/report/data/coverage.js';
import type { ReportData } from '../../../src/report/data/report-data.js';
import type { Report } from '../../../src/contract/result/report.js';

/** Says how a text of the outside reads; the label says which one it is. */
export type Wording = (label: string) => string;

const DAYS = Array.from({ length: 14 }, (_, day) => `2026-11-${String(day + 1).padStart(2, '0')}`);
const MISSING = ['2026-11-04', '2026-11-05', '2026-11-11'];
const METRICS = ['journeyCompletionRate', 'journeyDropOffRate'];
const HASH = 'ab'.repeat(32);
const RUN_KEY = 'c'.repeat(32);
const WINDOW = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-15T00:00:00Z',
  timeZone: 'Europe/Berlin',
  label: '2026-11-01..2026-11-14',
};

/** A value between 0 and 1 that is always the same for the same number. */
export function wave(at: number): number {
  return 0.5 + 0.31 * Math.sin(at * 1.7) + 0.1 * Math.sin(at * 0.37);
}

export function histogramOf(values: readonly number[], bounds?: HistogramWish['bounds']): Histogram {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const histogram = createHistogram(binsFor(min, max, bounds));
  histogram.add(Float64Array.from(values));
  return histogram.counted(min, max);
}

/** What the run was asked for, in whatever words. */
function askedReport(say: Wording): Report {
  return {
    name: say('name'),
    source: say('source'),
    reportType: say('report type'),
    metrics: METRICS.map((name) => say(name)),
    dimensions: [say('dimension')],
    filter: { [say('filter key')]: say('filter value') },
    timeGroupBy: 'day',
    timeZone: say('zone'),
  };
}

export function resultOf(say: Wording, metrics: readonly string[]): AggregateResult {
  return {
    workflowId: say('run'),
    runId: say('run id'),
    outcome: 'completed',
    queryId: say('query'),
    series: 'a1b2c3d4e5f60718',
    report: askedReport(say),
    window: { ...WINDOW, timeZone: say('zone'), label: say('window') },
    rows: { returned: 12_000, kept: 11_900, delivered: 5_000 },
    completeness: { expected: 14, missing: MISSING, missingCount: 3, nullBuckets: { [metrics[0] ?? '']: 1 } },
    outliers: {
      mode: 'remove',
      total: 100,
      metrics: metrics.map((metric) => ({ metric, considered: 11_998, lower: 0.1, upper: 0.95, outliers: 50 })),
    },
    sampling: { sampled: true, kept: 5_000, of: 11_900, maxRows: 5_000 },
    quality: {
      warnings: [{ kind: 'missing-key', key: say('key'), count: 3, message: say('warning') }],
      nulls: { [metrics[0] ?? '']: 2 },
      numericStrings: { [metrics[0] ?? '']: 7 },
    },
    delivery: { deliveryId: say('delivery'), revision: 2, parts: 5, attempts: 2, signed: true },
    deliveries: [],
    latencyMs: 92_000,
    accuracyRate: 41.666_666,
  };
}

/** A run that went well, with everything that a page can show. */
export function reportData(say: Wording = (label) => label, change: Partial<ReportData> = {}): ReportData {
  const metrics = METRICS.map((name) => say(name));
  const values = Array.from({ length: 400 }, (_, index) => wave(index));
  const result = resultOf(say, metrics);
  return {
    generatedAt: '2026-11-20T10:00:00.000Z',
    run: {
      workflowId: say('run'),
      runId: say('run id'),
      state: 'completed',
      outcome: 'completed',
      org: say('org'),
      windowFrom: '2026-11-01T00:00:00.000Z',
      window: WINDOW,
      series: 'a1b2c3d4e5f60718',
      report: askedReport(say),
      findings: { returned: 12_000, delivered: 5_000, warnings: 1, missing: 3, expected: 14 },
      startedAt: '2026-11-15T00:00:00.000Z',
      closedAt: '2026-11-15T00:01:32.000Z',
    },
    runUrl: `https://temporal.example/namespaces/default/workflows/${say('run')}`,
    runKey: RUN_KEY,
    asked: {
      report: askedReport(say),
      series: 'a1b2c3d4e5f60718',
      reportType: say('report type'),
      metrics,
      dimensions: [say('dimension')],
      timeGroupBy: 'day',
      processing: { maxRows: 5_000, outliers: 'remove', outlierMetrics: metrics, weightMetric: say('weight') },
      destination: say('destination'),
      requester: say('requester'),
    },
    window: result.window,
    result,
    series: {
      found: DAYS.map((day, index) => ({
        from: day,
        to: day,
        rows: MISSING.includes(day) ? 0 : 800 + index,
        missing: MISSING.includes(day) ? 1 : 0,
        buckets: 1,
        means: metrics.map((_, metric) => (MISSING.includes(day) ? null : wave(index + metric * 9))),
      })),
    },
    histograms: { found: metrics.map(() => histogramOf([...values, 3, -2], { lower: 0.1, upper: 0.95 })) },
    making: { why: 'The run did not record how its rows were made.' },
    ranking: {
      found: {
        dimension: say('dimension'),
        top: Array.from({ length: 10 }, (_, at) => ({
          name: say(`top ${at}`),
          rows: 90 - at,
          means: [0.99 - at / 50, 0.2],
        })),
        bottom: Array.from({ length: 10 }, (_, at) => ({
          name: say(`bottom ${at}`),
          rows: 9,
          means: [0.1 + at / 50, null],
        })),
        count: 64,
      },
    },
    coverage: { found: coverageOf(DAYS, new Set(MISSING), 'day') },
    ...recorded(say),
    ...change,
  };
}

function recorded(say: Wording): Pick<ReportData, 'answers' | 'story' | 'audit'> {
  const answer = { workflowId: say('run'), part: 0, retryAfterMs: null };
  return {
    answers: {
      found: [
        {
          revision: 2,
          destination: say('destination'),
          contentHash: HASH,
          parts: 5,
          partsDelivered: 5,
          bytes: 1_234_567,
          deliveredAt: '2026-11-15T00:01:31.000Z',
          count: 2,
          answers: [
            {
              ...answer,
              at: '2026-11-15T00:01:20.000Z',
              attempt: 1,
              delivered: false,
              status: 503,
              reason: say('refusal'),
              retryAfterMs: 7_000,
            },
            { ...answer, at: '2026-11-15T00:01:31.000Z', attempt: 2, delivered: true, status: 204, reason: '204' },
          ],
        },
      ],
    },
    story: {
      episodes: [
        {
          stage: 'run',
          from: '2026-11-15T00:00:00.000Z',
          to: '2026-11-15T00:00:00.000Z',
          calls: 0,
          says: ['started'],
          ticks: [],
        },
        {
          stage: 'plan',
          from: '2026-11-15T00:00:00.100Z',
          to: '2026-11-15T00:00:00.200Z',
          calls: 1,
          says: [say('planned')],
          ticks: [],
        },
        {
          stage: 'poll',
          from: '2026-11-15T00:00:02.000Z',
          to: '2026-11-15T00:01:10.000Z',
          calls: 12,
          says: [say('poll answer')],
          ticks: ['2026-11-15T00:00:02.100Z', '2026-11-15T00:01:10.000Z'],
        },
        {
          stage: 'deliver',
          from: '2026-11-15T00:01:20.000Z',
          to: '2026-11-15T00:01:31.000Z',
          calls: 2,
          says: ['delivered'],
          ticks: [],
        },
      ],
      episodeCount: 4,
      polls: 12,
      continuedAt: null,
    },
    audit: {
      found: [
        {
          seq: 41,
          effectId: 'd'.repeat(32),
          recordedAt: '2026-11-15T00:01:32.000Z',
          hash: HASH,
          outcome: 'completed',
          startedAt: '2026-11-15T00:00:00.000Z',
          timestamp: '2026-11-15T00:01:31.500Z',
          queryId: say('query'),
          latency_ms: 92_000,
          accuracy_rate: 41.67,
          rows_processed: 5_000,
          status: 'completed',
          kind: 'run',
          org: say('org'),
          workflowId: say('run'),
          runKey: RUN_KEY,
          requester: say('requester'),
          queryHash: 'e'.repeat(16),
          series: 'a1b2c3d4e5f60718',
          report: askedReport(say),
          window: WINDOW,
          rows: null,
          delivery: null,
          failureType: 'UpstreamUnavailable',
          failureMessage: say('failure'),
        },
      ],
    },
  };
}
