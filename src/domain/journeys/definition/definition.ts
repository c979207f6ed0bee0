import { parseDuration } from '../../../contract/values/duration.js';
import { minuteOf } from './opening-hours.js';
import { SETTINGS } from './setting-list.js';
import { DEFAULT_SETTINGS, type OpeningHours, type Settings, type SettingsInput, type Span } from './settings.js';

export const BASE_DEFINITION = 'contact-journey/1';

export interface DefinitionInput {
  readonly name: string;
  readonly version: number;
  readonly base: typeof BASE_DEFINITION;
  readonly settings?: SettingsInput | undefined;
}

/** A definition in its one canonical form: two that mean the same are the same text in {@link definitionText}. */
export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly base: typeof BASE_DEFINITION;
  readonly settings: Settings;
}

export type DefinitionReading = { readonly definition: Definition } | { readonly problems: readonly string[] };

const LONGEST_HORIZON_S = 31 * 86_400;
const MARKER = /^(disposition|entryPoint):\S.*$|^customData:[^=\s][^=]*=.*$/;

/** Fills in defaults, reads spans and sorts lists; or says what is wrong, a sentence each. */
export function readDefinition({ name, version, settings = {} }: DefinitionInput): DefinitionReading {
  const problems: string[] = [];
  if (!Number.isSafeInteger(version) || version < 1) problems.push('`version` is a whole number from 1.');
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    problems.push('`name` is 1 to 64 small letters, digits, points, dashes or underscores.');
  }
  const filled = fillSettings(settings, problems);
  return problems.length > 0
    ? { problems }
    : { definition: { name, version, base: BASE_DEFINITION, settings: filled } };
}

/** Of every definition the same text whatever was left out or in which order it was written: what a hash is taken of. */
export function definitionText(definition: Definition): string {
  return JSON.stringify(inOrder(definition));
}

/** As rows and reports name it: `acme-completion/3`. */
export function definitionName({ name, version }: Definition): string {
  return `${name}/${version}`;
}

/** The whole definition in plain sentences. */
export function describeDefinition({ name, version, base, settings }: Definition): readonly string[] {
  return [`${name}, version ${version}, based on ${base}.`, ...SETTINGS.map(({ inWords }) => inWords(settings))];
}

function fillSettings(input: SettingsInput, problems: string[]): Settings {
  const defaults = DEFAULT_SETTINGS;
  const seconds = (value: Span | undefined, byDefault: number, where: string): number => {
    const read = value === undefined ? byDefault : readSpan(value);
    if (!(read >= 0)) problems.push(`\`${where}\` is seconds, or a text as "90 s" or "4 hours".`);
    return read;
  };
  const horizon = typeof input.horizon === 'object' ? input.horizon : { other: input.horizon };
  const horizons = {
    email: seconds(horizon.email, defaults.horizon.email, 'horizon.email'),
    digital: seconds(horizon.digital, defaults.horizon.digital, 'horizon.digital'),
    other: seconds(horizon.other, defaults.horizon.other, 'horizon'),
  };
  if (Object.values(horizons).some((each) => each === 0 || each > LONGEST_HORIZON_S)) {
    problems.push('`horizon` is longer than 0 s, and at most 31 days.');
  }
  const { voicemail = {}, callback = {}, neverDecides = {}, escalation = {} } = input;
  return {
    horizon: horizons,
    contained: readContained(input.contained, problems),
    shortAbandon: input.shortAbandon === 'tenant' ? 'tenant' : readShort(input.shortAbandon, seconds),
    shortAbandons: input.shortAbandons ?? defaults.shortAbandons,
    voicemail: { counts: voicemail.counts ?? defaults.voicemail.counts, queues: sorted(voicemail.queues) },
    callback: {
      minTalk: seconds(callback.minTalk, defaults.callback.minTalk, 'callback.minTalk'),
      notReached: callback.notReached ?? defaults.callback.notReached,
      queues: sorted(callback.queues),
    },
    neverDecides: { queues: sorted(neverDecides.queues), entryPoints: sorted(neverDecides.entryPoints) },
    minTalk: seconds(input.minTalk, defaults.minTalk, 'minTalk'),
    escalation: {
      minSelfService: seconds(
        escalation.minSelfService,
        defaults.escalation.minSelfService,
        'escalation.minSelfService',
      ),
      entryPoints: sorted(escalation.entryPoints),
    },
    hours: readHours(input.hours, problems),
  };
}

function readSpan(value: Span): number {
  if (typeof value === 'string') return (parseDuration(value) ?? NaN) / 1_000;
  return Number.isFinite(value) ? Math.round(value * 1_000) / 1_000 : NaN;
}

function readShort(
  value: Span | undefined,
  seconds: (value: Span, byDefault: number, where: string) => number,
): Settings['shortAbandon'] {
  return value === undefined ? DEFAULT_SETTINGS.shortAbandon : seconds(value, 0, 'shortAbandon');
}

function readContained(value: SettingsInput['contained'], problems: string[]): Settings['contained'] {
  if (value === undefined || value === 'none') return value ?? null;
  const wrong = value.filter((marker) => !MARKER.test(marker));
  if (value.length === 0) problems.push('`contained` names a marker; without self-service it is "none".');
  for (const marker of wrong) {
    problems.push(
      `\`contained\`: "${marker}" is no marker; write "disposition:…", "entryPoint:…" or "customData:name=value".`,
    );
  }
  return sorted(value);
}

function readHours(value: SettingsInput['hours'], problems: string[]): Settings['hours'] {
  if (value === undefined || value === 'all') return 'all';
  const open = value.open.map(({ days, from, to }): OpeningHours['open'][number] => {
    const isRight = minuteOf(from) < minuteOf(to) && days.every((day) => [1, 2, 3, 4, 5, 6, 7].includes(day));
    if (!isRight) problems.push('`hours.open` has days from 1 (Monday) to 7, and `from` before `to` on the same day.');
    return { days: [...new Set(days)].sort((left, right) => left - right), from, to };
  });
  const texts = new Map(open.map((each) => [JSON.stringify(inOrder(each)), each]));
  return { timeZone: value.timeZone, open: sorted([...texts.keys()]).flatMap((text) => texts.get(text) ?? []) };
}

function sorted(texts: readonly string[] = []): readonly string[] {
  return [...new Set(texts)].sort((left, right) => (left < right ? -1 : Number(left > right)));
}

/** The same value with the keys of its objects in the order of their names. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, inOrder(each)]));
}
