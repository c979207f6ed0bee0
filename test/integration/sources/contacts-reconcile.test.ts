import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DerivedFacts, JourneyFindings } from '../../../src/contract/result/derived.js';
import { readingOf, simulatedTenant, type Asked, type SimulatedTenant } from '../../support/sources/journey-source.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const definition = definitionOf({ contained: 'none' });
const QUIET = { late: 0, restated: 0, journeysPerDay: 150 } as const;
const WEEK = { dateFrom: '2026-10-05', dateTo: '2026-10-12', timeZone: 'America/Chicago' };

interface Found {
  readonly facts: DerivedFacts;
  readonly details: JourneyFindings;
  readonly rows: readonly Record<string, unknown>[];
}

async function found(tenant: SimulatedTenant, asked: Asked): Promise<Found> {
  const source = tenant.source();
  const reading = readingOf(asked);
  await reading.finish(source);
  const [first] = await reading.derived(source);
  assert.ok(first?.facts && first.details);
  return { facts: first.facts, details: first.details as JourneyFindings, rows: await reading.rows(source) };
}

test('the bridge leads from the sums of CXone to the journeys, and nothing is left unexplained', async (t) => {
  const tenant = await simulatedTenant(t, definition, QUIET);
  const { facts, details } = await found(tenant, WEEK);
  const { reconciliation } = facts;
  assert.ok(reconciliation?.state === 'reconciled', JSON.stringify(reconciliation));
  assert.equal(reconciliation.unexplained, 0, JSON.stringify({ reconciliation, queues: details.queues }));
  assert.ok(reconciliation.offered > 500 && reconciliation.transfers < 0 && reconciliation.neverQueued > 0);
  assert.ok(details.queues.every(({ difference }) => difference === 0));
  const inBuckets = details.buckets.flatMap(({ outcomes }) => Object.values(outcomes).map((count) => count ?? 0));
  assert.equal(
    inBuckets.reduce((sum, count) => sum + count, 0),
    details.outcomes.reduce((sum, { journeys }) => sum + journeys, 0),
  );
});

test('contacts that no leg explains stand in the last line, beyond the tolerance', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, unexplained: 500, summaryValues: 'json' });
  const { reconciliation } = (await found(tenant, WEEK)).facts;
  assert.ok(reconciliation?.state === 'reconciled');
  assert.deepEqual([reconciliation.unexplained, reconciliation.beyondTolerance], [-500, true]);
});

test('a tenant that refuses its sums is not reconciled, and its journeys are the same', async (t) => {
  const open = await simulatedTenant(t, definition, QUIET);
  const closed = await simulatedTenant(t, definition, { ...QUIET, forbidden: ['skills/summary'] });
  const [one, other] = [await found(open, WEEK), await found(closed, WEEK)];
  assert.deepEqual(other.rows, one.rows);
  assert.equal(other.facts.reconciliation?.state, 'not reconciled');
  assert.match(JSON.stringify(other.facts.reconciliation), /403/);
});

test('a window that has not ended is not held against sums that go on', async (t) => {
  const tenant = await simulatedTenant(t, definition, QUIET);
  tenant.clock.now = Date.parse('2026-10-09T12:00:00Z');
  const { facts } = await found(tenant, WEEK);
  assert.deepEqual(facts.reconciliation, { state: 'not reconciled', reason: 'the window has not ended' });
});

test('days before the oldest with data have no row, and empty days after it are known to be zero', async (t) => {
  const settings = {
    ...QUIET,
    journeysPerDay: 20,
    only: ['answered'],
    firstDay: '2026-10-07',
    emptyDays: ['2026-10-09'],
  };
  const tenant = await simulatedTenant(t, definition, settings as never);
  const dates = async (asked: Asked): Promise<readonly unknown[]> =>
    (await found(tenant, asked)).rows.map(({ date }) => date);
  const week = { dateFrom: '2026-10-05', dateTo: '2026-10-11' };
  const expected = ['2026-10-07', '2026-10-08', '2026-10-09', '2026-10-10'];
  assert.deepEqual(await dates(week), expected);
  const days = Array.from({ length: 6 }, (_, day) => `2026-10-${String(5 + day).padStart(2, '0')}`);
  const parts: unknown[] = [];
  for (const [day, dateFrom] of days.entries()) {
    parts.push(...(await dates({ dateFrom, dateTo: days[day + 1] ?? '2026-10-11' })));
  }
  assert.deepEqual(parts, expected, 'day by day');
  assert.equal((await found(tenant, week)).facts.dataFrom, '2026-10-07T00:00:00.000Z');
});

test('a tenant without any contact has no rows at all', async (t) => {
  const tenant = await simulatedTenant(t, definition, { ...QUIET, firstDay: '2027-01-01' });
  const { rows, facts } = await found(tenant, { dateFrom: '2026-10-05', dateTo: '2026-10-07' });
  assert.deepEqual(rows, []);
  assert.ok((facts.dataFrom ?? '') >= '2026-10-07');
});
