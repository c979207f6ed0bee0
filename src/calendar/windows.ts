import { DateTime } from 'luxon';
import type { Zone } from 'luxon';
import type { RunWindow } from '../contract/request/request.js';
import { instantText, labelOfLocal, plusLocal, readDateText, startOfLocal } from './date-text.js';
import type { DateUnit } from './date-text.js';
import { unitsBefore } from './units.js';
import type { Span } from './span.js';
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

/** The zone of that name. Throws {@link WindowError} at `path`. */
export function zoneNamed(name: string, path: string): Zone {
  const zone = openZone(name);
  if (zone !== undefined) return zone;
  throw new WindowError(path, `"${name}" is not a time zone: use an IANA name like Europe/Berlin`);
}

/** The parts of a request that name its zone, and a relative window. */
export interface ZoneInput {
  readonly timeZone?: string | undefined;
  readonly window?: { readonly relative?: string | undefined; readonly timeZone?: string | undefined } | undefined;
}

/** The zone of a request: `window.timeZone`, else `timeZone`, else UTC. Throws {@link WindowError} where there is none. */
export function zoneOf({ timeZone, window }: ZoneInput): { readonly timeZone: string; readonly zone: Zone } {
  const name = window?.timeZone ?? timeZone ?? 'UTC';
  const zone = zoneNamed(name, window?.timeZone === undefined ? 'timeZone' : 'window.timeZone');
  return { timeZone: zone.name, zone };
}

/** The parts of a request that say what it is about: both dates, or a relative window. */
export interface WindowInput extends ZoneInput {
  readonly dateFrom?: string | undefined;
  readonly dateTo?: string | undefined;
}

/**
 * The absolute, half-open window that a request means. A date without a time is the start of that calendar day in
 * `window.timeZone`, else `timeZone`, else UTC, and a time without an offset is of that zone (of two such times the
 * first). Relative windows count whole calendar days of the zone from the anchor's; `today-so-far` and `month-to-date`
 * end at the anchor's minute. A window that begins at the anchor or later is refused; one that ends later is not: its last
 * buckets are missing, or `settle` waits for them. Throws {@link WindowError}.
 * @param anchor the instant that relative windows count from, in milliseconds
 */
export function resolveWindow(input: WindowInput, anchor: number): RunWindow {
  const { timeZone, zone } = zoneOf(input);
  const name = input.window?.relative;
  const { start, end } = name === undefined ? absolute(input, anchor, zone) : relative(name, anchor, zone);
  return { from: instantText(start), to: instantText(end), timeZone, label: labelOf(start, end, zone) };
}

function absolute({ dateFrom, dateTo }: WindowInput, anchor: number, zone: Zone): Span {
  const from = { path: 'query.dateFrom', text: dateFrom };
  const window = readWindow(from, { path: 'query.dateTo', text: dateTo }, zone);
  if (window.start < anchor) return window;
  const now = localText(anchor, zone);
  const message = `begins in the future: it is now ${now}; use an earlier date, or start the run after the window has begun`;
  throw new WindowError(from.path, message);
}

/** A date as a request has it, and where. */
interface DateField {
  readonly path: string;
  readonly text: string | undefined;
}

/** The half-open range between two dates of a request. Throws {@link WindowError} at the path of the one that is wrong. */
export function readRange(from: DateField, to: DateField, zone: Zone): Span {
  const [start, end] = [instantIn(from, zone), instantIn(to, zone)];
  if (start < end) return { start, end };
  const [first, last] = [lastName(from.path), lastName(to.path)];
  const message = start === end ? `is ${first}: the range is empty; ${last} is exclusive` : `is before ${first}`;
  throw new WindowError(to.path, message);
}

/** A range that one run can read. Throws {@link WindowError} at the path of the date that is wrong. */
export function readWindow(from: DateField, to: DateField, zone: Zone): Span {
  const window = readRange(from, to, zone);
  if (window.end <= plusLocal(window.start, MOST_YEARS, 'year')) return window;
  throw new WindowError(to.path, `is more than ${MOST_YEARS} years after ${lastName(from.path)}: use several runs`);
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function instantIn({ path, text }: DateField, zone: Zone): number {
  if (text === undefined) throw new WindowError(path, 'is missing: give both dates, or window.relative');
  const read = readDateText(text);
  if (read === undefined || (read.kind === 'label' && read.unit !== 'day')) {
    const message = `"${text}" is not a valid date: use 2026-11-01, 2026-11-01T08:00 or 2026-11-01T08:00:00Z`;
    throw new WindowError(path, message);
  }
  if (read.kind === 'instant') return read.instant;
  const { instant, shown } = instantOf(read.local, zone);
  if (read.kind === 'local' && shown === 'skipped') {
    throw new WindowError(path, `"${text}" does not exist in ${zone.name}: the clocks skip it; add an offset`);
  }
  return instant;
}

/** Relative windows that follow one another without overlap, and what each of them is. */
export const REPEATING_WINDOWS: ReadonlyMap<string, DateUnit> = new Map([
  ['yesterday', 'day'],
  ['previous-week', 'week'],
  ['previous-month', 'month'],
]);

function relative(name: string, anchor: number, zone: Zone): Span {
  const repeating = REPEATING_WINDOWS.get(name);
  if (repeating !== undefined) return unitsBefore(anchor, repeating, zone).next().value;
  const today = startOfLocal(localOf(anchor, zone), 'day');
  if (name === 'today-so-far') return soFar(name, today, anchor, zone);
  if (name === 'month-to-date') return soFar(name, startOfLocal(today, 'month'), anchor, zone);
  const first = plusLocal(today, -lastDays(name), 'day');
  return { start: instantOf(first, zone).instant, end: instantOf(today, zone).instant };
}

function soFar(name: string, first: number, anchor: number, zone: Zone): Span {
  const { instant: start } = instantOf(first, zone);
  const end = anchor - (((anchor % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
  if (start < end) return { start, end };
  throw new WindowError('window.relative', `"${name}" is empty: it has just begun in ${zone.name}`);
}

function lastDays(name: string): number {
  const days = Number(/^last-([1-9]\d{0,2})-days$/.exec(name)?.[1]);
  if (days <= MOST_DAYS) return days;
  throw new WindowError('window.relative', `"${name}" is not a window: use ${RELATIVE}, with N from 1 to ${MOST_DAYS}`);
}

type Range = Pick<RunWindow, 'from' | 'to'>;

/** What ranges are called by people: see the label of {@link RunWindow}. Throws {@link WindowError} at `timeZone`. */
export function labelsIn(timeZone: string): (range: Range) => string {
  // One zone for all of them: what it has found out about its clocks it remembers.
  const zone = zoneNamed(timeZone, 'timeZone');
  return ({ from, to }) => labelOf(Date.parse(from), Date.parse(to), zone);
}

/** The same for one of them. */
export function labelOfRange(range: Range, timeZone: string): string {
  return labelsIn(timeZone)(range);
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

/** An instant on the clocks of a zone, for people: `2026-11-01T08:00+01:00`. */
export function localText(instant: number, zone: Zone): string {
  const text = DateTime.fromMillis(instant, { zone }).toISO({ suppressSeconds: true, suppressMilliseconds: true });
  return text ?? instantText(instant);
}
