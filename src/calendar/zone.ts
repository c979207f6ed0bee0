import { FixedOffsetZone, IANAZone } from 'luxon';
import type { Zone } from 'luxon';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** The IANA zone of that name; undefined where there is none. An offset (`+02:00`) is no zone: it knows no summer time. */
export function openZone(name: string): Zone | undefined {
  // The one zone whose instants are written with a literal Z.
  if (name.toUpperCase() === 'UTC') return FixedOffsetZone.utcInstance;
  if (!/^[A-Za-z]/.test(name) || !IANAZone.isValidZone(name)) return undefined;
  const canonical = canonicalName(name);
  return canonical === 'UTC' ? FixedOffsetZone.utcInstance : new RememberingZone(canonical);
}

/** Names of UTC that a platform may spell as they are given. */
const UTC_NAMES = /^(?:etc\/)?(?:utc|uct|gmt|gmt[+-]?0|greenwich|universal|zulu)$/i;

/** Platforms go on resolving these zones to the names they had before; the database of zones names them so today. */
const NAMES_TODAY: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/**
 * One name for a zone, whatever its alias and its case: a zone is part of what a delivery is known by, so `asia/calcutta`
 * must not be another one than `Asia/Kolkata`.
 */
function canonicalName(name: string): string {
  if (UTC_NAMES.test(name)) return 'UTC';
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  const today = NAMES_TODAY[timeZone];
  return today !== undefined && IANAZone.isValidZone(today) ? today : timeZone;
}

/**
 * An offset costs some microseconds of `Intl`, and ten thousand slices ask for twenty thousand. A week that begins and
 * ends with the same offset has it throughout: no zone takes a change back within days (Morocco's pause of summer time,
 * the shortest there is, lasts a month).
 */
class RememberingZone extends IANAZone {
  readonly #atWeeks = new Map<number, number>();

  override offset(instant: number): number {
    const week = Math.floor(instant / WEEK_MS);
    const offset = this.#atWeek(week);
    return offset === this.#atWeek(week + 1) ? offset : super.offset(instant);
  }

  #atWeek(week: number): number {
    const known = this.#atWeeks.get(week);
    if (known !== undefined) return known;
    const offset = super.offset(week * WEEK_MS);
    this.#atWeeks.set(week, offset);
    return offset;
  }
}

/** What the clocks of a zone show at an instant, as if it were UTC: then its fields can be read without the zone. */
export function localOf(instant: number, zone: Zone): number {
  return instant + zone.offset(instant) * MINUTE_MS;
}

/** Where a local time is on the clocks of a zone. `shown`: how often they show it, on the one day that it names. */
export interface LocalTime {
  readonly instant: number;
  /** The second time that the clocks show it; `instant` where there is none. */
  readonly again: number;
  readonly shown: 'once' | 'twice' | 'skipped';
}

/**
 * The instant at which the clocks of a zone show `local` (in the sense of {@link localOf}). Where they show it twice it
 * is the first time. Where they skip it, the instant is as far behind the change as `local` is behind the skipped
 * hour's start: of a skipped midnight, the first instant of the day. (Luxon's own answer for ambiguous times depends on
 * the offset at the time of the call.)
 */
export function instantOf(local: number, zone: Zone): LocalTime {
  const before = zone.offset(local - DAY_MS);
  const after = zone.offset(local + DAY_MS);
  if (before === after) return shownAt(local - before * MINUTE_MS, 'once');
  const candidates = [before, after]
    .map((offset) => local - offset * MINUTE_MS)
    .filter((instant) => localOf(instant, zone) === local);
  if (candidates.length === 0) return shownAt(local - before * MINUTE_MS, 'skipped');
  const [instant, again] = [Math.min(...candidates), Math.max(...candidates)];
  return { instant, again, shown: candidates.length === 1 ? 'once' : 'twice' };
}

function shownAt(instant: number, shown: 'once' | 'skipped'): LocalTime {
  return { instant, again: instant, shown };
}

/** What the clocks of a zone show, as if it were UTC. Zones are opened once: a million journeys ask for one. */
export function zoneClocks(): (instantMs: number, timeZone: string) => number {
  const zones = new Map<string, Zone>();
  return (instantMs, timeZone) => {
    const zone = zones.get(timeZone) ?? openZone(timeZone);
    if (zone === undefined) throw new RangeError(`"${timeZone}" is not a time zone`);
    zones.set(timeZone, zone);
    return localOf(instantMs, zone);
  };
}
