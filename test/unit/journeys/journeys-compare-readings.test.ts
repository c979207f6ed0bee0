import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareReadings, type LegReading } from '../../../src/domain/journeys/compare-readings.js';
import { joinJourneys } from '../../../src/domain/journeys/join-journeys.js';
import type { JourneyFilter } from '../../../src/domain/journeys/journey.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';
import { DAY, definitionOf, HOUR_MS, legOf, START, tableOf, type Window } from './journeys-fixtures.js';

const { settings } = definitionOf();
const NOBODY: JourneyFilter = new Map();
const SALES = { id: '11', label: 'sales' };

function readingOf(given: readonly Leg[], window: Partial<Window> = {}): LegReading {
  const legs = tableOf(given);
  const whole = { ...DAY, ...window };
  const joined = joinJourneys(legs, { settings, ...whole, localOf: (instant) => instant });
  return { legs, joined, readUntilMs: whole.readUntilMs };
}

function changes(before: LegReading, after: LegReading, filter = NOBODY): readonly string[] {
  return [...compareReadings(before, after, filter)].map(
    ({ cause, contactId, journeyId }) => `${cause} ${contactId} of ${journeyId}`,
  );
}

const root = legOf('1');
const second = legOf('2', { masterContactId: '1', startMs: START + 60_000 });

test('a leg that was not there, and had begun before the reading, is a late one', () => {
  assert.deepEqual(changes(readingOf([root]), readingOf([root, second])), ['late-legs 2 of 1']);
  assert.deepEqual(changes(readingOf([]), readingOf([root, second])), ['late-legs 2 of 1', 'late-legs 1 of 1']);
});

test('a leg that began after the reading is none: its journey went on, and has settled', () => {
  const early = readingOf([root], { readUntilMs: START + 30_000 });
  assert.deepEqual(changes(early, readingOf([root, second])), ['settled 1 of 1']);
});

test('a journey that was open and is not any more has settled, even if no leg came', () => {
  const open = readingOf([root], { readUntilMs: START + HOUR_MS });
  assert.deepEqual(changes(open, readingOf([root])), ['settled 1 of 1']);
  assert.deepEqual(changes(open, readingOf([root], { readUntilMs: START + 2 * HOUR_MS })), []);
});

test('a leg that says something else, or that is gone, has changed at the source', () => {
  const all = readingOf([root, second]);
  const fields: Partial<Leg>[] = [
    { durationSeconds: 61 },
    { queueSeconds: 1 },
    { isAbandoned: true },
    { agentId: '7' },
    { queue: SALES },
    { disposition: { id: '1', label: null } },
    { customData: ['a=b'] },
    { startMs: START + 61_000 },
  ];
  for (const field of fields) {
    const changed = readingOf([root, { ...second, ...field }]);
    assert.deepEqual(changes(all, changed), ['source-changed 2 of 1'], JSON.stringify(field));
  }
  assert.deepEqual(changes(all, readingOf([root])), ['source-changed 2 of 1']);
  assert.deepEqual(changes(all, all), []);
});

test('what belongs to no journey of the window, or to one that was not asked for, does not count', () => {
  const later = legOf('3', { startMs: START + 25 * HOUR_MS });
  assert.deepEqual(changes(readingOf([root]), readingOf([root, later])), []);
  const asked: JourneyFilter = new Map([['queue', new Set(['11'])]]);
  const queued = { ...second, queue: SALES, queueSeconds: 5 };
  assert.deepEqual(changes(readingOf([root]), readingOf([root, second]), asked), []);
  // It is asked for by what it has become.
  assert.deepEqual(changes(readingOf([root]), readingOf([root, queued]), asked), ['late-legs 2 of 1']);
  assert.deepEqual(changes(readingOf([root, queued]), readingOf([root, second]), asked), ['source-changed 2 of 1']);
});
