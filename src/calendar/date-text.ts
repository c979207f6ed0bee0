import { DateTime } from 'luxon';

const DAY_MS = 86_400_000;

export type DateUnit = 'day' | 'week' | 'month';

/** A date as somebody wrote it. `local` is what the clocks show, as if it were UTC (see `localOf`). */
export type DateText =
  | { readonly kind: 'instant'; readonly instant: number }
  /** A date-time without an offset. */
  | { readonly kind: 'local'; readonly local: number }
  /** A whole day, ISO week or month; `local` is its start. */
  | { readonly kind: 'label'; readonly local: number; readonly unit: DateUnit };

// A date by itself would be enough for luxon to fill in today's fields, so the shape is checked first.
const LABELS: readonly (readonly [RegExp, DateUnit])[] = [
  [/^\d{4}-\d{2}-\d{2}$/, 'day'],
  [/^\d{4}-W\d{2}$/, 'week'],
  [/^\d{4}-\d{2}$/, 'month'],
];
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}(?::\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * Reads `2026-11-01`, `2026-W45`, `2026-11`, `2026-11-01T08`, `2026-11-01 08:30:00.000`, the last two also with `Z` or
 * an offset; undefined for anything else, also for a date that no calendar has.
 */
export function readDateText(text: string): DateText | undefined {
  for (const [shape, unit] of LABELS) {
    if (shape.test(text)) {
      const local = millisOf(text);
      return local === undefined ? undefined : { kind: 'label', local, unit };
    }
  }
  const [, date, time, offset] = DATE_TIME.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const millis = millisOf(`${date}T${time}${offset ?? ''}`);
  if (millis === undefined) return undefined;
  return offset === undefined ? { kind: 'local', local: millis } : { kind: 'instant', instant: millis };
}

/** Start of the day, week (Monday), month or hour that a local time lies in. */
export function startOfLocal(local: number, unit: DateUnit): number {
  return DateTime.fromMillis(local, { zone: 'utc' }).startOf(unit).toMillis();
}

/** Calendar arithmetic on local times: no clock changes there, so that a day is always as long as another. */
export function plusLocal(local: number, amount: number, unit: DateUnit | 'year'): number {
  if (unit === 'day') return local + amount * DAY_MS;
  if (unit === 'week') return local + amount * 7 * DAY_MS;
  return DateTime.fromMillis(local, { zone: 'utc' })
    .plus({ [unit]: amount })
    .toMillis();
}

/** `2026-11-01`, and `2026-11` for a month. */
export function labelOfLocal(local: number, unit: DateUnit): string {
  return new Date(local).toISOString().slice(0, unit === 'month' ? 7 : 10);
}

/** ISO 8601 in UTC with a literal `Z`, with milliseconds only where there are some: one text per instant. */
export function instantText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

function millisOf(iso: string): number | undefined {
  const parsed = DateTime.fromISO(iso, { zone: 'utc' });
  return parsed.isValid ? parsed.toMillis() : undefined;
}
