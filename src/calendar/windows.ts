import { DateTime } from 'luxon';
import type { Zone } from 'luxon';
import type { RunWindow } from '../contract/request.js';
import { labelOfLocal, plusLocal, readDateText, startOfLocal } from './date-text.js';
import { instantOf, localOf, openZone } from './zone.js';

const MINUTE_MS = 60_000;
const MOST_DAYS = 366;
/** About 175,000 hours: as many buckets as one run can still list. */
const MOST_YEARS = 20;
const RELATIVE = 'yesterday, today-so-far, last-7-days, last-N-days, previous-week, previous-month or month-to-date';

/** A window that cannot be. `path` is where in the request, e.g. `query.dateFrom`; the message is a sentence without it. */
export class WindowError extends Error {
  override readonly name = 'WindowError';
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** The parts of a request that say what it is about: both dates, or a relative window. */
export interface WindowInput {
  readonly dateFrom?: string | undefined;
  readonly dateTo?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly window?: { readonly relative?: string | undefined; readonly timeZone?: string | undefined } | undefined;
}

/**
 * The absolute, half-open window that a request means. A date without a time is the start of that calendar day in
 * `window.timeZone`, else `timeZone`, else UTC, and a time without an offset is of that zone (of two such times the
 * first). Relative windows count whole calendar days of the zone from the anchor's; `today-so-far` and `month-to-date`
 * end at the anchor's minute. Throws {@link WindowError}.
 * @param anchor the instant that relative windows count from, in milliseconds
 */
export function resolveWindow(input: WindowInput, anchor: number): RunWindow {
  const zoned = input.window?.timeZone !== undefined;
  const timeZone = input.window?.timeZone ?? input.timeZone ?? 'UTC';
  const zone = openZone(timeZone);
  if (zone === undefined) {
    const message = `"${timeZone}" is not a time zone: use an IANA name like Europe/Berlin`;
    throw new WindowError(zoned ? 'window.timeZone' : 'timeZone', message);
  }
  const name = input.window?.relative;
  const { from, to } = name === undefined ? absolute(input, zone) : relative(name, anchor, zone);
  return { from: instantText(from), to: instantText(to), timeZone, label: labelOf(from, to, zone) };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function absolute({ dateFrom, dateTo }: WindowInput, zone: Zone): Range {
  const from = instantIn('query.dateFrom', dateFrom, zone);
  const to = instantIn('query.dateTo', dateTo, zone);
  if (to > plusLocal(from, MOST_YEARS, 'year')) {
    throw new WindowError('query.dateTo', `is more than ${MOST_YEARS} years after dateFrom: use several runs`);
  }
  if (from < to) return { from, to };
  const message = from === to ? 'is dateFrom: the window is empty; dateTo is exclusive' : 'is before dateFrom';
  throw new WindowError('query.dateTo', message);
}

function instantIn(path: string, text: string | undefined, zone: Zone): number {
  if (text === undefined) throw new WindowError(path, 'is missing: give both dates, or window.relative');
  const read = readDateText(text);
  if (read === undefined || (read.kind === 'label' && read.unit !== 'day')) {
    const message = `"${text}" is not a date of the calendar: use 2026-11-01, 2026-11-01T08:00 or 2026-11-01T08:00:00Z`;
    throw new WindowError(path, message);
  }
  if (read.kind === 'instant') return read.instant;
  const { instant, skipped } = instantOf(read.local, zone);
  if (read.kind === 'local' && skipped) {
    throw new WindowError(path, `"${text}" does not exist in ${zone.name}: the clocks skip it; give it an offset`);
  }
  return instant;
}

function relative(name: string, anchor: number, zone: Zone): Range {
  const today = startOfLocal(localOf(anchor, zone), 'day');
  const month = startOfLocal(today, 'month');
  const week = startOfLocal(today, 'week');
  const dates = (from: number, to: number): Range => ({
    from: instantOf(from, zone).instant,
    to: instantOf(to, zone).instant,
  });
  const soFar = (start: number): Range => {
    const { instant: from } = instantOf(start, zone);
    const to = anchor - (((anchor % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
    if (from < to) return { from, to };
    throw new WindowError('window.relative', `"${name}" is empty: it has only just begun in ${zone.name}`);
  };
  switch (name) {
    case 'yesterday':
      return dates(plusLocal(today, -1, 'day'), today);
    case 'today-so-far':
      return soFar(today);
    case 'previous-week':
      return dates(plusLocal(week, -1, 'week'), week);
    case 'previous-month':
      return dates(plusLocal(month, -1, 'month'), month);
    case 'month-to-date':
      return soFar(month);
    default:
      return dates(plusLocal(today, -lastDays(name), 'day'), today);
  }
}

function lastDays(name: string): number {
  const days = Number(/^last-([1-9]\d{0,2})-days$/.exec(name)?.[1]);
  if (days <= MOST_DAYS) return days;
  throw new WindowError('window.relative', `"${name}" is not a window: use ${RELATIVE}, with N from 1 to ${MOST_DAYS}`);
}

/** ISO 8601 in UTC with a literal `Z`, with milliseconds only where there are some: one text per instant. */
function instantText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

/** `2026-11-01..2026-11-07` (both inclusive) or `2026-11-01` for whole days, else `2026-11-01T08:00+01:00..…`. */
function labelOf(from: number, to: number, zone: Zone): string {
  const [first, end] = [startOfDay(from, zone), startOfDay(to, zone)];
  if (first.instant !== from || end.instant !== to) return `${localText(from, zone)}..${localText(to, zone)}`;
  const days = [first.local, plusLocal(end.local, -1, 'day')].map((local) => labelOfLocal(local, 'day'));
  return [...new Set(days)].join('..');
}

function startOfDay(instant: number, zone: Zone): { instant: number; local: number } {
  const local = startOfLocal(localOf(instant, zone), 'day');
  return { instant: instantOf(local, zone).instant, local };
}

function localText(instant: number, zone: Zone): string {
  const text = DateTime.fromMillis(instant, { zone }).toISO({ suppressSeconds: true, suppressMilliseconds: true });
  return text ?? instantText(instant);
}
