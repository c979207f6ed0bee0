import { DateTime } from 'luxon';
import type { Zone } from 'luxon';
import type { Buckets } from '../ports/index.js';
import type { RunWindow, TimeGroup } from '../contract/request/request.js';
import { labelOfLocal, plusLocal, readDateText } from './date-text.js';
import type { DateText, DateUnit } from './date-text.js';
import { hoursFrom, unitsFrom } from './units.js';
import type { Span } from './span.js';
import { instantOf, localOf, openZone } from './zone.js';

/** Distinct dates remembered; beyond it they are forgotten and read again. */
const REMEMBERED_DATES = 50_000;
const HOUR_MS = 3_600_000;

interface Bucket {
  /** Of the whole bucket, also where the window begins within it. */
  readonly start: number;
  readonly label: string;
}

export interface BucketOptions {
  readonly window: RunWindow;
  readonly timeGroupBy: TimeGroup;
}

/**
 * The buckets of a window: those that share an instant with `[from, to)`. Labels are `2026-11-01` for a day, Monday's
 * date for a week, `2026-11` for a month, and for an hour its local start with its offset, `2026-11-01T08:00+01:00`:
 * the hour that the clocks show twice is two buckets, and one that they skip is not one.
 *
 * A row's date may be an instant; a local time; a day, week or month, which is a label in the window's zone. It
 * belongs to the bucket of its (first) instant within the window. What carries its bucket's own start is of that
 * bucket also where the window begins later. A label wider than the buckets names none of them and is `unreadable`,
 * except that a day stands for its first hour: midnight is often written so.
 *
 * A local time that the clocks show twice is `ambiguous` where it could be of two buckets of the window; it counts in
 * the first. So is one of an hour that they skip: it counts in the hour after.
 */
export function createBuckets({ window, timeGroupBy }: BucketOptions): Buckets & { readonly starts: Float64Array } {
  const zone = openZone(window.timeZone);
  if (zone === undefined) throw new RangeError(`"${window.timeZone}" is not a time zone`);
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const buckets = timeGroupBy === 'hour' ? hoursOf(from, to, zone) : datesOf(from, to, zone, timeGroupBy);
  const starts = Float64Array.from(buckets, ({ start }) => start);
  const positions = new Map(buckets.map(({ start }, index) => [start, index]));

  const place = (span: Span): number | 'outside' => {
    const labelled = positions.get(span.start);
    if (labelled !== undefined) return labelled;
    if (span.end <= from || span.start >= to) return 'outside';
    return lastAtOrBefore(starts, Math.max(span.start, from));
  };
  const read = (date: unknown): Place => {
    const text = typeof date === 'string' ? readDateText(date) : undefined;
    if (text?.kind === 'local') return localPlace(text.local, zone, timeGroupBy, place);
    const span = text && spanOf(text, zone, timeGroupBy);
    return { index: span === undefined ? 'unreadable' : place(span), ambiguous: false };
  };
  const known = remembering(read);
  return {
    labels: buckets.map(({ label }) => label),
    starts,
    indexOf: (date) => known(date).index,
    isAmbiguous: (date) => known(date).ambiguous,
  };
}

interface Place {
  readonly index: number | 'outside' | 'unreadable';
  readonly ambiguous: boolean;
}

function localPlace(local: number, zone: Zone, group: TimeGroup, place: (span: Span) => number | 'outside'): Place {
  const { instant, again, shown } = instantOf(local, zone);
  const index = place({ start: instant, end: instant + 1 });
  if (shown === 'twice') {
    const second = place({ start: again, end: again + 1 });
    // Of a window that has only one of the two, that one is meant.
    return index === 'outside' || second === 'outside'
      ? { index: index === 'outside' ? second : index, ambiguous: false }
      : { index, ambiguous: index !== second };
  }
  const isOtherHour = Math.floor(localOf(instant, zone) / HOUR_MS) !== Math.floor(local / HOUR_MS);
  return { index, ambiguous: shown === 'skipped' && group === 'hour' && index !== 'outside' && isOtherHour };
}

function datesOf(from: number, to: number, zone: Zone, unit: DateUnit): Bucket[] {
  const buckets: Bucket[] = [];
  for (const { start, local } of unitsFrom(from, unit, zone)) {
    if (start >= to) break;
    buckets.push({ start, label: labelOfLocal(local, unit) });
  }
  return buckets;
}

function hoursOf(from: number, to: number, zone: Zone): Bucket[] {
  const buckets: Bucket[] = [];
  for (const { start } of hoursFrom(from, zone)) {
    if (start >= to) break;
    buckets.push({ start, label: hourLabel(start, zone) });
  }
  return buckets;
}

function hourLabel(start: number, zone: Zone): string {
  const label = DateTime.fromMillis(start, { zone }).toISO({ suppressSeconds: true, suppressMilliseconds: true });
  return label ?? new Date(start).toISOString();
}

function spanOf(text: Exclude<DateText, { kind: 'local' }>, zone: Zone, group: TimeGroup): Span | undefined {
  if (text.kind === 'instant') return { start: text.instant, end: text.instant + 1 };
  const { local, unit } = text;
  if ((unit === 'month' && group !== 'month') || (unit === 'week' && (group === 'day' || group === 'hour'))) {
    return undefined;
  }
  return { start: instantOf(local, zone).instant, end: instantOf(plusLocal(local, 1, unit), zone).instant };
}

/** Position of the last start that is not after the instant; the first start never is. */
function lastAtOrBefore(starts: Float64Array, instant: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? Infinity) <= instant) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A result has few distinct dates and many rows. */
function remembering<T>(read: (date: unknown) => T): (date: unknown) => T {
  const known = new Map<unknown, T>();
  return (date) => {
    const before = known.get(date);
    if (before !== undefined) return before;
    const answer = read(date);
    if (known.size >= REMEMBERED_DATES) known.clear();
    known.set(date, answer);
    return answer;
  };
}
