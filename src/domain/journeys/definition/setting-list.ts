import type { Settings } from './settings.js';

export interface SettingInfo {
  readonly setting: keyof Settings;
  /** For people; the value is in the defaults. */
  readonly byDefault: string;
  /** What the setting decides. */
  readonly sentence: string;
  /** What it says with the value that it has. */
  readonly inWords: (settings: Settings) => string;
}

/** Every setting, for the catalogue, the report and the documents. */
export const SETTINGS: readonly SettingInfo[] = [
  {
    setting: 'horizon',
    byDefault: '4 hours; 7 days for email and digital',
    sentence: 'A leg belongs to a journey if it begins within the horizon after the root begins.',
    inWords: ({ horizon: { email, digital, other } }) =>
      `A journey is made of the legs that begin within ${span(other)} after its root (email ${span(email)}, digital ${span(digital)}).`,
  },
  {
    setting: 'contained',
    byDefault: 'not set: the metrics that need it are refused',
    sentence:
      'A journey that was never queued is contained if one of its legs carries one of these markers; "none" says that there is no self-service.',
    inWords: ({ contained }) => containedInWords(contained),
  },
  {
    setting: 'shortAbandon',
    byDefault: '"tenant": the flag of CXone',
    sentence:
      'A journey that no agent answered is a short abandon by the flag of CXone, or if the customer left within this time.',
    inWords: ({ shortAbandon }) =>
      shortAbandon === 'tenant'
        ? 'A short abandon is what CXone flags as one.'
        : `A short abandon is a customer who left within ${span(shortAbandon)}.`,
  },
  {
    setting: 'shortAbandons',
    byDefault: '"exclude"',
    sentence: 'Short abandons are left out of the journeys started, or count as dropped off.',
    inWords: ({ shortAbandons }) =>
      shortAbandons === 'exclude'
        ? 'Short abandons are left out of the journeys started.'
        : 'Short abandons count as dropped off.',
  },
  {
    setting: 'voicemail',
    byDefault: 'unresolved; the channel voicemail only',
    sentence: 'A journey that ends in a voicemail counts as this; the queues listed here take voicemail, too.',
    inWords: ({ voicemail: { counts, queues } }) =>
      `A journey that ends in a voicemail counts as ${counts}${listed(', also in the queues', queues)}.`,
  },
  {
    setting: 'callback',
    byDefault: 'reached after 30 s of talk; unresolved when not reached',
    sentence:
      'A callback reached the customer if an agent spent at least `minTalk` on it; `queues` make callbacks, too.',
    inWords: ({ callback: { minTalk, notReached, queues } }) =>
      `A callback reached the customer if an agent spent at least ${span(minTalk)} on it, else it is ${notReached === 'dropped' ? 'dropped off' : notReached}${listed('; callbacks are also the queues', queues)}.`,
  },
  {
    setting: 'neverDecides',
    byDefault: 'no queue, no entry point',
    sentence: 'Legs of these queues and entry points, such as a survey, never decide an outcome.',
    inWords: ({ neverDecides: { queues, entryPoints } }) =>
      queues.length + entryPoints.length === 0
        ? 'Every inbound leg may decide.'
        : `Legs never decide${listed(' in the queues', queues)}${listed(' from the entry points', entryPoints)}.`,
  },
  {
    setting: 'minTalk',
    byDefault: '0 s: any talk is an answer',
    sentence: 'An agent answered a leg if the agent spent more than 0 s and at least this time on it.',
    inWords: ({ minTalk }) =>
      minTalk === 0 ? 'Any talk is an answer.' : `An answer is a talk of at least ${span(minTalk)}.`,
  },
  {
    setting: 'escalation',
    byDefault: 'any self-service before the queue, at any entry point',
    sentence:
      'A journey is escalated if its root spent more than `minSelfService` in self-service and an agent was reached later.',
    inWords: ({ escalation: { minSelfService, entryPoints } }) =>
      `A journey is escalated if it spent more than ${span(minSelfService)} in self-service${listed(' at', entryPoints)} and reached an agent later.`,
  },
  {
    setting: 'hours',
    byDefault: '"all"',
    sentence: 'Journeys that begin outside the opening hours are left out of the journeys started.',
    inWords: ({ hours }) =>
      hours === 'all'
        ? 'Journeys count at any hour.'
        : `Journeys that begin outside the opening hours (${hours.timeZone}) are left out of the journeys started.`,
  },
];

function containedInWords(contained: Settings['contained']): string {
  if (contained === null) return 'Nothing says yet which journeys self-service completes.';
  if (contained === 'none') return 'No journey is completed by self-service.';
  return `Self-service completes a journey that was never queued and has one of: ${contained.join(', ')}.`;
}

const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
] as const;

function span(seconds: number): string {
  const unit = UNITS.find(([size]) => seconds >= size && seconds % size === 0);
  if (unit === undefined) return `${seconds} s`;
  const count = seconds / unit[0];
  return `${count} ${unit[1]}${count === 1 ? '' : 's'}`;
}

function listed(before: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${before} ${names.join(', ')}`;
}
