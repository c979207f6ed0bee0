import { DateTime } from 'luxon';
import type { SourceQuery } from '../../src/contract/request/request.js';
import { hashText, mix, uniform } from '../seeded.js';
import type { DataSettings } from './settings.js';

/** A time bucket that has rows. */
export interface Bucket {
  /** `date` of its rows. */
  readonly date: string;
  /** Start and end of what the window covers of it, ISO 8601 in UTC. */
  readonly start: string;
  readonly end: string;
  /** The same as shares of the whole bucket: 0 to 1 where the window covers all of it. */
  readonly part: Part;
  /** Journeys started in it, relative to a usual day. */
  readonly volume: number;
  /** What all of its rows' numbers hang on. */
  readonly salt: number;
  /** Its rows have not settled. */
  readonly provisional: boolean;
}

/** From one share of a whole to another: 0 ≤ from < to ≤ 1. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** Monday to Sunday. */
const WEEKDAY_VOLUME = [1.15, 1.1, 1.05, 1, 0.95, 0.45, 0.35];
const USUAL_VOLUME = { hour: 1 / 12, day: 1, week: 6, month: 26 } as const;

/** The buckets of the window that overlap it, oldest first, without the days that the source has lost. */
export function bucketsOf(query: SourceQuery, org: string, settings: DataSettings): readonly Bucket[] {
  const { timeGroupBy: unit, dateFrom, dateTo } = query;
  const base = hashText(settings.seed, org);
  const zone = settings.timeZone;
  const [from, to] = [DateTime.fromISO(dateFrom, { zone }).toMillis(), DateTime.fromISO(dateTo, { zone }).toMillis()];
  const { settledBefore } = settings;
  const settledMs = settledBefore === undefined ? Infinity : DateTime.fromISO(settledBefore, { zone }).toMillis();
  const buckets: Bucket[] = [];
  let start = DateTime.fromISO(dateFrom, { zone }).startOf(unit);
  while (start.toMillis() < to) {
    const end = start.plus({ [unit]: 1 });
    const day = start.toFormat('yyyy-MM-dd');
    if (uniform(mix(base, hashText('missing', day))) >= settings.missingDays) {
      const whole = { start: start.toMillis(), end: end.toMillis() };
      const startInstant = new Date(whole.start).toISOString();
      buckets.push({
        date: unit === 'hour' || settings.dates === 'instant' ? startInstant : day,
        ...covered(whole, { start: from, end: to }),
        volume: USUAL_VOLUME[unit] * volumeOf(start, unit),
        salt: mix(base, hashText(unit, startInstant)),
        provisional: end.toMillis() > settledMs,
      });
    }
    start = end;
  }
  return buckets;
}

/** A source counts what lies between the two instants that it is told, and dates it by its own bucket. */
function covered(
  whole: { readonly start: number; readonly end: number },
  window: { readonly start: number; readonly end: number },
): Pick<Bucket, 'start' | 'end' | 'part'> {
  const start = Math.max(whole.start, window.start);
  const end = Math.min(whole.end, window.end);
  const share = (instant: number): number => (instant - whole.start) / (whole.end - whole.start);
  return {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    part: { from: share(start), to: share(end) },
  };
}

function volumeOf(start: DateTime, unit: SourceQuery['timeGroupBy']): number {
  if (unit === 'week' || unit === 'month') return 1;
  const weekday = WEEKDAY_VOLUME[start.weekday - 1] ?? 1;
  return unit === 'hour' ? weekday * (1 + Math.sin(((start.hour - 8) / 12) * Math.PI)) : weekday;
}
