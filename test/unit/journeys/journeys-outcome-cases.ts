/** Stories of customers and what becomes of them, to be read as a table. */
import type { SettingsInput } from '../../../src/domain/journeys/definition/settings.js';
import type { Outcome, OutcomeClass } from '../../../src/domain/journeys/outcome.js';
import type { Leg, Named } from '../../../src/domain/journeys/legs/leg.js';
import { legOf, START } from './journeys-fixtures.js';

export const named = (id: string, label: string): Named => ({ id, label });
export const [BILLING, SURVEY, CALLS] = [named('11', 'Billing'), named('12', 'Survey'), named('13', 'Call me')];
export const PAY_MENU = named('41', 'Pay by phone');
const VOICEMAIL = named('5', 'voicemail');

export const answer = (seconds = 120): Partial<Leg> => ({
  agentId: '7',
  agentSeconds: seconds,
  queue: BILLING,
  queueSeconds: 20,
});
export const LEFT: Partial<Leg> = { isAbandoned: true };
export const WAITED: Partial<Leg> = { queue: BILLING, queueSeconds: 45 };
const CALLBACK: Partial<Leg> = { queue: BILLING, queueSeconds: 45, callbackSeconds: 600 };

/** Legs in the order of time, the first of them the root; each begins a minute after the one before, and lasts as long. */
export function story(...legs: readonly Partial<Leg>[]): readonly Leg[] {
  return legs.map((leg, place) =>
    legOf(String(100 + place), { masterContactId: '100', startMs: START + place * 60_000, ...leg }),
  );
}

const PAID: SettingsInput = { contained: ['disposition:Paid', 'entryPoint:Pay by phone', 'customData:outcome=paid'] };

type Case = readonly [
  what: string,
  legs: readonly Leg[],
  outcome: Outcome,
  counts: OutcomeClass,
  settings?: SettingsInput,
];

