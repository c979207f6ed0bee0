import { FixedOffsetZone, IANAZone } from 'luxon';
import type { Zone } from 'luxon';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The IANA zone of that name; undefined where there is none. An offset (`+02:00`) is no zone: it knows no summer time. */
export function openZone(name: string): Zone | undefined {
  // The one zone whose instants are written with a literal Z.
  if (name.toUpperCase() === 'UTC') return FixedOffsetZone.utcInstance;
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name) ? IANAZone.create(name) : undefined;
}

/** What the clocks of a zone show at an instant, as if it were UTC: then its fields can be read without the zone. */
export function localOf(instant: number, zone: Zone): number {
  return instant + zone.offset(instant) * MINUTE_MS;
}

/**
 * The instant at which the clocks of a zone show `local` (in the sense of {@link localOf}). Where they show it twice it
 * is the first time. Where they skip it, `skipped` is true and the instant is as far behind the change as `local` is
 * behind the skipped hour's start: of a skipped midnight, the first instant of the day. (Luxon's own answer for
 * ambiguous times depends on the offset at the time of the call.)
 */
export function instantOf(local: number, zone: Zone): { readonly instant: number; readonly skipped: boolean } {
  const before = zone.offset(local - DAY_MS);
  const after = zone.offset(local + DAY_MS);
  const candidates = [before, after]
    .map((offset) => local - offset * MINUTE_MS)
    .filter((instant) => localOf(instant, zone) === local);
  if (candidates.length === 0) return { instant: local - before * MINUTE_MS, skipped: true };
  return { instant: Math.min(...candidates), skipped: false };
}
