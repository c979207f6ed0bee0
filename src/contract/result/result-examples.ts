/** Examples in the published JSON Schemas of a result and a payload; their schemas type them and a test validates them. */

const window = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-08T00:00:00Z',
  timeZone: 'UTC',
  label: '2026-11-01..2026-11-07',
};
const completeness = {
  expected: 7,
  missing: ['2026-11-05'],
  missingCount: 1,
  nullBuckets: { journeyCompletionRate: 0 },
};
const asked = {
  series: '4d1b6a7c0f2e8395',
  report: {
    name: 'nightly completion',
    source: 'analytics',
    reportType: 'journey-execution',
    metrics: ['journeyCompletionRate'],
    dimensions: ['journeyId', 'channel'],
    filter: { region: 'emea' },
    timeGroupBy: 'day' as const,
    timeZone: 'UTC',
  },
};
const sampling = { sampled: false, kept: 272, of: 272, maxRows: 5_000 };
const outliers = {
  mode: 'remove',
  total: 8,
  metrics: [{ metric: 'journeyCompletionRate', considered: 279, lower: 0.4444, upper: 0.7372, outliers: 8 }],
} as const;
const quality = {
  warnings: [{ kind: 'missing-key', key: 'channel', count: 3, message: '3 rows lack channel' }],
  nulls: { journeyCompletionRate: 1 },
  numericStrings: { journeyCompletionRate: 10 },
} as const;
const figures = { count: 271, nulls: 1, sum: 162.6, mean: 0.6, min: 0.4519, max: 0.7301 };
const rollup = {
  rows: 272,
  metrics: { journeyCompletionRate: { ...figures, q1: 0.5549, median: 0.5996, q3: 0.6266 } },
  groupedBy: ['journeyId'],
  groupCount: 1,
  groups: [{ dimensions: { journeyId: 'onboarding' }, rows: 272, metrics: { journeyCompletionRate: figures } }],
};
const named = { queryId: '50e2525e-ca03-42d4-859d-823c1bc4821f' };
const deliveryId = '7ab32d22c58f96b515f0d130131ada2b';

export const resultExample = {
  workflowId: 'journey-acme-20261101T0000Z-20261108T0000Z-7ab32d22',
  runId: '01a20827-4b5e-7c1d-9f3a-2b6d8e0c4f1a',
  outcome: 'completed' as const,
  ...named,
  ...asked,
  window,
  rows: { returned: 280, kept: 272, delivered: 272 },
  completeness,
  outliers,
  sampling,
  quality,
  delivery: { deliveryId, revision: 1, parts: 1, attempts: 1, signed: true },
  deliveries: [
    {
      destination: 'bi',
      outcome: 'completed' as const,
      rows: 272,
      deliveryId,
      revision: 1,
      parts: 1,
      attempts: 1,
      signed: true,
    },
  ],
  latencyMs: 4_288,
  accuracyRate: 97.14,
};

export const payloadExample = {
  schemaVersion: 1 as const,
  deliveryId,
  revision: 2,
  supersedes: 1,
  part: { index: 0, count: 1 },
  timestamp: '2026-11-09T03:15:42.120Z',
  org: 'acme',
  ...named,
  ...asked,
  window,
  summary: { total: 280, sampled: 272, kept: 272, isSample: false, rollup },
  sampling,
  completeness,
  quality: { ...quality, outliers },
  metrics: [{ date: '2026-11-01', journeyId: 'onboarding', journeyCompletionRate: 0.61 }],
};