export const CASES: readonly Case[] = [
  // Answered
  ['an agent answers', story(answer()), 'handled', 'completed'],
  ['an agent answers at once', story({ ...answer(), queueSeconds: 0 }), 'handled', 'completed'],
  ['a menu, then an agent', story({ preQueueSeconds: 60 }, answer()), 'handled', 'completed'],
  ['two agents', story(answer(), answer()), 'handled', 'completed'],
  ['refused by one agent, taken by another', story({ ...WAITED, isRefused: true }, answer()), 'handled', 'completed'],
  ['talk that is too short', story(answer(3)), 'unresolved', 'unresolved', { minTalk: 10 }],
  ['talk that is just long enough', story(answer(10)), 'handled', 'completed', { minTalk: 10 }],
  ['agent seconds without an agent', story({ ...WAITED, agentSeconds: 9 }), 'unresolved', 'unresolved'],
  ['refused, and nobody else', story({ ...answer(), isRefused: true }), 'unresolved', 'unresolved'],

  // Dropped
  ['left in the queue', story({ ...WAITED, ...LEFT }), 'dropped-in-queue', 'dropped'],
  ['left in a second queue', story(WAITED, { ...WAITED, ...LEFT }), 'dropped-in-queue', 'dropped'],
  ['left in the menu', story({ preQueueSeconds: 30, ...LEFT }), 'dropped-before-queue', 'dropped'],
  ['left after a transfer', story(answer(), { ...WAITED, ...LEFT }), 'dropped-after-transfer', 'dropped'],
  ['left early', story({ ...WAITED, ...LEFT, isShortAbandon: true }), 'short-abandon', 'excluded'],
  [
    'left early, after a transfer',
    story(answer(), { ...WAITED, ...LEFT, isShortAbandon: true }),
    'dropped-after-transfer',
    'dropped',
  ],
  [
    'left early, and that counts',
    story({ ...WAITED, ...LEFT, isShortAbandon: true }),
    'short-abandon',
    'dropped',
    { shortAbandons: 'dropped' },
  ],
  ['left before 60 s, not flagged', story({ ...WAITED, ...LEFT }), 'short-abandon', 'excluded', { shortAbandon: 60 }],
  ['left at 45 s of 45', story({ ...WAITED, ...LEFT }), 'dropped-in-queue', 'dropped', { shortAbandon: 45 }],
  [
    'left after 5 s, as CXone says',
    story({ ...WAITED, ...LEFT, abandonSeconds: 5 }),
    'short-abandon',
    'excluded',
    { shortAbandon: '10 s' },
  ],

  // Which leg is the last
  [
    'the caller leaves while the first agent still has after-call work',
    story({ ...answer(), durationSeconds: 50, afterCallSeconds: 500 }, { ...WAITED, ...LEFT }),
    'dropped-after-transfer',
    'dropped',
  ],
  [
    'two legs end at once: the larger contact id is the last',
    story({ ...WAITED, durationSeconds: 120 }, { ...WAITED, ...LEFT }),
    'dropped-in-queue',
    'dropped',
  ],
  [
    'a consultation that is left does not decide',
    story(answer(), { ...WAITED, ...LEFT, transfer: 'consult' }),
    'handled',
    'completed',
  ],
  ['nor a conference', story(answer(), { ...WAITED, ...LEFT, transfer: 'conference' }), 'handled', 'completed'],
  ['nor an outbound leg', story(answer(), { ...LEFT, isOutbound: true }), 'handled', 'completed'],
  [
    'an outbound leg with an agent is no answer',
    story({ ...WAITED, ...LEFT }, { ...answer(), isOutbound: true }),
    'dropped-in-queue',
    'dropped',
  ],
  [
    'a survey that is left decides, unless it is named',
    story(answer(), { queue: SURVEY, queueSeconds: 1, ...LEFT }),
    'dropped-after-transfer',
    'dropped',
  ],
  [
    'a survey that never decides',
    story(answer(), { queue: SURVEY, queueSeconds: 1, ...LEFT }),
    'handled',
    'completed',
    { neverDecides: { queues: ['Survey'] } },
  ],
  [
    'an entry point that never decides',
    story(answer(), { entryPoint: PAY_MENU, ...LEFT }),
    'handled',
    'completed',
    { neverDecides: { entryPoints: ['41'] } },
  ],
  [
    'no leg decides',
    story({ ...answer(), queue: SURVEY }),
    'unresolved',
    'unresolved',
    { neverDecides: { queues: ['12'] } },
  ],

  // Self-service
  [
    'the menu does it, by disposition',
    story({ disposition: named('9', 'Paid'), ...LEFT }),
    'contained',
    'completed',
    PAID,
  ],
  ['the menu does it, by entry point', story({ entryPoint: PAY_MENU }), 'contained', 'completed', PAID],
  [
    'the menu does it, by a script variable',
    story({}, { customData: ['step=4', 'outcome=paid'], ...LEFT }),
    'contained',
    'completed',
    PAID,
  ],
  ['another value of the variable', story({ customData: ['outcome=declined'] }), 'unresolved', 'unresolved', PAID],
  [
    'a marker, but queued',
    story({ entryPoint: PAY_MENU }, { ...WAITED, ...LEFT }),
    'dropped-in-queue',
    'dropped',
    PAID,
  ],
  ['a marker, but answered', story({ entryPoint: PAY_MENU }, answer()), 'handled', 'completed', PAID],
  [
    'a marker counts before an early end',
    story({ entryPoint: PAY_MENU, ...LEFT, isShortAbandon: true }),
    'contained',
    'completed',
    PAID,
  ],
  ['the menu ends, nothing is marked', story({ preQueueSeconds: 60 }), 'unresolved', 'unresolved'],

  // Callbacks
  ['a callback is asked for', story(CALLBACK), 'callback-pending', 'unresolved'],
  ['a callback is made', story({ ...CALLBACK, ...answer(90) }), 'callback-reached', 'completed'],
  ['it rings, nobody is there', story({ ...CALLBACK, ...answer(12) }), 'callback-not-reached', 'unresolved'],
  [
    'it rings, and that is dropped',
    story({ ...CALLBACK, ...answer(12) }),
    'callback-not-reached',
    'dropped',
    { callback: { notReached: 'dropped' } },
  ],
  [
    'a shorter talk is enough',
    story({ ...CALLBACK, ...answer(12) }),
    'callback-reached',
    'completed',
    { callback: { minTalk: 10 } },
  ],
  [
    'the second try reaches',
    story(CALLBACK, { ...CALLBACK, ...answer(12) }, { ...CALLBACK, ...answer(80) }),
    'callback-reached',
    'completed',
  ],
  [
    'no try reaches, and the callback is cancelled',
    story(CALLBACK, { ...CALLBACK, ...LEFT }),
    'callback-not-reached',
    'unresolved',
  ],
  [
    'a queue makes callbacks',
    story({ ...answer(12), queue: CALLS }),
    'callback-not-reached',
    'unresolved',
    { callback: { queues: ['13'] } },
  ],
  ['answered, moved on, a callback is asked for', story(answer(), CALLBACK), 'callback-pending', 'unresolved'],
  ['called back, then moved on', story({ ...CALLBACK, ...answer(90) }, answer()), 'handled', 'completed'],
  [
    'called back, moved on, left',
    story({ ...CALLBACK, ...answer(90) }, { ...WAITED, ...LEFT }),
    'dropped-after-transfer',
    'dropped',
  ],

  // Voicemail, hours, outbound
  ['a voicemail', story(WAITED, { channel: VOICEMAIL, ...LEFT }), 'voicemail', 'unresolved'],
  [
    'a voicemail that an agent heard',
    story(WAITED, { channel: VOICEMAIL, ...answer() }),
    'voicemail',
    'completed',
    { voicemail: { counts: 'completed' } },
  ],
  [
    'a queue that takes voicemail',
    story({ queue: CALLS, ...LEFT }),
    'voicemail',
    'dropped',
    { voicemail: { counts: 'dropped', queues: ['Call me'] } },
  ],
  [
    'begun before the doors open',
    story(answer()),
    'outside-hours',
    'excluded',
    { hours: { timeZone: 'UTC', open: [{ days: [4], from: '00:01', to: '24:00' }] } },
  ],
  [
    'begun as the doors open',
    story(answer()),
    'handled',
    'completed',
    { hours: { timeZone: 'UTC', open: [{ days: [4], from: '00:00', to: '00:01' }] } },
  ],
  ['an outbound call', story({ ...answer(), isOutbound: true }, answer()), 'outbound', 'excluded'],
];
