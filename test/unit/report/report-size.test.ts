import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf } from '../../../src/report/data/coverage.js';
import { renderReport } from '../../../src/report/render-report.js';
import { histogramOf, reportData, wave } from './report-fixtures.js';

test('a page stays below a megabyte, whatever the run', () => {
  const long = (label: string): string => `${label} ${'ß&<'.repeat(3_000)}`;
  const data = reportData(long);
  const metrics = Array.from({ length: 10 }, (_, at) => long(`metric ${at}`));
  const hours = Array.from({ length: 366 * 24 }, (_, hour) =>
    new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 16),
  );
  const missing = new Set(hours.filter((_, hour) => hour % 7 === 0));
  const [answers] = 'found' in data.answers ? data.answers.found : [];
  const [entry] = 'found' in data.audit ? data.audit.found : [];
  assert.ok(answers && entry && data.asked && data.result);
  const values = Array.from({ length: 5_000 }, (_, at) => wave(at));
  const ranked = Array.from({ length: 10 }, (_, at) => ({
    name: long(`${at}`),
    rows: 1,
    means: metrics.map(() => 1 / 3),
  }));
  const page = renderReport({
    ...data,
    runUrl: 'https://temporal.example/x',
    asked: { ...data.asked, metrics },
    result: {
      ...data.result,
      quality: {
        ...data.result.quality,
        warnings: Array.from({ length: 500 }, () => ({
          kind: 'missing-key',
          key: long('key'),
          count: 1,
          message: long('w'),
        })),
        nulls: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [long(`${at}`), 1])),
      },
    },
    series: {
      found: Array.from({ length: 370 }, (_, at) => ({
        from: '2026-01-01T00:00+01:00',
        to: '2026-01-02T00:00+01:00',
        rows: 1e9,
        missing: at % 2,
        buckets: 24,
        means: metrics.map((__, metric) => wave(at + metric) * 1e9),
      })),
    },
    histograms: { found: metrics.map(() => histogramOf(values)) },
    ranking: { found: { dimension: long('d'), top: ranked, bottom: ranked, count: 1e6 } },
    coverage: { found: coverageOf(hours, missing, 'hour') },
    answers: {
      found: [
        {
          ...answers,
          count: 1e6,
          answers: Array.from({ length: 80 }, () => ({
            ...answers.answers[0],
            at: '2026-01-01T00:00:00Z',
            workflowId: long('w'),
            attempt: 1,
            part: 0,
            delivered: false,
            status: 500,
            reason: long('r'),
            retryAfterMs: null,
          })),
        },
      ],
    },
    story: {
      ...data.story,
      episodes: Array.from({ length: 60 }, () => ({
        stage: 'poll',
        from: '2026-11-15T00:00:02.000Z',
        to: '2026-11-15T00:01:10.000Z',
        calls: 100,
        says: Array.from({ length: 6 }, () => long('s')),
        ticks: Array.from({ length: 150 }, () => '2026-11-15T00:00:02.100Z'),
      })),
    },
    audit: { found: Array.from({ length: 50 }, () => ({ ...entry, failureMessage: long('f') })) },
  });
  assert.ok(Buffer.byteLength(page) < 1_000_000, `${Buffer.byteLength(page)} bytes`);
});
