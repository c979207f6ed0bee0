import type { Zone } from 'luxon';
import type { TimeRange } from '../contract/request/backfill.js';
import { instantText } from './date-text.js';
import type { DateUnit } from './date-text.js';
import { hoursFrom, unitsFrom } from './units.js';
import type { Span } from './span.js';
import { zoneNamed } from './windows.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A long range, and how it is cut. */
export interface SlicedRange extends TimeRange {
  readonly sliceBy: DateUnit;
  readonly timeZone: string;
}

/**
 * Cuts a half-open range where the days, weeks (Monday) or months of the zone begin; the first and the last slice may
 * be parts of one. Cut as they are asked for, oldest first. Throws `WindowError` at `timeZone`.
 * @param after the slices from this instant on: the start of one of them, to go on where somebody stopped
 */
export function* slicesOf(range: SlicedRange, after = range.from): Generator<TimeRange, void> {
  for (const span of spansOf(range, after)) yield rangeOf(span.start, span.end);
}

/** How many slices a range has; `most + 1` where it has more than `most`, without cutting them all. */
export function countSlices(range: SlicedRange, most: number): number {
  let count = 0;
  for (const spans = spansOf(range, range.from); count <= most && spans.next().done !== true;) count += 1;
  return count;
}

function* spansOf({ to, sliceBy, timeZone }: SlicedRange, after: string): Generator<Span, void> {
  const [first, last] = [Date.parse(after), Date.parse(to)];
  if (first >= last) return;
  for (const { start, end } of unitsFrom(first, sliceBy, zoneNamed(timeZone, 'timeZone'))) {
    yield { start: Math.max(start, first), end: Math.min(end, last) };
    if (end >= last) return;
  }
}

/**
 * Two halves of a slice, the earlier one first: what is longer than a day is cut at the start of the day nearest to
 * its middle, what is shorter at the start of an hour, both as the clocks of the zone show them. None where it is an
 * hour or less: that is as small as a slice gets. Throws `WindowError` at `timeZone`.
 */
export function halvesOf({ from, to }: TimeRange, timeZone: string): readonly TimeRange[] {
  const zone = zoneNamed(timeZone, 'timeZone');
  const whole = { start: Date.parse(from), end: Date.parse(to) };
  const length = whole.end - whole.start;
  if (length <= HOUR_MS) return [];
  const middle = whole.start + length / 2;
  const day = length > DAY_MS ? nearestCut(whole, middle, dayAt(middle, zone)) : undefined;
  // The day on which the clocks go back is longer than a day, too, and no other day begins in it.
  const cut = day ?? nearestCut(whole, middle, hourAt(middle, zone));
  return cut === undefined ? [] : [rangeOf(whole.start, cut), rangeOf(cut, whole.end)];
}

function dayAt(instant: number, zone: Zone): Span {
  return unitsFrom(instant, 'day', zone).next().value;
}

function hourAt(instant: number, zone: Zone): Span {
  return hoursFrom(instant, zone).next().value;
}

/** Of the start and the end of the unit in the middle, the one nearer to it that lies inside the whole. */
function nearestCut(whole: Span, middle: number, { start, end }: Span): number | undefined {
  const [nearer, other] = middle - start <= end - middle ? [start, end] : [end, start];
  return [nearer, other].find((cut) => cut > whole.start && cut < whole.end);
}

function rangeOf(start: number, end: number): TimeRange {
  return { from: instantText(start), to: instantText(end) };
}
