import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SettingsInput } from '../../../src/domain/journeys/definition/settings.js';
import { OUTCOMES } from '../../../src/domain/journeys/outcome.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';
import { forest, HOUR_MS, journeysOf, settingsInput, START } from './journeys-fixtures.js';
import {
  answer,
  BILLING,
  CALLS,
  CASES,
  LEFT,
  named,
  PAY_MENU,
  story,
  SURVEY,
  WAITED,
} from './journeys-outcome-cases.js';

for (const [what, legs, outcome, counts, settings] of CASES) {
  test(`${what}: ${outcome}, ${counts}`, () => {
    const [journey, ...others] = journeysOf(legs, settings);
    assert.deepEqual([journey?.outcome, journey?.outcomeClass, others], [outcome, counts, []]);
  });
}

test('every outcome is in this table, and made legs have every one of them', () => {
  const all = OUTCOMES.map(({ outcome }) => outcome).sort();
  assert.deepEqual([...new Set(CASES.map(([, , outcome]) => outcome))].sort(), all);
  const made = fc.sample(fc.tuple(forest, settingsInput), { numRuns: 1_500, seed: 1 });
  const window = { fromMs: START, toMs: START + 72 * HOUR_MS, readUntilMs: 0 };
  const seen = made.flatMap(([legs, settings]) => journeysOf(legs, settings, window).map(({ outcome }) => outcome));
  assert.deepEqual([...new Set(seen)].sort(), all);
});

test('wait is of deciding legs, duration of all, steps of answered ones', () => {
  const legs = story(
    { ...answer(), queueSeconds: 30.25, team: named('31', 'Early') },
    { ...answer(), queueSeconds: 10, transfer: 'consult', durationSeconds: 600 },
    { ...answer(), queueSeconds: 5.5, team: named('32', 'Late') },
  );
  const [journey] = journeysOf(legs);
  assert.deepEqual(
    [
      journey?.waitMs,
      (journey?.endMs ?? 0) - START,
      journey?.steps,
      journey?.transfers,
      journey?.legs,
      journey?.team.label,
    ],
    [35_750, 660_000, 2, 1, 3, 'Late'],
  );
});

test('queue and campaign are of the first queued leg, channel and entry point of the root', () => {
  const legs = story(
    { entryPoint: PAY_MENU, queue: SURVEY, campaign: named('21', 'None yet') },
    { ...WAITED, campaign: named('22', 'Autumn') },
    { ...answer(), queue: CALLS },
  );
  const [journey] = journeysOf(legs);
  assert.deepEqual([journey?.queue.label, journey?.campaign.label], ['Billing', 'Autumn']);
  assert.deepEqual([journey?.channel.label, journey?.entryPoint.label], ['phone', 'Pay by phone']);
  assert.deepEqual(journeysOf(story({ queue: BILLING, ...LEFT }))[0]?.queue, { id: null, label: null });
});

test('a journey is escalated when self-service came first and an agent was reached', () => {
  const isEscalated = (legs: readonly Leg[], escalation?: SettingsInput['escalation']): boolean | undefined =>
    journeysOf(legs, { escalation })[0]?.isEscalated;
  const legs = story({ preQueueSeconds: 30, entryPoint: PAY_MENU }, answer());
  assert.equal(isEscalated(legs), true);
  assert.equal(isEscalated(legs, { minSelfService: 30 }), false);
  assert.equal(isEscalated(legs, { entryPoints: ['42'] }), false);
  assert.equal(isEscalated(legs, { entryPoints: ['Pay by phone'] }), true);
  assert.equal(isEscalated(story(answer())), false);
  assert.equal(isEscalated(story({ preQueueSeconds: 30 }, { ...WAITED, ...LEFT })), false);
});

test('a transfer is a call that an agent took after the first: no refusal, callback, voicemail or survey', () => {
  const refused = { ...WAITED, isRefused: true };
  const callback = { ...answer(), callbackSeconds: 5 };
  const voicemail = { channel: named('5', 'voicemail') };
  const legs = story(WAITED, answer(), refused, callback, voicemail, { queue: SURVEY }, answer(), {
    ...WAITED,
    ...LEFT,
  });
  const [journey] = journeysOf(legs, { neverDecides: { queues: ['Survey'] } });
  assert.deepEqual([journey?.transfers, journey?.steps], [2, 2]);
});
