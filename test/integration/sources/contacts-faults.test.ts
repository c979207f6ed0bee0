import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { readingOf, simulatedTenant } from '../../support/sources/journey-source.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const definition = definitionOf({ contained: 'none' });
const DATA = { late: 0, restated: 0, journeysPerDay: 40, topCap: 20 } as const;
const ASKED = { dateFrom: '2026-10-05', dateTo: '2026-10-06', dimension: ['queue'] };
/** Steps that are tried again, as Temporal does. */
const TRIES_MOST = 12;

type Scripted = NonNullable<FaultSchedule['script']>[number];

/** What strikes once on the way, and is over: the step fails or waits, and is done again. */
const STRIKES: readonly Scripted[] = [
  ...(['discovery', 'grant', 'contacts'] as const).flatMap((on) =>
    (['503', '429', '500', 'drop-before', 'truncated', 'html', 'wrong-json'] as const).map((fault) => ({
      on,
      nth: 1,
      fault,
    })),
  ),
  ...(['401', 'wrong-total', 'page-loop', '503', 'reset-after'] as const).map((fault) => ({
    on: 'contacts' as const,
    nth: 4,
    fault,
  })),
];

async function rowsDespite(
  t: Parameters<typeof simulatedTenant>[0],
  script: readonly Scripted[],
): Promise<readonly Record<string, unknown>[]> {
  const tenant = await simulatedTenant(t, definition, DATA, { script: [...script] });
  const source = tenant.source();
  const reading = readingOf(ASKED);
  let tries = 0;
  for (let more = true; more;) {
    try {
      more = await reading.step(source);
    } catch (error) {
      if ((tries += 1) > TRIES_MOST) throw error;
    }
  }
  return reading.rows(source);
}

test('what strikes a reading once costs a step, and never a row', async (t) => {
  const expected = await rowsDespite(t, []);
  assert.ok(expected.length > 5);
  for (const strike of STRIKES) {
    assert.deepEqual(await rowsDespite(t, [strike]), expected, JSON.stringify(strike));
  }
});

test('sums that fail for good leave the rows as they are', async (t) => {
  const expected = await rowsDespite(t, []);
  const always = Array.from({ length: 6 }, (_, nth) => ({ on: 'list' as const, nth: nth + 1, fault: '503' as const }));
  assert.deepEqual(await rowsDespite(t, always), expected);
});
