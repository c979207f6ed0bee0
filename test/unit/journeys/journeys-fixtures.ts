import fc from 'fast-check';
import { readDefinition, type Definition } from '../../../src/domain/journeys/definition/definition.js';
import type { Settings, SettingsInput } from '../../../src/domain/journeys/definition/settings.js';
import { joinJourneys, type JoinedJourneys } from '../../../src/domain/journeys/join-journeys.js';
import type { Journey } from '../../../src/domain/journeys/journey.js';
import { LegTable } from '../../../src/domain/journeys/legs/leg-table.js';
import type { Leg, Named } from '../../../src/domain/journeys/legs/leg.js';

export const HOUR_MS = 3_600_000;
/** A Thursday, at midnight in UTC. */
export const START = Date.parse('2026-10-01T00:00:00Z');

const nobody: Named = { id: null, label: null };
const PHONE: Named = { id: '4', label: 'phone' };

/** A leg of a phone call that nobody took, with what the test is about put over it. */
export function legOf(contactId: string, over: Partial<Leg> = {}): Leg {
  return {
    contactId,
    masterContactId: contactId,
    startMs: START,
    durationSeconds: 60,
    preQueueSeconds: 0,
    queueSeconds: 0,
    agentSeconds: 0,
    afterCallSeconds: 0,
    abandonSeconds: 0,
    callbackSeconds: 0,
    isOutbound: false,
    isAbandoned: false,
    isShortAbandon: false,
    isRefused: false,
    transfer: 'none',
    agentId: null,
    channel: PHONE,
    queue: nobody,
    campaign: nobody,
    team: nobody,
    entryPoint: nobody,
    disposition: nobody,
    customData: [],
    ...over,
  };
}

export function definitionOf(settings: SettingsInput = {}): Definition {
  const read = readDefinition({ name: 'test', version: 1, base: 'contact-journey/1', settings });
  if ('problems' in read) throw new Error(read.problems.join(' '));
  return read.definition;
}

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly readUntilMs: number;
}

export const DAY: Window = { fromMs: START, toMs: START + 24 * HOUR_MS, readUntilMs: START + 999 * HOUR_MS };

export function tableOf(legs: readonly Leg[]): LegTable {
  // Less room than legs, so that columns grow.
  const table = new LegTable(3);
  for (const leg of legs) table.add(leg);
  return table;
}

export function join(legs: readonly Leg[], settings: Settings = definitionOf().settings, window = DAY): JoinedJourneys {
  return joinJourneys(tableOf(legs), { settings, ...window, localOf: (instant) => instant });
}

export function journeysOf(legs: readonly Leg[], settings?: SettingsInput, window?: Window): readonly Journey[] {
  return [...join(legs, definitionOf(settings).settings, window).journeys()];
}

const TICK_MS = HOUR_MS / 2;
const named = (...ids: string[]): fc.Arbitrary<Named> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(nobody) },
    { weight: 4, arbitrary: fc.constantFrom(...ids).map((id) => ({ id, label: `name of ${id}` })) },
  );
const seconds = fc.constantFrom(0, 0, 5, 40.125, 1_800, 7_200);
const seldom = fc.nat({ max: 5 }).map((one) => one === 0);

const looseLeg = fc.record({
  // Mostly around midnight, where a window ends: over all three days most legs would be outside of every horizon.
  tick: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 143 }) },
    { weight: 4, arbitrary: fc.integer({ min: 46, max: 50 }) },
  ),
  /** Which other leg it hangs on: itself, one that is there, or one that is not. */
  master: fc.oneof(
    { weight: 3, arbitrary: fc.constant(-1) },
    { weight: 6, arbitrary: fc.nat({ max: 39 }) },
    { weight: 1, arbitrary: fc.constant(99) },
  ),
  durationSeconds: seconds,
  preQueueSeconds: seconds,
  queueSeconds: seconds,
  agentSeconds: seconds,
  abandonSeconds: seconds,
  callbackSeconds: fc.constantFrom(0, 0, 0, 0, 90),
  isOutbound: seldom,
  isAbandoned: fc.boolean(),
  isShortAbandon: fc.boolean(),
  isRefused: seldom,
  transfer: fc.constantFrom('none', 'none', 'none', 'skill', 'agent', 'consult', 'conference'),
  agentId: fc.constantFrom(null, '7', '8'),
  channel: fc.constantFrom(PHONE, PHONE, PHONE, { id: '1', label: 'email' }, { id: '5', label: 'voicemail' }),
  queue: named('11', '12', '13'),
  campaign: named('21', '22'),
  team: named('31', '32'),
  entryPoint: named('41', '42'),
  disposition: named('51', '52'),
  customData: fc.constantFrom([], [], ['done=yes'], ['done=no', 'step=3']),
});

/** Legs over three days, half an hour apart so that they tie and lie on horizons: chains, rings, orphans, all outcomes. */
export const forest: fc.Arbitrary<readonly Leg[]> = fc
  .record({
    made: fc.array(looseLeg, { maxLength: 40, size: 'max' }),
    firstId: fc.constantFrom(1n, 999_999_990n, 9_007_199_254_740_990n),
    /** As CXone has them, masters before their legs; else anything hangs on anything. */
    isOrdered: fc.boolean(),
  })
  .map(({ made, firstId, isOrdered }) => {
    const legs = isOrdered ? [...made].sort((one, other) => one.tick - other.tick) : made;
    const idAt = (place: number): string => String(firstId + BigInt(place));
    const masterOf = (master: number, place: number): number => {
      if (master === 99) return master;
      if (master === -1 || (!isOrdered && master >= legs.length)) return place;
      return isOrdered ? master % (place + 1) : master;
    };
    return legs.map(({ tick, master, ...leg }, place) => ({
      ...legOf(idAt(place)),
      ...leg,
      startMs: START + tick * TICK_MS,
      masterContactId: idAt(masterOf(master, place)),
    }));
  });

const subset = (...names: string[]): fc.Arbitrary<readonly string[]> => fc.subarray(names);

/** Every setting with values that decide something in {@link forest}. */
export const settingsInput: fc.Arbitrary<SettingsInput> = fc.record({
  horizon: fc.constantFrom('4 hours', { email: '1 day', other: '90 minutes' }, { email: '10 h', other: 3_600 }),
  contained: fc.constantFrom('none' as const, ['disposition:51', 'customData:done=yes'], ['entryPoint:name of 41']),
  shortAbandon: fc.constantFrom('tenant', 6, '2 hours'),
  shortAbandons: fc.constantFrom('exclude', 'dropped'),
  voicemail: fc.record({ counts: fc.constantFrom('unresolved', 'completed', 'dropped'), queues: subset('13') }),
  callback: fc.record({
    minTalk: fc.constantFrom(30, 1_000),
    notReached: fc.constantFrom('unresolved', 'dropped'),
    queues: subset('name of 12'),
  }),
  neverDecides: fc.record({ queues: subset('11'), entryPoints: subset('42') }),
  minTalk: fc.constantFrom(0, 20),
  escalation: fc.record({ minSelfService: fc.constantFrom(0, 30), entryPoints: subset('41') }),
  hours: fc.constantFrom('all' as const, {
    timeZone: 'UTC',
    open: [
      { days: [4, 5], from: '08:00', to: '20:00' },
      { days: [6], from: '00:00', to: '24:00' },
    ],
  }),
});
