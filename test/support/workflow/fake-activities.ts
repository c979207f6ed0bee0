import { halveSlice } from '../../../src/activities/backfill/halve-slice.js';
import type { Activities } from '../../../src/activities/index.js';
import type { SlicePlan } from '../../../src/activities/backfill/plan-slices.js';
import { effectIdOf, runKeyOf } from '../../../src/contract/values/ids.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import type { DatasetRef, TransformOutput } from '../../../src/contract/result/dataset.js';
import type { Report } from '../../../src/contract/result/report.js';
import type { RunPlan } from '../../../src/contract/run.js';
import { WEBHOOK_ATTEMPTS } from '../../../src/destinations/webhook/attempts.js';

/** The activity seam of workflow tests: everything goes well at once, unless a test says otherwise. Calls are counted. */
export interface FakeActivities {
  readonly activities: Activities;
  /** Inputs, in order, by activity name. */
  readonly calls: { readonly [Name in keyof Activities]: Parameters<Activities[Name]>[0][] };
}

export const REQUEST: AggregateRequest = {
  org: 'acme',
  query: {
    metric: ['journeyCompletionRate', 'journeyDropOffRate'],
    dimension: ['journeyId'],
    dateFrom: '2026-11-01',
    dateTo: '2026-11-08',
  },
};

const WINDOW = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-08T00:00:00Z',
  timeZone: 'UTC',
  label: '2026-11-01..2026-11-07',
};

/** What {@link REQUEST} asks for. */
export const REPORT = {
  source: 'analytics',
  reportType: 'journey-execution',
  metrics: ['journeyCompletionRate', 'journeyDropOffRate'],
  dimensions: ['journeyId'],
  filter: {},
  timeGroupBy: 'day',
  timeZone: 'UTC',
} as const satisfies Report;

export const PLAN: RunPlan = {
  runKey: '0'.repeat(32),
  org: 'acme',
  requester: 'test',
  source: {
    name: 'analytics',
    dateKey: 'date',
    aggregates: true,
    askAgain: true,
    derives: false,
    aborts: false,
    gated: false,
  },
  query: {
    reportType: 'journey-execution',
    metric: ['journeyCompletionRate', 'journeyDropOffRate'],
    dimension: ['journeyId'],
    filter: {},
    timeGroupBy: 'day',
    dateFrom: WINDOW.from,
    dateTo: WINDOW.to,
    limit: 10_000,
  },
  queryHash: '0'.repeat(16),
  series: '0'.repeat(16),
  report: REPORT,
  window: WINDOW,
  processing: { maxRows: 5_000, outliers: 'remove', outlierMetrics: ['journeyCompletionRate', 'journeyDropOffRate'] },
  destination: 'bi',
  partLimits: { maxRows: 1_000, maxBytes: 500_000 },
  attempts: WEBHOOK_ATTEMPTS,
  deliveryId: 'd'.repeat(32),
  deadlineMs: 6 * 3_600_000,
};

/** Three days; a test that wants others overrides `planSlices`. */
const SLICES: Omit<SlicePlan, 'key'> = {
  org: 'acme',
  timeZone: 'UTC',
  range: { from: '2026-11-01T00:00:00Z', to: '2026-11-04T00:00:00Z' },
  slices: [
    { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' },
    { from: '2026-11-02T00:00:00Z', to: '2026-11-03T00:00:00Z' },
    { from: '2026-11-03T00:00:00Z', to: '2026-11-04T00:00:00Z' },
  ],
  total: 3,
};

export const DATASET: DatasetRef = {
  manifest: { scope: `runs/${PLAN.runKey}`, sha256: 'a'.repeat(64), bytes: 1_000 },
  queryId: 'query-1',
  pages: 2,
  rows: 70,
};

export const OUTPUT: TransformOutput = {
  manifest: { scope: `runs/${PLAN.runKey}`, sha256: 'b'.repeat(64), bytes: 1_000 },
  parts: 1,
  contentHash: 'c'.repeat(64),
  rowHash: 'b'.repeat(64),
  rows: { returned: 70, kept: 68, delivered: 68 },
  completeness: { expected: 7, missing: [], missingCount: 0, nullBuckets: {} },
  outliers: { mode: 'remove', total: 2, metrics: [] },
  sampling: { sampled: false, kept: 68, of: 68, maxRows: 5_000 },
  quality: { warnings: [], nulls: {}, numericStrings: {} },
  accuracyRate: 97.14,
};

const DELIVERED = { state: 'delivered', revision: 1, parts: 1, delivered: 1, signed: true } as const;

export function fakeActivities(overrides: Partial<Activities> = {}): FakeActivities {
  const defaults: Activities = {
    planRun: ({ identity, requester }) => Promise.resolve({ ...PLAN, requester, runKey: runKeyOf(identity) }),
    fetchToken: () =>
      Promise.resolve({
        fingerprint: 'f'.repeat(12),
        expiresAt: '2026-11-01T01:00:00Z',
        scope: '',
        refreshInMs: 3_300_000,
      }),
    submitQuery: () =>
      Promise.resolve({
        state: 'submitted',
        ticket: '/api/v2/reporting/analytics/results/1',
        queryId: null,
        submittedAt: '2026-11-01T00:00:00Z',
      }),
    pollResult: () => Promise.resolve({ state: 'complete', dataset: DATASET }),
    abortQuery: () => Promise.resolve(),
    deriveRows: ({ dataset }) => Promise.resolve(dataset),
    transform: () => Promise.resolve(OUTPUT),
    syncWebhook: () => Promise.resolve(DELIVERED),
    writeAudit: ({ identity }) => Promise.resolve({ seq: 1, hash: effectIdOf(runKeyOf(identity), 'audit') }),
    planRedelivery: ({ identity }) =>
      Promise.resolve({
        runKey: runKeyOf(identity),
        deliveries: [{ deliveryId: PLAN.deliveryId, destination: 'bi', revision: 1, attempts: PLAN.attempts }],
        org: 'acme',
        window: WINDOW,
        queryId: 'query-1',
        series: PLAN.series,
        report: REPORT,
      }),
    reconcileRuns: () => Promise.resolve({ checked: 0, reconciled: [], reconciledCount: 0 }),
    planSlices: ({ identity }) => Promise.resolve({ ...SLICES, key: runKeyOf(identity).slice(0, 8) }),
    halveSlice,
    removeRows: () => Promise.resolve(),
    deleteExpired: () => Promise.resolve({ looked: 0, deletedCount: 0, deletedBytes: 0, deleted: [] }),
    noteSchedules: () => Promise.resolve({ noted: 0 }),
    waitingAlerts: () => Promise.resolve([]),
    handOverAlerts: () => Promise.resolve(),
    receiversOfAlert: () => Promise.resolve([]),
    tellReceiver: () => Promise.resolve(),
    findLate: () => Promise.resolve({ late: 0, recovered: 0 }),
    pauseFailing: () => Promise.resolve({ paused: [] }),
    checkAudit: () => Promise.resolve({ brokenAt: null }),
    noteStopped: () => Promise.resolve(),
  };
  const chosen = { ...defaults, ...overrides };
  const calls: Record<string, unknown[]> = {};
  const counted = Object.entries(chosen).map(([name, activity]) => {
    const inputs: unknown[] = (calls[name] = []);
    return [
      name,
      (input: never) => {
        inputs.push(input);
        return (activity as (input: never) => Promise<unknown>)(input);
      },
    ];
  });
  // The wrapper keeps each activity's own signature, which Object.entries cannot say.
  return { activities: Object.fromEntries(counted) as Activities, calls: calls as unknown as FakeActivities['calls'] };
}
