import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseWindows, overlapsIn } from '../../../src/cli/export/series-windows.js';
import type { CurrentRevision } from '../../../src/records/ledger/current-revisions.js';

const SERIES = 'ab'.repeat(8);

function revision(from: string, to: string, change: Partial<CurrentRevision> = {}): CurrentRevision {
  return {
    deliveryId: `${from}-${to}`,
    revision: 1,
    org: 'acme',
    destination: 'bi',
    window: { from, to, timeZone: 'Europe/Berlin', label: from.slice(0, 10) },
    queryId: 'q',
    contentHash: 'c',
    claimedBy: 'r',
    claimedAt: '2026-11-01T00:00:00.000Z',
    deliveredBy: 'r',
    parts: null,
    series: SERIES,
    report: null,
    deliveredAt: '2026-11-01T00:00:00.000Z',
    expired: false,
    newest: 1,
    runs: [],
    ...change,
  };
}

/** 30 September to 2 October in Berlin. */
const DAYS = [
  revision('2026-09-29T22:00:00Z', '2026-09-30T22:00:00Z'),
  revision('2026-09-30T22:00:00Z', '2026-10-01T22:00:00Z'),
  revision('2026-10-01T22:00:00Z', '2026-10-02T22:00:00Z'),
];

test('a day of --from and --to is one in the zone of the window', () => {
  const { delivered, beyond } = chooseWindows(DAYS, { series: SERIES, from: '2026-10-01', to: '2026-10-02' });
  assert.deepEqual([delivered, beyond], [[DAYS[1]], []]);
  const month = chooseWindows(DAYS, { series: SERIES, from: '2026-10' });
  assert.deepEqual(month.delivered, DAYS.slice(1));
  const utc = chooseWindows(DAYS, { series: SERIES, from: '2026-10-01T00:00:00Z', to: '2026-10-01T01:00:00Z' });
  assert.deepEqual([utc.delivered, utc.beyond], [[DAYS[1]], [DAYS[1]]]);
});

test('windows of two receivers or organisations are never put together', () => {
  const lake = DAYS.map((day) => ({ ...day, destination: 'lake' }));
  const other = DAYS.map((day) => ({ ...day, org: 'globex' }));
  assert.throws(() => chooseWindows([...DAYS, ...lake], { series: SERIES }), /bi, lake: name one with --destination/);
  assert.throws(() => chooseWindows([...DAYS, ...other], { series: SERIES }), /acme, globex: name one with --org/);
  const chosen = chooseWindows([...DAYS, ...lake], { series: SERIES, destination: 'lake' });
  assert.deepEqual(chosen.delivered, lake);
});

test('what was never delivered is told apart, and a series without anything else is refused', () => {
  const never = revision('2026-10-02T22:00:00Z', '2026-10-03T22:00:00Z', { deliveredAt: null });
  const { delivered, undelivered } = chooseWindows([...DAYS, never], { series: SERIES });
  assert.deepEqual([delivered, undelivered], [DAYS, [never]]);
  assert.throws(() => chooseWindows([never], { series: SERIES }), /no delivered window/);
});

test('every window that shares time with another one is found, also behind a long one', () => {
  const month = revision('2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z');
  const inOrder = [DAYS[0], month, DAYS[2]].flatMap((each) => each ?? []);
  assert.deepEqual(overlapsIn(inOrder), [[month, DAYS[2]]]);
  assert.deepEqual(overlapsIn(DAYS), []);
});
