import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addOffered, buildBridge, countOffered, type OfferedCounts } from '../../../src/domain/journeys/bridge.js';
import { joinJourneys } from '../../../src/domain/journeys/join-journeys.js';
import type { Settings } from '../../../src/domain/journeys/definition/settings.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';
import {
  DAY,
  definitionOf,
  forest,
  HOUR_MS,
  legOf,
  settingsInput,
  START,
  tableOf,
  type Window,
} from './journeys-fixtures.js';
import { referenceJourneys } from './journeys-reference.js';

function countsOf(legs: readonly Leg[], settings: Settings, window: Window): OfferedCounts {
  const table = tableOf(legs);
  return countOffered(table, joinJourneys(table, { settings, ...window, localOf: (instant) => instant }));
}

test('with totals that count the same legs nothing is unexplained, whatever the legs', () => {
  fc.assert(
    fc.property(forest, settingsInput, (legs, input) => {
      const { settings } = definitionOf(input);
      const window = { ...DAY, fromMs: START + 12 * HOUR_MS, toMs: START + 40 * HOUR_MS };
      const counts = countsOf(legs, settings, window);
      const bridge = buildBridge(counts, counts.queues, 0);
      assert.deepEqual([bridge.unexplained, bridge.isOff], [0, false]);
      const started = referenceJourneys(legs, settings, window).filter(
        ({ outcomeClass }) => outcomeClass !== 'excluded',
      );
      assert.equal(counts.journeys, started.length);
      assert.equal(
        counts.queues.reduce((sum, { offered }) => sum + offered, 0),
        counts.offered,
      );
      const { offered, journeys, neverQueued, transfers, refused, otherDay, shortAbandons, outsideHours, outbound } =
        counts;
      assert.equal(
        offered - transfers - refused - otherDay - shortAbandons - outsideHours - outbound + neverQueued,
        journeys,
      );
    }),
    { numRuns: 200 },
  );
});

const BILLING = { id: '11', label: 'Billing' };
const SALES = { id: '12', label: 'Sales' };
const waited: Partial<Leg> = { queue: BILLING, queueSeconds: 20 };

const LEGS: readonly Leg[] = [
  legOf('1', { ...waited, agentId: '7', agentSeconds: 60 }),
  legOf('2', { masterContactId: '1', ...waited, queue: SALES, startMs: START + 1 }),
  legOf('3', { masterContactId: '1', ...waited, isRefused: true, startMs: START + 2 }),
  legOf('4', { ...waited, isAbandoned: true, isShortAbandon: true }),
  legOf('5', { queue: SALES, isOutbound: true, agentId: '7', agentSeconds: 9 }),
  legOf('9', { masterContactId: '5', ...waited, queue: SALES }),
  legOf('6', { preQueueSeconds: 9 }),
  legOf('7', { startMs: START - 1 }),
  legOf('8', { masterContactId: '7', ...waited }),
];

test('a day, line by line', () => {
  const counts = countsOf(LEGS, definitionOf().settings, DAY);
  const { lines, queues, isOff } = buildBridge(
    counts,
    [
      { ...BILLING, offered: 5 },
      { ...SALES, offered: 3 },
    ],
    0.01,
  );
  assert.deepEqual(
    lines.map(({ line, contacts }) => [line, contacts]),
    [
      ['offered', 8],
      ['transfers', -1],
      ['refused', -1],
      ['otherDay', -1],
      ['shortAbandons', -1],
      ['outsideHours', 0],
      ['outbound', -2],
      ['neverQueued', 1],
      ['journeys', 2],
      ['unexplained', -1],
    ],
  );
  assert.equal(isOff, true);
  assert.deepEqual(queues, [
    { ...BILLING, offered: 5, counted: 4, difference: -1 },
    { ...SALES, offered: 3, counted: 3, difference: 0 },
  ]);
});

test('a difference at the tolerance is none, and CXone may know of more queues, or of none', () => {
  const counts = countsOf(LEGS, definitionOf().settings, DAY);
  const isOff = (offered: number, tolerance: number): boolean =>
    buildBridge(counts, [{ ...SALES, offered }], tolerance).isOff;
  assert.deepEqual([isOff(7, 0), isOff(10, 0.3), isOff(10, 0.29), isOff(0, 0.5)], [false, false, true, true]);
  assert.deepEqual(
    buildBridge(counts, [{ id: '99', label: null, offered: 50 }], 0).queues.map(({ id, difference }) => [
      id,
      difference,
    ]),
    [
      ['99', -50],
      ['11', 4],
      ['12', 3],
    ],
  );
});

test('shards add up', () => {
  const { settings } = definitionOf();
  const [whole, one, other] = [LEGS, LEGS.slice(0, 4), LEGS.slice(4)].map((legs) => countsOf(legs, settings, DAY));
  if (whole === undefined || one === undefined || other === undefined) throw new Error('three counts');
  assert.deepEqual(addOffered(one, other), whole);
});
