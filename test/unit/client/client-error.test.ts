import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JourneyMetricsError } from '../../../src/client/error.js';
import { resolveBackfill } from '../../../src/client/backfills/resolve-backfill.js';
import { resolveRequest } from '../../../src/client/runs/resolve-request.js';

const DEFAULTS = { org: 'acme', destination: 'bi' };
const QUERY = { metric: ['journeyStarted'] };
const WINDOW = { relative: 'yesterday' } as const;
const NOW = Date.UTC(2026, 10, 9);

/** What the calendar refuses, by where it is wrong. */
const REFUSED: Readonly<Record<string, () => unknown>> = {
  'query.dateTo': () =>
    resolveRequest({ query: { ...QUERY, dateFrom: '2026-11-02', dateTo: '2026-11-01' } }, DEFAULTS, NOW),
  'query.dateFrom': () =>
    resolveRequest({ query: { ...QUERY, dateFrom: '2026-02-30', dateTo: '2026-03-01' } }, DEFAULTS, NOW),
  timeZone: () => resolveRequest({ query: QUERY, window: WINDOW, timeZone: 'Mars/Olympus' }, DEFAULTS, NOW),
  from: () => resolveBackfill({ query: QUERY, from: 'soon', to: '2026-11-01' }, DEFAULTS, NOW),
  'window.timeZone': () =>
    resolveRequest({ query: QUERY, window: { ...WINDOW, timeZone: 'Mars/Olympus' } }, DEFAULTS, NOW),
};

for (const [path, refuse] of Object.entries(REFUSED)) {
  test(`a window that the calendar does not have has its path and its reason in the error as JSON: ${path}`, () => {
    assert.throws(refuse, (error: unknown) => {
      assert.ok(error instanceof JourneyMetricsError && error.type === 'InvalidRequest');
      const [{ problems }] = JSON.parse(JSON.stringify(error.details)) as [{ problems: { message: string }[] }];
      const message = problems[0]?.message ?? '';
      assert.notEqual(message, '');
      assert.deepEqual(problems, [{ path, message }]);
      assert.ok(error.message.includes(message), error.message);
      return true;
    });
  });
}
