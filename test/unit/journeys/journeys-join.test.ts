import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Journey } from '../../../src/domain/journeys/journey.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';
import {
  DAY,
  definitionOf,
  forest,
  HOUR_MS,
  join,
  journeysOf,
  legOf,
  settingsInput,
  START,
  type Window,
} from './journeys-fixtures.js';
import { referenceJourneys } from './journeys-reference.js';

const DAYS: Window = { fromMs: START, toMs: START + 72 * HOUR_MS, readUntilMs: START + 70 * HOUR_MS };

const byId = <T extends { readonly journeyId: string }>(journeys: Iterable<T>): T[] =>
  [...journeys].sort((one, other) => (BigInt(one.journeyId) < BigInt(other.journeyId) ? -1 : 1));

test('journeys are those of the reference, whatever hangs on whatever', () => {
  fc.assert(
    fc.property(forest, settingsInput, fc.nat({ max: 143 }), (legs, input, tick) => {
      const { settings } = definitionOf(input);
      const window = { ...DAYS, fromMs: START + (tick * HOUR_MS) / 2 };
      const expected = byId(referenceJourneys(legs, settings, window));
      assert.deepEqual(byId(join(legs, settings, window).journeys()), expected);
    }),
    { numRuns: 600 },
  );
});

test('any partition of a range has the same journeys, each window with only the legs around it', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 72 * 60 - 1 }), { maxLength: 6 });
  fc.assert(
    fc.property(forest, settingsInput, cuts, (legs, input, minutes) => {
      const { settings } = definitionOf(input);
      const longest = 1_000 * Math.max(...Object.values(settings.horizon));
      const edges = [0, ...minutes.sort((one, other) => one - other), 72 * 60].map((each) => START + each * 60_000);
      const whole = join(legs, settings, DAYS);
      const journeys: Journey[] = [];
      const sums = { legs: 0, orphans: 0, suspectedSplits: 0 };
      for (const [place, fromMs] of edges.slice(0, -1).entries()) {
        const window = { ...DAYS, fromMs, toMs: edges[place + 1] ?? NaN };
        const around = legs.filter(
          ({ startMs }) => startMs >= window.fromMs - longest && startMs < window.toMs + longest,
        );
        const { counts, ...part } = join(around, settings, window);
        journeys.push(...part.journeys());
        sums.legs += counts.legs;
        sums.orphans += counts.orphans;
        sums.suspectedSplits += counts.suspectedSplits;
      }
      assert.deepEqual(byId(journeys), byId(whole.journeys()));
      const { legs: all, orphans, suspectedSplits } = whole.counts;
      assert.deepEqual(sums, { legs: all, orphans, suspectedSplits });
    }),
    { numRuns: 300 },
  );
});

test('the order of the legs is without effect', () => {
  fc.assert(
    fc.property(
      forest.chain((legs) => fc.tuple(fc.constant(legs), fc.shuffledSubarray([...legs], { minLength: legs.length }))),
      settingsInput,
      ([legs, shuffled], input) => {
        const { settings } = definitionOf(input);
        const [one, other] = [legs, shuffled].map((each) => byId(join(each, settings, DAYS).journeys()));
        assert.deepEqual(one, other);
      },
    ),
    { numRuns: 200 },
  );
});

const child = (contactId: string, masterContactId: string, over: Partial<Leg> = {}): Leg =>
  legOf(contactId, { masterContactId, ...over });

test('a journey is followed from master to master, however often CXone named a new one', () => {
  const [journey] = journeysOf([legOf('1'), child('2', '1'), child('3', '2'), child('4', '3')]);
  assert.deepEqual([journey?.journeyId, journey?.legs], ['1', 4]);
});

test('a leg on the horizon is outside, and so is what hangs on it', () => {
  const legs = [
    legOf('1'),
    child('2', '1', { startMs: START + 4 * HOUR_MS - 1 }),
    child('3', '1', { startMs: START + 4 * HOUR_MS }),
    child('4', '3', { startMs: START + HOUR_MS }),
    child('5', '1', { startMs: START - 1 }),
  ];
  const { counts, ...joined } = join(legs, undefined, { ...DAY, fromMs: START - 1 });
  assert.deepEqual([[...joined.journeys()].map(({ legs: count }) => count), counts.orphans], [[2], 3]);
});

test('email has days', () => {
  const email = { channel: { id: '1', label: 'email' } };
  const legs = [legOf('1', email), child('2', '1', { startMs: START + 100 * HOUR_MS })];
  assert.equal(journeysOf(legs)[0]?.legs, 2);
});

test('legs of a root before the window are of an earlier window, not orphans', () => {
  const legs = [legOf('1', { startMs: START - 1 }), child('2', '1', { startMs: START + 1 })];
  const { counts, ...joined } = join(legs);
  assert.deepEqual([[...joined.journeys()], counts.orphans, counts.legs], [[], 0, 1]);
});

test('rings, missing masters and cut journeys are counted, and make no journey of their own legs', () => {
  const legs = [
    child('1', '2'),
    child('2', '1'),
    child('3', '1'),
    child('4', '99'),
    legOf('5', { transfer: 'skill' }),
    legOf('6', { transfer: 'consult', startMs: START + 48 * HOUR_MS }),
  ];
  const { counts, ...joined } = join(legs);
  assert.deepEqual(
    [...joined.journeys()].map(({ journeyId }) => journeyId),
    ['5'],
  );
  assert.deepEqual(counts, { legs: 5, orphans: 4, suspectedSplits: 1, cycles: 1, duplicates: 0 });
});

test('of a contact that is there twice the record that ends later counts', () => {
  const short = legOf('1', { isAbandoned: true });
  const long = legOf('1', { durationSeconds: 90, agentSeconds: 30, agentId: '7' });
  for (const legs of [
    [short, long, child('2', '1')],
    [long, child('2', '1'), short],
  ]) {
    const { counts, ...joined } = join(legs);
    assert.deepEqual(
      [...joined.journeys()].map(({ legs: count, steps }) => [count, steps]),
      [[2, 1]],
    );
    assert.deepEqual([counts.duplicates, counts.legs, counts.orphans], [1, 2, 0]);
  }
});

test('ids above 2^53 stay themselves', () => {
  const ids = ['9007199254740993', '9007199254740992', '123456789012345678901234', '1000000000', '999999999'];
  assert.deepEqual(
    journeysOf(ids.map((id) => legOf(id))).map(({ journeyId }) => journeyId),
    ids,
  );
});

test('a journey is final once all of its horizon has been read', () => {
  const window = { ...DAY, readUntilMs: START + 4 * HOUR_MS };
  const legs = [legOf('1'), legOf('2', { startMs: START + 1 })];
  assert.deepEqual(
    journeysOf(legs, {}, window).map(({ isFinal }) => isFinal),
    [true, false],
  );
});
