import type { Zone } from 'luxon';
import type { TimeRange } from '../contract/request/backfill.js';
import { instantText, labelOfLocal } from './date-text.js';
import type { DateUnit } from './date-text.js';
import { lookbackWindows } from './lookback.js';
import { countSlices, slicesOf } from './slices.js';
import type { Span } from './span.js';
import { localText, readRange, readWindow, WindowError, zoneOf } from './windows.js';
import type { ZoneInput } from './windows.js';
import { localOf } from './zone.js';

/** 27 years of days. */
const MOST_SLICES = 10_000;

/** The parts of a backfill's request that say which windows it is for. */
export interface BackfillInput extends ZoneInput {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly sliceBy: DateUnit;
  readonly slices?: readonly TimeRange[] | undefined;
  readonly lookback?: number | undefined;
}

/** The windows of a backfill. */
export interface BackfillSlices {
  readonly timeZone: string;
  /** From the start of the first to the end of the last. */
  readonly range: TimeRange;
  readonly total: number;
  /** Those that the request lists, and the windows of a lookback, newest first. They come before the others. */
  readonly listed: readonly TimeRange[];
  /**
   * The slices of the range, oldest first, cut as they are asked for.
   * @param after the start of one of them, or of a window of the lookback: it and those that come after it
   */
  readonly cut: (after?: string) => Iterable<TimeRange>;
}

/**
 * The windows that the request of a backfill means, which has passed its schema. They have all ended, and none overlaps
 * another. Throws {@link WindowError}.
 * @param anchor the instant that relative windows count from, in milliseconds
 */
export function slicesOfBackfill(input: BackfillInput, anchor: number): BackfillSlices {
  const { timeZone, zone } = zoneOf(input);
  const { relative } = input.window ?? {};
  if (relative !== undefined) return { timeZone, ...lookedBack(relative, input.lookback ?? 1, anchor, zone) };
  const listed = (input.slices ?? []).map(({ from, to }, index) => {
    const path = `slices.${index}`;
    const span = readWindow({ path: `${path}.from`, text: from }, { path: `${path}.to`, text: to }, zone);
    return { path, to: `${path}.to`, span };
  });
  const ranged = input.from !== undefined || listed.length === 0;
  const whole = ranged
    ? readRange({ path: 'from', text: input.from }, { path: 'to', text: input.to }, zone)
    : undefined;
  const all = [...listed, ...(whole ? [{ path: 'from', to: 'to', span: whole }] : [])];
  for (const { to, span } of all) refuseFuture(to, span, anchor, zone);
  refuseOverlap(all);
  const sliced = whole && { ...rangeOf(whole), sliceBy: input.sliceBy, timeZone };
  return {
    timeZone,
    range: hullOf(all.map(({ span }) => span)),
    total: listed.length + (sliced ? countAll(sliced) : 0),
    listed: listed.map(({ span }) => rangeOf(span)),
    cut: (after) => (sliced ? slicesOf(sliced, after) : []),
  };
}

function lookedBack(relative: string, count: number, anchor: number, zone: Zone): Omit<BackfillSlices, 'timeZone'> {
  const windows = lookbackWindows(relative, count, anchor, zone);
  const from = (start: number): TimeRange[] => windows.filter((window) => window.start <= start).map(rangeOf);
  return {
    range: hullOf(windows),
    total: windows.length,
    listed: from(Infinity),
    cut: (after) => (after === undefined ? [] : from(Date.parse(after))),
  };
}

function countAll(sliced: Parameters<typeof countSlices>[0]): number {
  const count = countSlices(sliced, MOST_SLICES);
  if (count <= MOST_SLICES) return count;
  const most = MOST_SLICES.toLocaleString('en');
  throw new WindowError('sliceBy', `makes more than ${most} slices: use longer slices, or several backfills`);
}

/** What has not ended would be delivered with its last part missing, and never read again. */
function refuseFuture(path: string, { end }: Span, anchor: number, zone: Zone): void {
  if (end <= anchor) return;
  const today = labelOfLocal(localOf(anchor, zone), 'day');
  const now = localText(anchor, zone);
  throw new WindowError(path, `ends in the future: it is now ${now}; the latest end is ${today}`);
}

function refuseOverlap(all: readonly { readonly path: string; readonly span: Span }[]): void {
  const sorted = [...all].sort((one, other) => one.span.start - other.span.start);
  for (const [index, { path, span }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before === undefined || before.span.end <= span.start) continue;
    throw new WindowError(path, `overlaps ${before.path}: the same rows would be delivered twice`);
  }
}

function hullOf(spans: readonly Span[]): TimeRange {
  const start = spans.reduce((first, span) => Math.min(first, span.start), Infinity);
  return rangeOf({ start, end: spans.reduce((last, span) => Math.max(last, span.end), -Infinity) });
}

function rangeOf({ start, end }: Span): TimeRange {
  return { from: instantText(start), to: instantText(end) };
}
